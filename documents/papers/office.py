"""Papers of the office itself: reports, certificates, dossiers."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from documents.papers.base import AnyPaper
from law.words import Words


@dataclass(frozen=True, kw_only=True)
class AnnualReport(AnyPaper):
    """科技伦理审查工作年度报告, due on 31 March (2023 Measures, Art. 45)."""

    template: ClassVar[str] = "annual_report"
    series: ClassVar[str] = "伦年字"
    year: int
    figures: tuple[tuple[Words, int], ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TrainingCertificate(AnyPaper):
    """培训合格证明 (2023 Measures, Art. 8)."""

    template: ClassVar[str] = "training_certificate"
    series: ClassVar[str] = "伦培字"
    person: str
    course: str
    hours: int
    completed_on: date


@dataclass(frozen=True, kw_only=True)
class Filed:
    """One paper or attachment of a dossier."""

    title: str
    number: str
    issued_on: date
    pages: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class DossierIndex(AnyPaper):
    """案卷目录: all papers and attachments of a case, with their hashes."""

    template: ClassVar[str] = "dossier_index"
    series: ClassVar[str] = "卷字"
    filed: tuple[Filed, ...]
