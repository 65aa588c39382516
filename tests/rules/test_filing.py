"""What must be reviewed and filed: before the start, for a change, for an old study."""

from __future__ import annotations

import pytest

from custody.domain.study_filing import SLOTS
from domain.play import Play
from domain.studies import (
    active_study,
    answer,
    begun_before,
    completed_lot,
    dose_at_the_bedside,
    dossier,
    drafted_study,
    enrolled,
    filed,
    giving,
    ready_study,
    reviewed,
    starting,
    study_permit,
)

AMENDED = "study.protocol_amended/v1"
CHANGE = {"protocol_version": "2.0", "substantive": True, "reason": "增加第二次给药"}


@pytest.fixture
def play() -> Play:
    return Play(gates=False)


def bedside(play: Play) -> None:
    """A subject of the study and a dose are at the bedside; the rules are on."""
    completed_lot(play)
    dose_at_the_bedside(play)
    enrolled(play)
    play.gates = True


def started(play: Play, rule: str) -> str:
    play.gates = True
    return starting(play, rule)


def change_filed(play: Play, state: str = "accepted") -> None:
    study_permit(play, "CH1", "change_filing", state=state)
    play.add("study.change_filed/v1", "T1", {"protocol_version": "2.0"}, {"permit": "CH1"})


def test_a_study_that_was_not_reviewed_or_not_filed_does_not_start(play: Play) -> None:
    drafted_study(play)
    assert started(play, "FIL-001") == "violated"
    play.gates = False
    reviewed(play)
    assert started(play, "FIL-001") == "violated"
    play.gates = False
    filed(play)
    assert started(play, "FIL-001") == "satisfied"


@pytest.mark.parametrize("state", ["consultation", "submitted", "refused"])
def test_a_filing_that_was_not_accepted_does_not_count(play: Play, state: str) -> None:
    drafted_study(play)
    reviewed(play)
    study_permit(play, "MR1", state=state)
    play.add("study.filed/v1", "T1", {}, {"permit": "MR1"})
    assert started(play, "FIL-001") == "violated"


def test_a_filing_withdrawn_since_does_not_count(play: Play) -> None:
    ready_study(play)
    play.add("permit.revoked/v1", "MR-N-44-2026-T1", {"reason": "主管部门撤销"})
    assert started(play, "FIL-001") == "violated"


def test_a_late_filing_does_not_block(play: Play) -> None:
    drafted_study(play)
    early = {"occurred_at": "2026-05-04T09:00:00+08:00", "reason": "late entry"}
    for committee in ("academic", "ethics"):
        body = {"protocol_version": "1.0", "verdict": "pass", "documents": [OPINION]}
        play.add(f"study.{committee}_reviewed/v1", "T1", {**body, **early})
    filed(play)
    assert started(play, "FIL-001") == "satisfied"


OPINION = {
    "kind": "review_opinion",
    "name": "伦理审查意见.pdf",
    "media_type": "application/pdf",
    "size": 1,
    "sha256": "0" * 64,
}


def test_a_dossier_of_eight_items_does_not_do_and_one_of_nine_does(play: Play) -> None:
    drafted_study(play)
    dossier(play, SLOTS[:-1])
    assert started(play, "FIL-002") == "violated"
    play.gates = False
    dossier(play, SLOTS[-1:])
    assert started(play, "FIL-002") == "satisfied"


def test_a_substantive_change_takes_effect_only_after_both_reviews(play: Play) -> None:
    active_study(play)
    play.gates = True
    assert answer(play, "FIL-003", play.codes(AMENDED, "T1", CHANGE)) == "violated"
    reviewed(play, version="2.0")
    assert answer(play, "FIL-003", play.codes(AMENDED, "T1", CHANGE)) == "satisfied"


def test_a_change_that_is_not_substantive_needs_no_review_and_no_filing(play: Play) -> None:
    active_study(play)
    bedside(play)
    change = {**CHANGE, "substantive": False}
    play.add(AMENDED, "T1", change)
    assert giving(play, "FIL-003") == "satisfied"


def test_no_dose_is_given_under_a_substantive_change_that_is_not_filed(play: Play) -> None:
    active_study(play)
    bedside(play)
    reviewed(play, version="2.0")
    play.add(AMENDED, "T1", CHANGE)
    assert giving(play, "FIL-003") == "violated"
    change_filed(play)
    assert giving(play, "FIL-003") == "satisfied"


def test_a_change_filing_that_was_refused_does_not_count(play: Play) -> None:
    active_study(play)
    bedside(play)
    reviewed(play, version="2.0")
    play.add(AMENDED, "T1", CHANGE)
    change_filed(play, "refused")
    assert giving(play, "FIL-003") == "violated"


def test_a_change_before_the_filing_is_part_of_what_is_filed(play: Play) -> None:
    drafted_study(play)
    play.gates = True
    play.add(AMENDED, "T1", CHANGE)
    play.gates = False
    reviewed(play, version="2.0")
    filed(play)
    play.add("study.started/v1", "T1")
    bedside(play)
    assert giving(play, "FIL-003") == "satisfied"


def old_study(play: Play) -> None:
    drafted_study(play)
    begun_before(play)


@pytest.mark.parametrize(
    ("day", "outcome"), [("2026-06-01", "satisfied"), ("2026-06-02", "violated")]
)
def test_a_study_begun_before_the_order_has_one_month_to_be_filed(
    play: Play, day: str, outcome: str
) -> None:
    old_study(play)
    bedside(play)
    assert giving(play, "FIL-004", day=day) == outcome


def test_before_the_order_a_study_under_way_needed_no_filing(play: Play) -> None:
    old_study(play)
    bedside(play)
    assert giving(play, "FIL-004", day="2026-04-30") == ""


def test_a_study_begun_before_the_order_goes_on_once_it_is_filed(play: Play) -> None:
    old_study(play)
    reviewed(play)
    filed(play)
    bedside(play)
    assert giving(play, "FIL-004") == "satisfied"


def test_a_filing_refused_after_the_start_stops_the_next_dose(play: Play) -> None:
    active_study(play)
    bedside(play)
    assert giving(play, "FIL-004") == "satisfied"
    play.add("study.filing_refused/v1", "T1", {"reason": "材料不实"})
    assert giving(play, "FIL-004") == "violated"
