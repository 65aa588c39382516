"""What must lie in the folder, under which names, and everything that is missing at once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.acts import do, paper
from app.conftest import SECONDS
from custody.app.publication import handover
from custody.app.publication.handover import Enclosure, file_names, file_stem
from custody.app.publication.publishing import export
from custody.app.verification.verifying import verify_bundle
from custody.demo.play import passphrase
from custody.errors import RefusedError, StorageError, reason
from custody.wiring.ledger import OpenLedger

SHIPMENT = "SHP-2026-002"


def kinds(ledger: OpenLedger, ref: str = SHIPMENT, *extra: str) -> list[tuple[str, str]]:
    return [(d.kind, d.number) for d in handover.enclosures(ledger, ref, extra)]


def test_papers_permits_and_nothing_of_the_donors_must_be_enclosed(ledger: OpenLedger) -> None:
    assert kinds(ledger) == [
        ("air_waybill", SHIPMENT),
        ("packing_list", SHIPMENT),
        ("invoice", SHIPMENT),
        ("logger_file", SHIPMENT),
        ("permit", "EXP-2026-0011"),
        ("permit", "HGC-2026-0021"),
        ("permit", "HGR-2026-0140"),
        ("permit", "SG-2026-0401"),
    ]


def test_a_further_kind_is_enclosed_when_it_is_asked_for(ledger: OpenLedger) -> None:
    more = kinds(ledger, SHIPMENT, "test_report", "dossier")
    assert ("test_report", "B-2026-004") in more
    assert ("dossier", "EXP-2026-0011") in more


def test_of_a_paper_that_was_attached_anew_only_the_latest_is_enclosed(ledger: OpenLedger) -> None:
    before = [d for d in handover.enclosures(ledger, SHIPMENT) if d.kind == "invoice"]
    document = paper("invoice", sha256="7a" * 32)
    body = {"paper": "invoice", "paper_number": "INV-2", "documents": [document]}
    permits = ["HGC-2026-0021", "HGR-2026-0140", "EXP-2026-0011", "SG-2026-0401"]
    by = ("Gao Lin:regulatory_affairs:performed",)
    do(ledger, "shipment.paper_attached/v1", SHIPMENT, body, {"permit": permits}, by)
    after = [d for d in handover.enclosures(ledger, SHIPMENT) if d.kind == "invoice"]
    assert len(before) == len(after) == 1
    assert after[0].sha256 == "7a" * 32 != before[0].sha256


def test_everything_that_is_missing_is_listed_at_once(ledger: OpenLedger) -> None:
    wanted = handover.enclosures(ledger, SHIPMENT)
    missing = handover.obstacles(ledger, SHIPMENT, wanted, [wanted[1].sha256])
    assert [r.code for r in missing] == ["C284"] * 7
    assert wanted[1].name not in " ".join(r.why.en for r in missing)
    assert all(r.why.zh and r.fix.zh for r in missing)
    assert handover.obstacles(ledger, SHIPMENT, wanted, [d.sha256 for d in wanted]) == ()


def test_a_shipment_that_is_not_sealed_hears_what_its_sealing_lacks(ledger: OpenLedger) -> None:
    missing = handover.obstacles(ledger, "SHP-2026-003", (), ())
    codes = [r.code for r in missing]
    assert codes[0] == "C203"
    assert {"REL-004", "EXP-001", "HGR-001", "CUS-001"} <= set(codes)
    said = [(r.code, r.where, r.why) for r in missing]
    assert len(said) == len(set(said))


def test_what_a_signed_override_can_lift_is_a_remark_and_no_obstacle(ledger: OpenLedger) -> None:
    wanted = handover.enclosures(ledger, "SHP-2026-001")
    at_hand = [d.sha256 for d in wanted]
    assert handover.obstacles(ledger, "SHP-2026-001", wanted, at_hand) == ()
    assert {r.code for r in handover.remarks(ledger, "SHP-2026-001")} == {"EXP-014"}


def test_a_single_reason_of_the_vault_keeps_its_own_error() -> None:
    lost = reason("C726", "SHP-9", cause="C720")
    with pytest.raises(StorageError) as alone:
        handover.require_complete("SHP-9", [lost])
    assert alone.value.code == "C726"
    with pytest.raises(RefusedError) as both:
        handover.require_complete("SHP-9", [lost, reason("C203", "SHP-9", status="planned")])
    assert (both.value.code, len(both.value.reasons)) == ("C283", 2)
    handover.require_complete("SHP-9", [])


def test_a_bundle_the_recipient_would_turn_down_is_not_handed_over(ledger: OpenLedger) -> None:
    made = export(ledger, SHIPMENT, passphrase)
    spoilt = replace(
        made, data=made.data.replace(b'"seal":{"lines":["custody', b'"seal":{"lines":["x')
    )
    report = verify_bundle(spoilt.data, ledger.trust.to_bytes(), now=SECONDS + 3600)
    with pytest.raises(RefusedError) as stopped:
        handover.handover(spoilt, report, (), ())
    assert stopped.value.code == "C285"
    assert stopped.value.reasons[0].code.startswith("E")
    assert stopped.value.reasons[0].why.zh


def test_the_facts_are_those_of_the_verified_bundle(ledger: OpenLedger) -> None:
    made = export(ledger, SHIPMENT, passphrase)
    report = verify_bundle(made.data, ledger.trust.to_bytes(), now=ledger.clock())
    facts = handover.handover(made, report, handover.enclosures(ledger, SHIPMENT), ())
    assert (facts.bundle, facts.sha256) == (made.data, made.sha256)
    assert facts.story["shipment"] == SHIPMENT
    assert (facts.as_of, facts.trust) == (report.evidence.as_of, ledger.trust.fingerprint)
    assert len(facts.files) == 8
    assert facts.unproved


@pytest.mark.parametrize(
    ("number", "media", "name"),
    [
        ("B-9", "application/pdf", "01-coa-B-9.pdf"),
        ("../../etc/passwd", "text/plain", "01-coa-etc-passwd.txt"),
        ("C:\\AUX", "text/html", "01-coa-C-AUX.bin"),
        ("许可 5 号", "image/svg+xml", "01-coa-5.bin"),
        ("许可", "application/x-msdownload", "01-coa-item.bin"),
        ("N" * 60, "text/csv", f"01-coa-{'N' * 40}.csv"),
    ],
)
def test_documents_get_names_of_ours_whatever_the_sender_called_them(
    number: str, media: str, name: str
) -> None:
    sender = "../../.bashrc\u202egnp.exe"
    assert file_names([Enclosure("coa", sender, media, "ab" * 32, 1, number)]) == {"ab" * 32: name}


def test_a_number_becomes_one_name_below_the_folder_it_is_written_to() -> None:
    assert file_stem("SHP/2026 1") == "SHP_2026_1"
    assert file_stem("..") == "shipment"
    assert file_stem("发运-1") == "发运-1"


def test_a_number_becomes_a_name_that_windows_can_write_as_well() -> None:
    assert file_stem("SHP-1.") == "SHP-1"
    assert file_stem("NUL") == "_NUL"
    assert file_stem("COM1.2") == "_COM1.2"
    assert file_stem("CONSIGNMENT") == "CONSIGNMENT"
