"""What is still to be done and until when, and how long records are kept, read from a ledger.

Computed on the fly from the states; nothing is stored. "Today" is the calendar day in China, where
the periods of the law run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Final

from custody.domain import (
    obligation_expiry,
    obligation_export,
    obligation_person,
    obligation_study,
)
from custody.domain.calendar import Calendar
from custody.domain.keeping import claims_of
from custody.domain.model import State
from custody.domain.obligation import Obligation, by_urgency, obligations
from custody.domain.retention import PERIODS, Claim, Horizon, horizon
from custody.domain.shipment import Shipment
from custody.domain.study import Study
from custody.domain.subject_request import Pseudonymous
from custody.domain.values import day_of
from custody.errors import Text as Words
from custody.rules.model import PACK, REVIEW_BY

if TYPE_CHECKING:
    from custody.app.judgement.histories import World
    from custody.app.ledger import Ledger

CHINA: Final = timezone(timedelta(hours=8))
# Kinds that can owe something, by the files that say so.
SOURCES: Final = (obligation_expiry, obligation_export, obligation_person, obligation_study)
KINDS: Final = (
    "permit",
    "person",
    "organisation",
    "equipment",
    "assessment",
    "shipment",
    "study",
    "subject",
    "donation",
)
GIVEN_TO: Final = ("subject", "study")  # facts that name who the material was for
REVIEW: Final = Words(
    f"review the sources of rule pack {PACK}", f"复核规则包 {PACK} 所依据的法规来源"
)


def today(ledger: Ledger) -> date:
    """Return the calendar day in China."""
    return datetime.fromtimestamp(ledger.clock(), UTC).astimezone(CHINA).date()


def due(ledger: Ledger, calendar: Calendar, by: date | None = None) -> dict[str, Any]:
    """Return every obligation as plain JSON, overdue first.

    Args:
        by: leave out what is due later; what has no last day stays.
    """
    day = today(ledger)
    with ledger.log.reading():
        world = ledger.histories().world()
        streams = [item["stream"] for kind in KINDS for item in ledger.models.items(kind)]
        states = [world[stream] for stream in streams]
        found = obligations(states, day, calendar, world)
    every = by_urgency([*found, *_review(day)])
    owed = [_plain(o, day) for o in every if not by or not o.due or o.due <= by]
    return {
        "kind": "custody.due/v1",
        "today": day.isoformat(),
        "by": by.isoformat() if by else None,
        "overdue": sum(o["status"] == "overdue" for o in owed),
        "obligations": owed,
    }


def _review(day: date) -> Iterator[Obligation]:
    """The rules themselves must be looked at by a day (SRC-004)."""
    yield Obligation(
        kind="rule_pack_review",
        item="",
        number=PACK,
        what=REVIEW,
        who=("regulatory_affairs",),
        basis="house rule SRC-004: sources are looked at before the review date",
        status="overdue" if day > REVIEW_BY else "open",
        due=REVIEW_BY,
    )


def _plain(each: Obligation, day: date) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "status": each.status,
        "due": each.due.isoformat() if each.due else None,
        "days_left": (each.due - day).days if each.due else None,
        "number": each.number,
        "stream": each.item,
        "what": {"en": each.what.en, "zh": each.what.zh},
        "note": {"en": each.note.en, "zh": each.note.zh},
        "who": list(each.who),
        "basis": each.basis,
    }


def retention(ledger: Ledger, ref: str) -> dict[str, Any]:
    """Return how long the records of an item are kept, and every period that says so.

    Looks down at everything the item went into: where it was sent, and in which study it was used.

    Raises:
        InputError: C140 or C141 when the number names nothing, or too much.
    """
    stream = ledger.resolve(ref)
    kept, found = _kept(ledger, stream)
    return {
        "kind": "custody.retention/v1",
        "number": ledger.number_of(stream),
        "stream": stream,
        "standing": kept.standing,
        "until": kept.until.isoformat() if kept.until else None,
        "basis": kept.basis or None,
        "periods": [_period(state, claim) for state, claim in found],
    }


def kept_until(ledger: Ledger, stream: str) -> Horizon:
    """Return how long the records of the item `stream` are kept; see `retention`."""
    return _kept(ledger, stream)[0]


def _kept(ledger: Ledger, stream: str) -> tuple[Horizon, list[tuple[State, Claim]]]:
    with ledger.log.reading():
        world = ledger.histories().world()
        states = list(_reached(ledger, world, stream))
    destinations = {s.destination for s in states if isinstance(s, Shipment)}
    found = [
        (state, _not_before(state, claim))
        for state in states
        for claim in claims_of(state, destinations)
    ]
    kept = horizon(claim for _, claim in found)
    if isinstance(states[0], Pseudonymous) and not any(_of_person(s) for s, _ in found):
        kept = Horizon("not_set")  # what was made of the cells says nothing about the person
    return kept, found


def _not_before(state: State, claim: Claim) -> Claim:
    """Return the claim, counted from no day on which there was nothing to keep yet.

    Whoever says that a study ended before the cells were collected would end a period of the law.
    """
    opened = day_of(state.opened)
    return replace(claim, start=max(claim.start, opened)) if claim.start else claim


def _of_person(state: State) -> bool:
    return isinstance(state, Pseudonymous | Study)


def _reached(ledger: Ledger, world: World, stream: str) -> Iterator[State]:
    """Yield the item, all that was made of it, and the studies and subjects that were given it."""
    waiting, seen = [stream], {stream}
    while waiting:
        at = waiting.pop()
        state = world.get(at)
        if state is None:
            continue
        yield state
        near = [edge["child"] for edge in ledger.models.edges(at, up=False)]
        near += [named for part in GIVEN_TO if (named := getattr(state, part, ""))]
        for each in near:
            if each not in seen:
                seen.add(each)
                waiting.append(each)


def _period(state: State, claim: Claim) -> dict[str, Any]:
    period = PERIODS[claim.basis]
    return {
        "basis": claim.basis,
        "source": period.source,
        "read": period.firm,
        "years": period.years,
        "counts_from": {"en": period.counts_from.en, "zh": period.counts_from.zh},
        "starts_on": claim.start.isoformat() if claim.start else None,
        "until": claim.until.isoformat() if claim.until else None,
        "number": state.number,
        "noun": state.kind,
    }
