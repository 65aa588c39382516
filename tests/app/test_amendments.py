"""What was corrected or voided is told to whoever decides about the goods, both readings of it."""

from __future__ import annotations

from typing import Any

from app.acts import do, moment, sign
from app.conftest import LATER
from custody.app.verification.verifying import Report, verify_bundle
from custody.demo.play import SHIPMENT, passphrase
from custody.wiring.ledger import OpenLedger

QA, WAREHOUSE = "Zhao Lan:qa:approved", "He Qing:warehouse:performed"


def reported(ledger: OpenLedger) -> Report:
    data = ledger.export(SHIPMENT, passphrase).data
    return verify_bundle(data, (ledger.folder / "trust.json").read_bytes(), now=LATER)


def told(ledger: OpenLedger) -> list[dict[str, Any]]:
    report = reported(ledger)
    assert report.genuine, report.findings
    rows: list[dict[str, Any]] = report.plain()["story"]["amendments"]
    return rows


def seq_of(ledger: OpenLedger, number: str, type_name: str) -> int:
    events = ledger.histories().events(ledger.resolve(number))
    return max(e.seq for e in events if e.type == type_name)


def test_a_shipment_nobody_corrected_anything_of_says_so(ledger: OpenLedger) -> None:
    assert told(ledger) == []


def test_a_temperature_record_that_two_persons_voided_is_told_with_reason_and_names(
    ledger: OpenLedger,
) -> None:
    type_name = "shipment.temperature_logged/v1"
    seq = seq_of(ledger, SHIPMENT, type_name)
    by = [sign(ledger, QA), sign(ledger, WAREHOUSE)]
    ledger.void(SHIPMENT, seq, "read from another box", moment(ledger), by)
    (row,) = told(ledger)
    assert (row["act"], row["noun"], row["number"]) == ("voided", "shipment", SHIPMENT)
    assert (row["type"], row["reason"]) == (type_name, "read from another box")
    assert sorted(row["names"]) == ["何青 He Qing", "赵岚 Zhao Lan"]
    assert row["changes"] == []
    assert row["told_at"] < row["signed_at"]


def test_a_hand_over_the_receiver_did_not_take_is_told_and_convicts_nobody(
    ledger: OpenLedger,
) -> None:
    by_founder = [sign(ledger, "Wang Min:registrar:approved")]
    ledger.change_roles("Ma Rui", ["receiver"], ["*"], by_founder)
    onward = {"giver": ["ORG-03"], "receiver": ["ORG-04"]}
    seal = {"seal": "SEAL-550012", "intact": True, "place": "Singapore"}
    refused = {**seal, "why": "the outer box is dented"}
    do(ledger, "shipment.handed_over/v1", SHIPMENT, seal, onward, by=("Tang Bo",))
    do(ledger, "shipment.hand_over_called_off/v1", SHIPMENT, refused, onward, by=("Ma Rui",))
    (row,) = told(ledger)
    assert (row["act"], row["type"]) == ("called_off", "shipment.handed_over/v1")
    assert (row["reason"], row["names"]) == ("the outer box is dented", ["马睿 Ma Rui"])
    do(ledger, "shipment.handed_over/v1", SHIPMENT, seal, onward, by=("Tang Bo",))
    do(ledger, "shipment.accepted/v1", SHIPMENT, seal, onward, by=("Ma Rui",))
    assert len(told(ledger)) == 1
    legs = reported(ledger).story["hand_overs"]
    assert [leg["to"].split()[-1] for leg in legs] == ["(ORG-03)", "(ORG-04)"]


def test_a_correction_is_told_with_the_reading_before_and_the_reading_now(
    ledger: OpenLedger,
) -> None:
    seq = seq_of(ledger, "WCB-01-001", "vial.frozen/v1")
    by = [sign(ledger, QA), sign(ledger, "Chen Yu:bank_custodian:performed")]
    ledger.correct("WCB-01-001", seq, {"position": "R9"}, "typing error", moment(ledger), by)
    ledger.correct("WCB-01-001", seq, {"position": "R8"}, "once more", moment(ledger), by)
    first, second = told(ledger)
    (change,) = first["changes"]
    assert (change["field"], change["now"]) == ("position", "R9")
    assert change["was"] not in ("R9", "R8", "")
    assert second["changes"] == [{"field": "position", "was": "R9", "now": "R8"}]
    assert (first["number"], first["type"]) == ("WCB-01-001", "vial.frozen/v1")
