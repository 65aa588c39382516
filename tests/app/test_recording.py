"""Recording an act: what is refused, with which words, and that nothing was written then."""

from __future__ import annotations

import multiprocessing
from datetime import timedelta
from pathlib import Path

import pytest

from app.acts import do, sign
from custody.app.recording.intent import Intent, SignAs
from custody.demo.play import Clock, passphrase
from custody.errors import ConflictError, CustodyError, InputError, RefusedError
from custody.wiring.ledger import OpenLedger, open_ledger

CUSTODIANS = ("Chen Yu", "Sun Jie")


def refused(ledger: OpenLedger, *what, **how) -> RefusedError:
    size = ledger.log.size()
    with pytest.raises(RefusedError) as caught:
        do(ledger, *what, **how)
    assert ledger.log.size() == size
    for lang in ("en", "zh"):
        shown = caught.value.render(lang)
        assert shown.what and shown.fix and "{" not in shown.what + shown.why + shown.fix
    return caught.value


def codes(error: RefusedError) -> set[str]:
    return {reason.code for reason in error.reasons}


def test_a_vial_cannot_be_thawed_twice(ledger: OpenLedger) -> None:
    do(ledger, "vial.thawed/v1", "WCB-01-003", {"viability": "91.0"}, by=CUSTODIANS)
    assert codes(refused(ledger, "vial.thawed/v1", "wcb-01-003", by=CUSTODIANS)) == {"C243"}


def test_a_step_out_of_order_is_refused(ledger: OpenLedger) -> None:
    error = refused(ledger, "batch.released/v1", "B-2026-002", by=("Li Wei",))
    assert "C243" in codes(error)


def test_an_unknown_number_is_an_input_error_and_writes_nothing(ledger: OpenLedger) -> None:
    size = ledger.log.size()
    with pytest.raises(InputError) as caught:
        do(ledger, "vial.thawed/v1", "WCB-99-001", by=CUSTODIANS)
    assert caught.value.code == "C140"
    assert ledger.log.size() == size


def test_a_number_names_one_item_for_ever_however_it_is_typed(ledger: OpenLedger) -> None:
    body = {"position": "LN2-1", "cells": "5000000", "unit": "cells"}
    error = refused(
        ledger, "vial.frozen/v1", "ｗｃｂ-01 -００3", body, {"bank": ["WCB-01"]}, by=("Chen Yu",)
    )
    assert error.code == "C201"


def test_two_signatures_must_come_from_two_persons(ledger: OpenLedger) -> None:
    size = ledger.log.size()
    with pytest.raises(CustodyError):
        do(ledger, "vial.thawed/v1", "WCB-01-003", by=("Chen Yu", "Chen Yu"))
    assert ledger.log.size() == size


def test_a_signer_without_the_role_is_refused_before_anything_is_written(
    ledger: OpenLedger,
) -> None:
    size = ledger.log.size()
    with pytest.raises(RefusedError) as caught:
        do(
            ledger,
            "batch.recalled/v1",
            "B-2026-001",
            {"reason": "test"},
            by=("Chen Yu:quality_authority:approved",),
        )
    assert caught.value.code == "C202"
    assert codes(caught.value) == {"E21"}
    assert ledger.log.size() == size


def test_a_revoked_key_signs_nothing_more(ledger: OpenLedger) -> None:
    founder = ledger.signer("Wang Min", passphrase)
    ledger.revoke("Chen Yu", "left", -1, [SignAs(founder, "registrar", "approved")])
    size = ledger.log.size()
    with pytest.raises(CustodyError):
        do(
            ledger,
            "vial.moved/v1",
            "WCB-01-004",
            {"position": "LN2-9"},
            by=("Chen Yu:bank_custodian:performed",),
        )
    assert ledger.log.size() == size


def test_nobody_grants_a_role_to_their_own_key(ledger: OpenLedger) -> None:
    founder = ledger.signer("Wang Min", passphrase)
    with pytest.raises(RefusedError) as caught:
        ledger.change_roles(
            "Wang Min", ["quality_authority"], ["*"], [SignAs(founder, "registrar", "approved")]
        )
    assert caught.value.code == "C202"


def test_a_dry_run_writes_nothing_and_shows_what_would_be_signed(ledger: OpenLedger) -> None:
    size = ledger.log.size()
    act = do(ledger, "vial.thawed/v1", "WCB-01-003", by=CUSTODIANS, dry_run=True)
    assert ledger.log.size() == size
    assert [row["type"] for row in act.preview] == ["vial.thawed/v1"]


def test_a_clock_that_went_back_is_noticed(ledger: OpenLedger, clock: Clock) -> None:
    do(ledger, "vial.moved/v1", "WCB-01-004", {"position": "LN2-7 / 1"}, by=("Chen Yu",))
    clock.moment -= timedelta(days=1)
    with pytest.raises(InputError) as caught:
        do(ledger, "vial.moved/v1", "WCB-01-004", {"position": "LN2-8 / 1"}, by=("Chen Yu",))
    assert caught.value.code == "C147"


def test_a_correction_shows_both_readings(ledger: OpenLedger) -> None:
    by = [sign(ledger, "Zhao Lan:qa:approved"), sign(ledger, "Chen Yu:bank_custodian:performed")]
    ledger.correct(
        "WCB-01-003",
        0,
        {"position": "LN2-5 / 1"},
        "label read wrongly",
        "2026-11-24T17:00:00+08:00",
        by,
    )
    shown = ledger.queries.show("WCB-01-003")
    assert shown["facts"]["position"] == "LN2-5 / 1"
    first = ledger.read(shown["stream"])[0][1].payload.body["position"]
    assert first == "LN2-1 / rack 2 / box 4 / 3"
    assert [row["type"] for row in shown["history"]] == ["vial.frozen/v1", "record.corrected/v1"]


def test_a_release_by_somebody_who_made_the_batch_is_refused(
    ledger: OpenLedger,
) -> None:
    founder = ledger.signer("Wang Min", passphrase)
    ledger.change_roles(
        "Chen Yu",
        ["bank_custodian", "operator", "quality_authority"],
        ["*"],
        [SignAs(founder, "registrar", "approved")],
    )
    batch = make_batch(ledger)
    error = refused(ledger, "batch.released/v1", batch, by=("Chen Yu",))
    assert {"QUA-001", "QUA-002"} <= codes(error)


def test_a_release_needs_every_test_reviewed_and_the_record_reviewed(ledger: OpenLedger) -> None:
    batch = make_batch(ledger)
    assert {"REL-001", "GMP-001"} <= codes(
        refused(ledger, "batch.released/v1", batch, by=("Li Wei",))
    )


def make_batch(ledger: OpenLedger) -> str:
    do(ledger, "vial.thawed/v1", "WCB-01-003", by=CUSTODIANS)
    links = {"made_from": ["WCB-01-003"], "product": ["PRD-MSC"], "site": ["ORG-01"]}
    body = {"process_version": "PV-3", "planned_doses": 4}
    do(ledger, "batch.started/v1", "B-2026-009", body, links, by=CUSTODIANS)
    done = {"doses": 4, "expires_at": "2027-06-01T12:00:00+08:00", "passage": 5}
    do(ledger, "batch.completed/v1", "B-2026-009", done, by=CUSTODIANS)
    return "B-2026-009"


def test_a_thawed_vial_goes_into_one_batch_only(ledger: OpenLedger) -> None:
    make_batch(ledger)
    links = {"made_from": ["WCB-01-003"], "product": ["PRD-MSC"], "site": ["ORG-01"]}
    body = {"process_version": "PV-3", "planned_doses": 4}
    refused(ledger, "batch.started/v1", "B-2026-010", body, links, by=CUSTODIANS)


def test_more_than_is_left_of_a_lot_cannot_be_consumed(ledger: OpenLedger) -> None:
    make_batch_open(ledger)
    body = {"quantity": "7.0000001", "unit": "L"}
    error = refused(
        ledger,
        "batch.material_consumed/v1",
        "B-2026-011",
        body,
        {"material": ["LOT-0001"]},
        by=CUSTODIANS,
    )
    assert "MAT-005" in codes(error)
    body["quantity"] = "7"
    do(
        ledger,
        "batch.material_consumed/v1",
        "B-2026-011",
        body,
        {"material": ["LOT-0001"]},
        by=CUSTODIANS,
    )


def make_batch_open(ledger: OpenLedger) -> None:
    do(ledger, "vial.thawed/v1", "WCB-01-004", by=CUSTODIANS)
    links = {"made_from": ["WCB-01-004"], "product": ["PRD-MSC"], "site": ["ORG-01"]}
    body = {"process_version": "PV-3", "planned_doses": 4}
    do(ledger, "batch.started/v1", "B-2026-011", body, links, by=CUSTODIANS)


def test_private_values_never_enter_the_ledger_file(ledger: OpenLedger, folder: Path) -> None:
    ledger.log.close()
    content = b"".join(p.read_bytes() for p in folder.glob("ledger.db*"))
    assert b"INVENTED-DONOR-A" not in content
    assert "赵岚".encode() not in content
    vault = b"".join(p.read_bytes() for p in folder.glob("vault.db*"))
    assert b"INVENTED-DONOR-A" not in vault


def _thaw(folder: str, moment: float, viability: str, answers) -> None:
    clock = Clock()
    from datetime import UTC, datetime

    clock.moment = datetime.fromtimestamp(moment, UTC)
    with open_ledger(Path(folder), clock=clock) as mine:
        by = [sign(mine, "Chen Yu"), sign(mine, "Sun Jie")]
        answers.put("ready")
        at = datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds")
        body = {"occurred_at": at, "viability": viability}
        try:
            mine.record(Intent("vial.thawed/v1", "WCB-01-003", body), by)
            answers.put("recorded")
        except (RefusedError, ConflictError) as error:
            answers.put(error.code)


def test_of_six_people_who_thaw_one_vial_at_once_exactly_one_succeeds(
    folder: Path, clock: Clock
) -> None:
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    moment = clock.moment.timestamp()
    people = [
        context.Process(target=_thaw, args=(str(folder), moment, f"9{n}.0", answers))
        for n in range(6)
    ]
    for person in people:
        person.start()
    got = [answers.get(timeout=60) for _ in range(12)]
    for person in people:
        person.join(60)
    assert got.count("recorded") == 1
    assert got.count("C200") + got.count("C302") + got.count("C301") == 5
    with open_ledger(folder, clock=clock) as ledger:
        assert ledger.audit().ok
