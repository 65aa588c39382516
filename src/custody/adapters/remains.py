"""Looks into every byte of every file of a folder for what should not be there any more.

It knows nothing of what it looks for and changes nothing. Files are read in pieces, so that their
size does not matter, and by a process of their own: closing any descriptor of a database drops the
locks that the closing process holds on it (POSIX), and the ledger is open meanwhile. What is looked
for goes there through a pipe and is never an argument, which others could see.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from custody.errors import StorageError
from custody.evidence.disclosure import MAX_DISCLOSURE, digest_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

_PIECE: Final = 1 << 20
# The shortest disclosure holds a salt of 43 letters, a name of one and an empty value.
_STRING: Final = re.compile(
    rb"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{68,%d}(?![A-Za-z0-9_-])" % MAX_DISCLOSURE
)


@dataclass(frozen=True, slots=True)
class Remain:
    """Something that was found: in which file (relative to the folder), and what it is."""

    path: str
    what: str


def search(
    folder: Path, wanted: Mapping[bytes, str], digests: Collection[str] = ()
) -> tuple[Remain, ...]:
    """Return in which files below `folder` something still stands, in their order.

    Args:
        wanted: byte string → what it is, as told in the answer.
        digests: of disclosure strings; these are found without being known.

    Raises:
        StorageError: C743 a file cannot be read; nobody can say then what it holds.
    """
    asked = {
        "wanted": [[needle.hex(), what] for needle, what in wanted.items()],
        "digests": sorted(digests),
    }
    done = subprocess.run(  # noqa: S603 - this very program, and a folder of ours
        # -P: nothing that lies in the folder people happen to be in is imported.
        [sys.executable, "-P", "-m", "custody.adapters.remains", str(folder.absolute())],
        check=False,
        input=json.dumps(asked).encode(),
        capture_output=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    )
    if done.returncode != 0:
        detail = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise StorageError("C743", where=str(folder), detail=detail)
    return tuple(Remain(path, what) for path, what in json.loads(done.stdout))


def look_for(folder: Path, wanted: Mapping[bytes, str]) -> list[Remain]:
    """Return in which files below `folder` any of the byte strings `wanted` occurs.

    Args:
        wanted: byte string → what it is, as told in the answer.

    Raises:
        OSError: a file cannot be read; nobody can say then what it holds.
    """
    if not wanted:
        return []
    longest = max(map(len, wanted))
    found: dict[tuple[str, str], Remain] = {}
    for path in _files(folder):
        name = str(path.relative_to(folder))
        for piece in _pieces(path, longest - 1):
            for needle, what in wanted.items():
                if (name, what) not in found and needle in piece:
                    found[name, what] = Remain(name, what)
    return list(found.values())


def look_for_strings(folder: Path, digests: Collection[str]) -> list[Remain]:
    """Return in which files below `folder` a disclosure string with one of `digests` occurs.

    This needs no value: the digests stand in the events for ever.

    Raises:
        OSError: as `look_for`.
    """
    if not digests:
        return []
    found: dict[str, Remain] = {}
    for path in _files(folder):
        name = str(path.relative_to(folder))
        for piece in _pieces(path, MAX_DISCLOSURE + 1):
            for match in _STRING.finditer(piece):
                if digest_of(match[0].decode("ascii")) in digests:
                    found.setdefault(name, Remain(name, "disclosure"))
    return list(found.values())


def _files(folder: Path) -> Iterator[Path]:
    """Yield every file below `folder`, also behind links, each folder once.

    Raises:
        OSError: a folder cannot be read.
    """

    def stop(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):  # another process removed it meanwhile
            raise error

    seen: set[str] = set()
    for place, folders, names in os.walk(folder, onerror=stop, followlinks=True):
        real = os.path.realpath(place)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        folders.sort()
        yield from (path for name in sorted(names) if (path := Path(place, name)).is_file())


def _pieces(path: Path, overlap: int) -> Iterator[bytes]:
    """Yield the content in pieces that overlap by `overlap` bytes."""
    try:
        with path.open("rb") as file:
            kept = b""
            while piece := file.read(_PIECE):
                whole = kept + piece
                yield whole
                kept = whole[len(whole) - overlap :] if overlap < len(whole) else whole
    except FileNotFoundError:
        return  # another process removed it while the folder was being read


def _main() -> None:
    folder, asked = Path(sys.argv[1]), json.load(sys.stdin.buffer)
    found = look_for(folder, {bytes.fromhex(needle): what for needle, what in asked["wanted"]})
    found += look_for_strings(folder, frozenset(asked["digests"]))
    json.dump(list(dict.fromkeys((r.path, r.what) for r in found)), sys.stdout)


if __name__ == "__main__":
    _main()
