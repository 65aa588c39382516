"""Bodies as schema and model see them, and small changes that make one wrong, or another."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator, FormatChecker
from pydantic import ValidationError

from custody import contract
from custody.domain import nouns  # noqa: F401 - importing declares every type
from custody.domain.model import TYPES
from custody.errors import EvidenceError
from custody.evidence import canonical

EXAMPLES: Final[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "examples.json").read_text(encoding="utf-8")
)
FAILS: Final[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "fails.json").read_text(encoding="utf-8")
)
FORMATS: Final = FormatChecker(formats=())


@FORMATS.checks("date", raises=ValueError)
def is_date(value: object) -> bool:
    """Whether a text is a day that exists (RFC 3339 full-date)."""
    return not isinstance(value, str) or bool(date.fromisoformat(value))


@FORMATS.checks("date-time", raises=ValueError)
def is_instant(value: object) -> bool:
    """Whether a text is an instant with its offset (RFC 3339 date-time)."""
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@cache
def validator(type_name: str) -> Draft202012Validator:
    """Return the validator of a type's published schema."""
    return Draft202012Validator(contract.schema(type_name), format_checker=FORMATS)


def schema_accepts(type_name: str, body: Any) -> bool:
    """Whether the published schema accepts the body."""
    return bool(validator(type_name).is_valid(body))


def model_accepts(type_name: str, body: Any) -> bool:
    """Whether the body can be recorded as it stands: canonical, nothing coerced, nothing mended."""
    try:
        raw = canonical.dumps(body)
        read = TYPES[type_name].body.model_validate_json(raw, strict=True)
    except (EvidenceError, ValidationError):
        return False
    return bool(read.model_dump(mode="json", exclude_unset=True) == body)


# What JSON Schema cannot say. All of it is refused when an event is read: by the canonical form or
# by the model.
UNSAID: Final = {
    "line feed": "canonical JSON refuses control characters in every text",
    "hidden character": "canonical JSON refuses them in every text",
    "space around": "texts are written without surrounding space",
    "decomposed letter": "texts are written in NFC",
    "full-width digit": "business numbers are written in NFKC",
}


@dataclass(frozen=True)
class Change:
    """A changed body; `kind` says how it was changed, `place` where."""

    kind: str
    place: str
    body: Any


def changes(type_name: str) -> Iterator[Change]:
    """Yield the example of a type with one thing changed, for every place in it."""
    body = EXAMPLES[type_name]
    for path, value in places(body):
        place = ".".join(map(str, path)) or "body"
        for kind, other in others(value):
            yield Change(kind, place, changed(body, path, other))
        if isinstance(value, dict):
            yield Change("unknown field", place, changed(body, path, {**value, "zz": "x"}))
            for key in value:
                rest = {k: v for k, v in value.items() if k != key}
                yield Change("field left out", f"{place}.{key}", changed(body, path, rest))
    properties = contract.schema(type_name)["properties"]
    for name, part in properties.items():
        if name not in body:
            if part.get("type") == "array":
                yield Change("empty optional list", name, {**body, name: []})
            yield Change("null", name, {**body, name: None})


def places(
    value: Any, path: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Yield every place in a JSON value."""
    yield path, value
    inner: Any = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    for key, part in inner:
        yield from places(part, (*path, key))


def others(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield other values for a place, with the kind of change."""
    yield "null", None
    yield "fraction", 1.5
    if isinstance(value, bool):
        yield from (("text for boolean", "true"), ("number for boolean", 1), ("negated", not value))
    elif isinstance(value, int):
        yield from (("text for number", str(value)), ("boolean for number", True))
        yield from (("negative", -2), ("huge", 10**13), ("one more", value + 1))
    elif isinstance(value, str):
        yield from _other_texts(value)
    elif isinstance(value, list):
        yield from (("text for list", "x"), ("object for list", {}), ("repeated", value * 30))
    elif isinstance(value, dict):
        yield from (("list for object", []), ("text for object", "x"))


def _other_texts(text: str) -> Iterator[tuple[str, Any]]:
    yield from (("number for text", 7), ("list for text", [text]), ("empty text", ""))
    yield from (("long text", text * 600), ("other word", "zzz"), ("line feed", text + "\n"))
    yield from (("hidden character", text + "\u200b"), ("space around", f" {text}"))
    yield "decomposed letter", text + "e\u0301"
    if text != text.swapcase():
        yield "other case", text.swapcase()
    if match := re.search("[0-9](?=[^0-9]*$)", text):
        wide = chr(ord(match[0]) + 0xFEE0)
        yield "full-width digit", text[: match.start()] + wide + text[match.end() :]
    if re.match("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        for kind, day in (("31 February", "2026-02-31"), ("month 13", "2026-13-01")):
            yield kind, day + text[10:]
        yield "year without zeros", text[1:]
    if "T" in text and text.endswith("+08:00"):
        yield from (("no offset", text[:-6]), ("hour 24", text[:11] + "24" + text[13:]))
        yield from (("offset of 25 hours", text[:-6] + "+25:00"), ("in UTC", text[:-6] + "Z"))
        yield "space for T", text.replace("T", " ")


def changed(body: Any, path: tuple[str | int, ...], value: Any) -> Any:
    """Return a copy of `body` with another value at `path`."""
    if not path:
        return value
    made = copy.deepcopy(body)
    inside = made
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = value
    return made
