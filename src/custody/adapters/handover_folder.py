"""The handover folder on disk: finds documents by content, and writes all of it or nothing.

It is built under a hidden name beside its place and renamed when it is complete. A folder that is
there already stays as it is.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from custody.adapters.files import beside, sync_folder
from custody.errors import InputError, StorageError

DOCUMENTS: Final = "documents"
_CHUNK: Final = 1 << 20


def found(folder: Path, wanted: Mapping[str, int]) -> dict[str, Path]:
    """Return the files below `folder` whose content is wanted: SHA-256 (hex) → path.

    Only files of a wanted size are read, so a whole archive can be named. Links are followed for
    files and not for folders.

    Args:
        wanted: SHA-256 (hex) → size in bytes.

    Raises:
        InputError: C183 `folder`, or what is named in the error, cannot be read.
    """
    sizes = set(wanted.values())
    matched: dict[str, Path] = {}
    try:
        for path in _files(folder):
            if path.stat().st_size in sizes:
                digest = _digest(path)
                if digest in wanted:
                    matched.setdefault(digest, path)
    except (OSError, ValueError) as error:
        detail = getattr(error, "strerror", None) or str(error)
        where = getattr(error, "filename", None) or str(folder)
        raise InputError("C183", where=where, detail=detail) from error
    return matched


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files below `folder` in an order that does not depend on the disk.

    Raises:
        OSError: a folder cannot be read. A link that leads nowhere, or in a circle, is no file.
    """

    def stop(error: OSError) -> None:
        raise error

    for place, folders, names in os.walk(folder, onerror=stop):
        folders.sort()
        yield from (path for name in sorted(names) if (path := Path(place, name)).is_file())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write(
    place: Path, files: Mapping[str, bytes], documents: Mapping[str, tuple[Path, str]]
) -> bool:
    """Write the folder `place`; return False when the very same folder was there already.

    Args:
        files: name → content. `documents`: name below ``documents/`` → (source, SHA-256 in hex).

    Raises:
        InputError: C180 something else is there.
        StorageError: C727 the disk refuses, C728 a document is not any more what it was.
    """
    if place.exists() or place.is_symlink():
        _require_same(place, files, documents)
        return False
    draft = beside(place)
    try:
        draft.mkdir(parents=True)
        for name, content in files.items():
            _put(draft / name, (content,))
        if documents:
            (draft / DOCUMENTS).mkdir()
        for name, (source, digest) in documents.items():
            _copied(source, draft / DOCUMENTS / name, digest)
        if documents:
            sync_folder(draft / DOCUMENTS)
        sync_folder(draft)
        draft.rename(place)
        sync_folder(place.parent)
    except OSError as error:
        raise StorageError("C727", where=str(place), detail=error.strerror or "") from error
    finally:
        with suppress(OSError):
            shutil.rmtree(draft)
    return True


def _copied(source: Path, target: Path, digest: str) -> None:
    copied = hashlib.sha256()

    def pieces() -> Iterator[bytes]:
        with source.open("rb") as file:
            while piece := file.read(_CHUNK):
                copied.update(piece)
                yield piece

    _put(target, pieces())
    if copied.hexdigest() != digest:
        raise StorageError("C728", where=str(source))


def _put(path: Path, pieces: Iterator[bytes] | Collection[bytes]) -> None:
    with path.open("xb") as file:
        for piece in pieces:
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())


def _require_same(
    place: Path, files: Mapping[str, bytes], documents: Mapping[str, tuple[Path, str]]
) -> None:
    """Refuse a place that holds anything but exactly what would be written."""
    expected = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    expected |= {f"{DOCUMENTS}/{name}": digest for name, (_, digest) in documents.items()}
    try:
        there = {str(p.relative_to(place).as_posix()): _digest(p) for p in _files(place)}
    except OSError as error:
        raise InputError("C180", where=str(place)) from error
    if there != expected:
        raise InputError("C180", where=str(place))
