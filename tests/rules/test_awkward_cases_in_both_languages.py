"""Awkward cases of real work, each played once with English and once with Chinese records.

The verdict may not depend on the language of what people wrote, and whoever is stopped reads why
in both languages, with the number of the item as the ledger shows it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from custody.domain.values import canonical_number
from domain.chinese import ChinesePlay, canonical
from domain.journeys import (
    accept,
    completed_batch,
    hand_over,
    made_batch,
    packed_shipment,
    passed_tests,
    permit,
    planned_shipment,
    qualified_authority,
    ready_shipment,
    released_batch,
    started_batch,
    thawed_vial,
)
from domain.play import Play, Refused
from domain.stories import (
    accepted_lot,
    consented,
    frozen_vial,
    paper,
    received_sample,
    registered_donor,
    results,
)

CHINESE = re.compile(r"[\u4e00-\u9fff]")
SEALED = "shipment.sealed/v1"
SEAL = {"seal": "SEAL1", "quantity": "4"}
RELEASED = "batch.released/v1"
BATCH = {"number": "X9", "process_version": "2", "planned_doses": 1}


@pytest.fixture(params=[Play, ChinesePlay], ids=["English", "中文"])
def play(request: pytest.FixtureRequest) -> Play:
    made: Play = request.param()
    return made


def stopped(
    play: Play,
    type: str,  # noqa: A002
    alias: str,
    body: Mapping[str, Any] | None = None,
    links: Mapping[str, Any] | None = None,
    *,
    naming: str = "",
) -> set[str]:
    """Return the codes against an event, once its reasons proved readable in both languages."""
    before = play.count
    with pytest.raises(Refused) as refused:
        play.add(type, alias, body, links)
    assert play.count == before, "nothing was written"
    said = [r.why for r in refused.value.reasons]
    assert all(words.en and CHINESE.search(words.zh) for words in said)
    assert all(r.fix.en and CHINESE.search(r.fix.zh) for r in refused.value.reasons)
    if naming:
        shown = canonical(naming) if isinstance(play, ChinesePlay) else canonical_number(naming)
        assert any(shown in words.en and shown in words.zh for words in said), said
    return refused.value.codes


# donors


def autologous_sample(play: Play, donor: str, sample: str) -> None:
    """A patient's own blood is taken, kept apart and partly retained."""
    registered_donor(play, donor, relation="autologous")
    consented(play, donor)
    play.add("donor.screened/v1", donor, {"results": results(("hiv", "hbv", "hcv", "syphilis"))})
    play.add("donor.cleared/v1", donor, {"determination": "eligible"})
    received_sample(play, sample, donor)
    play.add("sample.retained/v1", sample, {"amount": "1", "unit": "mL", "position": "tank"})


def test_the_cells_of_two_patients_are_never_mixed_up_in_one_batch(play: Play) -> None:
    thawed_vial(play, max_passage=8)
    autologous_sample(play, "D2", "S2")
    autologous_sample(play, "D3", "S3")
    both = {"made_from": ["S2", "S3"], "product": "P1"}
    assert "COI-002" in stopped(play, "batch.started/v1", "X9", BATCH, both, naming="D2")
    one = {"made_from": "S2", "product": "P1"}
    assert play.codes("batch.started/v1", "X9", BATCH, one) == set()


def test_a_donor_found_reactive_after_the_release_keeps_the_batch_at_home(play: Play) -> None:
    links = {"permit": ready_shipment(play)}
    assert play.codes(SEALED, "S-1", SEAL, links) == set()
    play.add("donor.notice_received/v1", "D1", {"notice": "HCV", "status": "reactive"})
    assert "REL-002" in stopped(play, SEALED, "S-1", SEAL, links, naming="D1")


def test_a_donor_found_reactive_before_the_release_keeps_the_batch_from_it(play: Play) -> None:
    made_batch(play)
    assert play.codes(RELEASED, "X1") == set()
    play.add("donor.notice_received/v1", "D1", {"notice": "HCV", "status": "reactive"})
    assert "REL-002" in stopped(play, RELEASED, "X1", naming="D1")


def test_a_result_from_the_window_period_counts_though_an_earlier_one_was_clean(play: Play) -> None:
    thawed_vial(play)
    play.add("donor.screened/v1", "D1", {"results": results(["hiv"], "reactive")})
    links = {"made_from": "V1", "product": "P1"}
    assert "DON-001" in stopped(play, "batch.started/v1", "X9", BATCH, links, naming="D1")


def test_one_reactive_donor_among_pooled_ones_stops_the_whole_pool(play: Play) -> None:
    thawed_vial(play, max_passage=8)
    for donor, sample in (("D2", "S2"), ("D3", "S3")):
        registered_donor(play, donor)
        consented(play, donor)
        markers = ("hiv", "hbv", "hcv", "syphilis")
        play.add("donor.screened/v1", donor, {"results": results(markers)})
        play.add("donor.cleared/v1", donor, {"determination": "eligible"})
        received_sample(play, sample, donor)
        play.add("sample.retained/v1", sample, {"amount": "1", "unit": "mL", "position": "tank"})
    pool = {"made_from": ["S2", "S3"], "product": "P1"}
    assert play.codes("batch.started/v1", "X9", BATCH, pool) == set()
    play.add("donor.notice_received/v1", "D3", {"notice": "HBV", "status": "reactive"})
    assert "DON-005" in stopped(play, "batch.started/v1", "X9", BATCH, pool, naming="D3")


def test_consent_withdrawn_before_the_seal_stops_it_and_after_it_undoes_nothing(
    play: Play,
) -> None:
    links = {"permit": ready_shipment(play)}
    withdrawn = {"scopes": ["export"], "reason": "letter"}
    play.add("donor.consent_withdrawn/v1", "D1", withdrawn)
    assert "HGR-003" in stopped(play, SEALED, "S-1", SEAL, links, naming="D1")
    consented(play, "D1", "export")
    play.add(SEALED, "S-1", SEAL, links)
    play.add("donor.consent_withdrawn/v1", "D1", withdrawn)
    assert play.state("S-1").status == "sealed"
    hand_over(play, "MAKER", "CARRIER")
    assert len(play.state("S-1").legs) == 1


# cells and lots


def test_a_vial_once_thawed_is_never_thawed_or_frozen_again(play: Play) -> None:
    thawed_vial(play)
    assert stopped(play, "vial.thawed/v1", "V1") == {"C243"}
    again = {"number": "V1", "position": "tank 1", "cells": "1000000", "unit": "{cells}"}
    assert "C242" in stopped(play, "vial.frozen/v1", "V1", again, {"bank": "B1"})


def test_passages_are_counted_along_each_branch_and_not_added_up(play: Play) -> None:
    qualified_authority(play)
    thawed_vial(play, max_passage=6)
    frozen_vial(play, "V2")
    play.add("vial.thawed/v1", "V2")
    for batch, vial, passage in (("X1", "V1", 6), ("X2", "V2", 7)):
        started_batch(play, batch, vial)
        completed_batch(play, batch, passage=passage)
        passed_tests(play, batch)
        play.add("batch.reviewed/v1", batch)
    assert play.codes(RELEASED, "X1") == set()
    assert "REL-003" in stopped(play, RELEASED, "X2", naming="X2")


def test_the_highest_passage_on_the_way_counts_even_if_the_last_step_states_a_lower_one(
    play: Play,
) -> None:
    qualified_authority(play)
    thawed_vial(play, max_passage=6)
    started_batch(play)
    step = {"step": "passage", "description": "branch B", "passage": 7}
    play.add("batch.step_executed/v1", "X1", step)
    completed_batch(play, passage=6)
    passed_tests(play)
    play.add("batch.reviewed/v1", "X1")
    assert "REL-003" in stopped(play, RELEASED, "X1", naming="X1")


def test_a_lot_recalled_after_it_was_used_stops_release_and_export(play: Play) -> None:
    made_batch(play)
    play.add("material.recalled/v1", "L-X1", {"reason": "recalled by the supplier"})
    assert "REL-002" in stopped(play, RELEASED, "X1", naming="L-X1")


def test_a_lot_recalled_after_the_release_keeps_the_doses_at_home(play: Play) -> None:
    links = {"permit": ready_shipment(play)}
    play.add("material.recalled/v1", "L-X1", {"reason": "recalled by the supplier"})
    assert "REL-002" in stopped(play, SEALED, "S-1", SEAL, links, naming="L-X1")


def test_a_lot_recalled_is_used_no_further(play: Play) -> None:
    thawed_vial(play)
    started_batch(play)
    accepted_lot(play, "L9")
    play.add("material.recalled/v1", "L9", {"reason": "recalled by the supplier"})
    drawn = {"quantity": "5", "unit": "mL"}
    found = stopped(play, "batch.material_consumed/v1", "X1", drawn, {"material": "L9"})
    assert found & {"MAT-005", "C243"}


def test_more_than_is_left_of_a_lot_cannot_be_taken_even_by_a_drop(play: Play) -> None:
    thawed_vial(play)
    started_batch(play)
    accepted_lot(play, "L9", quantity="10")
    play.add(
        "batch.material_consumed/v1", "X1", {"quantity": "9.9", "unit": "mL"}, {"material": "L9"}
    )
    more = {"quantity": "0.100000001", "unit": "mL"}
    assert stopped(play, "batch.material_consumed/v1", "X1", more, {"material": "L9"})
    rest = {"quantity": "0.1", "unit": "mL"}
    assert play.codes("batch.material_consumed/v1", "X1", rest, {"material": "L9"}) == set()


@pytest.mark.parametrize("typed", ["lot-0042", " LOT-0042 ", "ＬＯＴ－００４２", "LOT -0042\u3000"])
def test_a_lot_number_that_differs_only_by_case_space_or_width_is_the_same(
    play: Play, typed: str
) -> None:
    accepted_lot(play, "L1", number="LOT-0042")
    accepted_lot(play, "L2", number=typed)
    assert play.state("L1").number == play.state("L2").number


# the release


@pytest.mark.parametrize(("since", "free"), [("2023-09-01", True), ("2023-09-02", False)])
def test_three_years_that_complete_a_day_after_the_release_are_not_three_years(
    play: Play, since: str, *, free: bool
) -> None:
    made_batch(play)
    del play.names["quality_authority"], play.streams["person:quality_authority"]
    qualified_authority(play, experience_from=since)
    body = {"occurred_at": "2026-09-01T18:00:00+08:00"}
    play.signed_at = "2026-09-01T10:05:00Z"
    if free:
        assert play.codes(RELEASED, "X1", body) == set()
    else:
        assert stopped(play, RELEASED, "X1", body, naming="Q1") == {"QUA-001"}


# permits and the journey


def test_a_permit_that_ran_out_the_day_before_does_not_open_the_border(play: Play) -> None:
    _, *others = ready_shipment(play)
    permit(play, "EX2", "export_filing", valid_until="2026-09-01")
    links = {"permit": ["EX2", *others]}
    assert play.codes(SEALED, "S-1", SEAL, links) == set()
    next_day = {**SEAL, "occurred_at": "2026-09-02T09:00:00+08:00"}
    assert "CUS-002" in stopped(play, SEALED, "S-1", next_day, links, naming="EX2")


def test_a_permit_exceeded_by_one_dose_is_exceeded(play: Play) -> None:
    ready_shipment(play)
    permit(play, "HG2", "hgr_exit", quantity="3", unit="dose")
    permit(play, "HG3", "hgr_exit", quantity="4", unit="dose")
    short = {"permit": ["EX1", "HG2", "SG1"]}
    assert "CUS-002" in stopped(play, SEALED, "S-1", SEAL, short, naming="HG2")
    assert play.codes(SEALED, "S-1", SEAL, {"permit": ["EX1", "HG3", "SG1"]}) == set()


def test_one_dose_more_than_the_batch_has_left_is_not_packed(play: Play) -> None:
    released_batch(play, doses=5)
    planned_shipment(play)
    packed_shipment(play, quantity="3")
    more = {"container": "C2", "logger": "LOG2", "shipper_qualified_until": "2026-09-30"}
    links = {"batch": "X1"}
    assert stopped(play, "shipment.packed/v1", "S-1", {**more, "quantity": "3"}, links) == {"C275"}
    assert play.codes("shipment.packed/v1", "S-1", {**more, "quantity": "2"}, links) == set()


def test_a_hand_over_entered_twice_and_a_receipt_without_dispatch_are_refused(play: Play) -> None:
    links = {"permit": ready_shipment(play)}
    parties = {"giver": "MAKER", "receiver": "CARRIER"}
    given = {"seal": "SEAL1", "intact": True, "place": "gate"}
    received = {"seal": "SEAL1", "intact": True, "quantity": "4"}
    play.add(SEALED, "S-1", SEAL, links)
    assert stopped(play, "shipment.accepted/v1", "S-1", given, parties)
    assert stopped(play, "shipment.received/v1", "S-1", received)
    hand_over(play, "MAKER", "CARRIER")
    assert stopped(play, "shipment.handed_over/v1", "S-1", given, parties) == {"C290"}
    accept(play, "MAKER", "CARRIER")
    assert stopped(play, "shipment.accepted/v1", "S-1", given, parties) == {"C293"}
    hand_over(play, "CARRIER", "HOSPITAL")
    accept(play, "CARRIER", "HOSPITAL")
    assert play.codes("shipment.received/v1", "S-1", received) == set()


# clocks and late entries

MOVED = "vial.moved/v1"


def test_an_entry_more_than_a_day_late_needs_its_reason(play: Play) -> None:
    thawed_vial(play)
    frozen_vial(play, "V2")
    play.signed_at = "2026-09-03T09:00:00Z"
    late = {"position": "tank 2", "occurred_at": "2026-09-01T12:00:00+08:00"}
    assert stopped(play, MOVED, "V2", late) == {"C255"}
    told = {**late, "reason": "written on paper during the power failure"}
    assert play.codes(MOVED, "V2", told) == set()


def test_an_act_signed_before_it_happened_is_refused_whatever_the_offset(play: Play) -> None:
    thawed_vial(play)
    frozen_vial(play, "V2")
    play.signed_at = "2026-09-02T00:00:00Z"
    early = {"position": "tank 2", "occurred_at": "2026-09-02T00:10:00Z"}
    assert stopped(play, MOVED, "V2", early) == {"C254"}
    west = {"position": "tank 2", "occurred_at": "2026-09-01T23:59:00-11:00"}
    assert stopped(play, MOVED, "V2", west) == {"C254"}
    east = {"position": "tank 2", "occurred_at": "2026-09-02T13:30:00+14:00"}
    assert play.codes(MOVED, "V2", east) == set()


# the translation itself


def test_a_story_played_in_chinese_leaves_no_number_or_word_in_latin_only() -> None:
    play = ChinesePlay()
    ready_shipment(play)
    shown = [play.state(a).number for a in ("D1", "S1", "B1", "V1", "L-X1", "X1", "S-1", "EX1")]
    assert all(CHINESE.search(number) for number in shown), shown
    assert len(set(shown)) == len(shown)
    document = play.events("D1")[1].body.documents[0]
    assert CHINESE.search(document.name) and document.kind == paper("consent_form")["kind"]
