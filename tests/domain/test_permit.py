"""Permits: evidence before effect, and a balance that cannot be overdrawn."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.domain.permit import Permit
from domain.journeys import permit
from domain.play import Play
from domain.stories import paper, specification


@pytest.fixture
def play() -> Play:
    play = Play(gates=False)
    play.add("product.specified/v1", "P1", specification())
    return play


def test_a_permit_counts_as_issued_only_with_its_document(play: Play) -> None:
    body = {"number": "EX1", "permit_kind": "export_filing", "authority": "A", "state": "issued"}
    assert play.codes("permit.recorded/v1", "EX1", body) == {"C280"}
    assert (
        play.codes("permit.recorded/v1", "EX1", {**body, "documents": [paper("permit")]}) == set()
    )
    assert play.codes("permit.recorded/v1", "EX1", {**body, "state": "consultation"}) == set()


def test_a_permit_under_way_becomes_issued_with_its_document(play: Play) -> None:
    permit(play, "EX1", "export_filing", state="submitted", documents=[])
    assert not play.state("EX1").granted
    assert play.codes("permit.updated/v1", "EX1", {"state": "issued"}) == {"C280"}
    issued = {"state": "issued", "documents": [paper("permit")], "valid_until": "2026-09-30"}
    play.add("permit.updated/v1", "EX1", issued)
    assert play.state("EX1").granted
    assert play.state("EX1").valid_until == "2026-09-30"


def test_a_consultation_is_no_filing_and_cannot_be_written_off(play: Play) -> None:
    permit(play, "EX1", "export_filing", state="consultation")
    assert not play.state("EX1").granted
    drawn = {"quantity": "1", "unit": "dose"}
    assert play.codes("permit.drawn/v1", "EX1", drawn) == {"C243"}


OLD, NEW = ("2026-08-01", "2027-07-31"), ("2027-08-01", "2028-07-31")


def renewed(play: Play, **body: str) -> Permit:
    permit(play, "EX1", "export_filing", quantity="12", unit="dose")
    play.add("permit.drawn/v1", "EX1", {"quantity": "12", "unit": "dose"})
    told = {"state": "issued", "documents": [paper("permit")], "valid_from": NEW[0]}
    play.add("permit.updated/v1", "EX1", {**told, "valid_until": NEW[1], **body})
    found = play.state("EX1")
    assert isinstance(found, Permit)
    return found


@pytest.mark.parametrize("day", [*OLD, "2026-11-22", *NEW])
def test_a_renewal_told_early_takes_nothing_from_the_period_before_it(play: Play, day: str) -> None:
    held = renewed(play)
    assert held.valid_on(date.fromisoformat(day))
    assert not held.over(date.fromisoformat(day))
    assert not held.run_out(date.fromisoformat(day))


def test_days_before_after_and_between_two_periods_are_not_covered(play: Play) -> None:
    held = renewed(play, valid_from="2027-09-01")
    for day in ("2026-07-31", "2027-08-15", "2028-08-01"):
        assert not held.valid_on(date.fromisoformat(day)), day
        assert held.over(date.fromisoformat(day)), day
    assert [held.run_out(date.fromisoformat(d)) for d in ("2026-07-31", "2027-08-15")] == [
        False,
        True,
    ]


@pytest.mark.parametrize("known", [{}, {"valid_until": "2026-12-24"}], ids=["none", "last day"])
def test_a_period_whose_ends_were_not_known_stays_when_a_renewal_is_told(
    play: Play, known: dict[str, str]
) -> None:
    told = {"state": "accepted", "documents": [paper("permit")]}
    permit(play, "ST1", "study_filing_818", **{"valid_from": None, "valid_until": None, **known})
    play.add("permit.updated/v1", "ST1", {**told, "valid_from": "2026-12-25"})
    held = play.state("ST1")
    assert isinstance(held, Permit)
    assert not held.over(date.fromisoformat("2026-11-24"))
    assert not held.valid_on(date.fromisoformat("2026-11-24"))  # unknown is no proof either


def test_a_shorter_or_corrected_period_replaces_the_one_before_it(play: Play) -> None:
    held = renewed(play, valid_from=OLD[0], valid_until="2026-09-30")
    assert held.earlier == ()
    assert held.over(date(2026, 11, 22))


def test_a_renewal_gives_nothing_back_that_was_used_before(play: Play) -> None:
    assert renewed(play, quantity="18", unit="dose").remaining == Decimal(6)


def test_a_revoked_permit_stays_revoked(play: Play) -> None:
    permit(play, "EX1", "export_filing")
    play.add("permit.revoked/v1", "EX1", {"reason": "by the authority"})
    assert play.state("EX1").status == "revoked"
    again = {"state": "issued", "documents": [paper("permit")]}
    assert play.codes("permit.updated/v1", "EX1", again) == {"C243"}


def test_the_state_of_a_permit_is_not_corrected_into_an_issued_one(play: Play) -> None:
    permit(play, "EX1", "export_filing", state="consultation")
    leaf = play.events("EX1")[0].leaf
    change = {"field": "state", "was": "consultation", "now": "issued"}
    body = {"corrects": leaf, "reason": "typing error", "changes": [change]}
    signers = [("A", "qa", "approved"), ("B", "regulatory_affairs", "performed")]
    assert play.codes("record.corrected/v1", "EX1", body, signers=signers) == {"C289"}


def test_validity_does_not_end_before_it_begins_and_a_quantity_has_a_unit(play: Play) -> None:
    body = {"number": "EX1", "permit_kind": "hgr_exit", "authority": "A", "state": "submitted"}
    backwards = {**body, "valid_from": "2026-09-02", "valid_until": "2026-09-01"}
    assert play.codes("permit.recorded/v1", "EX1", backwards) == {"C281"}
    assert play.codes("permit.recorded/v1", "EX1", {**body, "quantity": "5"}) == {"C282"}


def test_validity_includes_its_first_and_its_last_day(play: Play) -> None:
    permit(play, "EX1", "export_filing", valid_from="2026-09-01", valid_until="2026-09-03")
    days = [date(2026, 8, 31), date(2026, 9, 1), date(2026, 9, 3), date(2026, 9, 4)]
    assert [play.state("EX1").valid_on(d) for d in days] == [False, True, True, False]


def test_a_permit_that_names_lots_covers_no_other_lot(play: Play) -> None:
    permit(play, "ALL", "hgr_exit")
    permit(play, "ONE", "hgr_exit", batch="batch:1")
    product = play.stream("P1")
    assert play.state("ALL").covers(product, "batch:2")
    assert play.state("ONE").covers(product, "batch:1")
    assert not play.state("ONE").covers(product, "batch:2")
    assert not play.state("ALL").covers("product:other", "batch:1")


def test_a_permit_is_written_off_in_its_own_unit_only(play: Play) -> None:
    permit(play, "SG1", "special_goods", quantity="10", unit="mL")
    assert play.codes("permit.drawn/v1", "SG1", {"quantity": "1", "unit": "dose"}) == {"C264"}


@settings(max_examples=30, deadline=None)
@given(
    allowed=st.decimals("0", "50", places=2),
    draws=st.lists(st.decimals("0.01", "30", places=2), max_size=8),
)
def test_a_permit_is_written_off_exactly_and_never_below_zero(
    allowed: Decimal, draws: list[Decimal]
) -> None:
    play = Play(gates=False)
    play.add("product.specified/v1", "P1", specification())
    permit(play, "SG1", "special_goods", quantity=f"{allowed:f}", unit="mL")
    left = allowed
    for draw in draws:
        body = {"quantity": f"{draw:f}", "unit": "mL"}
        found = play.codes("permit.drawn/v1", "SG1", body)
        assert found == (set() if draw <= left else {"C266"})
        if not found:
            play.add("permit.drawn/v1", "SG1", body)
            left -= draw
        assert play.state("SG1").remaining == left
