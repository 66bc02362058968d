"""Words for people, in the two languages everything here is said in."""

from typing import Literal, NamedTuple

Language = Literal["zh-CN", "en"]


class Words(NamedTuple):
    """One thing said in Chinese and in English; the Chinese wording is the binding one."""

    zh: str
    en: str

    def say(self, language: Language = "zh-CN") -> str:
        """Return the wording in one language."""
        return self.en if language == "en" else self.zh

    def __str__(self) -> str:
        return self.zh


def joined(parts: tuple[Words, ...]) -> Words:
    """Join several wordings into one sentence list."""
    return Words("；".join(p.zh for p in parts), "; ".join(p.en for p in parts))
