"""The table of Chinese holidays: make-up days are worked, years not decided yet are not known."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta

import pytest

from custody.adapters.working_days import ChineseWorkingDays

DAYS = ChineseWorkingDays()


@pytest.mark.parametrize("day", ["2026-09-20", "2026-10-10", "2026-02-14", "2026-02-28"])
def test_a_weekend_worked_in_place_of_a_holiday_is_a_working_day(day: str) -> None:
    assert date.fromisoformat(day).weekday() >= 5
    assert DAYS.is_working_day(date.fromisoformat(day)) is True


@pytest.mark.parametrize("day", ["2026-10-01", "2026-10-07", "2026-02-16", "2026-02-23"])
def test_a_weekday_inside_a_holiday_is_not_a_working_day(day: str) -> None:
    assert date.fromisoformat(day).weekday() < 5
    assert DAYS.is_working_day(date.fromisoformat(day)) is False


def test_an_ordinary_week_has_five_working_days() -> None:
    monday = date(2026, 11, 2)
    week = [DAYS.is_working_day(monday + timedelta(days=n)) for n in range(7)]
    assert week == [True] * 5 + [False] * 2


def test_a_year_whose_holidays_are_not_decided_is_not_known() -> None:
    first, last = DAYS.years()
    assert first <= 2026 <= last
    assert DAYS.is_working_day(date(last, 12, 31)) is not None
    assert DAYS.is_working_day(date(last + 1, 1, 1)) is None
    assert DAYS.is_working_day(date(first - 1, 12, 31)) is None


def test_the_table_is_not_loaded_before_it_is_asked() -> None:
    script = (
        "import sys; from datetime import date\n"
        "from custody.adapters.working_days import ChineseWorkingDays as Days\n"
        "days = Days(); print('chinese_calendar' in sys.modules)\n"
        "days.is_working_day(date(2026, 10, 1)); print('chinese_calendar' in sys.modules)\n"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert said.stdout.split() == ["False", "True"], said.stderr
