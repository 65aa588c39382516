"""The append-only Merkle tree: its shape, its roots, and proofs made and checked.

RFC 9162 section 2.1 (the tree of RFC 6962) with SHA-256. It stores nothing: whoever keeps the nodes
hands in a reader of complete subtrees, and a proof costs O(log n) reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeAlias

from custody.evidence.encoding import HASH, malformed, sha256

NodeReader: TypeAlias = Callable[[int, int], bytes]
"""(level, position) → hash of the complete subtree over leaves position·2^level … +2^level-1.

Level 0 is the leaf hashes. Only subtrees that lie wholly within the tree are ever asked for.
"""

EMPTY: Final = sha256(b"")
"""Root of the tree without leaves."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of a leaf that holds `entry`."""
    return sha256(b"\x00" + entry)


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return sha256(b"\x01" + left + right)


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes, by the definition (section 2.1.1); O(n)."""
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return leaves[0]
    split = _split(len(leaves))
    return node_hash(root_of(leaves[:split]), root_of(leaves[split:]))


def grow(size: int, leaves: Iterable[bytes], read: NodeReader) -> list[tuple[int, int, bytes]]:
    """Return the complete subtrees that appending leaf hashes to a tree of `size` leaves creates.

    Each is (level, position, hash), in the order in which they come to be, level 0 included; two
    per leaf on average. `read` is asked for subtrees of the old tree only.
    """
    made: list[tuple[int, int, bytes]] = []
    fresh: dict[tuple[int, int], bytes] = {}
    for index, leaf in enumerate(leaves, start=size):
        level, position, node = 0, index, leaf
        while True:
            made.append((level, position, node))
            fresh[level, position] = node
            if position % 2 == 0:
                break
            sibling = (level, position - 1)
            left = fresh[sibling] if sibling in fresh else read(*sibling)
            level, position, node = level + 1, position // 2, node_hash(left, node)
    return made


def root_at(size: int, read: NodeReader) -> bytes:
    """Return the root of the first `size` leaves; O(log n) reads."""
    return _subtree(0, size, read) if size else EMPTY


def inclusion_path(index: int, size: int, read: NodeReader) -> list[bytes]:
    """Return the inclusion proof of leaf `index` in the tree of `size` leaves (section 2.1.3.1).

    From the leaf upwards. Raises EvidenceError C401 unless 0 <= index < size.
    """
    if not 0 <= index < size:
        raise malformed("leaf index", "it lies outside the tree")
    path: list[bytes] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            path.append(_subtree(middle, high, read))
            high = middle
        else:
            path.append(_subtree(low, middle, read))
            low = middle
    return path[::-1]


def consistency_path(old: int, new: int, read: NodeReader) -> list[bytes]:
    """Return the proof that the first `old` of `new` leaves are unchanged (section 2.1.4.1).

    Raises EvidenceError C401 unless 1 <= old <= new.
    """
    if not 1 <= old <= new:
        raise malformed("tree size", "only a larger tree can continue one of at least 1 leaf")
    path: list[bytes] = []
    low, high = 0, new
    while high != old:
        middle = low + _split(high - low)
        if old <= middle:
            path.append(_subtree(middle, high, read))
            high = middle
        else:
            path.append(_subtree(low, middle, read))
            low = middle
    if low:  # the old tree is not itself one of the complete subtrees the verifier knows
        path.append(_subtree(low, high, read))
    return path[::-1]


def verify_inclusion(
    leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes
) -> bool:
    """Tell whether `leaf` is leaf number `index` of the tree of `size` leaves with `root`.

    Section 2.1.3.2; the path must have exactly the length the tree demands.
    """
    if not 0 <= index < size or any(len(h) != HASH for h in (leaf, root, *path)):
        return False
    fn, sn, node = index, size - 1, leaf
    for sibling in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            node = node_hash(sibling, node)
            while not fn & 1 and fn:
                fn >>= 1
                sn >>= 1
        else:
            node = node_hash(node, sibling)
        fn >>= 1
        sn >>= 1
    return sn == 0 and node == root


class Inclusions:
    """Inclusion proofs of many leaves in one tree, as `verify_inclusion` judges each of them.

    Neighbours share the upper part of their paths. Where a path comes to the node, at the place,
    that the path of the leaf before came to, and goes on alike, there is nothing to hash again.
    Holds one path, however many leaves are asked about; in order of the log it hashes least.
    """

    def __init__(self, size: int, root: bytes) -> None:
        self._size, self._root = size, root
        self._path: tuple[bytes, ...] = ()
        self._way: list[tuple[int, int, bytes]] = []  # place and node before each step of the path

    def holds(self, leaf: bytes, index: int, path: tuple[bytes, ...]) -> bool:
        """Tell whether `leaf` is leaf number `index` of the tree."""
        if not 0 <= index < self._size or len(leaf) != HASH:
            return False
        fn, sn, node = index, self._size - 1, leaf
        way: list[tuple[int, int, bytes]] = []
        ahead = len(self._path) - len(path)
        for at, sibling in enumerate(path):
            place, there = (fn, sn, node), at + ahead  # the same number of steps remain from there
            if there >= 0 and self._way[there] == place and self._path[there:] == path[at:]:
                way += self._way[there:]
                break
            way.append(place)
            if sn == 0 or len(sibling) != HASH:
                return False
            if fn & 1 or fn == sn:
                node = node_hash(sibling, node)
                while not fn & 1 and fn:
                    fn >>= 1
                    sn >>= 1
            else:
                node = node_hash(node, sibling)
            fn >>= 1
            sn >>= 1
        else:
            if sn != 0 or node != self._root:
                return False
        self._path, self._way = path, way
        return True


def verify_consistency(
    old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes
) -> bool:
    """Tell whether the tree of `new` leaves continues the tree of `old` leaves (section 2.1.4.2).

    An empty old tree proves nothing, so `old` must be at least 1.
    """
    if not 1 <= old <= new or any(len(h) != HASH for h in (old_root, new_root, *path)):
        return False
    if old == new:
        return not path and old_root == new_root
    steps = list(path)
    if old & (old - 1) == 0:  # the old tree is complete: its root is the first node of the proof
        steps.insert(0, old_root)
    if not steps:
        return False
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn >>= 1
        sn >>= 1
    old_node = new_node = steps[0]
    for sibling in steps[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            old_node = node_hash(sibling, old_node)
            new_node = node_hash(sibling, new_node)
            while not fn & 1 and fn:
                fn >>= 1
                sn >>= 1
        else:
            new_node = node_hash(new_node, sibling)
        fn >>= 1
        sn >>= 1
    return sn == 0 and old_node == old_root and new_node == new_root


def _split(size: int) -> int:
    """Return the largest power of two smaller than `size` (size >= 2)."""
    return 1 << ((size - 1).bit_length() - 1)


def _subtree(low: int, high: int, read: NodeReader) -> bytes:
    """Return the root over leaves low … high-1, where `low` is a multiple of the left part."""
    width = high - low
    if width & (width - 1) == 0:
        level = width.bit_length() - 1
        return read(level, low >> level)
    middle = low + _split(width)
    return node_hash(_subtree(low, middle, read), _subtree(middle, high, read))
