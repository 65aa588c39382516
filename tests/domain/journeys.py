"""Stories of batches and shipments for a `Play`, on top of those of the cells they are made of."""

from __future__ import annotations

from typing import Any

from domain.play import Play
from domain.stories import (
    accepted_lot,
    consented,
    frozen_vial,
    paper,
    qualified_bank,
    specified_product,
)

EXPIRY = "2026-12-01T08:00:00+08:00"
DAY = "2026-09-01"
PARTICULARS = {
    "name": "cord cell injection",
    "ingredient": "mesenchymal stromal cells",
    "specification": "1E7 cells / 2 mL",
    "producer": "MAKER",
    "storage_min": "-196",
    "storage_max": "-150",
}


def qualified_authority(play: Play, **body: Any) -> None:
    """The person "quality_authority" is registered and qualified."""
    play.add("person.registered/v1", "quality_authority", {"number": "Q1"})
    usual = {
        "qualification": "quality_authority",
        "title": "senior",
        "experience_from": "2020-01-01",
        "valid_from": "2026-01-01",
        "documents": [paper("certificate")],
    }
    play.add("person.qualified/v1", "quality_authority", {**usual, **body})


def organisation(play: Play, alias: str, country: str = "CN", *, foreign: bool = False) -> None:
    """An organisation is registered."""
    body = {"number": alias, "legal_name": alias, "roles": ["cdmo"], "country": country}
    play.add("organisation.registered/v1", alias, {**body, "foreign_controlled": foreign})


def thawed_vial(play: Play, alias: str = "V1", **product: Any) -> None:
    """A vial of a qualified bank is thawed; the product P1 is specified."""
    specified_product(play, **product)
    qualified_bank(play)
    frozen_vial(play, alias)
    play.add("vial.thawed/v1", alias)


def started_batch(play: Play, alias: str = "X1", vial: str = "V1", **body: Any) -> None:
    """A batch is started from a thawed vial."""
    usual = {"number": alias, "process_version": "2", "planned_doses": 10}
    links = {"made_from": vial, "product": "P1"}
    play.add("batch.started/v1", alias, {**usual, **body}, links)


def completed_batch(play: Play, alias: str = "X1", doses: int = 10, **body: Any) -> None:
    """A batch is made with one lot of material and yields its doses."""
    accepted_lot(play, f"L-{alias}")
    drawn = {"quantity": "5", "unit": "mL"}
    play.add("batch.line_cleared/v1", alias, {"area": "room 1"})
    play.add("batch.material_consumed/v1", alias, drawn, {"material": f"L-{alias}"})
    usual = {"doses": doses, "expires_at": EXPIRY, "passage": 4}
    play.add("batch.completed/v1", alias, {**usual, **body})


def run_test(play: Play, test: str, alias: str = "X1", **body: Any) -> int:
    """A test is run; returns the sequence number of its result."""
    usual = {"test": test, "verdict": "pass", "method": "USP 71", "sample": "QC-1"}
    usual["method_validation"] = paper("method_validation")
    return play.add("batch.tested/v1", alias, {**usual, **body}).seq


def reviewed_result(play: Play, test: str, alias: str = "X1", **body: Any) -> None:
    """A test is run and its result accepted by the reviewer."""
    seq = run_test(play, test, alias, **body)
    play.add("batch.test_reviewed/v1", alias, {"test": test, "seq": seq, "accepted": True})


def passed_tests(play: Play, alias: str = "X1") -> None:
    """Both release tests of P1 pass and are reviewed."""
    reviewed_result(play, "sterility", alias, outcome="negative")
    reviewed_result(play, "viability", alias, value="92.5", unit="%")


def deviation(play: Play, alias: str, severity: str, batch: str = "X1") -> None:
    """A deviation of a batch is opened."""
    body = {"number": alias, "title": "door open", "severity": severity, "description": "alarm"}
    play.add("deviation.opened/v1", alias, body, {"affects": batch})


def assessed(play: Play, alias: str) -> None:
    """A deviation is assessed."""
    play.add("deviation.assessed/v1", alias, {"impact": "none", "disposition": "use"})


def made_batch(play: Play, alias: str = "X1", doses: int = 10) -> None:
    """From the donor to a completed, tested and reviewed batch; its releaser is qualified."""
    qualified_authority(play)
    thawed_vial(play)
    started_batch(play, alias)
    completed_batch(play, alias, doses)
    passed_tests(play, alias)
    play.add("batch.reviewed/v1", alias)


def released_batch(play: Play, alias: str = "X1", doses: int = 10) -> None:
    """From the donor to a released batch; the donor agrees to export, too."""
    made_batch(play, alias, doses)
    consented(play, "D1", "export")
    play.add("batch.released/v1", alias)


def permit(play: Play, alias: str, kind: str, batch: str = "", **body: Any) -> None:
    """A permit for product P1, or for one batch of it, is on record as issued."""
    usual = {
        "number": alias,
        "permit_kind": kind,
        "authority": "authority",
        "state": "issued",
        "valid_from": "2026-08-01",
        "valid_until": "2027-07-31",
        "country": "SG",
        "documents": [paper("permit")],
    }
    links = {"product": "P1", "batch": batch} if batch else {"product": "P1"}
    if kind == "special_goods":
        usual["goods"] = PARTICULARS
    if kind == "hgr_exit":
        if "CO1" not in play.names:
            permit(play, "CO1", "hgr_cooperation", full_copy=True, country=None)
        links["cooperation"] = "CO1"
    play.add("permit.recorded/v1", alias, {**usual, **body}, links)
    if kind == "export_filing" and play.state(alias).granted:
        complete_dossier(play, alias)


def complete_dossier(play: Play, alias: str = "EX1", authorisation: str = "AU1") -> None:
    """All parts of an export filing are on file, with the authorisation of the trial abroad."""
    if authorisation not in play.names:
        permit(play, authorisation, "ind_cta")
    for slot in ("product_characterisation", "process_description", "stability"):
        filled(play, alias, slot)
    filled(play, alias, "foreign_trial_authorisation", {"authorisation": authorisation})


def filled(play: Play, alias: str, slot: str, links: dict[str, str] | None = None) -> None:
    """One part of a filing is on file."""
    body = {"slot": slot, "version": "1", "documents": [paper(slot)]}
    play.add("permit.dossier_filled/v1", alias, body, links)


def all_permits(play: Play) -> list[str]:
    """One permit of each kind an export needs; returns their aliases."""
    permit(play, "EX1", "export_filing")
    permit(play, "HG1", "hgr_exit", quantity="100", unit="dose")
    permit(play, "SG1", "special_goods", quantity="20", unit="dose")
    return ["EX1", "HG1", "SG1"]


def planned_shipment(play: Play, alias: str = "S-1", batch: str = "X1", **body: Any) -> None:
    """A shipment of one batch from the maker to a hospital in Singapore is planned."""
    for name, country in (("MAKER", "CN"), ("CARRIER", "CN"), ("HOSPITAL", "SG")):
        if name not in play.names:
            organisation(play, name, country)
    usual = {
        "number": alias,
        "destination": "SG",
        "purpose": "overseas_clinical_trial",
        "trial": "NCT00000001",
        "planned_on": DAY,
    }
    links = {"batch": batch, "shipper": "MAKER", "consignee": "HOSPITAL", "carrier": "CARRIER"}
    plan = {**usual, **body}
    play.add("shipment.planned/v1", alias, plan, links)
    abroad = plan["purpose"] == "overseas_clinical_trial" and plan["trial"]
    if abroad and not play.state(batch).allocations and play.state(batch).doses:
        allocated(play, batch, trial=plan["trial"], country=plan["destination"])


def packed_shipment(
    play: Play, alias: str = "S-1", batch: str = "X1", quantity: str = "4", **body: Any
) -> None:
    """Doses of the batch are packed into a container."""
    usual = {"quantity": quantity, "container": "C1", "logger": "LOG1"}
    usual["shipper_qualified_until"] = "2026-09-30"
    told = {"requalified_on": "2026-08-30", "hold_hours": 240, "transit_hours": 72}
    safe = {"leak_proof": True, "biosafety_mark": True}
    usual = {**usual, **told, **safe}
    play.add("shipment.packed/v1", alias, {**usual, **body}, {"batch": batch})


def allocated(play: Play, batch: str = "X1", **body: Any) -> None:
    """Doses of the batch are meant for the trial in Singapore."""
    usual = {"trial": "NCT00000001", "country": "SG", "doses": 4}
    play.add("batch.allocated/v1", batch, {**usual, **body})


def declared(play: Play, alias: str = "S-1", lot: str = "X1", **goods: Any) -> None:
    """The shipment is declared to customs as the approval describes it."""
    told = {**PARTICULARS, "lot": lot, **goods}
    body = {"declaration": "DECL1", "hs_code": "300251", "goods": [told], "control_codes": ["V"]}
    play.add("shipment.declared/v1", alias, body)


def ready_shipment(play: Play, alias: str = "S-1", **plan: Any) -> list[str]:
    """Everything up to the seal of a shipment; returns the permits to link."""
    released_batch(play)
    found = all_permits(play)
    planned_shipment(play, alias, **{"activity": "material_export", **plan})
    scope = {"in_scope": plan.get("purpose") in (None, "overseas_clinical_trial")}
    play.add("shipment.scope_decided/v1", alias, {**scope, "reason": "class and use"})
    packed_shipment(play, alias)
    declared(play, alias)
    return found


def sealed_shipment(play: Play, alias: str = "S-1") -> None:
    """A shipment is sealed."""
    found = ready_shipment(play, alias)
    play.add("shipment.sealed/v1", alias, {"seal": "SEAL1", "quantity": "4"}, {"permit": found})


def hand_over(play: Play, giver: str, receiver: str, alias: str = "S-1", **body: Any) -> None:
    """The giver hands the shipment over."""
    usual = {"seal": "SEAL1", "intact": True, "place": "gate"}
    links = {"giver": giver, "receiver": receiver}
    play.add("shipment.handed_over/v1", alias, {**usual, **body}, links)


def accept(play: Play, giver: str, receiver: str, alias: str = "S-1", **body: Any) -> None:
    """The receiver accepts the shipment."""
    usual = {"seal": "SEAL1", "intact": True, "place": "gate"}
    links = {"giver": giver, "receiver": receiver}
    play.add("shipment.accepted/v1", alias, {**usual, **body}, links)
