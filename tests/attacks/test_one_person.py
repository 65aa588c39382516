"""A second key makes no second person: neither beside oneself, nor over one's own work."""

from __future__ import annotations

import pytest

from app.acts import do, sign
from custody.demo.play import passphrase
from custody.errors import RefusedError
from custody.wiring.ledger import OpenLedger

BOTH = ("Chen Yu", "Sun Jie")


def second_key(ledger: OpenLedger, staff: str, roles: list[str]) -> str:
    """Give a person one more key, as a registrar would who suspects nothing."""
    name = f"second-{staff}"
    ledger.keys.create(name, "ed25519", passphrase(name))
    registrar = [sign(ledger, "Wang Min:registrar:approved")]
    ledger.enrol(name, person=staff, printed_name="P", roles=roles, by=registrar)
    ledger.accept(name, [sign(ledger, name)])
    return name


def staff(ledger: OpenLedger, name: str) -> str:
    person = ledger.people.person_of(ledger.keys.find(name).kid)
    return ledger.number_of(f"person:{person}")


def codes(refused: pytest.ExceptionInfo[RefusedError]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


def started(ledger: OpenLedger) -> None:
    do(ledger, "vial.thawed/v1", "WCB-01-003", by=BOTH)
    links = {"made_from": ["WCB-01-003"], "product": ["PRD-MSC"], "site": ["ORG-01"]}
    body = {"process_version": "1", "planned_doses": 4}
    do(ledger, "batch.started/v1", "B-X", body, links, by=BOTH)


def test_an_operator_does_not_verify_with_another_key_of_their_own(ledger: OpenLedger) -> None:
    started(ledger)
    key = second_key(ledger, staff(ledger, "Chen Yu"), ["verifier"])
    body = {"step": "expand", "description": "expanded"}
    with pytest.raises(RefusedError) as refused:
        do(ledger, "batch.step_executed/v1", "B-X", body, by=("Chen Yu", key))
    assert "C245" in codes(refused)


def test_who_made_a_batch_does_not_release_it_with_another_key(ledger: OpenLedger) -> None:
    started(ledger)
    key = second_key(ledger, staff(ledger, "Chen Yu"), ["quality_authority"])
    done = {"doses": 4, "expires_at": "2027-06-01T12:00:00+08:00", "passage": 5}
    do(ledger, "batch.completed/v1", "B-X", done, by=BOTH)
    with pytest.raises(RefusedError) as refused:
        do(ledger, "batch.released/v1", "B-X", by=(key,))
    assert "QUA-002" in codes(refused)


def test_who_ran_a_test_does_not_review_it_with_another_key(ledger: OpenLedger) -> None:
    key = second_key(ledger, staff(ledger, "Zhou Ping"), ["qc_reviewer"])
    events = ledger.histories().events(ledger.resolve("B-2026-001", ("batch",)))
    result = next(e for e in events if e.type == "batch.tested/v1")
    body = {"test": result.body.plain()["test"], "seq": result.seq, "accepted": True}
    with pytest.raises(RefusedError) as refused:
        do(ledger, "batch.test_reviewed/v1", "B-2026-001", body, by=(key,))
    assert "C272" in codes(refused)
