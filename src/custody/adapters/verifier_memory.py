"""The memory of a verifier in a small SQLite file: atomic, and safe among processes.

Holds no secret and no personal data: checkpoints, numbers of shipments and declarations. It can be
deleted at any time; what was remembered is then no longer noticed.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from custody.adapters.sqlite_errors import primary_code
from custody.app.verification.memory import Kept, Seen
from custody.errors import StorageError, Text

VERSION: Final = 1
WAIT: Final = 10.0  # seconds to wait for another verifier
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS ledgers (
    ledger TEXT PRIMARY KEY, size INTEGER NOT NULL, note BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS shipments (
    ledger TEXT NOT NULL, shipment TEXT NOT NULL, declaration TEXT NOT NULL,
    number TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (ledger, shipment, declaration)
) STRICT;
CREATE INDEX IF NOT EXISTS by_declaration ON shipments (declaration);
"""
_DAMAGED: Final = frozenset(
    {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_MISMATCH}
)


def usual_place(environment: Mapping[str, str], home: Path) -> Path:
    """Return where a person's verifier keeps its memory when nothing else is said.

    ``$XDG_STATE_HOME`` or ``~/.local/state`` (XDG Base Directory specification); on Windows
    ``%LOCALAPPDATA%``.
    """
    base = environment.get("XDG_STATE_HOME") or environment.get("LOCALAPPDATA")
    folder = Path(base) if base and Path(base).is_absolute() else home / ".local" / "state"
    return folder / "custody" / "verifier-memory.db"


class SqliteVerifierMemory:
    """The memory in the file `path`, which is made when it is not there.

    With `lenient`, a place that takes nothing more does not stop a verification: `trouble` then
    says why nothing was kept. What is there and cannot be read always stops it.

    Raises:
        StorageError: C735 the file is no such memory or damaged, C736 the place cannot be written,
            C737 another verifier holds it too long.
    """

    def __init__(self, path: Path, *, lenient: bool = False) -> None:
        self.path, self.lenient = path, lenient
        self.trouble: StorageError | None = None
        with self._told():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            new = not path.exists()
            self._db = sqlite3.connect(path, timeout=WAIT, isolation_level=None)
            try:
                self._prepare()
            except BaseException:
                self._db.close()
                raise
            if new:
                with contextlib.suppress(OSError):
                    path.chmod(0o600)

    def _prepare(self) -> None:
        (found,) = self._db.execute("PRAGMA user_version").fetchone()
        if found > VERSION:
            raise StorageError(
                "C735", where=str(self.path), detail=Text(f"version {found}", f"第 {found} 版")
            )
        if found < VERSION:
            self._db.execute("BEGIN IMMEDIATE")
            (tables,) = self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()
            (again,) = self._db.execute("PRAGMA user_version").fetchone()
            if tables and again < VERSION:
                self._db.execute("ROLLBACK")
                raise StorageError(
                    "C735",
                    where=str(self.path),
                    detail=Text("another kind of file", "是另一种文件"),
                )
            for statement in _TABLES.split(";"):
                self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version = {VERSION}")
            self._db.execute("COMMIT")
        self._db.execute("SELECT ledger, size, note FROM ledgers LIMIT 1").fetchone()

    def close(self) -> None:
        """Close the file; safe to call twice."""
        self._db.close()

    def largest(self, ledger: str) -> Kept | None:
        """Return the largest checkpoint accepted of a ledger."""
        with self._told():
            row = self._db.execute(
                "SELECT size, note FROM ledgers WHERE ledger = ?", (ledger,)
            ).fetchone()
        return None if row is None else Kept(row[0], bytes(row[1]))

    def keep(self, ledger: str, before: Kept | None, now: Kept) -> bool:
        """Put `now` in the place of `before`; False when somebody else changed it meanwhile."""
        with self._kept(), self._told():
            if before is None:
                done = self._db.execute(
                    "INSERT INTO ledgers VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                    (ledger, now.size, now.note),
                )
            else:
                done = self._db.execute(
                    "UPDATE ledgers SET size = ?, note = ? "
                    "WHERE ledger = ? AND size = ? AND note = ? AND ? > size",
                    (now.size, now.note, ledger, before.size, before.note, now.size),
                )
            return done.rowcount == 1
        return True  # nothing can be kept; judging again would not change that

    def seen(self, ledger: str, shipment: str, declaration: str) -> list[Seen]:
        """Return what was kept about this shipment, or about this declaration in any ledger."""
        with self._told():
            rows = self._db.execute(
                "SELECT ledger, shipment, number, declaration, at FROM shipments "
                "WHERE (ledger = ? AND shipment = ?) OR (declaration = ? AND declaration <> '') "
                "ORDER BY at, declaration",
                (ledger, shipment, declaration),
            ).fetchall()
        return [Seen(*row) for row in rows]

    def keep_shipment(self, seen: Seen) -> None:
        """Keep a shipment; the first time it was seen stays."""
        with self._kept(), self._told():
            self._db.execute(
                "INSERT INTO shipments (ledger, shipment, number, declaration, at) "
                "VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (seen.ledger, seen.shipment, seen.number, seen.declaration, seen.at),
            )

    @contextmanager
    def _kept(self) -> Iterator[None]:
        try:
            yield
        except StorageError as error:
            if not self.lenient or error.code == "C735":
                raise
            self.trouble = error

    @contextmanager
    def _told(self) -> Iterator[None]:
        where = str(self.path)
        try:
            yield
        except sqlite3.Error as error:
            primary = primary_code(error)
            if primary in _DAMAGED:
                raise StorageError("C735", where=where, detail=str(error)) from error
            code = "C737" if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) else "C736"
            raise StorageError(code, where=where, detail=str(error)) from error
        except OSError as error:
            detail = error.strerror or os.strerror(error.errno or 0)
            raise StorageError("C736", where=where, detail=detail) from error
