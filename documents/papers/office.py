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
    """One paper or attachment of a dossier, and where in it the file lies."""

    title: str
    number: str  # of a paper
    issued_on: date
    pages: int  # 0: no PDF
    sha256: str
    part: int = 1
    name: str = ""  # of the enclosed file
    version: int = 1
    standing: str = "current"  # or replaced, or withdrawn, when the dossier was made


@dataclass(frozen=True, kw_only=True)
class DossierPart(AnyPaper):
    """案卷分卷: encloses some of a case's papers and attachments, as files."""

    template: ClassVar[str] = "dossier_part"
    series: ClassVar[str] = "分卷字"  # unused: a part bears the number of its index
    part: int
    parts: int
    filed: tuple[Filed, ...]


@dataclass(frozen=True, kw_only=True)
class DossierIndex(AnyPaper):
    """案卷目录: all papers and attachments of a case, and its parts, with their hashes."""

    template: ClassVar[str] = "dossier_index"
    series: ClassVar[str] = "卷字"
    filed: tuple[Filed, ...]
    parts: tuple[tuple[str, str], ...] = ()  # number and SHA-256 of each
