"""A file that is no list of filings, or one that must not be opened."""

from law.finding import WordedError
from law.words import Words


class ListError(WordedError):
    """The file is refused as a whole; `code` is stable, `words` say why and what to do."""

    def __init__(self, code: str, words: Words) -> None:
        super().__init__(words)
        self.code = f"list.{code}"
