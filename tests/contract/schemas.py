"""From a body's declaration to the schema that is published: JSON Schema, draft 2020-12.

The library that declares the bodies writes schemas for its own needs; here they become schemas for
everybody: no null (the canonical form has none), patterns that mean the same in every regular
expression engine, formats for dates, no titles that repeat the field's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from custody.domain.model import TypeSpec

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"

DIGITS: Final = (r"\d", "[0-9]")  # elsewhere \d may also mean the digits of other scripts
DAY: Final = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
INSTANT: Final = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})$"
NUMBER: Final = {"minLength": 1, "maxLength": 60}
SHARPER: Final[Mapping[str, Mapping[str, str]]] = {
    INSTANT: {
        "format": "date-time",
        "pattern": (
            "^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
            "T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
            "(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"
        ),
    },
    DAY: {
        "format": "date",
        "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
    },
}


def schema_of(spec: TypeSpec) -> dict[str, Any]:
    """Return the published schema of a type's body."""
    made = spec.body.model_json_schema(mode="validation")
    schema = {
        **{key: _published(part) for key, part in made.items()},
        "$schema": DRAFT,
        "$id": f"urn:custody:event:{spec.name.replace('/', ':')}",
        "title": spec.title.en,
        "title_zh": spec.title.zh,
        "description": spec.meaning.en,
        "description_zh": spec.meaning.zh,
    }
    schema["properties"] = _members(made["properties"])
    if "$defs" in made:
        schema["$defs"] = _members(made["$defs"])
    return schema


def _members(parts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _published(part) for name, part in parts.items()}


def _published(part: Any) -> Any:
    """Return one schema (or any value inside one) as it is published."""
    if isinstance(part, list):
        return [_published(each) for each in part]
    if not isinstance(part, dict):
        return part
    made = {
        key: _members(value) if key == "properties" else _published(value)
        for key, value in part.items()
        if key != "title" and not (key == "default" and value is None)
    }
    if "anyOf" in made:
        options = [option for option in made["anyOf"] if option != {"type": "null"}]
        made["anyOf"] = options
        if len(options) == 1:
            del made["anyOf"]
            made = {**options[0], **made}
    if "pattern" in made:
        pattern = made["pattern"].replace(*DIGITS)
        made |= SHARPER.get(pattern, {"pattern": pattern})
    elif made.get("type") == "string" and NUMBER.items() <= made.items():
        # A business number: its one spelling has no lower case and no space.
        made["pattern"] = r"^[^a-z\s]+$"
    return made
