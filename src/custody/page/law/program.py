"""Which modules are translated, in which order, and what their names mean.

Reading begins at `ROOTS` and follows the imports, as importing itself would. What stands in
`WRITTEN` has a hand-written counterpart in ``js/law``; what stands in `OMITTED` is never asked for
when events are judged.
"""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Final

from custody.page.law.subset import outside

ROOTS: Final = (
    "custody.app.judgement.judging",
    "custody.app.verification.story",
    "custody.app.verification.details",
    "custody.app.verification.expectations",
    "custody.app.verification.particulars",
)
# A module outside of these is no part of the law: of its names, only those in tables are known.
WITHIN: Final = ("custody.app.", "custody.domain", "custody.rules", "custody.errors")
WRITTEN: Final = frozenset(
    {
        "custody.app.verification.details._filled",
        "custody.app.judgement.histories.Beginning",
        "custody.app.judgement.histories.decode",
        "custody.domain.values.Frozen",
        "custody.errors.CustodyError",
        "custody.errors.EvidenceError",
        "custody.errors.reason",
    }
)
OMITTED: Final = frozenset(
    {
        "custody.app.verification.details.in_both",
        "custody.app.judgement.histories._place",
        "custody.app.recording.lookback.look_back",
        "custody.app.judgement.projecting.Projected",
        "custody.app.judgement.projecting.item_row",
        "custody.app.judgement.projecting.project",
        "custody.domain.model.said",
        "custody.domain.values._told",
        "custody.errors.ConflictError",
        "custody.errors.FAMILIES",
        "custody.errors.InputError",
        "custody.errors.Reason.said",
        "custody.errors.RefusedError",
        "custody.errors.Rendered",
        "custody.errors.SigningKeyError",
        "custody.errors.StorageError",
        "custody.errors.TrustError",
        "custody.errors._Shown",
        "custody.errors._family",
        "custody.errors._worded",
        "custody.errors.catalogue",
    }
)
# Of these modules only some functions are asked for.
ONLY: Final = {"custody.app.asking.rulebook": frozenset({"both", "remarks_on", "told_answers"})}
# Constants of the evidence, which is not translated; their values are written out.
VALUES: Final = frozenset(
    {"custody.evidence.closure.USED_KINDS", "custody.evidence.payload.MEANINGS"}
)


@dataclass
class Unit:
    """One module: its syntax, the module itself, and where its names come from."""

    module: str
    path: str
    tree: ast.Module
    live: ModuleType
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)
    classes: dict[str, ast.ClassDef] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    exported: list[str] = field(default_factory=list)
    validators: dict[int, str] = field(default_factory=dict)
    orders: dict[ast.AST, int] = field(default_factory=dict)

    def order(self, node: ast.AST) -> int:
        """Return which of its kind `node` is within its top-level statement, for names of its own.

        Not the line: a comment above must not change what is written.
        """
        if not self.orders:
            for statement in self.tree.body:
                seen: dict[type[ast.AST], int] = {}
                for part in ast.walk(statement):
                    if isinstance(part, (ast.Match, ast.Try)):
                        seen[type(part)] = self.orders[part] = seen.get(type(part), 0) + 1
        return self.orders[node]

    def full(self, name: str) -> str:
        """Return the dotted name of `name`, which is defined here."""
        return f"{self.module}.{name}"


class Program:
    """All modules that are translated, in the order in which they are to run."""

    def __init__(self, roots: tuple[str, ...] = ROOTS, within: tuple[str, ...] = WITHIN) -> None:
        self.units: dict[str, Unit] = {}
        self._within = within
        self._reading: list[str] = []
        for root in roots:
            self._read(root)
        self.methods = _methods(self.units.values())
        self.fields = {name for unit in self.units.values() for name in _attributes(unit)}

    def _read(self, module: str) -> None:
        if module in self.units or not module.startswith(self._within):
            return
        live = importlib.import_module(module)
        unit = read(module, live)
        if module in self._reading:
            raise outside(f"a circle of imports with {module}", unit.tree, unit.path)
        self._reading.append(module)
        for source, original in unit.imports.values():
            self._read(source)
            if isinstance(getattr(importlib.import_module(source), original, None), ModuleType):
                self._read(f"{source}.{original}")
        self._reading.pop()
        self.units[module] = unit

    def origin(self, unit: Unit, name: str) -> tuple[Unit, str] | None:
        """Return the translated module that defines `name` as `unit` sees it, and its name there.

        None for names that are not from translated modules.
        """
        if name in unit.names:
            return unit, name
        source, original = unit.imports.get(name, ("", ""))
        there = self.units.get(source)
        return self.origin(there, original) if there is not None else None


def read(module: str, live: ModuleType) -> Unit:
    """Return what the module `live` defines and imports at its top level."""
    path = str(live.__file__)
    unit = Unit(module, path, ast.parse(Path(path).read_text(encoding="utf-8")), live)
    for statement in unit.tree.body:
        match statement:
            case ast.ImportFrom(module=source) if source and source != "__future__":
                for alias in statement.names:
                    unit.imports[alias.asname or alias.name] = (source, alias.name)
            case ast.Import():
                for alias in statement.names:
                    unit.imports[alias.asname or alias.name] = (alias.name, "")
            case ast.FunctionDef(name=name):
                unit.functions[name] = statement
                unit.names.add(name)
            case ast.ClassDef(name=name):
                unit.classes[name] = statement
                unit.names.add(name)
            case ast.Assign(targets=targets):
                for target in targets:
                    unit.names |= {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}
            case ast.AnnAssign(target=ast.Name(id=name)):
                unit.names.add(name)
    return unit


def is_omitted(full: str) -> bool:
    """Whether the name is left out of the translation."""
    module, _, name = full.rpartition(".")
    return full in OMITTED or name not in ONLY.get(module, {name})


def _methods(units: Iterable[Unit]) -> dict[str, list[tuple[Unit, ast.FunctionDef]]]:
    """Return the methods of all classes by name, properties and class methods left out."""
    found: dict[str, list[tuple[Unit, ast.FunctionDef]]] = {}
    for unit in units:
        for class_ in unit.classes.values():
            for part in class_.body:
                if isinstance(part, ast.FunctionDef) and not is_property(part):
                    found.setdefault(part.name, []).append((unit, part))
    return found


def _attributes(unit: Unit) -> set[str]:
    """Return the names of fields and properties of the classes of a module."""
    found = set()
    for class_ in unit.classes.values():
        for part in class_.body:
            if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
                found.add(part.target.id)
            elif isinstance(part, ast.FunctionDef) and is_property(part):
                found.add(part.name)
    return found


def is_property(function: ast.FunctionDef) -> bool:
    """Whether a method is read like a field."""
    return any(isinstance(d, ast.Name) and d.id == "property" for d in function.decorator_list)
