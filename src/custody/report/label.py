"""The label for the box: number, consignee, and the fingerprint that an officer compares.

The symbol holds the number and the whole digest as plain text, no address: whoever scans it is
sent nowhere. All of it that matters can be read without a scanner.
"""

from __future__ import annotations

import io
import re
from typing import Final

import segno

from custody.app.publication.handover import Handover
from custody.report.figure import fitting
from custody.report.templates import filled
from custody.report.wording import SHORT, fingerprint

SIDE: Final = 270  # of the symbol, in units of the drawing
BORDER: Final = 2
GROUPS: Final = 3  # to a line


def svg(handover: Handover) -> bytes:
    """Return the label as SVG, 100 mm by 62 mm."""
    story = handover.story
    size, modules = _symbol(f"{handover.number}\nSHA-256 {handover.sha256}")
    groups = fingerprint(handover.sha256).split(" ")
    label = filled(
        "label.svg.j2",
        number=handover.number,
        number_size=60 if len(handover.number) <= 20 else 32,
        consignee=fitting(story["consignee"], 30),
        destination=story["destination"],
        doses=story["doses"],
        seal=fitting(story["seal"], 14),
        batches=fitting("batch 批次 " + ", ".join(b["number"] for b in story["batches"]), 30),
        scale=round(SIDE / size, 3),
        modules=modules,
        digits=SHORT,
        fingerprint=[" ".join(groups[n : n + GROUPS]) for n in range(0, len(groups), GROUPS)],
    )
    return label.encode()


def _symbol(text: str) -> tuple[int, str]:
    """Return the side of a QR code in modules and its path, error correction M (ISO/IEC 18004)."""
    code = segno.make(text, error="m", micro=False)
    file = io.BytesIO()
    code.save(file, kind="svg", border=BORDER, xmldecl=False, svgns=False, nl=False)
    drawn = re.search(r' d="([^"]+)"', file.getvalue().decode())
    assert drawn is not None  # noqa: S101 - the library always draws one path
    return int(code.symbol_size(border=BORDER)[0]), str(drawn[1])
