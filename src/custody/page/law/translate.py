"""From the modules of the domain and the rules to one JavaScript text that judges as they do."""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib import resources
from typing import Any, Final

from custody.page.law import bodies, catalogue_texts, declarations, spelling
from custody.page.law.program import Program
from custody.rules.model import PACK

# Written by hand, in the order in which they build on one another.
BEFORE: Final = (
    "things.js",
    "collections.js",
    "compare.js",
    "iteration.js",
    "text.js",
    "numbers.js",
    "decimal.js",
    "days.js",
    "patterns.js",
    "shapes.js",
    "bodies.js",
    "catalogue.js",
    "histories.js",
)
AFTER: Final = ("judge.js",)


def translate() -> str:
    """Return the whole law as JavaScript: one constant named ``law``.

    Raises:
        OutsideSubset: a module uses something that is not translated; the words name the place.
    """
    program = Program()
    modules = modules_of(program)
    shapes = bodies.Shapes(program)
    described = shapes.described()
    parts = [
        *(f"given[{spelling.quoted(n)}] = {v};" for n, v in catalogue_texts.values().items()),
        f"given.texts = {_json(catalogue_texts.texts(program))};",
        f"given.findings = {_json(catalogue_texts.findings())};",
        f"given.pack = {spelling.quoted(PACK)};",
        described,
        *modules,
        *(_validator(full) for full in sorted(shapes.validators)),
        _named(program),
        *map(_file, AFTER),
    ]
    return enclosed(parts)


def modules_of(program: Program) -> list[str]:
    """Return the modules of a program in JavaScript, in the order in which they are to run."""
    return [declarations.module(program, unit) for unit in program.units.values()]


def enclosed(parts: Iterable[str]) -> str:
    """Return the constant ``law``: what is written by hand, then `parts`, which return it."""
    beginning = [
        "const law = (() => {",
        '"use strict";',
        "const given = {};",
        "const written = {};",
    ]
    return "\n".join([*beginning, *map(_file, BEFORE), *parts, "})();"]) + "\n"


def _validator(full: str) -> str:
    module, _, name = full.rpartition(".")
    return f"py.validators[{spelling.quoted(full)}] = {spelling.scope_of(module)}.{name};"


def _named(program: Program) -> str:
    names = ", ".join(map(spelling.scope_of, program.units))
    return f"function innerModules() {{ return {{ {names} }}; }}"


def _file(name: str) -> str:
    source = resources.files("custody.page") / "js" / "law" / name
    return f"// {name}\n{source.read_text(encoding='utf-8').rstrip()}"


def _json(value: Any) -> str:
    return spelling.escaped_json(json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1))
