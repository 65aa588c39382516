"""Verifying a bundle: genuine when all holds, and every lie about the domain caught at its step.

The liars here are insiders: they hold the ledger's keys and the keys of people, and run a program
without its checks. Bytes, signatures, trees and checkpoints are perfect; only facts are wrong.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.acts import do, lawless, sign
from app.conftest import SECONDS
from app.shipping import PERMITS, ship
from custody.app.recording.intent import SignAs
from custody.app.verification.verifying import Report, inspect_bundle, verify_bundle
from custody.demo.play import DemoResult, passphrase
from custody.errors import InputError, TrustError
from custody.wiring.ledger import OpenLedger

LATER = SECONDS + 2 * 3600
SHIPMENT = "SHP-2026-001"


def exported(ledger: OpenLedger, shipment: str = SHIPMENT) -> Report:
    data = ledger.export(shipment, passphrase).data
    return verify_bundle(data, (ledger.folder / "trust.json").read_bytes(), now=LATER)


def found(report: Report) -> set[tuple[str, str]]:
    return {(f.step, f.code) for f in report.findings}


def test_the_campaign_ends_genuine_with_five_forgeries_caught(played: DemoResult) -> None:
    assert played.report.genuine
    assert [s.status.value for s in played.report.steps] == ["passed"] * 9
    assert len(played.caught) == 5
    for caught in played.caught:
        assert caught.report.verdict.value == "not_genuine"
        assert caught.report.findings[0].step == caught.forgery.step
    assert played.as_promised


def test_the_same_ledger_gives_the_same_bytes(ledger: OpenLedger) -> None:
    first = ledger.export(SHIPMENT, passphrase).data
    assert ledger.export(SHIPMENT, passphrase).data == first


def test_other_peoples_material_stays_out_of_the_bundle(played: DemoResult) -> None:
    text = played.bundle.read_text(encoding="utf-8")
    inside = {row["body"].get("number") for row in inspect_bundle(text.encode())["events"]}
    assert {"B-2026-001", "WCB-01", "MCB-01", "DON-2026-001", "LOT-0001"} <= inside
    assert not inside & {"B-2026-002", "B-2026-003", "DON-2026-002", "DEV-2026-002", "LOT-0002"}
    assert "INVENTED-DONOR" not in text


def test_the_story_names_signers_with_time_and_meaning(played: DemoResult) -> None:
    rows = played.report.story["signatures"]
    release = next(row for row in rows if row["type"] == "batch.released/v1")
    assert release["name"] == "李维 Li Wei"
    assert (release["meaning"], release["role"]) == ("released", "quality_authority")
    assert release["signed_at"].endswith("Z")


def test_a_bundle_is_stale_after_three_days_and_then_nobody_can_tell(played: DemoResult) -> None:
    trust = played.trust.read_bytes()
    late = verify_bundle(played.bundle.read_bytes(), trust, now=SECONDS + 4 * 86_400)
    assert late.verdict.value == "cannot_tell"
    assert ("V2", "E09") in found(late) or ("V3", "E09") in found(late)
    assert verify_bundle(
        played.bundle.read_bytes(), trust, now=SECONDS + 4 * 86_400, archive=True
    ).genuine


def test_a_trust_file_of_another_ledger_leaves_the_question_open(
    played: DemoResult, tmp_path: Path
) -> None:
    from custody.wiring.ledger import create_ledger

    other = create_ledger(
        tmp_path / "other", organisation="Other", roots=1, threshold=1, passphrase=passphrase
    )
    report = verify_bundle(played.bundle.read_bytes(), other.trust_path.read_bytes(), now=SECONDS)
    assert report.verdict.value == "cannot_tell"


def test_a_broken_trust_file_is_an_error_not_a_verdict(played: DemoResult) -> None:
    with pytest.raises(TrustError):
        verify_bundle(played.bundle.read_bytes(), b"{}", now=SECONDS)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.binary(max_size=400))
def test_random_bytes_are_never_genuine_and_never_crash(played: DemoResult, data: bytes) -> None:
    report = verify_bundle(data, played.trust.read_bytes(), now=SECONDS)
    assert report.verdict.value == "not_genuine"
    with pytest.raises(InputError):
        inspect_bundle(data)


def test_an_event_type_of_the_future_leaves_the_question_open(ledger: OpenLedger) -> None:
    """A real event of a type this program does not know: refused politely, never genuine."""
    import custody.contract as contract

    data = ledger.export(SHIPMENT, passphrase).data
    trust = (ledger.folder / "trust.json").read_bytes()
    known = contract.types()
    hidden = known.pop("permit.drawn/v1")
    try:
        report = verify_bundle(data, trust, now=LATER)
    finally:
        known["permit.drawn/v1"] = hidden
    assert report.verdict.value == "cannot_tell"


Lie = Callable[[OpenLedger], str]


def _make(ledger: OpenLedger, both: tuple[str, str]) -> None:
    """Make batch B-X from a thawed vial; nobody tests it or clears the line."""
    links = {"made_from": ["WCB-01-003"], "product": ["PRD-MSC"], "site": ["ORG-01"]}
    do(
        ledger,
        "batch.started/v1",
        "B-X",
        {"process_version": "1", "planned_doses": 4},
        links,
        by=both,
    )
    do(
        ledger,
        "batch.material_consumed/v1",
        "B-X",
        {"quantity": "1", "unit": "L"},
        {"material": ["LOT-0001"]},
        by=both,
    )
    done = {"doses": 4, "expires_at": "2027-06-01T12:00:00+08:00", "passage": 5}
    do(ledger, "batch.completed/v1", "B-X", done, by=both)


def _released_untested(ledger: OpenLedger) -> str:
    """A batch nobody tested is released, then shipped with the right permits."""
    both = ("Chen Yu", "Sun Jie")
    do(ledger, "vial.thawed/v1", "WCB-01-003", by=both)
    _make(ledger, both)
    do(ledger, "batch.released/v1", "B-X", by=("Li Wei",))
    return ship(ledger, "B-X", "4")


def _rejected_batch_shipped(ledger: OpenLedger) -> str:
    return ship(ledger, "B-2026-002", "2")


def _without_filing(ledger: OpenLedger) -> str:
    return ship(ledger, "B-2026-001", "2", [p for p in PERMITS if p != "EXP-2026-0007"])


def _quantity_exceeded_by_one(ledger: OpenLedger) -> str:
    """The special-goods approval has 8 doses left; 9 are packed of a batch that has 8."""
    return ship(ledger, "B-2026-001", "9")


def _batch_recalled_after_dispatch(ledger: OpenLedger) -> str:
    do(
        ledger,
        "batch.recalled/v1",
        "B-2026-001",
        {"reason": "complaint"},
        by=("Li Wei:quality_authority:approved",),
    )
    return SHIPMENT


def _donor_found_reactive(ledger: OpenLedger) -> str:
    do(
        ledger,
        "donor.notice_received/v1",
        "DON-2026-001",
        {"notice": "late HCV report", "status": "reactive"},
        by=("Xu Hai",),
    )
    return SHIPMENT


def _permit_revoked(ledger: OpenLedger) -> str:
    do(ledger, "permit.revoked/v1", "HGR-2026-0112", {"reason": "withdrawn"}, by=("Gao Lin",))
    return SHIPMENT


def _hand_over_by_a_stranger(ledger: OpenLedger) -> str:
    do(
        ledger,
        "shipment.handed_over/v1",
        SHIPMENT,
        {"seal": "SEAL-550012", "intact": True, "place": "somewhere"},
        {"giver": ["ORG-02"], "receiver": ["ORG-04"]},
        by=("Tang Bo",),
    )
    return SHIPMENT


def _too_warm(ledger: OpenLedger) -> str:
    do(
        ledger,
        "shipment.temperature_logged/v1",
        SHIPMENT,
        {
            "logger": "LGR-7781",
            "started_at": "2026-11-23T08:00:00+08:00",
            "ended_at": "2026-11-24T08:00:00+08:00",
            "readings": 100,
            "minimum": "-189.0",
            "maximum": "-92.4",
            "gaps": 0,
            "documents": [
                {
                    "kind": "logger_file",
                    "name": "l.csv",
                    "media_type": "text/csv",
                    "size": 3,
                    "sha256": "0" * 64,
                }
            ],
        },
        by=("Tang Bo",),
    )
    return SHIPMENT


def _vial_thawed_again(ledger: OpenLedger) -> str:
    do(ledger, "vial.thawed/v1", "WCB-01-001", by=("Chen Yu", "Sun Jie"))
    return SHIPMENT


def _maker_releases(ledger: OpenLedger) -> str:
    """The operator is given the quality authority's role and releases what he made."""
    founder = SignAs(ledger.signer("Wang Min", passphrase), "registrar", "approved")
    ledger.change_roles(
        "Chen Yu", ["bank_custodian", "operator", "quality_authority"], ["*"], [founder]
    )
    both = ("Chen Yu:operator:performed", "Sun Jie")
    do(ledger, "vial.thawed/v1", "WCB-01-003", by=("Chen Yu:bank_custodian:performed", "Sun Jie"))
    _make(ledger, both)
    do(ledger, "batch.released/v1", "B-X", by=("Chen Yu:quality_authority:released",))
    return ship(ledger, "B-X", "4")


def _one_person_signs_both(ledger: OpenLedger) -> str:
    do(
        ledger,
        "shipment.declared/v1",
        SHIPMENT,
        {"declaration": "D-2", "hs_code": "300251"},
        by=("Chen Yu:regulatory_affairs:performed",),
    )
    return SHIPMENT


LIES: dict[str, tuple[Lie, tuple[str, str]]] = {
    "a batch without tests was released and shipped": (_released_untested, ("V9", "REL-001")),
    "a rejected batch was shipped": (_rejected_batch_shipped, ("V7", "E25")),
    "a shipment left without an export filing": (_without_filing, ("V9", "EXP-001")),
    "one dose more than the approval allows": (_quantity_exceeded_by_one, ("V7", "E25")),
    "the batch was recalled after dispatch": (_batch_recalled_after_dispatch, ("V9", "E25")),
    "the donor was found reactive later": (_donor_found_reactive, ("V9", "E25")),
    "a permit was revoked while under way": (_permit_revoked, ("V9", "E26")),
    "somebody who did not hold it handed it over": (_hand_over_by_a_stranger, ("V7", "E25")),
    "it became too warm and nobody assessed it": (_too_warm, ("V9", "E34")),
    "a used vial was thawed again": (_vial_thawed_again, ("V7", "E25")),
    "the maker of a batch released it": (_maker_releases, ("V9", "QUA-002")),
    "a signer without the role declared it": (_one_person_signs_both, ("V6", "E21")),
}


@pytest.mark.parametrize("what", LIES)
def test_a_lie_with_perfect_signatures_is_caught_at_its_step(ledger: OpenLedger, what: str) -> None:
    lie, expected = LIES[what]
    with lawless():
        shipment = lie(ledger)
    report = exported(ledger, shipment)
    assert report.verdict.value == "not_genuine"
    assert expected in found(report)
    finding = next(f for f in report.findings if (f.step, f.code) == expected)
    for lang in ("en", "zh"):
        assert report.text_of(finding, lang)["title"]


def test_a_genuine_continuation_stays_genuine(ledger: OpenLedger) -> None:
    """The courier hands over to the trial centre's receiver, as the rules ask."""
    by_founder = [SignAs(ledger.signer("Wang Min", passphrase), "registrar", "approved")]
    ledger.change_roles("Ma Rui", ["receiver"], ["*"], by_founder)
    seal = {"seal": "SEAL-550012", "intact": True, "place": "Singapore"}
    onward = {"giver": ["ORG-03"], "receiver": ["ORG-04"]}
    do(ledger, "shipment.handed_over/v1", SHIPMENT, seal, onward, by=("Tang Bo",))
    do(ledger, "shipment.accepted/v1", SHIPMENT, seal, onward, by=("Ma Rui",))
    report = exported(ledger)
    assert report.genuine, found(report)
    assert [h["to"].split()[-1] for h in report.story["hand_overs"]] == ["(ORG-03)", "(ORG-04)"]


def test_documents_are_matched_by_content_and_a_swapped_one_is_caught(played: DemoResult) -> None:
    import hashlib

    trust, data = played.trust.read_bytes(), played.bundle.read_bytes()
    files = [p.read_bytes() for p in (played.folder / "documents").iterdir()]
    right = {hashlib.sha256(f).hexdigest(): f for f in files}
    report = verify_bundle(data, trust, now=SECONDS, attachments=right)
    assert report.genuine and not report.evidence.missing_attachments
    wanted = json.loads(data)["attachments"][0]["sha256"]
    wrong = verify_bundle(data, trust, now=SECONDS, attachments={wanted: b"another"})
    assert ("V8", "E29") in found(wrong)


def test_verification_opens_no_ledger_and_needs_no_folder(
    played: DemoResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", os.devnull)
    assert verify_bundle(played.bundle.read_bytes(), played.trust.read_bytes(), now=SECONDS).genuine


def test_signers_are_unlocked_by_their_own_passphrase(ledger: OpenLedger) -> None:
    assert sign(ledger, "Chen Yu").signer.kid == ledger.keys.find("Chen Yu").kid


def test_a_mistake_in_this_program_is_an_open_question_and_never_a_crash(
    played: DemoResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mistaken(*_: object) -> None:
        raise AttributeError("nobody thought of this")

    monkeypatch.setattr("custody.app.verification.replaying.judge_all", mistaken)
    report = verify_bundle(played.bundle.read_bytes(), played.trust.read_bytes(), now=LATER)
    assert (report.verdict.value, found(report)) == ("cannot_tell", {("V9", "E25")})
    assert "AttributeError" in report.findings[0].detail
