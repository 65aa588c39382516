"""After a key was stolen: everything it signed can be confirmed or voided, and then it is whole."""

from __future__ import annotations

import pytest

from app.acts import do, moment, moved, sign
from app.conftest import LATER
from custody.app.oversight.audit import audit
from custody.app.recording.reaffirming import Doubted, doubted
from custody.app.verification.verifying import verify_bundle
from custody.demo.play import passphrase
from custody.errors import InputError, RefusedError
from custody.evidence.findings import Verdict
from custody.wiring.ledger import OpenLedger

QA = "Zhao Lan:qa:approved"
REGISTRAR = "Wang Min:registrar:approved"
ROOTS = ("root-1", "root-2")
WHY = "checked against the paper"
ASSESSED = {"qualification": "pass", "facility": "pass", "quality_system": "pass"}


def person(
    ledger: OpenLedger, name: str, number: str, *roles: str, by: tuple[str, ...] = (REGISTRAR,)
) -> None:
    """Give somebody a key: a new person, or a further key of one who is on record."""
    try:
        ledger.resolve(number, ("person",))
    except InputError:
        private = {"printed_name": name}
        do(
            ledger,
            "person.registered/v1",
            number,
            {},
            by=("Zhao Lan:qa:approved",),
            private=private,
        )
    ledger.keys.create(name, "ed25519", passphrase(name))
    hands = [sign(ledger, hand) for hand in by]
    ledger.enrol(name, person=number, printed_name=name, roles=sorted(roles), by=hands)
    ledger.accept(name, [sign(ledger, name)])


def stolen(ledger: OpenLedger, name: str, start: int, by: tuple[str, ...] = (REGISTRAR,)) -> None:
    ledger.revoke(name, "compromised", start, [sign(ledger, hand) for hand in by])


def reaffirm(ledger: OpenLedger, item: str, seq: int, by: str = QA) -> list[str]:
    """Stand by a record; return the types and kinds of what was written."""
    act = ledger.reaffirm(item, seq, WHY, moment(ledger), [sign(ledger, by)])
    assert {written.type for written in act.events} == {"record.reaffirmed/v1"}
    return [written.stream.partition(":")[0] for written in act.events]


def found(ledger: OpenLedger, shipment: str = "SHP-2026-001") -> set[str]:
    """Return the codes under which a recipient's verifier rejects the shipment."""
    data = ledger.export(shipment, passphrase).data
    report = verify_bundle(data, ledger.trust.to_bytes(), now=LATER)
    codes = {f.code for f in report.findings}
    assert (report.verdict is Verdict.GENUINE) == (not codes)
    return codes


def audited(ledger: OpenLedger) -> set[tuple[str, str]]:
    return {(f.step, f.code) for f in ledger.audit().findings}


# ---- everything a stolen key signed can be confirmed ----


@pytest.mark.parametrize("name", ["He Qing", "Xu Hai", "Gao Lin", "Chen Yu"])
def test_after_a_theft_one_command_for_each_listed_record_makes_the_ledger_whole(
    ledger: OpenLedger, name: str
) -> None:
    listed = doubted(ledger, name, 0)
    stolen(ledger, name, 0)
    assert ("A3", "E22") in audited(ledger)
    assert "E22" in found(ledger)
    for record in listed:
        reaffirm(ledger, record.item, record.seq)
    assert audited(ledger) == set()
    assert "E22" not in found(ledger)


def test_whoever_confirms_the_opening_of_an_item_confirms_its_number(ledger: OpenLedger) -> None:
    body = {"title": "t", "severity": "minor", "description": "d"}
    links = {"affects": ["B-2026-001"]}
    act = do(ledger, "deviation.opened/v1", "DEV-9", body, links, by=("Zhou Ping::performed",))
    stolen(ledger, "Zhou Ping", act.events[0].index)
    first = next(w for w in act.events if w.type == "deviation.opened/v1")
    listed = doubted(ledger, "Zhou Ping", act.events[0].index)
    assert Doubted(first.index, first.type, "DEV-9", 0) in listed
    assert not any(record.type == "alias.claimed/v1" for record in listed)
    assert reaffirm(ledger, "DEV-9", 0) == ["deviation", "alias"]
    with pytest.raises(RefusedError) as refused:
        claim = next(w.stream for w in act.events if w.type == "alias.claimed/v1")
        reaffirm(ledger, claim, 0)
    assert refused.value.code == "C207"


def test_a_number_whose_item_was_opened_before_the_theft_is_confirmed_by_itself(
    ledger: OpenLedger,
) -> None:
    body = {"title": "t", "severity": "minor", "description": "d"}
    links = {"affects": ["B-2026-001"]}
    act = do(ledger, "deviation.opened/v1", "DEV-9", body, links, by=("Zhou Ping::performed",))
    claim = next(w for w in act.events if w.type == "alias.claimed/v1")
    stolen(ledger, "Zhou Ping", claim.index)
    listed = [r for r in doubted(ledger, "Zhou Ping", claim.index) if r.index == claim.index]
    assert listed == [Doubted(claim.index, "alias.claimed/v1", claim.stream, 0)]
    assert reaffirm(ledger, listed[0].item, listed[0].seq) == ["alias"]
    assert audited(ledger) == set()


def test_an_assessment_is_confirmed_by_its_number(ledger: OpenLedger) -> None:
    body = {"purpose": "risk_assessment", "rule": "REL-002", "conclusion": "c"}
    links = {"covers": ["B-2026-001"]}
    by = ("Gao Lin:regulatory_affairs:approved",)
    act = do(ledger, "assessment.approved/v1", "RA-9", body, links, by=by)
    stolen(ledger, "Gao Lin", act.events[0].index)
    assert reaffirm(ledger, "RA-9", 0) == ["assessment", "alias"]
    assert audited(ledger) == set()


def test_a_confirmation_that_was_stolen_itself_is_confirmed_by_a_third_person(
    ledger: OpenLedger,
) -> None:
    person(ledger, "Qa Two", "P-090", "qa")
    act = do(ledger, "vial.moved/v1", "WCB-01-004", {"position": "X"}, by=("Chen Yu",))
    seq = len(ledger.read(act.main.stream)) - 1
    stolen(ledger, "Chen Yu", act.main.index)
    reaffirm(ledger, "WCB-01-004", seq)
    stolen(ledger, "Zhao Lan", act.main.index + 1)
    assert ("A3", "E22") in audited(ledger)
    for record in doubted(ledger, "Zhao Lan", act.main.index + 1):
        reaffirm(ledger, record.item, record.seq, "Qa Two:qa:approved")
    assert audited(ledger) == set()


# ---- what a thief forged can be voided ----


def test_what_a_thief_forged_and_two_persons_voided_convicts_no_shipment(
    ledger: OpenLedger,
) -> None:
    act = do(ledger, "vial.moved/v1", "WCB-01-004", {"position": "X"}, by=("Chen Yu",))
    stolen(ledger, "Chen Yu", act.main.index)
    assert audited(ledger) == {("A3", "E22")}
    seq = len(ledger.read(act.main.stream)) - 1
    hands = [sign(ledger, QA), sign(ledger, "Sun Jie::performed")]
    ledger.void("WCB-01-004", seq, "forged by a thief", moment(ledger), hands)
    assert audited(ledger) == set()
    with pytest.raises(RefusedError) as refused:
        reaffirm(ledger, "WCB-01-004", seq)
    assert refused.value.code == "C207"


# ---- what a registrar recorded whose key was stolen ----


def stolen_from_the_registrar(ledger: OpenLedger) -> str:
    """Let a key be granted with a stolen registrar's key; return the stream of that key."""
    person(ledger, "Reg Two", "P-080", "registrar", by=ROOTS)
    person(ledger, "Qa Two", "P-090", "qa")
    stream = f"key:{ledger.keys.find('Qa Two').kid}"
    granted = ledger.read(stream)[0][0]
    stolen(ledger, "Wang Min", granted, by=ROOTS)
    return stream


def assess(ledger: OpenLedger, by: str) -> None:
    """Let quality assess an organisation."""
    body = {**ASSESSED, "valid_until": "2028-01-01"}
    do(ledger, "organisation.assessed/v1", "ORG-01", body, by=(by,))


def test_a_key_granted_with_a_stolen_key_signs_nothing_until_its_grant_is_confirmed(
    ledger: OpenLedger,
) -> None:
    stream = stolen_from_the_registrar(ledger)
    size = ledger.log.size()
    with pytest.raises(RefusedError) as refused:
        assess(ledger, "Qa Two:qa:approved")
    assert refused.value.code == "C202"
    assert {r.code for r in refused.value.reasons} == {"E21"}
    assert f"custody reaffirm {stream} 0" in refused.value.reasons[0].fix.en
    assert ledger.log.size() == size
    assert ("A3", "E22") in audited(ledger)

    assert reaffirm(ledger, stream, 0, "Reg Two:registrar:approved") == ["key"]
    assess(ledger, "Qa Two:qa:approved")
    assert audited(ledger) == set()
    assert found(ledger) == set()


def test_whoever_signs_with_a_key_that_is_not_believed_confirms_nothing_either(
    ledger: OpenLedger,
) -> None:
    stolen_from_the_registrar(ledger)
    act = do(ledger, "vial.moved/v1", "WCB-01-004", {"position": "X"}, by=("Chen Yu",))
    stolen(ledger, "Chen Yu", act.main.index, by=("Reg Two:registrar:approved",))
    seq = len(ledger.read(act.main.stream)) - 1
    with pytest.raises(RefusedError) as refused:
        reaffirm(ledger, "WCB-01-004", seq, "Qa Two:qa:approved")
    assert refused.value.code == "C202"


def test_others_go_on_signing_while_a_grant_waits_to_be_confirmed(ledger: OpenLedger) -> None:
    stolen_from_the_registrar(ledger)
    moved(ledger)
    assess(ledger, QA)
    assert audited(ledger) == {("A3", "E22"), ("A3", "E21")}


def test_a_false_grant_is_confirmed_and_revoked_and_then_its_records_are_voided(
    ledger: OpenLedger,
) -> None:
    person(ledger, "Reg Two", "P-080", "registrar", by=ROOTS)
    person(ledger, "Mole", "P-091", "bank_custodian")
    kid = ledger.keys.find("Mole").kid
    granted = ledger.read(f"key:{kid}")[0][0]
    act = do(ledger, "vial.moved/v1", "WCB-01-004", {"position": "X"}, by=("Mole",))
    stolen(ledger, "Wang Min", granted, by=ROOTS)
    second = "Reg Two:registrar:approved"
    with pytest.raises(RefusedError) as refused:
        stolen(ledger, "Mole", granted, by=(second,))
    assert refused.value.code == "C202"
    for record in doubted(ledger, "Wang Min", granted):
        if record.item.startswith("key:"):
            reaffirm(ledger, record.item, record.seq, second)
    stolen(ledger, "Mole", granted, by=(second,))
    seq = len(ledger.read(act.main.stream)) - 1
    hands = [sign(ledger, QA), sign(ledger, "Sun Jie::performed")]
    ledger.void("WCB-01-004", seq, "forged by a thief", moment(ledger), hands)
    assert audited(ledger) == set()


def test_the_signatures_of_a_key_whose_grant_does_not_count_are_not_called_false(
    ledger: OpenLedger,
) -> None:
    person(ledger, "Reg Two", "P-080", "registrar", by=ROOTS)
    person(ledger, "Qa Two", "P-090", "qa")
    granted = ledger.read(f"key:{ledger.keys.find('Qa Two').kid}")[0][0]
    assess(ledger, "Qa Two:qa:approved")
    stolen(ledger, "Wang Min", granted, by=ROOTS)
    assert audited(ledger) == {("A3", "E22"), ("A3", "E21")}


def test_an_audit_that_goes_on_from_an_earlier_one_finds_what_the_theft_has_reached_since(
    ledger: OpenLedger,
) -> None:
    moved(ledger)
    size = ledger.log.size()
    assert audit(ledger, since=size).ok
    stolen(ledger, "Chen Yu", size - 1)
    assert {(f.step, f.where) for f in audit(ledger, since=size).findings} == {
        ("A3", f"event {size - 1}")
    }


# ---- a confirmation without effect is refused ----


def test_nobody_confirms_with_a_new_key_what_their_stolen_key_signed(ledger: OpenLedger) -> None:
    listed = doubted(ledger, "Zhao Lan", 0)
    stolen(ledger, "Zhao Lan", 0)
    person(ledger, "Zhao Lan 2", "P-002", "qa")
    size = ledger.log.size()
    with pytest.raises(RefusedError) as refused:
        reaffirm(ledger, listed[0].item, listed[0].seq, "Zhao Lan 2:qa:approved")
    assert refused.value.code == "C208"
    assert ledger.log.size() == size


def test_what_nobody_doubts_is_not_confirmed(ledger: OpenLedger) -> None:
    size = ledger.log.size()
    with pytest.raises(RefusedError) as refused:
        reaffirm(ledger, "B-2026-001", 0)
    assert refused.value.code == "C207"
    with pytest.raises(InputError) as unknown:
        reaffirm(ledger, "B-2026-001", 999)
    assert unknown.value.code == "C151"
    assert ledger.log.size() == size


def test_what_was_confirmed_is_not_confirmed_again(ledger: OpenLedger) -> None:
    act = do(ledger, "vial.moved/v1", "WCB-01-004", {"position": "X"}, by=("Chen Yu",))
    stolen(ledger, "Chen Yu", act.main.index)
    seq = len(ledger.read(act.main.stream)) - 1
    reaffirm(ledger, "WCB-01-004", seq)
    with pytest.raises(RefusedError) as refused:
        reaffirm(ledger, "WCB-01-004", seq)
    assert refused.value.code == "C207"


def test_the_hold_for_a_stolen_key_does_not_settle_what_the_thief_recorded(
    ledger: OpenLedger,
) -> None:
    forged = {"test": "sterility", "outcome": "positive", "verdict": "fail", "method": "m"}
    body = {**forged, "sample": "QC-0009"}
    do(ledger, "batch.tested/v1", "B-2026-001", body, by=("Zhou Ping",))
    stream = ledger.resolve("B-2026-001", ("batch",))
    tests = [e for e in ledger.histories().events(stream) if e.type == "batch.tested/v1"]
    event = tests[-1]
    stolen(ledger, "Zhou Ping", event.index)
    theft = {"title": "key stolen", "severity": "minor", "description": "a result was forged"}
    links = {"affects": ["B-2026-001"]}
    do(ledger, "deviation.opened/v1", "DEV-9", theft, links, by=("Zhao Lan:qa:performed",))
    by = [sign(ledger, QA), sign(ledger, "Sun Jie:verifier:performed")]
    ledger.void("B-2026-001", event.seq, "recorded with a stolen key", moment(ledger), by)
    assert "E22" not in found(ledger)
