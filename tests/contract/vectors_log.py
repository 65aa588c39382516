"""Vectors of the log: Merkle tree, map of stream heads, seals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from contract.vector_cases import Vector, bad, good, raw
from contract.vectors_entries import payload_0, payload_1, signed
from contract.vectors_formats import MAKER, ORIGIN, QUALITY, S, T
from custody.evidence import headmap, merkle
from custody.evidence.encoding import ZERO, b64, sha256
from custody.evidence.headmap import Head
from custody.evidence.seal import Seal

FIRST: Final = merkle.leaf_hash(signed(payload_0(), MAKER))
SECOND: Final = merkle.leaf_hash(signed(payload_1(FIRST), MAKER, QUALITY))
HEAD_S, HEAD_T = Head(2, 1, SECOND), Head(1, 0, FIRST)
SEAL: Final = Seal(ORIGIN, 2, 1_795_000_000, headmap.root_of({S: HEAD_S}), 1, None)
LEAVES: Final = [FIRST, SECOND, merkle.leaf_hash(SEAL.to_bytes())]
STEADY: Final = [merkle.leaf_hash(bytes([n])) for n in range(11)]


def vectors() -> Iterator[Vector]:
    """Yield the vectors of this file."""
    yield from _roots_and_inclusion()
    yield from _consistency()
    yield from _headmap()
    yield from _absence()
    yield from _seal()


def _reader(leaves: Sequence[bytes]) -> merkle.NodeReader:
    def nothing(_level: int, _position: int) -> bytes:
        raise AssertionError("asked for a node of an empty tree")

    nodes = {(level, at): made for level, at, made in merkle.grow(0, leaves, nothing)}
    return lambda level, position: nodes[level, position]


def _listed(hashes: Sequence[bytes]) -> list[str]:
    return [b64(h) for h in hashes]


def _roots_and_inclusion() -> Iterator[Vector]:
    for count in (0, 1, 2, 3, 7, 11):
        leaves = STEADY[:count]
        why = f"The root over {count} leaves; leaf n is the entry of one byte n."
        root = b64(merkle.root_of(leaves))
        yield good("merkle", f"root_of_{count}", why, {"leaves": _listed(leaves)}, root=root)
    three = {"leaves": _listed(LEAVES)}
    why = "Two signed events and their seal."
    yield good(
        "merkle", "root_of_two_events_and_a_seal", why, three, root=b64(merkle.root_of(LEAVES))
    )

    root, path = merkle.root_of(STEADY), merkle.inclusion_path(5, 11, _reader(STEADY))
    asked: dict[str, Any] = {
        "leaf": b64(STEADY[5]),
        "index": 5,
        "size": 11,
        "path": _listed(path),
        "root": b64(root),
    }
    last = merkle.inclusion_path(10, 11, _reader(STEADY))
    yield good("merkle", "included", "Leaf 5 of 11.", asked)
    shorter = {**asked, "leaf": b64(STEADY[10]), "index": 10, "path": _listed(last)}
    yield good("merkle", "last_leaf_included", "The last leaf has a shorter path.", shorter)
    only = {"leaf": b64(STEADY[0]), "index": 0, "size": 1, "path": [], "root": b64(STEADY[0])}
    yield good("merkle", "only_leaf_included", "A tree of one leaf.", only)
    swapped = [path[1], path[0], *path[2:]]
    inner = merkle.node_hash(STEADY[4], STEADY[5])
    for name, why, change in (
        ("index_off_by_one", "The place is part of the proof.", {"index": 4}),
        ("index_is_size", "There is no such place.", {"index": 11}),
        ("other_size", "In a tree of that size the path is shorter.", {"size": 8}),
        ("path_cut", "A hash is missing.", {"path": _listed(path[:-1])}),
        ("path_extended", "A hash too many.", {"path": _listed([*path, ZERO])}),
        ("path_swapped", "The order counts.", {"path": _listed(swapped)}),
        (
            "leaf_as_root",
            "An empty path proves one leaf only.",
            {"path": [], "root": b64(STEADY[5])},
        ),
        (
            "node_as_leaf",
            "A node one level up is no leaf.",
            {"leaf": b64(inner), "path": _listed(path[1:])},
        ),
        ("other_leaf", "Another leaf.", {"leaf": b64(STEADY[6])}),
    ):
        yield bad("merkle", name, why, {**asked, **change}, "E14")


def _consistency() -> Iterator[Vector]:
    read, roots = _reader(STEADY), [merkle.root_of(STEADY[:n]) for n in range(12)]

    def asked(old: int, new: int) -> dict[str, Any]:
        path = merkle.consistency_path(old, new, read) if old else []
        listed = {"path": _listed(path), "old_root": b64(roots[old]), "new_root": b64(roots[new])}
        return {"old": old, "new": new, **listed}

    for old, new in ((1, 11), (4, 11), (6, 7), (7, 11), (11, 11)):
        yield good(
            "merkle",
            f"grown_from_{old}_to_{new}",
            "The old leaves are the first of the new.",
            asked(old, new),
        )
    usual = asked(6, 11)
    for name, why, change in (
        (
            "grown_from_nothing",
            "An empty tree proves nothing about a larger one.",
            {"old": 0, "path": [], "old_root": b64(roots[0])},
        ),
        (
            "shrunk",
            "A log does not shrink.",
            {"old": 11, "new": 6, "old_root": usual["new_root"], "new_root": usual["old_root"]},
        ),
        ("grown_with_path_cut", "A hash is missing.", {"path": usual["path"][:-1]}),
        ("grown_with_path_extended", "A hash too many.", {"path": [*usual["path"], b64(ZERO)]}),
        ("grown_from_another", "Another old root.", {"old_root": b64(roots[5])}),
        ("grown_to_another", "Another new root.", {"new_root": b64(roots[10])}),
        ("same_size_other_root", "A fork.", {"old": 11, "path": [], "old_root": b64(roots[10])}),
    ):
        yield bad("merkle", name, why, {**usual, **change}, "E06")


def _row(head: Head) -> dict[str, Any]:
    return {"n": head.count, "i": head.index, "h": b64(head.leaf)}


def _headmap() -> Iterator[Vector]:
    for name, stream, head in (("first", S, HEAD_S), ("second", T, HEAD_T)):
        why = "Where a stream stands in the map, and what stands there."
        values = {
            "key": headmap.map_key(stream).hex(),
            "value": headmap.map_value(stream, head).hex(),
        }
        yield good(
            "headmap",
            f"key_and_value_of_the_{name}",
            why,
            {"stream": stream, "head": _row(head)},
            **values,
        )
    for name, heads in (("one_stream", {S: HEAD_S}), ("two_streams", {S: HEAD_S, T: HEAD_T})):
        given = {"heads": {s: _row(h) for s, h in heads.items()}}
        why = "The root is always a parent, also over one stream."
        yield good("headmap", f"root_of_{name}", why, given, root=headmap.root_of(heads).hex())
    many = {f"vial:{n:032x}": Head(1 + n % 3, 100 + n, sha256(bytes([n]))) for n in range(60)}
    given = {"heads": {s: _row(h) for s, h in many.items()}}
    yield good(
        "headmap",
        "root_of_sixty_streams",
        "Paths of different depth.",
        given,
        root=headmap.root_of(many).hex(),
    )

    nodes = headmap.DictNodes()
    root = headmap.apply(nodes, many)
    stream = f"vial:{7:032x}"
    copath = headmap.prove(nodes, stream).copath
    asked: dict[str, Any] = {
        "root": root.hex(),
        "stream": stream,
        "kind": "present",
        "copath": _listed(copath),
        "head": _row(many[stream]),
    }
    yield good("headmap", "present", "The one last event of a stream.", asked)
    head = many[stream]
    long = [*copath, *[ZERO] * (257 - len(copath))]
    for name, why, change in (
        ("event_cut_off", "An earlier last event.", {"head": _row(Head(1, 3, sha256(b"x")))}),
        (
            "other_count",
            "One event less with the same last leaf.",
            {"head": _row(Head(head.count - 1, head.index, head.leaf))},
        ),
        (
            "other_index",
            "Another place of the last leaf.",
            {"head": _row(Head(head.count, head.index + 1, head.leaf))},
        ),
        ("copath_cut", "A sibling is missing.", {"copath": _listed(copath[:-1])}),
        ("copath_extended", "A sibling too many.", {"copath": _listed([*copath, ZERO])}),
        ("copath_of_257", "Deeper than a key has bits.", {"copath": _listed(long)}),
        ("no_copath", "The root is never a leaf.", {"copath": []}),
        ("other_stream", "The proof of another stream.", {"stream": f"vial:{8:032x}"}),
        ("other_root", "Another seal's map.", {"root": headmap.root_of({S: HEAD_S}).hex()}),
    ):
        yield bad("headmap", name, why, {**asked, **change}, "E16")


def _absence() -> Iterator[Vector]:
    nodes = headmap.DictNodes()
    root = headmap.apply(nodes, {S: HEAD_S})
    lone = headmap.prove(nodes, T)
    empty = {"root": root.hex(), "stream": T, "kind": "empty", "copath": _listed(lone.copath)}
    yield good(
        "headmap", "absent_in_an_empty_place", "Where the stream would stand, nothing is.", empty
    )
    yield bad(
        "headmap",
        "absent_although_there",
        "The same, said of the stream that is there.",
        {**empty, "stream": S},
        "E16",
    )
    near = next(s for n in range(99) if _first_bit(s := f"vial:{n:032x}") == _first_bit(S))
    proof = headmap.prove(nodes, near)
    assert proof.other is not None
    other = {"key": proof.other[0].hex(), "value": proof.other[1].hex()}
    asked = {
        "root": root.hex(),
        "stream": near,
        "kind": "other",
        "copath": _listed(proof.copath),
        "other": other,
    }
    yield good(
        "headmap", "absent_beside_another", "Where the stream would stand, another stands.", asked
    )
    yield bad(
        "headmap",
        "absent_beside_itself",
        "A stream's own leaf shown as another's.",
        {**asked, "stream": S},
        "E16",
    )
    yield bad(
        "headmap",
        "absent_beside_a_stranger",
        "The other leaf stands elsewhere.",
        {**asked, "stream": T},
        "E16",
    )


def _first_bit(stream: str) -> int:
    return headmap.map_key(stream)[0] >> 7


def _seal() -> Iterator[Vector]:
    content = SEAL.to_bytes()
    why = "Seven lines; the leaf is the hash of exactly these bytes."
    yield raw(
        "seal", "ordinary", why, "seal.txt", content, index=2, leaf=b64(merkle.leaf_hash(content))
    )
    later = Seal(ORIGIN, 9, 1_795_000_600, SEAL.map_root, 3, 2)
    yield raw(
        "seal",
        "second",
        "It names the seal before.",
        "seal.txt",
        later.to_bytes(),
        index=9,
        leaf=b64(merkle.leaf_hash(later.to_bytes())),
    )
    for name, why, old, new in (
        ("later_format", "A later version.", b"seal/v1", b"seal/v2"),
        ("leading_nought", "Decimals have one spelling.", b"\n2\n", b"\n02\n"),
        ("plus_sign", "Decimals have one spelling.", b"\n2\n", b"\n+2\n"),
        ("no_streams", "A seal covers at least one stream.", b"\n1\n-\n", b"\n0\n-\n"),
        ("more_streams_than_events", "Each stream has an event.", b"\n1\n-\n", b"\n3\n-\n"),
        ("seal_before_is_later", "The seal before is before.", b"\n-\n", b"\n7\n"),
        ("carriage_returns", "Lines end with a line feed.", b"\n", b"\r\n"),
        ("no_last_line_feed", "The last line ends, too.", b"\n-\n", b"\n-"),
        ("eighth_line", "Seven lines.", b"\n-\n", b"\n-\n\n"),
        ("loose_base64", "Unused bits of the last letter are zero.", b"8o=\n", b"8p=\n"),
        ("space_in_origin", "Origins have no space.", b"site-1", b"site 1"),
    ):
        assert old in content
        yield raw("seal", name, why, "seal.txt", content.replace(old, new), code="C401")
