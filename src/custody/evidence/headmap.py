"""The stream-head map: a prefix tree from every stream to how many events it has and which is last.

Its root, sealed in the log, makes completeness provable: under one root a stream has one answer, so
neither its last event nor its absence can be hidden. Hashing follows the prefix tree of the IETF
KEYTRANS draft (0x02 leaf, 0x03 parent, zeros for nothing). Streams are added and moved on, never
removed. It stores nothing itself, see `MapNodes`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol, TypeAlias

from custody.evidence.encoding import HASH, INTEGER_MAX, ZERO, b64, decimal, malformed, sha256
from custody.evidence.names import stream_kind

LEAF: Final = 2
PARENT: Final = 3
DEPTH_MAX: Final = 8 * HASH

Item: TypeAlias = tuple[str, bytes, bytes]  # the key's 256 bits as text, key, value


@dataclass(frozen=True, slots=True)
class Head:
    """Where a stream stands: number of events, log index and leaf hash of the last one."""

    count: int
    index: int
    leaf: bytes


@dataclass(frozen=True, slots=True)
class MapNode:
    """A stored node: (PARENT, hash of child 0, hash of child 1) or (LEAF, map key, map value).

    Both kinds are one small number and two 32-byte strings; `hash` is SHA-256 over exactly these.
    An absent child of a parent is 32 zero bytes and has no node of its own.
    """

    kind: int
    first: bytes
    second: bytes

    @property
    def hash(self) -> bytes:
        """The node's hash, as its parent holds it."""
        return sha256(bytes((self.kind,)) + self.first + self.second)


class MapNodes(Protocol):
    """Where the nodes are kept; a table `(path TEXT PRIMARY KEY, kind, first, second)` fits.

    A node's path is the text of bits from the root: `""` is the root, `"0"` and `"1"` its children,
    `"01"` and so on; at most 256 characters, about log2(number of streams) in practice. Nodes are
    only ever put (a new one, or a replacement at the same path), never deleted: a leaf that has to
    move down to make room is replaced at its old path by a parent.
    """

    def get(self, path: str) -> MapNode | None:
        """Return the node at `path`, or None where there is none."""

    def put(self, path: str, node: MapNode) -> None:
        """Keep `node` at `path`, replacing what was there."""


class DictNodes:
    """Nodes kept in memory."""

    def __init__(self) -> None:
        self.nodes: dict[str, MapNode] = {}

    def get(self, path: str) -> MapNode | None:
        """Return the node at `path`, or None where there is none."""
        return self.nodes.get(path)

    def put(self, path: str, node: MapNode) -> None:
        """Keep `node` at `path`, replacing what was there."""
        self.nodes[path] = node


@dataclass(frozen=True, slots=True)
class MapProof:
    """Evidence about one stream under one root.

    `present`: the path ends in the stream's own leaf; `empty`: it ends in nothing; `other`: it ends
    in the leaf of another stream, whose (key, value) are `other`. `copath` holds the siblings from
    depth 1 downwards.
    """

    kind: Literal["present", "empty", "other"]
    copath: tuple[bytes, ...]
    other: tuple[bytes, bytes] | None = None


def map_key(stream: str) -> bytes:
    """Return the 32-byte place of a stream in the map; C401 when the id is malformed."""
    stream_kind(stream)
    return sha256(f"custody-map-key/v1\n{stream}\n".encode())


def map_value(stream: str, head: Head) -> bytes:
    """Return the 32-byte commitment to a stream's head."""
    count, index = decimal(head.count), decimal(head.index)
    return sha256(f"custody-map-value/v1\n{stream}\n{count}\n{index}\n{b64(head.leaf)}\n".encode())


def root(nodes: MapNodes) -> bytes:
    """Return the root of the stored map; one read."""
    return (nodes.get("") or _NOTHING).hash


def apply(nodes: MapNodes, changes: Mapping[str, Head]) -> bytes:
    """Move the given streams to their new heads and return the new root.

    For k changes among n streams O(k log n) reads and writes; each touched node is read and written
    once, even when many changes meet in it. Do it in one transaction: there is no half-way root.
    """
    items = sorted(_item(stream, head) for stream, head in changes.items())
    return _write(nodes, "", nodes.get(""), items)


def prove(nodes: MapNodes, stream: str) -> MapProof:
    """Return the proof of the stream's head, or of its absence; O(log n) reads.

    Raises EvidenceError C401 when the id is malformed or a node that must be there is missing.
    """
    key = map_key(stream)
    bits = _bits(key)
    node = nodes.get("") or _NOTHING
    copath: list[bytes] = []
    for depth, bit in enumerate(bits, start=1):
        child, sibling = (node.first, node.second)[:: -1 if bit == "1" else 1]
        copath.append(sibling)
        if child == ZERO:
            return MapProof("empty", tuple(copath))
        below = nodes.get(bits[:depth])
        if below is None:
            raise malformed("stream-head map", f"the node at {bits[:depth]} is missing")
        node = below
        if node.kind == LEAF:
            break
    if node.first == key:
        return MapProof("present", tuple(copath))
    return MapProof("other", tuple(copath), (node.first, node.second))


def verify_map(root: bytes, stream: str, head: Head | None, proof: MapProof) -> bool:
    """Tell whether `proof` shows under `root` that `stream` stands at `head` (None: is absent).

    Raises only EvidenceError C401, when the stream id is malformed.
    """
    depth = len(proof.copath)
    hashes = (root, *proof.copath, *(proof.other or ()))
    if not 1 <= depth <= DEPTH_MAX or any(len(h) != HASH for h in hashes):
        return False
    key = map_key(stream)
    bits = _bits(key)
    ending = "present" if head is not None else "other" if proof.other is not None else "empty"
    if proof.kind != ending or (head is not None and proof.other is not None):
        return False
    node = ZERO
    if head is not None:
        if len(head.leaf) != HASH or not 1 <= head.count <= head.index + 1 <= INTEGER_MAX:
            return False
        node = MapNode(LEAF, key, map_value(stream, head)).hash
    elif proof.other is not None:
        # A stream's own leaf shown as somebody else's, or one from elsewhere, would prove anything.
        other = proof.other[0]
        if other == key or _bits(other)[:depth] != bits[:depth]:
            return False
        node = MapNode(LEAF, *proof.other).hash
    for sibling, bit in zip(reversed(proof.copath), reversed(bits[:depth]), strict=True):
        pair = (sibling, node) if bit == "1" else (node, sibling)
        node = MapNode(PARENT, *pair).hash
    return node == root


def root_of(heads: Mapping[str, Head]) -> bytes:
    """Return the root of a map made from nothing: the definition, to check stored maps by."""
    leaves = sorted((map_key(s), map_value(s, head)) for s, head in heads.items())
    return _root_of([(int.from_bytes(k), k + v) for k, v in leaves], DEPTH_MAX - 1)


def _root_of(leaves: Sequence[tuple[int, bytes]], bit: int) -> bytes:
    if not leaves:
        return ZERO if bit < DEPTH_MAX - 1 else _NOTHING.hash
    if len(leaves) == 1 and bit < DEPTH_MAX - 1:
        return sha256(b"\x02" + leaves[0][1])
    low, high = 0, len(leaves)  # find where the bit turns from 0 to 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if leaves[middle][0] >> bit & 1 else (middle + 1, high)
    left, right = _root_of(leaves[:low], bit - 1), _root_of(leaves[low:], bit - 1)
    return sha256(b"\x03" + left + right)


def _write(nodes: MapNodes, path: str, node: MapNode | None, items: list[Item]) -> bytes:
    """Put `items` (sorted, all below `path`) into the subtree and return its hash."""
    if node is not None and node.kind == LEAF:
        if all(key != node.first for _, key, _ in items):
            # The leaf that lived here alone has company now and moves down with it.
            items = sorted([*items, (_bits(node.first), node.first, node.second)])
        node = None
    if node is None and path and len(items) == 1:
        made = MapNode(LEAF, items[0][1], items[0][2])
    else:
        old = node or _NOTHING
        depth = len(path)
        zeros = [item for item in items if item[0][depth] == "0"]
        ones = items[len(zeros) :]
        made = MapNode(
            PARENT,
            _child(nodes, path + "0", old.first, zeros),
            _child(nodes, path + "1", old.second, ones),
        )
    nodes.put(path, made)
    return made.hash


def _child(nodes: MapNodes, path: str, old: bytes, items: list[Item]) -> bytes:
    if not items:
        return old
    return _write(nodes, path, nodes.get(path) if old != ZERO else None, items)


def _item(stream: str, head: Head) -> Item:
    key = map_key(stream)
    return _bits(key), key, map_value(stream, head)


def _bits(key: bytes) -> str:
    return format(int.from_bytes(key), "0256b")


_NOTHING = MapNode(PARENT, ZERO, ZERO)
