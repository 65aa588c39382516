"""Rules about cultures: parents, passages and quantities add up; nothing is frozen twice."""

from __future__ import annotations

import pytest

from domain.journeys import completed_batch, passed_tests, qualified_authority
from domain.making import CELLS, batch_of, culture, cultured, own_sample, passaged, split
from domain.play import Play, Refused
from domain.stories import approved_process, frozen_vial

STORE = "culture.stored/v1"
PLACE = {"position": "tank 2"}


@pytest.fixture
def play() -> Play:
    return cultured(Play())


def pool(play: Play, quantity: str, passage: int, *parents: str, **more: str) -> set[str]:
    body = {"number": "C9", "passage": passage, "quantity": quantity, "unit": CELLS, **more}
    return play.codes("culture.pooled/v1", "C9", body, {"parent": parents or ("C1", "C2")})


# TRC-002


def test_a_pool_holds_all_that_its_parts_held(play: Play) -> None:
    split(play, "C2", "C1", "400")
    assert pool(play, "1000", 2) == set()
    assert play.outcome("TRC-002") == "satisfied"
    assert pool(play, "999.5", 2) == {"TRC-002"}
    assert pool(play, "1000.5", 2) == {"TRC-002"}
    assert pool(play, "990.25", 2, lost="9.75") == set()
    assert pool(play, "1000", 2, unit="mL") == {"TRC-002"}


def test_a_pool_is_as_old_as_its_oldest_part(play: Play) -> None:
    split(play, "C2", "C1", "400")
    passaged(play, "C2", 3)
    assert pool(play, "1600", 2) == {"TRC-002"}
    assert pool(play, "1600", 3) == set()


def test_what_is_split_off_has_the_passage_of_its_parent(play: Play) -> None:
    body = {"number": "C2", "quantity": "1", "unit": CELLS}
    for passage in (1, 3):
        found = play.codes("culture.split/v1", "C2", {**body, "passage": passage}, {"parent": "C1"})
        assert found == {"TRC-002"}


def test_a_culture_from_a_bank_is_no_younger_than_the_bank() -> None:
    play = Play()
    with pytest.raises(Refused) as refused:
        cultured(play, passage=1)
    assert refused.value.codes == {"TRC-002"}


def test_a_parent_nobody_recorded_is_unknown(play: Play) -> None:
    assert "TRC-002" in pool(play, "1000", 2, "C1", "culture:nowhere")
    assert play.outcome("TRC-002") == "unknown"


# the rules that cells meet at every start


def test_autologous_cells_are_not_pooled_with_those_of_another_donor(play: Play) -> None:
    own_sample(play)
    body = {"number": "C5", "passage": 2, "quantity": "10", "unit": CELLS}
    play.add("culture.started/v1", "C5", body, {"made_from": "S5"})
    assert pool(play, "1010", 2, "C1", "C5") == {"COI-002"}


def test_cells_of_a_donor_found_reactive_are_not_put_into_culture() -> None:
    play = cultured(Play())
    play.add("donor.notice_received/v1", "D1", {"notice": "late", "status": "reactive"})
    body = {"number": "C2", "passage": 2, "quantity": "1", "unit": CELLS}
    assert "DON-005" in play.codes("culture.split/v1", "C2", body, {"parent": "C1"})


# REL-003: the passage limit


def test_a_passage_over_the_limit_is_found_whichever_branch_it_took(play: Play) -> None:
    """One branch stays young, the other grows old; pooled, they are as old as the older."""
    qualified_authority(play)
    approved_process(play, max_passage=4)
    split(play, "C2", "C1", "400")
    for passage in (3, 4, 5):
        passaged(play, "C2", passage)
    body = {"number": "C3", "passage": 5, "quantity": "1600", "unit": CELLS}
    play.add("culture.pooled/v1", "C3", body, {"parent": ["C1", "C2"]})
    batch_of(play, "C3", process="PR1")
    completed_batch(play, passage=4)
    passed_tests(play)
    play.add("batch.reviewed/v1", "X1")
    assert play.codes("batch.released/v1", "X1") == {"REL-003"}


# CUL-001


def test_cells_passaged_since_they_were_thawed_may_be_frozen(play: Play) -> None:
    assert play.codes(STORE, "C1", PLACE) == {"CUL-001"}
    passaged(play, "C1", 3)
    play.add(STORE, "C1", PLACE)
    play.add("culture.thawed/v1", "C1")
    assert play.codes(STORE, "C1", PLACE) == {"CUL-001"}


def test_splitting_a_thawed_culture_does_not_make_it_fresh(play: Play) -> None:
    passaged(play, "C1", 3)
    play.add(STORE, "C1", PLACE)
    play.add("culture.thawed/v1", "C1")
    split(play, "C2", "C1", "500", passage=3)
    assert play.codes(STORE, "C2", PLACE) == {"CUL-001"}


@pytest.mark.parametrize(("allowed", "codes"), [(True, set()), (False, {"CUL-001"})])
def test_a_process_may_allow_freezing_again(allowed: bool, codes: set[str]) -> None:
    play = cultured(Play())
    approved_process(play, refreeze_allowed=allowed)
    frozen_vial(play, "V2")
    play.add("vial.thawed/v1", "V2")
    culture(play, "C2", "V2", process="PR1", process_version="2")
    assert play.codes(STORE, "C2", PLACE) == codes
