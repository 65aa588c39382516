"""The rule pack: importing this module makes the table of rules complete."""

from __future__ import annotations

from custody.rules import (
    bank,
    custody_chain,
    donor,
    export,
    manufacture,
    material,
    person,
    release,
)

__all__ = [
    "bank",
    "custody_chain",
    "donor",
    "export",
    "manufacture",
    "material",
    "person",
    "release",
]
