"""Signatures of the small story, and a report's steps in one word, for the tests of V1 to V8."""

from __future__ import annotations

from typing import Any

from evidence.cast import OPERATOR, QUALITY

PERFORMED = [(OPERATOR, "performed", "operator")]
RELEASED = [(QUALITY, "released", "quality_authority")]
HELD = [(QUALITY, "rejected", "quality_authority")]
LIST = b"a packing list"


def statuses(report: Any) -> str:
    return "".join(step.status.value[0] for step in report.steps)
