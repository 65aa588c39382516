"""The texts that reasons and findings need, out of the catalogue and the vocabulary."""

from __future__ import annotations

import ast
import importlib
import json
import re
from typing import Any, Final

from custody import contract
from custody.errors import FAMILIES, catalogue
from custody.page.law.program import VALUES, Program

_CODE: Final = re.compile(r"C[1-7][0-9]{2,3}")
_FAMILIES: Final = tuple(FAMILIES)


def texts(program: Program) -> dict[str, Any]:
    """Return `why` and `fix` of every code that a translated module names, in both languages."""
    codes = {"C440", "C441", "C445"}
    for unit in program.units.values():
        for node in ast.walk(unit.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                codes |= {node.value} if _CODE.fullmatch(node.value) else set()
    found: dict[str, Any] = {}
    for code in sorted(codes):
        entry: Any = catalogue(_FAMILIES[int(code[1]) - 1]).get(code)
        if entry is not None:
            found[code] = {
                lang: {part: entry[lang][part] for part in ("why", "fix")} for lang in ("en", "zh")
            }
    return found


def findings() -> dict[str, Any]:
    """Return the vocabulary of findings."""
    return dict(contract.vocabulary("findings"))


def values() -> dict[str, str]:
    """Return the constants of the evidence that the law asks for, in JavaScript."""
    found = {}
    for full in sorted(VALUES):
        module, _, name = full.rpartition(".")
        value = getattr(importlib.import_module(module), name)
        members = json.dumps(sorted(value) if isinstance(value, frozenset) else list(value))
        kind = "py.setOf" if isinstance(value, frozenset) else "py.tupleOf"
        found[full] = f"{kind}({members[1:-1]})"
    return found
