"""Expressions. What Python decides by type at run time, a function of ``js/law`` decides."""

from __future__ import annotations

import ast

from custody.page.law import builtin_names, calls, spelling
from custody.page.law.names import Place
from custody.page.law.subset import outside

_NATIVE = (ast.BoolOp, ast.IfExp, ast.Lambda, ast.Compare, ast.UnaryOp, ast.NamedExpr)


def expression(node: ast.expr, at: Place) -> str:
    """Return `node` in JavaScript."""
    match node:
        case ast.Constant():
            return _constant(node, at)
        case ast.Name():
            return at.name(node)
        case ast.Attribute():
            return _attribute(node, at)
        case ast.Call():
            return calls.call(node, at)
        case ast.Subscript(value=value, slice=ast.Slice(lower, upper, step)):
            if step is not None:
                if lower or upper or ast.unparse(step) != "-1":
                    raise outside("a slice with a step", node, at.unit.path)
                return f"py.backwards({expression(value, at)})"
            ends = [expression(e, at) if e else "null" for e in (lower, upper)]
            return f"py.slice({expression(value, at)}, {', '.join(ends)})"
        case ast.Subscript(value=value, slice=index):
            return f"py.getitem({expression(value, at)}, {expression(index, at)})"
        case ast.JoinedStr(values=parts):
            return "`" + "".join(_part(p, at) for p in parts) + "`"
        case ast.Tuple(elts=members):
            return f"py.tupleOf({members_of(members, at)})"
        case ast.List(elts=members):
            return f"[{members_of(members, at)}]"
        case ast.Set(elts=members):
            return f"py.setOf({members_of(members, at)})"
        case ast.Dict():
            return _dict(node, at)
        case ast.BoolOp():
            return _bool_op(node, at)
        case ast.UnaryOp():
            return _unary(node, at)
        case ast.BinOp(op=op) if type(op).__name__ in builtin_names.BINARY:
            function = builtin_names.BINARY[type(op).__name__]
            return f"{function}({expression(node.left, at)}, {expression(node.right, at)})"
        case ast.Compare():
            return _compare(node, at)
        case ast.IfExp(test=condition, body=body, orelse=orelse):
            return f"{test(condition, at)} ? {atom(body, at)} : {atom(orelse, at)}"
        case ast.NamedExpr(target=target, value=value):
            return f"({at.name(target)} = {expression(value, at)})"
        case ast.Lambda():
            return function_of(node, at)
        case ast.ListComp(elt=element, generators=loops):
            return f"py.list({_each(element, loops, at)})"
        case ast.SetComp(elt=element, generators=loops):
            return f"py.set({_each(element, loops, at)})"
        case ast.GeneratorExp(elt=element, generators=loops):
            return _each(element, loops, at)
        case ast.DictComp(key=key, value=value, generators=loops):
            pair = ast.copy_location(ast.Tuple([key, value], ast.Load()), node)
            return f"py.dict({_each(pair, loops, at)})"
    raise outside(type(node).__name__, node, at.unit.path)


def atom(node: ast.expr, at: Place) -> str:
    """Return `node` so that it can stand beside an operator."""
    text = expression(node, at)
    return f"({text})" if isinstance(node, _NATIVE) else text


def members_of(nodes: list[ast.expr], at: Place) -> str:
    """Return members of a display or arguments, with their spreads."""
    return ", ".join(
        f"...py.iter({expression(n.value, at)})"
        if isinstance(n, ast.Starred)
        else expression(n, at)
        for n in nodes
    )


def test(node: ast.expr, at: Place) -> str:
    """Return `node` as a condition: true or false, as Python would take it."""
    match node:
        case ast.BoolOp(op=op, values=values):
            sign = " && " if isinstance(op, ast.And) else " || "
            parts = [test(v, at) for v in values]
            mixed = [isinstance(v, ast.BoolOp) for v in values]
            return sign.join(f"({p})" if m else p for p, m in zip(parts, mixed, strict=True))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = test(operand, at)
            return f"!({inner})" if isinstance(operand, _NATIVE) else f"!{inner}"
    text = expression(node, at)
    return text if is_bool(node) else f"py.truth({text})"


def is_bool(node: ast.expr) -> bool:
    """Whether the value is certainly true or false, by its form."""
    match node:
        case ast.Compare() | ast.UnaryOp(op=ast.Not()):
            return True
        case ast.Constant(value=bool()):
            return True
        case ast.BoolOp(values=values):
            return all(map(is_bool, values))
        case ast.Call(func=ast.Name(id="isinstance" | "any" | "all" | "hasattr" | "bool")):
            return True
    return False


def function_of(node: ast.Lambda, at: Place) -> str:
    """Return a lambda as an arrow function."""
    names = [a.arg for a in node.args.args]
    if node.args.vararg or node.args.kwarg or node.args.kwonlyargs or node.args.defaults:
        raise outside("a lambda with more than positions", node, at.unit.path)
    return _arrow(", ".join(map(spelling.name, names)), node.body, at.inside(set(names)))


def _arrow(parameters: str, body: ast.expr, at: Place, *, condition: bool = False) -> str:
    text = test(body, at) if condition else expression(body, at)
    return f"({parameters}) => {text}"


def target(node: ast.expr, at: Place) -> str:
    """Return what is assigned to: a name, several names, an attribute."""
    match node:
        case ast.Name(id=name):
            return spelling.name(name)
        case ast.Tuple(elts=members) | ast.List(elts=members):
            # A name for what nobody reads may stand twice in Python; here its place stays empty.
            unread = [isinstance(m, ast.Name) and m.id == "_" for m in members]
            parts = ["" if u else target(m, at) for u, m in zip(unread, members, strict=True)]
            return f"[{', '.join(parts)}]"
        case ast.Starred(value=value):
            return f"...{target(value, at)}"
        case ast.Attribute(value=value, attr=attr):
            return f"{atom(value, at)}.{attr}"
    raise outside(f"assignment to {type(node).__name__}", node, at.unit.path)


def _each(element: ast.expr, loops: list[ast.comprehension], at: Place) -> str:
    """Return a comprehension as something that yields its elements when asked for them."""
    if any(loop.is_async for loop in loops):
        raise outside("an asynchronous comprehension", element, at.unit.path)
    source = expression(loops[0].iter, at)
    names = {n.id for x in loops for n in ast.walk(x.target) if isinstance(n, ast.Name)}
    inner = at.inside(names)
    if len(loops) == 1:
        loop = loops[0]
        given = target(loop.target, inner)
        parts = [source, _arrow(given, element, inner)]
        if loop.ifs:
            whole = ast.BoolOp(ast.And(), loop.ifs) if len(loop.ifs) > 1 else loop.ifs[0]
            parts.append(_arrow(given, whole, inner, condition=True))
        return f"py.each({', '.join(parts)})"
    text, closing = "", ""
    for position, loop in enumerate(loops):
        items = source if position == 0 else expression(loop.iter, inner)
        text += f"for (const {target(loop.target, inner)} of py.iter({items})) {{ "
        closing += " }"
        for condition in loop.ifs:
            text += f"if ({test(condition, inner)}) {{ "
            closing += " }"
    return f"(function* () {{ {text}yield {expression(element, inner)};{closing} }})()"


def _constant(node: ast.Constant, at: Place) -> str:
    match node.value:
        case None:
            return "null"
        case bool(truth):
            return "true" if truth else "false"
        case int(number) if abs(number) < 2**53:
            return str(number)
        case str(text):
            return spelling.quoted(text)
    raise outside(f"the constant {node.value!r}", node, at.unit.path)


def _attribute(node: ast.Attribute, at: Place) -> str:
    source = at.imported(node)
    if source is not None:
        if source not in builtin_names.IMPORTED:
            raise outside(".".join(source), node, at.unit.path)
        return builtin_names.IMPORTED[source]
    name = node.attr
    if name == "value":  # of an enumeration, whose members are texts, or a field
        return f"py.value({expression(node.value, at)})"
    if name == "__doc__":
        return '""'
    value = atom(node.value, at)
    known = at.program.methods.get(name)
    if known or name in builtin_names.BOUND:
        # Of some classes a field, of others a method: then the value itself tells.
        function = "py.either" if name in at.program.fields else "py.bound"
        return f"{function}({value}, {spelling.quoted(name)})"
    return f"{value}.{spelling.key(name)}"


def _part(node: ast.expr, at: Place) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return spelling.templated(text)
        case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
            return f"${{py.str({expression(value, at)})}}"
        case ast.FormattedValue(
            value=value,
            conversion=-1,
            format_spec=ast.JoinedStr(values=[ast.Constant(value=str(spec))]),
        ):
            return f"${{py.format({expression(value, at)}, {spelling.quoted(spec)})}}"
    raise outside("this form of a replacement field", node, at.unit.path)


def _dict(node: ast.Dict, at: Place) -> str:
    parts = []
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            parts.append(f"...py.items({expression(value, at)})")
        else:
            parts.append(f"[{expression(key, at)}, {expression(value, at)}]")
    return f"py.dictOf({', '.join(parts)})"


def _bool_op(node: ast.BoolOp, at: Place) -> str:
    if is_bool(node):
        return test(node, at)
    function = "py.and" if isinstance(node.op, ast.And) else "py.or"
    first, *others = node.values
    lazy = ", ".join(f"() => {_returned(v, at)}" for v in others)
    return f"{function}({expression(first, at)}, {lazy})"


def _returned(node: ast.expr, at: Place) -> str:
    text = expression(node, at)
    return f"({text})" if text.startswith("{") else text


def _unary(node: ast.UnaryOp, at: Place) -> str:
    match node.op:
        case ast.Not():
            return test(node, at)
        case ast.USub() if isinstance(node.operand, ast.Constant):
            return f"-{expression(node.operand, at)}"
        case ast.USub():
            return f"py.neg({expression(node.operand, at)})"
    raise outside(type(node.op).__name__, node, at.unit.path)


def _compare(node: ast.Compare, at: Place) -> str:
    if len(node.ops) == 1:
        return _pair(node.left, node.ops[0], node.comparators[0], at)
    values = [node.left, *node.comparators]
    names = [ast.Name(f"v{i}", ast.Load()) for i in range(len(values))]
    inner = at.inside({n.id for n in names})
    pairs = [_pair(a, op, b, inner) for a, op, b in zip(names, node.ops, names[1:], strict=False)]
    given = ", ".join(expression(v, at) for v in values)
    return f"(({', '.join(n.id for n in names)}) => {' && '.join(pairs)})({given})"


def _pair(left: ast.expr, op: ast.cmpop, right: ast.expr, at: Place) -> str:
    a, b = atom(left, at), atom(right, at)
    certain = any(isinstance(n, ast.Constant) and isinstance(n.value, str) for n in (left, right))
    match op:
        case ast.Is():
            return f"{a} === {b}"
        case ast.IsNot():
            return f"{a} !== {b}"
        case ast.Eq():
            return f"{a} === {b}" if certain else f"py.eq({a}, {b})"
        case ast.NotEq():
            return f"{a} !== {b}" if certain else f"!py.eq({a}, {b})"
        case ast.Lt():
            return f"py.lt({a}, {b})"
        case ast.LtE():
            return f"py.le({a}, {b})"
        case ast.Gt():
            return f"py.gt({a}, {b})"
        case ast.GtE():
            return f"py.ge({a}, {b})"
        case ast.In():
            return f"py.contains({b}, {a})"
        case ast.NotIn():
            return f"!py.contains({b}, {a})"
    raise outside(type(op).__name__, left, at.unit.path)
