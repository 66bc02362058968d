"""The stored tree gives the same hashes as the whole one, from few of them."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import merkle, tree

LEAVES = [sha256(n.to_bytes(4)).digest() for n in range(5000)]


def grown(sizes):
    """Return what is stored after appends of these sizes, each reading what it may."""
    nodes, size = {}, 0
    for count in sizes:
        needed = read(nodes, tree.before(size, count))
        new = LEAVES[size : size + count]
        nodes |= {(0, size + n): leaf for n, leaf in enumerate(new)}
        nodes |= tree.completed(size, new, needed)
        size += count
    return nodes, size


def read(nodes, runs):
    return {
        (r.level, r.start + n): nodes[r.level, r.start + n]
        for r in runs
        for n in range(r.length)
    }


def computed(nodes, proof):
    wanted = tree.runs(subtree for one in proof for subtree in one)
    return tree.computed(proof, read(nodes, wanted))


@given(
    st.lists(st.sampled_from([1, 2, 15, 16, 17, 255, 300]), min_size=1, max_size=16), st.data()
)
def test_proofs_from_stored_hashes_are_those_of_the_whole_tree(sizes, data):
    nodes, size = grown(sizes)

    index = data.draw(st.integers(0, size - 1))
    first = data.draw(st.integers(1, size))
    assert computed(nodes, tree.inclusion(index, size)) == merkle.inclusion(
        LEAVES[:size], index
    )
    assert computed(nodes, tree.consistency(first, size)) == merkle.consistency(
        LEAVES[:size], first
    )
    assert tree.head(size, nodes) == merkle.root(LEAVES[:size])


def test_a_proof_among_a_million_reads_few_hashes():
    size = 1_000_000
    for index in range(0, size, 7919):
        proof = tree.inclusion(index, size)
        runs = tree.runs(subtree for one in proof for subtree in one)
        assert len(proof) <= 20
        assert sum(run.length for run in runs) <= 150


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 5)])
def test_no_proof_of_what_is_not_there(index, size):
    with pytest.raises(ValueError, match="does not hold"):
        tree.inclusion(index, size)
