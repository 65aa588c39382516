"""Turns every SQLite failure into one of our own storage errors, with words a person can act on.

It does not retry anything and does not hide the original, which stays chained as the cause.
Result codes: the SQLite documentation, "Result and Error Codes" (primary code = low byte).
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from custody.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CODES = {
    sqlite3.SQLITE_BUSY: "C703",
    sqlite3.SQLITE_LOCKED: "C703",
    sqlite3.SQLITE_CORRUPT: "C704",
    sqlite3.SQLITE_ERROR: "C704",  # a table or column the schema promises is gone
    sqlite3.SQLITE_CONSTRAINT: "C704",  # a guard of the schema met rows no writer of ours leaves
    sqlite3.SQLITE_MISMATCH: "C704",
    sqlite3.SQLITE_FULL: "C705",
    sqlite3.SQLITE_PERM: "C706",
    sqlite3.SQLITE_READONLY: "C706",
    sqlite3.SQLITE_AUTH: "C706",
    sqlite3.SQLITE_CANTOPEN: "C706",
    sqlite3.SQLITE_IOERR: "C707",
    sqlite3.SQLITE_NOTADB: "C702",
}


NO_SHARED_INDEX = frozenset(
    {sqlite3.SQLITE_IOERR_SHMOPEN, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_SHMMAP}
)
"""The index of the log file could not be made, which happens before anything is written."""


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Re-raise any `sqlite3.Error` inside the block as a `StorageError` about the file `path`.

    Raises:
        StorageError: C701 missing, C702 not a ledger, C703 busy, C704 damaged, C705 disk full,
            C706 no permission, C707 disk error, C708 anything else SQLite may say.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise translated(error, path) from error


def primary_code(error: sqlite3.Error) -> int:
    """Return the primary result code of `error`, 255 for an error that has none."""
    return int(getattr(error, "sqlite_errorcode", -1)) & 0xFF


def translated(error: sqlite3.Error, path: Path) -> StorageError:
    """Return the storage error that tells the same as `error`."""
    primary = primary_code(error)
    code = _CODES.get(primary, "C708")
    if getattr(error, "sqlite_errorcode", -1) in NO_SHARED_INDEX and _is_full(path):
        code = "C705"
    if primary == sqlite3.SQLITE_CANTOPEN and not path.exists():
        code = "C701"
    return StorageError(code, where=str(path), detail=str(error))


def _is_full(path: Path) -> bool:
    disk = os.statvfs(path.parent)
    return disk.f_bavail * disk.f_frsize < 65536
