"""What a study owes and until when: filings, reports, decisions, follow-up, in working days."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from custody.adapters.working_days import ChineseWorkingDays
from custody.domain import obligation_study
from custody.domain.obligation import Obligation, obligations
from domain.play import Play, World
from domain.stories import paper, specification

CALENDAR = ChineseWorkingDays()
assert obligation_study.WORKING_DAYS == 5


def at(day: str, **body: Any) -> dict[str, Any]:
    """Return a body of that day."""
    return {"occurred_at": f"{day}T10:00:00+08:00", **body}


def reviewed(play: Play, kind: str, day: str, version: str = "1.0") -> None:
    body = at(day, protocol_version=version, verdict="pass", documents=[paper("opinion")])
    play.add(f"study.{kind}_reviewed/v1", "R1", body)


def filed(play: Play, day: str) -> None:
    play.add("study.filed/v1", "R1", at(day), {"permit": "permit:1"})


def reported(play: Play, day: str, kind: str) -> None:
    body = at(day, report=kind, documents=[paper("report")])
    play.add("study.progress_reported/v1", "R1", body)


def drafted(**body: Any) -> Play:
    """A ledger with one study of a stem cell preparation, drafted in August 2026."""
    play = Play(gates=False)
    product = specification(product_class=body.pop("product_class", "stem_cell_preparation"))
    play.add("product.specified/v1", "P1", product)
    usual = at(
        "2026-08-03",
        number="R1",
        title="cord cells",
        path="technology_filing_818",
        rationale="hospital-led",
        stage="exploratory",
        risk="low",
        paediatric=False,
        long_surviving=False,
        protocol_version="1.0",
        consent_version="1.0",
        process_version="1.0",
        specification_version="1.0",
    )
    links = {
        "sponsor": "organisation:1",
        "institution": "organisation:2",
        "investigator": "person:1",
        "product": "P1",
    }
    play.add("study.drafted/v1", "R1", {**usual, **body}, links)
    return play


def active(**body: Any) -> Play:
    """A study that was reviewed, filed and started on 1 September 2026."""
    play = drafted(**body)
    reviewed(play, "academic", "2026-08-10")
    reviewed(play, "ethics", "2026-08-12")
    filed(play, "2026-08-14")
    play.add("study.started/v1", "R1", at("2026-09-01"))
    return play


def owed(play: Play, kind: str, today: str, alias: str = "R1") -> list[Obligation]:
    """Return the obligations of one kind as of a day."""
    world = World(play.streams)
    found = obligations([play.state(alias)], date.fromisoformat(today), CALENDAR, world)
    return [o for o in found if o.kind == kind]


def one(play: Play, kind: str, today: str, alias: str = "R1") -> tuple[str, str]:
    """Return status and last day of the only obligation of that kind."""
    [found] = owed(play, kind, today, alias)
    return found.status, str(found.due or "")


def test_filing_is_due_five_working_days_after_both_reviews_over_the_national_holiday() -> None:
    play = drafted()
    reviewed(play, "academic", "2026-09-21")
    assert one(play, "study_filing", "2026-09-29") == ("not_yet_running", "")
    reviewed(play, "ethics", "2026-09-28")
    assert one(play, "study_filing", "2026-10-10") == ("open", "2026-10-10")
    assert one(play, "study_filing", "2026-10-11") == ("overdue", "2026-10-10")


def test_a_study_filed_in_time_owes_no_filing_and_a_late_one_is_said_to_be_late() -> None:
    play = drafted()
    reviewed(play, "academic", "2026-08-10")
    reviewed(play, "ethics", "2026-08-12")
    filed(play, "2026-08-20")
    [late] = owed(play, "study_filing", "2026-09-01")
    assert (late.status, str(late.due)) == ("met", "2026-08-19")
    assert late.note.en == "late: done on 2026-08-20"
    [in_time] = owed(active(), "study_filing", "2026-09-01")
    assert (in_time.status, in_time.note.en) == ("met", "")


def test_a_refused_filing_is_owed_again() -> None:
    play = drafted()
    reviewed(play, "academic", "2026-08-10")
    reviewed(play, "ethics", "2026-08-12")
    filed(play, "2026-08-14")
    play.add("study.filing_refused/v1", "R1", at("2026-08-18", reason="slot 3 empty"))
    assert one(play, "study_filing", "2026-08-20") == ("overdue", "2026-08-19")


def test_a_period_over_the_turn_of_the_year_has_no_day_until_the_holidays_are_known() -> None:
    last = CALENDAR.years()[1]
    play = drafted()
    for kind in ("academic", "ethics"):
        reviewed(play, kind, f"{last}-12-29")
    [found] = owed(play, "study_filing", f"{last}-12-30")
    assert (found.status, found.due) == ("unknown", None)
    assert str(last + 1) in found.note.en
    assert str(last + 1) in found.note.zh


@pytest.mark.parametrize("path", ["drug_828", "device", "routine_care"])
def test_a_study_on_another_path_owes_no_filing_under_order_818(path: str) -> None:
    play = drafted(path=path)
    reviewed(play, "academic", "2026-08-10")
    reviewed(play, "ethics", "2026-08-12")
    assert owed(play, "study_filing", "2027-01-01") == []


def test_a_study_begun_before_the_order_is_filed_by_the_first_of_june() -> None:
    play = drafted(occurred_at="2026-03-02T10:00:00+08:00")
    reviewed(play, "academic", "2026-03-10")
    reviewed(play, "ethics", "2026-03-12")
    filed(play, "2026-03-13")
    play.add("study.started/v1", "R1", at("2026-03-20"))
    play.add("study.filing_refused/v1", "R1", at("2026-04-01", reason="no such procedure yet"))
    assert one(play, "transitional_filing", "2026-05-20") == ("open", "2026-06-01")
    assert one(play, "transitional_filing", "2026-06-02") == ("overdue", "2026-06-01")
    filed(play, "2026-05-29")
    assert one(play, "transitional_filing", "2026-06-02") == ("met", "2026-06-01")


def test_only_a_substantive_change_is_filed_and_only_once_both_committees_passed_it() -> None:
    play = active()
    for version, substantive in (("1.1", False), ("2.0", True)):
        body = at("2026-09-10", protocol_version=version, substantive=substantive, reason="dose")
        play.add("study.protocol_amended/v1", "R1", body)
    assert one(play, "change_filing", "2026-09-15") == ("not_yet_running", "")
    reviewed(play, "academic", "2026-09-15", "2.0")
    reviewed(play, "ethics", "2026-09-18", "2.0")
    assert one(play, "change_filing", "2026-09-25") == ("overdue", "2026-09-24")
    body = at("2026-09-23", protocol_version="2.0", documents=[paper("receipt")])
    play.add("study.change_filed/v1", "R1", body, {"permit": "permit:2"})
    assert one(play, "change_filing", "2026-09-25") == ("met", "2026-09-24")


def test_a_termination_is_reported_within_five_working_days() -> None:
    play = active()
    body = at("2026-09-30", cause="uncontrollable_risk", reason="fever in three subjects")
    play.add("study.terminated/v1", "R1", body)
    assert one(play, "termination_report", "2026-10-13") == ("open", "2026-10-13")
    reported(play, "2026-10-12", "termination")
    assert one(play, "termination_report", "2026-10-20") == ("met", "2026-10-13")


def test_a_serious_reaction_is_reported_within_five_working_days_of_the_ethics_decision() -> None:
    play = active()
    play.add("study.suspended/v1", "R1", at("2026-09-28", cause="serious_adverse_reaction"))
    assert one(play, "ethics_evaluation", "2026-09-29") == ("open", "")
    assert one(play, "reaction_report", "2026-09-29") == ("not_yet_running", "")
    body = at("2026-09-30", decision="continue", documents=[paper("opinion")])
    play.add("study.ethics_evaluated/v1", "R1", body)
    assert one(play, "ethics_evaluation", "2026-10-01") == ("met", "")
    assert one(play, "reaction_report", "2026-10-14") == ("overdue", "2026-10-13")
    reported(play, "2026-10-09", "suspension")
    assert one(play, "reaction_report", "2026-10-14") == ("met", "2026-10-13")


def test_progress_is_reported_every_year_and_the_end_once() -> None:
    play = active()
    assert one(play, "progress_report", "2027-09-02") == ("overdue", "2027-09-01")
    reported(play, "2027-06-01", "progress")
    assert one(play, "progress_report", "2027-09-02") == ("open", "2028-06-01")
    body = at("2027-12-01", last_administration_on="2027-11-20", subjects=3)
    play.add("study.completed/v1", "R1", body)
    assert owed(play, "progress_report", "2028-09-02") == []
    assert one(play, "end_report", "2028-09-02") == ("open", "")
    reported(play, "2028-01-05", "end")
    assert one(play, "end_report", "2028-09-02") == ("met", "")


def enrolled(play: Play) -> None:
    body = at("2026-09-02", number="S01", consent_version="1.0", documents=[paper("consent_form")])
    play.add("subject.enrolled/v1", "S01", body, {"study": "R1"})


def completed(play: Play) -> None:
    body = at("2026-10-30", last_administration_on="2026-10-20", subjects=1)
    play.add("study.completed/v1", "R1", body)


@pytest.mark.parametrize(
    ("study", "ends"),
    [
        ({}, "2028-10-20"),
        ({"risk": "high"}, "2031-10-20"),
        ({"long_surviving": True}, "2031-10-20"),
        ({"product_class": "gene_edited_cell"}, "2031-10-20"),
    ],
)
def test_follow_up_lasts_two_years_and_five_for_modified_or_risky_cells(
    study: dict[str, Any], ends: str
) -> None:
    play = active(**study)
    enrolled(play)
    assert one(play, "follow_up", "2026-10-01", "S01") == ("not_yet_running", "")
    completed(play)
    assert one(play, "follow_up", "2026-12-01", "S01") == ("open", ends)


def test_a_longer_plan_counts_and_the_last_visit_ends_the_follow_up() -> None:
    play = active()
    body = at("2026-09-03", months=36, items=["safety"], documents=[paper("plan")])
    play.add("study.follow_up_planned/v1", "R1", body)
    enrolled(play)
    completed(play)
    assert one(play, "follow_up", "2029-10-21", "S01") == ("overdue", "2029-10-20")
    visit = {"items": ["safety"], "outcome": "as_expected"}
    play.add("subject.follow_up_visited/v1", "S01", at("2029-09-01", month=35, **visit))
    assert one(play, "follow_up", "2029-10-21", "S01") == ("overdue", "2029-10-20")
    play.add("subject.follow_up_visited/v1", "S01", at("2029-10-15", month=36, **visit))
    assert one(play, "follow_up", "2029-10-21", "S01") == ("met", "2029-10-20")


def test_every_obligation_says_what_who_and_why_in_both_languages() -> None:
    play = active()
    enrolled(play)
    states = [play.state("R1"), play.state("S01")]
    found = obligations(states, date(2026, 10, 1), CALENDAR, World(play.streams))
    assert len(found) >= 3
    for each in found:
        assert each.what.en != each.what.zh
        assert each.number in each.what.en or "R1" in each.what.en
        assert each.who and each.basis
