"""A stolen key is no excuse: nobody uses its revocation to clear away, or to let in, what is false.

Each bundle is judged by the program and by the page, which must agree.
"""

from __future__ import annotations

import pytest

from app.acts import do, moment, paper, sign
from app.conftest import LATER
from app.test_key_recovery import ASSESSED, QA, REGISTRAR, ROOTS, person, reaffirm, stolen
from attacks.insider import SHIPMENT, write
from custody.app.recording.reaffirming import doubted
from custody.app.verification.verifying import verify_bundle
from custody.demo.play import passphrase
from custody.errors import RefusedError
from custody.evidence.encoding import b64
from custody.wiring.ledger import OpenLedger
from page.browser import Case, verify_in_browser

AGREEMENT = {
    "agreement": "AG-1",
    "agreement_kind": "quality",
    "scope": "x",
    "valid_from": "2026-01-01",
    "valid_until": "2027-01-01",
    "foreign_sponsor": False,
    "documents": [paper("agreement")],
}
TWO = [("Qa Two", "qa", "approved"), ("Sun Jie", "verifier", "performed")]
FALSE, TRUE = "not_genuine", "genuine"


def verdicts(ledger: OpenLedger) -> tuple[str, set[tuple[str, str]]]:
    """Return what program and page say alike: the verdict, and (step, code) of each finding."""
    data, trust = ledger.export(SHIPMENT, passphrase).data, ledger.trust.to_bytes()
    report = verify_bundle(data, trust, now=LATER)
    (page,) = verify_in_browser([Case(data, trust, LATER)])
    mine = report.plain()
    assert {key: page.get(key) for key in mine} == mine
    findings = {(f.step, f.code) for f in report.findings}
    assert {(f.step, f.code) for f in ledger.audit().findings if f.code == "E22"} == {
        ("A3", code) for _, code in findings if code == "E22"
    }
    return report.verdict.value, findings


@pytest.fixture
def forged(ledger: OpenLedger) -> tuple[str, int, str]:
    """An agreement that a thief recorded with the key of quality: stream, number and leaf."""
    links = {"party": ["ORG-03"]}
    person(ledger, "Qa Two", "P-090", "qa")
    by = ("Zhao Lan:qa:approved",)
    act = do(ledger, "organisation.agreement_recorded/v1", "ORG-01", AGREEMENT, links, by=by)
    stolen(ledger, "Zhao Lan", act.main.index)
    person(ledger, "Zhao Lan 2", "P-002", "qa")
    person(ledger, "Zhao Lan 3", "P-002", "operator")
    return act.main.stream, len(ledger.read(act.main.stream)) - 1, act.main.leaf


def said(ledger: OpenLedger, key: str, leaf: str) -> dict[str, str]:
    return {key: leaf, "reason": "as told", "occurred_at": moment(ledger)}


def test_what_a_thief_forged_counts_neither_way_and_is_told_of_once_it_is_void(
    ledger: OpenLedger, forged: tuple[str, int, str]
) -> None:
    assert verdicts(ledger) == (FALSE, {("V6", "E22")})
    hands = [sign(ledger, "Qa Two:qa:approved"), sign(ledger, "Sun Jie::performed")]
    ledger.void("ORG-01", forged[1], "forged by a thief", moment(ledger), hands)
    assert verdicts(ledger) == (TRUE, set())
    report = verify_bundle(
        ledger.export(SHIPMENT, passphrase).data, ledger.trust.to_bytes(), now=LATER
    )
    assert "voided" in {row["act"] for row in report.story["amendments"]}


def test_the_person_of_the_stolen_key_clears_nothing_away_with_further_keys(
    ledger: OpenLedger, forged: tuple[str, int, str]
) -> None:
    stream, seq, leaf = forged
    both = [("Zhao Lan 2", "qa", "approved"), ("Zhao Lan 3", "operator", "performed")]
    write(ledger, "record.voided/v1", stream, said(ledger, "voids", leaf), both)
    assert verdicts(ledger) == (FALSE, {("V6", "E22"), ("V6", "E23")})
    write(ledger, "record.reaffirmed/v1", stream, said(ledger, "leaf", leaf), both[:1])
    assert ("V6", "E22") in verdicts(ledger)[1]
    with pytest.raises(RefusedError) as refused:
        reaffirm(ledger, "ORG-01", seq, "Zhao Lan 2:qa:approved")
    assert refused.value.code == "C208"


def test_one_person_alone_declares_nothing_void(
    ledger: OpenLedger, forged: tuple[str, int, str]
) -> None:
    stream, seq, leaf = forged
    with pytest.raises(RefusedError):
        hands = [sign(ledger, "Qa Two:qa:approved")]
        ledger.void("ORG-01", seq, "forged", moment(ledger), hands)
    write(ledger, "record.voided/v1", stream, said(ledger, "voids", leaf), TWO[:1])
    verdict, findings = verdicts(ledger)
    assert (verdict, ("V6", "E23") in findings) == (FALSE, True)


def test_a_void_elsewhere_or_of_something_else_clears_nothing_away(
    ledger: OpenLedger, forged: tuple[str, int, str]
) -> None:
    stream, _, leaf = forged
    other = ledger.resolve("PRD-MSC", ("product",))
    write(ledger, "record.voided/v1", other, said(ledger, "voids", leaf), TWO)
    assert ("V6", "E22") in verdicts(ledger)[1]
    wrong = b64(ledger.read(stream)[0][1].leaf)
    write(ledger, "record.voided/v1", stream, said(ledger, "voids", wrong), TWO)
    assert ("V6", "E22") in verdicts(ledger)[1]


def test_a_registrar_confirms_no_record_but_those_about_keys(
    ledger: OpenLedger, forged: tuple[str, int, str]
) -> None:
    stream, seq, leaf = forged
    for hand in (REGISTRAR, "Wang Min"):
        with pytest.raises(RefusedError) as refused:
            reaffirm(ledger, "ORG-01", seq, hand)
        assert refused.value.code in ("C202", "C206")
    by = [("Wang Min", "registrar", "approved")]
    write(ledger, "record.reaffirmed/v1", stream, said(ledger, "leaf", leaf), by)
    verdict, findings = verdicts(ledger)
    assert (verdict, ("V6", "E21") in findings) == (FALSE, True)


def test_quality_confirms_no_record_about_keys(ledger: OpenLedger) -> None:
    person(ledger, "Sun Jie 2", "P-091", "operator")
    stream = f"key:{ledger.keys.find('Sun Jie 2').kid}"
    index, entry = ledger.read(stream)[0]
    stolen(ledger, "Wang Min", index, by=ROOTS)
    with pytest.raises(RefusedError) as refused:
        reaffirm(ledger, stream, 0, QA)
    assert refused.value.code == "C202"
    body = said(ledger, "leaf", b64(entry.leaf))
    write(ledger, "record.reaffirmed/v1", stream, body, [("Zhao Lan", "qa", "approved")])
    assert ("A3", "E21") in {(f.step, f.code) for f in ledger.audit().findings}


def test_a_key_that_a_thief_granted_lets_nothing_in_until_another_registrar_stands_by_it(
    ledger: OpenLedger,
) -> None:
    person(ledger, "Reg Two", "P-080", "registrar", by=ROOTS)
    person(ledger, "Qa Two", "P-090", "qa")
    stream = f"key:{ledger.keys.find('Qa Two').kid}"
    stolen(ledger, "Wang Min", ledger.read(stream)[0][0], by=ROOTS)
    body = {**ASSESSED, "valid_until": "2028-01-01", "occurred_at": moment(ledger)}
    at = ledger.resolve("ORG-01", ("organisation",))
    write(ledger, "organisation.assessed/v1", at, body, TWO[:1])
    assert verdicts(ledger) == (FALSE, {("V6", "E22"), ("V6", "E21")})
    reaffirm(ledger, stream, 0, "Reg Two:registrar:approved")
    assert verdicts(ledger) == (TRUE, set())


def test_a_registrar_does_not_confirm_a_grant_to_themselves(ledger: OpenLedger) -> None:
    person(ledger, "Reg Two", "P-080", "registrar", by=ROOTS)
    person(ledger, "Reg Two too", "P-080", "qa")
    stream = f"key:{ledger.keys.find('Reg Two too').kid}"
    stolen(ledger, "Wang Min", ledger.read(stream)[0][0], by=ROOTS)
    with pytest.raises(RefusedError) as refused:
        reaffirm(ledger, stream, 0, "Reg Two:registrar:approved")
    assert refused.value.code == "C202"


def test_a_decision_of_a_thief_is_not_cleared_away_by_calling_it_void(ledger: OpenLedger) -> None:
    """Only facts are voided: a decision that was forged needs another decision, or a person."""
    stream = ledger.resolve(SHIPMENT, ("shipment",))
    sealed = next(
        (index, entry) for index, entry in ledger.read(stream) if "sealed" in entry.payload.type
    )
    person(ledger, "Qa Two", "P-090", "qa")
    stolen(ledger, "He Qing", sealed[0])
    body = said(ledger, "voids", b64(sealed[1].leaf))
    write(ledger, "record.voided/v1", stream, body, TWO)
    for record in doubted(ledger, "He Qing", sealed[0]):
        reaffirm(ledger, record.item, record.seq, "Qa Two:qa:approved")
    verdict, findings = verdicts(ledger)
    assert verdict == FALSE
    assert "V6" not in {step for step, _ in findings}
    assert ("V7", "E25") in findings
    assert ("A6", "C249") in {(f.step, f.code) for f in ledger.audit().findings}
