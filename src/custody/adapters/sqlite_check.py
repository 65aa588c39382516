"""Recomputes everything a ledger file derives from its events and names every difference.

It verifies no signatures and reads no rules: that is for the audit. It finds altered, missing or
moved rows, guards that were taken away, and tree or map nodes that do not follow from the events,
in memory that does not grow with the ledger.
"""

from __future__ import annotations

import base64
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from custody.adapters import sqlite_rows as rows
from custody.adapters.sqlite_schema import SCHEMA, SEAL_STREAM
from custody.errors import EvidenceError
from custody.evidence import headmap
from custody.evidence.encoding import ZERO, sha256
from custody.evidence.headmap import Head
from custody.evidence.merkle import node_hash

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from custody.evidence.seal import Seal

_STATEMENT = re.compile(
    rb'\],"seq":(\d+),"signers":\[[^\]]*\],"stream":"([a-z0-9:]+)","time":"[^"]*",'
    rb'"type":"([^"]*)","v":1\}'
)
"""The end of a canonical payload: keys are sorted, so nothing can follow but these."""

_ENTRY = b'{"payload":"'


@dataclass(frozen=True, slots=True)
class StoreFinding:
    """One thing in the file that is not as its events say it must be."""

    where: str
    detail: str


def findings(connection: sqlite3.Connection, path: Path) -> Iterator[StoreFinding]:
    """Yield every difference; call it inside one read transaction of `connection`.

    Raises:
        sqlite3.Error: the disk for temporary files is full.
    """
    try:
        yield from _pages(connection)
        yield from _schema(connection)
        yield from _streams(connection)
        # A nameless database: in memory while it fits there, then in SQLite's own temporary file.
        with closing(sqlite3.connect("", isolation_level=None)) as scratch:
            yield from _log(connection, scratch)
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", -1) == sqlite3.SQLITE_FULL:
            raise  # only the scratch database writes: that says nothing about the ledger
        yield StoreFinding(path.name, f"the file cannot be read to its end: {error}")


def _pages(connection: sqlite3.Connection) -> Iterator[StoreFinding]:
    for (said,) in connection.execute("PRAGMA integrity_check(20)").fetchall():
        if said != "ok":
            yield StoreFinding("pages", str(said))


def _schema(connection: sqlite3.Connection) -> Iterator[StoreFinding]:
    found = {
        sql
        for (sql,) in connection.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")
        # Statistics of ANALYZE are SQLite's own and carry no meaning for us.
        if not sql.startswith("CREATE TABLE sqlite_")
    }
    for statement in SCHEMA:
        if statement not in found:
            yield StoreFinding("schema", f"missing or altered: {_title(statement)}")
    for statement in sorted(found - set(SCHEMA)):
        yield StoreFinding("schema", f"not part of a ledger: {_title(statement)}")


def _title(statement: str) -> str:
    return " ".join(statement.partition("(")[0].split()[:4])


def _streams(connection: sqlite3.Connection) -> Iterator[StoreFinding]:
    for stream, first, last, count in connection.execute(
        "SELECT originator_id, min(originator_version), max(originator_version), count(*) "
        "FROM stored_events GROUP BY originator_id "
        "HAVING min(originator_version) <> 1 OR max(originator_version) <> count(*)"
    ):
        yield StoreFinding(
            str(stream), f"{count} rows numbered {first} to {last}: an event of it is missing"
        )


def _log(connection: sqlite3.Connection, scratch: sqlite3.Connection) -> Iterator[StoreFinding]:
    """Walk the leaves once; compare leaf hashes, interior nodes, columns, seals and the map."""
    seal = None
    try:
        seal = rows.last_seal(connection.execute)
    except EvidenceError as error:
        yield StoreFinding("last seal", str(error))
    # The scratch database only spares memory: it holds one row per stream, and is thrown away.
    scratch.execute("PRAGMA journal_mode=OFF")
    scratch.execute("PRAGMA synchronous=OFF")
    scratch.execute(
        "CREATE TABLE heads (mkey BLOB PRIMARY KEY, stream TEXT, count INTEGER, idx INTEGER, "
        "leaf BLOB) WITHOUT ROWID"
    )
    scratch.execute("BEGIN")
    below = -1 if seal is None else seal.index
    tree = _Tree(connection)
    entries = connection.execute(
        "SELECT rowid, originator_id, originator_version, topic, leaf, state "
        "FROM stored_events ORDER BY rowid"
    )
    for index, (rowid, stream, version, topic, leaf, wire) in enumerate(entries):
        if rowid != index + 1:
            yield StoreFinding(f"entry {index}", "entries are missing from here on")
            return
        if sha256(b"\x00" + wire) != leaf:
            yield StoreFinding(f"entry {index}", "its bytes do not have the stored leaf hash")
        yield from tree.add(leaf)
        if stream == SEAL_STREAM:
            continue
        if _statement(wire) != (stream, version - 1, topic):
            yield StoreFinding(f"entry {index}", "its columns do not say what its bytes say")
        elif index < below:
            scratch.execute(
                "INSERT OR REPLACE INTO heads VALUES (?, ?, ?, ?, ?)",
                (headmap.map_key(stream), stream, version, index, leaf),
            )
    yield from tree.end()
    yield from _checkpoints(connection)
    yield from _map(connection, scratch, seal)


def _statement(wire: bytes) -> tuple[str, int, str] | None:
    """Return (stream, seq, type) as the payload says them, without parsing all of it."""
    end = wire.find(b'"', len(_ENTRY))
    try:
        payload = base64.b64decode(wire[len(_ENTRY) : end], validate=True)
    except ValueError:
        return None
    said = _STATEMENT.fullmatch(payload, max(payload.rfind(b'],"seq":'), 0))
    if said is None or not wire.startswith(_ENTRY):
        return None
    return said[2].decode(), int(said[1]), said[3].decode()


class _Tree:
    """Grows the RFC 6962 tree leaf by leaf and compares each complete node with its row."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._frontier: list[bytes] = []
        self._size = 0
        self._rows = connection.execute("SELECT id, hash FROM nodes ORDER BY id")
        self._next_id = 0
        self._stopped = False

    def add(self, leaf: bytes) -> Iterator[StoreFinding]:
        node, level = leaf, 0
        while self._size >> level & 1:
            node = node_hash(self._frontier[level], node)
            level += 1
            yield from self._compare(level, node)
        self._frontier[level : level + 1] = [node]
        self._size += 1

    def end(self) -> Iterator[StoreFinding]:
        if not self._stopped and self._rows.fetchone() is not None:
            yield StoreFinding(f"node {self._next_id}", "tree nodes for entries that do not exist")

    def _compare(self, level: int, node: bytes) -> Iterator[StoreFinding]:
        if self._stopped:
            return
        row = self._rows.fetchone()
        at, self._next_id = self._next_id, self._next_id + 1
        if row is None or row[0] != at:
            self._stopped = True
            yield StoreFinding(f"node {at}", "tree nodes are missing from here on")
        elif row[1] != node:
            place = f"level {level}, above entry {self._size}"
            yield StoreFinding(f"node {at}", f"a tree node differs from its entries ({place})")


def _checkpoints(connection: sqlite3.Connection) -> Iterator[StoreFinding]:
    size = rows.size(connection.execute)
    for (said,) in connection.execute("SELECT size FROM checkpoints WHERE size > ?", (size,)):
        yield StoreFinding("checkpoints", f"one covers {said} entries, the file holds {size}")


def _map(
    connection: sqlite3.Connection, scratch: sqlite3.Connection, seal: Seal | None
) -> Iterator[StoreFinding]:
    nodes = connection.execute("SELECT count(*) FROM map_nodes").fetchone()[0]
    if seal is None:
        if nodes:
            yield StoreFinding("map", "map nodes exist, but no seal")
        return
    leaves = (
        (mkey, sha256(b"\x02" + mkey + headmap.map_value(stream, Head(count, index, leaf))))
        for mkey, stream, count, index, leaf in scratch.execute("SELECT * FROM heads ORDER BY mkey")
    )
    if prefix_root(leaves) != seal.map_root:
        yield StoreFinding("map", "the last seal does not have the map root of its events")
    (streams,) = scratch.execute("SELECT count(*) FROM heads").fetchone()
    if streams != seal.streams:
        yield StoreFinding("map", f"the last seal counts {seal.streams} streams, not {streams}")
    yield from _map_nodes(connection, seal)


def _map_nodes(connection: sqlite3.Connection, seal: Seal) -> Iterator[StoreFinding]:
    """Compare every stored map node with the hash its parent holds; the root with the seal."""
    lookup = "SELECT kind, first, second FROM map_nodes WHERE path = ?"
    root = connection.execute(lookup, ("",)).fetchone()
    if root is None or headmap.MapNode(*root).hash != seal.map_root:
        yield StoreFinding("map", "the stored root node is not the one of the last seal")
    reached = 1
    for path, kind, first, second in connection.execute(
        "SELECT path, kind, first, second FROM map_nodes ORDER BY path"
    ):
        if kind == headmap.LEAF:
            continue
        for bit, held in (("0", first), ("1", second)):
            if held == ZERO:
                continue
            child = connection.execute(lookup, (path + bit,)).fetchone()
            reached += 1
            if child is None or headmap.MapNode(*child).hash != held:
                yield StoreFinding(f"map node {path + bit}", "it is missing or differs")
    (stored,) = connection.execute("SELECT count(*) FROM map_nodes").fetchone()
    if stored != reached:
        yield StoreFinding("map", f"{stored} map nodes are stored, {reached} belong to it")


def prefix_root(leaves: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Return the root of the prefix tree over sorted (key, leaf node hash) pairs, in one pass.

    Hashing as in draft-ietf-keytrans-protocol: a key alone in a subtree at depth >= 1 is that
    subtree, the root is always a parent, a missing child is 32 zero bytes.
    """
    open_nodes: list[tuple[int, bytes]] = []  # (depth, hash), each to the left of the next

    def fold(key: int, depth: int) -> None:
        """Close the subtrees around `key` until the last open node stands at `depth`."""
        at, node = open_nodes.pop()
        while at > depth:
            if key >> (headmap.DEPTH_MAX - at) & 1 == 0:
                node = sha256(b"\x03" + node + ZERO)
            elif open_nodes and open_nodes[-1][0] == at:
                node = sha256(b"\x03" + open_nodes.pop()[1] + node)
            else:
                node = sha256(b"\x03" + ZERO + node)
            at -= 1
        open_nodes.append((at, node))

    last: tuple[int, bytes, int] | None = None  # key, hash, bits shared with the key before it
    for raw, node in leaves:
        key, shared = int.from_bytes(raw), 0
        if last is not None:
            shared = headmap.DEPTH_MAX - (key ^ last[0]).bit_length()
            open_nodes.append((max(shared, last[2]) + 1, last[1]))
            fold(last[0], shared + 1)
        last = (key, node, shared)
    if last is None:
        return sha256(b"\x03" + ZERO + ZERO)
    open_nodes.append((last[2] + 1, last[1]))
    fold(last[0], 0)
    return open_nodes[0][1]
