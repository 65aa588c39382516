"""How arguments travel: positions stay positions, what goes by name goes in one object.

A function with keyword-only parameters or ``**values`` takes them as an object after its positional
parameters, and what its ``*`` gathers after that. Which name is which position is settled here, so
a name that the function does not have is found when the page is built.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass


@dataclass(frozen=True)
class Signature:
    """The parameters of a function as it is called; the receiver of a method is left out."""

    positional: tuple[str, ...]
    optional: frozenset[str]
    gathered: str | None
    named: tuple[str, ...]
    rest: str | None

    @property
    def has_object(self) -> bool:
        """Whether an object with named arguments is handed over."""
        return bool(self.named or self.rest)

    @classmethod
    def of(cls, function: ast.FunctionDef | ast.Lambda, *, method: bool = False) -> Signature:
        """Read the parameters of `function`; of a method without the first."""
        args = function.args
        names = tuple(a.arg for a in (*args.posonlyargs, *args.args))
        optional = {n for n in names[len(names) - len(args.defaults) :] if args.defaults}
        optional |= {
            a.arg for a, d in zip(args.kwonlyargs, args.kw_defaults, strict=True) if d is not None
        }
        return cls(
            names[1:] if method else names,
            frozenset(optional),
            args.vararg.arg if args.vararg else None,
            tuple(a.arg for a in args.kwonlyargs),
            args.kwarg.arg if args.kwarg else None,
        )

    def arranged(
        self, given: list[tuple[str, bool]], named: dict[str, str], spread: list[str]
    ) -> list[str]:
        """Return the arguments in the order of the JavaScript call.

        Args:
            given: positional arguments, each with whether it is a ``*`` spread.
            named: arguments by name.
            spread: the operands of ``**``.

        Raises:
            ValueError: the call does not fit; the words say how.
        """
        first = next((i for i, (_, star) in enumerate(given) if star), len(given))
        if first < len(given) and first < len(self.positional) and (named or self.has_object):
            raise ValueError("a spread over positions that also go by name")
        places = {n: text for n, (text, _) in zip(self.positional, given[:first], strict=False)}
        for name in list(named):
            if name in self.positional:
                if name in places:
                    raise ValueError(f"the argument {name} given twice")
                places[name] = named.pop(name)
        beyond = [f"...py.iter({t})" if s else t for t, s in given[len(self.positional) :]]
        if first < len(given) and first < len(self.positional):
            return [f"...py.iter({t})" if s else t for t, s in given]
        missing = [n for n in self.positional if n not in places and n not in self.optional]
        missing += [n for n in self.named if n not in named and n not in self.optional]
        unknown = [n for n in named if n not in self.named and self.rest is None]
        if (missing and not spread) or unknown or (beyond and self.gathered is None):
            raise ValueError(f"a call that lacks {missing} or has {unknown or beyond} too much")
        if spread and self.rest is None:
            raise ValueError("a spread of names into a function that gathers none")
        arguments = [places.get(n, "undefined") for n in self.positional]
        if self.has_object:
            members = [f"...py.named({s})" for s in spread]
            members += [member(name, value) for name, value in named.items()]
            arguments.append("{" + ", ".join(members) + "}")
        arguments += beyond
        while arguments and arguments[-1] == "undefined":
            arguments.pop()
        return arguments


def member(name: str, value: str) -> str:
    """Return one argument by name as it stands in the object."""
    return name if name == value else f"{name}: {value}"
