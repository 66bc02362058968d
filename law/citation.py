"""Where a rule stands: instrument, article, paragraph, item."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from law.words import Words

_DIGITS: Final = "零一二三四五六七八九"
_UNITS: Final = ((1000, "千"), (100, "百"), (10, "十"))


class Confidence(StrEnum):
    """How surely we know the wording of a row."""

    TWO_COPIES = "two_copies"
    ONE_COPY = "one_copy"
    MEMORY = "memory"
    INFERENCE = "inference"
    CONFLICT = "conflict"
    POLICY = "policy"

    @property
    def confirmed(self) -> bool:
        """Tell whether the wording was read in at least one copy of the text."""
        return self in {Confidence.TWO_COPIES, Confidence.ONE_COPY}


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in an instrument; `article` 0 means the whole, or its annex where named."""

    instrument: str
    title: Words
    article: int = 0
    item: int = 0
    annex: int = 0  # item of the annexed list
    paragraph: int = 0
    place: str = ""  # where the instrument counts otherwise: §46.108(b), C3

    @property
    def words(self) -> Words:
        """The place as a lawyer writes it, e.g. 《科技伦理审查办法（试行）》第十四条."""
        zh, en = f"《{self.title.zh}》", self.title.en
        if self.article:
            zh, en = f"{zh}第{numeral(self.article)}条", f"{en}, Art. {self.article}"
        if self.paragraph:
            zh, en = f"{zh}第{numeral(self.paragraph)}款", f"{en} para. {self.paragraph}"
        if self.item:
            zh, en = f"{zh}第（{numeral(self.item)}）项", f"{en}({self.item})"
        if self.annex:
            zh, en = (
                f"{zh}附件第{numeral(self.annex)}项",
                f"{en}, annex item {self.annex}",
            )
        if self.place:
            zh, en = f"{zh}{self.place}", f"{en}, {self.place}"
        return Words(zh, en)

    def __str__(self) -> str:
        return self.words.zh


def numeral(number: int) -> str:
    """Return a number from 1 to 9999 in Chinese numerals, as articles are counted.

    >>> [numeral(n) for n in (8, 10, 14, 20, 101, 1259)]
    ['八', '十', '十四', '二十', '一百零一', '一千二百五十九']
    """
    text, rest = "", number
    for value, unit in _UNITS:
        count, rest = divmod(rest, value)
        if count:
            text += _DIGITS[count] + unit
        elif text and rest and not text.endswith("零"):
            text += "零"
    if rest:
        text += _DIGITS[rest]
    return text[1:] if text.startswith("一十") else text
