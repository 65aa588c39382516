"""The dry evaluation of a gate says what stands in the way and writes nothing."""

from __future__ import annotations

import pytest

from custody.app.asking.gating import explain_gate, gates
from custody.errors import InputError
from custody.wiring.ledger import OpenLedger


def test_the_gate_of_a_sealed_shipment_asks_about_its_own_permits(ledger: OpenLedger) -> None:
    size = ledger.log.size()
    shipment = ledger.queries.list("shipment")[0]["number"]
    rulings = {r.rule.id: r for r in explain_gate(ledger, "export", shipment)}
    assert {"EXP-001", "HGR-001", "GAC-001", "REL-002"} <= rulings.keys()
    assert rulings["HGR-001"].outcome == "satisfied"
    assert ledger.log.size() == size


def test_what_stops_the_act_is_listed_before_what_holds(ledger: OpenLedger) -> None:
    batch = ledger.queries.list("batch")[0]["number"]
    stops = [r.stops for r in explain_gate(ledger, "release", batch)]
    assert stops == sorted(stops, reverse=True)
    assert any(stops), "nobody is named who would release"


def test_a_lot_of_material_is_asked_about_as_what_the_act_would_take(ledger: OpenLedger) -> None:
    lot = ledger.queries.list("material")[-1]["number"]
    rulings = explain_gate(ledger, "consume", lot)
    assert "MAT-002" in {r.rule.id for r in rulings}


@pytest.mark.parametrize(("gate", "code"), [("nonsense", "C162"), ("release", "C163")])
def test_a_gate_that_cannot_be_asked_says_so(ledger: OpenLedger, gate: str, code: str) -> None:
    person = ledger.queries.list("person")[0]["number"]
    with pytest.raises(InputError) as caught:
        explain_gate(ledger, gate, person)
    assert caught.value.code == code
    assert "release" in gates()
