"""Published checkpoints as files beside the ledger, with the time stamps over them.

Of the notes, the ledger file is what counts; these are copies for sending to others, written again
whenever a note gains a line. Time stamps (RFC 3161 replies) are kept here only.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from custody.adapters.files import beside, sync_folder, write_once
from custody.errors import StorageError

FOLDER: Final = "checkpoints"
REPLIES_MAX: Final = 16
"""Most time stamps of one checkpoint, as in a bundle."""

_TRIES: Final = 8


def place_of(folder: Path, size: int) -> Path:
    """Return the file of the checkpoint over `size` leaves of the ledger in `folder`."""
    return folder / FOLDER / f"{size:010d}.txt"


def republish(folder: Path, size: int, read: Callable[[], bytes]) -> Path:
    """Write the note that `read` returns over the file of this size, whole or not at all.

    It is read again afterwards: of two processes that add lines, the slower one must not leave
    behind what was true before the quicker one came.

    Raises:
        StorageError: C705, C706 the folder cannot be written; the ledger holds the lines already.
    """
    place = place_of(folder, size)
    with _told(place):
        place.parent.mkdir(exist_ok=True)
        for _ in range(_TRIES):
            text = read()
            if place.is_file() and place.read_bytes() == text:
                break
            draft = beside(place)
            try:
                write_once(draft, text, 0o644)
                draft.replace(place)
            finally:
                draft.unlink(missing_ok=True)
            sync_folder(place.parent)
    return place


def keep_reply(folder: Path, size: int, reply: bytes) -> Path:
    """Keep a reply over the checkpoint of `size` leaves; the same one twice is one file.

    Raises StorageError C706 when the folder refuses it, C705 when the disk is full.
    """
    place = folder / f"{size:010d}.{hashlib.sha256(reply).hexdigest()[:16]}.tsr"
    with _told(place):
        folder.mkdir(exist_ok=True)
        with suppress(FileExistsError):
            write_once(place, reply, 0o644)
    return place


def kept_replies(folder: Path, size: int) -> dict[Path, bytes]:
    """Return the replies kept over the checkpoint of `size` leaves by their files, at most 16."""
    files = sorted(folder.glob(f"{size:010d}.*.tsr"))[:REPLIES_MAX]
    with _told(folder):
        return {file: file.read_bytes() for file in files}


@contextmanager
def _told(place: Path) -> Iterator[None]:
    """Turn what the disk refuses into C705 (full) or C706 (not permitted)."""
    try:
        yield
    except OSError as error:
        code = "C705" if error.errno == errno.ENOSPC else "C706"
        detail = error.strerror or os.strerror(error.errno or 0)
        raise StorageError(code, where=str(place), detail=detail) from error
