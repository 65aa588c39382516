"""A shipment of the campaign's batches from plan to seal, as the tests of verification need it."""

from __future__ import annotations

from typing import Any

from app.acts import do
from custody.wiring.ledger import OpenLedger

PERMITS = ["EXP-2026-0007", "HGC-2026-0020", "HGR-2026-0112", "SG-2026-0345"]
TRIAL = "TRIAL-SG-01"
AFFAIRS = ("Gao Lin:regulatory_affairs:performed",)
PACKED = {
    "container": "DS-1",
    "logger": "L-1",
    "shipper_qualified_until": "2026-12-20",
    "requalified_on": "2026-11-20",
    "hold_hours": 240,
    "transit_hours": 72,
    "leak_proof": True,
    "biosafety_mark": True,
}


def planned() -> dict[str, Any]:
    """The body of a plan for the trial abroad to which the campaign's batch is allocated."""
    return {
        "destination": "SG",
        "purpose": "overseas_clinical_trial",
        "trial": TRIAL,
        "planned_on": "2026-11-24",
        "activity": "material_export",
    }


def declared(ledger: OpenLedger, batch: str) -> dict[str, Any]:
    """The body of a declaration of one batch, with the particulars its approval states."""
    approval = ledger.read(ledger.resolve("SG-2026-0345", ("permit",)))[0][1].payload.body
    return {
        "declaration": "DECL-X",
        "hs_code": "300251",
        "goods": [{**approval["goods"], "lot": batch}],
        "control_codes": ["60000004", "V"],
    }


def parties(batch: str, permits: list[str]) -> dict[str, list[str]]:
    """Whom and what a plan names."""
    return {
        "batch": [batch],
        "shipper": ["ORG-01"],
        "consignee": ["ORG-04"],
        "carrier": ["ORG-03"],
        "permit": permits,
    }


def ship(
    ledger: OpenLedger,
    batch: str,
    doses: str,
    permits: list[str] = PERMITS,
    *,
    planned_for: list[str] | None = None,
    **sealing: str,
) -> str:
    """Plan, pack, declare and seal SHP-X with doses of one batch; return its number.

    `planned_for` are the permits of the plan where the seal names others; `sealing` goes into the
    body of the seal.
    """
    links = parties(batch, permits if planned_for is None else planned_for)
    do(ledger, "shipment.planned/v1", "SHP-X", planned(), links, by=AFFAIRS)
    packed = {**PACKED, "quantity": doses}
    do(ledger, "shipment.packed/v1", "SHP-X", packed, {"batch": [batch]}, by=("He Qing", "Sun Jie"))
    do(ledger, "shipment.declared/v1", "SHP-X", declared(ledger, batch), by=AFFAIRS)
    body = {"quantity": doses, "seal": "S-1", **sealing}
    by = ("He Qing", "Zhao Lan")
    do(ledger, "shipment.sealed/v1", "SHP-X", body, {"permit": permits}, by=by)
    return "SHP-X"
