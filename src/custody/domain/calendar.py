"""Days that count: working days, and the corresponding day of a later year. Pure arithmetic.

Which days are working days is told by a `Calendar`, since holidays and make-up days are decided
year by year; for a year that no calendar covers the answer is `NotKnown`, never a guess. The day of
the event itself does not count (Civil Code, Art. 201); a period of years ends on the corresponding
day, or on the last of the month where that month has no such day (Art. 202).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Protocol

ONE: Final = timedelta(days=1)
FIRST: Final = date(1, 1, 1)
LAST: Final = date(9999, 12, 31)
LONGEST: Final = 3660  # days looked at before giving up: a calendar without working days is broken


class Calendar(Protocol):
    """Tells working days."""

    def is_working_day(self, day: date) -> bool | None:
        """Return whether `day` is one, make-up days included; None when the year is not known."""
        ...


@dataclass(frozen=True, slots=True)
class NotKnown:
    """A day that cannot be told, because no calendar is known for `year`."""

    year: int


def add_working_days(day: date, count: int, calendar: Calendar) -> date | NotKnown:
    """Return the `count`-th working day after `day`; with a negative count, before it.

    Raises:
        ValueError: `count` is 0, or the calendar has no working days.
    """
    if count == 0:
        raise ValueError("a period has at least one day")
    step = ONE if count > 0 else -ONE
    left, at = abs(count), day
    for _ in range(LONGEST):
        at += step
        working = calendar.is_working_day(at)
        if working is None:
            return NotKnown(at.year)
        left -= working
        if left == 0:
            return at
    raise ValueError("the calendar has no working days")


def add_months(day: date, count: int) -> date:
    """Return the corresponding day `count` months later, or the last day of that month.

    What would lie beyond the calendar is its end: an item said to keep until 9999 keeps that long.
    """
    years, month = divmod(day.month - 1 + count, 12)
    year = day.year + years
    if not FIRST.year <= year <= LAST.year:
        return LAST if count > 0 else FIRST
    first = date(year, month + 1, 1)
    return first.replace(day=min(day.day, _last_of_month(first).day))


def _last_of_month(first: date) -> date:
    if (first.year, first.month) == (LAST.year, LAST.month):
        return LAST
    years, month = divmod(first.month, 12)
    return date(first.year + years, month + 1, 1) - ONE


def add_years(day: date, count: int) -> date:
    """Return the corresponding day `count` years later; of 29 February, 28 where there is none."""
    return add_months(day, 12 * count)
