"""The tables of the ledger file, the triggers that keep them append-only, and how to connect.

It holds no event logic. One row of ``stored_events`` is one leaf of the log (RFC 6962): ``rowid``
is the leaf index plus one, so the order of the log needs no second table and has no gaps. A seal
is a row of the pseudo-stream ``seal``. ``nodes`` holds the complete interior tree nodes in the
order in which they become complete, so that appending touches the end of the table only.
"""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING
from urllib.parse import quote

from custody.adapters.sqlite_errors import NO_SHARED_INDEX, storage_errors
from custody.errors import StorageError, Text

if TYPE_CHECKING:
    from pathlib import Path

APPLICATION_ID = 0x43555354
"""``CUST`` in the SQLite header: tells a ledger from any other database."""

SCHEMA_VERSION = 1
SEAL_STREAM = "seal"
"""Originator of seal rows; no stream of events can have this name (it has no colon)."""

BUSY_TIMEOUT = 15.0
"""Seconds a writer waits for another writer before it gives up."""


def _frozen(table: str) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ]


def _dense(table: str, condition: str) -> str:
    # A row that may only be the next one can never replace an older one, whatever the conflict
    # clause of the statement says: REPLACE deletes without firing the delete trigger.
    return (
        f"CREATE TRIGGER {table}_in_order BEFORE INSERT ON {table} WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{table} takes the next row only'); END"
    )


_TABLES = """
CREATE TABLE ledger (one INTEGER PRIMARY KEY CHECK (one = 1), origin TEXT NOT NULL) STRICT;
CREATE TABLE stored_events (rowid INTEGER PRIMARY KEY, originator_id TEXT NOT NULL,
    originator_version INTEGER NOT NULL, topic TEXT NOT NULL, leaf BLOB NOT NULL,
    state BLOB NOT NULL) STRICT;
CREATE UNIQUE INDEX stored_events_by_stream ON stored_events (originator_id, originator_version);
CREATE TABLE nodes (id INTEGER PRIMARY KEY, hash BLOB NOT NULL) STRICT;
CREATE TABLE checkpoints (id INTEGER PRIMARY KEY, size INTEGER NOT NULL, note BLOB NOT NULL) STRICT;
CREATE TABLE map_nodes (path TEXT PRIMARY KEY, kind INTEGER NOT NULL, first BLOB NOT NULL,
    second BLOB NOT NULL) STRICT, WITHOUT ROWID;
"""

SCHEMA: tuple[str, ...] = (
    *(statement.strip() for statement in _TABLES.split(";") if statement.strip()),
    *_frozen("ledger"),
    *_frozen("stored_events"),
    *_frozen("nodes"),
    *_frozen("checkpoints"),
    _dense("ledger", "EXISTS (SELECT 1 FROM ledger)"),
    _dense(
        "stored_events",
        "NEW.rowid IS NOT (SELECT coalesce(max(rowid), 0) + 1 FROM stored_events) "
        "OR NEW.originator_version IS NOT (SELECT coalesce(max(originator_version), 0) + 1 "
        "FROM stored_events WHERE originator_id = NEW.originator_id)",
    ),
    _dense("nodes", "NEW.id IS NOT (SELECT coalesce(max(id), -1) + 1 FROM nodes)"),
    _dense("checkpoints", "NEW.id IS NOT (SELECT coalesce(max(id), 0) + 1 FROM checkpoints)"),
)


def node_row(level: int, position: int) -> int:
    """Return the ``nodes.id`` of the complete interior node (`level` >= 1, `position`).

    A node is written right after the leaf that completes it, lower levels first; before leaf m
    there are m - popcount(m) complete interior nodes.
    """
    last_leaf = ((position + 1) << level) - 1
    return last_leaf - last_leaf.bit_count() + level - 1


def connect(path: Path, *, write: bool, threads: bool = False) -> sqlite3.Connection:
    """Return a connection to the existing ledger at `path`; it never creates the file.

    A writing connection is in WAL mode with ``synchronous=FULL``, read back. A reading connection
    on a disk that is full or cannot be written falls back to an immutable view when no log file is
    pending: readers then have no room for the shared index, and nor has any writer.

    Raises:
        StorageError: C701, C702, C704, C706, C712 (see `sqlite_errors`).
    """
    if not path.is_file():
        raise StorageError("C702" if path.exists() else "C701", where=str(path), detail="")
    with storage_errors(path):
        try:
            return _open(path, "mode=rw" if write else "mode=ro", write=write, threads=threads)
        except sqlite3.OperationalError as error:
            refused = error.sqlite_errorcode in NO_SHARED_INDEX or not os.access(
                path.parent, os.W_OK
            )
            if write or not refused or _pending(path):
                raise
            return _open(path, "mode=ro&immutable=1", write=False, threads=threads)


def require_full_length(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a file that is shorter than its own header says (SQLite file format, 1.3.8).

    SQLite itself reads what is cut off from the last page as zeros. The length is asked of the
    file system by name: opening and closing the file here would drop the locks that this process
    holds on it (POSIX), and another process could then reset the log under our feet.

    Raises:
        StorageError: C704.
    """
    # A checkpoint by another process may write the header first, but then its log is pending.
    if _is_short(connection, path) and not _pending(path) and _is_short(connection, path):
        raise StorageError(
            "C704", where=str(path), detail=Text("its end is cut off", "文件末尾缺失")
        )


def _is_short(connection: sqlite3.Connection, path: Path) -> bool:
    pages: int = connection.execute("PRAGMA page_count").fetchone()[0]
    size: int = connection.execute("PRAGMA page_size").fetchone()[0]
    return path.stat().st_size < pages * size


def _pending(path: Path) -> bool:
    log = path.with_name(path.name + "-wal")
    return log.exists() and log.stat().st_size > 0


def _open(path: Path, mode: str, *, write: bool, threads: bool) -> sqlite3.Connection:
    # The bytes of the name, not its characters: an old locale gives names it cannot spell.
    connection = sqlite3.connect(
        f"file:{quote(os.fsencode(path.absolute()))}?{mode}",
        uri=True,
        timeout=BUSY_TIMEOUT,
        isolation_level=None,
        check_same_thread=not threads,
    )
    try:
        _require_ledger(connection, path)
        connection.execute("PRAGMA trusted_schema=OFF")
        if write:
            _require_durable(connection, path)
        else:
            connection.execute("PRAGMA query_only=ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _require_ledger(connection: sqlite3.Connection, path: Path) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION_ID:
        raise StorageError("C702", where=str(path), detail="")
    if version != SCHEMA_VERSION:
        raise StorageError("C712", where=str(path), found=version, known=SCHEMA_VERSION)


def _require_durable(connection: sqlite3.Connection, path: Path) -> None:
    (journal,) = connection.execute("PRAGMA journal_mode=WAL").fetchone()
    connection.execute("PRAGMA synchronous=FULL")
    (synchronous,) = connection.execute("PRAGMA synchronous").fetchone()
    if journal.lower() != "wal" or synchronous != 2:
        raise StorageError(
            "C708", where=str(path), detail=f"journal {journal}, synchronous {synchronous}"
        )


def create_tables(path: Path, origin: str) -> None:
    """Write an empty ledger for `origin` into the new file `path`.

    Raises:
        OSError: the file cannot be made; StorageError when it cannot be written.
    """
    path.touch(exist_ok=False)
    with storage_errors(path):
        connection = sqlite3.connect(path, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("BEGIN IMMEDIATE")
            for statement in SCHEMA:
                connection.execute(statement)
            connection.execute("INSERT INTO ledger VALUES (1, ?)", (origin,))
            connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
            connection.execute("COMMIT")
        finally:
            connection.close()
