"""Unified social credit code (统一社会信用代码), GB 32100-2015: eighteen characters."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from law.division import province
from law.finding import WordedError
from law.words import Words

_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_LENGTH: Final = 18
_LOOKALIKE: Final = str.maketrans("IOSZV", "10527")  # letters the code does not use
_DEPARTMENTS: Final = {
    "1": Words("机构编制", "public institutions"),
    "5": Words("民政", "civil affairs"),
    "9": Words("工商（市场监管）", "market regulation"),
    "Y": Words("其他", "other"),
}
_KINDS: Final = {
    "11": Words("机关", "government body"),
    "12": Words("事业单位", "public institution"),
    "13": Words("编办直接管理机构编制的群众团体", "mass organisation"),
    "19": Words("其他", "other"),
    "51": Words("社会团体", "association"),
    "52": Words("民办非企业单位", "private non-enterprise unit"),
    "53": Words("基金会", "foundation"),
    "59": Words("其他", "other"),
    "91": Words("企业", "enterprise"),
    "92": Words("个体工商户", "sole trader"),
    "93": Words("农民专业合作社", "farmers' cooperative"),
    "Y1": Words("其他", "other"),
}
_UNKNOWN: Final = Words("未列明", "not listed")


class CreditCodeError(WordedError):
    """The text is no credit code; `words` say what is wrong."""


@dataclass(frozen=True, slots=True)
class CreditCode:
    """A credit code in its parts; `str` gives it as printed."""

    department: str
    kind: str
    division: str
    organisation: str
    check: str

    @property
    def _body(self) -> str:
        return f"{self.department}{self.kind}{self.division}{self.organisation}"

    @property
    def check_holds(self) -> bool:
        """Tell whether the last character is the check character."""
        return check_character(self._body) == self.check

    def __str__(self) -> str:
        return f"{self._body}{self.check}"

    def doubts(self) -> tuple[Words, ...]:
        """Return what speaks against the code: its check character."""
        if self.check_holds:
            return ()
        right = check_character(self._body)
        return (
            Words(
                f"校验码应为 {right}，现为 {self.check}",
                f"the check character would be {right}, not {self.check}",
            ),
        )

    def parts(self) -> tuple[tuple[Words, str, Words], ...]:
        """Return each part: its name, its characters, what they mean."""
        own = Words("主体标识码（组织机构代码）", "the organisation's own code")
        check = (
            Words("与前十七位相符", "follows from the first seventeen")
            if self.check_holds
            else Words("与前十七位不符", "does not follow from the first seventeen")
        )
        known = province(self.division) or _UNKNOWN
        place = Words(f"登记机关所在：{known.zh}", f"registered in {known.en}")
        body = _KINDS.get(f"{self.department}{self.kind}", _UNKNOWN)
        return (
            (
                Words("登记管理部门", "registering department"),
                self.department,
                _DEPARTMENTS.get(self.department, _UNKNOWN),
            ),
            (Words("机构类别", "kind of body"), self.kind, body),
            (Words("区划代码", "division"), self.division, place),
            (Words("主体标识码", "organisation"), self.organisation, own),
            (Words("校验码", "check character"), self.check, check),
        )


def check_character(first: str) -> str:
    """Return the eighteenth character for the first seventeen (GB 32100-2015, 5).

    >>> check_character("91110108MA01YL8X3")
    'A'
    """
    total = sum(_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(first))
    return _ALPHABET[(31 - total % 31) % 31]


def parse(text: str) -> CreditCode:
    """Read a credit code; a wrong check character is kept.

    Raises:
        CreditCodeError: Not eighteen characters of the code's alphabet.
    """
    code = text.strip().upper()
    if len(code) != _LENGTH:
        raise CreditCodeError(
            Words(
                f"统一社会信用代码应为十八位，现有 {len(code)} 位",
                f"a credit code has 18 characters, not {len(code)}",
            )
        )
    if wrong := sorted({c for c in code if c not in _ALPHABET}):
        letters = "、".join(wrong)
        raise CreditCodeError(
            Words(
                f"统一社会信用代码不使用「{letters}」",
                f"a credit code does not use {letters}",
            )
        )
    return CreditCode(code[0], code[1], code[2:8], code[8:17], code[17])


def is_valid(code: str) -> bool:
    """Tell whether a code has the right length, alphabet and check character."""
    return (
        len(code) == _LENGTH
        and all(c in _ALPHABET for c in code)
        and check_character(code[:-1]) == code[-1]
    )


def near(text: str, most: int = 5) -> tuple[str, ...]:
    """Return valid codes one slip away: a look-alike letter, two characters swapped."""
    code = text.strip().upper()
    if is_valid(code):
        return ()
    found = (c for c in _slips(code) if c != code and is_valid(c))
    return tuple(dict.fromkeys(found))[:most]


def _slips(code: str) -> Iterator[str]:
    plain = code.translate(_LOOKALIKE)
    yield plain
    for i in range(len(plain) - 1):
        yield f"{plain[:i]}{plain[i + 1]}{plain[i]}{plain[i + 2 :]}"
    if len(plain) == _LENGTH and all(c in _ALPHABET for c in plain):
        yield plain[:-1] + check_character(plain[:-1])
