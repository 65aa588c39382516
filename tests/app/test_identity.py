"""Numbers of donations and personal data, in a real ledger: recorded, audited, verified."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.acts import do, lawless, paper
from custody.app.verification.verifying import verify_bundle
from custody.demo.play import Clock, passphrase
from custody.errors import RefusedError
from custody.wiring.ledger import OpenLedger, open_ledger

DIN = "A999915000001M"
ALLOCATED = "donor.identifier_allocated/v1"
PHYSICIAN = ("Xu Hai:donor_physician:performed",)
ID_CARD = "11010519491231002X"
DONATION, SHIPMENT = "DON-2026-001", "SHP-2026-001"
# A fact about the donation behind the demo's shipment, so that it travels in the bundle.
NOTICE = {"version": "4", "added": ["genetic_data"]}


def codes(error: RefusedError) -> set[str]:
    return {error.code, *(r.code for r in error.reasons)}


def test_one_donation_number_never_names_two_donations(ledger: OpenLedger) -> None:
    do(ledger, ALLOCATED, DONATION, {"isbt128_din": DIN, "coi": "COI-9"}, by=PHYSICIAN)
    for typed in (DIN, "a9999 15 000001 m"):
        with pytest.raises(RefusedError) as refused:
            do(ledger, ALLOCATED, "DON-2026-002", {"isbt128_din": typed}, by=PHYSICIAN)
        assert refused.value.code == "C201"
    # One therapy event may link several donations under one chain of identity.
    do(ledger, ALLOCATED, "DON-2026-002", {"coi": "COI-9"}, by=PHYSICIAN)
    assert ledger.audit().ok


def test_a_number_of_the_house_scheme_cannot_be_that_of_another_donation(
    ledger: OpenLedger,
) -> None:
    with pytest.raises(RefusedError) as refused:
        do(ledger, ALLOCATED, "DON-2026-002", {"own": DONATION}, by=PHYSICIAN)
    assert refused.value.code == "C201"


def amended(ledger: OpenLedger, reason: str) -> None:
    body = {**NOTICE, "reason": reason, "documents": [paper("consent_form")]}
    do(ledger, "donor.consent_amended/v1", DONATION, body, by=PHYSICIAN)


def test_personal_data_is_refused_and_nothing_is_written(ledger: OpenLedger, folder: Path) -> None:
    before = ledger.log.size()
    with pytest.raises(RefusedError) as refused:
        amended(ledger, f"供者本人（{ID_CARD}）要求")
    assert "C2100" in codes(refused.value)
    assert ID_CARD not in str(refused.value)
    assert ledger.log.size() == before
    assert ID_CARD.encode() not in (folder / "ledger.db").read_bytes()


def test_personal_data_written_past_the_program_is_found_by_audit_and_verification(
    folder: Path, clock: Clock
) -> None:
    with open_ledger(folder, clock=clock) as ledger:
        with lawless():
            amended(ledger, f"供者本人（{ID_CARD}）要求")
        report = ledger.audit()
        data = ledger.export(SHIPMENT, passphrase).data
        trust = (ledger.folder / "trust.json").read_bytes()
        verified = verify_bundle(data, trust, now=ledger.clock())
    assert not report.ok
    assert any(
        "C2100" in (f.code, *f.detail.split()) or "PIP-001" in f.detail for f in report.findings
    )
    assert verified.verdict.value == "not_genuine"
    assert "V7" in {f.step for f in verified.findings}
