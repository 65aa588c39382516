"""Third-party reports: two objects, four tests, an independent and accredited laboratory."""

from __future__ import annotations

from typing import Any

import pytest

from custody.domain.fold import fold
from custody.domain.model import Event, Link
from custody.domain.study_conduct import StudyStarted
from custody.rules.model import RULES, Case, Outcome
from domain.journeys import completed_batch, organisation
from domain.making import batch_of
from domain.play import Play, World
from domain.stories import SAFETY, frozen_vial, paper, qualified_bank, specified_product

TPR = next(r for r in RULES if r.id == "TPR-001")
REPORT = {
    "report": "TP-1",
    "reported_on": "2026-09-01",
    "sample": "QC-1",
    "accreditation": "ISO/IEC 17025",
    "accredited_until": "2026-12-31",
    "documents": [paper("test_report")],
}


def laboratory(play: Play, alias: str = "LAB", *owners: str) -> None:
    """A laboratory is registered, with who controls it."""
    body = {"number": alias, "legal_name": alias, "roles": ["laboratory"], "country": "CN"}
    links = {"controlled_by": owners} if owners else {}
    play.add("organisation.registered/v1", alias, {**body, "foreign_controlled": False}, links)


@pytest.fixture
def play() -> Play:
    """A batch made at MAKER from a vial of bank B1; laboratory LAB is nobody's."""
    play = Play()
    organisation(play, "MAKER")
    play.add("person.registered/v1", "bank_custodian", {"number": "N1"}, {"employer": "MAKER"})
    specified_product(play)
    qualified_bank(play)
    frozen_vial(play)
    play.add("vial.thawed/v1", "V1")
    parts = dict.fromkeys(("qualification", "facility", "quality_system"), "pass")
    play.add("organisation.assessed/v1", "MAKER", {**parts, "valid_until": "2027-08-31"})
    batch_of(play, "V1", site="MAKER")
    completed_batch(play)
    laboratory(play)
    return play


def report(
    play: Play, item: str, lab: str = "LAB", *, verdicts: dict[str, str] | None = None, **body: Any
) -> None:
    """A report on bank B1 or batch X1 comes in."""
    kind = "bank" if item == "B1" else "batch"
    verdicts = dict.fromkeys(SAFETY, "pass") if verdicts is None else verdicts
    tests = [{"test": t, "verdict": v} for t, v in verdicts.items()]
    body = {**REPORT, "tests": tests, **body}
    play.add(f"{kind}.third_party_reported/v1", item, body, {"laboratory": lab})


def asked(play: Play, *, bank: bool = True, batch: bool = True) -> set[tuple[str, Outcome]]:
    """What the rule finds when a study starts on bank B1 and batch X1: (item, outcome)."""
    links = [Link("bank", play.stream("B1"), "")] if bank else []
    links += [Link("batch", play.stream("X1"), "")] if batch else []
    event = Event(
        index=play.count,
        leaf="",
        stream="study:ST1",
        seq=1,
        type="study.started/v1",
        time="2026-09-02T08:00:00Z",
        signers=(),
        links=tuple(links),
        body=StudyStarted(occurred_at="2026-09-02T08:00:00Z"),
    )
    case = Case(event, fold([]), World(play.streams))
    return {(a.where, a.outcome) for a in TPR.require(case) if a.outcome is not Outcome.SATISFIED}


@pytest.mark.sentence("B25", "passes")
def test_bank_and_batch_with_four_passed_tests_each_let_the_study_start(play: Play) -> None:
    report(play, "B1")
    report(play, "X1")
    assert asked(play) == set()


@pytest.mark.sentence("B25", "blocks")
@pytest.mark.parametrize("item", ["B1", "X1"])
@pytest.mark.parametrize("test", SAFETY)
def test_one_test_missing_on_one_of_the_two_stops_the_study(
    play: Play, item: str, test: str
) -> None:
    for each in ("B1", "X1"):
        shown = [t for t in SAFETY if each != item or t != test]
        report(play, each, verdicts=dict.fromkeys(shown, "pass"))
    assert asked(play) == {(play.stream(item), Outcome.UNKNOWN)}


def test_tests_of_several_reports_add_up(play: Play) -> None:
    report(play, "B1")
    for test in SAFETY:
        report(play, "X1", verdicts={test: "pass"}, report=f"TP-{test}")
    assert asked(play) == set()


def test_a_failed_test_is_not_made_good_by_another_report(play: Play) -> None:
    report(play, "B1")
    report(play, "X1", verdicts={"sterility": "fail"})
    report(play, "X1", report="TP-2")
    assert asked(play) == {(play.stream("X1"), Outcome.VIOLATED)}


@pytest.mark.sentence("B25", "blocks")
def test_a_laboratory_that_belongs_to_the_maker_is_no_third_party(play: Play) -> None:
    organisation(play, "HOLDING")
    laboratory(play, "OWN", "MAKER")
    laboratory(play, "SISTER", "HOLDING")
    report(play, "B1", "OWN")
    report(play, "X1", "OWN")
    found = asked(play)
    assert (play.stream("OWN"), Outcome.VIOLATED) in found
    assert (play.stream("X1"), Outcome.UNKNOWN) in found


def test_a_maker_that_belongs_to_the_laboratory_has_no_third_party_in_it(play: Play) -> None:
    body = {"number": "M2", "legal_name": "M2", "roles": ["cdmo"], "country": "CN"}
    links = {"controlled_by": "LAB"}
    play.add("organisation.registered/v1", "M2", {**body, "foreign_controlled": False}, links)
    play.add("person.registered/v1", "operator", {"number": "N2"}, {"employer": "M2"})
    report(play, "B1")
    report(play, "X1")
    assert (play.stream("LAB"), Outcome.VIOLATED) in asked(play)


def test_a_laboratory_whose_accreditation_had_ended_does_not_count(play: Play) -> None:
    report(play, "B1")
    report(play, "X1", accredited_until="2026-08-31")
    found = asked(play)
    assert (play.stream("LAB"), Outcome.VIOLATED) in found


def test_an_organisation_not_registered_as_a_laboratory_does_not_count(play: Play) -> None:
    organisation(play, "SHOP")
    report(play, "B1")
    report(play, "X1", "SHOP")
    assert (play.stream("SHOP"), Outcome.UNKNOWN) in asked(play)


def test_a_maker_nobody_recorded_cannot_be_told_from_the_laboratory(play: Play) -> None:
    del play.streams["person:bank_custodian"]
    report(play, "B1")
    report(play, "X1")
    assert asked(play) == {(play.stream("B1"), Outcome.UNKNOWN)}


def test_both_the_bank_and_the_preparation_must_be_named(play: Play) -> None:
    report(play, "B1")
    report(play, "X1")
    assert asked(play, bank=False) == {(play.stream("B1"), Outcome.UNKNOWN)}
    assert asked(play, batch=False) == {("study:ST1", Outcome.UNKNOWN)}
