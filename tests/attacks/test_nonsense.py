"""Events that make no sense where they stand, under perfect signatures: reported, never a crash."""

from __future__ import annotations

from typing import Any

import pytest

from app.acts import do, moment
from app.conftest import LATER
from app.erasing import DONATION, REQUEST, appoint, ask, keep
from attacks.insider import SHIPMENT, exported, found, write
from custody import contract
from custody.app.judgement.histories import Histories, decode
from custody.app.judgement.judging import judge
from custody.app.verification.story import check, tell
from custody.app.verification.verifying import verify_bundle
from custody.demo.play import passphrase
from custody.domain.model import TYPES
from custody.errors import RefusedError
from custody.evidence.entry import Entry
from custody.wiring.ledger import OpenLedger
from page.browser import Case, verify_in_browser

BY = [("Chen Yu", "operator", "performed")]
OPENING = {
    "shipment": SHIPMENT,
    "batch": "B-2026-001",
    "donation": DONATION,
    "vial": "WCB-01-001",
    "bank": "WCB-01",
    "permit": "EXP-2026-0007",
    "material": "LOT-0001",
    "product": "PRD-MSC",
}


def example(type_name: str) -> dict[str, Any]:
    body: dict[str, Any] = contract.read(f"{contract.types()[type_name]['path']}/example.json")
    return dict(body.get("body", body))


def test_any_event_at_any_place_is_judged_without_a_crash(ledger: OpenLedger) -> None:
    """Every type three times: on an item that never began, and twice on one that is settled."""
    for kind, number in OPENING.items():
        stream = ledger.resolve(number, (kind,))
        for name, spec in TYPES.items():
            published = contract.is_known(name) and name != "record.reaffirmed/v1"
            if kind in spec.kinds and published:
                body = {**example(name), "occurred_at": moment(ledger)}
                for target in (f"{kind}:" + "cd" * 16, stream, stream):
                    write(ledger, name, target, body, BY)
    assert not ledger.audit().ok
    placed = [(s.index, Entry.parse(s.wire)) for s in ledger.log.scan() if s.stream]
    events = [decode(index, entry, ledger.people.person_of) for index, entry in placed]
    histories = Histories.of(events)
    against = [j for event in events for j in judge(histories, event)]
    assert {"C241", "C242", "C243", "C248"} <= {j.code for j in against}
    shipment = ledger.resolve(SHIPMENT)
    assert tell(histories, shipment, events, str)["shipment"] == SHIPMENT
    assert isinstance(list(check(histories, shipment, events, LATER)), list)


def test_a_correction_of_nothing_is_not_genuine(ledger: OpenLedger) -> None:
    stream = ledger.resolve("B-2026-001", ("batch",))
    body = {
        "corrects": "A" * 43 + "=",
        "reason": "r",
        "occurred_at": moment(ledger),
        "changes": [{"field": "passage", "now": 1}],
    }
    by = [("Zhao Lan", "qa", "approved"), ("Chen Yu", "operator", "performed")]
    write(ledger, "record.corrected/v1", stream, body, by)
    report = exported(ledger)
    assert report.verdict.value == "not_genuine"
    assert ("V7", "E25") in found(report)
    assert not ledger.audit().ok


@pytest.mark.parametrize("end", ["0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00"])
def test_a_moment_at_an_end_of_the_calendar_is_a_finding_in_both_verifiers(
    ledger: OpenLedger, end: str
) -> None:
    """There is no other zone to take such a moment to: the day would not exist."""
    body = {**example("batch.tested/v1"), "occurred_at": end}
    batch = ledger.resolve("B-2026-001", ("batch",))
    write(ledger, "batch.tested/v1", batch, body, [("Zhou Ping", "qc_analyst", "performed")])
    data = ledger.export(SHIPMENT, passphrase).data
    trust = (ledger.folder / "trust.json").read_bytes()
    report = verify_bundle(data, trust, now=LATER)
    (page,) = verify_in_browser([Case(data, trust, LATER)])
    assert found(report) == {("V7", "E25")}
    assert page["verdict"] == report.verdict.value == "not_genuine"
    assert not ledger.audit().ok


def test_a_period_of_keeping_that_ends_after_the_calendar_is_judged_like_any_other(
    ledger: OpenLedger,
) -> None:
    appoint(ledger)
    keep(ledger, "eu_2006_86", "9999-12-31")
    ask(ledger)
    kept = {"decision": "restrict", "ground": "retention_period", "reason": "the period runs on"}
    decided = {"request": REQUEST, **kept}
    with pytest.raises(RefusedError) as refused:
        decide(ledger, {**decided, "until": "9999-12-30"})
    assert {reason.code for reason in refused.value.reasons} == {"PIP-003"}
    decide(ledger, decided)
    assert exported(ledger).genuine
    assert ledger.audit().ok


def decide(ledger: OpenLedger, body: dict[str, Any]) -> None:
    by = ("Gao Lin:dpo:approved", "Zhao Lan:qa:approved")
    do(ledger, "request.decided/v1", DONATION, body, by=by)
