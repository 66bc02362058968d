"""Compare rows with the bytes beside them, and count each proceeding: it goes 1, 2, 3."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from msgspec import MsgspecError, Struct
from msgspec.json import Decoder

from audit.event import read

Columns = tuple[str, str, int, str, str, str]
"""What a row says of its entry beside the bytes, for queries to find it by."""
COLUMNS: Final = ("case", "proceeding", "seq", "kind", "at", "request")
_NOTED: Final = {
    "paper.issued",
    "correction.withdrawn",
    "case.attached",
    "ethics_review.submitted",
}


class _Event(Struct, gc=False):
    kind: str


class _Entry(Struct, gc=False):
    """What is compared: the rest is read over, which is half of the time."""

    case: str
    proceeding: str
    seq: int
    event: _Event
    at: str
    request: str


_decode: Final = Decoder(_Entry).decode


class Places:
    """Compares rows with their bytes; each proceeding must count 1, 2, 3."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.papers: set[tuple[object, ...]] = set()
        """Of each paper that the entries say was issued: proceeding, template, number,
        version, the proceeding of its number, the hash it replaces, its own hash."""
        self.withdrawn: set[str] = set()
        """SHA-256 of each paper that the entries say was withdrawn."""
        self.attached: set[tuple[object, ...]] = set()
        """(case, SHA-256, media type, bytes) of each attachment the entries tell of."""
        self.submissions: set[tuple[str, int, str]] = set()
        """(case, version, content hash) of each version the entries say was submitted."""
        self.first: dict[str, int] = {}
        self.last: dict[str, int] = {}
        """The first and the last place seen of each proceeding."""

    def take(self, rows: Sequence[Columns], bodies: Sequence[bytes]) -> None:
        """Look at the next rows in the order of the trail."""
        first, last = self.first, self.last
        for row, body in zip(rows, bodies, strict=True):
            _, proceeding, seq, _, _, _ = row
            before = last.get(proceeding)
            if before is None:
                first[proceeding] = seq
            elif seq != before + 1:
                self.faults.append(f"{proceeding}: {seq} follows {before}")
            last[proceeding] = seq
            try:
                e = _decode(body)
            except MsgspecError:
                self.faults.append(f"{proceeding} {seq}: the bytes are no entry")
                continue
            kind = e.event.kind
            said = (e.case, e.proceeding, e.seq, kind, e.at, e.request)
            if said != row:
                self.faults += _departing(row, said)
            if kind in _NOTED:
                self._note(row, read(body)["event"])

    def _note(self, row: Columns, event: dict[str, Any]) -> None:
        match event:
            case {
                "kind": "paper.issued",
                "paper": {"template": str(t), "number": str(n), "sha256": str(h)} as paper,
            }:
                of = paper.get("of") or row[1]
                version, old = paper.get("version", 1), paper.get("replaces", "")
                self.papers.add((row[1], t, n, version, of, old, h))
            case {
                "kind": "correction.withdrawn",
                "opening": {"paper": {"sha256": str(h)}},
            }:
                self.withdrawn.add(h)
            case {"kind": "case.attached", "sha256": str(h), "media": str(media)}:
                self.attached.add((row[0], h, media, event.get("size")))
            case {
                "kind": "ethics_review.submitted",
                "opening": {"version": int(version), "content": str(content)},
            }:
                self.submissions.add((row[0], version, content))
            case _:
                pass

    def join(self, later: "Places") -> None:
        """Go on with what was found in the rows that follow."""
        for proceeding, first in later.first.items():
            last = self.last.get(proceeding, 0)
            if first != last + 1:
                self.faults.append(f"{proceeding}: {first} follows {last}")
        self.last |= later.last
        self.faults += later.faults
        self.papers |= later.papers
        self.withdrawn |= later.withdrawn
        self.attached |= later.attached
        self.submissions |= later.submissions


def _departing(row: Columns, said: Sequence[object]) -> Iterator[str]:
    for column, ours, theirs in zip(COLUMNS, row, said, strict=True):
        if ours != theirs:
            yield f"{row[1]} {row[2]}: the row's {column} is not that of the bytes"
