"""An example for every generated command, made from its own options so that it cannot go stale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from custody_cli.fields import Field, reason_required
from custody_cli.words import both

NUMBERS: Final = {
    "organisation": "ORG-001",
    "person": "P-0017",
    "product": "PRD-CAR-01",
    "donation": "DON-2026-001",
    "donor": "DON-2026-001",
    "request": "DON-2026-001",
    "retention": "DON-2026-001",
    "sample": "SMP-2026-001",
    "material": "LOT-0007",
    "bank": "WCB-1",
    "vial": "WCB-1-007",
    "batch": "B-2026-014",
    "deviation": "DEV-2026-003",
    "assessment": "RA-2026-002",
    "permit": "EXP-2026-0042",
    "shipment": "SHP-2026-007",
    "dose": "D-2026-014-03",
    "culture": "CUL-21",
    "process": "PRC-7",
    "equipment": "EQ-014",
    "site": "SITE-1",
}
VALUES: Final = {
    "unit": "mL",
    "quantity": "6",
    "volume": "60",
    "amount": "5",
    "cells": "10000000",
    "planned_doses": "6",
    "doses": "6",
    "passage": "4",
    "country": "CN",
    "destination": "SG",
    "rule": "EXP-001",
    "position": "'T1/R2/B3/7'",
    "seal": "SEAL-88121",
    "logger": "TL-5521",
    "hs_code": "3002.51",
    "version": "3",
    "process_version": "PV-3",
    "legal_name": "'Harbour Cell Works'",
    "reason": "'second label found'",
    "request": "DSR-2026-003",
    "readings": "288",
    "gaps": "0",
    "storage_min": "-196",
    "storage_max": "-150",
    "minimum": "-192.4",
    "maximum": "-171.0",
    "seq": "12",
    "test": "sterility",
    "place": "Shanghai",
    "expires_at": "2026-03-05T09:00:00+08:00",
    "started_at": "2026-03-02T09:00:00+08:00",
    "ended_at": "2026-03-03T18:00:00+08:00",
}


def example(entry: Mapping[str, Any], fields: Sequence[Field]) -> str:
    """Return a call of the command with everything that is required."""
    noun, verb = entry["command"]
    parts = [f"custody {noun} {verb.replace(' ', '-')} {NUMBERS.get(noun, '001')}"]
    required = [f for f in fields if f.required and f.name != "number"]
    parts += [_option(f) for f in required if f.name != "reason"]
    for link in entry["links"]:
        number = NUMBERS.get(link["kinds"][0], "001")
        parts += [f"--{link['rel'].replace('_', '-')} {number}"] * link["least"]
    parts += [f"--{p['name'].replace('_', '-')} 'Chen Yu'" for p in entry["private"] if p["least"]]
    if reason_required(entry["type"]):
        parts.append("--reason 'second label found'")
    parts.append("--as chen.yu")
    if entry["every"] and len(entry["signers"]) > 1:
        parts += ["--second li.na"] * (len(entry["signers"]) - 1)
    line = " ".join(parts)
    return both(line, line)


def _option(known: Field) -> str:
    name = known.option
    if known.shape == "boolean" and not known.many:
        return f"--{name}"
    if known.shape == "object":
        needed = [m for m in known.members.values() if m.required]
        return f"--{name} " + ",".join(f"{m.name}={_value(m)}" for m in needed)
    return f"--{name} {_value(known)}"


def _value(known: Field) -> str:
    if known.choices:
        return known.choices[0]
    if known.name in VALUES:
        return VALUES[known.name]
    if known.name.endswith(("_on", "_until", "_from")):
        return "2027-02-28"
    if known.shape == "integer":
        return "1"
    if known.shape == "boolean":
        return "true"
    return known.name.replace("_", "-") if known.exact else f"'{known.name.replace('_', ' ')} text'"
