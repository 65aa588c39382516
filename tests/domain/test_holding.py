"""Holds: several causes at once, and each ended by who may end it."""

from __future__ import annotations

import pytest

from domain.journeys import permit, sealed_shipment
from domain.play import Play

QA = [("qa", "qa", "approved")]
LIFT = {"reason": "confirmatory test negative"}
HELD = {"reason": "look-back"}


@pytest.fixture(scope="module")
def ready() -> Play:
    play = Play(gates=False)
    sealed_shipment(play)
    return play


@pytest.fixture
def play(ready: Play) -> Play:
    copy = Play(gates=False)
    copy.streams = {stream: list(events) for stream, events in ready.streams.items()}
    copy.names, copy.count = dict(ready.names), ready.count
    return copy


@pytest.mark.parametrize(("kind", "alias"), [("batch", "X1"), ("shipment", "S-1")])
def test_an_item_held_for_two_causes_is_free_only_after_both_were_lifted(
    play: Play, kind: str, alias: str
) -> None:
    before = play.state(alias).status
    play.add(f"{kind}.held/v1", alias, HELD, {"because_of": "D1"})
    play.add(f"{kind}.held/v1", alias, HELD, {"because_of": "L-X1"})
    assert set(play.state(alias).holds) == {play.stream("D1"), play.stream("L-X1")}
    play.add(f"{kind}.hold_lifted/v1", alias, LIFT, {"because_of": "D1"})
    assert play.state(alias).holds == (play.stream("L-X1"),)
    play.add(f"{kind}.hold_lifted/v1", alias, LIFT, {"because_of": "L-X1"})
    assert (play.state(alias).holds, play.state(alias).status) == ((), before)


@pytest.mark.parametrize(("kind", "alias"), [("batch", "X1"), ("shipment", "S-1")])
def test_a_hold_for_bad_news_is_lifted_only_by_naming_the_news(
    play: Play, kind: str, alias: str
) -> None:
    play.add(f"{kind}.held/v1", alias, HELD, {"because_of": "D1"})
    assert play.codes(f"{kind}.hold_lifted/v1", alias, LIFT) == {"C2402"}
    other = {"because_of": "L-X1"}
    assert play.codes(f"{kind}.hold_lifted/v1", alias, LIFT, other) == {"C2401"}


def test_a_decision_of_quality_is_lifted_without_touching_what_bad_news_brought(
    play: Play,
) -> None:
    play.add("shipment.held/v1", "S-1", HELD)
    play.add("shipment.held/v1", "S-1", HELD, {"because_of": "D1"})
    play.add("shipment.hold_lifted/v1", "S-1", LIFT)
    assert play.state("S-1").holds == (play.stream("D1"),)


def test_a_shipment_that_is_not_on_hold_has_none_to_lift(play: Play) -> None:
    assert play.codes("shipment.hold_lifted/v1", "S-1", LIFT) == {"C2403"}


def test_a_held_shipment_still_travels_but_cannot_be_sealed(play: Play) -> None:
    play.add("shipment.held/v1", "S-1", HELD, {"because_of": "D1"})
    body = {"seal": "SEAL1", "intact": True, "place": "gate"}
    links = {"giver": "MAKER", "receiver": "CARRIER"}
    assert play.codes("shipment.handed_over/v1", "S-1", body, links) == set()
    fresh = {
        "number": "S-2",
        "destination": "SG",
        "purpose": "commercial",
        "planned_on": "2026-09-09",
    }
    parties = {"batch": "X1", "shipper": "MAKER", "consignee": "HOSPITAL"}
    play.add("shipment.planned/v1", "S-2", fresh, parties)
    packed = {"quantity": "1", "container": "C2", "logger": "LOG2"}
    play.add(
        "shipment.packed/v1",
        "S-2",
        {**packed, "shipper_qualified_until": "2026-09-30"},
        {"batch": "X1"},
    )
    play.add("shipment.held/v1", "S-2", HELD)
    seal = {"seal": "SEAL2", "quantity": "1"}
    assert play.codes("shipment.sealed/v1", "S-2", seal, {}) == {"C2404"}


def test_only_the_quality_authority_ends_a_bank_s_hold_for_bad_news(play: Play) -> None:
    play.add("bank.held/v1", "B1", HELD, {"because_of": "D1"})
    assert play.codes("bank.qualified/v1", "B1", signers=QA) == {"C2409"}
    authority = [("quality_authority", "quality_authority", "approved")]
    play.add("bank.qualified/v1", "B1", signers=authority)
    assert (play.state("B1").status, play.state("B1").holds) == ("qualified", ())


def test_a_bank_held_by_quality_itself_is_qualified_again_by_quality(play: Play) -> None:
    play.add("bank.held/v1", "B1", HELD)
    assert play.codes("bank.qualified/v1", "B1", signers=QA) == set()


def test_only_a_result_on_record_can_be_invalidated(play: Play) -> None:
    body = {"test": "sterility", "seq": 99, "reason": "incubator"}
    assert play.codes("batch.test_invalidated/v1", "X1", body) == {"C271"}
    bank = {"test": "karyotype", "reason": "incubator"}
    assert play.codes("bank.test_invalidated/v1", "B1", bank) == {"C2408"}


def test_an_invalidated_result_counts_as_no_result(play: Play) -> None:
    seq = play.state("X1").latest("sterility").seq
    body = {"test": "sterility", "seq": seq, "reason": "incubator"}
    play.add("batch.test_invalidated/v1", "X1", body)
    assert play.state("X1").latest("sterility").verdict == "invalid"
    play.add("bank.test_invalidated/v1", "B1", {"test": "sterility", "reason": "kit recalled"})
    assert play.state("B1").verdicts["sterility"] == "invalid"


@pytest.mark.parametrize(
    ("type_", "body", "code"),
    [
        ("dangerous_goods_classified", {"classification": "un", "rationale": "dry ice"}, "C2405"),
        (
            "dangerous_goods_classified",
            {"classification": "exempt", "un_number": "UN1845", "rationale": "x"},
            "C2405",
        ),
    ],
)
def test_a_un_number_goes_with_dangerous_goods_only(
    play: Play, type_: str, body: dict[str, str], code: str
) -> None:
    stream = play.stream("S-1")
    play.streams[stream] = play.streams[stream][:1]
    assert play.codes(f"shipment.{type_}/v1", "S-1", body) == {code}


@pytest.mark.parametrize(("opened", "seal"), [(True, None), (False, "CUSTOMS-1")])
def test_a_package_that_customs_opened_has_a_new_seal(
    play: Play, opened: bool, seal: str | None
) -> None:
    body = {"office": "Harbour", "finding": "conforming", "opened": opened, "new_seal": seal}
    assert play.codes("shipment.customs_inspected/v1", "S-1", body) == {"C2406"}


def test_after_customs_opened_it_the_shipment_travels_under_their_seal(play: Play) -> None:
    body = {"office": "Harbour", "finding": "conforming", "opened": True, "new_seal": "CUSTOMS-1"}
    play.add("shipment.customs_inspected/v1", "S-1", body)
    assert (play.state("S-1").seal, play.state("S-1").customs) == ("CUSTOMS-1", "inspected")


def test_a_refusal_by_customs_holds_the_doses_until_customs_release_them(play: Play) -> None:
    play.add("shipment.customs_refused/v1", "S-1", {"office": "Harbour", "reason": "lot differs"})
    assert play.state("S-1").holds == ("customs",)
    released = {"office": "Harbour", "declaration": "D2"}
    assert play.codes("shipment.customs_released/v1", "S-1", released) == {"C2415"}
    play.add("shipment.customs_released/v1", "S-1", {**released, "declaration": "DECL1"})
    assert (play.state("S-1").holds, play.state("S-1").customs) == ((), "released")


def test_an_expedited_route_keeps_its_criteria_when_the_permit_moves_on(play: Play) -> None:
    permit(play, "EX7", "export_filing", review_route="expedited", state="submitted", documents=[])
    criteria = {"kind": "review_criteria", "name": "c.pdf", "media_type": "application/pdf"}
    body = {"state": "submitted", "documents": [{**criteria, "size": 1, "sha256": "0" * 64}]}
    play.add("permit.updated/v1", "EX7", body)
    assert play.state("EX7").criteria
