"""A rule's answer, with the reasons a letter prints and a refusal shows."""

from dataclasses import dataclass

from law.citation import Citation, Confidence
from law.words import Words, joined


@dataclass(frozen=True, slots=True)
class Reason:
    """One ground: what was found, where the rule stands, how surely we know its wording."""

    words: Words
    citation: Citation
    confidence: Confidence = Confidence.TWO_COPIES


class WordedError(ValueError):
    """What was given cannot be read; `words` say what is wrong, in both languages."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.zh)
        self.words = words


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer of a rule. Falsy while something stands against it; `a & b` joins two."""

    objections: tuple[Reason, ...] = ()

    def __bool__(self) -> bool:
        return not self.objections

    def __and__(self, other: "Finding") -> "Finding":
        return Finding(self.objections + other.objections)

    @property
    def words(self) -> Words:
        """All objections in one line, each with its article."""
        return joined(
            tuple(
                Words(
                    f"{r.words.zh}（{r.citation.words.zh}）",
                    f"{r.words.en} ({r.citation.words.en})",
                )
                for r in self.objections
            )
        )
