"""Who had the shipment when: one lane per custodian, hand-overs as lines, open stretches hatched.

A stretch between giving and taking over belongs to nobody yet; that is what inspectors look for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from custody.errors import Text
from custody.report.figure import Axis, Figure, fitting, seconds
from custody.report.templates import filled
from custody.report.wording import moment, utc

LEFT: Final = 250
RIGHT: Final = 950
LANE: Final = 40
TOP: Final = 20


def drawn(story: Mapping[str, Any], as_of: int) -> Figure | None:
    """Return the timeline from sealing to `as_of` (Unix seconds); None before a seal."""
    if not story["sealed_at"]:
        return None
    legs = story["hand_overs"]
    names = list(dict.fromkeys([story["shipper"], *(leg["to"] for leg in legs)]))
    start = seconds(story["sealed_at"])
    instants = [start, float(as_of)]
    for leg in legs:
        instants += [seconds(leg[key]) for key in ("given_at", "accepted_at") if leg[key]]
    axis = Axis(min(instants), max(instants), LEFT, RIGHT)
    held, waiting, crossings = [], [], []
    holder, since = story["shipper"], start
    for number, leg in enumerate(legs, start=1):
        given = seconds(leg["given_at"])
        taken = seconds(leg["accepted_at"]) if leg["accepted_at"] else None
        held.append(_bar(axis, names.index(holder), since, given))
        until = axis.last if taken is None else taken
        waiting.append(_bar(axis, names.index(leg["to"]), given, until))
        rows = sorted((names.index(holder), names.index(leg["to"])))
        crossings.append(
            {
                "x": axis(given),
                "y1": TOP + rows[0] * LANE,
                "y2": TOP + (rows[1] + 1) * LANE - 8,
                "n": number,
                "broken": not leg["seal_intact"],
            }
        )
        if taken is None:
            holder, since = "", axis.last
            break
        holder, since = leg["to"], taken
    if holder:
        held.append(_bar(axis, names.index(holder), since, axis.last))
    bottom = TOP + len(names) * LANE
    svg = filled(
        "timeline.svg.j2",
        width=RIGHT + 20,
        height=bottom + 30,
        left=LEFT,
        right=RIGHT,
        bottom=bottom,
        lanes=[{"y": TOP + n * LANE, "name": fitting(name, 17)} for n, name in enumerate(names)],
        held=held,
        waiting=waiting,
        crossings=crossings,
        first=moment(story["sealed_at"]),
        last=utc(as_of),
    )
    n = len(legs)
    words = Text(
        f"Custody from sealing to the time of this copy: {len(names)} custodians; hand-overs: {n}.",
        f"自施封至本副本时刻的保管情况：保管方 {len(names)} 个，移交 {n} 次。",
    )
    return Figure(svg, words)


def _bar(axis: Axis, row: int, since: float, until: float) -> dict[str, float]:
    x = axis(since)
    return {"x": x, "y": TOP + row * LANE + 8, "w": max(1.5, round(axis(until) - x, 1))}
