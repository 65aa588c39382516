"""What the loggers read against what the product allows: a span per logger over a band of limits.

The ledger holds lowest and highest of each logger; the single readings are in its raw file, which
the record names by digest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from custody.errors import Text
from custody.report.figure import Axis, Figure, fitting, seconds
from custody.report.templates import filled
from custody.report.wording import moment

LEFT: Final = 90
RIGHT: Final = 950
TOP: Final = 20
BOTTOM: Final = 220


def drawn(story: Mapping[str, Any]) -> Figure | None:
    """Return the figure, temperatures in degrees Celsius; None when no logger was read."""
    logs = story["temperatures"]
    if not logs:
        return None
    limits = sorted(
        {
            (float(b["storage_min"]), float(b["storage_max"]))
            for b in story["batches"]
            if b.get("storage_min") and b.get("storage_max")
        }
    )
    noted = [(n, e) for n, e in enumerate(story.get("excursions", ()), start=1) if e["extreme"]]
    read = [float(log[key]) for log in logs for key in ("minimum", "maximum")]
    read += [float(e["extreme"]) for _, e in noted]
    values = [*read, *(v for pair in limits for v in pair)]
    room = max(2.0, (max(values) - min(values)) * 0.12)
    up = Axis(min(values) - room, max(values) + room, BOTTOM, TOP)
    instants = [seconds(log[key]) for log in logs for key in ("from", "to")]
    instants += [seconds(e["from"]) for _, e in noted]
    along = Axis(min(instants), max(instants), LEFT + 10, RIGHT - 10)
    svg = filled(
        "temperature.svg.j2",
        width=RIGHT + 20,
        height=BOTTOM + 40,
        left=LEFT,
        right=RIGHT,
        top=TOP,
        bottom=BOTTOM,
        bands=[{"y": up(high), "h": round(up(low) - up(high), 1)} for low, high in limits],
        ticks=[
            {"y": up(v), "text": _degrees(v)}
            for v in sorted({v for pair in limits for v in pair} | {min(read), max(read)})
        ],
        spans=[_span(log, along, up, limits) for log in logs],
        noted=[
            {"x": along(seconds(e["from"])), "y": up(float(e["extreme"])), "n": n} for n, e in noted
        ],
        first=moment(min(logs, key=lambda log: seconds(log["from"]))["from"]),
        last=moment(max(logs, key=lambda log: seconds(log["to"]))["to"]),
    )
    low, high = _degrees(min(read)), _degrees(max(read))
    words = Text(
        f"Read from {low} to {high}; the shaded band is what the product allows.",
        f"读数 {low} 至 {high}；阴影为产品允许范围。",
    )
    return Figure(svg, words)


def _span(
    log: Mapping[str, Any], along: Axis, up: Axis, limits: list[tuple[float, float]]
) -> dict[str, Any]:
    low, high = float(log["minimum"]), float(log["maximum"])
    x, y = along(seconds(log["from"])), up(high)
    return {
        "x": x,
        "y": y,
        "w": max(3.0, round(along(seconds(log["to"])) - x, 1)),
        "h": max(3.0, round(up(low) - y, 1)),
        "outside": any(low < least or high > most for least, most in limits),
        "name": fitting(log["logger"], 20),
        "text": f"{_degrees(low)} … {_degrees(high)}",
    }


def _degrees(value: float) -> str:
    return f"{value:g} °C".replace("-", "−")
