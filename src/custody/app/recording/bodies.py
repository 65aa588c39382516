"""From what people typed to a checked body, and the few values that acts are stamped with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from custody.app.recording.faults import told
from custody.domain.model import TYPES, Body, TypeSpec
from custody.errors import InputError


def spec_of(type_name: str) -> TypeSpec:
    """Return the declaration of an event type; InputError C143 when there is none."""
    spec = TYPES.get(type_name)
    if spec is None:
        raise InputError("C143", where=type_name, type=type_name)
    return spec


def body_of(spec: TypeSpec, fields: Mapping[str, Any], where: str) -> Body:
    """Return the checked body; InputError C148 naming every field that is wrong."""
    try:
        return spec.body.model_validate(dict(fields))
    except ValidationError as wrong:
        raise InputError(
            "C148",
            where=str(fields.get("number") or where),
            type=spec.name,
            detail=told(spec.body, wrong),
        ) from None


def body_number(body: Body) -> str:
    """Return the business number a body carries, empty when it has none."""
    return str(getattr(body, "number", "") or "")


def stamp(now: int) -> str:
    """Return Unix seconds as the one spelling of a signing time."""
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
