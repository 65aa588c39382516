"""Where the material came from: the shipment at the right, donations and lots to the left.

Each item stands one column left of the nearest thing made from it that stands furthest left, so
every line runs from left to right. A column that would be too long names how many items it leaves
out; the table below the figure lists them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from custody.errors import Text
from custody.report.figure import Figure, fitting
from custody.report.templates import filled
from custody.report.wording import status, term

WIDTH: Final = 104
HEIGHT: Final = 80
STEP_X: Final = 116
STEP_Y: Final = 90
LEAST: Final = 930  # width, so that a short lineage is not blown up
MOST: Final = 9  # boxes in a column
COLUMNS: Final = 12
# Statuses of something that must not be used; drawn in another colour, and in words anyway.
BAD: Final = frozenset(
    {"held", "on_hold", "recalled", "rejected", "ineligible", "voided", "destroyed", "cancelled"}
)
Key = tuple[str, str]


def parent(said: Any) -> Key:
    """Return kind and number of an item named as a parent."""
    return (said["noun"], said["number"]) if isinstance(said, Mapping) else ("", str(said))


def drawn(story: Mapping[str, Any]) -> Figure | None:
    """Return the lineage of a shipment; None when nothing is known of it."""
    rows = {(row["noun"], row["number"]): row for row in story["lineage"]}
    if not rows:
        return None
    parents = {key: [p for p in map(parent, row["from"]) if p in rows] for key, row in rows.items()}
    depth = depths(parents)
    columns: dict[int, list[Key]] = {}
    for key in rows:
        columns.setdefault(min(depth[key], COLUMNS - 1), []).append(key)
    last = max(columns)
    places: dict[Key, tuple[int, int]] = {}
    more = []
    for column, found in columns.items():
        keys = sorted(found, key=lambda key: key[0] == "material")  # the line of cells on top
        x = (last - column) * STEP_X
        shown = keys if len(keys) <= MOST else keys[: MOST - 1]
        places |= {key: (x, n * STEP_Y) for n, key in enumerate(shown)}
        if len(shown) < len(keys):
            more.append({"x": x, "y": len(shown) * STEP_Y, "n": len(keys) - len(shown)})
    tallest = max(min(len(keys), MOST) for keys in columns.values())
    svg = filled(
        "lineage.svg.j2",
        width=max(LEAST, last * STEP_X + WIDTH + 2),
        height=tallest * STEP_Y - (STEP_Y - HEIGHT) + 2,
        box_width=WIDTH,
        box_height=HEIGHT,
        lines=[
            _line(places[p], places[key]) for key in places for p in parents[key] if p in places
        ],
        boxes=[_box(rows[key], place) for key, place in places.items()],
        more=more,
    )
    origins = fitting(", ".join(number for noun, number in rows if noun == "donation"), 24)
    words = Text(
        f"{len(rows)} items, from donation {origins or 'unknown'} to the shipment.",
        f"共 {len(rows)} 项，自捐献 {origins or '不详'} 至本次发运。",
    )
    return Figure(svg, words)


def depths(parents: Mapping[Key, list[Key]]) -> dict[Key, int]:
    """Return for each item the length of the longest way down to the first one.

    An item cannot be its own ancestor; should a record say so, the rounds are bounded.
    """
    depth = dict.fromkeys(parents, 0)
    for _ in parents:
        moved = False
        for key, above in parents.items():
            for p in above:
                if depth[p] <= depth[key] < len(parents):
                    depth[p], moved = depth[key] + 1, True
        if not moved:
            break
    return depth


def _line(above: tuple[int, int], below: tuple[int, int]) -> dict[str, int]:
    return {
        "x1": above[0] + WIDTH,
        "y1": above[1] + HEIGHT // 2,
        "x2": below[0],
        "y2": below[1] + HEIGHT // 2,
    }


def _box(row: Mapping[str, Any], place: tuple[int, int]) -> dict[str, Any]:
    return {
        "x": place[0],
        "y": place[1],
        "noun": _lines(term("kinds", row["noun"])),
        "number": fitting(row["number"], 7.5),
        "status": _lines(status(row["noun"], row["status"])),
        "bad": row["status"] in BAD,
        "root": row["noun"] in ("donation", "material"),
    }


def _lines(said: Text | str) -> tuple[str, str]:
    """Return a label in English and in Chinese, each cut to the box."""
    words = said if isinstance(said, Text) else Text(said, "")
    return fitting(words.en, 8.4), fitting(words.zh, 8.4)
