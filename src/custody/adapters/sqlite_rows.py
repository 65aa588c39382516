"""The statements that read and write rows of the ledger file, each a function of one cursor.

It opens nothing, begins nothing and commits nothing: callers hold the transaction. A leaf with
index i is the row with ``rowid`` i + 1.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from custody.adapters.sqlite_schema import SEAL_STREAM, node_row
from custody.errors import EvidenceError
from custody.evidence import merkle
from custody.evidence.encoding import sha256
from custody.evidence.headmap import Head
from custody.evidence.seal import Seal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from custody.evidence.entry import Entry

Query = Callable[..., sqlite3.Cursor]
"""``connection.execute`` or ``cursor.execute``."""

INSERT_EVENT = (
    "INSERT INTO stored_events "
    "(rowid, originator_id, originator_version, topic, leaf, state) VALUES (?,?,?,?,?,?)"
)
_BY_STREAM = (
    "SELECT rowid, originator_id, originator_version, leaf, state FROM stored_events "
    "WHERE originator_id = ? ORDER BY originator_version"
)
_LAST_OF_STREAM = (
    "SELECT rowid, originator_id, originator_version, leaf, state FROM stored_events "
    "WHERE originator_id = ? ORDER BY originator_version DESC LIMIT 1"
)
_BY_INDEX = (
    "SELECT rowid, originator_id, originator_version, leaf, state FROM stored_events "
    "WHERE rowid > ? AND rowid <= ? ORDER BY rowid"
)


@dataclass(frozen=True, slots=True)
class Stored:
    """One leaf as the file holds it; `stream` and `seq` are None for a seal."""

    index: int
    wire: bytes
    leaf: bytes
    stream: str | None
    seq: int | None


def stored(row: tuple[int, str, int, bytes, bytes]) -> Stored:
    """Return the leaf of a row (rowid, stream, version, leaf hash, bytes); its bytes are rehashed.

    Raises:
        EvidenceError: C490 when the bytes no longer have the stored leaf hash (RFC 6962, 2.1).
    """
    rowid, stream, version, leaf, wire = row
    if sha256(b"\x00" + wire) != leaf:
        raise EvidenceError("C490", where=f"entry {rowid - 1}", index=rowid - 1)
    if stream == SEAL_STREAM:
        return Stored(rowid - 1, wire, leaf, None, None)
    return Stored(rowid - 1, wire, leaf, stream, version - 1)


def size(query: Query) -> int:
    """Return the number of leaves."""
    return int(query("SELECT coalesce(max(rowid), 0) FROM stored_events").fetchone()[0])


def require_whole(query: Query) -> None:
    """Refuse a file whose end was taken away, by three numbers that only grow together.

    Raises:
        EvidenceError: C492 entries are gone that tree nodes or the last checkpoint still count.
    """
    leaves, nodes, covered = query(
        "SELECT (SELECT coalesce(max(rowid), 0) FROM stored_events), "
        "(SELECT coalesce(max(id), -1) + 1 FROM nodes), "
        "coalesce((SELECT size FROM checkpoints ORDER BY id DESC LIMIT 1), 0)"
    ).fetchone()
    if nodes != leaves - leaves.bit_count() or covered > leaves:
        raise missing(leaves)


def seals(query: Query) -> int:
    """Return the number of seals."""
    return next_seal_version(query) - 1


def head(query: Query, stream: str, below: int | None = None) -> Head | None:
    """Return the head of `stream`, counting only leaves with an index < `below` when given."""
    row = query(
        "SELECT originator_version, rowid, leaf FROM stored_events "
        "WHERE originator_id = ? AND rowid <= ? ORDER BY originator_version DESC LIMIT 1",
        (stream, below if below is not None else _ALL),
    ).fetchone()
    if row is None or stream == SEAL_STREAM:
        return None
    return Head(count=row[0], index=row[1] - 1, leaf=bytes(row[2]))


_ALL = 2**62


class HeadCache(dict[str, "Head | None"]):
    """Heads as of now, read once each; assigning moves one on without touching the file."""

    def __init__(self, query: Query) -> None:
        super().__init__()
        self._query = query

    def __missing__(self, stream: str) -> Head | None:
        found = self[stream] = head(self._query, stream)
        return found


def already_stored(query: Query, entries: Sequence[Entry]) -> list[int] | None:
    """Return the row ids when every entry is stored with the very same bytes, else None.

    This is how a writer that lost the answer to its commit learns that it had succeeded.
    """
    found = []
    for entry in entries:
        row = query(
            "SELECT rowid, state FROM stored_events "
            "WHERE originator_id = ? AND originator_version = ?",
            (entry.payload.stream, entry.payload.seq + 1),
        ).fetchone()
        if row is None or bytes(row[1]) != entry.wire:
            return None
        found.append(int(row[0]))
    return found


def last_seal(query: Query) -> Seal | None:
    """Return the newest seal.

    Raises:
        EvidenceError: C490 or C401 when its row was altered.
    """
    row = query(_LAST_OF_STREAM, (SEAL_STREAM,)).fetchone()
    return None if row is None else Seal.parse(stored(tuple(row)).wire)


def next_seal_version(query: Query) -> int:
    """Return the version of the seal row to be written next, from 1."""
    row = query(
        "SELECT coalesce(max(originator_version), 0) + 1 FROM stored_events "
        "WHERE originator_id = ?",
        (SEAL_STREAM,),
    ).fetchone()
    return int(row[0])


def births(query: Query, start: int) -> int:
    """Return how many streams had their first event at index `start` or later."""
    row = query(
        "SELECT count(*) FROM stored_events "
        "WHERE rowid > ? AND originator_version = 1 AND originator_id <> ?",
        (start, SEAL_STREAM),
    ).fetchone()
    return int(row[0])


def heads_changed(query: Query, start: int) -> dict[str, Head]:
    """Return the present head of every stream that has an event at index `start` or later."""
    heads: dict[str, Head] = {}
    for stream, version, rowid, leaf in query(
        "SELECT originator_id, originator_version, rowid, leaf FROM stored_events "
        "WHERE rowid > ? AND originator_id <> ? ORDER BY rowid",
        (start, SEAL_STREAM),
    ):
        heads[stream] = Head(count=version, index=rowid - 1, leaf=bytes(leaf))
    return heads


def insert_nodes(cursor: sqlite3.Cursor, size: int, leaves: Sequence[bytes]) -> None:
    """Write the interior nodes that become complete when `leaves` follow a tree of `size`."""
    grown = merkle.grow(size, leaves, node_reader(cursor.execute))
    cursor.executemany(
        "INSERT INTO nodes (id, hash) VALUES (?, ?)",
        sorted((node_row(level, pos), node) for level, pos, node in grown if level > 0),
    )


def node_reader(query: Query) -> merkle.NodeReader:
    """Return a reader of complete tree nodes; level 0 are the leaves.

    Raises (when called):
        EvidenceError: C492 when the node is missing.
    """

    def read(level: int, position: int) -> bytes:
        row = (
            query("SELECT leaf FROM stored_events WHERE rowid = ?", (position + 1,))
            if level == 0
            else query("SELECT hash FROM nodes WHERE id = ?", (node_row(level, position),))
        ).fetchone()
        if row is None:
            raise missing(position << level)
        return bytes(row[0])

    return read


def missing(index: int) -> EvidenceError:
    """Return the error for a leaf, or a node above it, that the file should hold and does not."""
    return EvidenceError("C492", where=f"entry {index}", index=index)


def pages(query: Query, start: int, stop: int, batch: int) -> Iterator[Stored]:
    """Yield the leaves `start` to `stop` - 1 in order, `batch` rows per statement.

    Raises:
        EvidenceError: C490 altered, C492 missing.
    """
    for first in range(start, stop, batch):
        last = min(first + batch, stop)
        expected = first
        for row in query(_BY_INDEX, (first, last)).fetchall():
            if row[0] != expected + 1:
                raise missing(expected)
            expected += 1
            yield stored(row)
        if expected != last:
            raise missing(expected)


def stream(query: Query, name: str) -> list[Stored]:
    """Return every event of the stream `name`, in order.

    Raises:
        EvidenceError: C490 altered, C492 missing.
    """
    found: list[Stored] = []
    if name == SEAL_STREAM:
        return found
    for seq, row in enumerate(query(_BY_STREAM, (name,)).fetchall()):
        if row[2] != seq + 1:
            raise EvidenceError("C493", where=name, stream=name, seq=seq)
        found.append(stored(row))
    return found
