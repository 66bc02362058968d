"""Filing numbers (网信算备…号): grammar and check digit, as derived from the public lists.

`网信算备` + 21 digits + `号`: division 6, entity 7, class 2, year 2, serial 3, check 1. The
check digit is our own finding over 7,944 listed numbers (one exception), not an official
statement.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from unicodedata import normalize

from law.division import province
from law.finding import WordedError
from law.parameters import versions
from law.words import Words

_DIGITS: Final = re.compile(r"\s*(?:网信算备)?\s*([0-9]+)\s*号?\s*\Z")
_LENGTH: Final = 21
_LOOKALIKE: Final = str.maketrans("OoIlSB", "001158")


class AlgorithmClass(StrEnum):
    """The classes of Art. 2 of the Algorithm Recommendation Provisions, by their digits."""

    SYNTHESIS = "01"
    PUSH = "02"
    RANKING = "03"
    SEARCH = "04"
    FILTER = "05"
    DISPATCH = "06"

    @property
    def words(self) -> Words:
        """The class in words."""
        return {
            "01": Words("生成合成类", "generation and synthesis"),
            "02": Words("个性化推送类", "personalised push"),
            "03": Words("排序精选类", "ranking and selection"),
            "04": Words("检索过滤类（检索）", "search and filter: search"),
            "05": Words("检索过滤类（过滤）", "search and filter: filter"),
            "06": Words("调度决策类", "dispatch and decision"),
        }[self.value]


class FilingNumberError(WordedError):
    """The text is not a filing number; `words` say what is wrong."""


@dataclass(frozen=True, slots=True)
class FilingNumber:
    """A filing number in its parts; `str` gives it as printed."""

    division: str
    entity: str
    algorithm_class: AlgorithmClass
    year: str
    serial: str
    check: int

    @property
    def digits(self) -> str:
        """The 21 digits."""
        return f"{self._body}{self.check}"

    @property
    def _body(self) -> str:
        return f"{self.division}{self.entity}{self.algorithm_class}{self.year}{self.serial}"

    @property
    def check_holds(self) -> bool:
        """Tell whether the last digit is the derived check digit."""
        return self.check == check_digit(self._body)

    def __str__(self) -> str:
        return f"网信算备{self.digits}号"

    def doubts(self) -> tuple[Words, ...]:
        """Return what speaks against the number; warnings all, for its rules are derived."""
        found: list[Words] = []
        if not self.check_holds:
            digit = check_digit(self._body)
            found.append(
                Words(
                    f"校验位应为 {digit}，现为 {self.check}",
                    f"the check digit would be {digit}, not {self.check}",
                )
            )
        if province(self.division) is None:
            code = self.division[:2]
            found.append(
                Words(f"没有以 {code} 开头的行政区划", f"no division code begins with {code}")
            )
        began = versions("algorithm_recommendation_2022.filing_duty")[0].since.year
        if int(self.year) < began % 100:
            found.append(
                Words(
                    f"算法备案 {began} 年开始，没有 20{self.year} 年的编号",
                    f"filing began in {began}; there are no numbers of 20{self.year}",
                )
            )
        if self.serial == "000":
            found.append(Words("序号从 001 起", "serials begin with 001"))
        return tuple(found)

    def parts(self) -> tuple[tuple[Words, str, Words], ...]:
        """Return each part: its name, its digits, what they mean."""
        check = (
            Words("与推算规则相符", "follows the derived rule")
            if self.check_holds
            else Words("与推算规则不符（仅提示）", "departs from the derived rule (a warning)")
        )
        own = Words("主体的编号，各备案相同", "the entity's own, the same in all its filings")
        running = Words("该主体在该类别中的序号", "the entity's count in the class")
        place = province(self.division) or Words("未知区划", "unknown division")
        county = Words(f"{place.zh}（GB/T 2260）", f"{place.en} (GB/T 2260)")
        return (
            (Words("行政区划", "division"), self.division, county),
            (Words("主体", "entity"), self.entity, own),
            (Words("类别", "class"), self.algorithm_class.value, self.algorithm_class.words),
            (Words("年份", "year"), self.year, Words(f"20{self.year} 年", f"20{self.year}")),
            (Words("序号", "serial"), self.serial, running),
            (Words("校验位", "check digit"), str(self.check), check),
        )


def check_digit(first: str) -> int:
    """Return the check digit for the first 20 digits: (1 - sum d_i 2^(20-i)) mod 10.

    >>> check_digit("11010882348390123003")
    1
    """
    return (1 - sum(int(c) << (20 - i) for i, c in enumerate(first))) % 10


def parse(text: str) -> FilingNumber:
    """Read a filing number, with or without its words; a wrong check digit is kept.

    Raises:
        FilingNumberError: Not 21 digits, or no such class.
    """
    match = _DIGITS.match(normalize("NFKC", text))
    if match is None or len(match[1]) != _LENGTH:
        raise FilingNumberError(
            Words(
                "备案编号应为「网信算备」加二十一位数字加「号」",
                "a filing number has 21 digits",
            )
        )
    digits = match[1]
    try:
        kind = AlgorithmClass(digits[13:15])
    except ValueError:
        raise FilingNumberError(
            Words(
                f"备案编号第十四、十五位「{digits[13:15]}」不是算法类别",
                f"digits 14-15 ({digits[13:15]}) name no class of algorithm",
            )
        ) from None
    return FilingNumber(
        digits[:6], digits[6:13], kind, digits[15:17], digits[17:20], int(digits[20])
    )


def compose(
    division: str, entity: str, kind: AlgorithmClass, year: int, serial: int
) -> FilingNumber:
    """Return the number of an entity's `serial`-th algorithm in a class, check digit added.

    Raises:
        FilingNumberError: A part does not fit its digits.
    """
    body = f"{division}{entity}{kind}{year % 100:02d}{serial:03d}"
    if len(body) != _LENGTH - 1 or not body.isdecimal():
        raise FilingNumberError(
            Words(
                f"区划「{division}」、主体「{entity}」或者序号 {serial} 不能组成编号",
                f"{division!r}, {entity!r} and serial {serial} make no number",
            )
        )
    return FilingNumber(division, entity, kind, body[15:17], body[17:20], check_digit(body))


def near(text: str, most: int = 5) -> tuple[str, ...]:
    """Return numbers one slip away whose check digit holds, the likeliest slips first.

    Full-width digits and look-alike letters read as digits, a digit too many or too few; the
    check digit mistyped, two neighbouring digits swapped, one digit mistyped: in the
    serial, the entity, the class, the year, the division. A number without doubts has none,
    and none is proposed that has some. (Every weight of the check is even, so a digit wrong by
    five is not noticed.)
    """
    typed = normalize("NFKC", text).translate(_LOOKALIKE)
    digits = re.sub(r"[^0-9]", "", typed)
    if _holds(text):
        return ()
    found = (slip for slip in _slips(digits) if _holds(slip))
    return tuple(dict.fromkeys(f"网信算备{slip}号" for slip in found))[:most]


def slips(text: str) -> tuple[str, ...]:
    """Return all digits that one slip makes of a number, whether or not their check holds."""
    typed = normalize("NFKC", text).translate(_LOOKALIKE)
    digits = re.sub(r"[^0-9]", "", typed)
    return tuple(slip for slip in dict.fromkeys(_slips(digits)) if len(slip) == _LENGTH)


def _holds(digits: str) -> bool:
    try:
        return not parse(digits).doubts()
    except FilingNumberError:
        return False


def _slips(digits: str) -> Iterator[str]:
    """Yield what may have been meant: a digit too many or too few, or one of them wrong."""
    yield digits
    if len(digits) == _LENGTH + 1:
        yield from (digits[:i] + digits[i + 1 :] for i in range(_LENGTH + 1))
    if len(digits) == _LENGTH - 1:
        places = ((i, d) for i in range(_LENGTH - 1, -1, -1) for d in "0123456789")
        yield from (digits[:i] + d + digits[i:] for i, d in places)
    if len(digits) != _LENGTH:
        return
    yield f"{digits[:-1]}{check_digit(digits[:-1])}"
    for i in range(_LENGTH - 1):
        yield f"{digits[:i]}{digits[i + 1]}{digits[i]}{digits[i + 2 :]}"
    for i in (*range(17, 20), *range(6, 13), 13, 14, 15, 16, *range(6)):
        yield from (f"{digits[:i]}{other}{digits[i + 1 :]}" for other in "0123456789")
