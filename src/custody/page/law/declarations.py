"""Modules, and the classes and decorated functions at their top level.

A class of fields becomes its name and its fields; an enumeration an object of texts; a body of
events its methods alone, because its fields come from the description in `bodies`. What only says
what types things have is dropped.
"""

from __future__ import annotations

import ast
import dataclasses
import enum
import re
from collections.abc import Iterator, Sequence

from custody.page.law import bodies, expressions, spelling, statements
from custody.page.law.names import Place
from custody.page.law.program import WRITTEN, Program, Unit, is_omitted, is_property
from custody.page.law.regex import UnknownPattern, from_python
from custody.page.law.subset import outside

_TYPING = ("typing", "collections.abc", "pydantic")
# Named arguments that only people at a command line read.
_UNREAD = {"custody.domain.model.event_type": ("meaning_zh",)}


def module(program: Program, unit: Unit) -> str:
    """Return one module as a constant that holds what it defines."""
    at = Place(program, unit)
    lines: list[str] = []
    for statement in unit.tree.body:
        made = list(_top(statement, at))
        if made:
            lines += ["", *made] if isinstance(statement, ast.ClassDef | ast.FunctionDef) else made
            unit.exported += [n for n in _names(statement) if _declares(made, n)]
    unit.exported += unit.validators.values()
    exported = ", ".join(map(spelling.name, dict.fromkeys(unit.exported)))
    imports = [f"  const {name} = {source};" for name, source in sorted(at.used.items())]
    head = f"const {spelling.scope_of(unit.module)} = (() => {{"
    return "\n".join([head, *imports, *lines, f"  return {{ {exported} }};", "})();"])


def _declares(lines: list[str], name: str) -> bool:
    heads = [
        f"  {word} {spelling.name(name)}" for word in ("const", "class", "function", "function*")
    ]
    return any(line.startswith((f"{h} ", f"{h}(")) for line in lines for h in heads)


def _names(statement: ast.stmt) -> list[str]:
    match statement:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Assign(targets=targets):
            return [n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
    return []


def _top(node: ast.stmt, at: Place) -> Iterator[str]:
    named = _names(node)
    if any(is_omitted(at.unit.full(n)) for n in named):
        return
    if any(at.unit.full(n) in WRITTEN for n in named):
        yield from (
            f"  const {spelling.name(n)} = written[{spelling.quoted(at.unit.full(n))}];"
            for n in named
        )
        return
    match node:
        case ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant()):
            return
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return
        case ast.FunctionDef():
            yield from _function(node, at)
        case ast.ClassDef():
            yield from _class(node, at)
        case ast.Assign() | ast.AnnAssign():
            yield from _constant(node, at)
        case ast.For(target=target, iter=items, body=body, orelse=[]):
            inner = at.inside({n.id for n in ast.walk(target) if isinstance(n, ast.Name)})
            source = expressions.expression(items, at)
            yield f"  for (const {expressions.target(target, inner)} of py.iter({source})) {{"
            yield from statements.block(body, inner, "    ")
            yield "  }"
        case _:
            raise outside(type(node).__name__, node, at.unit.path)


def _constant(node: ast.Assign | ast.AnnAssign, at: Place) -> Iterator[str]:
    targets: Sequence[ast.expr] = node.targets if isinstance(node, ast.Assign) else [node.target]
    value = node.value
    if value is None or named_all(targets):
        return
    if _is_typing(value, at):
        yield from validators(value, at)
        return
    if isinstance(value, ast.Tuple) and isinstance(targets[0], ast.Tuple):
        for one, part in zip(targets[0].elts, value.elts, strict=True):
            yield f"  const {expressions.target(one, at)} = {expressions.expression(part, at)};"
        return
    if len(targets) != 1 or not isinstance(targets[0], ast.Name):
        raise outside("this form of a constant", node, at.unit.path)
    name = targets[0].id
    live = getattr(at.unit.live, name)
    if isinstance(live, re.Pattern):
        try:
            yield f"  const {spelling.name(name)} = new py.Pattern({from_python(live)});"
        except UnknownPattern as wrong:
            raise outside(f"a pattern with {wrong}", node, at.unit.path) from None
    elif at.unit.full(name) in bodies.TABLES_OF_PATTERNS:
        yield f"  const {spelling.name(name)} = ["
        for pattern, text in live:
            yield f"    [{from_python(re.compile(f'^(?:{pattern})$'))}, {spelling.quoted(text)}],"
        yield "  ];"
    else:
        yield f"  const {spelling.name(name)} = {expressions.expression(value, at)};"


def named_all(targets: Sequence[ast.expr]) -> bool:
    """Whether the list of public names is assigned, which nobody asks for here."""
    return isinstance(targets[0], ast.Name) and targets[0].id == "__all__"


def _is_typing(value: ast.expr, at: Place) -> bool:
    """Whether a constant is only about types: an alias, a variable of types, a validator."""
    match value:
        case ast.Subscript(value=head) | ast.Call(func=head):
            source = at.imported(head)
            return source is not None and source[0] in _TYPING and source[1] != "get_args"
        case ast.BinOp(left=left, op=ast.BitOr()):
            return _is_typing(left, at) or isinstance(left, ast.Name)
        case ast.Constant(value=str(text)):
            return text.startswith("bool | ")
    return False


def validators(value: ast.expr, at: Place) -> Iterator[str]:
    """Keep the nameless functions that validate bodies, numbered in their module."""
    for node in ast.walk(value):
        if isinstance(node, ast.Lambda):
            name = f"validator{len(at.unit.validators) + 1}"
            at.unit.validators[node.lineno] = name
            yield f"  const {name} = {expressions.function_of(node, at)};"


def _function(node: ast.FunctionDef, at: Place) -> Iterator[str]:
    if node.returns is not None and ast.unparse(node.returns) == "re.Pattern[str]":
        return  # its patterns are written out where they are used
    decorators = list(node.decorator_list)
    if any(isinstance(d, ast.Name) and d.id == "overload" for d in decorators):
        return
    cached = [d for d in decorators if at.imported(d) == ("functools", "cache")]
    lines = list(statements.function(node, at, "  "))
    if cached:
        if len(decorators) > 1:
            raise outside("cache beside another decorator", node, at.unit.path)
        yield f"  const {spelling.name(node.name)} = py.cache({lines[0].lstrip()}"
        yield from lines[1:-1]
        yield "  });"
        return
    yield from lines
    live = getattr(at.unit.live, node.name)
    for decorator in reversed(decorators):
        # It is called for what it notes down; one that puts something else in the place is unknown.
        if getattr(live, "__code__", None) is None or live.__code__.co_name != node.name:
            raise outside(f"the decorator {ast.unparse(decorator)[:40]}", node, at.unit.path)
        yield f"  {_decorator(decorator, at)}({spelling.name(node.name)});"


def _decorator(node: ast.expr, at: Place) -> str:
    origin = at.origin(node.func) if isinstance(node, ast.Call) else None
    if origin is None or not isinstance(node, ast.Call):
        raise outside(f"the decorator {ast.unparse(node)[:40]}", node, at.unit.path)
    unread = _UNREAD.get(origin[0].full(origin[1]), ())
    for keyword in node.keywords:
        if keyword.arg in unread:
            keyword.value = ast.copy_location(ast.Constant(""), keyword.value)
    return expressions.expression(node, at)


def _class(node: ast.ClassDef, at: Place) -> Iterator[str]:
    live = getattr(at.unit.live, node.name)
    if getattr(live, "_is_protocol", False):
        return
    if issubclass(live, enum.StrEnum):
        members = ", ".join(f"{m.name}: {spelling.quoted(m.value)}" for m in live)
        yield f"  const {node.name} = Object.freeze({{ {members} }});"
        return
    is_body = hasattr(live, "model_fields")
    is_data = dataclasses.is_dataclass(live)
    base = _base(node, at, is_data=is_data)
    yield f"  class {node.name} extends {base} {{"
    for part in node.body:
        if isinstance(part, ast.FunctionDef) and not is_omitted(
            at.unit.full(f"{node.name}.{part.name}")
        ):
            yield from _member(part, at)
        elif not _is_field(part, may_have_value=is_body or is_data):
            raise outside("this member of a class", part, at.unit.path)
    yield "  }"
    if is_data:
        yield from _fields(node, live, at)
    if is_body:
        yield f"  py.body({node.name}, {spelling.quoted(bodies.label(live))});"
    for decorator in reversed(node.decorator_list):
        if not _is_dataclass(decorator, at):
            yield f"  {_decorator(decorator, at)}({node.name});"


def _is_field(part: ast.stmt, *, may_have_value: bool) -> bool:
    """Whether a member says nothing but what fields there are; methods left out say nothing."""
    match part:
        case ast.Expr(value=ast.Constant(value=str())) | ast.Pass() | ast.FunctionDef():
            return True
        case ast.AnnAssign():
            return may_have_value or part.value is None
    return False


def _base(node: ast.ClassDef, at: Place, *, is_data: bool) -> str:
    if len(node.bases) > 1:
        raise outside("a class with several bases", node, at.unit.path)
    if not node.bases:
        return "py.Data" if is_data else "py.Thing"
    base = node.bases[0]
    return expressions.expression(base.value if isinstance(base, ast.Subscript) else base, at)


def _is_dataclass(decorator: ast.expr, at: Place) -> bool:
    if not isinstance(decorator, ast.Call):
        return False
    if at.imported(decorator.func) != ("dataclasses", "dataclass"):
        return False
    allowed = {"frozen", "slots", "kw_only"}
    if any(k.arg not in allowed for k in decorator.keywords):
        raise outside("this option of dataclass", decorator, at.unit.path)
    if not any(k.arg == "frozen" for k in decorator.keywords):
        raise outside("a dataclass that is not frozen", decorator, at.unit.path)
    return True


def _fields(node: ast.ClassDef, live: type, at: Place) -> Iterator[str]:
    """Declare the fields of a dataclass: each with the function that makes its default."""
    parts = [
        f"{part.target.id}: {_default(part.value, at)}"
        for part in node.body
        if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
    ]
    hidden = [f.name for f in dataclasses.fields(live) if not f.compare]
    unseen = f", [{', '.join(map(spelling.quoted, hidden))}]" if hidden else ""
    yield f"  py.data({node.name}, {{ {', '.join(parts)} }}{unseen});"


def _default(value: ast.expr | None, at: Place) -> str:
    match value:
        case None:
            return "py.needed"
        case ast.Call(func=head, args=[], keywords=keywords):
            if at.imported(head) != ("dataclasses", "field"):
                return f"() => {expressions.expression(value, at)}"
            options = {k.arg: k.value for k in keywords if k.arg != "compare"}
            if not options:
                return "py.needed"
            if list(options) == ["default"]:
                return f"() => {expressions.expression(options['default'], at)}"
            raise outside("this default of a field", value, at.unit.path)
    return f"() => {expressions.expression(value, at)}"


def _member(node: ast.FunctionDef, at: Place) -> Iterator[str]:
    names = [ast.unparse(d) for d in node.decorator_list]
    if names == ["overload"]:
        return
    if names not in ([], ["property"], ["classmethod"]):
        raise outside(f"the decorator {names[0]}", node, at.unit.path)
    head = {"__init__": "constructor"}.get(node.name, node.name)
    if is_property(node):
        head = f"get {node.name}"
    elif names:
        head = f"static {node.name}"
    lines = list(statements.function(node, at, "    ", head=head, method=True))
    if head == "constructor":
        lines.insert(1, "      super();")
        lines = [line for line in lines if line.strip() != "return null;"]
    if head.startswith("static ") and lines[0].lstrip().startswith("*"):
        raise outside("a class method that yields", node, at.unit.path)
    yield from lines
    yield ""
