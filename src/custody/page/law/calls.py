"""Calls: who is called decides how the arguments travel, and that must be known here.

Functions and classes of the program are found by name; methods by their name alone, so all methods
of one name must be called alike. Everything else is a built-in of the table, or takes positions.
"""

from __future__ import annotations

import ast
import dataclasses
import re
from typing import Any

from custody.page.law import builtin_names, expressions, spelling
from custody.page.law.names import Place
from custody.page.law.program import Unit
from custody.page.law.regex import from_python
from custody.page.law.signatures import Signature, member
from custody.page.law.subset import outside

WRITTEN_SIGNATURES = {
    "custody.errors.reason": Signature(("code", "where"), frozenset(), None, (), "values"),
    "custody.errors.EvidenceError": Signature(
        ("code",), frozenset({"where", "reasons"}), None, ("where", "reasons"), "params"
    ),
    "custody.app.judgement.histories.Beginning": Signature(
        ("events", "count"), frozenset(), None, (), None
    ),
    "custody.app.judgement.histories.decode": Signature(
        ("index", "entry", "person_of"), frozenset(), None, (), None
    ),
    "custody.app.verification.details._filled": Signature(
        ("table", "text"), frozenset(), None, (), None
    ),
}
MADE_BY_HAND = frozenset(
    {"custody.errors.EvidenceError", "custody.app.judgement.histories.Beginning"}
)


def call(node: ast.Call, at: Place) -> str:
    """Return a call in JavaScript."""
    origin = at.origin(node.func)
    if origin is not None:
        return _translated(node, at, *origin)
    imported = at.imported(node.func)
    if imported is not None:
        return _imported(node, at, imported)
    match node.func:
        case ast.Name(id="cls") if at.is_local("cls"):
            return f"new cls({_positions(node, at)})"
        case ast.Name(id=name) if at.is_local(name):
            return f"{spelling.name(name)}({_positions(node, at)})"
        case ast.Name(id=name):
            return _builtin(node, at, name)
        case ast.Attribute():
            return _method(node, at, node.func)
    return f"{expressions.atom(node.func, at)}({_positions(node, at)})"


def _positions(node: ast.Call, at: Place) -> str:
    if node.keywords:
        raise outside("an argument by name in this call", node, at.unit.path)
    return expressions.members_of(node.args, at)


def _object(keywords: list[ast.keyword], at: Place) -> str:
    """Return what goes by name as an object."""
    members = []
    for keyword in keywords:
        value = expressions.expression(keyword.value, at)
        if keyword.arg is None:
            members.append(f"...py.named({value})")
        else:
            members.append(member(keyword.arg, value))
    return "{" + ", ".join(members) + "}"


def arranged(node: ast.Call, at: Place, signature: Signature) -> str:
    """Return the arguments of a call to something with this signature."""
    given = [
        (expressions.expression(a.value, at), True)
        if isinstance(a, ast.Starred)
        else (expressions.expression(a, at), False)
        for a in node.args
    ]
    named = {k.arg: expressions.expression(k.value, at) for k in node.keywords if k.arg}
    spread = [expressions.expression(k.value, at) for k in node.keywords if not k.arg]
    try:
        return ", ".join(signature.arranged(given, named, spread))
    except ValueError as wrong:
        raise outside(str(wrong), node, at.unit.path) from None


def _translated(node: ast.Call, at: Place, unit: Unit, name: str) -> str:
    full = unit.full(name)
    callee = expressions.expression(node.func, at)
    if full in WRITTEN_SIGNATURES:
        made = "new " if full in MADE_BY_HAND else ""
        return f"{made}{callee}({arranged(node, at, WRITTEN_SIGNATURES[full])})"
    if name in unit.functions:
        return f"{callee}({arranged(node, at, Signature.of(unit.functions[name]))})"
    if name in unit.classes and any(isinstance(a, ast.Starred) for a in node.args):
        return f"py.made({callee}, {_positions(node, at)})"
    if name in unit.classes:
        return f"new {callee}({_construction(node, at, unit, name)})"
    return f"{callee}({_positions(node, at)})"  # a constant that holds a function


def _construction(node: ast.Call, at: Place, unit: Unit, name: str) -> str:
    live = getattr(unit.live, name)
    fields = fields_of(live)
    if fields is None:
        parts = (m for m in unit.classes[name].body if isinstance(m, ast.FunctionDef))
        inits = [m for m in parts if m.name == "__init__"]
        if not inits:
            raise outside(f"making a {name}", node, at.unit.path)
        return arranged(node, at, Signature.of(inits[0], method=True))
    if len(node.args) > len(fields):
        raise outside(f"this way of making a {name}", node, at.unit.path)
    named = _by_name(node, fields)
    given = {str(k.arg) for k in named} & {str(k.arg) for k in node.keywords}
    unknown = {k.arg for k in node.keywords if k.arg} - set(fields)
    if given or unknown:
        raise outside(f"{name} with {sorted(given | unknown)}", node, at.unit.path)
    spread = any(k.arg is None for k in node.keywords)
    lacking = _needed(live) - {k.arg for k in (*named, *node.keywords)}
    if lacking and not spread:
        raise outside(f"{name} without {sorted(lacking)}", node, at.unit.path)
    return _object([*named, *node.keywords], at)


def _by_name(node: ast.Call, names: tuple[str, ...]) -> list[ast.keyword]:
    """Return the positional arguments of a call under the names of their positions."""
    return [ast.keyword(n, a) for n, a in zip(names, node.args, strict=False)]


def fields_of(live: Any) -> tuple[str, ...] | None:
    """Return the fields of a class that is made from them, in order; None of another class."""
    if dataclasses.is_dataclass(live):
        return tuple(f.name for f in dataclasses.fields(live))
    return tuple(live.model_fields) if hasattr(live, "model_fields") else None


def _needed(live: Any) -> set[str]:
    if not dataclasses.is_dataclass(live):
        return {n for n, f in live.model_fields.items() if f.is_required()}
    none = dataclasses.MISSING
    return {
        f.name for f in dataclasses.fields(live) if f.default is none and f.default_factory is none
    }


def _imported(node: ast.Call, at: Place, source: tuple[str, str]) -> str:
    if source == ("re", "sub") and isinstance(node.args[0], ast.Constant):
        literal = from_python(re.compile(str(node.args[0].value)))
        rest = ", ".join(expressions.expression(a, at) for a in node.args[1:])
        return f"py.resub({literal}, {rest})"
    if source == ("typing", "get_args") and isinstance(node.args[0], ast.Name):
        value = getattr(at.unit.live, node.args[0].id).__args__
        return f"py.tupleOf({', '.join(map(spelling.quoted, value))})"
    stands = builtin_names.IMPORTED.get(source)
    if stands is None or stands in ("py.resub", "py.UTC"):
        raise outside(f"a call of {'.'.join(source)}", node, at.unit.path)
    if stands == "py.replace":
        changed = expressions.expression(node.args[0], at)
        return f"py.replace({changed}, {_object(node.keywords, at)})"
    if stands == "py.bisect_left":
        signature = Signature(("items", "wanted", "key"), frozenset({"key"}), None, (), None)
        return f"{stands}({arranged(node, at, signature)})"
    if stands in builtin_names.BY_POSITION:
        names = builtin_names.BY_POSITION[stands]
        signature = Signature(names, frozenset(), None, (), None)
        return f"new {stands}({arranged(node, at, signature)})"
    if stands in builtin_names.BY_NAME:
        named = _by_name(node, builtin_names.BY_NAME[stands])
        return f"new {stands}({_object([*named, *node.keywords], at)})"
    return f"{stands}({_positions(node, at)})"


def _builtin(node: ast.Call, at: Place, name: str) -> str:
    if name in builtin_names.ERRORS:
        return f"new py.{name}({_positions(node, at)})"
    if name == "isinstance":
        return _isinstance(node, at)
    if name not in builtin_names.FUNCTIONS:
        raise outside(f"the function {name}", node, at.unit.path)
    if name == "map" and isinstance(node.args[0], ast.Attribute):
        bound = node.args[0]
        owner = expressions.expression(bound.value, at)
        items = expressions.expression(node.args[1], at)
        return f"py.map(py.bound({owner}, {spelling.quoted(bound.attr)}), {items})"
    known = builtin_names.FUNCTIONS[name]
    if any(k.arg not in known for k in node.keywords):
        raise outside(f"{name} with an argument by that name", node, at.unit.path)
    parts = [expressions.members_of(node.args, at)] if node.args else []
    parts += [_object(node.keywords, at)] if node.keywords else []
    name = "iterator" if name == "iter" else name
    return f"py.{name}({', '.join(parts)})"


def _isinstance(node: ast.Call, at: Place) -> str:
    nodes = [node.args[0], *kinds_of(node.args[1])]
    return f"py.is({', '.join(expressions.expression(n, at) for n in nodes)})"


def kinds_of(node: ast.expr) -> list[ast.expr]:
    """Return the classes that a second argument of isinstance names."""
    match node:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return kinds_of(left) + kinds_of(right)
        case ast.Tuple(elts=members):
            return [kind for member in members for kind in kinds_of(member)]
    return [node]


def _method(node: ast.Call, at: Place, function: ast.Attribute) -> str:
    name = function.attr
    if isinstance(function.value, ast.Name) and (function.value.id, name) == ("dict", "fromkeys"):
        return f"py.fromkeys({_positions(node, at)})"
    owner = expressions.atom(function.value, at)
    known = at.program.methods.get(name, [])
    if known and at.origin(function.value) is None:
        signatures = {Signature.of(f, method=True) for _, f in known}
        if len(signatures) == 1:
            arguments = arranged(node, at, next(iter(signatures)))
        elif any(s.has_object for s in signatures):
            raise outside(
                f"a call of {name}, which classes define in two ways,", node, at.unit.path
            )
        else:
            arguments = _positions(node, at)
    elif node.keywords and name in builtin_names.NAMING:
        if node.args:
            raise outside("positions and names in one call", node, at.unit.path)
        arguments = _object(node.keywords, at)
    else:
        arguments = _positions(node, at)
    if name in builtin_names.TEXT_AND_LIST:
        if known:
            raise outside(f"a method {name} of our own", node, at.unit.path)
        # `py.replace` is the one of dataclasses.
        name = "replaced" if name == "replace" else name
        return f"py.{name}({', '.join(filter(None, [owner, arguments]))})"
    return f"{owner}.{spelling.key(name)}({arguments})"
