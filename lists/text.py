"""Cleaning and comparing the words of lists."""

import re
from typing import Final
from unicodedata import category, normalize

_SPACE: Final = re.compile(r"\s+")
_CJK: Final = r"[　-〿㐀-鿿豈-﫿！-｠]"
_STRAY: Final = re.compile(rf"(?<={_CJK}) | (?={_CJK})")


def clean(text: str) -> str:
    r"""Return text as it is shown: no control characters, no stray space beside Chinese.

    >>> clean(" 深圳市 腾讯\n计算机系统 Deep  Seek ")
    '深圳市腾讯计算机系统Deep Seek'
    """
    kept = text if text.isprintable() else "".join(filter(_kept, text))
    return _STRAY.sub("", _SPACE.sub(" ", kept).strip())


def _kept(character: str) -> bool:
    return character in "\t\n\r" or not category(character).startswith("C")


def normal(text: str) -> str:
    """Return text as it is compared and searched: half-width, one case, no space.

    >>> normal("ＤｅｅｐＳｅｅｋ （北京）")
    'deepseek(北京)'
    """
    return _SPACE.sub("", normalize("NFKC", text)).casefold()
