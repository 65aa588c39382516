"""Bodies of every event type with something changed, and what pydantic says to each."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from typing import Any, Final

from pydantic import ValidationError

from contract.bodies import EXAMPLES
from custody.domain import nouns  # noqa: F401 - importing declares every type
from custody.domain.model import TYPES
from custody.evidence.canonical import spelled

# What may stand in the place of any value: other types, other spellings, too much, too little.
ODD: Final[tuple[Any, ...]] = (
    *("", " ", "x", "X", "0", "1", "-1", "+5", "007", "5.0", "1_000", "1e3", "٥", "true", "No"),
    *("２０２６", "ﬀ", "ß1", "a b", " A1 ", "a\u00a0b", "e\u0301", "\u212b", "x" * 61, "y" * 121),
    *("z" * 501, "2026-02-30", "2026-13-01", "2024-02-29", "0000-01-01", "2026-03-02T25:00:00Z"),
    *("2026-03-02T09:10:00Z", "2026-03-02T09:10:00+24:00", "2026-03-02T09:60:00+08:00"),
    *("1999-12-31T23:00:00-02:00", "2100-01-01T00:30:00+02:00", "2026-03-02T09:10:61Z"),
    *("2026-03-02T09:10:00+08:99", "2026-03-02 09:10:00Z", "-0", "-0.5", "00.5", "0.0000000001"),
    *(0, 1, 2, -1, 7, 10**9, 10**9 + 1, 2**53 - 1, True, False, None, [], [""], [1], {}, {"a": 1}),
    *(["a"] * 21, ["a", "a"], [[]], "pass", "fail", "\u200b", "sha256", "a" * 64, "A" * 43 + "="),
)


# Spellings of whole numbers and of truth, for a field of each kind.
SPELT: Final[tuple[Any, ...]] = (
    *("9" * 4300, "9" * 4301, "0" * 5000 + "7", "-" + "1" * 4301, "1_0.0", "1.0_0", "--1", "1 "),
    *(
        "1\n",
        "\u20031",
        "\x1c1",
        "\ufeff1",
        "1.",
        ".0",
        "+ 1",
        "1__0",
        "_1",
        "1_",
        "١",
        "１",
        "٣.0",
    ),
    *("on", "OFF", "y", "N", "t", "F", "tRue", "ＹＥＳ", "ſ", " true", "1.0", 1, 0, 2, -1, True),
)


def bodies() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (type, body) with the fields in the order in which a payload holds them."""
    for name, body in _changed():
        yield name, json.loads(json.dumps(body, sort_keys=True))


def _changed() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (type, body): the example of each type, and each field of it changed in turn."""
    chance = random.Random(20261124)  # noqa: S311 - the same cases in every run
    for name, example in EXAMPLES.items():
        yield name, example
        yield name, {**example, "unknown_field": 1, "a_first": "x"}
        yield name, {}
        for field in sorted({*TYPES[name].body.model_fields, *example}):
            yield name, {k: v for k, v in example.items() if k != field}
            for odd in chance.sample(ODD, 6):
                yield name, {**example, field: odd}
            yield from _within(name, example, field, chance)
    yield from _spelt()


def _spelt() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, field in (("batch.completed/v1", "doses"), ("study.drafted/v1", "paediatric")):
        for odd in (*SPELT, *ODD):
            yield name, {**EXAMPLES[name], field: odd}


def _within(
    name: str, example: dict[str, Any], field: str, chance: random.Random
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Change something inside a field that holds others."""
    value = example.get(field)
    if not isinstance(value, list) or not value:
        return
    yield name, {**example, field: value * 30}
    for odd in chance.sample(ODD, 3):
        yield name, {**example, field: [*value, odd]}
    if isinstance(value[0], dict):
        for inner in value[0]:
            for odd in chance.sample(ODD, 2):
                changed = copy.deepcopy(value)
                changed[0][inner] = odd
                yield name, {**example, field: changed}
            yield name, {**example, field: [{k: v for k, v in value[0].items() if k != inner}]}


def answer(name: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return what Python makes of a body: its fields and spellings, or what it says against it."""
    try:
        made = TYPES[name].body.model_validate(body)
    except ValidationError as wrong:
        told = [[".".join(map(str, e["loc"])), e["msg"]] for e in wrong.errors()]
        return {"errors": told}
    return {"told": spelled(made.told()).decode(), "plain": spelled(made.plain()).decode()}
