"""Awkward cases of cultures, studies, doses and journeys, in English and in Chinese records.

The first half of these cases stands in `test_awkward_cases_in_both_languages`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from custody.rules.citations import misnumbered
from domain.chinese import ChinesePlay
from domain.journeys import (
    accept,
    completed_batch,
    hand_over,
    organisation,
    passed_tests,
    qualified_authority,
    released_batch,
)
from domain.making import batch_of, cultured, filled_dose, passaged, received_dose, split
from domain.play import Play
from domain.stories import approved_process, consented, paper, registered_donor, results
from domain.studies import (
    active_study,
    administration,
    completed_lot,
    dose_at_the_bedside,
    enrolled,
)
from rules.borders import sealed
from rules.test_awkward_cases_in_both_languages import stopped

GIVEN = "dose.administered/v1"
CELLS = "{cells}"


@pytest.fixture(params=[Play, ChinesePlay], ids=["English", "中文"])
def play(request: pytest.FixtureRequest) -> Iterator[Play]:
    made: Play = request.param()
    yield made
    if isinstance(made, ChinesePlay):
        numbers = [s.number for s in map(made.state, made.names) if s is not None and s.number]
        assert numbers and all("批" in number for number in numbers)


# cultures


def test_cells_thawed_once_are_not_frozen_again_unless_the_process_says_so(play: Play) -> None:
    cultured(play)
    place = {"position": "tank 2"}
    assert stopped(play, "culture.stored/v1", "C1", place, naming="C1") == {"CUL-001"}
    passaged(play, "C1", 3)
    assert play.codes("culture.stored/v1", "C1", place) == set()


def test_the_older_of_two_branches_makes_the_pool_too_old(play: Play) -> None:
    cultured(play)
    qualified_authority(play)
    approved_process(play, max_passage=4)
    split(play, "C2", "C1", "400")
    for passage in (3, 4, 5):
        passaged(play, "C2", passage)
    pooled = {"number": "C3", "quantity": "1600", "unit": CELLS}
    younger = {**pooled, "passage": 2}
    parents = {"parent": ["C1", "C2"]}
    assert stopped(play, "culture.pooled/v1", "C3", younger, parents, naming="C2") == {"TRC-002"}
    play.add("culture.pooled/v1", "C3", {**pooled, "passage": 5}, parents)
    batch_of(play, "C3", process="PR1")
    completed_batch(play, passage=4)
    passed_tests(play)
    play.add("batch.reviewed/v1", "X1")
    assert "REL-003" in stopped(play, "batch.released/v1", "X1", naming="C2")


def test_a_part_split_off_and_the_remainder_never_make_more_than_there_was(play: Play) -> None:
    cultured(play, quantity="1000")
    split(play, "C2", "C1", "999.999999999")
    more = {"number": "C3", "passage": 2, "quantity": "0.000000002", "unit": CELLS}
    assert stopped(play, "culture.split/v1", "C3", more, {"parent": "C1"}) == {"C266"}
    rest = {**more, "quantity": "0.000000001"}
    assert play.codes("culture.split/v1", "C3", rest, {"parent": "C1"}) == set()


# at the bedside


def bedside(play: Play, *, autologous: bool = False) -> None:
    """A study under way; two patients with a lot each, or one patient with a lot of a donor."""
    play.gates = False
    active_study(play)
    pairs = (("D1", "X1", "K1", "J1"), ("D2", "X2", "K2", "J2"))
    for donor, lot, dose, patient in pairs if autologous else pairs[:1]:
        completed_lot(play, lot, donor, **({"relation": "autologous"} if autologous else {}))
        dose_at_the_bedside(play, dose, lot)
        enrolled(play, patient, donor if autologous else "")
    play.gates = True


def test_a_patients_own_cells_are_never_given_to_another_patient(play: Play) -> None:
    bedside(play, autologous=True)
    body = administration()
    assert "COI-001" in stopped(play, GIVEN, "K2", body, {"subject": "J1"})
    assert "COI-001" not in play.codes(GIVEN, "K1", body, {"subject": "J1"})


def test_a_split_dose_keeps_its_remainder_and_its_patient(play: Play) -> None:
    released_batch(play)
    organisation(play, "CLINIC")
    received_dose(play)
    play.gates = False
    play.names |= {name: f"subject:{name}" for name in ("SU1", "SU2")}
    half = administration(quantity="12.5")
    play.add(GIVEN, "DO1", half, {"subject": "SU1"})
    assert stopped(play, GIVEN, "DO1", administration(quantity="7.6"), {"subject": "SU1"}) == {
        "C266"
    }
    rest = administration(quantity="7.5")
    assert stopped(play, GIVEN, "DO1", rest, {"subject": "SU2"}) == {"C2221"}
    assert play.codes(GIVEN, "DO1", rest, {"subject": "SU1"}) == set()
    for name in ("SU1", "SU2"):
        del play.names[name]


def test_a_dose_on_its_way_when_the_study_is_suspended_arrives_and_is_not_given(
    play: Play,
) -> None:
    bedside(play)
    reaction = {"grade": 4, "relatedness": "probable", "description": "acute liver injury"}
    play.gates = False
    filled_dose(play, "K2", "X1")
    play.add("dose.dispensed/v1", "K2", {}, {"batch": "X1", "site": "H1"})
    play.add("subject.serious_reaction_reported/v1", "J1", reaction, {"study": "T1"})
    play.gates = True
    play.add("dose.received_at_site/v1", "K2", {"condition": "intact"}, {"site": "H1"})
    assert "STU-004" in stopped(play, GIVEN, "K2", administration(), {"subject": "J1"})
    assert play.codes("dose.returned/v1", "K2", {"reason": "study suspended"}) == set()


# the journey


def test_a_flight_across_the_date_line_may_land_the_day_before_but_not_before_it_left(
    play: Play,
) -> None:
    sealed(play)
    hand_over(play, "MAKER", "CARRIER", occurred_at="2026-09-02T09:00:00+13:00")
    parties = {"giver": "MAKER", "receiver": "CARRIER"}
    taken = {"seal": "SEAL1", "intact": True, "place": "gate"}
    early = {**taken, "occurred_at": "2026-09-01T09:30:00-10:00"}
    assert stopped(play, "shipment.accepted/v1", "S-1", early, parties) == {"COC-001"}
    late = {**taken, "occurred_at": "2026-09-01T15:30:00-10:00"}
    assert play.codes("shipment.accepted/v1", "S-1", late, parties) == set()


def test_a_gap_in_the_log_counts_until_quality_has_judged_it(play: Play) -> None:
    sealed(play)
    for giver, receiver in (("MAKER", "CARRIER"), ("CARRIER", "HOSPITAL")):
        hand_over(play, giver, receiver)
        accept(play, giver, receiver)
    play.add("shipment.received/v1", "S-1", {"seal": "SEAL1", "intact": True, "quantity": "4"})
    log = {
        "logger": "LOG1",
        "started_at": "2026-09-01T08:00:00+08:00",
        "ended_at": "2026-09-03T08:00:00+08:00",
        "readings": 90,
        "minimum": "-190",
        "maximum": "-160",
        "gaps": 1,
        "documents": [paper("logger_file")],
        "occurred_at": "2026-09-03T09:00:00+08:00",
    }
    play.add("shipment.temperature_logged/v1", "S-1", log)
    later = {"occurred_at": "2026-09-03T12:00:00+08:00"}
    counted = {"quantity": "4", **later}
    assert stopped(play, "shipment.reconciled/v1", "S-1", counted, naming="LOG1") == {"COC-002"}
    judged = {"assessment": "lid open, no effect", "disposition": "fit_for_use", **later}
    play.add("shipment.excursion_assessed/v1", "S-1", judged)
    assert play.codes("shipment.reconciled/v1", "S-1", counted) == set()


# donors and sources


def test_a_pool_is_only_as_good_as_each_donation_in_it(play: Play) -> None:
    for donor in ("D1", "D2"):
        registered_donor(play, donor)
        consented(play, donor)
        markers = ("hiv", "hbv", "hcv", "syphilis")
        play.add("donor.screened/v1", donor, {"results": results(markers)})
        play.add("donor.cleared/v1", donor, {"determination": "eligible"})
    pool = {"number": "PO1", "tissue": "umbilical_cord", "leukocyte_rich": False}
    both = {"donation": ["D1", "D2"]}
    assert play.codes("donor.pooled/v1", "PO1", pool, both) == set()
    play.add("donor.notice_received/v1", "D2", {"notice": "HBV", "status": "reactive"})
    assert stopped(play, "donor.pooled/v1", "PO1", pool, both, naming="D2")


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ("filed under Order No. 789 on biomedical technologies", True),
        ("依据国务院令第789号（生物医学新技术）备案", True),
        ("依据国务院令第７８９号备案", True),
        ("依据国务院令第818号备案", False),
        ("filed under Order No. 818", False),
        ("purchase order 789", False),
    ],
)
def test_a_wrong_citation_is_noticed_in_either_language_and_never_rewritten(
    play: Play, written: str, *, wrong: bool
) -> None:
    filing = {
        "number": "F-1",
        "permit_kind": "study_filing_818",
        "authority": "National Health Commission",
        "state": "submitted",
        "reason": written,
    }
    body = play.add("permit.recorded/v1", "F1", filing).body
    assert body.reason is not None and body.reason.startswith(written)
    assert bool(misnumbered(body.plain())) == wrong
