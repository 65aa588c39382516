"""Read models in a SQLite file of their own: items, lineage edges and the log as rows.

Nothing here is evidence. The file can be deleted at any time; the next reader fills it again, in
batches, each applied exactly once however many processes read at the same time.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from custody.adapters.sqlite_errors import primary_code, storage_errors
from custody.app.judgement.histories import Histories, decode
from custody.app.judgement.projecting import Projected, project
from custody.app.ports import EventLog
from custody.evidence.entry import Entry

BATCH: Final = 500
WAIT = 30.0  # seconds to wait for another process that fills the tables
VERSION: Final = 4
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS position (id INTEGER PRIMARY KEY CHECK (id = 0), next INTEGER, version INTEGER, origin TEXT);
CREATE TABLE IF NOT EXISTS items (stream TEXT PRIMARY KEY, kind TEXT, number TEXT, status TEXT, opened TEXT, last INTEGER, state TEXT);
CREATE INDEX IF NOT EXISTS items_by_kind ON items (kind, number);
CREATE TABLE IF NOT EXISTS edges (child TEXT, rel TEXT, parent TEXT, lineage INTEGER, idx INTEGER, PRIMARY KEY (child, rel, parent)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS edges_by_parent ON edges (parent, lineage);
CREATE TABLE IF NOT EXISTS entries (idx INTEGER PRIMARY KEY, stream TEXT, seq INTEGER, type TEXT, time TEXT, occurred_at TEXT, leaf TEXT, signers TEXT);
CREATE INDEX IF NOT EXISTS entries_by_stream ON entries (stream, seq);
"""  # noqa: E501
_NAMES: Final = ("position", "items", "edges", "entries")
# Tables nobody can read, and disks that take none; the low byte of SQLite's result codes.
_UNREADABLE: Final = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT})
_NO_ROOM: Final = frozenset(
    {
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
    }
)


class SqliteReadModels:
    """The read models of one ledger.

    Args:
        path: file of the tables, or ``:memory:`` for a rebuild.
        log: where events come from.
        person_of: key id → person.
    """

    def __init__(
        self, path: Path | str, log: EventLog, person_of: Callable[[str], str | None]
    ) -> None:
        self.path, self._log, self.person_of = Path(path), log, person_of
        self._place: Path | str = path
        self._db: sqlite3.Connection | None = None

    def close(self) -> None:
        """Close the file; safe to call twice."""
        if self._db is not None:
            self._db.close()
            self._db = None

    def items(self, kind: str | None = None) -> list[dict[str, Any]]:
        """Return all items (of one kind), by kind and number."""
        where, values = ("WHERE kind = ?", (kind,)) if kind else ("", ())
        rows = self._rows(f"SELECT * FROM items {where} ORDER BY kind, number", values)  # noqa: S608
        return [_item(row) for row in rows]

    def item(self, stream: str) -> dict[str, Any] | None:
        """Return one item, None when the stream is not an item."""
        rows = self._rows("SELECT * FROM items WHERE stream = ?", (stream,))
        return _item(rows[0]) if rows else None

    def edges(self, stream: str, *, up: bool) -> list[dict[str, Any]]:
        """Return the lineage edges from `stream` to its parents, or to its children."""
        column = "child" if up else "parent"
        return self._rows(
            f"SELECT * FROM edges WHERE {column} = ? AND lineage = 1 ORDER BY idx",  # noqa: S608
            (stream,),
        )

    def entries(self, **where: Any) -> Iterator[dict[str, Any]]:
        """Yield rows of the log in order, filtered by stream, type, since (index) and limit."""
        terms, values = [], []
        for column in ("stream", "type"):
            if where.get(column) is not None:
                terms.append(f"{column} = ?")
                values.append(where[column])
        if where.get("since") is not None:
            terms.append("idx >= ?")
            values.append(where["since"])
        condition = f"WHERE {' AND '.join(terms)}" if terms else ""
        sql = f"SELECT * FROM entries {condition} ORDER BY idx"  # noqa: S608
        for row in self._rows(sql, tuple(values)):
            yield {**row, "signers": json.loads(row["signers"])}

    def rebuild_differs(self) -> list[str]:
        """Return what a rebuild from the log gives differently, as ``table: key``."""
        fresh = SqliteReadModels(":memory:", self._log, self.person_of)
        try:
            found = []
            for table in _NAMES[1:]:
                sql = f"SELECT * FROM {table} ORDER BY 1, 2, 3"  # noqa: S608 - names are constants
                mine, theirs = self._rows(sql, ()), fresh._rows(sql, ())
                if mine == theirs:
                    continue
                listed = {json.dumps(row, sort_keys=True) for row in mine}
                wanted = {json.dumps(row, sort_keys=True) for row in theirs}
                # A row that differs is in both sets, under one name.
                odd = [json.loads(row) for row in sorted(listed ^ wanted)]
                names = dict.fromkeys(str(row.get("stream") or row.get("child")) for row in odd)
                found += [f"{table}: {name}" for name in [*names][:20]]
            return found
        finally:
            fresh.close()

    # ------------------------------------------------------------------ filling

    def _rows(self, sql: str, values: tuple[Any, ...]) -> list[dict[str, Any]]:
        with storage_errors(self.path):
            try:
                return self._asked(sql, values)
            except sqlite3.Error as trouble:
                self._make_anew(trouble)
                return self._asked(sql, values)

    def _asked(self, sql: str, values: tuple[Any, ...]) -> list[dict[str, Any]]:
        return [dict(row) for row in self._caught_up().execute(sql, values).fetchall()]

    def _make_anew(self, trouble: sqlite3.Error) -> None:
        """Throw away tables that cannot be read, or keep them in memory when no disk takes them.

        Raises:
            sqlite3.Error: `trouble`, when another process is merely using the file.
        """
        code = primary_code(trouble)
        self.close()
        if code in _UNREADABLE:
            try:
                for suffix in ("", "-wal", "-shm"):
                    Path(str(self.path) + suffix).unlink(missing_ok=True)
            except OSError:
                self._place = ":memory:"
        elif code in _NO_ROOM:
            self._place = ":memory:"
        else:
            raise trouble

    def _caught_up(self) -> sqlite3.Connection:
        if self._db is None:
            self._db = self._connected()
        while self._apply_batch(self._db):
            pass
        return self._db

    def _connected(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._place, timeout=WAIT, isolation_level=None)
        try:
            self._prepare(db)
        except BaseException:
            db.close()
            raise
        return db

    def _prepare(self, db: sqlite3.Connection) -> None:
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = OFF")  # can be rebuilt; the log is what is durable
        db.execute("BEGIN IMMEDIATE")
        row = None
        columns = [c[1] for c in db.execute("PRAGMA table_info(position)").fetchall()]
        if {"version", "origin", "next"} <= set(columns):
            row = db.execute("SELECT version, origin, next FROM position").fetchone()
        usable = row is not None and (row[0], row[1]) == (VERSION, self._log.origin)
        if row is None or not usable or row[2] > self._log.size():
            for table in _NAMES:
                db.execute(f"DROP TABLE IF EXISTS {table}")
            for statement in _TABLES.strip().splitlines():
                db.execute(statement)
            db.execute("INSERT INTO position VALUES (0, 0, ?, ?)", (VERSION, self._log.origin))
        db.execute("COMMIT")

    def _apply_batch(self, db: sqlite3.Connection) -> bool:
        """Apply the next events in one transaction; True when more may follow."""
        start: int = db.execute("SELECT next FROM position").fetchone()[0]
        size = self._log.size()
        if start >= size:
            return False
        db.execute("BEGIN IMMEDIATE")
        try:
            # Another process may have applied the batch while this one waited for the lock.
            start = db.execute("SELECT next FROM position").fetchone()[0]
            stop = min(size, start + BATCH)
            histories = Histories(self._read, self.person_of)
            for stored in self._log.scan(start, stop):
                if stored.stream is not None:
                    event = decode(stored.index, Entry.parse(stored.wire), self.person_of)
                    self._insert(db, project(histories, event))
            db.execute("UPDATE position SET next = ?", (stop,))
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:  # a full disk has ended it already
                db.execute("ROLLBACK")
            raise
        return stop < size

    def _read(self, stream: str) -> list[tuple[int, Entry]]:
        return [(s.index, Entry.parse(s.wire)) for s in self._log.stream(stream)]

    def _insert(self, db: sqlite3.Connection, rows: Projected) -> None:
        entry = {**rows.entry, "signers": _text(rows.entry["signers"])}
        _put(db, "entries", entry)
        if rows.item is not None:
            _put(db, "items", {**rows.item, "state": _text(rows.item["state"])})
        for edge in rows.edges:
            # A later event may name the same item again without material flowing.
            db.execute(
                "INSERT INTO edges (child, rel, parent, lineage, idx) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT DO UPDATE SET lineage = max(lineage, excluded.lineage)",
                (edge["child"], edge["rel"], edge["parent"], edge["lineage"], edge["idx"]),
            )


def _put(db: sqlite3.Connection, table: str, row: dict[str, Any]) -> None:
    columns, marks = ", ".join(row), ", ".join("?" * len(row))
    db.execute(
        f"INSERT OR REPLACE INTO {table} ({columns}) VALUES ({marks})",  # noqa: S608
        tuple(row.values()),
    )


def _item(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "state": json.loads(row["state"])}


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
