"""Attempts to keep, bring back or fake the end of personal data."""

from __future__ import annotations

import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest

from app.acts import lawless
from app.erasing import (
    DONATION,
    REQUEST,
    SHIPMENT,
    VALUE,
    appoint,
    ask,
    at,
    deciders,
    disclosures,
    erase,
    found_in,
    hand,
    write,
)
from attacks.insider import exported
from attacks.insider import found as findings
from custody.adapters.vault import Vault
from custody.app.privacy import disclosing, erasure
from custody.app.privacy.disclosing import Wish
from custody.app.privacy.erased import DECIDED
from custody.app.verification.verifying import verify_bundle
from custody.demo.play import passphrase
from custody.domain.model import Event
from custody.domain.private_values import standing
from custody.domain.subject_request import RequestDecided, RequestReceived
from custody.errors import InputError, RefusedError
from custody.evidence.bundle import Bundle
from custody.evidence.encoding import b64
from custody.wiring.ledger import OpenLedger, open_ledger

FULFIL = {
    "request": REQUEST,
    "decision": "fulfil",
    "ground": "request_met",
    "reason": "asked for",
}
TOGETHER = ("Gao Lin:dpo:approved", "Zhao Lan:qa:approved")


def test_an_administrator_who_restores_the_old_vault_gains_nothing(
    later: Path, tmp_path: Path
) -> None:
    for name in ("vault.db", "vault.key"):
        shutil.copy(later / name, tmp_path / name)
    with open_ledger(later, clock=at()) as ledger:
        strings = disclosures(ledger)
        erase(ledger)
    for name in ("vault.db", "vault.key"):
        shutil.copy(tmp_path / name, later / name)
    with open_ledger(later, clock=at()) as ledger:
        assert disclosures(ledger) == []
        assert ledger.audit().ok
    assert found_in(later, strings) == set()


def test_values_put_back_into_the_vault_by_hand_are_not_shown_and_the_audit_finds_them(
    later: Path,
) -> None:
    with open_ledger(later, clock=at()) as ledger:
        stream = ledger.resolve(DONATION, ("donation",))
        [(digest, disclosure)] = ledger.vault.of_subject(stream).items()
        leaf = next(e.leaf for _, e in ledger.read(stream) if digest in e.payload.sd)
        erase(ledger)
        ledger.private.erasing().applied_below(ledger.log.size())
    with Vault.open(later) as vault:
        vault._connection.execute("DELETE FROM subjects WHERE subject = ?", (stream,))
        vault.put(leaf, digest, stream, disclosure)
    with open_ledger(later, clock=at()) as ledger:
        assert ledger.queries.show(DONATION)["private"] == {}
        with pytest.raises(RefusedError) as refused:
            disclosing.choose(ledger, [Wish("donor_code", DONATION)])
        assert refused.value.code == "C2710"
        assert [(f.step, f.code) for f in ledger.audit().findings] == [("A8", "E36")]


def test_an_earlier_disclosure_left_in_the_folder_is_found_by_the_audit(later: Path) -> None:
    with open_ledger(later, clock=at()) as ledger:
        chosen = disclosing.choose(ledger, [Wish("donor_code", DONATION)])
        given = disclosing.from_ledger(
            ledger, SHIPMENT, chosen, lambda number: ledger.export(number, passphrase)
        )
        erase(ledger)
        assert ledger.audit().ok
        (later / "sent.custody.json").write_bytes(given.data)
        [finding] = ledger.audit().findings
    assert (finding.code, finding.where) == ("E36", "file sent.custody.json")


def test_an_insider_who_decides_an_erasure_inside_the_period_is_caught_and_not_obeyed(
    ledger: OpenLedger,
) -> None:
    appoint(ledger)
    write(
        ledger,
        "retention.set/v1",
        DONATION,
        {"basis": "order_818_study", "starts_on": "2026-12-01"},
        "Gao Lin:dpo:approved",
    )
    ask(ledger)
    with lawless(), pytest.MonkeyPatch.context() as patched:
        patched.setattr("custody.app.ledger.erases", lambda *_: False)
        write(ledger, DECIDED, DONATION, FULFIL, *TOGETHER)
    assert "REC-002" in {f.code for f in ledger.audit().findings}
    assert ("V9", "REC-002") in findings(exported(ledger))
    # What cannot be undone is not done on such an order; nothing is shown meanwhile.
    with open_ledger(ledger.folder, clock=ledger.clock) as again:
        assert again.replayed == ()
        assert disclosures(again)
        assert again.queries.show(DONATION)["private"] == {}


def test_an_insider_without_the_role_cannot_have_values_destroyed_by_an_order_in_the_log(
    later: Path,
) -> None:
    by = ("Chen Yu:dpo:approved", "Zhao Lan:qa:approved")
    with (
        open_ledger(later, clock=at()) as ledger,
        lawless(),
        pytest.MonkeyPatch.context() as patched,
    ):
        patched.setattr("custody.app.ledger.erases", lambda *_: False)
        write(ledger, DECIDED, DONATION, FULFIL, *by)
    with open_ledger(later, clock=at()) as ledger:
        assert ledger.replayed == ()
        assert disclosures(ledger)
        assert "E21" in {f.code for f in ledger.audit().findings}


def test_a_request_that_is_turned_into_an_erasure_after_the_decision_destroys_nothing(
    later: Path,
) -> None:
    with open_ledger(later, clock=at()) as ledger:
        ask(ledger, "access", "DSR-2")
        write(ledger, DECIDED, DONATION, {**FULFIL, "request": "DSR-2"}, *TOGETHER)
        stream = ledger.resolve(DONATION, ("donation",))
        seq = next(
            e.payload.seq
            for _, e in ledger.read(stream)
            if e.payload.body.get("request") == "DSR-2"
        )
        by = [hand(ledger, "Zhao Lan:qa:approved"), hand(ledger, "Gao Lin:dpo:performed")]
        moment = "2090-03-01T09:00:01+00:00"
        ledger.correct(DONATION, seq, {"asks": "erasure"}, "a trick", moment, by)
    with open_ledger(later, clock=at()) as ledger:
        assert ledger.replayed == ()
        assert ledger.queries.show(DONATION)["private"] == {"donor_code": VALUE}


def test_one_person_cannot_erase_alone_nor_somebody_without_the_role(later: Path) -> None:
    with open_ledger(later, clock=at()) as ledger:
        stores, before = ledger.stores(), ledger.log.size()
        for by in (
            deciders(ledger)[:1],
            [hand(ledger, "Chen Yu:dpo:approved"), hand(ledger, "Zhao Lan:qa:approved")],
        ):
            with pytest.raises((InputError, RefusedError)):
                erasure.erase(ledger, stores, DONATION, REQUEST, by, reason="over")
        assert ledger.log.size() == before
        assert ledger.queries.show(DONATION)["private"] == {"donor_code": VALUE}


def test_a_value_that_was_erased_cannot_be_passed_off_as_another(later: Path) -> None:
    """Whoever makes up a value for an erased digest has to find one with the same hash."""
    with open_ledger(later, clock=at()) as ledger:
        erase(ledger)
        bundle = Bundle.parse(ledger.export(SHIPMENT, passphrase).data)
        other = disclosing.choose(ledger, [Wish("donor_code", "DON-2026-002")])[0]
        stream = ledger.resolve(DONATION, ("donation",))
        leaf = next(e for _, e in ledger.read(stream) if e.payload.sd).leaf
        now = ledger.clock()
    forged = replace(
        bundle, disclosures={**bundle.disclosures, b64(leaf): (other.disclosure,)}
    ).to_bytes()
    report = verify_bundle(forged, (later / "trust.json").read_bytes(), now=now)
    assert {(f.step, f.code) for f in report.findings} == {("V8", "E28")}


def test_a_stream_flooded_with_requests_is_read_in_time_that_grows_with_its_length() -> None:
    def flood(count: int) -> float:
        events = []
        moment = "2026-01-01T00:00:00Z"
        for n in range(count):
            body: RequestReceived | RequestDecided = (
                RequestReceived(request=f"R{n // 2}", asks="erasure", occurred_at=moment)
                if n % 2 == 0
                else RequestDecided(
                    request=f"R{n // 2}",
                    decision="restrict",
                    ground="request_met",
                    reason="x",
                    occurred_at=moment,
                )
            )
            kind = "request.received/v1" if n % 2 == 0 else DECIDED
            stream = "donation:" + "1" * 32
            events.append(Event(n, f"leaf{n}", stream, n, kind, moment, (), (), body))
        start = time.process_time()
        assert standing(events).status == "restricted"
        return time.process_time() - start

    small, large = min(flood(2_000) for _ in range(3)), min(flood(20_000) for _ in range(3))
    assert large < 40 * small  # ten times as long; a hundred times would be quadratic
