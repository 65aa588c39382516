# ruff: noqa: C416, PLC3002 - the long way is what is tried
"""Functions and classes of our own: decorated, kept, called in every way there is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from functools import cache
from typing import Any

from page.law.construct_shapes import NUMBERS, Board, Labelled, Point, Shelf

REGISTRY: dict[str, Callable[..., Any]] = {}
CALLED: list[int] = []


def named(name: str, *, default: str = "d", **values: object) -> Callable[[Any], Any]:
    """Register a function under a name."""

    def register(function: Any) -> Any:
        REGISTRY[name + default + ",".join(f"{k}={v}" for k, v in values.items())] = function
        return function

    return register


@named("first", default="x", private=1)
def one(value: int, new: int = 1) -> int:
    """Parameters whose names are words of the other language."""
    return value + new


@named("second")
def two(*values: int) -> int:
    """Gathered."""
    return len(values)


def functions() -> list[Any]:
    """Arguments by position, by name, gathered, spread; decorated and kept functions."""
    point = Point(1, y=2, tags=("t",))
    given = {"label": "z", "private": "q"}
    return [
        one(1),
        one(new=5, value=1),
        two(*NUMBERS, 4),
        point.moved(1, 2, twice=True).x,
        point.moved().x,
        asdict(replace(point, x=7, name="n")),
        asdict(Labelled(x=1, **given)),  # type: ignore[arg-type]
        Point(*NUMBERS[:2]).sum,
        sorted(REGISTRY),
        REGISTRY["firstxprivate=1"](1),
        _remembered(3) + _remembered(3),
        getattr(point, "label", "none"),
        getattr(None, "label", "none"),
        hasattr(point, "tags"),
        type(point) is Point,
        (lambda a, b: a - b)(5, 3),
    ]


@cache
def _remembered(value: int) -> int:
    CALLED.append(value)
    return len(CALLED)


def classes() -> list[Any]:
    """A class of our own in the place of a list."""
    shelf = Shelf.of(1)
    return [
        *(len(shelf), shelf[3], list(shelf), shelf.note("a"), shelf.note("a")),
        *(shelf.note(name="b"), [v for v in Shelf(7)], 5 in Shelf(5, step=3)),
    ]


def late_names() -> list[int]:
    """A function sees the last value of a name, as it is when it is called."""
    made: list[Callable[[], int]] = []
    for at in range(3):
        made.append(lambda: at)  # noqa: B023, PERF401 - that it is late is the point
    return [make() for make in made]


def mappings() -> list[Any]:
    """A mapping of our own gets the methods of all mappings."""
    shelf = Board({"a": 1})
    return [shelf.get("a"), shelf.get("b"), shelf.get("b", 5), "a" in shelf, "b" in shelf]
