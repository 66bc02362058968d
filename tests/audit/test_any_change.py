"""Whatever is changed, wherever, no bundle holds and no proof proves another thing."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import merkle, tree
from audit.archive import contents
from audit.bundle import Trusted, packed
from clitools.standalone import main
from tests.audit.test_bundle import LOG, SEEN, bundle, opened, zipped
from tests.audit.test_tree import LEAVES, computed, grown

TRUSTED = Trusted(
    log=[LOG.text],
    witnesses=[SEEN.text],
    signers=b"-----BEGIN CERTIFICATE-----\nc2lnbmVycw==\n-----END CERTIFICATE-----\n",
    stampers=b"-----BEGIN CERTIFICATE-----\nc3RhbXBlcnM=\n-----END CERTIFICATE-----\n",
)
DATA = zipped(bundle(trusted=TRUSTED))
PARTS = contents(DATA)


def changed(data, place, value):
    """Return bytes with the one at a place changed by a value from 1 to 255."""
    found = bytearray(data)
    found[place] ^= value
    return bytes(found)


def test_the_bundle_holds_before_anything_is_changed():
    assert opened(DATA)
    assert all(PARTS[name] for name in ("README.md", "manifest.txt", "trust/signers.pem"))


def test_any_bit_of_any_byte_of_the_file_changed_is_found():
    for place in range(len(DATA)):
        for bit in range(8):
            found = opened(changed(DATA, place, 1 << bit))
            assert not found.consistent, (place, bit)


@pytest.mark.parametrize("name", sorted(name for name, body in PARTS.items() if body))
def test_any_byte_of_any_part_changed_is_found_though_packed_anew(name):
    chance = Random(name)
    for place in range(len(PARTS[name])):
        value = chance.randrange(1, 256)
        found = opened(packed(PARTS | {name: changed(PARTS[name], place, value)}))
        assert not found.consistent, (place, value)


def test_the_verifier_alone_says_so_in_its_exit_code(tmp_path, capsys):
    file, chance = tmp_path / "bundle.zip", Random(1)
    arguments = [str(file), "--log-key", LOG.text]
    for place in chance.sample(range(len(DATA)), 150):
        file.write_bytes(changed(DATA, place, chance.randrange(1, 256)))
        assert main(arguments) == 1, place
        assert "Traceback" not in "".join(capsys.readouterr())


@given(st.lists(st.sampled_from([1, 3, 16, 17, 255, 300]), min_size=3, max_size=9), st.data())
def test_a_trail_is_consistent_with_every_beginning_and_a_proof_proves_one_thing(sizes, data):
    nodes, whole = grown(sizes)
    old, mid, new = sorted(data.draw(st.integers(1, whole)) for _ in range(3))
    heads = {size: tree.head(size, nodes) for size in (old, mid, new)}
    indices = {data.draw(st.integers(0, old - 1)), data.draw(st.integers(0, old - 1))}
    placed = {
        (index, size): computed(nodes, tree.inclusion(index, size))
        for index in indices
        for size in heads
    }
    grew = {
        pair: computed(nodes, tree.consistency(*pair))
        for pair in ((old, mid), (mid, new), (old, new))
    }

    for (index, size), own in placed.items():
        for proof in placed.values():
            holds = merkle.verify_inclusion(LEAVES[index], index, size, proof, heads[size])
            assert holds is (proof == own)
    for (first, second), own in grew.items():
        both = heads[first], heads[second]
        for proof in grew.values():
            holds = merkle.verify_consistency((first, second), both, proof)
            assert holds is (proof == own)


@given(st.integers(2, 600), st.data())
def test_a_proof_with_any_bit_changed_or_a_hash_too_many_or_few_proves_nothing(size, data):
    nodes, _ = grown([size])
    first, index = data.draw(st.integers(1, size - 1)), data.draw(st.integers(0, size - 1))
    heads = tree.head(first, nodes), tree.head(size, nodes)
    path = computed(nodes, tree.inclusion(index, size))
    growth = computed(nodes, tree.consistency(first, size))
    for proof, holds in (
        (path, lambda p: merkle.verify_inclusion(LEAVES[index], index, size, p, heads[1])),
        (growth, lambda p: merkle.verify_consistency((first, size), heads, p)),
    ):
        assert holds(proof)
        at = data.draw(st.integers(0, len(proof) - 1))
        bent = changed(
            proof[at], data.draw(st.integers(0, 31)), data.draw(st.integers(1, 255))
        )
        for other in (
            (*proof[:at], bent, *proof[at + 1 :]),
            (*proof[:at], *proof[at + 1 :]),
            (*proof, proof[at]),
            (*proof[:at], proof[at][:-1], *proof[at + 1 :]),
        ):
            assert not holds(other)
