"""Papers of the safety assessment and the algorithm filing."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from documents.papers.base import AnyPaper, Part
from law.words import Words


@dataclass(frozen=True, kw_only=True)
class Point:
    """One of the eight points of an assessment (2018 Provisions, Art. 5)."""

    number: int
    title: Words
    measure: str
    met: bool


@dataclass(frozen=True, kw_only=True)
class SafetyReport(AnyPaper):
    """安全评估报告 (2018 Provisions, Arts. 5 to 7)."""

    template: ClassVar[str] = "safety_report"
    series: ClassVar[str] = "安评字"
    service: str
    trigger: Words
    points: tuple[Point, ...]
    open_hazards: int
    conclusion: str
    signers: tuple[tuple[Words, str], ...]  # role and name


@dataclass(frozen=True, kw_only=True)
class Commitment(AnyPaper):
    """承诺书 (2023 Measures, Art. 9 (5))."""

    template: ClassVar[str] = "commitment"
    series: ClassVar[str] = "承字"
    statements: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class MainResponsibility(AnyPaper):
    """落实算法安全主体责任基本情况 (Algorithm Recommendation Provisions, Art. 7)."""

    template: ClassVar[str] = "main_responsibility"
    series: ClassVar[str] = "责字"
    officer: str  # head of algorithm safety
    measures: tuple[Part, ...]


@dataclass(frozen=True, kw_only=True)
class SelfAssessmentReport(AnyPaper):
    """算法安全自评估报告 (Algorithm Recommendation Provisions, Art. 24)."""

    template: ClassVar[str] = "self_assessment_report"
    series: ClassVar[str] = "自评字"
    algorithm: str
    chapters: tuple[Part, ...]


@dataclass(frozen=True, kw_only=True)
class PublicationText(AnyPaper):
    """拟公示内容 (Algorithm Recommendation Provisions, Arts. 16 and 24)."""

    template: ClassVar[str] = "publication_text"
    series: ClassVar[str] = "公示字"
    algorithm: str
    principle: str
    mechanism: str
    scenario: str
    purpose: str


@dataclass(frozen=True, kw_only=True)
class FilingNotice(AnyPaper):
    """算法备案通知书 (Algorithm Recommendation Provisions, Arts. 25 and 26)."""

    template: ClassVar[str] = "filing_notice"
    series: ClassVar[str] = "网信备字"
    filing_number: str
    algorithm: str
    algorithm_class: Words
    role: Words
    product: str
    purpose: str
    warning: Words | None


@dataclass(frozen=True, kw_only=True)
class ReturnNotice(AnyPaper):
    """不予备案通知书: the material is incomplete (Art. 25)."""

    template: ClassVar[str] = "return_notice"
    series: ClassVar[str] = "网信退字"
    received_on: date
    items: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ChangeNotice(AnyPaper):
    """备案变更通知书 (Art. 24)."""

    template: ClassVar[str] = "change_notice"
    series: ClassVar[str] = "网信变字"
    filing_number: str
    changed_on: date
    changes: tuple[tuple[Words, str, str], ...]  # what, before, after


@dataclass(frozen=True, kw_only=True)
class CancellationNotice(AnyPaper):
    """备案注销通知书 (Arts. 24 and 33)."""

    template: ClassVar[str] = "cancellation_notice"
    series: ClassVar[str] = "网信注字"
    filing_number: str
    ended_on: date
    reason: Words
    arrangements: tuple[str, ...]  # for users, data, models


@dataclass(frozen=True, kw_only=True)
class RectificationOrder(AnyPaper):
    """责令改正通知书 (Arts. 28 and 31)."""

    template: ClassVar[str] = "rectification_order"
    series: ClassVar[str] = "网信改字"
    findings: tuple[tuple[str, str], ...]  # what was found, which rule it breaks
    by_day: date
