"""A shipment of the campaign's batches from plan to seal, as the tests of verification need it."""

from __future__ import annotations

from typing import Any

from app.acts import do
from custody.wiring.ledger import OpenLedger

PERMITS = ["EXP-2026-0007", "HGC-2026-0020", "HGR-2026-0112", "SG-2026-0345"]
TRIAL = "TRIAL-SG-01"
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


def ship(ledger: OpenLedger, batch: str, doses: str, permits: list[str] | None = None) -> str:
    """Plan, pack, declare and seal SHP-X with doses of one batch; return its number."""
    permits = PERMITS if permits is None else permits
    links = {
        "batch": [batch],
        "shipper": ["ORG-01"],
        "consignee": ["ORG-04"],
        "carrier": ["ORG-03"],
        "permit": permits,
    }
    gao = ("Gao Lin:regulatory_affairs:performed",)
    do(ledger, "shipment.planned/v1", "SHP-X", planned(), links, by=gao)
    packed = {**PACKED, "quantity": doses}
    do(ledger, "shipment.packed/v1", "SHP-X", packed, {"batch": [batch]}, by=("He Qing", "Sun Jie"))
    do(ledger, "shipment.declared/v1", "SHP-X", declared(ledger, batch), by=gao)
    do(
        ledger,
        "shipment.sealed/v1",
        "SHP-X",
        {"quantity": doses, "seal": "S-1"},
        {"permit": permits},
        by=("He Qing", "Zhao Lan"),
    )
    return "SHP-X"
