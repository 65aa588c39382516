"""Statements and functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from custody.page.law import expressions, patterns, spelling
from custody.page.law.names import Place, assigned
from custody.page.law.signatures import Signature
from custody.page.law.subset import outside

STEP = "  "


def block(body: list[ast.stmt], at: Place, indent: str) -> list[str]:
    """Return statements in JavaScript, one line or more each."""
    lines: list[str] = []
    for statement in body:
        lines += _statement(statement, at, indent)
    return lines


def _statement(node: ast.stmt, at: Place, indent: str) -> Iterator[str]:
    express = expressions.expression
    match node:
        case ast.Expr(value=ast.Constant(value=str())) | ast.Pass():
            return
        case ast.Expr(value=ast.Yield(value=value)):
            yield f"{indent}yield {express(value, at) if value else 'null'};"
        case ast.Expr(value=ast.YieldFrom(value=value)):
            yield f"{indent}yield* py.iter({express(value, at)});"
        case ast.Expr(value=value):
            yield f"{indent}{express(value, at)};"
        case ast.Return(value=value):
            yield f"{indent}return {express(value, at) if value else 'null'};"
        case ast.Assign(targets=[ast.Subscript(value=owner, slice=index)], value=value):
            parts = (express(n, at) for n in (owner, index, value))
            yield f"{indent}py.setitem({', '.join(parts)});"
        case ast.Assign(targets=targets, value=value):
            chain = "".join(f"{expressions.target(t, at)} = " for t in targets)
            unpacked = any(isinstance(t, ast.Tuple) for t in targets)
            text = express(value, at)
            yield f"{indent}{chain}{f'py.iter({text})' if unpacked else text};"
        case ast.AnnAssign(target=target, value=value):
            if value is not None:
                yield f"{indent}{expressions.target(target, at)} = {express(value, at)};"
        case ast.AugAssign(target=target, op=op, value=value):
            step = {"Add": "py.iadd", "Sub": "py.sub", "BitOr": "py.ior"}.get(type(op).__name__)
            if step is None:
                raise outside(type(op).__name__, node, at.unit.path)
            name = expressions.target(target, at)
            yield f"{indent}{name} = {step}({name}, {express(value, at)});"
        case ast.Delete(targets=[ast.Subscript(value=owner, slice=index)]):
            yield f"{indent}py.delitem({express(owner, at)}, {express(index, at)});"
        case ast.If():
            yield from _if(node, at, indent)
        case ast.For(target=target, iter=items, body=body, orelse=[]):
            each = expressions.target(target, at)
            yield f"{indent}for ({each} of py.iter({express(items, at)})) {{"
            yield from block(body, at, indent + STEP)
            yield f"{indent}}}"
        case ast.While(test=condition, body=body, orelse=[]):
            yield f"{indent}while ({expressions.test(condition, at)}) {{"
            yield from block(body, at, indent + STEP)
            yield f"{indent}}}"
        case ast.Continue():
            yield f"{indent}continue;"
        case ast.Break():
            yield f"{indent}break;"
        case ast.Assert(test=condition):
            yield f"{indent}py.assert({expressions.test(condition, at)});"
        case ast.Raise(exc=exc) if exc is not None:
            yield f"{indent}throw {express(exc, at)};"
        case ast.Try():
            yield from _try(node, at, indent)
        case ast.Match():
            yield from _match(node, at, indent)
        case ast.FunctionDef():
            yield from function(node, at, indent)
        case _:
            raise outside(type(node).__name__, node, at.unit.path)


def _if(node: ast.If, at: Place, indent: str, word: str = "if") -> Iterator[str]:
    yield f"{indent}{word} ({expressions.test(node.test, at)}) {{"
    yield from block(node.body, at, indent + STEP)
    match node.orelse:
        case []:
            yield f"{indent}}}"
        case [ast.If() as other]:
            yield from _if(other, at, indent, "} else if")
        case others:
            yield f"{indent}}} else {{"
            yield from block(others, at, indent + STEP)
            yield f"{indent}}}"


def _try(node: ast.Try, at: Place, indent: str) -> Iterator[str]:
    if node.finalbody or len(node.handlers) != 1 or node.handlers[0].type is None:
        raise outside("this form of try", node, at.unit.path)
    handler = node.handlers[0]
    kinds = [expressions.expression(k, at) for k in patterns.alternatives(handler.type)]
    passed = f"passed{at.unit.order(node)}"
    if node.orelse:
        yield f"{indent}let {passed} = false;"
    yield f"{indent}try {{"
    yield from block(node.body, at, indent + STEP)
    if node.orelse:
        yield f"{indent}{STEP}{passed} = true;"
    yield f"{indent}}} catch (thrown) {{"
    yield f"{indent}{STEP}py.caught(thrown, {', '.join(kinds)});"
    if handler.name:
        yield f"{indent}{STEP}{spelling.name(handler.name)} = thrown;"
    yield from block(handler.body, at, indent + STEP)
    yield f"{indent}}}"
    if node.orelse:
        yield f"{indent}if ({passed}) {{"
        yield from block(node.orelse, at, indent + STEP)
        yield f"{indent}}}"


def _match(node: ast.Match, at: Place, indent: str) -> Iterator[str]:
    subject = f"matched{at.unit.order(node)}"
    yield f"{indent}const {subject} = {expressions.expression(node.subject, at)};"
    word = "if"
    for case in node.cases:
        condition = patterns.condition(case, subject, at)
        if condition:
            yield f"{indent}{word} ({condition}) {{"
        elif word == "if":
            raise outside("a match with one case", node, at.unit.path)
        else:
            yield f"{indent}}} else {{"
        yield from block(case.body, at, indent + STEP)
        word = "} else if"
    yield f"{indent}}}"


def function(
    node: ast.FunctionDef, at: Place, indent: str, *, head: str = "", method: bool = False
) -> Iterator[str]:
    """Return a function; with `head`, under that beginning, for example ``get kind``.

    Args:
        method: the first parameter is the receiver.
    """
    args = node.args
    parameters = [a.arg for a in (*args.posonlyargs, *args.args)]
    given = {*parameters, *(a.arg for a in args.kwonlyargs)}
    given |= {a.arg for a in (args.vararg, args.kwarg) if a is not None}
    if at.scope is not None and Signature.of(node).has_object:
        raise outside("a function inside another that is called by names", node, at.unit.path)
    bound = assigned(node.body)
    inner = at.inside(given | bound)
    generates = any(isinstance(n, (ast.Yield, ast.YieldFrom)) for n in _own(node.body))
    star = "*" if generates else ""
    beginning = f"{star}{head}" if head else f"function{star} {spelling.name(node.name)}"
    yield f"{indent}{beginning}({_parameters(node, at, method=method)}) {{"
    within = indent + STEP
    if method and any(isinstance(n, ast.Name) and n.id == parameters[0] for n in _all(node.body)):
        yield f"{within}const {spelling.name(parameters[0])} = this;"
    if args.vararg:
        yield f"{within}Object.freeze({spelling.name(args.vararg.arg)});"
    if args.kwarg:
        name = spelling.name(args.kwarg.arg)
        yield f"{within}{name} = py.dict(Object.entries({name}));"
    functions = {n.name for n in node.body if isinstance(n, ast.FunctionDef)}
    locals_ = sorted(map(spelling.name, bound - given - functions))
    if locals_:
        yield f"{within}let {', '.join(locals_)};"
    yield from block(node.body, inner, within)
    if not generates and not isinstance(node.body[-1], (ast.Return, ast.Raise)):
        yield f"{within}return null;"
    yield f"{indent}}}"


def _all(body: list[ast.stmt]) -> Iterator[ast.AST]:
    for statement in body:
        yield from ast.walk(statement)


def _own(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """Walk statements without entering functions inside them."""
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.Lambda)):
            continue
        yield node
        waiting += ast.iter_child_nodes(node)


def _parameters(node: ast.FunctionDef, at: Place, *, method: bool) -> str:
    args = node.args
    names = [a.arg for a in (*args.posonlyargs, *args.args)]
    defaults: list[ast.expr | None] = [None] * (len(names) - len(args.defaults))
    defaults += args.defaults
    pairs = list(zip(names, defaults, strict=True))[1 if method else 0 :]
    parts = [_parameter(name, default, at) for name, default in pairs]
    if Signature.of(node).has_object:
        named = [
            _parameter(a.arg, default, at, named=True)
            for a, default in zip(args.kwonlyargs, args.kw_defaults, strict=True)
        ]
        if args.kwarg:
            named.append(f"...{spelling.name(args.kwarg.arg)}")
        parts.append("{ " + ", ".join(named) + " }")
    if args.vararg:
        parts.append(f"...{spelling.name(args.vararg.arg)}")
    return ", ".join(parts)


def _parameter(name: str, default: ast.expr | None, at: Place, *, named: bool = False) -> str:
    spelled = spelling.name(name)
    if named and spelled != name:
        spelled = f"{name}: {spelled}"
    return f"{spelled} = {expressions.expression(default, at)}" if default else spelled
