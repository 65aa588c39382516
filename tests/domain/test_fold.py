"""What every event must satisfy whatever its noun: links, time, corrections."""

from __future__ import annotations

from typing import Any

import pytest

from domain.journeys import deviation, made_batch, organisation, started_batch, thawed_vial
from domain.play import Play, Refused
from domain.stories import (
    assessment,
    frozen_vial,
    qualified_bank,
    received_lot,
    registered_donor,
    specification,
)

QA_AND_OPERATOR = [("qa", "qa", "approved"), ("operator", "operator", "performed")]
MOVE = {"position": "tank 2", "occurred_at": "2026-09-01T12:00:00+08:00"}


@pytest.fixture
def play() -> Play:
    play = Play(gates=False)
    qualified_bank(play)
    frozen_vial(play)
    return play


# links


def test_a_link_the_type_does_not_declare_is_refused(play: Play) -> None:
    assert play.codes("vial.moved/v1", "V1", MOVE, {"bank": "B1"}) == {"C253"}
    assert play.codes("vial.moved/v1", "V1", MOVE, {"recipient": "D1"}) == {"C253"}


def test_the_refusal_of_an_unknown_link_names_the_relations_there_are(play: Play) -> None:
    links = {"bank": "B1", "donor": "D1"}
    body = {"number": "V2", "position": "tank", "cells": "1", "unit": "mL"}
    with pytest.raises(Refused) as refused:
        play.add("vial.frozen/v1", "V2", body, links)
    (found,) = refused.value.reasons
    assert (found.code, found.where) == ("C253", "vial:V2")
    assert "'donor'" in found.why.en and "bank" in found.why.en
    assert "“donor”" in found.why.zh and "bank" in found.why.zh


def test_any_kind_of_item_may_have_been_considered(play: Play) -> None:
    considered = {"considered": ["B1", "S1", "D1", "person:qa"]}
    assert play.codes("vial.moved/v1", "V1", MOVE, considered) == set()


def test_an_assessment_is_named_only_where_a_gate_can_use_it(play: Play) -> None:
    assessment(play, "R1", "BNK-003", "B1")
    assert play.codes("vial.thawed/v1", "V1", {}, {"assessment": "R1"}) == set()
    assert play.codes("vial.moved/v1", "V1", MOVE, {"assessment": "R1"}) == {"C253"}


def test_nothing_but_an_assessment_can_be_named_as_one(play: Play) -> None:
    assert play.codes("vial.thawed/v1", "V1", {}, {"assessment": "B1"}) == {"C246"}


def test_a_draw_with_a_link_to_its_recipient_is_refused() -> None:
    play = Play(gates=False)
    received_lot(play)
    play.add("material.accepted/v1", "L1")
    drawn = {"quantity": "1", "unit": "mL"}
    assert play.codes("material.drawn/v1", "L1", drawn, {"batch": "batch:X1"}) == {"C253"}


# time


@pytest.mark.parametrize(
    ("signed", "codes"),
    [
        ("2026-09-01T03:54:59Z", {"C254"}),
        ("2026-09-01T03:55:00Z", set()),
        ("2026-09-01T04:00:00Z", set()),
        ("2026-09-02T04:00:00Z", set()),
        ("2026-09-02T04:00:01Z", {"C255"}),
    ],
)
def test_an_event_is_signed_from_five_minutes_before_it_happened_to_a_day_after(
    play: Play, signed: str, codes: set[str]
) -> None:
    play.signed_at = signed
    assert play.codes("vial.moved/v1", "V1", MOVE) == codes


def test_a_late_entry_is_accepted_with_its_reason(play: Play) -> None:
    play.signed_at = "2026-12-01T00:00:00Z"
    assert play.codes("vial.moved/v1", "V1", MOVE) == {"C255"}
    assert play.codes("vial.moved/v1", "V1", {**MOVE, "reason": "network was down"}) == set()


def test_no_reason_makes_the_future_acceptable(play: Play) -> None:
    play.signed_at = "2026-08-31T00:00:00Z"
    assert play.codes("vial.moved/v1", "V1", {**MOVE, "reason": "planned"}) == {"C254"}


def test_administration_may_be_written_down_later_without_a_reason() -> None:
    play = Play(gates=False)
    body = {"scheme": "batch-no", "value": "B1", "occurred_at": "2026-09-01T12:00:00+08:00"}
    play.signed_at = "2026-12-01T00:00:00Z"
    assert play.codes("alias.claimed/v1", "alias:1", body, {"names": "batch:1"}) == set()
    play.signed_at = "2026-08-01T00:00:00Z"
    assert play.codes("alias.claimed/v1", "alias:1", body, {"names": "batch:1"}) == {"C254"}


# corrections


def correct(play: Play, alias: str, seq: int, field: str, was: Any, now: Any) -> set[str]:
    """Try a correction, write it if it can be written, and return what speaks against it."""
    change = {"field": field, "was": was, "now": now}
    leaf = play.events(alias)[seq].leaf
    body = {"corrects": leaf, "reason": "misread", "changes": [change]}
    found = play.codes("record.corrected/v1", alias, body, signers=QA_AND_OPERATOR)
    if not found:
        play.add("record.corrected/v1", alias, body, signers=QA_AND_OPERATOR)
    return found


def void(play: Play, alias: str, seq: int) -> set[str]:
    body = {"voids": play.events(alias)[seq].leaf, "reason": "entered for another vial"}
    found = play.codes("record.voided/v1", alias, body, signers=QA_AND_OPERATOR)
    if not found:
        play.add("record.voided/v1", alias, body, signers=QA_AND_OPERATOR)
    return found


def test_one_event_can_be_corrected_again_from_its_current_reading(play: Play) -> None:
    assert correct(play, "V1", 0, "position", "tank 1", "tank 3") == set()
    assert play.state("V1").position == "tank 3"
    assert correct(play, "V1", 0, "position", "tank 1", "tank 4") == {"C251"}
    assert correct(play, "V1", 0, "position", "tank 3", "tank 4") == set()
    assert play.state("V1").position == "tank 4"
    assert len(play.events("V1")) == 3


def test_a_correction_itself_is_neither_corrected_nor_voided(play: Play) -> None:
    correct(play, "V1", 0, "position", "tank 1", "tank 3")
    assert void(play, "V1", 1) == {"C249"}
    assert "C249" in correct(play, "V1", 1, "reason", "misread", "typing error")
    assert play.state("V1").position == "tank 3"


def test_a_void_cannot_be_voided_and_what_is_void_is_not_corrected(play: Play) -> None:
    play.add("vial.moved/v1", "V1", {"position": "tank 9"})
    assert void(play, "V1", 1) == set()
    assert play.state("V1").position == "tank 1"
    assert void(play, "V1", 2) == {"C249"}
    assert void(play, "V1", 1) == {"C248"}
    assert correct(play, "V1", 1, "position", "tank 9", "tank 8") == {"C248"}


def test_an_event_is_not_corrected_into_the_future(play: Play) -> None:
    was = play.events("V1")[0].body.occurred_at
    assert correct(play, "V1", 0, "occurred_at", was, "2099-01-01T00:00:00+08:00") == {"C254"}
    assert correct(play, "V1", 0, "occurred_at", was, "2026-09-01T07:30:00+08:00") == set()


def test_a_correction_that_would_leave_no_valid_record_is_refused(play: Play) -> None:
    assert correct(play, "V1", 0, "cells", "1000000", "-5") == {"C252"}
    assert correct(play, "V1", 0, "unit", "{cells}", None) == {"C252"}
    assert correct(play, "V1", 0, "number", "V1", "V2") == {"C250"}


def test_withdrawn_consent_is_a_decision_that_is_neither_corrected_nor_voided() -> None:
    play = Play()
    registered_donor(play)
    body = {"scopes": ["manufacture"], "reason": "letter"}
    assert play.codes("donor.consent_withdrawn/v1", "D1", body) == set()
    play.add("donor.consent_withdrawn/v1", "D1", body)
    assert play.rulings == []
    assert void(play, "D1", 1) == {"C249"}
    assert correct(play, "D1", 1, "reason", "letter", "call") == {"C249"}
    assert play.state("D1").closed == ("manufacture",)


def test_every_link_the_stories_of_a_whole_batch_use_is_declared() -> None:
    play = Play()
    made_batch(play)
    deviation(play, "DEV1", "minor")
    organisation(play, "LAB")
    body = {"test": "identity", "outcome": "msc", "verdict": "pass", "method": "m", "sample": "Q"}
    play.add("batch.tested/v1", "X1", body, {"laboratory": "LAB"})
    assert play.state("X1").deviations == (play.stream("DEV1"),)


def test_a_batch_names_its_product_and_cells_and_no_customer() -> None:
    play = Play(gates=False)
    thawed_vial(play)
    play.add("product.specified/v1", "P2", specification(number="P2"))
    body = {"number": "X1", "process_version": "2", "planned_doses": 10}
    links = {"made_from": "V1", "product": "P1", "consignee": "P2"}
    assert play.codes("batch.started/v1", "X1", body, links) == {"C253"}
    started_batch(play)
