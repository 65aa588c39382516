"""Typed access to the rows of a parsed JSON file: each function refuses every other type.

Knows no format; the files that use it say what their rows mean.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from custody.evidence.encoding import HASH, malformed, unb64

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from custody.evidence.canonical import JSON


def objects(value: JSON, keys: AbstractSet[str], most: int) -> list[dict[str, JSON]]:
    """Return a list of at most `most` objects with exactly these keys; C401 otherwise."""
    if not isinstance(value, list) or len(value) > most:
        raise malformed("bundle", f"a list is missing or has more than {most} rows")
    rows = [row for row in value if isinstance(row, dict) and row.keys() == keys]
    if len(rows) != len(value):
        raise malformed("bundle", f"a row has other fields than {', '.join(sorted(keys))}")
    return rows


def text(row: Mapping[str, JSON], key: str) -> str:
    """Return a text; C401 otherwise."""
    value = row[key]
    if not isinstance(value, str):
        raise malformed("bundle", f"{key} is not a text")
    return value


def texts(row: Mapping[str, JSON], key: str, most: int) -> list[str]:
    """Return a list of at most `most` texts; C401 otherwise."""
    value = row[key]
    if not isinstance(value, list) or len(value) > most:
        raise malformed("bundle", f"{key} is not a list of at most {most} texts")
    found = [item for item in value if isinstance(item, str)]
    if len(found) != len(value):
        raise malformed("bundle", f"{key} is not a list of texts")
    return found


def number(row: Mapping[str, JSON], key: str) -> int:
    """Return a whole number from 0; C401 otherwise."""
    value = row[key]
    if type(value) is not int or value < 0:
        raise malformed("bundle", f"{key} is not a whole number from 0")
    return value


def digest(row: Mapping[str, JSON], key: str) -> bytes:
    """Return the 32 bytes behind a base64 hash; C401 otherwise."""
    return unb64(text(row, key), HASH)


def hashes(row: Mapping[str, JSON], key: str, most: int) -> tuple[bytes, ...]:
    """Return a list of at most `most` hashes; C401 otherwise."""
    return tuple(unb64(item, HASH) for item in texts(row, key, most))


def lines(raw: bytes) -> list[str]:
    """Return the lines a text is kept as; a text ends with LF."""
    return raw.decode().removesuffix("\n").split("\n")


def joined(kept: Sequence[str]) -> bytes:
    """Return the bytes of a text that is kept as its lines."""
    return "".join(line + "\n" for line in kept).encode()


def order(what: str, values: Sequence[str] | Sequence[int]) -> None:
    """Refuse values that are not strictly increasing (C401)."""
    for earlier, later in pairwise(values):
        if not earlier < later:  # type: ignore[operator]
            raise malformed("bundle", f"its {what} are not sorted, or one is listed twice")
