"""Rules of a jurisdiction as data: the same questions, answered by other rows.

`law/data/jurisdictions/<code>.toml` names the row for each question. A second one (the US
Common Rule) shows that nothing here is wired to one law.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from law.clock import Due, due
from law.committee import fewer, objection
from law.finding import Finding
from law.meeting import needed
from law.parameters import Parameter, instrument_data, parameter
from law.words import Words


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """The row behind each question; an empty name means that the law asks no such thing.

    `members` and `present` name, for each kind of member that must be there, the row with
    their least number: of a committee, and in the room.
    """

    code: str
    committee_minimum: str
    quorum: str
    majority: str
    simplified_minimum: str
    followup: str
    records_years: str = ""
    decision_limit: str = ""
    expert_minimum: str = ""
    simplified_no_refusal: str = ""
    members: Mapping[str, str] = field(default_factory=dict[str, str])
    present: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def rows(self) -> frozenset[str]:
        """The names of all rows it reads."""
        single = {
            value for name in self.__slots__ if isinstance(value := getattr(self, name), str)
        }
        several = {*self.members.values(), *self.present.values()}
        return frozenset(single | several) - {self.code, ""}

    def committee(self, members: int, kinds: Mapping[str, int], *, on: date) -> Finding:
        """Tell whether a committee has enough members, in all and of each kind."""
        row = parameter(self.committee_minimum, on=on)
        finding = fewer(members, row, Words("委员", "members"))
        return finding & _of_each(self.members, kinds, on)

    def may_meet(
        self, present: int, members: int, kinds: Mapping[str, int], *, on: date
    ) -> Finding:
        """Tell whether enough are present: a number or a share of all, and of each kind."""
        row = parameter(self.quorum, on=on)
        finding = _enough(present, needed(members, row), row, Words("到会", "present"))
        return finding & _of_each(self.present, kinds, on)

    def simplified(self, reviewers: int, *, refuses: bool, on: date) -> Finding:
        """Tell whether a simplified review may end so: enough reviewers, a refusal allowed."""
        row = parameter(self.simplified_minimum, on=on)
        finding = fewer(reviewers, row, Words("审查委员", "reviewers"))
        if refuses and self.simplified_no_refusal:
            rule = parameter(self.simplified_no_refusal, on=on)
            finding &= objection(rule.label, rule)
        return finding

    def carries(self, agree: int, present: int, *, on: date) -> Finding:
        """Tell whether enough of those present agree."""
        row = parameter(self.majority, on=on)
        return _enough(agree, needed(present, row), row, Words("同意", "agree"))

    def next_review(self, approved: date) -> Due:
        """Return the last day of the next review of an approved activity."""
        return due(approved, parameter(self.followup, on=approved))


def jurisdiction(code: str) -> Jurisdiction:
    """Return a jurisdiction: `cn` or `us`."""
    return Jurisdiction(code=code, **instrument_data(f"jurisdictions/{code}"))


def _of_each(rows: Mapping[str, str], kinds: Mapping[str, int], on: date) -> Finding:
    finding = Finding()
    for kind, name in rows.items():
        row = parameter(name, on=on)
        if (count := kinds.get(kind, 0)) < row.whole:
            words = f"{row.label.zh}：{row.whole}，现有 {count}"
            finding &= objection(
                Words(words, f"{row.label.en}: {row.whole}, not {count}"), row
            )
    return finding


def _enough(count: int, least: int, row: Parameter, what: Words) -> Finding:
    if count >= least:
        return Finding()
    words = Words(f"{what.zh} {count} 人，须 {least} 人", f"{count} {what.en}, {least} needed")
    return objection(words, row)
