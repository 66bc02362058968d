"""Everything the system may refuse to do, in the words of the domain.

Each refusal has a stable public code, a sentence for a person, advice on what to do next, and
the grounds in law where it has any. Codes become HTTP statuses in `api/problems.py` only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from law.finding import Finding, Reason
from law.words import Words

_NO_ADVICE = Words("", "")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal as data, so that it can cross the workflow engine unchanged."""

    code: str
    words: Words
    advice: Words = _NO_ADVICE
    reasons: tuple[Reason, ...] = ()
    problems: tuple[tuple[str, str, Words], ...] = ()  # (path, code, what is wrong)


class CaseError(Exception):
    """Base of all refusals. `code` is stable and public; the words are for people."""

    code: ClassVar[str] = "case.error"
    advice: ClassVar[Words] = _NO_ADVICE

    def __init__(self, words: Words, reasons: tuple[Reason, ...] = ()) -> None:
        super().__init__(words.zh)
        self.words = words
        self.reasons = reasons

    @property
    def refusal(self) -> Refusal:
        """The refusal as data."""
        return Refusal(self.code, self.words, self.advice, self.reasons)


class WrongStageError(CaseError):
    """The proceeding cannot take that act from where it stands."""

    code = "act.wrong_stage"
    advice = Words("查看程序目前的阶段和下一步", "read the proceeding's stage and next step")

    def __init__(self, stage: str, kind: str) -> None:
        super().__init__(
            Words(
                f"程序处于「{stage}」阶段，不能办理「{kind}」",
                f"the proceeding is at stage {stage}; {kind} is not open",
            )
        )


class AlreadyDoneError(CaseError):
    """The person has done this once, and it counts once."""

    code = "act.already_done"
    advice = Words("已经生效，无需再办", "it counts already; nothing more to do")


class NotEntitledError(CaseError):
    """The person has no seat, no vote or no place in this proceeding."""

    code = "act.not_entitled"
    advice = Words(
        "与秘书或者组织者核对名单", "check the list with the secretary or organiser"
    )


class RuleNotMetError(CaseError):
    """A rule of the law stands in the way; the reasons say which and why."""

    code = "rule.not_met"
    advice = Words("消除所列情形后再办", "remove the objections listed, then act again")

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.words, finding.objections)


class NoQuorumError(RuleNotMetError):
    """The meeting or group cannot act in this composition."""

    code = "meeting.no_quorum"
    advice = Words("补足人数和类别后再办", "complete numbers and categories, then act again")


class ConflictError(RuleNotMetError):
    """A named person may not take part in this proceeding."""

    code = "expert_group.excluded"
    advice = Words("更换所列人员后再办", "replace the people named, then act again")


class UndeclaredError(CaseError):
    """Somebody has not signed the declaration of interests for this case."""

    code = "declaration.missing"
    advice = Words("先签署利益冲突声明", "sign the declaration of interests first")


class ReasonMissingError(CaseError):
    """The act needs a written reason."""

    code = "act.reason_missing"
    advice = Words("写明理由后再办", "state the reason, then act again")


class TextError(CaseError):
    """A text holds markup, template braces or control characters, or is too long."""

    code = "text.not_plain"
    advice = Words("改写为纯文字后再提交", "send plain words instead")


class FilingNumberInvalidError(CaseError):
    """The filing number does not follow the grammar, the check digit or the case."""

    code = "filing_number.invalid"
    advice = Words(
        "核对编号；确与纸质件一致的，以 as_printed 提交",
        "check the number; if the paper really bears it, send as_printed",
    )


class LawNotInForceError(CaseError):
    """The law had no such rule on the day that governs."""

    code = "law.not_in_force"
    advice = Words("核对触发日期", "check the date that triggers the rule")


class CreditCodeInvalidError(CaseError):
    """The unified social credit code fails its check character."""

    code = "credit_code.invalid"
    advice = Words("核对统一社会信用代码（GB 32100）", "check the code (GB 32100)")


class IncompleteError(CaseError):
    """The answers do not fill the form; `problems` maps paths to what is wrong."""

    code = "form.incomplete"
    advice = Words("按清单一次补齐", "complete everything on the list")

    def __init__(self, problems: Mapping[str, tuple[str, Words]]) -> None:
        super().__init__(
            Words(
                f"还有 {len(problems)} 处需要补正",
                f"{len(problems)} entries need mending",
            )
        )
        self.problems = problems

    @property
    def refusal(self) -> Refusal:
        """The refusal with one line for each entry."""
        lines = tuple((path, code, words) for path, (code, words) in self.problems.items())
        return Refusal(self.code, self.words, self.advice, self.reasons, lines)
