"""A witness signs growth and nothing else; samples are drawn alike by everybody."""

from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit import merkle
from audit.checkpoint import Checkpoint, CheckpointError, sign
from audit.notes import COSIGNATURE, NOTE, cosignatures, verifier
from audit.sampling import draw
from audit.witness import ForkError, Witness

KEY = Ed25519PrivateKey.from_private_bytes(b"1" * 32)
OWN = Ed25519PrivateKey.from_private_bytes(b"2" * 32)
LOG = verifier("log.test", NOTE, KEY.public_key())
WITNESS = Witness("witness.test", OWN, LOG)
SEEN = verifier("witness.test", COSIGNATURE, OWN.public_key())
LEAVES = [sha256(bytes([n])).digest() for n in range(40)]
FORKED = [*LEAVES[:10], *(sha256(b"x" + leaf).digest() for leaf in LEAVES[10:])]


def note(size, leaves=LEAVES, key=KEY):
    return sign(Checkpoint("log.test", size, merkle.root(leaves[:size])), key)


def proof(first, size, leaves=LEAVES):
    return merkle.consistency(leaves[:size], first)


@pytest.mark.parametrize(("last", "size"), [(None, 12), (12, 12), (12, 13), (1, 40)])
def test_growth_is_cosigned(last, size):
    before = note(last) if last else None
    line = WITNESS.see(before, note(size), proof(last or 0, size), 1_790_000_000)

    (found,) = cosignatures(note(size) + line, [SEEN])
    assert (found.witness, found.at) == ("witness.test", 1_790_000_000)
    assert cosignatures(note(size + 1 if size < 40 else 39) + line, [SEEN]) == []


@pytest.mark.parametrize(
    ("last", "new", "given"),
    [
        (note(20), note(19), ()),
        (note(20), note(20, FORKED), ()),
        (note(20), note(30, FORKED), proof(20, 30, FORKED)),
        (note(20), note(30), ()),
        (note(20), note(30), proof(19, 30)),
        (note(20), note(30), proof(20, 30)[:-1]),
    ],
    ids=["rollback", "fork", "fork-later", "no-proof", "other-proof", "cut-proof"],
)
def test_anything_else_is_not(last, new, given):
    with pytest.raises(ForkError):
        WITNESS.see(last, new, given, 1)


def test_a_note_of_another_key_is_none_of_the_logs():
    with pytest.raises(CheckpointError):
        WITNESS.see(None, note(5, key=OWN), (), 1)


def test_a_sample_depends_on_root_and_words_and_is_drawn_alike():
    cases = [f"BJ-2026-{n:06d}" for n in range(500)]
    one = draw(b"r" * 32, "第一次抽查", cases, 20)

    assert one == draw(b"r" * 32, "第一次抽查", reversed(cases), 20)
    assert len(set(one)) == 20
    assert one != draw(b"s" * 32, "第一次抽查", cases, 20)
    assert one != draw(b"r" * 32, "第二次抽查", cases, 20)
    assert draw(b"r" * 32, "x", cases[:3], 20) == draw(b"r" * 32, "x", cases[:3], 3)
    often = [draw(n.to_bytes(32), "", cases, 50).count(cases[7]) for n in range(400)]
    assert 20 <= sum(often) <= 65  # one in ten, by chance
