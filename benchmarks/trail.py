"""Verify a trail against SHA-256 of the same bytes; to reach: at most 1.3 times.

The floor hashes bytes that are in memory. The verification reads them from a file as it would
from a database, starts its processes, hashes, builds the tree and compares. The second figure
reads the columns beside the bytes, too, parses each entry, compares the two, and counts each
proceeding: at most 2.5 times.
"""

import pickle
import tempfile
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from audit.parts import Chunk, Part, examine, spread

if TYPE_CHECKING:
    from audit.places import Places

ENTRIES = 1_000_000
CHUNK = 4096
STRETCH = 2 * CHUNK
ROUNDS = 7
Seen = tuple[Part, "Places | None"]


def main() -> None:
    """Print the best of some rounds, all sides in the same run."""
    from benchmarks.ballots import write  # noqa: PLC0415 -- the other process begins without

    with tempfile.TemporaryDirectory() as folder:
        starts = range(0, ENTRIES, CHUNK)
        size = sum(write(Path(folder), range(ENTRIES)[n : n + CHUNK]) for n in starts)
        rounds = [
            (
                sum(_hash(Path(folder) / str(start)) for start in starts),
                _verify(partial(_look, folder)),
                _verify(partial(_look_whole, folder)),
            )
            for _ in range(ROUNDS)
        ]
    floor, hashed, whole = map(min, zip(*rounds, strict=True))
    print(f"verify {ENTRIES} entries of {size // ENTRIES} bytes: {hashed:.3f} s")
    print(f"  floor, SHA-256 of the same bytes: {floor:.3f} s; {hashed / floor:.2f} (<= 1.3)")
    print(f"  columns and counts, too: {whole:.3f} s; ratio {whole / floor:.2f} (<= 2.5)")


def _hash(page: Path) -> float:
    bodies = _chunk(page).bodies
    start = perf_counter()
    for body in bodies:
        sha256(body).digest()
    return perf_counter() - start


def _verify(look: Callable[[range], list[Seen]]) -> float:
    from audit.places import Places  # noqa: PLC0415 -- likewise
    from audit.verify import Verifier  # noqa: PLC0415 -- likewise

    start = perf_counter()
    verifier, places = Verifier(), Places()
    for part, seen in spread(look, ENTRIES, STRETCH):
        verifier.take(part)
        if seen:
            places.join(seen)
    report = verifier.report()
    if not report or report.size != ENTRIES or places.faults:
        raise RuntimeError("the trail does not verify")
    return perf_counter() - start


def _look(folder: str, indices: range) -> list[Seen]:
    pages = [Path(folder) / str(start) for start in indices[::CHUNK]]
    return [(examine(_chunk(page)), None) for page in pages]


def _look_whole(folder: str, indices: range) -> list[Seen]:
    return [_whole(Path(folder) / str(start)) for start in indices[::CHUNK]]


def _whole(page: Path) -> Seen:
    from audit.places import Places  # noqa: PLC0415 -- likewise

    chunk, places = _chunk(page), Places()
    columns = pickle.loads(page.with_suffix(".columns").read_bytes())  # noqa: S301 -- our own
    places.take(columns, chunk.bodies)
    return examine(chunk), places


def _chunk(page: Path) -> Chunk:
    chunk: Chunk = pickle.loads(page.read_bytes())  # noqa: S301 -- our own, of this run
    return chunk


if __name__ == "__main__":
    main()
