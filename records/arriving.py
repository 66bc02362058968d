"""What arrives from another log, and whether it is the institution's."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from audit.bundle import Word
from audit.event import read
from cases.procedures import is_proceeding
from records.papers import composed, issued_numbers


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


_CASES: Final = {
    "case": "number",
    "case_party": "case_number",
    "submission": "case_number",
    "attachment": "case_number",
}
"""The column that names the case, by table."""


def misplaced(arriving: Arriving) -> Iterator[str]:
    """Yield the rows of cases that do not arrive, and the numbers that no paper bears.

    A row of another case would open that case's wall; a number counts for its body.
    """
    opened = {
        entry["case"]
        for entry in (read(one.body) for one in arriving.entries)
        if entry["event"]["kind"] == "case.opened"
    }
    for table, column in _CASES.items():
        cases = {str(row[column]) for row in arriving.rows.get(table, ())}
        for case in sorted(cases - opened):
            yield f"{table} {case}: no entry that arrives opened this case"
    issued = issued_numbers(one.body for one in arriving.entries)
    shorts = {row["id"]: str(row["short"]) for row in arriving.rows.get("party", ())}
    for row in arriving.rows.get("paper_number", ()):
        number = composed(row["series"], row["year"], row["serial"])
        short = shorts.get(row["party_id"])
        if short is None or not str(row["series"]).startswith(short):
            yield f"{number}: it is no number of {row['party_id']}"
        elif (row["proceeding"], number) not in issued:
            yield f"{number}: no entry that arrives issued a paper of this number"


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
