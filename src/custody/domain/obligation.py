"""Obligations: what somebody still has to do, until when, and by which text. Pure.

Nothing here forbids anything: a missing act blocks by a rule of its own, a late one is shown. What
the calendar does not know is said (`unknown`), never guessed. The duties of each noun are in the
files `obligation_*`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from custody.domain.calendar import Calendar, NotKnown
from custody.domain.model import State
from custody.errors import Text as Words

Standing = Literal["overdue", "open", "unknown", "not_yet_running", "met"]
ORDER: Final[tuple[Standing, ...]] = ("overdue", "open", "unknown", "not_yet_running", "met")
NOTHING: Final = Words("", "")
NEVER: Final = date.max

Due = date | NotKnown | None
"""The last day; `NotKnown` when the calendar ends before it, None while nothing starts the period.
"""


@dataclass(frozen=True, slots=True)
class Obligation:
    """One thing to be done about one item.

    Args:
        kind: code of the duty, for example ``study_filing``.
        item, number: the stream and the business number it is about.
        who: roles that can do it; `basis` is the text it follows from.
        due: the last day; None when it is not running, has no time limit or is not known.
        note: what else must be said, for example how late it was.
    """

    kind: str
    item: str
    number: str
    what: Words
    who: tuple[str, ...]
    basis: str
    status: Standing
    due: date | None = None
    note: Words = NOTHING


@dataclass(frozen=True, slots=True)
class Asked:
    """The question: as of which day, by which calendar, and what else is on record."""

    today: date
    calendar: Calendar
    world: Mapping[str, State]


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty as a text states it, before it is applied to an item."""

    kind: str
    who: tuple[str, ...]
    basis: str

    def of(
        self,
        item: State,
        what: Words,
        due: Due,
        asked: Asked,
        *,
        done: date | bool | None = None,
        note: Words = NOTHING,
        limited: bool = True,
    ) -> Obligation:
        """Return the obligation on `item`.

        Args:
            done: the day it was done, True when it was done on a day that does not matter.
            limited: False for a duty that is running without a time limit.
        """
        day = due if isinstance(due, date) else None
        if isinstance(due, NotKnown):
            note = note if note.en else _unknown_year(due)
        status: Standing
        if done:
            status = "met"
            if isinstance(done, date) and day and done > day:
                note = Words(f"late: done on {done}", f"逾期：{done} 完成")
        elif isinstance(due, NotKnown):
            status = "unknown"
        elif day is None:
            status = "not_yet_running" if limited else "open"
        else:
            status = "overdue" if asked.today > day else "open"
        return Obligation(
            self.kind, item.stream, item.number, what, self.who, self.basis, status, day, note
        )


def _unknown_year(due: NotKnown) -> Words:
    return Words(
        f"the calendar of {due.year} is not known; the last day cannot be told",
        f"{due.year} 年的工作日安排未知，无法确定截止日",
    )


Owed = Callable[[Any, Asked], Iterable[Obligation]]
DUTIES: Final[dict[type[State], list[Owed]]] = {}


def owed_by(kind: type[State]) -> Callable[[Owed], Owed]:
    """Register a function that yields the obligations of one kind of state."""

    def register(function: Owed) -> Owed:
        DUTIES.setdefault(kind, []).append(function)
        return function

    return register


def obligations(
    states: Iterable[State],
    today: date,
    calendar: Calendar,
    world: Mapping[str, State] | None = None,
) -> list[Obligation]:
    """Return all obligations of `states` as of `today`: overdue first, then by their last day.

    Args:
        world: other states by stream, for duties that depend on linked items.
    """
    asked = Asked(today, calendar, world or {})
    return by_urgency(o for s in states for o in _of(s, asked))


def by_urgency(owed: Iterable[Obligation]) -> list[Obligation]:
    """Return them overdue first, then by their last day, the finished ones last."""
    return sorted(owed, key=_urgency)


def _of(state: State, asked: Asked) -> Iterator[Obligation]:
    for kind, functions in DUTIES.items():
        if isinstance(state, kind):
            for function in functions:
                yield from function(state, asked)


def _urgency(each: Obligation) -> tuple[int, date, str, str]:
    return ORDER.index(each.status), each.due or NEVER, each.number, each.kind
