"""Periods in working days, over holiday weeks and their make-up days; months and years."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.adapters.working_days import ChineseWorkingDays
from custody.domain.calendar import NotKnown, add_months, add_working_days, add_years

CALENDAR = ChineseWorkingDays()
DAYS = st.dates(date(2010, 1, 1), date(2026, 6, 30))


class NeverOpen:
    """A calendar in which nobody works."""

    def is_working_day(self, day: date) -> bool:
        return day == date.min


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-11-02", "2026-11-09"),  # no holiday: a week
        ("2026-09-28", "2026-10-10"),  # National Day, ends on the Saturday worked in its place
        ("2026-09-30", "2026-10-13"),
        ("2026-09-18", "2026-09-24"),  # the Sunday before is worked, too
        ("2026-02-12", "2026-02-26"),  # Spring Festival: Saturday the 14th is worked
        ("2026-02-24", "2026-03-02"),  # and Saturday the 28th
    ],
)
def test_five_working_days_skip_holidays_and_count_make_up_days(start: str, end: str) -> None:
    found = add_working_days(date.fromisoformat(start), 5, CALENDAR)
    assert found == date.fromisoformat(end)


def test_the_day_of_the_event_does_not_count_even_on_a_holiday() -> None:
    in_the_holiday = add_working_days(date(2026, 10, 3), 1, CALENDAR)
    assert in_the_holiday == add_working_days(date(2026, 9, 30), 1, CALENDAR) == date(2026, 10, 8)


def test_a_period_that_runs_into_an_unknown_year_has_no_last_day() -> None:
    last = CALENDAR.years()[1]
    assert add_working_days(date(last, 12, 31), 5, CALENDAR) == NotKnown(last + 1)
    assert add_working_days(date(last + 5, 6, 1), -5, CALENDAR) == NotKnown(last + 5)


def test_the_last_known_days_of_a_year_are_still_told() -> None:
    assert add_working_days(date(2026, 12, 24), 5, CALENDAR) == date(2026, 12, 31)


@given(DAYS, st.integers(1, 40))
def test_between_start_and_end_lie_exactly_that_many_working_days(day: date, count: int) -> None:
    end = add_working_days(day, count, CALENDAR)
    assert isinstance(end, date)
    between = [day + timedelta(days=n + 1) for n in range((end - day).days)]
    assert sum(bool(CALENDAR.is_working_day(d)) for d in between) == count
    assert CALENDAR.is_working_day(end)


@given(DAYS, st.integers(1, 40))
def test_counting_back_from_the_end_of_a_period_passes_its_start(day: date, count: int) -> None:
    end = add_working_days(day, count, CALENDAR)
    assert isinstance(end, date)
    start = add_working_days(end, -count, CALENDAR)
    assert isinstance(start, date)
    assert start <= day
    assert not any(
        CALENDAR.is_working_day(start + timedelta(days=n + 1)) for n in range((day - start).days)
    )


@given(DAYS, st.integers(30, 30))
def test_working_days_never_take_fewer_days_than_their_number(day: date, count: int) -> None:
    end = add_working_days(day, count, CALENDAR)
    assert isinstance(end, date)
    assert (end - day).days >= count


def test_no_days_and_a_calendar_without_working_days_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        add_working_days(date(2026, 1, 5), 0, CALENDAR)
    with pytest.raises(ValueError, match="no working days"):
        add_working_days(date(2026, 1, 5), 1, NeverOpen())


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        ("2026-05-01", 1, "2026-06-01"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2027-12-31", 2, "2028-02-29"),
        ("2026-11-30", 24, "2028-11-30"),
        ("2026-03-15", -3, "2025-12-15"),
    ],
)
def test_months_end_on_the_corresponding_day_or_the_last(day: str, months: int, end: str) -> None:
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(end)


def test_a_period_of_years_from_a_leap_day_ends_on_the_last_of_february() -> None:
    assert add_years(date(2024, 2, 29), 30) == date(2054, 2, 28)
    assert add_years(date(2024, 2, 29), 4) == date(2028, 2, 29)


def test_a_period_that_would_end_beyond_the_calendar_ends_with_it() -> None:
    last, first = date(9999, 12, 31), date(1, 1, 1)
    assert add_years(date(9999, 1, 1), 30) == add_months(last, 1) == last
    assert add_months(last, 0) == last
    assert add_months(last, -1) == date(9999, 11, 30)
    assert add_months(first, -1) == first
    assert add_months(date(2026, 1, 31), 10**9) == last
