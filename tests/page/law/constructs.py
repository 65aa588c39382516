# ruff: noqa: C416, PIE800, PLC3002, RUF005, SIM222, SIM905 - the long way is what is tried
"""Every construct of the subset, once or more, in functions that answer with plain JSON.

Nothing here means anything; `CASES` are run by Python and, translated, by the page.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from operator import attrgetter
from typing import Any, Final

FIRST, SECOND = "a", "b"
NUMBERS: Final = (3, 1, 2)
FORM: Final = re.compile(r"([a-z])(\d+)")
REGISTRY: dict[str, Callable[..., Any]] = {}


class Colour(StrEnum):
    """A colour."""

    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Point:
    """A place with a name."""

    x: int
    y: int = 0
    name: str = field(default="", compare=False)
    tags: tuple[str, ...] = ()

    @property
    def sum(self) -> int:
        """Both together."""
        return self.x + self.y

    def moved(self, *by: int, twice: bool = False) -> Point:
        """The point further on."""
        return replace(self, x=self.x + sum(by) * (2 if twice else 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled(Point):
    """A point with a label."""

    label: str = "none"
    private: str = "p"

    @property
    def sum(self) -> int:
        """Otherwise than its base."""
        return -1


class Shelf:
    """A class of the plain kind, with methods that look like those of lists."""

    def __init__(self, start: int, step: int = 2) -> None:
        self.start, self.step = start, step
        self._seen: dict[str, int] = {}

    @classmethod
    def of(cls, start: int) -> Shelf:
        """Another one."""
        made = cls(start, 5)
        made.start += 1
        return made

    def __len__(self) -> int:
        return self.start

    def __getitem__(self, at: int) -> int:
        if at > 3:
            raise KeyError(at)
        return at * self.step

    def __iter__(self) -> Iterator[int]:
        return iter([self.start, self.step])

    def note(self, name: str) -> int:
        """Count how often a name came."""
        self._seen[name] = self._seen.get(name, 0) + 1
        return self._seen[name]


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


def truth() -> list[Any]:
    """Truth and its operators give values."""
    empty: list[Any] = [0, "", (), [], {}, set(), None, Decimal("0.0"), timedelta(0), Shelf(0)]
    full: list[Any] = [1, "0", (0,), [0], {0: 0}, {0}, Decimal("0.1"), timedelta(1), Shelf(1)]
    return [
        [bool(e) for e in (*empty, *full)],
        [e or "else" for e in (0, "", 5)],
        [e and "then" for e in (0, "", 5)],
        (None or 0 or "last") and not [],
        "yes" if [] or {} or 0 else "no",
    ]


def equality() -> list[bool]:
    """Equal by value, across kinds only where Python says so."""
    return [
        1 == True,
        Decimal("1.0") == 1,
        (1, 2) == [1, 2],
        (1, (2, "x")) == (1, (2, "x")),
        {"a": 1, "b": 2} == {"b": 2, "a": 1},
        {1, 2} == {2, 1},
        Point(1, 2, "n") == Point(1, 2, "other"),
        Point(1, 2) == Labelled(x=1, y=2),
        Colour.RED == "red",
        "1" == 1,
        date(2026, 1, 1) == date(2026, 1, 1),
        NUMBERS is NUMBERS,
    ]


def order() -> list[Any]:
    """Sorting is stable and goes by value."""
    points = [Point(2, 1), Point(1, 5), Point(2, 0)]
    return [
        sorted(NUMBERS),
        sorted({"b", "a", "\U00010000", "\uffee"}),
        sorted([(1, "b"), (1, "a"), (0, "z")]),
        [p.y for p in sorted(points, key=lambda p: p.x)],
        max(points, key=lambda p: p.y).y,
        min((p.x for p in points), default=9),
        max([], default=None),
        max(3, 1, 2),
        1 < 2 <= 2 < 3 != 4,
        {1} <= {1, 2},
        {1, 2} < {1, 2},
        (1, "a") < (1, "b"),
        bisect_left([1, 3, 5], 4),
        bisect_left(sorted(points, key=attrgetter("x")), 2, key=attrgetter("x")),
    ]


def collections_() -> list[Any]:
    """Dictionaries keep their order, sets hold tuples and dataclasses by value."""
    counted: dict[Any, int] = {}
    for key in (
        "b",
        "a",
        1,
        True,
        (1, "x"),
        (1, "x"),
        Point(1),
        Point(1, 0, "n"),
        date(2026, 1, 1),
    ):
        counted[key] = counted.get(key, 0) + 1
    chained = {**{"a": 1, "b": 2}, "b": 3, **{"c": 4}}
    kept = OrderedDict([("a", 1), ("b", 2), ("c", 3)])
    kept.move_to_end("a")
    gone = kept.popitem(last=False)
    several = {"x": [1]}
    several.setdefault("x", []).append(2)
    several.setdefault("y", []).append(3)
    several.update({"z": []})
    del several["x"]
    return [
        list(counted.values()),
        chained,
        list(chained),
        list(kept),
        list(gone),
        several,
        several.pop("nothing", "standard"),
        dict.fromkeys(("b", "a", "b"), 0),
        {k: v for v, k in enumerate("cab")},
        len({(1, "a"), (1, "a"), (True, "a")}),
        sorted({1, 2, 3} & {2, 3, 4}),
        sorted({1, 2} | {5}),
        sorted({1, 2} - {2}),
        sorted(chained.keys() | {"zz"}),
        "a" in chained and 9 not in NUMBERS,
        (1, "x") in counted,
        sorted({1, 2}.intersection([2, 7])),
    ]


def lists_and_tuples() -> list[Any]:
    """Lists grow where they are, tuples are made anew."""
    grown = [1]
    same = grown
    grown += (x for x in (2, 3))
    fixed = (1,)
    alias = fixed
    fixed += (2,)
    queue = ["a", "b"]
    for item in queue:
        if len(queue) < 5:
            queue.append(item + item)
    first, *others = [1, 2, 3]
    first_popped = queue.pop(0)
    del queue[0]
    queue[-1] = "end"
    return [
        same,
        list(alias),
        list(fixed),
        queue,
        first,
        others,
        first_popped,
        NUMBERS[-1],
        list(NUMBERS[1:]),
        "hello"[1:-1],
        "\U0001f600bc"[0:2],
        "abc"[::-1],
        [*NUMBERS, *"xy"],
        [1, 2] + [3],
        NUMBERS.index(2),
        list(reversed(NUMBERS)),
        isinstance(fixed, tuple) and not isinstance(grown, tuple),
        [isinstance(v, str | int) for v in ("", 0, True, None, ())],
    ]


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


CALLED: list[int] = []


def classes() -> list[Any]:
    """A class of our own in the place of a list."""
    shelf = Shelf.of(1)
    return [
        *(len(shelf), shelf[3], list(shelf), shelf.note("a"), shelf.note("a")),
        *(shelf.note(name="b"), [v for v in Shelf(7)], 5 in Shelf(5, step=3)),
    ]


def texts() -> list[Any]:
    """Methods of texts, and values in them."""
    number, none, day = Decimal("1.50"), None, date(2026, 3, 1)
    return [
        f"{number} {none} {day} {True} {Colour.RED} {NUMBERS} {number:f} {{}} `${{x}}`",
        "a-b-c".split("-", 1),
        " a  b ".split(),
        "a.b.c".rpartition("."),
        "abc".partition("x"),
        "A;B".startswith(("B", "A")) and "ab".endswith("b"),
        ", ".join(str(n) for n in NUMBERS),
        "x".upper() + " y ".strip() + "1.500".rstrip("0"),
        "{kind}/{other}".format(kind=1, other="o"),
        "a_b".replace("_", " "),
        [m.group(2) for m in FORM.finditer("a1 b22")],
        re.sub(r"[ -]", "", "1 2-3"),
        "é" < "z" < "中",
        -7 // 2,
        -7 % 3,
        divmod(-7, 3),
        abs(-3),
        "12".isdigit() and "é".isascii(),
    ]


def days() -> list[Any]:
    """Days and spans."""
    day = date(2024, 2, 28)
    day += timedelta(days=1)
    return [str(day), (date(2026, 1, 1) - day).days, day.replace(day=1).weekday(), day.year]


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


class Board(Mapping[str, int]):
    """A mapping."""

    def __init__(self, held: dict[str, int]) -> None:
        self.held = held

    def __getitem__(self, name: str) -> int:
        return self.held[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.held)

    def __len__(self) -> int:
        return len(self.held)


CASES: Final[tuple[Callable[[], list[Any]], ...]] = (
    *(truth, equality, order, collections_, lists_and_tuples, comprehensions, matching, errors),
    *(generators, functions, classes, texts, days, late_names, mappings),
)
