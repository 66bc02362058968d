"""What a well-formed definition may get wrong: conditions that never hold, limits, law."""

from collections.abc import Iterator, Mapping

from forms.questionnaire import Condition, Item, Questionnaire
from law.parameters import instruments
from law.words import Words

_ORDERED = frozenset({"integer", "decimal", "date", "dateTime"})


def nonsense(form: Questionnaire) -> Iterator[tuple[str, Words]]:
    """Yield what makes no sense, each with the linkId it stands at (empty: the whole form)."""
    items = {item.linkId: item for item in form.walk()}
    known = set(instruments())
    for item in items.values():
        yield from ((item.linkId, words) for words in _limits(item))
        for condition in item.conditions:
            yield from ((item.linkId, w) for w in _condition(condition, item, items))
    cites = [("", c) for c in form.cite]
    cites += [(i.linkId, c) for i in items.values() for c in i.cite]
    for link, cite in cites:
        if cite.instrument not in known:
            name = cite.instrument
            yield link, Words(f"没有规范性文件「{name}」", f"there is no instrument {name}")


def _limits(item: Item) -> Iterator[Words]:
    low, high = item.minValue, item.maxValue
    if low is not None and high is not None and low > high:
        yield Words(
            f"最小值 {low} 大于最大值 {high}", f"minValue {low} exceeds maxValue {high}"
        )
    if item.minOccurs > item.maxOccurs:
        few, many = item.minOccurs, item.maxOccurs
        yield Words(f"至少 {few} 项，却至多 {many} 项", f"minOccurs {few} exceeds {many}")


def _condition(condition: Condition, item: Item, items: Mapping[str, Item]) -> Iterator[Words]:
    asked = items[condition.question]
    name, answer = condition.question, condition.answer
    if condition.operator == "exists":
        return
    if asked.type in {"group", "display"}:
        yield Words(f"条件所指的「{name}」不是问题", f"the condition asks {name}, no question")
    elif asked.type == "boolean" and not isinstance(answer, bool):
        yield Words(f"「{name}」是是否题，不会等于 {answer!r}", f"{name} is never {answer!r}")
    elif asked.type == "coding" and answer not in {o.code for o in asked.answerOption}:
        yield Words(f"「{name}」没有选项 {answer!r}", f"{name} has no option {answer!r}")
    if condition.operator not in {"=", "!="} and asked.type not in _ORDERED:
        yield Words(f"「{name}」不能比较大小", f"{name} has no order to compare by")
    group = _repeating(name, items)
    if group and not item.linkId.startswith(f"{group}."):
        yield Words(
            f"条件指向重复组「{group}」里的问题，组外永不成立",
            f"the condition asks inside the repeating group {group}; it never holds outside",
        )


def _repeating(link: str, items: Mapping[str, Item]) -> str:
    """Return the outermost repeating group that a question stands in; empty for none."""
    parts = link.split(".")
    groups = (".".join(parts[:n]) for n in range(1, len(parts)))
    return next((g for g in groups if g in items and items[g].repeats), "")
