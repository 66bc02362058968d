"""What each paper needs to know. One frozen dataclass per template of the same name."""

from typing import Any

from audit.event import plain
from documents.papers.base import FIRST, AnyPaper, Edition, Head, Part, Signatory
from documents.papers.filing import (
    CancellationNotice,
    ChangeNotice,
    Commitment,
    FilingNotice,
    MainResponsibility,
    Point,
    PublicationText,
    RectificationOrder,
    ReturnNotice,
    SafetyReport,
    SelfAssessmentReport,
)
from documents.papers.office import (
    AnnualReport,
    DossierIndex,
    DossierPart,
    Filed,
    TrainingCertificate,
)
from documents.papers.review import (
    AcceptanceNotice,
    AppealDecision,
    ConveningNotice,
    DecisionLetter,
    ExtensionNotice,
    FollowUpDecision,
    InitialOpinion,
    Minutes,
    NonAcceptance,
    ReReviewOpinion,
    SupplementNotice,
    SuspensionNotice,
)

_KINDS: tuple[type[AnyPaper], ...] = (
    *(AcceptanceNotice, SupplementNotice, NonAcceptance, ConveningNotice, Minutes),
    *(InitialOpinion, DecisionLetter, ReReviewOpinion, ExtensionNotice, FollowUpDecision),
    *(SuspensionNotice, AppealDecision, SafetyReport, Commitment, MainResponsibility),
    *(SelfAssessmentReport, PublicationText, FilingNotice, ReturnNotice, ChangeNotice),
    *(CancellationNotice, RectificationOrder, AnnualReport, TrainingCertificate),
    *(DossierPart, DossierIndex),
)
PAPERS: dict[str, type[AnyPaper]] = {kind.template: kind for kind in _KINDS}


def record(paper: AnyPaper) -> dict[str, Any]:
    """Return the facts of a paper, to travel inside it as `record.json`."""
    return {"template": paper.template, **plain(paper)}


__all__ = [
    "FIRST",
    "PAPERS",
    "AcceptanceNotice",
    "AnnualReport",
    "AnyPaper",
    "AppealDecision",
    "CancellationNotice",
    "ChangeNotice",
    "Commitment",
    "ConveningNotice",
    "DecisionLetter",
    "DossierIndex",
    "DossierPart",
    "Edition",
    "ExtensionNotice",
    "Filed",
    "FilingNotice",
    "FollowUpDecision",
    "Head",
    "InitialOpinion",
    "MainResponsibility",
    "Minutes",
    "NonAcceptance",
    "Part",
    "Point",
    "PublicationText",
    "ReReviewOpinion",
    "RectificationOrder",
    "ReturnNotice",
    "SafetyReport",
    "SelfAssessmentReport",
    "Signatory",
    "SupplementNotice",
    "SuspensionNotice",
    "TrainingCertificate",
    "record",
]
