"""Files beside the record: read them safely, describe a document by its digest."""

from __future__ import annotations

import hashlib
import mimetypes
import os
import re
import secrets
import shlex
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from custody.errors import InputError

_CHUNK: Final = 1 << 20
_MEDIA: Final = re.compile(r"^[a-z]+/[a-z0-9.+-]{1,80}$")


def document(text: str) -> dict[str, Any]:
    """Return the document entry for ``KIND=PATH``; the file is hashed, never copied.

    Raises:
        InputError: C107 not of that form, C110 to C113 the file cannot be read.
    """
    kind, equals, name = text.partition("=")
    if not equals or not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", kind.strip()) or not name:
        raise InputError("C107", where="--document", value=text)
    path = Path(name).expanduser()
    digest, size = hashed(path)
    guess = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return {
        "kind": kind.strip(),
        "name": unicodedata.normalize("NFC", path.name),
        "media_type": guess if _MEDIA.match(guess) else "application/octet-stream",
        "size": size,
        "sha256": digest,
    }


def hashed(path: Path) -> tuple[str, int]:
    """Return the SHA-256 (hex) and size in bytes of a file, read in pieces."""
    checked(path)
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            digest.update(piece)
            size += len(piece)
    return digest.hexdigest(), size


def checked(path: Path) -> Path:
    """Return `path` when it names a readable kind of file.

    Raises:
        InputError: C110 there is none, C111 it is a folder, C113 the name itself is impossible.
    """
    try:
        if path.is_dir():
            raise InputError("C111", where=str(path))
        if not path.exists():
            raise InputError("C110", where=str(path))
    except ValueError as error:  # a NUL byte inside the name
        raise InputError(
            "C113", where="", value=str(path).encode("unicode_escape").decode()
        ) from error
    return path


def read_bytes(name: str, limit: int) -> bytes:
    """Return the content of a file, or of stdin for ``-``.

    Raises:
        InputError: as `checked`; C114 when it is larger than `limit` bytes.
    """
    if name == "-":
        content = sys.stdin.buffer.read(limit + 1)
    else:
        with checked(Path(name).expanduser()).open("rb") as file:
            content = file.read(limit + 1)
    if len(content) > limit:
        raise InputError("C114", where=name, limit=f"{limit // (1 << 20)} MiB")
    return content


def typed(path: Path | str) -> str:
    """Return the name of a file as it is typed in a shell."""
    return shlex.quote(str(path))


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that appears only when it is complete, and never over another one."""
    if path.is_file() and path.read_bytes() == content:
        return
    with drafted(path, content) as publish:
        publish()


@contextmanager
def drafted(path: Path, content: bytes) -> Iterator[Callable[[], None]]:
    """Write `content` out of sight; what is yielded gives the file its name `path`.

    When it is not called, or something goes wrong before, nothing remains.

    Raises:
        InputError: C121 there is a file of that name already.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        raise InputError("C121", where=str(path))
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")

    def publish() -> None:
        try:
            part.rename(path) if os.name == "nt" else os.link(part, path)
        except FileExistsError as taken:
            raise InputError("C121", where=str(path)) from taken

    try:
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield publish
    finally:
        part.unlink(missing_ok=True)
