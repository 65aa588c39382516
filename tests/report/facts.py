"""An invented shipment, as the verifier would tell it, that any test may change."""

from __future__ import annotations

import copy
import xml.etree.ElementTree as ET
from typing import Any

from custody.app.publication.handover import Handover
from custody.errors import Text

BUNDLE = b'{"format":"custody-bundle/v1","invented":true}'
SHA = "1f" * 32
DOCUMENT = "ab" * 32
LEFT_OUT = "cd" * 32
STORY: dict[str, Any] = {
    "shipment": "SHP-9",
    "status": "in_transit",
    "shipper": "Invented Cell Works 虚构细胞制备 (ORG-1)",
    "consignee": "Invented Trial Centre (ORG-2)",
    "custodian": "Invented Courier 虚构物流 (ORG-3)",
    "destination": "SG",
    "purpose": "overseas_clinical_trial",
    "trial": "TRIAL-9",
    "seal": "SEAL-9",
    "sealed_at": "2026-03-02T09:00:00+08:00",
    "doses": 4,
    "hs_code": "300251",
    "declaration": "DECL-9",
    "customs": "",
    "holds": [],
    "disposition": "fit_for_use",
    "batches": [
        {
            "number": "B-9",
            "product": "invented cells 虚构细胞 (PRD-9)",
            "status": "released",
            "released_at": "2026-02-20T09:00:00+08:00",
            "expires_at": "2027-02-20T09:00:00+08:00",
            "made_from": ["MCB-9-001"],
            "deviations": [],
            "storage_min": "-196",
            "storage_max": "-150",
        }
    ],
    "lineage": [
        {
            "noun": "shipment",
            "number": "SHP-9",
            "status": "in_transit",
            "from": [{"noun": "batch", "number": "B-9"}],
        },
        {
            "noun": "batch",
            "number": "B-9",
            "status": "released",
            "from": [
                {"noun": "material", "number": "LOT-9"},
                {"noun": "donation", "number": "DON-9"},
            ],
        },
        {"noun": "material", "number": "LOT-9", "status": "accepted", "from": []},
        {"noun": "donation", "number": "DON-9", "status": "eligible", "from": []},
    ],
    "permits": [
        {
            "number": "HGR-9",
            "kind": "hgr_exit",
            "authority": "invented authority 虚构机关",
            "status": "issued",
            "valid_from": "2026-01-01",
            "valid_until": None,
        }
    ],
    "containers": [{"serial": "DEWAR-9", "logger": "TL-9", "doses": 4, "batch": "B-9"}],
    "hand_overs": [
        {
            "from": "Invented Cell Works 虚构细胞制备 (ORG-1)",
            "to": "Invented Courier 虚构物流 (ORG-3)",
            "given_at": "2026-03-02T12:00:00+08:00",
            "accepted_at": "2026-03-02T12:10:00+08:00",
            "place": "gate 2 二号门",
            "seal_intact": True,
        }
    ],
    "temperatures": [
        {
            "logger": "TL-9",
            "from": "2026-03-02T09:00:00+08:00",
            "to": "2026-03-03T09:00:00+08:00",
            "readings": 145,
            "minimum": "-190.5",
            "maximum": "-183.2",
            "unit": "Cel",
            "gaps": 1,
        }
    ],
    "excursions": [],
    "amendments": [
        {
            "act": "corrected",
            "type": "vial.frozen/v1",
            "told_at": "2026-01-05T09:00:00+08:00",
            "reason": "typing error 录入错误",
            "changes": [{"field": "position", "was": "R1", "now": "R2"}],
            "event": 7,
            "noun": "vial",
            "number": "MCB-9-001",
            "signed_at": "2026-01-06T01:00:30Z",
            "names": ["李维 Li Wei", "陈宇 Chen Yu"],
        }
    ],
    "documents": [
        {"kind": "coa", "name": "coa.pdf", "sha256": DOCUMENT, "size": 12, "number": "B-9"},
        {"kind": "consent_form", "name": "c.pdf", "sha256": LEFT_OUT, "size": 9, "number": "DON-9"},
    ],
    "signatures": [
        {
            "event": 3,
            "type": "shipment.sealed/v1",
            "number": "SHP-9",
            "name": "李维 Li Wei",
            "role": "qa",
            "meaning": "approved",
            "signed_at": "2026-03-02T01:00:30Z",
            "occurred_at": "2026-03-02T09:00:00+08:00",
        }
    ],
}


def handover(**changes: Any) -> Handover:
    """Return the facts of an invented folder, some facts of its story changed."""
    return Handover(
        number="SHP-9",
        bundle=BUNDLE,
        sha256=SHA,
        as_of=1772510400,
        origin="invented.example/ledger",
        trust="2e" * 32,
        events=86,
        streams=41,
        signatures=111,
        story={**copy.deepcopy(STORY), **changes},
        files={DOCUMENT: "01-coa-B-9.pdf"},
        unproved=(Text("that the box holds what is said", "箱内之物与所述相符"),),
    )


def every_text(hostile: str) -> Handover:
    """Return a folder in which every text that people can type is `hostile`."""
    codes = {"noun", "status", "kind", "purpose", "type", "role", "meaning", "unit", "act"}

    def spoilt(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {k: spoilt(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [spoilt(v, key) for v in value]
        fixed = key in codes or key.endswith(("_at", "_min", "_max", "imum")) or key == "sha256"
        is_time = isinstance(value, str) and value[:4] == "2026"
        return value if not isinstance(value, str) or not value or fixed or is_time else hostile

    return handover(**spoilt(STORY))


def tree(svg: str | bytes) -> ET.Element:
    """Return a drawing as the tree of its elements; a drawing that is not XML is an error."""
    return ET.fromstring(svg)  # noqa: S314 - made by ourselves a moment ago
