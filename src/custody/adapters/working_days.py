"""The working days of mainland China, from the `chinesecalendar` table of holidays.

The State Council decides each year's holidays and the weekends worked in their place in the autumn
before; the table holds the years decided when it was released. It knows nothing of other countries.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib import import_module
from typing import Any


@cache
def _table() -> Any:
    # Read on first use: most commands need no calendar.
    return import_module("chinese_calendar")


@cache
def _years() -> tuple[int, int]:
    days = _table().constants.holidays
    return min(days).year, max(days).year


class ChineseWorkingDays:
    """A `custody.domain.calendar.Calendar`."""

    def is_working_day(self, day: date) -> bool | None:
        """Return whether `day` is worked; None when its year is not in the table."""
        first, last = self.years()
        return bool(_table().is_workday(day)) if first <= day.year <= last else None

    def years(self) -> tuple[int, int]:
        """Return the first and the last year in the table."""
        return _years()
