"""Find and read the published contract: `events/`, language-neutral and without code.

In a built wheel the contract lies inside the package (``custody/_contract``); in a checkout, also
an editable install, it is the folder ``events/`` at the top. Readers are cached and cheap: the
registry alone answers what commands, links, signers and aliases a type has.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from custody.errors import InputError

_PACKAGED: Final = Path(__file__).parent / "_contract"
_CHECKOUT: Final = Path(__file__).parents[2] / "events"


@cache
def folder() -> Path:
    """Return the folder that holds the contract.

    Raises:
        InputError: C190 when neither place has one (a broken installation).
    """
    for place in (_PACKAGED, _CHECKOUT):
        if (place / "registry.json").is_file():
            return place
    raise InputError("C190", where=str(_PACKAGED))


def read(path: str) -> Any:
    """Return the JSON document at `path` inside the contract."""
    return json.loads((folder() / path).read_text(encoding="utf-8"))


@cache
def types() -> dict[str, dict[str, Any]]:
    """Return the registry's entry of every event type, by type name."""
    return {entry["type"]: entry for entry in read("registry.json")["types"]}


def is_known(type_name: str) -> bool:
    """Whether this version of the contract knows the event type."""
    return type_name in types()


def alias_fields(type_name: str) -> dict[str, str]:
    """Return the body fields of a type that hold business numbers, with their alias schemes."""
    entry = types().get(type_name)
    return dict(entry["aliases"]) if entry else {}


def private_names(type_name: str) -> tuple[str, ...]:
    """Return the names of the values a type keeps as digests only."""
    entry = types().get(type_name)
    return tuple(p["name"] for p in entry["private"]) if entry else ()


@cache
def schema(type_name: str) -> dict[str, Any]:
    """Return the JSON Schema of a type's body.

    Raises:
        InputError: C191 when the contract does not know the type.
    """
    entry = types().get(type_name)
    if entry is None:
        raise InputError("C191", where=type_name, type=type_name)
    found: dict[str, Any] = read(f"{entry['path']}/schema.json")
    return found


@cache
def vocabulary(name: str) -> dict[str, Any]:
    """Return one vocabulary: terms with labels in English and Chinese."""
    found: dict[str, Any] = read(f"vocabulary/{name}.json")
    return found


def label(name: str, term: str, lang: str) -> str:
    """Return the label of `term`, or the term itself when the vocabulary lacks it."""
    entry = vocabulary(name).get(term, {})
    return str(entry.get(lang, term))
