"""Unified social credit code (统一社会信用代码), GB 32100-2015: eighteen characters."""

from typing import Final

_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_LENGTH: Final = 18


def check_character(first: str) -> str:
    """Return the eighteenth character for the first seventeen (GB 32100-2015, 5).

    >>> check_character("91110108MA01YL8X3")
    'A'
    """
    total = sum(_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(first))
    return _ALPHABET[(31 - total % 31) % 31]


def is_valid(code: str) -> bool:
    """Tell whether a code has the right length, alphabet and check character."""
    return (
        len(code) == _LENGTH
        and all(c in _ALPHABET for c in code)
        and check_character(code[:-1]) == code[-1]
    )
