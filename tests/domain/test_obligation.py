"""What expires, what persons asked for, and by when permits are applied for."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from custody.adapters.working_days import ChineseWorkingDays
from custody.domain import obligation_expiry, obligation_export, obligation_person
from custody.domain.obligation import ORDER, Obligation, obligations
from domain.journeys import permit
from domain.play import Play, World
from domain.stories import assessment, paper, registered_donor, specification

CALENDAR = ChineseWorkingDays()
assert {obligation_expiry.HOUSE, obligation_export.HOME, obligation_person.LAW}


def owed(play: Play, today: str, *aliases: str) -> list[Obligation]:
    states = [play.state(alias) for alias in aliases]
    return obligations(states, date.fromisoformat(today), CALENDAR, World(play.streams))


def told(found: list[Obligation]) -> list[tuple[str, str, str]]:
    return [(o.kind, o.status, str(o.due or "")) for o in found]


@pytest.fixture
def play() -> Play:
    play = Play(gates=False)
    play.add("product.specified/v1", "P1", specification())
    return play


def test_a_permit_is_open_until_its_last_day_and_overdue_after_it(play: Play) -> None:
    permit(play, "HG1", "hgr_exit", valid_until="2026-10-31")
    assert told(owed(play, "2026-10-31", "HG1")) == [("permit_expiry", "open", "2026-10-31")]
    assert told(owed(play, "2026-11-01", "HG1")) == [("permit_expiry", "overdue", "2026-10-31")]


def test_a_permit_that_is_used_up_or_given_up_owes_nothing(play: Play) -> None:
    permit(play, "SG1", "special_goods", quantity="2", unit="dose", valid_until="2026-10-31")
    play.add("permit.drawn/v1", "SG1", {"quantity": "2", "unit": "dose"})
    assert told(owed(play, "2026-12-01", "SG1")) == [("permit_expiry", "met", "2026-10-31")]
    play.add("permit.revoked/v1", "SG1", {"reason": "shipment given up"})
    assert owed(play, "2026-12-01", "SG1") == []


def qualified(play: Play, until: str | None) -> None:
    body = {
        "qualification": "qa",
        "title": "senior",
        "valid_from": "2026-01-01",
        "valid_until": until,
        "documents": [paper("certificate")],
    }
    play.add("person.qualified/v1", "N1", body)


def test_of_a_qualification_the_latest_period_counts(play: Play) -> None:
    play.add("person.registered/v1", "N1", {"number": "N1"})
    qualified(play, "2026-10-31")
    assert told(owed(play, "2026-11-02", "N1")) == [
        ("qualification_expiry", "overdue", "2026-10-31")
    ]
    qualified(play, "2028-10-31")
    assert told(owed(play, "2026-11-02", "N1")) == [("qualification_expiry", "open", "2028-10-31")]
    qualified(play, None)
    assert owed(play, "2026-11-02", "N1") == []


def test_a_qualification_that_was_withdrawn_is_not_renewed(play: Play) -> None:
    play.add("person.registered/v1", "N1", {"number": "N1"})
    qualified(play, "2026-10-31")
    play.add("person.disqualified/v1", "N1", {"qualification": "qa", "reason": "left"})
    assert owed(play, "2026-11-02", "N1") == []


def test_a_partner_is_assessed_again_before_the_assessment_runs_out(play: Play) -> None:
    body = {"number": "O1", "legal_name": "O", "roles": ["carrier"], "country": "CN"}
    play.add("organisation.registered/v1", "O1", {**body, "foreign_controlled": False})
    assert owed(play, "2026-12-01", "O1") == []
    passed = dict.fromkeys(("qualification", "facility", "quality_system"), "pass")
    play.add("organisation.assessed/v1", "O1", {**passed, "valid_until": "2026-11-30"})
    [found] = owed(play, "2026-12-01", "O1")
    assert (found.kind, found.status) == ("partner_assessment_expiry", "overdue")


def test_equipment_is_calibrated_again_until_it_is_retired(play: Play) -> None:
    body = {"number": "EQ1", "name": "incubator", "equipment_kind": "incubator"}
    play.add("equipment.registered/v1", "EQ1", {**body, "calibrated": True})
    done = {"verdict": "pass", "valid_until": "2026-11-30", "documents": [paper("certificate")]}
    play.add("equipment.calibrated/v1", "EQ1", done)
    expected = [("calibration_expiry", "overdue", "2026-11-30")]
    assert told(owed(play, "2026-12-01", "EQ1")) == expected
    play.add("equipment.retired/v1", "EQ1", {"reason": "worn out"})
    assert owed(play, "2026-12-01", "EQ1") == []


def test_an_assessment_with_a_last_day_is_renewed_or_withdrawn(play: Play) -> None:
    registered_donor(play)
    assessment(play, "RA0", "DON-003", "D1")
    body = {"number": "RA1", "purpose": "risk_assessment", "rule": "DON-003", "conclusion": "ok"}
    play.add(
        "assessment.approved/v1", "RA1", {**body, "valid_until": "2026-11-30"}, {"covers": "D1"}
    )
    assert told(owed(play, "2026-12-01", "RA0", "RA1")) == [
        ("assessment_expiry", "overdue", "2026-11-30")
    ]
    play.add("assessment.withdrawn/v1", "RA1", {"reason": "not needed"})
    assert owed(play, "2026-12-01", "RA1") == []


def asked(play: Play) -> None:
    """Donation D1 asks for erasure on 1 September 2026."""
    registered_donor(play)
    play.add("request.received/v1", "D1", {"request": "DSR-1", "asks": "erasure"})


def test_a_request_is_answered_within_thirty_days(play: Play) -> None:
    asked(play)
    assert told(owed(play, "2026-10-01", "D1")) == [("request", "open", "2026-10-01")]
    assert told(owed(play, "2026-10-02", "D1")) == [("request", "overdue", "2026-10-01")]


def test_a_restriction_is_looked_at_again_on_its_last_day(play: Play) -> None:
    asked(play)
    body = {"request": "DSR-1", "decision": "restrict", "ground": "retention_period"}
    play.add("request.decided/v1", "D1", {**body, "reason": "kept"})
    expected = [("restriction", "not_yet_running", ""), ("request", "met", "2026-10-01")]
    assert told(owed(play, "2026-12-01", "D1")) == expected
    play.add("request.decided/v1", "D1", {**body, "reason": "kept", "until": "2057-02-26"})
    assert told(owed(play, "2026-12-01", "D1"))[0] == ("restriction", "open", "2057-02-26")


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ({"basis": "order_818_study"}, ("not_yet_running", "")),
        ({"basis": "order_818_study", "starts_on": "2026-09-01"}, ("open", "2056-09-01")),
        ({"basis": "order_818_offspring"}, ("met", "")),
        ({"basis": "gacc_281", "starts_on": "2020-09-01"}, ("overdue", "2023-09-01")),
    ],
    ids=["start unknown", "running", "permanent", "over"],
)
def test_personal_values_are_owed_an_end_when_the_last_period_is_over(
    play: Play, period: dict[str, Any], expected: tuple[str, str]
) -> None:
    registered_donor(play)
    play.add("retention.set/v1", "D1", period)
    assert told(owed(play, "2026-12-01", "D1")) == [("retention", *expected)]


def planned_with_permit(play: Play, planned_on: str, **body: Any) -> None:
    """A shipment relying on an exit certificate, applied for on 1 September 2026."""
    permit(play, "HG1", "hgr_exit", **{"state": "submitted", "valid_from": None, **body})
    links = {"batch": "batch:1", "permit": "HG1"}
    links |= {p: f"organisation:{p}" for p in ("shipper", "consignee")}
    plan = {"number": "S-1", "destination": "SG", "purpose": "overseas_clinical_trial"}
    plan |= {"trial": "NCT00000001", "planned_on": planned_on}
    play.add("shipment.planned/v1", "S-1", plan, links)


def test_permits_are_applied_for_thirty_working_days_before_the_departure(play: Play) -> None:
    planned_with_permit(play, "2026-11-20")
    found = {o.kind: o for o in owed(play, "2026-10-10", "S-1")}
    # the thirtieth working day back from 20 November is the Saturday worked for National Day
    assert str(found["hgr_lead_time"].due) == "2026-10-10"
    assert found["hgr_lead_time"].status == "met"
    assert found["quarantine_lead_time"].status == "open"
    later = {o.kind: o.status for o in owed(play, "2026-10-11", "S-1")}
    assert later["quarantine_lead_time"] == "overdue"


def test_a_plan_earlier_than_the_likely_decision_is_overdue_and_says_so(play: Play) -> None:
    planned_with_permit(play, "2026-09-30")
    found = {o.kind: o for o in owed(play, "2026-09-10", "S-1")}["hgr_lead_time"]
    assert found.status == "overdue"
    assert "2026-10-19, after the planned day" in found.note.en
    assert "2026-10-19" in found.note.zh


def test_a_granted_permit_needs_no_lead_time(play: Play) -> None:
    planned_with_permit(play, "2026-09-02", state="issued", valid_from="2026-08-01")
    found = {o.kind: o.status for o in owed(play, "2026-09-02", "S-1")}
    assert found["hgr_lead_time"] == "met"


def test_overdue_comes_first_then_the_nearest_day(play: Play) -> None:
    days = {"HG1": "2027-01-31", "HG2": "2026-10-31", "HG3": "2026-12-31", "HG4": "2026-09-30"}
    for alias, until in days.items():
        permit(play, alias, "hgr_exit", valid_until=until)
    registered_donor(play)
    play.add("retention.set/v1", "D1", {"basis": "order_818_study"})
    found = owed(play, "2026-12-01", *days, "D1")
    assert [o.number for o in found] == ["HG4", "HG2", "HG3", "HG1", "D1"]
    ranks = [ORDER.index(o.status) for o in found]
    assert ranks == sorted(ranks)
