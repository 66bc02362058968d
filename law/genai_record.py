"""What a generative-AI security test recorded; `genai_security` judges it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Sample:
    """What a test drew and how many passed; of a refusal test, how many were refused."""

    sampled: int
    passed: int

    def __post_init__(self) -> None:
        if not 0 <= self.passed <= self.sampled:
            raise ValueError(
                f"抽检 {self.sampled} 条，却记 {self.passed} 条 · "
                f"{self.passed} passed of {self.sampled} sampled"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A test record. None is "not recorded", which fails like any shortfall.

    Per-class counts are keyed by risk (`a1_a`) or aspect (`culture`); an empty mapping means
    that only the total was recorded.
    """

    corpus_manual: Sample | None = None
    corpus_drawn: Sample | None = None  # of all items of the corpus, those checked technically
    corpus_technical: Sample | None = None
    sources: Mapping[str, Sample] = field(default_factory=dict[str, Sample])
    collected: Mapping[str, Sample] = field(default_factory=dict[str, Sample])
    """Of each source, before and after collection: items assessed, how many were illegal."""
    keywords: int | None = None
    keywords_by_risk: Counts = field(default_factory=dict[str, int])
    question_bank: int | None = None
    question_bank_by_risk: Counts = field(default_factory=dict[str, int])
    refuse_bank: int | None = None
    refuse_bank_by_risk: Counts = field(default_factory=dict[str, int])
    non_refuse_bank: int | None = None
    non_refuse_bank_by_aspect: Counts = field(default_factory=dict[str, int])
    left_out: frozenset[str] = frozenset()  # aspects a specialised model does not touch
    moved: bool | None = None  # what is left out is in the refuse bank
    output_manual: Sample | None = None
    output_keyword: Sample | None = None
    output_classifier: Sample | None = None
    refusal: Sample | None = None
    non_refusal: Sample | None = None
    updates: Mapping[str, tuple[date, date]] = field(
        default_factory=dict[str, tuple[date, date]]
    )
    """Of `keyword`, `question`, `bank`: the update before the last, and the last."""
    signers: int | None = None
