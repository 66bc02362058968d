"""When a safety-assessment report is due, and what it must hold (2018 Provisions)."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from law.clock import Due, due
from law.finding import Finding, Reason
from law.parameters import parameter
from law.words import Words


class Trigger(StrEnum):
    """The five triggers of Art. 3."""

    NEW_SERVICE = "3.1"
    NEW_TECHNOLOGY = "3.2"
    USER_GROWTH = "3.3"
    HARMFUL_SPREAD = "3.4"
    WRITTEN_NOTICE = "3.5"

    @property
    def before_launch(self) -> bool:
        """Tell whether the report is due before the launch, not after the event (Art. 7)."""
        return self in {Trigger.NEW_SERVICE, Trigger.NEW_TECHNOLOGY}


def report_due(trigger: Trigger, event: date) -> Due | None:
    """Return the last day of the report for an event; None where it is due before launch."""
    if trigger.before_launch:
        return None
    return due(event, parameter("safety_assessment_2018.report_limit", on=event))


def is_late(trigger: Trigger, event: date, submitted: date) -> bool:
    """Tell whether a report submitted on a day is late; on the launch day itself it is."""
    last = report_due(trigger, event)
    return submitted >= event if last is None else submitted > last.on


def complete(met: Collection[int], open_hazards: int, *, on: date) -> Finding:
    """Tell whether all eight points are met and no hazard is open (Arts. 5 and 6).

    Args:
        met: Numbers of the points assessed as met.
        open_hazards: Hazards found and not yet removed.
        on: Day of submission.
    """
    points = parameter("safety_assessment_2018.points", on=on)
    objections = [
        Reason(
            Words(f"第 {n} 项未评估或者未通过", f"point {n} is not assessed or not met"),
            points.citation,
            points.confidence,
        )
        for n in range(1, points.whole + 1)
        if n not in met
    ]
    if open_hazards:
        row = parameter("safety_assessment_2018.rectified", on=on)
        words = Words(
            f"尚有 {open_hazards} 项安全隐患未消除",
            f"{open_hazards} hazards are still open",
        )
        objections.append(Reason(words, row.citation, row.confidence))
    return Finding(tuple(objections))


def signed(signers: int, *, on: date) -> Finding:
    """Tell whether enough named roles signed the report (office policy, not statute)."""
    least = parameter("office_policy.report_signers", on=on)
    if signers >= least.whole:
        return Finding()
    words = Words(
        f"报告签署 {signers} 人，少于 {least.whole} 人",
        f"{signers} signers, fewer than {least.whole}",
    )
    return Finding((Reason(words, least.citation, least.confidence),))
