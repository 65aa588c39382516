"""Destroys one person's values in the vault, and remembers how far each destruction has come.

The decision to erase is an event, so this file only needs to be told whose values to destroy. What
was written before the destruction is overwritten, not merely freed: pages of the database, and the
rollback journal that held their older content (SQLite file format, section 3). Copies elsewhere, on
backups or in the spare blocks of a disk, are out of reach of any program.
"""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from custody.adapters.vault import connected, storage_errors
from custody.errors import StorageError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from pathlib import Path

    from custody.adapters.vault import Vault

_TABLES: Final = (
    # What is meant to be erased, before the decision is on record, and how far it has come.
    """CREATE TABLE IF NOT EXISTS erasures (subject TEXT PRIMARY KEY, request TEXT NOT NULL,
        stage TEXT NOT NULL CHECK (stage IN ('intended', 'destroyed', 'done')))
        STRICT, WITHOUT ROWID""",
    # The log index below which every decision to erase was carried out in this very file.
    (
        "CREATE TABLE IF NOT EXISTS applied (one INTEGER PRIMARY KEY CHECK (one = 1), "
        "size INTEGER NOT NULL) STRICT"
    ),
    # To whom a value was given: those are told when it is erased (PIPL Art. 47; GDPR Art. 19).
    (
        "CREATE TABLE IF NOT EXISTS given (digest TEXT, bundle TEXT, shipment TEXT NOT NULL, "
        "recipient TEXT NOT NULL, PRIMARY KEY (digest, bundle)) STRICT, WITHOUT ROWID"
    ),
)
_ZEROS: Final = bytes(1 << 16)


@dataclass(frozen=True, slots=True)
class Given:
    """One value that left the house: inside which bundle (hex SHA-256), and to whom."""

    digest: str
    bundle: str
    shipment: str
    recipient: str


class VaultErasure:
    """The destroying side of one open vault.

    Every method may raise `StorageError` as the vault does; what destroys is safe to repeat.
    """

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self.path: Path = vault.path

    def intend(self, subject: str, request: str) -> None:
        """Write down, durably, that the values of `subject` are about to be erased."""
        with storage_errors(self.path), closing(_open(self.path)) as db:
            db.execute(
                "INSERT INTO erasures VALUES (?, ?, 'intended') "
                "ON CONFLICT DO UPDATE SET request = excluded.request, stage = excluded.stage",
                (subject, request),
            )

    def stages(self) -> dict[str, str]:
        """Return {subject: stage} of every erasure begun: intended, destroyed or done.

        What is intended may have gone from the tables and still stand in a journal.
        """
        return dict(self._rows("erasures", "SELECT subject, stage FROM erasures"))

    def applied(self) -> int:
        """Return the log index below which all decisions to erase were carried out here."""
        return next((size for (size,) in self._rows("applied", "SELECT size FROM applied")), 0)

    def holds(self, subject: str) -> bool:
        """Whether a key or a value of `subject` is in the file, readable or not."""
        found = (
            "SELECT 1 FROM subjects WHERE subject = ?1 AND wrapped IS NOT NULL "
            "UNION ALL SELECT 1 FROM disclosures WHERE subject = ?1 LIMIT 1"
        )
        return bool(self._rows("subjects", found, (subject,)))

    def secrets(self, subject: str) -> tuple[bytes, ...]:
        """Return what stands in the file for `subject`: the wrapped key and all ciphertexts."""
        asked = (
            "SELECT wrapped FROM subjects WHERE subject = ?1 AND wrapped IS NOT NULL "
            "UNION ALL SELECT ciphertext FROM disclosures WHERE subject = ?1"
        )
        return tuple(secret for (secret,) in self._rows("subjects", asked, (subject,)))

    def destroy(self, subjects: Sequence[str]) -> None:
        """Destroy keys and values of `subjects` for good; a second time it changes nothing.

        The keys go first and in one transaction with the values. A person without a row gets an
        empty one, so that no value is ever kept again under that name (C724).
        """
        with storage_errors(self.path), closing(_open(self.path)) as db:
            # SQLite keeps the journal beside the file itself, also when it is reached by a link.
            real = self.path.resolve()
            journal = real.with_name(real.name + "-journal")
            db.execute("PRAGMA temp_store=MEMORY")
            if db.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
                self._with_a_log(db, subjects)
                return
            db.execute("PRAGMA locking_mode=EXCLUSIVE")
            # Kept after the commit, so that it can be overwritten; so can one that a killed
            # process has left.
            db.execute("PRAGMA journal_mode=PERSIST")
            _forget_all(db, "EXCLUSIVE", subjects)
            db.execute("VACUUM")
            _overwrite(journal)
            db.execute("PRAGMA journal_mode=DELETE")

    def _with_a_log(self, db: sqlite3.Connection, subjects: Sequence[str]) -> None:
        """Do the same in a file that somebody has put into WAL mode, which empties its log."""
        _forget_all(db, "IMMEDIATE", subjects)
        db.execute("VACUUM")
        busy, _, _ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise StorageError("C703", where=str(self.path))

    def carried_out(self, subject: str, stage: str) -> None:
        """Note how far the erasure of `subject` has come: destroyed, or done."""
        with storage_errors(self.path), closing(_open(self.path)) as db:
            db.execute(
                "INSERT INTO erasures VALUES (?, '', ?) "
                "ON CONFLICT DO UPDATE SET stage = excluded.stage",
                (subject, stage),
            )

    def applied_below(self, size: int) -> None:
        """Note that every decision below log index `size` was carried out in this very file."""
        with storage_errors(self.path), closing(_open(self.path)) as db:
            db.execute(
                "INSERT INTO applied VALUES (1, ?) ON CONFLICT DO UPDATE SET size = excluded.size",
                (size,),
            )

    def note_given(self, given: Sequence[tuple[str, str, str, str]]) -> None:
        """Keep to whom values were given: digest, SHA-256 of the bundle, shipment, recipient."""
        with storage_errors(self.path), closing(_open(self.path)) as db:
            db.execute("BEGIN IMMEDIATE")
            db.executemany("INSERT INTO given VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", given)
            db.execute("COMMIT")

    def given(self, digests: Sequence[str]) -> tuple[Given, ...]:
        """Return where the values behind `digests` went."""
        rows = self._rows("given", "SELECT digest, bundle, shipment, recipient FROM given")
        wanted = set(digests)
        return tuple(Given(*row) for row in rows if row[0] in wanted)

    def _rows(self, table: str, sql: str, values: tuple[str, ...] = ()) -> list[tuple]:  # type: ignore[type-arg]
        with storage_errors(self.path), closing(connected(self.path)) as db:
            known = db.execute("SELECT 1 FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
            return db.execute(sql, values).fetchall() if known else []


def _open(path: Path) -> sqlite3.Connection:
    db = connected(path)
    try:
        for statement in _TABLES:
            db.execute(statement)
    except BaseException:
        db.close()
        raise
    return db


def _forget_all(db: sqlite3.Connection, how: str, subjects: Sequence[str]) -> None:
    db.execute(f"BEGIN {how}")
    try:
        for subject in subjects:
            _forget(db, subject)
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _forget(db: sqlite3.Connection, subject: str) -> None:
    db.execute(
        "INSERT INTO subjects VALUES (?, NULL, NULL) "
        "ON CONFLICT DO UPDATE SET nonce = NULL, wrapped = NULL",
        (subject,),
    )
    db.execute("DELETE FROM disclosures WHERE subject = ?", (subject,))


def _overwrite(journal: Path) -> None:
    """Fill the file with zeros, durably, and empty it; nobody else may be using it.

    Raises:
        StorageError: C707 the disk refuses.
    """
    try:
        _filled_with_zeros(journal)
    except FileNotFoundError:
        return
    except OSError as error:
        raise StorageError("C707", where=str(journal), detail=error.strerror or "") from error


def _filled_with_zeros(journal: Path) -> None:
    descriptor = os.open(journal, os.O_WRONLY)
    try:
        left = os.fstat(descriptor).st_size
        while left > 0:
            left -= os.write(descriptor, _ZEROS[:left])
        os.fsync(descriptor)
        os.ftruncate(descriptor, 0)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
