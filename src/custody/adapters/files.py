"""Writes small files so that they are either whole or absent, and never replaces one.

It knows nothing of their content.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def write_once(path: Path, content: bytes, mode: int) -> None:
    """Write `content` to the new file `path` with permission bits `mode`, durably.

    Raises:
        FileExistsError: `path` exists; it is left as it is.
        OSError: the folder cannot be written.
    """
    draft = beside(path)
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor, not a path
            os.fchmod(descriptor, mode)
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        publish(draft, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            draft.unlink()


def beside(path: Path) -> Path:
    """Return an unused hidden name in the folder of `path`, for a draft of it."""
    return path.with_name(f".{path.name}.{secrets.token_hex(6)}")


def publish(draft: Path, path: Path) -> None:
    """Give the finished file `draft` its name `path`, unless that name is taken.

    Raises:
        FileExistsError: `path` exists; it is left as it is.
    """
    # A rename would silently replace an existing file; a hard link refuses in one step.
    os.link(draft, path)
    draft.unlink()
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
