"""The stream-head map: stored and computed maps agree, and one stream has one provable answer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.errors import EvidenceError
from custody.evidence import headmap
from custody.evidence.encoding import ZERO, sha256
from custody.evidence.headmap import DictNodes, Head, MapNode, MapProof

HEADS = st.builds(
    lambda count, more, leaf: Head(count, count + more, leaf),
    st.integers(1, 1000),
    st.integers(0, 1000),
    st.binary(min_size=32, max_size=32),
)
STREAMS = st.integers(0, 60).map(lambda n: f"vial:{n:032x}")
MAPS = st.dictionaries(STREAMS, HEADS, min_size=1, max_size=40)


def stream(number: int) -> str:
    return f"vial:{number:032x}"


def head(number: int) -> Head:
    return Head(1, number, sha256(number.to_bytes(4)))


def built(count: int) -> tuple[dict[str, Head], DictNodes, bytes]:
    heads = {stream(n): head(n) for n in range(count)}
    nodes = DictNodes()
    return heads, nodes, headmap.apply(nodes, heads)


class CountingNodes(DictNodes):
    def __init__(self) -> None:
        super().__init__()
        self.reads = self.writes = 0

    def get(self, path: str) -> MapNode | None:
        self.reads += 1
        return super().get(path)

    def put(self, path: str, node: MapNode) -> None:
        self.writes += 1
        super().put(path, node)


@given(st.lists(MAPS, min_size=1, max_size=5))
@settings(max_examples=60)
def test_a_map_kept_up_to_date_is_the_map_made_from_nothing(changes: list[dict[str, Head]]) -> None:
    nodes, heads = DictNodes(), dict[str, Head]()
    for change in changes:
        heads |= change
        root = headmap.apply(nodes, change)
        assert root == headmap.root_of(heads) == headmap.root(nodes)
    fresh = DictNodes()
    headmap.apply(fresh, heads)
    assert nodes.nodes == fresh.nodes


@given(MAPS, STREAMS)
def test_every_stream_is_proved_at_its_head_and_every_other_stream_absent(
    heads: dict[str, Head], other: str
) -> None:
    nodes = DictNodes()
    root = headmap.apply(nodes, heads)
    for name in {*heads, other}:
        proof = headmap.prove(nodes, name)
        assert headmap.verify_map(root, name, heads.get(name), proof)
        assert (proof.kind == "present") == (name in heads)


def test_the_empty_map_has_a_root_and_proves_absence() -> None:
    nodes = DictNodes()
    assert headmap.root(nodes) == headmap.root_of({}) == headmap.apply(nodes, {})
    assert headmap.root(nodes) == sha256(b"\x03" + ZERO + ZERO)
    proof = headmap.prove(nodes, stream(1))
    assert headmap.verify_map(headmap.root(nodes), stream(1), None, proof)


def test_streams_whose_keys_share_a_long_prefix_are_told_apart() -> None:
    keys = [bytes(31) + b"\x00", bytes(31) + b"\x01", bytes(20) + b"\xff" * 12, b"\xff" * 32]
    items = sorted((headmap._bits(k), k, sha256(k)) for k in keys)
    nodes = DictNodes()
    root = ZERO
    for item in items:
        root = headmap._write(nodes, "", nodes.get(""), [item])
    leaves = [(int.from_bytes(k), k + v) for _, k, v in items]
    assert root == headmap._root_of(leaves, 255)
    assert nodes.nodes["0" * 255 + "1"] == MapNode(headmap.LEAF, keys[1], sha256(keys[1]))


def test_an_update_and_a_proof_cost_a_logarithmic_number_of_reads_and_writes() -> None:
    nodes = CountingNodes()
    headmap.apply(nodes, {stream(n): head(n) for n in range(4_000)})
    assert nodes.writes == len(nodes.nodes)
    depth = max(map(len, nodes.nodes)) + 1
    assert depth < 40
    for number in (0, 17, 3_999, 4_000, 4_001):
        nodes.reads = nodes.writes = 0
        headmap.apply(nodes, {stream(number): Head(2, 9_000, ZERO)})
        assert nodes.reads <= depth + 1
        assert nodes.writes <= depth + 2
        nodes.reads = 0
        headmap.prove(nodes, stream(number))
        assert nodes.reads <= depth + 1


def test_many_changes_at_once_write_each_touched_node_once() -> None:
    nodes = CountingNodes()
    headmap.apply(nodes, {stream(n): head(n) for n in range(2_000)})
    nodes.writes = nodes.reads = 0
    headmap.apply(nodes, {stream(n): Head(2, 9_000 + n, ZERO) for n in range(2_000)})
    assert nodes.writes == nodes.reads == len(nodes.nodes)


def test_another_head_than_the_recorded_one_is_refused() -> None:
    heads, nodes, root = built(50)
    name = stream(7)
    good, proof = heads[name], headmap.prove(nodes, name)
    assert headmap.verify_map(root, name, good, proof)
    for wrong in (
        replace(good, count=2),
        replace(good, count=0),
        replace(good, index=8),
        replace(good, leaf=ZERO),
        replace(good, leaf=good.leaf[:-1]),
        replace(good, index=2**60),
        heads[stream(8)],
        None,
    ):
        assert not headmap.verify_map(root, name, wrong, proof)
    assert not headmap.verify_map(root, stream(8), good, proof)
    assert not headmap.verify_map(headmap.root_of({}), name, good, proof)


def test_a_recorded_stream_cannot_be_shown_as_absent() -> None:
    heads, nodes, root = built(50)
    for name, known in heads.items():
        proof = headmap.prove(nodes, name)
        own = (headmap.map_key(name), headmap.map_value(name, known))
        forgeries = [MapProof("empty", proof.copath), MapProof("other", proof.copath, own)]
        for other in (stream(n) for n in range(50)):
            leaf = (headmap.map_key(other), headmap.map_value(other, heads[other]))
            forgeries.append(MapProof("other", headmap.prove(nodes, other).copath, leaf))
            forgeries.append(MapProof("other", proof.copath, leaf))
        for forged in forgeries:
            assert not headmap.verify_map(root, name, None, forged)


def test_an_absent_stream_cannot_be_shown_as_recorded() -> None:
    _, nodes, root = built(50)
    for number in range(50, 90):
        proof = headmap.prove(nodes, stream(number))
        for copath in (proof.copath, *(headmap.prove(nodes, stream(n)).copath for n in range(50))):
            shown = MapProof("present", copath)
            assert not headmap.verify_map(root, stream(number), head(number), shown)


def test_the_leaf_of_another_branch_proves_no_absence() -> None:
    # Same sibling hashes, other leaf: only the prefix rule tells that the leaf lives elsewhere.
    one, two = next(
        (stream(a), stream(b))
        for a in range(20)
        for b in range(20)
        if headmap.map_key(stream(a))[0] < 128 <= headmap.map_key(stream(b))[0]
    )
    nodes = DictNodes()
    root = headmap.apply(nodes, {two: head(1)})
    leaf = (headmap.map_key(two), headmap.map_value(two, head(1)))
    assert headmap.verify_map(root, two, head(1), MapProof("present", (ZERO,)))
    assert not headmap.verify_map(root, one, None, MapProof("other", (ZERO,), leaf))
    mirrored = MapNode(headmap.PARENT, MapNode(headmap.LEAF, *leaf).hash, ZERO).hash
    assert not headmap.verify_map(mirrored, one, None, MapProof("other", (ZERO,), leaf))


def test_moving_a_byte_from_the_key_to_the_value_of_a_leaf_is_refused() -> None:
    # The bytes that are hashed stay the same, so the own leaf would pass for another stream's.
    heads, nodes, root = built(50)
    name = stream(7)
    key, value = headmap.map_key(name), headmap.map_value(name, heads[name])
    copath = headmap.prove(nodes, name).copath
    for leaf in ((key + value[:1], value[1:]), (key[:-1], key[-1:] + value)):
        assert not headmap.verify_map(root, name, None, MapProof("other", copath, leaf))


def test_a_root_that_is_itself_a_leaf_or_nothing_proves_nothing() -> None:
    name, known = stream(1), head(1)
    leaf = MapNode(headmap.LEAF, headmap.map_key(name), headmap.map_value(name, known))
    assert not headmap.verify_map(leaf.hash, name, known, MapProof("present", ()))
    assert not headmap.verify_map(ZERO, name, None, MapProof("empty", ()))


def test_a_map_that_commits_to_an_impossible_head_proves_nothing() -> None:
    name = stream(1)
    for impossible in (Head(1, 1, b"short"), Head(0, 1, ZERO), Head(3, 1, ZERO)):
        nodes = DictNodes()
        root = headmap.apply(nodes, {name: impossible})
        assert not headmap.verify_map(root, name, impossible, headmap.prove(nodes, name))


@pytest.mark.parametrize("number", [3, 70])
def test_a_proof_with_an_element_too_few_too_many_or_changed_is_refused(number: int) -> None:
    heads, nodes, root = built(60)
    name = stream(number)
    known, proof = heads.get(name), headmap.prove(nodes, name)
    path = proof.copath
    torn = [(), (*path, ZERO), (ZERO, *path), (*path, *(ZERO,) * (257 - len(path))), path[::-1]]
    for at in range(len(path)):
        torn.append(path[:at] + path[at + 1 :])
        torn.append((*path[:at], sha256(path[at]), *path[at + 1 :]))
        torn.append((*path[:at], path[at][:-1], *path[at + 1 :]))
    for copath in torn:
        assert not headmap.verify_map(root, name, known, replace(proof, copath=copath))


def test_a_proof_whose_kind_and_parts_disagree_is_refused() -> None:
    heads, nodes, root = built(9)
    name = stream(1)
    proof = headmap.prove(nodes, name)
    leaf = (headmap.map_key(name), headmap.map_value(name, heads[name]))
    for kind in ("empty", "other", "absent", ""):
        wrong = replace(proof, kind=kind)  # type: ignore[arg-type]
        assert not headmap.verify_map(root, name, heads[name], wrong)
    assert not headmap.verify_map(root, name, heads[name], replace(proof, other=leaf))


@given(
    st.sampled_from(["present", "empty", "other"]),
    st.lists(st.binary(min_size=31, max_size=33), max_size=260),
    st.none() | st.tuples(st.binary(max_size=33), st.binary(max_size=33)),
    st.none() | st.builds(Head, st.integers(), st.integers(), st.binary(max_size=33)),
)
@settings(max_examples=50)
def test_a_map_check_answers_no_whatever_it_is_given(
    kind: str, copath: list[bytes], other: tuple[bytes, bytes] | None, known: Head | None
) -> None:
    proof = MapProof(kind, tuple(copath), other)  # type: ignore[arg-type]
    assert not headmap.verify_map(sha256(b"root"), stream(1), known, proof)


def test_a_malformed_stream_id_has_no_place_in_the_map() -> None:
    for name in ("", "vial:1", "vial:" + "0" * 32 + "\n", "\ud800"):
        with pytest.raises(EvidenceError, match="C401"):
            headmap.map_key(name)


def test_a_stored_map_with_a_node_missing_gives_our_own_error() -> None:
    _, nodes, _ = built(50)
    del nodes.nodes["0"]
    name = next(n for n in map(stream, range(50)) if headmap.map_key(n)[0] < 128)
    with pytest.raises(EvidenceError, match="missing"):
        headmap.prove(nodes, name)
