"""Studies: from the draft to the closed study, and what may never follow."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.play import Play
from domain.stories import paper
from domain.studies import (
    STARTED,
    active_study,
    begun_before,
    dossier,
    drafted_study,
    enrolled,
    filed,
    follow_up,
    ready_study,
    reviewed,
    study_permit,
)

REACTION = {"grade": 4, "relatedness": "probable", "description": "肝损伤，入住重症监护"}
OPINION = [paper("opinion")]


@pytest.fixture
def play() -> Play:
    return Play(gates=False)


def amended(play: Play, version: str, **body: Any) -> None:
    usual = {"protocol_version": version, "substantive": True, "reason": "增加第二次给药"}
    play.add("study.protocol_amended/v1", "T1", {**usual, **body})


def reaction(play: Play, subject: str = "J1", study: str = "T1") -> None:
    play.add("subject.serious_reaction_reported/v1", subject, REACTION, {"study": study})


def directive(play: Play, demand: str) -> None:
    body = {"demand": demand, "authority": "国家卫生健康委员会", "documents": [paper("directive")]}
    play.add("study.directive_received/v1", "T1", body)


def ended(play: Play, last: str) -> None:
    play.add("study.completed/v1", "T1", {"last_administration_on": last, "subjects": 1})
    play.add("study.follow_up_begun/v1", "T1")


def test_a_study_goes_from_the_draft_over_both_reviews_and_the_filing_to_its_start(
    play: Play,
) -> None:
    drafted_study(play)
    assert play.state("T1").status == "drafted"
    body = {"protocol_version": "1.0", "verdict": "pass", "documents": OPINION}
    play.add("study.academic_reviewed/v1", "T1", body)
    assert play.state("T1").status == "drafted"
    play.add("study.ethics_reviewed/v1", "T1", body)
    assert play.state("T1").status == "reviewed"
    filed(play)
    assert play.state("T1").status == "filed"
    play.add(STARTED, "T1")
    assert (play.state("T1").status, play.state("T1").started_on) == ("active", "2026-09-01")


def test_a_study_is_not_filed_before_both_reviews_have_passed(play: Play) -> None:
    drafted_study(play)
    reviewed(play, verdict="fail")
    study_permit(play, "MR1")
    assert play.codes("study.filed/v1", "T1", {}, {"permit": "MR1"}) == {"C243"}


def test_the_review_of_an_older_version_does_not_pass_for_the_newer(play: Play) -> None:
    drafted_study(play)
    reviewed(play)
    amended(play, "2.0")
    assert play.state("T1").status == "drafted"
    reviewed(play, version="2.0")
    assert play.state("T1").status == "reviewed"


def test_a_change_that_is_not_substantive_keeps_the_reviews(play: Play) -> None:
    drafted_study(play)
    reviewed(play)
    amended(play, "1.1", substantive=False)
    assert play.state("T1").status == "reviewed"


def test_a_version_of_the_protocol_is_never_used_twice(play: Play) -> None:
    drafted_study(play)
    body = {"protocol_version": "1.0", "substantive": False, "reason": "spelling"}
    assert play.codes("study.protocol_amended/v1", "T1", body) == {"C2301"}


def test_an_amendment_brings_its_new_versions(play: Play) -> None:
    active_study(play)
    amended(play, "2.0", consent_version="2.0", process_version="3", specification_version="1.1")
    study = play.state("T1")
    assert (study.consent_version, study.process_version) == ("2.0", "3")
    assert (study.specification_version, study.protocol_version) == ("1.1", "2.0")


def test_only_a_substantive_amendment_on_record_can_be_filed_as_a_change(play: Play) -> None:
    active_study(play)
    study_permit(play, "CH1", "change_filing")
    change = ("study.change_filed/v1", "T1", {"protocol_version": "2.0"}, {"permit": "CH1"})
    assert play.codes(*change) == {"C2302"}
    amended(play, "2.0")
    play.add(*change)
    assert [c.what for c in play.state("T1").changes] == ["2.0"]


def test_a_filing_refused_takes_the_study_back_before_the_filing(play: Play) -> None:
    ready_study(play)
    play.add("study.filing_refused/v1", "T1", {"reason": "缺少应急预案"})
    assert (play.state("T1").status, play.state("T1").filing) == ("reviewed", "")


def test_an_item_of_the_dossier_names_only_documents_that_are_attached(play: Play) -> None:
    drafted_study(play)
    slot = {"slot": "funds", "files": ["f" * 64]}
    body = {"slots": [slot], "documents": [paper("dossier")]}
    assert play.codes("study.dossier_filled/v1", "T1", body) == {"C2300"}


def test_the_dossier_can_be_filled_in_parts(play: Play) -> None:
    drafted_study(play)
    dossier(play, ["funds"])
    dossier(play, ["other", "funds"])
    assert play.state("T1").slots == ("funds", "other")


def test_a_serious_reaction_suspends_the_study_in_the_same_act_without_naming_the_subject(
    play: Play,
) -> None:
    active_study(play)
    enrolled(play)
    reaction(play)
    study = play.state("T1")
    assert study.status == "suspended"
    assert [s.cause for s in study.open_suspensions] == ["serious_adverse_reaction"]
    noted = play.events("T1")[-1]
    assert (noted.type, noted.links) == ("study.reaction_noted/v1", ())
    assert "J1" not in str(noted.body)


def test_a_reaction_is_reported_for_the_study_the_subject_takes_part_in(play: Play) -> None:
    active_study(play)
    active_study(play, "T2")
    enrolled(play)
    found = play.codes("subject.serious_reaction_reported/v1", "J1", REACTION, {"study": "T2"})
    assert found == {"C2310"}


def test_a_second_reaction_while_suspended_needs_a_decision_of_its_own(play: Play) -> None:
    active_study(play)
    enrolled(play)
    reaction(play)
    decided = {"decision": "continue", "documents": OPINION}
    play.add("study.ethics_evaluated/v1", "T1", decided)
    reaction(play)
    assert [s.decision for s in play.state("T1").open_suspensions] == ["continue", ""]


def test_a_reaction_after_the_end_is_noted_and_suspends_nothing(play: Play) -> None:
    active_study(play)
    enrolled(play)
    ended(play, "2026-09-01")
    reaction(play)
    study = play.state("T1")
    assert (study.status, study.open_suspensions) == ("follow_up", ())
    assert len(study.suspensions) == 1


@pytest.mark.parametrize(
    ("demand", "status"),
    [("suspend", "suspended"), ("terminate", "terminated"), ("change_protocol", "active")],
)
def test_a_directive_takes_effect_when_it_is_received(play: Play, demand: str, status: str) -> None:
    active_study(play)
    directive(play, demand)
    assert play.state("T1").status == status
    assert [d.what for d in play.state("T1").directives] == [demand]


def test_a_terminated_study_is_never_resumed(play: Play) -> None:
    active_study(play)
    body = {"cause": "uncontrollable_risk", "reason": "风险不可控"}
    play.add("study.terminated/v1", "T1", body)
    assert play.codes("study.resumed/v1", "T1", {"reason": "again"}) == {"C243"}
    assert play.codes(STARTED, "T1") == {"C243"}


def test_the_last_administration_cannot_lie_after_the_end(play: Play) -> None:
    active_study(play)
    body = {"last_administration_on": "2026-09-02", "subjects": 1}
    assert play.codes("study.completed/v1", "T1", body) == {"C2303"}


def test_a_study_is_not_closed_before_follow_up_is_over_unless_a_reason_is_given(
    play: Play,
) -> None:
    active_study(play)
    ended(play, "2026-09-01")
    assert play.state("T1").follow_up_ends == date(2028, 9, 1)
    closed = "study.closed/v1"
    early, last = "2028-08-31T09:00:00+08:00", "2028-09-01T09:00:00+08:00"
    assert play.codes(closed, "T1", {"occurred_at": early}) == {"C2304"}
    assert play.codes(closed, "T1", {"occurred_at": early, "reason": "全部受试者失访"}) == set()
    assert play.codes(closed, "T1", {"occurred_at": last}) == set()


def test_follow_up_can_be_extended_while_it_lasts(play: Play) -> None:
    active_study(play)
    ended(play, "2026-09-01")
    follow_up(play, 60)
    assert play.state("T1").follow_up_ends == date(2031, 9, 1)


@pytest.mark.parametrize(("began", "codes"), [("2026-04-30", set()), ("2026-05-01", {"C2305"})])
def test_only_a_study_begun_before_the_order_is_taken_over_without_its_gate(
    play: Play, began: str, codes: set[str]
) -> None:
    drafted_study(play)
    body = {"began_on": began, "documents": [paper("approval")]}
    assert play.codes("study.taken_over/v1", "T1", body) == codes


def test_a_study_begun_before_the_order_is_filed_while_it_is_under_way(play: Play) -> None:
    drafted_study(play)
    begun_before(play)
    reviewed(play)
    filed(play)
    study = play.state("T1")
    assert (study.status, study.started_on, study.filed_on) == (
        "active",
        "2026-03-02",
        "2026-09-01",
    )
