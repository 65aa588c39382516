"""Stories of what is made: equipment, processes, cultures, doses; on top of those of the cells."""

from __future__ import annotations

from typing import Any

from domain.journeys import organisation, released_batch, thawed_vial
from domain.play import Play
from domain.stories import (
    MARKERS,
    approved_process,
    consented,
    paper,
    received_lot,
    received_sample,
    registered_donor,
    results,
    specified_product,
)

CELLS = "{cells}"


def device(play: Play, alias: str = "E1", until: str = "2026-12-31", **body: Any) -> None:
    """An incubator is registered, calibrated and qualified."""
    usual = {"number": alias, "name": "incubator", "equipment_kind": "incubator"}
    play.add("equipment.registered/v1", alias, {**usual, **body})
    papers = [paper("calibration_certificate")]
    if body.get("calibrated", True):
        passed = {"verdict": "pass", "valid_until": until, "documents": papers}
        play.add("equipment.calibrated/v1", alias, passed)
    play.add("equipment.qualified/v1", alias, {"scope": "37 Cel, 5 % CO2"})


def culture(
    play: Play, alias: str = "C1", vial: str = "V1", quantity: str = "1000", **more: Any
) -> None:
    """A culture of passage 2 is started from a thawed vial; links of other names can be added."""
    links = {k: v for k, v in more.items() if k in ("process", "product", "uses")}
    body = {"number": alias, "passage": 2, "quantity": quantity, "unit": CELLS}
    body |= {k: v for k, v in more.items() if k not in links}
    play.add("culture.started/v1", alias, body, {"made_from": vial, **links})


def cultured(play: Play, quantity: str = "1000", **more: Any) -> Play:
    """From the donor to culture C1."""
    thawed_vial(play, max_passage=9)
    culture(play, quantity=quantity, **more)
    return play


def passaged(play: Play, alias: str, passage: int, quantity: str = "1000") -> None:
    """A culture is passaged."""
    body = {"passage": passage, "quantity": quantity, "unit": CELLS}
    play.add("culture.passaged/v1", alias, body)


def split(play: Play, alias: str, parent: str, quantity: str, passage: int = 2) -> None:
    """Part of a culture becomes one of its own."""
    body = {"number": alias, "passage": passage, "quantity": quantity, "unit": CELLS}
    play.add("culture.split/v1", alias, body, {"parent": parent})


def vector_lot(play: Play, alias: str = "VL1", **body: Any) -> None:
    """A lot of a lentiviral vector is received, characterised and accepted."""
    received_lot(play, alias, item="lentiviral vector", quantity="10")
    usual = {
        "reagent": "vector",
        "vector_type": "lentivirus",
        "sequence_sha256": "a" * 64,
        "rcv_verdict": "pass",
        "documents": [paper("test_report")],
    }
    play.add("material.characterised/v1", alias, {**usual, **body})
    play.add("material.accepted/v1", alias)


def batch_of(play: Play, *sources: str, alias: str = "X1", **more: Any) -> None:
    """A batch is started; keys that are no body fields are links."""
    links = {k: v for k, v in more.items() if k in ("process", "site")}
    body = {"number": alias, "process_version": "2", "planned_doses": 10}
    body |= {k: v for k, v in more.items() if k not in links}
    play.add("batch.started/v1", alias, body, {"made_from": sources, "product": "P1", **links})


def own_sample(play: Play, alias: str = "S5", donor: str = "D5") -> None:
    """A cleared autologous donation with a received and retained sample."""
    registered_donor(play, donor, relation="autologous")
    consented(play, donor)
    play.add("donor.screened/v1", donor, {"results": results(MARKERS)})
    play.add("donor.cleared/v1", donor, {"determination": "eligible"})
    received_sample(play, alias, donor)
    play.add("sample.retained/v1", alias, {"amount": "1", "unit": "mL", "position": "tank"})


def process_for(play: Play, **flags: Any) -> None:
    """Product P1 and its process PR1, version 2."""
    specified_product(play)
    approved_process(play, **flags)


def filled_dose(play: Play, alias: str = "DO1", batch: str = "X1", **body: Any) -> None:
    """One dose of twenty millilitres is filled and labelled."""
    usual = {
        "number": alias,
        "quantity": "20",
        "unit": "mL",
        "expires_at": "2026-12-01T08:00:00+08:00",
    }
    play.add("dose.filled/v1", alias, {**usual, **body}, {"batch": batch})


def received_dose(play: Play, alias: str = "DO1", **body: Any) -> None:
    """A dose of a released batch is dispensed and arrives at the clinic."""
    filled_dose(play, alias, **body)
    links = {"batch": "X1", "site": "CLINIC"}
    play.add("dose.dispensed/v1", alias, {"quantity": "1"}, links)
    play.add("dose.received_at_site/v1", alias, {"condition": "intact"}, {"site": "CLINIC"})


def clinic(play: Play) -> Play:
    """A released batch of ten doses and a clinic."""
    released_batch(play)
    organisation(play, "CLINIC")
    return play
