# ruff: noqa: C416 - the long way is what is tried
"""Comprehensions, patterns, errors and generators: what runs, and in which order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from page.law.construct_shapes import NUMBERS, Colour, Labelled, Point, Shelf


def comprehensions() -> list[Any]:
    """Nested, filtered, lazy, with names bound on the way."""
    asked: list[int] = []

    def ask(value: int) -> bool:
        asked.append(value)
        return value > 1

    first = next((v for v in (1, 2, 3) if ask(v)), None)
    some = any(ask(v) for v in (5, 6, 7))
    every = all(ask(v) for v in (0, 5))
    doubled = [d for v in NUMBERS if (d := v * 2) > 2]
    return [
        first,
        some,
        every,
        asked,
        doubled,
        d,
        [(a, b) for a in "xy" for b in NUMBERS if b != 1 if a != "x"],
        {a: [b for b in range(a)] for a in range(1, 4)},
        [_twice(v) for _, v in (("a", 1), ("b", 2))],
        sum(1 for v in NUMBERS if v > 1),
        list(map(_twice, NUMBERS)),
        list(map({"a": 1}.get, ("a", "b"))),
        next(iter(()), "none"),
        [p.partition(":")[0] for p in ("a:b", "c")],
    ]


def _twice(value: int) -> int:
    return value * 2


def matching() -> list[str]:
    """Classes, values, alternatives, guards, attributes, names bound on the way."""
    given: list[Any] = [
        Point(1, 2),
        Point(9, 9),
        Labelled(x=1, y=5, label="l"),
        "red",
        "blue",
        7,
        None,
        (1,),
        True,
    ]
    return [_matched(g) for g in given]


def _matched(value: Any) -> str:
    match value:
        case Labelled(label=word) as whole if whole.y > 4:
            return f"labelled {word} {whole.sum}"
        case Point(x=9):
            return "nine"
        case Point() as p:
            return f"point {p.sum}"
        case "red" | "green":
            return "warm"
        case Colour.BLUE:
            return "cold"
        case None:
            return "nothing"
        case _ if isinstance(value, int) and value > 5:
            return "great"
        case _:
            return "other"


def errors() -> list[Any]:
    """What is caught, and what the words are."""
    found: list[Any] = []
    for make in (_key, _index, _value, _assertion, _number):
        try:
            make()
        except (ArithmeticError, AssertionError, LookupError, ValueError) as wrong:
            found.append(str(wrong))
        else:
            found.append("nothing")
    try:
        found.append(_fine())
    except KeyError:
        found.append("never")
    else:
        found.append("else")
    return found


def _key() -> None:
    {"a": 1}["b"]


def _index() -> None:
    raise ValueError("no index")


def _value() -> None:
    if Shelf(1)[9]:
        raise ValueError("never")


def _assertion() -> None:
    assert not NUMBERS


def _number() -> None:
    int("12x")


def _fine() -> str:
    return "fine"


def generators() -> list[Any]:
    """Generators, and what goes through them."""
    return [list(_counting(4)), list(_early(True)), list(_early(False)), list(_both())]


def _counting(most: int) -> Iterator[int]:
    at = 0
    while True:
        at += 1
        if at == 2:
            continue
        if at > most:
            break
        yield at


def _early(stop: bool) -> Iterator[str]:
    if stop:
        return
    yield "late"


def _both() -> Iterator[Any]:
    yield from _counting(1)
    yield from ("x", "y")
