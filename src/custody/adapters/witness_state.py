"""The memory of a witness: one SQLite file beside its keys, append-only, durable before it answers.

It decides nothing. One call of `advance` is one transaction under the write lock, so that of any
number of threads and processes only one can move a ledger on. Losing this file, or restoring an old
copy, would let the witness sign two histories: such a witness needs a new key.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from custody.adapters.files import write_once
from custody.adapters.sqlite_errors import primary_code
from custody.app.oversight.witness import Seen, Served
from custody.errors import StorageError, Text
from custody.evidence.note import VerifierKey

STATE_FILE: Final = "witness.db"
FORKS: Final = "forks"
FORKS_MAX: Final = 1000
"""Most notes kept as proof of the forks of one ledger: enough, and too few to fill a disk."""

APPLICATION_ID: Final = 0x43575449
"""``CWTI`` in the SQLite header."""

SCHEMA_VERSION: Final = 1
BUSY_TIMEOUT: Final = 15.0
"""Seconds one request waits for another."""

_SCHEMA: Final = (
    "CREATE TABLE witness (one INTEGER PRIMARY KEY CHECK (one = 1), name TEXT NOT NULL) STRICT",
    (
        "CREATE TABLE ledgers (origin TEXT PRIMARY KEY, first TEXT NOT NULL, second TEXT NOT NULL) "
        "STRICT"
    ),
    (
        "CREATE TABLE signed (id INTEGER PRIMARY KEY, origin TEXT NOT NULL, size INTEGER NOT NULL, "
        "root BLOB NOT NULL, time INTEGER NOT NULL, note BLOB NOT NULL) STRICT"
    ),
    "CREATE UNIQUE INDEX signed_by_size ON signed (origin, size)",
    # What no statement of this program does is refused to every other program, too.
    (
        "CREATE TRIGGER signed_no_update BEFORE UPDATE ON signed "
        "BEGIN SELECT RAISE(ABORT, 'signed is append-only'); END"
    ),
    (
        "CREATE TRIGGER signed_no_delete BEFORE DELETE ON signed "
        "BEGIN SELECT RAISE(ABORT, 'signed is append-only'); END"
    ),
    (
        "CREATE TRIGGER signed_only_grows BEFORE INSERT ON signed "
        "WHEN NEW.id IS NOT (SELECT coalesce(max(id), 0) + 1 FROM signed) "
        "OR EXISTS (SELECT 1 FROM signed WHERE origin = NEW.origin AND size >= NEW.size) "
        "OR NEW.time < (SELECT max(time) FROM signed WHERE origin = NEW.origin) "
        "BEGIN SELECT RAISE(ABORT, 'a witness never goes back'); END"
    ),
)

_KEEP: Final = "INSERT INTO signed SELECT coalesce(max(id), 0) + 1, ?, ?, ?, ?, ? FROM signed"


class WitnessState:
    """The memory of one witness. It may be used by several threads: each call opens the file.

    Every method may raise StorageError: C730 no witness here, C732 damaged, C734 busy, full or
    not writable.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / STATE_FILE
        with self._open() as connection:
            row = connection.execute("SELECT name FROM witness").fetchone()
        if row is None:
            raise StorageError(
                "C732", where=str(self.path), detail=Text("its name is missing", "缺少其名称")
            )
        self.name: str = row[0]

    @classmethod
    def create(cls, folder: Path, name: str) -> WitnessState:
        """Make the memory of a new witness in `folder`; StorageError C731 when there is one."""
        path = folder / STATE_FILE
        if path.exists():
            raise StorageError("C731", where=str(folder))
        with _told(path):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
                connection.execute("PRAGMA synchronous=EXTRA")
                connection.execute("BEGIN IMMEDIATE")
                for statement in _SCHEMA:
                    connection.execute(statement)
                connection.execute("INSERT INTO witness VALUES (1, ?)", (name,))
                connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
                connection.execute("COMMIT")
            path.chmod(0o600)
        return cls(folder)

    def ledgers(self) -> list[Served]:
        """Return the ledgers this witness signs for, by name."""
        with self._open() as connection:
            rows = connection.execute("SELECT * FROM ledgers ORDER BY origin").fetchall()
        return [
            Served(origin, (VerifierKey.parse(first), VerifierKey.parse(second)))
            for origin, first, second in rows
        ]

    def serve(self, ledger: Served) -> None:
        """Sign for `ledger` from now on, with the keys given."""
        first, second = (key.text() for key in ledger.keys)
        with self._open() as connection:
            connection.execute(
                "INSERT INTO ledgers VALUES (?, ?, ?) ON CONFLICT (origin) "
                "DO UPDATE SET first = excluded.first, second = excluded.second",
                (ledger.origin, first, second),
            )

    def latest(self, origin: str) -> Seen | None:
        """Return the last checkpoint of a ledger that was decided on, None when there is none."""
        with self._open() as connection:
            return _latest(connection, origin)

    def advance(
        self, origin: str, size: int, judge: Callable[[Seen | None, Seen | None], Seen]
    ) -> Seen:
        """See `custody.app.oversight.witness.WitnessMemory`."""
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                last = _latest(connection, origin)
                seen = judge(last, _latest(connection, origin, size))
                if seen != last:
                    connection.execute(_KEEP, (origin, seen.size, seen.root, seen.time, seen.text))
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        return seen

    def keep_fork(self, origin: str, size: int, texts: Sequence[bytes]) -> None:
        """Keep contradicting notes as files below ``forks/``; the same note is kept once."""
        place = self.folder / FORKS / hashlib.sha256(origin.encode()).hexdigest()[:16]
        with _told(place):
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            for text in texts:
                file = place / f"{size:010d}.{hashlib.sha256(text).hexdigest()[:16]}.txt"
                if not file.exists() and len(list(place.glob("*.txt"))) < FORKS_MAX:
                    with contextlib.suppress(FileExistsError):
                        write_once(file, text, 0o600)

    def forks(self) -> list[Path]:
        """Return the notes that are kept because they contradict each other."""
        return sorted((self.folder / FORKS).glob("*/*.txt"))

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with _told(self.path):
            if not self.path.is_file():
                raise StorageError("C730", where=str(self.folder))
            connection = sqlite3.connect(self.path, timeout=BUSY_TIMEOUT, isolation_level=None)
            with contextlib.closing(connection):
                (application,) = connection.execute("PRAGMA application_id").fetchone()
                (version,) = connection.execute("PRAGMA user_version").fetchone()
                if (application, version) != (APPLICATION_ID, SCHEMA_VERSION):
                    detail = Text(
                        "it is not the memory of a witness, or of another version",
                        "它不是见证方的存档，或属其他版本",
                    )
                    raise StorageError("C732", where=str(self.path), detail=detail)
                # EXTRA also syncs the folder: what was committed is there after a power cut.
                connection.execute("PRAGMA synchronous=EXTRA")
                connection.execute("PRAGMA trusted_schema=OFF")
                yield connection


def _latest(connection: sqlite3.Connection, origin: str, size: int | None = None) -> Seen | None:
    condition, values = ("", [origin]) if size is None else (" AND size = ?", [origin, size])
    row = connection.execute(
        f"SELECT size, root, time, note FROM signed WHERE origin = ?{condition} "  # noqa: S608
        "ORDER BY size DESC LIMIT 1",
        values,
    ).fetchone()
    return None if row is None else Seen(row[0], bytes(row[1]), row[2], bytes(row[3]))


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn failures of SQLite and of the disk into C732 (damaged) or C734 (not now)."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        primary = primary_code(error)
        later = (
            sqlite3.SQLITE_BUSY,
            sqlite3.SQLITE_LOCKED,
            sqlite3.SQLITE_FULL,
            sqlite3.SQLITE_IOERR,
            sqlite3.SQLITE_READONLY,
            sqlite3.SQLITE_PERM,
            sqlite3.SQLITE_CANTOPEN,
        )
        code = "C734" if primary in later else "C732"
        raise StorageError(code, where=str(path), detail=str(error)) from error
    except OSError as error:
        raise StorageError("C734", where=str(path), detail=error.strerror or "") from error
