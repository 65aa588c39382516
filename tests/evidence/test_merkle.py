"""The Merkle tree: agrees with published roots and with an independent implementation."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scitt_cose import merkle as peer

from custody.errors import EvidenceError
from custody.evidence import merkle
from custody.evidence.encoding import sha256

SIZE = 40
ENTRIES = [f"entry {n}".encode() for n in range(SIZE)]
LEAVES = [merkle.leaf_hash(entry) for entry in ENTRIES]
ROOTS = [merkle.root_of(LEAVES[:size]) for size in range(SIZE + 1)]


def nodes_of(leaves: list[bytes]) -> dict[tuple[int, int], bytes]:
    return {(level, at): node for level, at, node in merkle.grow(0, leaves, refuse)}


def refuse(level: int, position: int) -> bytes:
    raise AssertionError(f"asked for subtree {level}/{position}, which is not complete")


def reader(nodes: dict[tuple[int, int], bytes], size: int) -> Callable[[int, int], bytes]:
    def read(level: int, position: int) -> bytes:
        if (position + 1) << level > size:
            refuse(level, position)
        return nodes[level, position]

    return read


NODES = nodes_of(LEAVES)


def hexes(hashes: list[bytes]) -> list[str]:
    return [h.hex() for h in hashes]


# Leaves and roots of the reference tests of Certificate Transparency.
CT_LEAVES = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
CT_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.mark.parametrize("size", range(9))
def test_the_roots_are_those_of_the_certificate_transparency_tests(size: int) -> None:
    leaves = [merkle.leaf_hash(bytes.fromhex(leaf)) for leaf in CT_LEAVES[:size]]
    assert merkle.root_of(leaves).hex() == CT_ROOTS[size]
    assert peer.merkle_root(CT_LEAVES[:size]) == CT_ROOTS[size]


@pytest.mark.parametrize("size", range(SIZE + 1))
def test_the_root_from_stored_nodes_is_the_root_by_definition_and_the_peers(size: int) -> None:
    assert merkle.root_at(size, reader(NODES, size)) == ROOTS[size]
    assert peer.merkle_root([e.hex() for e in ENTRIES[:size]]) == ROOTS[size].hex()


@given(st.lists(st.integers(0, 9), max_size=8))
def test_growing_in_steps_gives_the_same_nodes_as_growing_at_once(steps: list[int]) -> None:
    nodes: dict[tuple[int, int], bytes] = {}
    size = 0
    for step in steps:
        batch = [sha256(bytes([n])) for n in range(size, size + step)]
        made = merkle.grow(size, batch, reader(nodes, size))
        assert not nodes.keys() & {(level, at) for level, at, _ in made}
        nodes |= {(level, at): node for level, at, node in made}
        size += step
    assert nodes == nodes_of([sha256(bytes([n])) for n in range(size)])
    assert len(nodes) <= 2 * size


def test_every_inclusion_proof_is_the_peers_and_verifies_in_both() -> None:
    for size in range(1, SIZE + 1):
        read = reader(NODES, size)
        entries = [entry.hex() for entry in ENTRIES[:size]]
        for index in range(size):
            path = merkle.inclusion_path(index, size, read)
            assert hexes(path) == peer.inclusion_proof(entries, index)
            assert merkle.verify_inclusion(LEAVES[index], index, size, path, ROOTS[size])
            assert peer.verify_inclusion(
                entries[index], index, size, hexes(path), ROOTS[size].hex()
            )


def test_every_consistency_proof_is_the_peers_and_verifies_in_both() -> None:
    for new in range(1, SIZE + 1):
        read = reader(NODES, new)
        entries = [entry.hex() for entry in ENTRIES[:new]]
        for old in range(1, new + 1):
            path = merkle.consistency_path(old, new, read)
            assert hexes(path) == peer.consistency_proof(entries, old, new)
            assert merkle.verify_consistency(old, new, path, ROOTS[old], ROOTS[new])
            assert peer.verify_consistency(
                ROOTS[old].hex(), ROOTS[new].hex(), old, new, hexes(path)
            )


def test_a_proof_costs_a_logarithmic_number_of_reads() -> None:
    size = 5_000
    leaves = [sha256(n.to_bytes(4)) for n in range(size)]
    nodes = nodes_of(leaves)
    for index in (0, 1, 2_047, 2_048, 4_095, 4_096, 4_998, 4_999):
        reads: list[tuple[int, int]] = []

        def read(level: int, at: int, reads: list[tuple[int, int]] = reads) -> bytes:
            reads.append((level, at))
            return nodes[level, at]

        merkle.inclusion_path(index, size, read)
        merkle.consistency_path(index + 1, size, read)
        merkle.root_at(size, read)
        assert len(reads) <= 6 * size.bit_length()


def test_an_inclusion_proof_holds_for_its_own_place_only() -> None:
    for size in (1, 2, 3, 7, 8, 21):
        for index in range(size):
            path = merkle.inclusion_path(index, size, reader(NODES, size))
            for other in range(-1, size + 2):
                same = merkle.verify_inclusion(LEAVES[index], other, size, path, ROOTS[size])
                assert same == (other == index)
            for leaf in range(size):
                same = merkle.verify_inclusion(LEAVES[leaf], index, size, path, ROOTS[size])
                assert same == (leaf == index)


def test_many_inclusion_proofs_of_one_tree_are_judged_as_each_of_them_alone() -> None:
    for size in range(1, SIZE + 1):
        paths = [
            tuple(merkle.inclusion_path(index, size, reader(NODES, size))) for index in range(size)
        ]
        for order in (range(size), range(0, size, 3), reversed(range(size))):
            tree = merkle.Inclusions(size, ROOTS[size])
            assert all(tree.holds(LEAVES[index], index, paths[index]) for index in order)


@given(st.integers(1, SIZE), st.data())
def test_no_proof_makes_a_false_one_beside_it_hold(size: int, data: st.DataObject) -> None:
    places = st.integers(-1, size + 1)
    tree = merkle.Inclusions(size, ROOTS[size])
    for _ in range(4):
        index, told, leaf = data.draw(st.tuples(st.integers(0, size - 1), places, places))
        path = merkle.inclusion_path(index, size, reader(NODES, size))
        shown = LEAVES[leaf % size] if data.draw(st.booleans()) else LEAVES[index]
        match data.draw(st.sampled_from(("whole", "changed", "short", "long", "cut"))):
            case "changed" if path:
                path[data.draw(st.integers(0, len(path) - 1))] = LEAVES[leaf % size]
            case "short":
                path = path[: data.draw(st.integers(0, len(path)))]
            case "long":
                path = [*path, LEAVES[0]]
            case "cut" if path:
                at = data.draw(st.integers(0, len(path) - 1))
                path[at] = path[at][:-1]
        place = told if data.draw(st.booleans()) else index
        alone = merkle.verify_inclusion(shown, place, size, path, ROOTS[size])
        assert tree.holds(shown, place, tuple(path)) == alone


@given(st.integers(1, SIZE), st.data())
def test_a_torn_inclusion_proof_is_refused(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    path = merkle.inclusion_path(index, size, reader(NODES, size))
    leaf, root = LEAVES[index], ROOTS[size]

    def holds(other: list[bytes]) -> bool:
        return merkle.verify_inclusion(leaf, index, size, other, root)

    assert not holds([*path, root])
    assert not holds([*path, leaf])
    assert not holds([leaf, *path])
    for at in range(len(path)):
        assert not holds(path[:at] + path[at + 1 :])
        assert not holds([*path[:at], leaf, *path[at:]])
        assert not holds([*path[:at], sha256(path[at]), *path[at + 1 :]])
        assert not holds([*path[:at], path[at][:-1], *path[at + 1 :]])
        assert not holds([*path[:at], path[at] + b"\x00", *path[at + 1 :]])
    if len(path) > 1 and len(set(path)) == len(path):
        assert not holds(path[::-1])


def test_the_root_itself_with_an_empty_path_proves_nothing_in_a_larger_tree() -> None:
    for size in range(2, SIZE + 1):
        assert not merkle.verify_inclusion(ROOTS[size], 0, size, [], ROOTS[size])
    assert merkle.verify_inclusion(LEAVES[0], 0, 1, [], LEAVES[0])


def test_nothing_is_included_in_the_empty_tree() -> None:
    assert not merkle.verify_inclusion(merkle.EMPTY, 0, 0, [], merkle.EMPTY)


def test_an_inner_node_is_not_accepted_as_an_entry() -> None:
    left, right = LEAVES[0], LEAVES[1]
    inner = merkle.node_hash(left, right)
    assert merkle.leaf_hash(left + right) != inner
    assert ROOTS[3] == merkle.node_hash(inner, LEAVES[2])
    assert not merkle.verify_inclusion(inner, 0, 3, [LEAVES[2]], ROOTS[3])


def test_a_path_longer_than_the_tree_is_refused_even_when_its_hashes_lead_to_the_root() -> None:
    assert not merkle.verify_inclusion(LEAVES[1], 0, 1, [LEAVES[0]], ROOTS[2])
    path = merkle.consistency_path(3, 4, reader(NODES, 4))
    above = LEAVES[9]
    old_root, new_root = (merkle.node_hash(above, ROOTS[size]) for size in (3, 4))
    assert merkle.verify_consistency(3, 4, path, ROOTS[3], ROOTS[4])
    assert not merkle.verify_consistency(3, 4, [*path, above], old_root, new_root)


def test_a_path_shorter_than_the_tree_is_refused_even_when_its_hashes_lead_to_the_root() -> None:
    assert not merkle.verify_inclusion(LEAVES[0], 0, 3, [LEAVES[1]], ROOTS[2])
    assert not merkle.verify_consistency(1, 3, [LEAVES[1]], ROOTS[1], ROOTS[2])


def test_a_smaller_tree_never_continues_a_larger_one() -> None:
    assert not merkle.verify_consistency(2, 1, [], ROOTS[2], ROOTS[2])


def test_moving_a_byte_from_one_hash_to_its_neighbour_is_refused() -> None:
    # The bytes that are hashed stay the same, so only the length of each hash tells.
    left, right = LEAVES[0], LEAVES[1]
    assert merkle.node_hash(left + right[:1], right[1:]) == ROOTS[2]
    assert not merkle.verify_inclusion(left + right[:1], 0, 2, [right[1:]], ROOTS[2])
    seed = left + right[:1]
    assert not merkle.verify_consistency(1, 2, [right[1:]], seed, ROOTS[2])


@given(st.integers(1, SIZE), st.data())
def test_a_torn_consistency_proof_is_refused(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    path = merkle.consistency_path(old, new, reader(NODES, new))

    def holds(other: list[bytes]) -> bool:
        return merkle.verify_consistency(old, new, other, ROOTS[old], ROOTS[new])

    assert not holds([*path, ROOTS[new]])
    for at in range(len(path)):
        assert not holds(path[:at] + path[at + 1 :])
        assert not holds([*path[:at], sha256(path[at]), *path[at + 1 :]])
        assert not holds([*path[:at], path[at][:-1], *path[at + 1 :]])
    wrong = sha256(b"another history")
    assert not merkle.verify_consistency(old, new, path, wrong, ROOTS[new])
    assert not merkle.verify_consistency(old, new, path, ROOTS[old], wrong)
    if old != new:
        assert not merkle.verify_consistency(old, new, [], ROOTS[old], ROOTS[new])
        assert not merkle.verify_consistency(new, old, path, ROOTS[new], ROOTS[old])


def test_growth_from_an_empty_tree_proves_nothing() -> None:
    for path in ([], [ROOTS[5]], [merkle.EMPTY]):
        assert not merkle.verify_consistency(0, 5, path, merkle.EMPTY, ROOTS[5])
        assert not merkle.verify_consistency(0, 0, path, merkle.EMPTY, merkle.EMPTY)
        assert not merkle.verify_consistency(-1, 5, path, merkle.EMPTY, ROOTS[5])


def test_a_rewritten_history_has_no_consistency_proof() -> None:
    forged = [*LEAVES[:3], sha256(b"forged"), *LEAVES[4:20]]
    nodes = nodes_of(forged)
    new_root = merkle.root_of(forged)
    path = merkle.consistency_path(10, 20, reader(nodes, 20))
    assert merkle.verify_consistency(10, 20, path, merkle.root_of(forged[:10]), new_root)
    assert not merkle.verify_consistency(10, 20, path, ROOTS[10], new_root)


@given(
    st.integers(-2, 2**64),
    st.integers(-2, 2**64),
    st.lists(st.binary(min_size=31, max_size=33), max_size=70),
)
@settings(max_examples=50)
def test_a_proof_check_answers_no_whatever_it_is_given(
    first: int, second: int, path: list[bytes]
) -> None:
    assert not merkle.verify_inclusion(LEAVES[0], first, second, path, ROOTS[7])
    assert not merkle.verify_consistency(first, second, path, ROOTS[6], ROOTS[7])


@pytest.mark.parametrize(("first", "second"), [(-1, 3), (3, 3), (4, 3), (0, 0)])
def test_no_inclusion_proof_is_made_for_a_leaf_outside_the_tree(first: int, second: int) -> None:
    with pytest.raises(EvidenceError, match="C401"):
        merkle.inclusion_path(first, second, reader(NODES, SIZE))


@pytest.mark.parametrize(("old", "new"), [(0, 3), (-1, 3), (4, 3)])
def test_no_consistency_proof_is_made_from_nothing_or_backwards(old: int, new: int) -> None:
    with pytest.raises(EvidenceError, match="C401"):
        merkle.consistency_path(old, new, reader(NODES, SIZE))
