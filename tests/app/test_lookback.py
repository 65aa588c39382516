"""Bad news: everything below it is on hold in the same act, with the way to each item."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from app.acts import do, lawless, sign
from custody.app.asking.gating import explain_gate
from custody.app.recording.intent import Act, Intent
from custody.app.recording.lookback import Affected, descend
from custody.app.verification.verifying import verify_bundle
from custody.demo.play import Clock, DemoResult, passphrase
from custody.errors import InputError, RefusedError
from custody.wiring.ledger import OpenLedger, open_ledger

DONOR = "DON-2026-001"
HELD = {"MCB-01", "WCB-01", "B-2026-001", "SHP-2026-001"}
NOTICE = {"notice": "HBV reactive at the hospital 医院复测 HBV 阳性", "status": "reactive"}


def notice(ledger: OpenLedger, **options: Any) -> Act:
    """The physician records bad news about the first donor."""
    return do(ledger, "donor.notice_received/v1", DONOR, NOTICE, by=("Xu Hai",), **options)


def outcomes(affected: tuple[Affected, ...], outcome: str) -> set[str]:
    return {item.number for item in affected if item.outcome == outcome}


def standing(ledger: OpenLedger, number: str) -> Any:
    return ledger.histories().state(ledger.resolve(number))


def test_a_reactive_donor_puts_banks_batches_and_shipments_on_hold_in_the_same_act(
    ledger: OpenLedger,
) -> None:
    act = notice(ledger)
    assert outcomes(act.affected, "held") == HELD
    indexes = [e.index for e in act.events]
    assert indexes == list(range(indexes[0], indexes[0] + len(HELD) + 1)), "one transaction"
    for number in HELD:
        assert ledger.resolve(DONOR) in standing(ledger, number).holds
    assert standing(ledger, "B-2026-001").status == "held"
    assert standing(ledger, "SHP-2026-001").status == "in_transit", "its way goes on being recorded"


def test_the_list_names_the_way_from_the_donor_to_each_item(ledger: OpenLedger) -> None:
    ways = {item.number: item.path for item in notice(ledger).affected}
    assert ways["MCB-01"] == (DONOR, "SMP-2026-001", "MCB-01")
    assert ways["SHP-2026-001"][0] == DONOR
    assert ways["SHP-2026-001"][-2:] == ("B-2026-001", "SHP-2026-001")


def test_what_cannot_be_held_any_more_is_listed_all_the_same(ledger: OpenLedger) -> None:
    assert "B-2026-002" in outcomes(notice(ledger).affected, "not_holdable")


def test_other_customers_things_are_left_alone(ledger: OpenLedger) -> None:
    told = {item.number for item in notice(ledger).affected}
    assert not told & {"B-2026-003", "B-2026-004", "SHP-2026-002", "MCB-02"}
    assert standing(ledger, "SHP-2026-002").holds == ()


def test_the_holds_are_signed_by_whoever_brought_the_news_and_pass_the_audit(
    ledger: OpenLedger, folder: Path, clock: Clock
) -> None:
    notice(ledger)
    event = ledger.histories().events(ledger.resolve("SHP-2026-001"))[-1]
    assert [(s.role, s.meaning) for s in event.signers] == [("donor_physician", "performed")]
    assert event.linked("because_of") == (ledger.resolve(DONOR),)
    assert ledger.audit().ok


def test_a_bundle_exported_afterwards_is_not_genuine(
    ledger: OpenLedger, played: DemoResult
) -> None:
    notice(ledger)
    data = ledger.export("SHP-2026-001", passphrase).data
    report = verify_bundle(data, played.trust.read_bytes(), now=ledger.clock())
    assert not report.genuine
    assert "E25" in {f.code for f in report.findings}


@pytest.mark.parametrize(
    ("type_", "number", "body", "by", "held"),
    [
        (
            "material.recalled/v1",
            "LOT-0003",
            {"reason": "recalled by the maker"},
            ("Zhao Lan",),
            {"B-2026-001", "SHP-2026-001"},
        ),
        (
            "bank.rejected/v1",
            "WCB-01",
            {"reason": "contaminated"},
            ("Zhao Lan",),
            {"B-2026-001", "SHP-2026-001"},
        ),
        (
            "bank.test_invalidated/v1",
            "WCB-01",
            {"test": "sterility", "reason": "incubator out of tolerance"},
            ("Wu Fang",),
            {"WCB-01", "B-2026-001", "SHP-2026-001"},
        ),
        ("batch.recalled/v1", "B-2026-001", {"reason": "complaint"}, ("Li Wei",), {"SHP-2026-001"}),
    ],
    ids=["lot recalled", "bank rejected", "test invalidated", "batch recalled"],
)
def test_every_kind_of_bad_news_reaches_what_is_below(
    ledger: OpenLedger,
    type_: str,
    number: str,
    body: dict[str, str],
    by: tuple[str],
    held: set[str],
) -> None:
    act = do(ledger, type_, number, body, by=by)
    assert held <= outcomes(act.affected, "held")


def test_a_compromised_key_holds_what_it_signed_for_and_all_below(ledger: OpenLedger) -> None:
    stream = ledger.resolve("WCB-01")
    signed = next(e for e in ledger.histories().events(stream) if e.type == "bank.established/v1")
    act = ledger.revoke(
        "Chen Yu", "compromised", signed.index, [sign(ledger, "Wang Min:registrar:approved")]
    )
    assert {"WCB-01", "B-2026-001", "SHP-2026-001"} <= outcomes(act.affected, "held")
    assert all(item.path[0].startswith("key:") or item.path[0] for item in act.affected)


def test_a_key_that_was_only_replaced_holds_nothing(ledger: OpenLedger) -> None:
    registrar = [sign(ledger, "Wang Min:registrar:approved")]
    assert ledger.revoke("Chen Yu", "superseded", -1, registrar).affected == ()


def test_many_items_are_held_in_several_acts_with_progress(ledger: OpenLedger) -> None:
    told: list[tuple[int, int]] = []
    with patch("custody.app.recording.lookback.HOLDS_PER_ACT", 1):
        act = notice(ledger, progress=lambda done, of: told.append((done, of)))
    assert outcomes(act.affected, "held") == HELD
    done = [d for d, _ in told]
    assert done == sorted(done) and told[-1][0] == told[-1][1]
    assert ledger.audit().ok


@pytest.fixture
def interrupted(ledger: OpenLedger) -> Iterator[OpenLedger]:
    """A ledger in which the first act of a look-back took one item, and then the power failed."""
    with (
        patch("custody.app.recording.lookback.HOLDS_PER_ACT", 1),
        patch("custody.wiring.ledger.OpenLedger._swept", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        notice(ledger)
    yield ledger


def test_a_look_back_that_was_interrupted_goes_on_where_it_stopped(
    interrupted: OpenLedger,
) -> None:
    quality = [sign(interrupted, "Zhao Lan:qa:approved")]
    affected = interrupted.look_back(DONOR, quality)
    assert outcomes(affected, "held") | outcomes(affected, "already_held") == HELD
    size = interrupted.log.size()
    again = interrupted.look_back(DONOR, quality)
    assert outcomes(again, "already_held") == HELD
    assert interrupted.log.size() == size, "nothing is held twice"


def test_nothing_is_looked_back_from_without_bad_news(ledger: OpenLedger) -> None:
    with pytest.raises(InputError) as caught:
        ledger.look_back("DON-2026-003", [sign(ledger, "Zhao Lan:qa:approved")])
    assert caught.value.code == "C164"


def test_an_item_made_between_reading_and_writing_is_held_by_the_same_command(
    ledger: OpenLedger,
) -> None:
    """The first look sees nothing below, as if all had been made a moment later."""
    real, looks = ledger._below, []

    def late(event: Any) -> Any:
        looks.append(event)
        return {} if len(looks) == 1 else real(event)

    with patch.object(ledger, "_below", late):
        act = notice(ledger)
    assert outcomes(act.affected, "held") == HELD


def test_an_item_that_escaped_every_look_is_still_stopped_at_its_gate(ledger: OpenLedger) -> None:
    with patch.object(ledger, "_below", lambda _event: {}):
        notice(ledger)
    assert standing(ledger, "B-2026-001").status == "released"
    stops = {r.rule.id for r in explain_gate(ledger, "export", "SHP-2026-001") if r.stops}
    assert "REL-002" in stops


def test_only_the_quality_authority_lifts_the_hold_and_names_the_cause(ledger: OpenLedger) -> None:
    notice(ledger)
    lift = {"reason": "confirmatory NAT negative 核酸复检阴性"}
    named = {"because_of": [DONOR]}
    with pytest.raises((InputError, RefusedError)):
        do(ledger, "batch.hold_lifted/v1", "B-2026-001", lift, named, by=("Zhao Lan",))
    with pytest.raises(RefusedError) as refused:
        do(ledger, "batch.hold_lifted/v1", "B-2026-001", lift, by=("Li Wei",))
    assert {r.code for r in refused.value.reasons} == {"C2402"}
    do(ledger, "batch.hold_lifted/v1", "B-2026-001", lift, named, by=("Li Wei",))
    assert standing(ledger, "B-2026-001").status == "released"


def test_a_hold_lifted_on_purpose_is_not_put_back_by_going_on(ledger: OpenLedger) -> None:
    notice(ledger)
    lift = {"reason": "confirmatory NAT negative"}
    do(
        ledger,
        "shipment.hold_lifted/v1",
        "SHP-2026-001",
        lift,
        {"because_of": [DONOR]},
        by=("Li Wei",),
    )
    ledger.look_back(DONOR, [sign(ledger, "Zhao Lan:qa:approved")])
    assert standing(ledger, "SHP-2026-001").holds == ()


def test_a_physician_cannot_hold_a_shipment_for_news_that_nobody_recorded(
    ledger: OpenLedger, clock: Clock, folder: Path
) -> None:
    with lawless():
        ledger.record(
            Intent(
                "shipment.held/v1",
                "SHP-2026-002",
                {"reason": "competition", "occurred_at": "2026-11-24T17:30:00+08:00"},
                (("because_of", "DON-2026-003"),),
            ),
            [sign(ledger, "Xu Hai:donor_physician:performed")],
        )
    report = ledger.audit()
    assert not report.ok
    assert "E25" in {f.code for f in report.findings}


def test_the_walk_down_ends_even_where_the_edges_form_a_circle() -> None:
    edges = {"a": ["b"], "b": ["c", "a"], "c": ["b"]}
    read: Callable[[str], list[str]] = lambda stream: edges.get(stream, [])  # noqa: E731
    assert descend(read, ["a"]) == {"a": ("a",), "b": ("a", "b"), "c": ("a", "b", "c")}


def test_a_look_back_written_by_one_program_is_seen_by_the_next(
    ledger: OpenLedger, folder: Path, clock: Clock
) -> None:
    notice(ledger)
    with open_ledger(folder, clock=clock) as other:
        assert standing(other, "B-2026-001").status == "held"
