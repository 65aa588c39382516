"""Patterns of match statements, as conditions that bind their names on the way."""

from __future__ import annotations

import ast

from custody.page.law import expressions, spelling
from custody.page.law.names import Place
from custody.page.law.subset import outside


def condition(case: ast.match_case, subject: str, at: Place) -> str:
    """Return when `case` is taken; empty when always."""
    parts = [*_pattern(case.pattern, subject, at)]
    if case.guard is not None:
        guard = expressions.test(case.guard, at)
        parts.append(f"({guard})" if isinstance(case.guard, ast.BoolOp) else guard)
    return " && ".join(parts)


def alternatives(node: ast.expr | None) -> list[ast.expr]:
    """Return the kinds an except clause names."""
    return list(node.elts) if isinstance(node, ast.Tuple) else [node] if node else []


def _pattern(node: ast.pattern, subject: str, at: Place) -> list[str]:
    match node:
        case ast.MatchAs(pattern=None, name=None):
            return []
        case ast.MatchAs(pattern=inner, name=str(name)):
            first = _pattern(inner, subject, at) if inner is not None else []
            return [*first, f"(({spelling.name(name)} = {subject}), true)"]
        case ast.MatchValue(value=value):
            return [f"py.eq({subject}, {expressions.expression(value, at)})"]
        case ast.MatchSingleton(value=None):
            return [f"{subject} === null"]
        case ast.MatchOr(patterns=choices):
            parts = [" && ".join(_pattern(c, subject, at)) for c in choices]
            if not all(parts):
                raise outside("an alternative that always holds", node, at.unit.path)
            return [f"({' || '.join(parts)})"]
        case ast.MatchClass(cls=cls, patterns=[], kwd_attrs=names, kwd_patterns=inner):
            parts = [f"py.is({subject}, {expressions.expression(cls, at)})"]
            for name, part in zip(names, inner, strict=True):
                parts += _pattern(part, f"{subject}.{spelling.key(name)}", at)
            return parts
    raise outside(type(node).__name__, node, at.unit.path)
