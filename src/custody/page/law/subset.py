"""The border of what is translated: everything not named in this package stops the build."""

from __future__ import annotations

import ast


class OutsideSubset(Exception):  # noqa: N818 - reads as a sentence where it is caught
    """A construct that the translator does not know, with the place where it stands."""

    def __init__(self, what: str, path: str, line: int) -> None:
        super().__init__(f"{path}:{line}: {what} is not in the subset that is translated")
        self.path, self.line = path, line


def outside(what: str, node: ast.AST, path: str) -> OutsideSubset:
    """Return the error for `node` of the file `path`."""
    return OutsideSubset(what, path, getattr(node, "lineno", 0))
