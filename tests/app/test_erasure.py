"""Erasure of a donor's private values: refused in time, thorough afterwards, never half done."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from app.acts import do
from app.erasing import (
    DONATION,
    REQUEST,
    SHIPMENT,
    VALUE,
    WHY,
    appoint,
    ask,
    at,
    deciders,
    decisions,
    disclosures,
    erase,
    found_in,
    hand,
    keep,
    write,
)
from custody.app.privacy import erasure
from custody.app.privacy.erased import DECIDED
from custody.app.verification.verifying import inspect_bundle, verify_bundle
from custody.demo.play import passphrase
from custody.errors import InputError, RefusedError
from custody.wiring.ledger import OpenLedger, open_ledger

# The cells of this donor went into no shipment, so nothing but the donor's own period counts.
UNUSED = "DON-2026-002"


# ------------------------------------------------------------------ while a period runs


def test_inside_the_period_nothing_is_erased_and_use_is_restricted_on_record(
    ledger: OpenLedger,
) -> None:
    appoint(ledger)
    keep(ledger, "order_818_study", "2026-12-01")
    ask(ledger)
    with pytest.raises(RefusedError) as refused:
        erase(ledger)
    assert refused.value.code == "C2705"
    [reason] = refused.value.reasons
    assert reason.code == "REC-002"
    assert "until 2056-12-01" in reason.why.en and "2056-12-01" in reason.why.zh
    assert "Order No. 818" in reason.why.en
    assert decisions(ledger) == ["restrict"]
    assert disclosures(ledger)
    card = ledger.queries.show(DONATION)
    assert card["private"] == {}
    assert card["withheld"]["status"] == "restricted"
    assert ledger.audit().ok


def test_asking_again_inside_the_period_writes_nothing_more(ledger: OpenLedger) -> None:
    appoint(ledger)
    ask(ledger)
    for code in ("C2705", "C2706"):
        with pytest.raises(RefusedError) as refused:
            erase(ledger)
        assert refused.value.code == code
    assert decisions(ledger) == ["restrict"]


def test_a_dry_run_refuses_the_same_and_writes_nothing(ledger: OpenLedger) -> None:
    appoint(ledger)
    ask(ledger)
    before = ledger.log.size()
    with pytest.raises(RefusedError) as refused:
        erasure.erase(
            ledger, ledger.stores(), DONATION, REQUEST, deciders(ledger), reason=WHY, dry_run=True
        )
    assert refused.value.code == "C2706"
    assert ledger.log.size() == before


def test_a_period_of_what_was_made_from_the_cells_counts_for_the_donor(ledger: OpenLedger) -> None:
    appoint(ledger)
    keep(ledger, "gacc_281", "2020-01-01")  # over; the shipment's own three years are not
    ask(ledger)
    with pytest.raises(RefusedError) as refused:
        erase(ledger)
    assert refused.value.code == "C2705"
    assert "2029-11-22" in refused.value.reasons[0].why.en


def test_a_period_said_to_have_run_before_there_was_a_donor_has_not_ended(
    ledger: OpenLedger,
) -> None:
    appoint(ledger)
    keep(ledger, "order_818_study", "1990-01-01", UNUSED)
    ask(ledger, donation=UNUSED)
    with pytest.raises(RefusedError) as refused:
        erase(ledger, UNUSED)
    assert refused.value.code == "C2705"
    assert "2056-" in refused.value.reasons[0].why.en


def test_an_erasure_needs_a_request_for_it_on_record(ledger: OpenLedger) -> None:
    appoint(ledger)
    ask(ledger, "access")
    for request in (REQUEST, "DSR-9"):
        with pytest.raises(InputError) as refused:
            erase(ledger, request=request)
        assert refused.value.code == "C166"
    assert decisions(ledger) == []


def test_an_erasure_cannot_be_decided_without_being_carried_out(later: Path) -> None:
    body = {"request": "dsr-1", "decision": "fulfil", "ground": "request_met", "reason": WHY}
    with open_ledger(later, clock=at()) as ledger:
        before = ledger.log.size()
        with pytest.raises(InputError) as refused:
            write(ledger, DECIDED, DONATION, body, "Gao Lin:dpo:approved", "Zhao Lan:qa:approved")
        assert refused.value.code == "C169"
        assert ledger.log.size() == before


# ------------------------------------------------------------------ afterwards


def test_after_an_erasure_no_byte_of_the_folder_holds_the_value_its_salt_or_its_disclosure(
    later: Path,
) -> None:
    with open_ledger(later, clock=at()) as ledger:
        strings = disclosures(ledger)
        erased = erase(ledger)
        assert (erased.searched, erased.remains) == ("values", ())
        assert found_in(later, strings) == set()  # while the ledger is open, with its logs
        assert disclosures(ledger) == []
    assert found_in(later, strings) == set()
    (later / "vault.db").write_bytes(b"")  # the look itself can see: the value was searched for
    (later / "planted.txt").write_bytes(b"\x00" + base64.b64encode(b"x" + VALUE.encode()))
    assert found_in(later, strings) == {("planted.txt", "donor_code value")}


def test_audit_and_every_bundle_old_and_new_hold_after_an_erasure(later: Path) -> None:
    trust = (later / "trust.json").read_bytes()
    with open_ledger(later, clock=at()) as ledger:
        old = ledger.export(SHIPMENT, passphrase).data
        erased = erase(ledger)
        new = ledger.export(SHIPMENT, passphrase).data
        now = ledger.clock()
        assert ledger.audit().findings == ()
        card = ledger.queries.show(DONATION)
        assert card["withheld"] == {"status": "erased", "event": erased.event, "request": REQUEST}
    before, after = (verify_bundle(data, trust, now=now) for data in (old, new))
    assert (before.verdict, after.verdict) == ("genuine", "genuine")
    assert before.story["erased"] == []
    [row] = after.story["erased"]
    assert (row["number"], row["by"], row["digests"]) == (DONATION, erased.event, 4)
    assert (before.values[2], after.values[2]) == (0, 4)
    told = {e["event"]: e["private"] for e in inspect_bundle(new)["events"]}
    assert told[row["event"]] == {"disclosed": [], "withheld": 4, "erased_by": erased.event}


def test_an_erasure_is_said_to_be_incomplete_while_a_file_of_the_folder_holds_the_value(
    later: Path,
) -> None:
    (later / "export.csv").write_text(f"donation;donor\n{DONATION};{VALUE}\n", encoding="utf-16")
    with open_ledger(later, clock=at()) as ledger:
        erased = erase(ledger)
    assert {(r.path, r.what) for r in erased.remains} == {("export.csv", "value")}


def test_an_erasure_leaves_everybody_elses_values_alone(later: Path) -> None:
    with open_ledger(later, clock=at()) as ledger:
        erase(ledger)
        assert ledger.queries.show("DON-2026-002")["private"] == {"donor_code": "INVENTED-DONOR-B"}
        assert ledger.queries.show("P-002")["private"] == {"printed_name": "赵岚 Zhao Lan"}


def test_an_erasure_repeated_writes_nothing_and_searches_again(later: Path) -> None:
    with open_ledger(later, clock=at()) as ledger:
        first = erase(ledger)
        size = ledger.log.size()
        again = erase(ledger)
        assert ledger.log.size() == size
    assert (again.event, again.digests, again.searched) == (first.event, 4, "digests")


def test_correcting_the_request_afterwards_does_not_undo_an_erasure(later: Path) -> None:
    with open_ledger(later, clock=at()) as ledger:
        erased = erase(ledger)
        stream = ledger.resolve(DONATION, ("donation",))
        seq = next(
            e.payload.seq for _, e in ledger.read(stream) if e.payload.type == "request.received/v1"
        )
        by = [hand(ledger, "Zhao Lan:qa:approved"), hand(ledger, "Gao Lin:dpo:performed")]
        moment = "2090-03-01T17:00:01+08:00"
        ledger.correct(DONATION, seq, {"asks": "access"}, "misread", moment, by)
        withheld = ledger.queries.show(DONATION)["withheld"]
    assert withheld["event"] == erased.event


# ------------------------------------------------------------------ restricted


def test_restricted_values_are_kept_and_not_shown_until_the_restriction_is_lifted(
    ledger: OpenLedger,
) -> None:
    appoint(ledger)
    erasure.restrict(ledger, DONATION, "DSR-7", deciders(ledger), reason="accuracy is contested")
    assert ledger.queries.show(DONATION)["private"] == {}
    assert disclosures(ledger)
    erasure.lift(ledger, DONATION, "DSR-7", deciders(ledger), reason="put right")
    assert ledger.queries.show(DONATION)["private"] == {"donor_code": VALUE}
    assert ledger.audit().ok


def test_a_request_for_restriction_that_was_met_restricts(ledger: OpenLedger) -> None:
    appoint(ledger)
    ask(ledger, "restriction", "DSR-8")
    body = {"request": "DSR-8", "decision": "fulfil", "ground": "request_met", "reason": "asked"}
    write(ledger, DECIDED, DONATION, body, "Gao Lin:dpo:approved", "Zhao Lan:qa:approved")
    assert ledger.queries.show(DONATION)["private"] == {}


def test_a_restriction_in_place_of_an_erasure_is_not_lifted(ledger: OpenLedger) -> None:
    appoint(ledger)
    ask(ledger)
    with pytest.raises(RefusedError):
        erase(ledger)
    for request in (REQUEST, "DSR-9"):
        with pytest.raises(RefusedError) as refused:
            erasure.lift(ledger, DONATION, request, deciders(ledger), reason="convenient")
        assert refused.value.code == "C2711"


# ------------------------------------------------------------------ staff


def test_the_name_of_a_signer_stays_while_a_record_is_kept_that_needs_it(
    ledger: OpenLedger,
) -> None:
    appoint(ledger)
    with pytest.raises(RefusedError) as refused:
        erase(ledger, "P-008")
    assert refused.value.code == "C2707"
    assert "21 CFR 11.50" in refused.value.reasons[0].source
    assert ledger.queries.show("P-008")["private"] == {"printed_name": "徐海 Xu Hai"}


def test_the_name_of_a_person_who_signed_nothing_cannot_be_erased_without_a_record(
    ledger: OpenLedger,
) -> None:
    appoint(ledger)
    do(
        ledger,
        "person.registered/v1",
        "P-099",
        by=("Zhao Lan:qa:approved",),
        private={"printed_name": "Invented Newcomer"},
    )
    with pytest.raises(RefusedError) as refused:
        erase(ledger, "P-099")
    assert refused.value.code == "C2708"
