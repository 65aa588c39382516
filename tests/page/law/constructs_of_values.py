# ruff: noqa: PIE800, RUF005, SIM222, SIM905 - the long way is what is tried
"""Truth, equality, order, collections, texts and days."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import OrderedDict
from datetime import date, timedelta
from decimal import Decimal
from operator import attrgetter
from typing import Any, Final

from page.law.construct_shapes import NUMBERS, Colour, Labelled, Point, Shelf


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


FORM: Final = re.compile(r"([a-z])(\d+)")


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
