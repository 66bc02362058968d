"""Rules of a jurisdiction as data: the same questions, answered by other rows.

`law/data/jurisdictions/<code>.toml` names the row for each question. A second one (the US
Common Rule) shows that nothing here is wired to one law.
"""

from dataclasses import dataclass
from datetime import date

from law.clock import Due, due
from law.committee import fewer, objection
from law.finding import Finding
from law.meeting import needed
from law.parameters import Parameter, instrument_data, parameter
from law.words import Words


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """The row behind each question; an empty name means that the law asks no such thing."""

    code: str
    committee_minimum: str
    quorum: str
    majority: str
    simplified_minimum: str
    followup: str
    records_years: str = ""
    decision_limit: str = ""
    expert_minimum: str = ""
    simplified_may_refuse: bool = True

    def committee(self, members: int, *, on: date) -> Finding:
        """Tell whether a committee has enough members."""
        row = parameter(self.committee_minimum, on=on)
        return fewer(members, row, Words("委员", "members"))

    def may_meet(self, present: int, members: int, *, on: date) -> Finding:
        """Tell whether enough members are present: a number, or a share of all."""
        row = parameter(self.quorum, on=on)
        return _enough(present, needed(members, row), row, Words("到会", "present"))

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


def _enough(count: int, least: int, row: Parameter, what: Words) -> Finding:
    if count >= least:
        return Finding()
    words = Words(f"{what.zh} {count} 人，须 {least} 人", f"{count} {what.en}, {least} needed")
    return objection(words, row)
