import base64
import json
import subprocess
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from audit import merkle
from audit.checkpoint import (
    Checkpoint,
    CheckpointError,
    open_note,
    sign,
    verifier_key,
)
from audit.event import Entry, moment, plain, read
from audit.parts import Chunk, spread
from audit.places import COLUMNS, Places
from audit.verify import verify
from law.words import Words
from tests.shared import shared

LEAVES = st.lists(st.binary(max_size=8), min_size=1, max_size=70).map(
    lambda entries: [merkle.leaf(entry) for entry in entries]
)
KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
ORIGIN = "shenbei.test/trail"


def vectors(kind):
    return sorted(shared("merkle", kind).rglob("*.json"))


def decoded(text):
    return base64.b64decode(text or "")


def test_inclusion_vectors_pass_and_fail_as_they_must():
    paths = vectors("inclusion")
    for path in paths:
        v = json.loads(path.read_text())
        proof = [decoded(h) for h in v["proof"] or []]
        holds = merkle.verify_inclusion(
            decoded(v["leafHash"]), v["leafIdx"], v["treeSize"], proof, decoded(v["root"])
        )
        assert holds is not v["wantErr"], path
    assert len(paths) > 90


def test_consistency_vectors_pass_and_fail_as_they_must():
    paths = vectors("consistency")
    for path in paths:
        v = json.loads(path.read_text())
        proof = [decoded(h) for h in v["proof"] or []]
        roots = decoded(v["root1"]), decoded(v["root2"])
        holds = merkle.verify_consistency((v["size1"], v["size2"]), roots, proof)
        assert holds is not v["wantErr"], path
    assert len(paths) > 90


@given(LEAVES, st.data())
def test_every_entry_proves_itself_and_nothing_else(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    head, proof = merkle.root(leaves), merkle.inclusion(leaves, index)

    assert merkle.verify_inclusion(leaves[index], index, len(leaves), proof, head)
    forged = merkle.leaf(b"forged entry")
    assert not merkle.verify_inclusion(forged, index, len(leaves), proof, head)


@given(LEAVES, st.data())
def test_a_tree_is_consistent_with_each_of_its_beginnings(leaves, data):
    first = data.draw(st.integers(1, len(leaves)))
    heads = merkle.root(leaves[:first]), merkle.root(leaves)
    proof = merkle.consistency(leaves, first)

    assert merkle.verify_consistency((first, len(leaves)), heads, proof)
    if first < len(leaves):
        rewritten = merkle.root([merkle.leaf(b"rewritten"), *leaves[1:]])
        assert not merkle.verify_consistency(
            (first, len(leaves)), (heads[0], rewritten), proof
        )


@given(LEAVES, st.data())
def test_the_frontier_grows_to_the_same_root_however_it_is_fed(leaves, data):
    frontier, left = merkle.Frontier(), list(leaves)
    while left:
        width = data.draw(st.integers(1, len(left)))
        frontier.extend(left[:width])
        left = left[width:]
        frontier = merkle.Frontier(frontier.size, frontier.edge)

    assert frontier.root() == merkle.root(leaves)


def test_the_empty_tree_and_a_wrong_edge():
    assert merkle.Frontier().root() == merkle.root([]) == merkle.EMPTY
    with pytest.raises(ValueError, match="no tree"):
        merkle.Frontier(3, b"\0" * 32)
    assert merkle.consistency([merkle.leaf(b"a")], 1) == ()


@dataclass(frozen=True)
class Happened:
    day: date
    words: Words
    kind: str = "test.happened"


class Code(StrEnum):
    A = "a"


ENTRY = Entry(
    case="BJ-2026-000001",
    proceeding="ethics-review/BJ-2026-000001/1",
    seq=1,
    at=datetime(2026, 11, 24, 3, 4, 5, 6, tzinfo=UTC),
    actor={"person": "p", "body": "b", "role": "member"},
    request="r",
    policy="h",
    event=Happened(date(2026, 11, 24), Words("甲", "a")),
)


def test_canonical_bytes_are_those_of_rfc_8785():
    body = ENTRY.canonical()

    assert body == rfc8785.dumps(read(body))
    assert b'"at":"2026-11-24T03:04:05.000006Z"' in body


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=9),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from("abcxyz"), inner),
        max_leaves=20,
    )
)
def test_any_plain_event_is_canonical(value):
    body = replace(ENTRY, event={"value": value}).canonical()

    assert body == rfc8785.dumps(read(body))


def test_codes_and_maps_are_plain_and_floats_are_refused():
    assert plain({Code.A: (Code.A, ENTRY.at)}) == {"a": ["a", "2026-11-24T03:04:05.000006Z"]}
    with pytest.raises(TypeError):
        plain(0.5)


def note(size=3, root=b"\1" * 32):
    return sign(Checkpoint(ORIGIN, size, root), KEY)


def test_a_checkpoint_is_opened_by_its_key():
    assert open_note(note(), ORIGIN, KEY.public_key()) == Checkpoint(ORIGIN, 3, b"\1" * 32)


def test_a_cosignature_of_somebody_else_is_ignored():
    cosigned = note() + "— witness.example AAAAAAAA\n"

    assert open_note(cosigned, ORIGIN, KEY.public_key()).size == 3


@pytest.mark.parametrize(
    "forged",
    [
        note().replace("\n3\n", "\n4\n"),
        note().replace(ORIGIN, "other.test/log"),
        "no note",
        "a\nb\nc\n\n",
        note().split("\n\n")[0] + "\n\n",
        note().replace(f"— {ORIGIN} ", f"— {ORIGIN} !"),
        note().replace("\n\n", "\nextension\n\n"),
    ],
)
def test_a_forged_checkpoint_is_refused(forged):
    with pytest.raises(CheckpointError):
        open_note(forged, ORIGIN, KEY.public_key())


def test_a_checkpoint_of_another_key_is_refused():
    with pytest.raises(CheckpointError):
        open_note(note(), ORIGIN, Ed25519PrivateKey.generate().public_key())


def test_openssl_accepts_the_signature(tmp_path):
    text, signature = note().split("\n\n")
    (tmp_path / "body").write_text(text + "\n")
    (tmp_path / "sig").write_bytes(base64.b64decode(signature.split()[-1])[4:])
    pem = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "key").write_bytes(pem)
    arguments = ["-pubin", "-inkey", "key", "-rawin", "-in", "body", "-sigfile", "sig"]

    done = subprocess.run(
        ["openssl", "pkeyutl", "-verify", *arguments],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert verifier_key(ORIGIN, KEY.public_key()).startswith(f"{ORIGIN}+")


def chunk(count, start=0):
    bodies = [replace(ENTRY, seq=n + 1).canonical() for n in range(start, start + count)]
    return Chunk(start, bodies, [merkle.leaf(body) for body in bodies])


def test_a_whole_trail_verifies_through_its_checkpoints():
    one, two = chunk(5), chunk(4, start=5)
    leaves = [*one.leaves, *two.leaves]
    signed = [Checkpoint(ORIGIN, n, merkle.root(leaves[:n])) for n in (0, 3, 5, 9)]

    report = verify([one, two], signed)

    assert report, report.faults
    assert (report.size, report.root, report.checkpoints) == (9, merkle.root(leaves), 3)


def test_a_changed_entry_a_gap_and_a_cut_are_found():
    whole = chunk(5)
    changed = Chunk(0, [*whole.bodies[:2], b"{}", *whole.bodies[3:]], whole.leaves)
    signed = [Checkpoint(ORIGIN, 5, merkle.root(whole.leaves))]

    assert verify([changed], signed).faults == [
        "entry 2: the bytes do not match the stored hash",
        "the tree of 5 has another root than signed",
    ]
    assert verify([chunk(2), chunk(2, start=3)]).faults == ["entry 3 stands where 2 should"]
    assert verify([chunk(4)], signed).faults == [
        "checkpoint of 5 entries, the trail ends before"
    ]


def test_after_a_gap_the_checkpoints_are_said_to_be_out_of_reach():
    signed = [Checkpoint(ORIGIN, 9, b"\1" * 32)]

    assert verify([chunk(2), chunk(2, start=3), chunk(2, start=5)], signed).faults == [
        "entry 3 stands where 2 should",
        "checkpoint of 9 entries, could not be reached",
    ]


@pytest.mark.parametrize("width", [4, 9, 10])
def test_stretches_are_looked_at_in_order_by_one_process_or_several(width):
    assert list(spread(list, 9, width)) == list(range(9))


def columns(entry):
    return (
        entry.case,
        entry.proceeding,
        entry.seq,
        entry.event.kind,
        moment(entry.at),
        entry.request,
    )


def places(*rows):
    """Look at rows page by page, one and then all to a page: both find the same."""
    one, all_of_them, whole = Places(), Places(), Places()
    for row, body in rows:
        page = Places()
        page.take([row], [body])
        one.join(page)
    all_of_them.take(*zip(*rows, strict=True))
    whole.join(all_of_them)
    assert one.faults == whole.faults
    return whole.faults


def test_a_proceeding_counts_one_two_three():
    first, second = ENTRY, replace(ENTRY, seq=2)
    place = ENTRY.proceeding

    assert places(*((columns(e), e.canonical()) for e in (first, second))) == []
    assert places((columns(second), second.canonical())) == [f"{place}: 2 follows 0"]
    twice = (columns(first), first.canonical())
    assert places(twice, twice) == [f"{place}: 1 follows 1"]


@pytest.mark.parametrize("column", ["case", "kind", "at", "request"])
def test_a_row_says_what_its_bytes_say(column):
    said = dict(zip(COLUMNS, columns(ENTRY), strict=True))
    row = tuple((said | {column: "other"}).values())

    assert places((row, ENTRY.canonical())) == [
        f"{ENTRY.proceeding} 1: the row's {column} is not that of the bytes"
    ]


def test_bytes_that_are_no_entry_are_found():
    for body in (b"", b"{}", b"[]", b'{"event":1}', b'{"event":{"kind":[]}}'):
        assert places((columns(ENTRY), body)) == [
            f"{ENTRY.proceeding} 1: the bytes are no entry"
        ]
