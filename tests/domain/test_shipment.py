"""Shipments: counted, sealed, and in somebody's custody at every moment."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.journeys import (
    accept,
    completed_batch,
    declared,
    hand_over,
    packed_shipment,
    planned_shipment,
    sealed_shipment,
    started_batch,
    thawed_vial,
)
from domain.play import Play, Refused
from domain.stories import paper

SEAL = {"seal": "SEAL1", "quantity": "4"}
MAKER_TO_CARRIER = ("MAKER", "CARRIER")
CARRIER_TO_HOSPITAL = ("CARRIER", "HOSPITAL")


@pytest.fixture(scope="module")
def sealed() -> Play:
    play = Play(gates=False)
    sealed_shipment(play)
    return play


@pytest.fixture
def play(sealed: Play) -> Play:
    """A fresh copy of the ledger with a sealed shipment."""
    copy = Play(gates=False)
    copy.streams = {stream: list(events) for stream, events in sealed.streams.items()}
    copy.names = dict(sealed.names)
    copy.count = sealed.count
    return copy


@pytest.fixture
def unsealed() -> Play:
    play = Play(gates=False)
    thawed_vial(play)
    started_batch(play)
    completed_batch(play)
    play.add("batch.released/v1", "X1")
    planned_shipment(play)
    return play


def step(play: Play, type_: str, giver: str, receiver: str, **body: Any) -> set[str]:
    usual = {"seal": "SEAL1", "intact": True, "place": "gate"}
    links = {"giver": giver, "receiver": receiver}
    return play.codes(f"shipment.{type_}/v1", "S-1", {**usual, **body}, links)


def called_off(play: Play, giver: str, receiver: str, *, intact: bool = True) -> None:
    body = {"seal": "SEAL1", "intact": intact, "place": "gate", "why": "nobody came"}
    links = {"giver": giver, "receiver": receiver}
    play.add("shipment.hand_over_called_off/v1", "S-1", body, links)


def arrived(play: Play) -> None:
    hand_over(play, *MAKER_TO_CARRIER)
    accept(play, *MAKER_TO_CARRIER)
    play.add(
        "shipment.handed_over/v1",
        "S-1",
        {"seal": "SEAL1", "intact": True, "place": "ward"},
        {"giver": "CARRIER", "receiver": "HOSPITAL"},
        signers=[("driver", "courier", "given")],
    )
    play.add(
        "shipment.accepted/v1",
        "S-1",
        {"seal": "SEAL1", "intact": True, "place": "ward"},
        {"giver": "CARRIER", "receiver": "HOSPITAL"},
        signers=[("nurse", "receiver", "received")],
    )


def test_packing_takes_the_doses_off_the_batch_without_naming_the_shipment(play: Play) -> None:
    assert play.state("X1").remaining == 6
    assert play.state("S-1").doses == 4
    assert play.events("X1")[-1].type == "batch.drawn/v1"
    assert play.events("X1")[-1].links == ()


def test_sealing_writes_the_doses_off_every_permit(play: Play) -> None:
    assert play.state("SG1").drawn == "4"
    assert play.state("HG1").drawn == "4"
    assert play.events("SG1")[-1].links == ()


def test_more_doses_than_the_batch_has_cannot_be_packed(unsealed: Play) -> None:
    with pytest.raises(Refused) as refused:
        packed_shipment(unsealed, quantity="11")
    assert refused.value.codes == {"C275"}
    assert unsealed.state("S-1").doses == 0


def test_a_batch_outside_the_plan_cannot_be_packed(unsealed: Play) -> None:
    unsealed.names["X9"] = "batch:X9"
    unsealed.streams["batch:X9"] = unsealed.streams[unsealed.stream("X1")]
    with pytest.raises(Refused) as refused:
        packed_shipment(unsealed, batch="X9")
    assert refused.value.codes == {"C286"}


def test_a_shipment_is_sealed_with_the_number_of_doses_packed(unsealed: Play) -> None:
    packed_shipment(unsealed, quantity="3")
    packed_shipment(unsealed, quantity="2", container="C2", logger="LOG2")
    assert unsealed.codes("shipment.sealed/v1", "S-1", SEAL) == {"C287"}
    assert unsealed.codes("shipment.sealed/v1", "S-1", {**SEAL, "quantity": "5"}) == set()


def test_an_empty_shipment_cannot_be_sealed(unsealed: Play) -> None:
    assert "C243" in unsealed.codes("shipment.sealed/v1", "S-1", SEAL)


def test_a_planned_batch_that_was_not_packed_stops_the_seal(unsealed: Play) -> None:
    body = {
        "number": "S-2",
        "destination": "SG",
        "purpose": "commercial",
        "planned_on": "2026-09-01",
    }
    links = {"batch": ["X1", "batch:X9"], "shipper": "MAKER", "consignee": "HOSPITAL"}
    unsealed.add("shipment.planned/v1", "S-2", body, links)
    packed_shipment(unsealed, "S-2")
    assert unsealed.codes("shipment.sealed/v1", "S-2", SEAL) == {"C288"}


def test_a_cancelled_shipment_keeps_the_doses_that_were_packed(unsealed: Play) -> None:
    packed_shipment(unsealed)
    unsealed.add("shipment.cancelled/v1", "S-1", {"reason": "trial stopped"})
    assert unsealed.state("X1").remaining == 6
    assert unsealed.codes("shipment.sealed/v1", "S-1", SEAL) == {"C243"}


def test_a_sealed_shipment_cannot_be_cancelled_only_recalled(play: Play) -> None:
    assert play.codes("shipment.cancelled/v1", "S-1", {"reason": "r"}) == {"C243"}
    play.add("shipment.recalled/v1", "S-1", {"reason": "r"})
    assert play.state("S-1").status == "recalled"


def test_custody_starts_with_the_shipper_and_moves_on_acceptance_only(play: Play) -> None:
    assert play.state("S-1").custodian == play.stream("MAKER")
    hand_over(play, *MAKER_TO_CARRIER)
    assert play.state("S-1").custodian == play.stream("MAKER")
    accept(play, *MAKER_TO_CARRIER)
    assert play.state("S-1").custodian == play.stream("CARRIER")


def test_only_who_has_the_shipment_can_hand_it_over(play: Play) -> None:
    assert step(play, "handed_over", "CARRIER", "HOSPITAL") == {"C291"}


def test_a_second_hand_over_waits_for_the_acceptance_of_the_first(play: Play) -> None:
    hand_over(play, *MAKER_TO_CARRIER)
    assert step(play, "handed_over", "MAKER", "HOSPITAL") == {"C290"}


def test_nobody_hands_over_to_themselves(play: Play) -> None:
    assert step(play, "handed_over", "MAKER", "MAKER") == {"C292"}


def test_a_hand_over_the_receiver_refuses_is_called_off_and_another_carrier_takes_it(
    play: Play,
) -> None:
    hand_over(play, *MAKER_TO_CARRIER)
    why = {"why": "the outer box is dented"}
    assert step(play, "hand_over_called_off", "MAKER", "HOSPITAL", **why) == {"C294"}
    called_off(play, *MAKER_TO_CARRIER)
    state = play.state("S-1")
    assert (state.status, state.legs, state.open_leg) == ("sealed", (), None)
    assert state.custodian == play.stream("MAKER")
    hand_over(play, "MAKER", "HOSPITAL")
    assert play.state("S-1").status == "in_transit"


def test_what_was_accepted_before_stays_when_a_later_hand_over_is_called_off(play: Play) -> None:
    hand_over(play, *MAKER_TO_CARRIER)
    accept(play, *MAKER_TO_CARRIER)
    hand_over(play, *CARRIER_TO_HOSPITAL)
    called_off(play, *CARRIER_TO_HOSPITAL, intact=False)
    state = play.state("S-1")
    assert (state.status, len(state.legs), state.holds) == ("in_transit", 1, ("seal",))
    assert state.custodian == play.stream("CARRIER")


def test_without_an_open_hand_over_nothing_can_be_called_off(play: Play) -> None:
    why = {"why": "nobody came"}
    assert "C243" in step(play, "hand_over_called_off", *MAKER_TO_CARRIER, **why)
    hand_over(play, *MAKER_TO_CARRIER)
    accept(play, *MAKER_TO_CARRIER)
    assert step(play, "hand_over_called_off", *MAKER_TO_CARRIER, **why) == {"C293"}


def test_a_recalled_shipment_stays_recalled_when_its_hand_over_is_called_off(play: Play) -> None:
    hand_over(play, *MAKER_TO_CARRIER)
    play.add("shipment.recalled/v1", "S-1", {"reason": "sterility in doubt"})
    called_off(play, *MAKER_TO_CARRIER)
    assert play.state("S-1").status == "recalled"


def test_an_acceptance_without_a_hand_over_is_refused(play: Play) -> None:
    hand_over(play, *MAKER_TO_CARRIER)
    accept(play, *MAKER_TO_CARRIER)
    assert step(play, "accepted", "MAKER", "CARRIER") == {"C293"}


def test_an_acceptance_by_another_party_than_named_is_refused(play: Play) -> None:
    hand_over(play, *MAKER_TO_CARRIER)
    assert step(play, "accepted", "MAKER", "HOSPITAL") == {"C294"}


def test_giver_and_receiver_are_different_persons(play: Play) -> None:
    hand_over(play, *MAKER_TO_CARRIER)
    body = {"seal": "SEAL1", "intact": True, "place": "gate"}
    links = {"giver": "MAKER", "receiver": "CARRIER"}
    same = [("warehouse", "courier", "received")]
    assert play.codes("shipment.accepted/v1", "S-1", body, links, same) == {"C295"}


def test_an_intact_seal_bears_the_number_it_was_sealed_with(play: Play) -> None:
    assert step(play, "handed_over", *MAKER_TO_CARRIER, seal="SEAL2") == {"C296"}


def test_a_broken_seal_is_recorded_and_held_until_quality_judged_it(play: Play) -> None:
    hand_over(play, *MAKER_TO_CARRIER)
    accept(play, *MAKER_TO_CARRIER, intact=False)
    assert play.state("S-1").holds == ("seal",)
    judged = {"assessment": "opened by customs", "disposition": "under_investigation"}
    play.add("shipment.excursion_assessed/v1", "S-1", judged)
    assert play.state("S-1").holds == ("excursion",)
    play.add("shipment.excursion_assessed/v1", "S-1", {**judged, "disposition": "fit_for_use"})
    assert play.state("S-1").holds == ()


def test_a_hand_over_cannot_be_voided_out_of_the_chain(play: Play) -> None:
    hand_over(play, *MAKER_TO_CARRIER)
    body = {"voids": play.events("S-1")[-1].leaf, "reason": "mistake"}
    signers = [("A", "qa", "approved"), ("B", "courier", "performed")]
    assert play.codes("record.voided/v1", "S-1", body, signers=signers) == {"C249"}


def test_destination_and_purpose_are_fixed_once_doses_are_packed(play: Play) -> None:
    change = {"field": "destination", "was": "SG", "now": "US"}
    body = {"corrects": play.events("S-1")[0].leaf, "reason": "r", "changes": [change]}
    signers = [("A", "qa", "approved"), ("B", "warehouse", "performed")]
    assert play.codes("record.corrected/v1", "S-1", body, signers=signers) == {"C2700"}


def test_a_declaration_made_after_the_seal_is_made_again_and_not_corrected(play: Play) -> None:
    declared(play)
    change = {"field": "hs_code", "was": "300251", "now": "300290"}
    body = {"corrects": play.events("S-1")[-1].leaf, "reason": "r", "changes": [change]}
    signers = [("A", "qa", "approved"), ("B", "warehouse", "performed")]
    assert play.codes("record.corrected/v1", "S-1", body, signers=signers) == {"C279"}


def test_the_consignee_receives_only_what_it_has_accepted(play: Play) -> None:
    body = {"seal": "SEAL1", "intact": True, "quantity": "4"}
    hand_over(play, *MAKER_TO_CARRIER)
    assert play.codes("shipment.received/v1", "S-1", body) == {"C299"}
    accept(play, *MAKER_TO_CARRIER)
    assert play.codes("shipment.received/v1", "S-1", body) == {"C299"}


def test_doses_received_are_the_doses_packed_or_the_difference_has_a_reason(play: Play) -> None:
    arrived(play)
    body = {"seal": "SEAL1", "intact": True}
    assert play.codes("shipment.received/v1", "S-1", {**body, "quantity": "5"}) == {"C277"}
    assert play.codes("shipment.received/v1", "S-1", {**body, "quantity": "3"}) == {"C278"}
    play.add("shipment.received/v1", "S-1", {**body, "quantity": "3", "reason": "one bag broke"})
    assert play.state("S-1").status == "received"
    assert play.state("S-1").received_doses == 3


def test_a_recalled_shipment_can_travel_back_and_stays_recalled(play: Play) -> None:
    hand_over(play, *MAKER_TO_CARRIER)
    accept(play, *MAKER_TO_CARRIER)
    play.add("shipment.recalled/v1", "S-1", {"reason": "complaint"})
    signer = [("driver", "courier", "given")]
    links = {"giver": "CARRIER", "receiver": "MAKER"}
    body = {"seal": "SEAL1", "intact": True, "place": "gate"}
    play.add("shipment.handed_over/v1", "S-1", body, links, signer)
    assert play.state("S-1").status == "recalled"


def test_a_temperature_record_belongs_to_a_logger_that_was_packed(play: Play) -> None:
    body = {
        "logger": "LOG1",
        "started_at": "2026-09-01T00:00:00+08:00",
        "ended_at": "2026-09-03T00:00:00+08:00",
        "readings": 100,
        "minimum": "-190",
        "maximum": "-170",
        "gaps": 0,
        "documents": [paper("raw_log")],
        "occurred_at": "2026-09-03T00:00:00+08:00",
    }
    type_ = "shipment.temperature_logged/v1"
    assert play.codes(type_, "S-1", {**body, "logger": "LOG9"}) == {"C297"}
    assert play.codes(type_, "S-1", {**body, "minimum": "-160"}) == {"C298"}
    later = {"ended_at": "2026-09-03T00:06:00+08:00"}  # nobody reads what is not measured yet
    assert play.codes(type_, "S-1", {**body, **later}) == {"C298"}
    assert play.codes(type_, "S-1", {**body, "ended_at": "2026-08-30T00:00:00+08:00"}) == {"C298"}
    play.add(type_, "S-1", body)
    assert play.state("S-1").logs[0].maximum == "-170"


PARTIES = ("MAKER", "CARRIER", "HOSPITAL")
KINDS = {"handed_over": "given", "accepted": "received", "hand_over_called_off": "performed"}
MOVES = st.tuples(st.sampled_from(sorted(KINDS)), *[st.sampled_from(PARTIES)] * 2)


@settings(max_examples=40, deadline=None)
@given(moves=st.lists(MOVES, max_size=12))
def test_whatever_is_tried_the_legs_form_one_chain_from_the_shipper(
    sealed: Play, moves: list[tuple[str, str, str]]
) -> None:
    play = Play(gates=False)
    play.streams = {stream: list(events) for stream, events in sealed.streams.items()}
    play.names, play.count = dict(sealed.names), sealed.count
    body = {"seal": "SEAL1", "intact": True, "place": "gate"}
    for kind, giver, receiver in moves:
        meaning = KINDS[kind]
        signer = [(f"{meaning}-{giver}-{receiver}", "courier", meaning)]
        type_, links = f"shipment.{kind}/v1", {"giver": giver, "receiver": receiver}
        said = {**body, "why": "nobody came"} if meaning == "performed" else body
        if not play.codes(type_, "S-1", said, links, signer):
            play.add(type_, "S-1", said, links, signer)
    custodian = play.stream("MAKER")
    shipment = play.state("S-1")
    for leg in shipment.legs:
        assert leg.giver == custodian
        custodian = custodian if leg.open else leg.receiver
    assert shipment.custodian == custodian
    assert all(not leg.open for leg in shipment.legs[:-1])


def test_goods_are_declared_after_the_seal_only_as_they_were_judged_at_it() -> None:
    play = Play()
    sealed_shipment(play)
    told = play.state("S-1").goods
    goods = [g.plain() for g in told]
    body = {"declaration": "DECL2", "hs_code": "300251", "goods": goods}
    other = [{**goods[0], "producer": "somebody else"}]
    assert play.codes("shipment.declared/v1", "S-1", {**body, "goods": other}) == {"C2412"}
    for changed in ({"hs_code": "010121"}, {"control_codes": ["A"]}):
        assert play.codes("shipment.declared/v1", "S-1", {**body, **changed}) == {"C2412"}
    twice = [other[0], goods[0]]
    assert "C2411" in play.codes("shipment.declared/v1", "S-1", {**body, "goods": twice})
    play.add("shipment.declared/v1", "S-1", {k: v for k, v in body.items() if k != "goods"})
    assert (play.state("S-1").declaration, play.state("S-1").goods) == ("DECL2", told)


def test_what_quality_found_fit_is_judged_anew_after_another_reading() -> None:
    play = Play()
    sealed_shipment(play)
    fit = {"assessment": "nothing happened", "disposition": "fit_for_use"}
    log = {
        "logger": "LOG1",
        "started_at": "2026-08-31T00:00:00+08:00",
        "ended_at": "2026-09-01T00:00:00+08:00",
        "readings": 100,
        "minimum": "-190",
        "maximum": "25",
        "gaps": 0,
        "documents": [paper("raw_log")],
    }
    play.add("shipment.excursion_assessed/v1", "S-1", fit)
    assert play.state("S-1").disposition == "fit_for_use"
    play.add("shipment.temperature_logged/v1", "S-1", log)
    assert play.state("S-1").disposition == ""
    play.add("shipment.excursion_assessed/v1", "S-1", fit)
    noted = {"logger": "LOG1", "excursion": "too_warm", "started_at": log["started_at"]}
    play.add("shipment.excursion_detected/v1", "S-1", noted)
    assert play.state("S-1").disposition == ""
