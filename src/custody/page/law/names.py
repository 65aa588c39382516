"""What a name means at one place: a local, a name of the module, an import, a built-in."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from custody.page.law import builtin_names, spelling
from custody.page.law.program import VALUES, Program, Unit, is_omitted
from custody.page.law.subset import outside


@dataclass
class Scope:
    """The locals of a function or of a comprehension, inside those around it."""

    names: set[str]
    around: Scope | None = None

    def holds(self, name: str) -> bool:
        """Whether `name` is a local of this scope or one around it."""
        return name in self.names or (self.around is not None and self.around.holds(name))


@dataclass
class Place:
    """Where the translator is: a module of a program, and the scope in it."""

    program: Program
    unit: Unit
    scope: Scope | None = None
    used: dict[str, str] = field(default_factory=dict)

    def inside(self, names: set[str]) -> Place:
        """Return the place one scope further in."""
        return Place(self.program, self.unit, Scope(names, self.scope), self.used)

    def is_local(self, name: str) -> bool:
        """Whether a local of the functions around here is meant."""
        return self.scope is not None and self.scope.holds(name)

    def imported(self, node: ast.expr) -> tuple[str, str] | None:
        """Return (module, name) of what an expression names when it comes from an import."""
        match node:
            case ast.Name(id=name) if not self.is_local(name) and name not in self.unit.names:
                return self.unit.imports.get(name)
            case ast.Attribute(value=ast.Name(id=base), attr=attr):
                source = self.unit.imports.get(base)
                if source is not None and source[1] == "" and not self.is_local(base):
                    return source[0], attr
        return None

    def origin(self, node: ast.expr) -> tuple[Unit, str] | None:
        """Return the module and name behind an expression that names something translated."""
        if not isinstance(node, ast.Name) or self.is_local(node.id):
            return None
        return self.program.origin(self.unit, node.id)

    def name(self, node: ast.Name) -> str:
        """Return how the name is spelled here, and note that it is needed."""
        name = node.id
        if name == "_":
            raise outside("reading the name _", node, self.unit.path)
        if self.is_local(name):
            return spelling.name(name)
        if name in self.unit.names:
            if is_omitted(self.unit.full(name)):
                raise outside(f"{name}, which is left out,", node, self.unit.path)
            return spelling.name(name)
        source = self.unit.imports.get(name)
        if source is not None:
            return self._from(node, name, *source)
        if name in builtin_names.TYPES:
            return builtin_names.TYPES[name]
        if name in builtin_names.FUNCTIONS or name in builtin_names.ERRORS:
            return f"py.{name}"
        raise outside(f"the name {name}", node, self.unit.path)

    def _from(self, node: ast.Name, name: str, module: str, original: str) -> str:
        if (module, original) in builtin_names.IMPORTED:
            return builtin_names.IMPORTED[module, original]
        if f"{module}.{original}" in VALUES:
            self.used[spelling.name(name)] = f'given["{module}.{original}"]'
            return spelling.name(name)
        if f"{module}.{original}" in self.program.units:
            self.used[spelling.name(name)] = spelling.scope_of(f"{module}.{original}")
            return spelling.name(name)
        found = self.program.origin(self.unit, name)
        if found is None or found[1] not in found[0].exported:
            raise outside(f"{original} of {module}", node, self.unit.path)
        there, original = found
        here = spelling.scope_of(there.module)
        self.used[spelling.name(name)] = f"{here}.{spelling.name(original)}"
        return spelling.name(name)


def assigned(body: list[ast.stmt]) -> set[str]:
    """Return the names that statements bind in their own scope."""
    found: set[str] = set()
    for statement in body:
        found |= _bound(statement)
    return found


def _bound(node: ast.AST) -> set[str]:
    """Names bound in `node`, those of functions and comprehensions inside left out."""
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Lambda():
            return set()
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
            inner = (n for n in ast.walk(node) if isinstance(n, ast.NamedExpr))
            return {n.target.id for n in inner}
        case ast.Name(id=name, ctx=ast.Store()):
            return {name}
        case ast.MatchAs(name=str(name)):
            return {name}.union(*map(_bound, ast.iter_child_nodes(node)))
        case ast.ExceptHandler(name=str(name)):
            return {name}.union(*map(_bound, ast.iter_child_nodes(node)))
    return set().union(*map(_bound, ast.iter_child_nodes(node)))
