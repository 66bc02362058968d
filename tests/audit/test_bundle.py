"""A bundle holds, or is refused in words; whatever is changed in it is found."""

import zipfile
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from random import Random

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit import merkle
from audit.answers import Answer
from audit.bundle import Bundle, Trusted, Word, pack, packed
from audit.checkpoint import Checkpoint, sign
from audit.event import Entry
from audit.notes import COSIGNATURE, NOTE, cosign, read_verifier, verifier
from audit.opening import open_bundle
from audit.proof import LogProof, read_proof
from audit.questions import Known
from cases.clocks import PaperIssued
from cases.follow_up import Concluded, Result
from cases.proceeding import Paper
from cases.text import commitment, field_salt

NOW = datetime(2026, 11, 25, tzinfo=UTC)
CASE, PLACE = "BJ-2026-000001", "follow-up/BJ-2026-000001/1"
KEY = Ed25519PrivateKey.from_private_bytes(b"1" * 32)
WITNESS = Ed25519PrivateKey.from_private_bytes(b"2" * 32)
ORIGIN = "shenbei.test/trail"
LOG = verifier(ORIGIN, NOTE, KEY.public_key())
SEEN = verifier("witness.test", COSIGNATURE, WITNESS.public_key())
PDF = b"%PDF-1.7 not read here"
SALT = field_salt("ab" * 32, "reason")
SAID = Word(3, "reason", "理由", SALT, commitment("reason", SALT, "理由"))


def entries(count=12, at=NOW - timedelta(days=1)):
    """Return the bodies of one proceeding among those of another case."""
    words = commitment("reason", SALT, "理由")
    own = [
        Concluded(result=Result.CONTINUE, reason=words),
        PaperIssued(paper=Paper(template="t", number="1", sha256=sha256(PDF).hexdigest())),
    ]
    bodies = []
    for n in range(count):
        mine = n in {3, 7}
        bodies.append(
            Entry(
                case=CASE if mine else "BJ-2026-000009",
                proceeding=PLACE if mine else "follow-up/BJ-2026-000009/1",
                seq=(1 if n == 3 else 2) if mine else n + 1,
                at=at,
                actor={"person": "p", "body": "b", "role": "r"},
                request=f"r{n}",
                policy="",
                event=own[n == 7] if mine else own[0],
            ).canonical()
        )
    return bodies


def bundle(bodies=None, key=KEY, **changes):
    bodies = bodies or entries()
    leaves = [merkle.leaf(body) for body in bodies]
    checkpoint = Checkpoint(ORIGIN, len(leaves), merkle.root(leaves))
    note = sign(checkpoint, key) + cosign(
        checkpoint.body, "witness.test", WITNESS, 1_790_000_000
    )
    mine = [n for n, body in enumerate(bodies) if CASE.encode() in body]
    made = Bundle(
        head={"case": CASE, "size": len(bodies), "whole": True, "proceedings": {PLACE: 2}},
        checkpoint=note,
        entries={n: bodies[n] for n in mine},
        proofs={n: LogProof(n, merkle.inclusion(leaves, n), note) for n in mine},
        words=[SAID],
        papers={sha256(PDF).hexdigest(): PDF},
        trusted=Trusted(log=[LOG.text], witnesses=[SEEN.text]),
    )
    return replace(made, **changes)


KNOWN = Known(log=[LOG], witnesses=[SEEN], papers=lambda *_: Answer.PASS)


def zipped(made, key=KEY):
    return pack(made, ORIGIN, key)


def opened(data, known=KNOWN, now=NOW):
    return open_bundle(data if isinstance(data, bytes) else zipped(data), known, now)


def answers(found):
    return {check.name: check.answer.value for check in found.checks}


def rezipped(data, change):
    """Return the zip with its list of (name, bytes) changed, packed as bundles are."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = [(entry.filename, archive.read(entry)) for entry in archive.infolist()]
    return packed(dict(change(parts)))


def test_a_good_bundle_holds():
    found = opened(bundle())

    assert found, found.notes
    assert set(answers(found).values()) == {"pass"}
    assert (found.case, found.entries, found.size, found.papers) == (CASE, 2, 12, 1)
    assert found.witnesses == ["witness.test"]
    assert zipped(bundle()) == zipped(bundle())


def test_with_nothing_from_elsewhere_it_says_what_it_cannot_know():
    found = opened(bundle(), Known())

    told = answers(found)
    assert (told["log_key"], told["signatures"]) == ("unknown", "unknown")
    assert found.consistent
    assert not found  # whose it is, nobody knows
    assert found.answer is Answer.UNKNOWN


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"entries": {3: entries()[3]}, "papers": {}}, {"entries", "sequence"}),
        ({"entries": {3: entries()[3], 7: entries()[7].replace(b"r7", b"r8")}}, {"entries"}),
        (
            {"entries": {7: entries()[7]}, "proofs": {7: bundle().proofs[7]}, "words": []},
            {"sequence"},
        ),
        ({"proofs": {3: bundle().proofs[7], 7: bundle().proofs[3]}}, {"entries"}),
        ({"papers": {sha256(PDF).hexdigest(): PDF + b" "}}, {"papers"}),
        ({"papers": {sha256(b"x").hexdigest(): b"x"}}, {"papers"}),
        (
            {"words": [Word(3, "reason", "别的", SALT, commitment("reason", SALT, "理由"))]},
            {"words"},
        ),
        (
            {"words": [Word(7, "reason", "理由", SALT, commitment("reason", SALT, "理由"))]},
            {"words"},
        ),
    ],
    ids=[
        "left-out",
        "changed",
        "begins-late",
        "swapped",
        "paper",
        "foreign",
        "words",
        "moved",
    ],
)
def test_what_is_changed_is_found(changes, wrong):
    found = opened(bundle(**changes))

    assert not found
    assert {name for name, answer in answers(found).items() if answer == "fail"} == wrong
    assert found.notes


def test_a_checkpoint_of_another_log_or_key_is_refused():
    stranger = Ed25519PrivateKey.from_private_bytes(b"3" * 32)

    assert answers(opened(bundle(key=stranger)))["checkpoint"] == "fail"
    other = verifier("other.test", NOTE, KEY.public_key())
    assert answers(opened(bundle(), replace(KNOWN, log=[other])))["checkpoint"] == "fail"
    assert answers(opened(bundle(), replace(KNOWN, witnesses=[LOG])))["witnesses"] == "fail"
    assert answers(opened(bundle(), replace(KNOWN, witnesses=[])))["witnesses"] == "unknown"


@pytest.mark.parametrize("order", [1, -1])
def test_a_checkpoint_signed_before_the_key_was_changed_holds_with_a_list_of_today(order):
    new = Ed25519PrivateKey.from_private_bytes(b"4" * 32)
    keys = [verifier(ORIGIN, NOTE, new.public_key()), LOG][::order]
    data = zipped(bundle(), key=new)  # the checkpoint is of the former key

    found = opened(data, replace(KNOWN, log=keys))
    assert found, found.notes
    assert (found.notes, found.signer) == ([], LOG)
    alone = bundle(trusted=Trusted(log=[one.text for one in keys]))
    assert opened(zipped(alone, key=new), Known()).consistent


def test_a_list_signed_by_a_key_of_another_log_or_of_nobody_is_refused():
    new = Ed25519PrivateKey.from_private_bytes(b"4" * 32)
    data = zipped(bundle(), key=new)
    other = verifier("other.test", NOTE, new.public_key())

    assert answers(opened(data))["manifest"] == "fail"
    assert answers(opened(data, replace(KNOWN, log=[LOG, other])))["manifest"] == "fail"


def test_times_to_come_and_versions_to_come_are_refused():
    late = bundle(entries(at=NOW + timedelta(minutes=6)))
    newer = [body.replace(b'"v":1', b'"v":2') for body in entries()]

    assert answers(opened(late))["sequence"] == "fail"
    assert "newer" in opened(bundle(newer)).notes[0]
    assert "version 2" in opened(bundle(head={"case": CASE, "version": 2})).notes[0]


def bombed(parts):
    return [*parts, ("entries/000000000099.json", b" " * (200 << 20))]


@pytest.mark.parametrize(
    "change",
    [
        lambda parts: [*parts, ("../evil.json", b"{}")],
        lambda parts: [*parts, ("/entries/000000000001.json", b"{}")],
        lambda parts: [*parts, ("entries/1.json", b"{}")],
        lambda parts: [*parts, ("papers/x.pdf", b"{}")],
        lambda parts: [part for part in parts if part[0] != "checkpoint.txt"],
        lambda parts: [part for part in parts if part[0] != "bundle.json"],
        lambda parts: [(n, b"[]" if n == "bundle.json" else b) for n, b in parts],
        lambda parts: [(n, b"[" * 100_000 if n == "words.json" else b) for n, b in parts],
        lambda parts: [(n, b"\xff" if n == "checkpoint.txt" else b) for n, b in parts],
        lambda parts: [(n, b'{"v":1}' if n.startswith("entries") else b) for n, b in parts],
        lambda parts: [(n, b"null" if n.startswith("entries") else b) for n, b in parts],
        lambda parts: [(n, b"a+b+c" if n.endswith("log.vkey") else b) for n, b in parts],
        bombed,
    ],
)
def test_what_is_no_bundle_is_refused_in_words(change):
    found = opened(rezipped(zipped(bundle()), change))

    assert not found
    assert found.notes


def test_files_that_are_cut_doubled_or_have_something_beside_are_refused():
    data = zipped(bundle())
    twice = BytesIO(data)
    with zipfile.ZipFile(twice, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("checkpoint.txt", b"x")

    for bad in (
        data[: len(data) // 2],
        b"",
        b"PK",
        b"x" + data,
        data + b"x",
        twice.getvalue(),
    ):
        assert not opened(bad)


@pytest.mark.parametrize(
    "head",
    [
        {"case": "\ud800"},
        {"case": "\x1b[2J"},
        {"size": 13},
        {"proceedings": {PLACE: 3}},
        {"proceedings": {PLACE: 2, "filing/BJ-2026-000001/1": 4}},
    ],
    ids=range(5),
)
def test_a_head_that_tells_otherwise_is_refused(head):
    whole = {"case": CASE, "size": 12, "whole": True, "proceedings": {PLACE: 2}}
    try:
        found = opened(bundle(head=whole | head))
    except UnicodeEncodeError:
        return  # such a head cannot even be packed
    assert not found


def unknown_kind():
    return [
        body.replace(b"follow_up.concluded", b"follow_up.dissolved") if n == 3 else body
        for n, body in enumerate(entries())
    ]


def test_a_kind_of_entry_that_is_not_known_does_not_hold():
    found = opened(bundle(unknown_kind()))

    assert not found.consistent
    assert answers(found)["kinds"] == "fail"
    assert "follow_up.dissolved" in "".join(found.notes)


def test_a_paper_may_be_missing_from_a_part_of_a_case_but_not_from_the_whole():
    less = bundle(papers={})
    part = replace(less, head=less.head | {"whole": False})

    assert answers(opened(less))["papers"] == "fail"
    assert not opened(less).consistent
    assert answers(opened(part))["papers"] == "unknown"
    assert opened(part)


def test_a_part_of_a_case_says_so_and_nothing_at_all_does_not_hold():
    told = {"case": CASE, "size": 12, "whole": False, "proceedings": {PLACE: 2}}

    assert answers(opened(bundle(head=told)))["whole"] == "unknown"
    nothing = bundle(
        head=told | {"proceedings": {}}, entries={}, proofs={}, words=[], papers={}
    )
    assert answers(opened(nothing))["entries"] == "fail"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"seq":1', b'"seq":1e999'),
        (b'"seq":1', b'"seq":1.0'),
        (b'"seq":1', b'"seq": 1'),
        (b'"v":1', b'"v":true'),
        (b'{"actor"', b'{"case":"X","actor"'),
    ],
)
def test_entries_are_written_in_one_way(old, new):
    found = opened(bundle([body.replace(old, new) for body in entries()]))

    assert answers(found)["readable"] == "fail" or not found
    assert found.notes


def test_another_zip_of_the_same_parts_is_refused():
    with zipfile.ZipFile(BytesIO(zipped(bundle()))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for order, how in ((1, zipfile.ZIP_DEFLATED), (-1, zipfile.ZIP_STORED)):
        out = BytesIO()
        with zipfile.ZipFile(out, "w", how) as archive:
            for name, body in list(parts.items())[::order]:
                archive.writestr(name, body)
        assert not opened(out.getvalue())


def test_any_single_bit_changed_is_found():
    data = zipped(bundle())
    chance = Random(20261125)
    for place in chance.sample(range(len(data)), 1500):
        changed = bytearray(data)
        changed[place] ^= 1 << chance.randrange(8)
        assert not opened(bytes(changed)), place


def test_any_part_changed_and_packed_anew_is_found():
    with zipfile.ZipFile(BytesIO(zipped(bundle()))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name, body in parts.items():
        found = opened(packed(parts | {name: body + b" "}))
        assert not found, name


def test_a_proof_is_read_as_it_was_written_and_nothing_else():
    proof = bundle().proofs[3]

    assert read_proof(proof.text) == proof
    assert read_verifier(LOG.text) == LOG
    for bad in (
        "",
        "c2sp.org/tlog-proof@v1\nindex 03\n\nx",
        proof.text.replace("index", "at"),
    ):
        with pytest.raises(ValueError):  # noqa: PT011 -- in words of its own
            read_proof(bad)
    for bad in (
        "a+b",
        LOG.text.replace("+", "-", 1),
        f"x+00000000+{b64encode(b'1' * 33).decode()}",
    ):
        with pytest.raises(ValueError):  # noqa: PT011 -- in words of its own
            read_verifier(bad)
