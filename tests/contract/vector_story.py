"""The story of the bundle vectors: one donation, one lot of medium, one batch, one export.

Written as the application writes, every gate asked. Run deliberately:

    python tests/contract/vector_story.py       write story.json again

The vectors are made from `story.json`, so a change of the application does not change them.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a script, `contract` is a sibling

from contract.vector_ledger import VectorLedger
from custody.evidence.encoding import b64
from custody.evidence.names import key_stream
from evidence.cast import Person

STORY: Final = Path(__file__).parent / "story.json"
LOGGER_FILE: Final = b"time,Cel\n2026-11-20T14:00:00Z,-188.4\n2026-11-20T15:00:00Z,-187.9\n"

MAKER = Person("Maker Example", 0x11, "b1" * 16)
SECOND = Person("Second Example", 0x12, "b2" * 16)
QA = Person("Quality Example", 0x13, "b3" * 16)
PHYSICIAN = Person("Physician Example", 0x14, "b4" * 16)
ANALYST = Person("Analyst Example", 0x15, "b5" * 16)
REGULATORY = Person("Regulatory Example", 0x16, "b6" * 16)
CONSIGNEE = Person("Receiver Example", 0x17, "b7" * 16)
RELEASER = Person("Releaser Example", 0x22, "b8" * 16)
PEOPLE: Final = {
    MAKER: ["collector", "operator", "warehouse"],
    SECOND: ["qc_reviewer", "receiver", "verifier"],
    QA: ["qa"],
    PHYSICIAN: ["donor_physician"],
    ANALYST: ["qc_analyst"],
    REGULATORY: ["regulatory_affairs"],
    CONSIGNEE: ["receiver"],
    RELEASER: ["quality_authority"],
}
TYPES: Final = (
    "alias.claimed/v1",
    "batch.allocated/v1",
    "batch.completed/v1",
    "batch.drawn/v1",
    "batch.line_cleared/v1",
    "batch.material_consumed/v1",
    "batch.recalled/v1",
    "batch.released/v1",
    "batch.reviewed/v1",
    "batch.started/v1",
    "batch.test_reviewed/v1",
    "batch.tested/v1",
    "donor.cleared/v1",
    "donor.consented/v1",
    "donor.notice_received/v1",
    "donor.registered/v1",
    "donor.screened/v1",
    "material.accepted/v1",
    "material.drawn/v1",
    "material.received/v1",
    "organisation.registered/v1",
    "permit.dossier_filled/v1",
    "permit.drawn/v1",
    "permit.recorded/v1",
    "permit.revoked/v1",
    "person.qualified/v1",
    "person.registered/v1",
    "product.specified/v1",
    "record.reaffirmed/v1",
    "sample.collected/v1",
    "sample.received/v1",
    "sample.retained/v1",
    "sample.used/v1",
    "shipment.accepted/v1",
    "shipment.declared/v1",
    "shipment.excursion_assessed/v1",
    "shipment.handed_over/v1",
    "shipment.packed/v1",
    "shipment.planned/v1",
    "shipment.received/v1",
    "shipment.scope_decided/v1",
    "shipment.sealed/v1",
    "shipment.temperature_logged/v1",
)

# What customs compare: the same on the approval and on the declaration.
GOODS: Final = {
    "name": "umbilical cord cell preparation",
    "ingredient": "mesenchymal stromal cells",
    "specification": "1E7 cells / 2 mL",
    "producer": "Harbour Cell Works",
    "storage_min": "-196",
    "storage_max": "-150",
}

By = list[tuple[Person, str, str]]
BY_MAKER: Final[By] = [(MAKER, "operator", "performed"), (SECOND, "verifier", "verified")]
BY_QA: Final[By] = [(QA, "qa", "approved")]
BY_AFFAIRS: Final[By] = [(REGULATORY, "regulatory_affairs", "approved")]
BY_PHYSICIAN: Final[By] = [(PHYSICIAN, "donor_physician", "performed")]
BY_WAREHOUSE: Final[By] = [(MAKER, "warehouse", "performed")]


def paper(kind: str, content: bytes | None = None, media: str = "application/pdf") -> Any:
    """Return a document of that kind."""
    stored = kind.encode() if content is None else content
    digest = hashlib.sha256(stored).hexdigest()
    name = f"{kind}.{media.rpartition('/')[2]}"
    return {"kind": kind, "name": name, "media_type": media, "size": len(stored), "sha256": digest}


def play(ledger: VectorLedger | None = None, *more_types: str) -> VectorLedger:
    """Return the ledger after the whole story, not sealed.

    Args:
        ledger: an empty one to tell the story to, for instance one that bends it.
        more_types: event types allowed beside those of the story.
    """
    ledger = (ledger or VectorLedger()).found(*TYPES, *more_types)
    for who, roles in PEOPLE.items():
        ledger.grant(who, roles)
    _people_and_places(ledger)
    _from_donation_to_release(ledger)
    _from_plan_to_receipt(ledger)
    return ledger


def _people_and_places(ledger: VectorLedger) -> None:
    releaser = f"person:{RELEASER.person}"
    name = {"printed_name": RELEASER.name}
    ledger.act("person.registered/v1", releaser, {"number": "P-0008"}, BY_QA, private=name)
    qualified = {
        "qualification": "quality_authority",
        "title": "senior",
        "experience_from": "2019-03-01",
        "valid_from": "2026-01-01",
        "documents": [paper("qualification_certificate")],
    }
    ledger.act("person.qualified/v1", releaser, qualified, BY_QA)
    for number, legal_name, role, country in (
        ("ORG-001", "Harbour Cell Works", "cdmo", "CN"),
        ("ORG-002", "Strait Hospital", "consignee", "SG"),
    ):
        body = {
            "number": number,
            "legal_name": legal_name,
            "roles": [role],
            "country": country,
            "foreign_controlled": False,
        }
        ledger.act("organisation.registered/v1", number, body, BY_QA)
    product = {
        "number": "PRD-UC-01",
        "name": "Umbilical cord stromal cells",
        "product_class": "stem_cell_preparation",
        "intended_use": "overseas_clinical_trial",
        "version": "1.0",
        "storage_min": "-196",
        "storage_max": "-150",
        "max_passage": 6,
        "cell_source": "umbilical_cord",
        "manipulations": ["expansion"],
        "release_tests": [{"test": "viability", "unit": "%", "minimum": "80"}],
    }
    ledger.act("product.specified/v1", "PRD-UC-01", product, BY_QA)


def _from_donation_to_release(ledger: VectorLedger) -> None:
    donor = {
        "number": "DON-2026-001",
        "relation": "allogeneic",
        "tissue": "umbilical_cord",
        "leukocyte_rich": False,
    }
    code = {"donor_code": "SITE-4-0193"}
    ledger.act("donor.registered/v1", "DON-2026-001", donor, BY_PHYSICIAN, private=code)
    consent = {
        "scopes": ["collection", "manufacture", "export"],
        "version": "ICF-3",
        "documents": [paper("consent_form")],
    }
    ledger.act("donor.consented/v1", "DON-2026-001", consent, BY_PHYSICIAN)
    results = [
        {"marker": m, "outcome": "non_reactive", "method": "CLIA", "sampled_on": "2026-11-18"}
        for m in ("hiv", "hbv", "hcv", "syphilis")
    ]
    ledger.act("donor.screened/v1", "DON-2026-001", {"results": results}, BY_PHYSICIAN)
    both: By = [(PHYSICIAN, "donor_physician", "approved"), (QA, "qa", "approved")]
    ledger.act("donor.cleared/v1", "DON-2026-001", {"determination": "eligible"}, both)

    sample = {"number": "SMP-2026-001", "volume": "60", "unit": "mL", "container": "jar 1"}
    by: By = [(MAKER, "collector", "performed"), (SECOND, "verifier", "verified")]
    donation = (("donation", "DON-2026-001"),)
    ledger.act("sample.collected/v1", "SMP-2026-001", sample, by, links=donation)
    received: By = [(SECOND, "receiver", "received")]
    ledger.act("sample.received/v1", "SMP-2026-001", {"condition": "intact"}, received)
    kept = {"amount": "2", "unit": "mL", "position": "freezer 2, box 4"}
    ledger.act("sample.retained/v1", "SMP-2026-001", kept, BY_MAKER)

    lot = {
        "number": "LOT-0007",
        "item": "basal medium",
        "supplier_name": "Southern Media",
        "grade": "medicinal",
        "contains_beta_lactam": False,
        "animal_origin": "none",
        "quantity": "500",
        "unit": "mL",
        "expires_on": "2027-06-30",
        "documents": [paper("coa")],
    }
    ledger.act("material.received/v1", "LOT-0007", lot, BY_WAREHOUSE)
    ledger.act("material.accepted/v1", "LOT-0007", {}, BY_QA)

    batch = {
        "number": "B-2026-014",
        "process_version": "PV-3",
        "planned_doses": 4,
        "specification": "1.0",
    }
    made_from = (("made_from", "SMP-2026-001"), ("product", "PRD-UC-01"))
    ledger.act("batch.started/v1", "B-2026-014", batch, BY_MAKER, links=made_from)
    ledger.act("batch.line_cleared/v1", "B-2026-014", {"area": "room 204"}, BY_MAKER)
    used = {"quantity": "120", "unit": "mL"}
    material = (("material", "LOT-0007"),)
    ledger.act("batch.material_consumed/v1", "B-2026-014", used, BY_MAKER, links=material)
    done = {"doses": 4, "expires_at": "2028-11-19T00:00:00+08:00", "passage": 4}
    ledger.act("batch.completed/v1", "B-2026-014", done, BY_MAKER)
    tested = {
        "test": "viability",
        "value": "92.1",
        "unit": "%",
        "verdict": "pass",
        "method": "dye exclusion, SOP-QC-12",
        "sample": "QC-1",
    }
    analyst: By = [(ANALYST, "qc_analyst", "performed")]
    ledger.act("batch.tested/v1", "B-2026-014", tested, analyst)
    seq = len(ledger.events(ledger.stream("B-2026-014"))) - 1
    looked = {"test": "viability", "seq": seq, "accepted": True}
    reviewer: By = [(SECOND, "qc_reviewer", "reviewed")]
    ledger.act("batch.test_reviewed/v1", "B-2026-014", looked, reviewer)
    ledger.act("batch.reviewed/v1", "B-2026-014", {}, [(QA, "qa", "reviewed")])
    releaser: By = [(RELEASER, "quality_authority", "released")]
    ledger.act("batch.released/v1", "B-2026-014", {}, releaser)


def _from_plan_to_receipt(ledger: VectorLedger) -> None:
    for number, kind, authority in (
        ("CTA-2026-0007", "ind_cta", "Health Sciences Authority"),
        ("COP-2026-0003", "hgr_cooperation", "Health Commission"),
        ("EXP-2026-0042", "export_filing", "Provincial Drug Administration"),
        ("HGR-2026-0117", "hgr_exit", "Health Commission"),
        ("GAC-2026-0931", "special_goods", "Customs"),
    ):
        permit = {
            "number": number,
            "permit_kind": kind,
            "authority": authority,
            "state": "issued",
            "valid_from": "2026-11-01",
            "valid_until": "2027-04-30",
            "quantity": "12",
            "unit": "dose",
            "country": "SG",
            "documents": [paper("permit_letter")],
        }
        permit |= {"goods": GOODS} if kind == "special_goods" else {}
        permit |= {"full_copy": True} if kind == "hgr_cooperation" else {}
        product = [("product", "PRD-UC-01")]
        product += [("cooperation", "COP-2026-0003")] if kind == "hgr_exit" else []
        ledger.act("permit.recorded/v1", number, permit, BY_AFFAIRS, links=tuple(product))
    for slot in ("product_characterisation", "process_description", "stability"):
        _dossier(ledger, slot)
    _dossier(ledger, "foreign_trial_authorisation", ("authorisation", "CTA-2026-0007"))
    share = {"trial": "TRIAL-7", "country": "SG", "doses": 4}
    ledger.act("batch.allocated/v1", "B-2026-014", share, BY_AFFAIRS)
    plan = {
        "number": "SHP-2026-007",
        "destination": "SG",
        "purpose": "overseas_clinical_trial",
        "trial": "TRIAL-7",
        "planned_on": "2026-11-20",
        "activity": "material_export",
    }
    parties = (("batch", "B-2026-014"), ("shipper", "ORG-001"), ("consignee", "ORG-002"))
    ledger.act("shipment.planned/v1", "SHP-2026-007", plan, BY_WAREHOUSE, links=parties)
    scope = {"in_scope": True, "reason": "stem cell preparation for a trial abroad"}
    ledger.act("shipment.scope_decided/v1", "SHP-2026-007", scope, BY_AFFAIRS)
    packed = {
        "quantity": "4",
        "container": "DRY-0031",
        "logger": "TL-5521",
        "shipper_qualified_until": "2027-11-30",
        "requalified_on": "2026-11-02",
        "hold_hours": 240,
        "transit_hours": 72,
        "leak_proof": True,
        "biosafety_mark": True,
    }
    by: By = [(MAKER, "warehouse", "performed"), (SECOND, "verifier", "verified")]
    batch = (("batch", "B-2026-014"),)
    ledger.act("shipment.packed/v1", "SHP-2026-007", packed, by, links=batch)
    declared = {
        "declaration": "DECL-2026-118",
        "hs_code": "300251",
        "goods": [{**GOODS, "lot": "B-2026-014"}],
        "control_codes": ["V"],
    }
    ledger.act("shipment.declared/v1", "SHP-2026-007", declared, BY_WAREHOUSE)
    sealed: By = [(MAKER, "warehouse", "performed"), (QA, "qa", "approved")]
    permits = tuple(("permit", n) for n in ("EXP-2026-0042", "HGR-2026-0117", "GAC-2026-0931"))
    seal = {"seal": "SEAL-88121", "quantity": "4"}
    ledger.act("shipment.sealed/v1", "SHP-2026-007", seal, sealed, links=permits)
    loaded = ledger.local()
    legs = (("giver", "ORG-001"), ("receiver", "ORG-002"))
    place = {"seal": "SEAL-88121", "intact": True, "place": "Shanghai"}
    giver: By = [(MAKER, "warehouse", "given")]
    taker: By = [(CONSIGNEE, "receiver", "received")]
    ledger.act("shipment.handed_over/v1", "SHP-2026-007", place, giver, links=legs)
    ledger.act("shipment.accepted/v1", "SHP-2026-007", place, taker, links=legs)
    log = {
        "logger": "TL-5521",
        "started_at": loaded,
        "ended_at": ledger.local(),
        "readings": 24,
        "minimum": "-192.4",
        "maximum": "-171.0",
        "gaps": 0,
        "documents": [paper("logger_file", LOGGER_FILE, "text/csv")],
    }
    reader: By = [(CONSIGNEE, "receiver", "performed")]
    ledger.act("shipment.temperature_logged/v1", "SHP-2026-007", log, reader)


def _dossier(ledger: VectorLedger, slot: str, *links: tuple[str, str]) -> None:
    body = {"slot": slot, "version": "1", "documents": [paper(slot)]}
    ledger.act("permit.dossier_filled/v1", "EXP-2026-0042", body, BY_AFFAIRS, links=links)


def story() -> VectorLedger:
    """Return the ledger of the story as it was written to `story.json`."""
    kept = json.loads(STORY.read_text(encoding="utf-8"))
    ledger = VectorLedger().reload([text.encode() for text in kept["entries"]])
    ledger.numbers = kept["numbers"]
    ledger.disclosed = {leaf: sorted(strings) for leaf, strings in kept["disclosures"].items()}
    return ledger


def names_of_signers(ledger: VectorLedger) -> dict[str, list[str]]:
    """Return the disclosures of the printed names behind the keys of the story."""
    leaves = {b64(ledger.events(key_stream(p.kid))[0][1].leaf) for p in PEOPLE}
    return {leaf: strings for leaf, strings in ledger.disclosed.items() if leaf in leaves}


def main() -> None:
    """Write the story."""
    ledger = play()
    kept = {
        "entries": [wire.decode() for wire in ledger.wires],
        "numbers": ledger.numbers,
        "disclosures": ledger.disclosed,
    }
    STORY.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
