"""Places in a JSON document: which there are, what stands there, and a document without one."""

from __future__ import annotations

import json
from typing import Any

from evidence.checking import canonical_bytes

Path = tuple[Any, ...]


def places(node: Any, path: Path = ()) -> list[Path]:
    """Return the path of every member of every list and object."""
    found: list[Path] = []
    members = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in members:
        found.append((*path, key))
        if isinstance(value, dict | list):
            found += places(value, (*path, key))
    return found


def member(fields: Any, path: Path) -> Any:
    """Return what stands at a place."""
    for step in path:
        fields = fields[step]
    return fields


def without(raw: bytes, path: Path) -> bytes:
    """Return a document file after one member is left out."""
    fields = json.loads(raw)
    del member(fields, path[:-1])[path[-1]]
    return canonical_bytes(fields)
