"""What a vector is: a folder with a reason, inputs and what must come out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Vector:
    """One folder below `events/vectors/<area>`; the name ends in ``_fail`` when it is refused."""

    area: str
    name: str
    why: str
    files: Mapping[str, bytes]
    expect: Mapping[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The folder, relative to `events/vectors`."""
        return f"{self.area}/{self.name}"

    def written(self) -> dict[str, bytes]:
        """Return every file of the folder, by path below `events/vectors`."""
        title = self.name.removesuffix("_fail").replace("_", " ").capitalize()
        files = {
            **self.files,
            "README.md": f"# {title}\n\n{self.why}\n".encode(),
            "expect.json": pretty(self.expect),
        }
        return {f"{self.path}/{name}": content for name, content in files.items()}


def pretty(document: Any) -> bytes:
    """Return JSON for people; inputs whose bytes matter are written as they are instead."""
    return (json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def good(area: str, name: str, why: str, document: Any, /, **values: Any) -> Vector:
    """Return a vector with `input.json` that must be accepted and give `values`."""
    return Vector(area, name, why, {"input.json": pretty(document)}, {"ok": True, **values})


def bad(area: str, name: str, why: str, document: Any, code: str = "C401") -> Vector:
    """Return a vector with `input.json` that must be refused under `code`."""
    expect = {"ok": False, "code": code}
    return Vector(area, f"{name}_fail", why, {"input.json": pretty(document)}, expect)


def raw(area: str, name: str, why: str, file: str, content: bytes, **values: Any) -> Vector:
    """Return a vector whose one input are exactly these bytes; refused when `code` is given."""
    ok = "code" not in values
    full = name if ok else f"{name}_fail"
    return Vector(area, full, why, {file: content}, {"ok": ok, **values})
