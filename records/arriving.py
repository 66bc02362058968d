"""What arrives from another log, and whether it is the institution's."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from audit.bundle import Word
from audit.event import read
from cases.procedures import is_proceeding


class ClashError(ValueError):
    """What is here already is other than what is to be taken over."""

    def __init__(self, clashes: Sequence[str]) -> None:
        super().__init__("; ".join(clashes[:10]))
        self.clashes = list(clashes)


@dataclass(frozen=True)
class Proven:
    """An entry with its proof in the log it comes from."""

    place: int
    body: bytes
    proof: str


@dataclass(frozen=True)
class Arriving:
    """What arrives: entries in the order of their log, their words, and rows by table."""

    institution: str
    origin: str
    log_key: str
    manifest: str
    entries: Sequence[Proven]
    words: Sequence[Word]
    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    digests: Mapping[str, str]


def strange(arriving: Arriving) -> Iterator[str]:
    """Yield what has no place in an export of the institution."""
    rows = arriving.rows
    own = {row["party_id"] for row in rows.get("case_party", ())} | {arriving.institution}
    own |= {r["id"] for r in rows.get("party", ()) if r["serves"] == arriving.institution}
    yield from (
        f"{row['id']}: a body that runs a platform is not taken over"
        for row in rows.get("party", ())
        if row["kind"] == "platform"
    )
    for one in arriving.entries:
        entry = read(one.body)
        stream, case, event = str(entry["proceeding"]), entry["case"], entry["event"]
        kind, _, rest = stream.partition("/")
        if case:
            fits = rest == case if kind == "case" else rest.split("/")[0] == case
            fits = fits and (kind == "case" or is_proceeding(stream))
        else:
            fits = kind == "person" or (kind == "party" and rest in own)
        if event["kind"] == "case.opened":
            fits = fits and event["institution"] == arriving.institution
        if not fits:
            yield f"{stream} {entry['seq']}: it is not the institution's"
