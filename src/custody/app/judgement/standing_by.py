"""Who may stand by what a quality authority decided, once the key it was decided with was stolen.

Evidence only demands another person for it; whether that person could have decided is known here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from custody.domain.model import Event, State
from custody.domain.person import Person
from custody.domain.record import RecordReaffirmed
from custody.domain.values import day_of
from custody.errors import Reason, reason

AUTHORITY: Final = "quality_authority"


def unqualified(
    event: Event, stream: Sequence[Event], world: Mapping[str, State]
) -> Iterator[Reason]:
    """Yield C2414 when nobody who reaffirms a decision of a quality authority is one.

    Args:
        stream: the events before it in its stream.
        world: the states of persons as they are then.
    """
    body = event.body
    if not isinstance(body, RecordReaffirmed):
        return
    decided = next((e for e in stream if e.leaf == body.leaf), None)
    if decided is None or AUTHORITY not in {s.role for s in decided.signers}:
        return
    day = day_of(body.occurred_at)
    persons = [world.get(person) for person in event.persons()]
    if not any(isinstance(p, Person) and p.qualified(AUTHORITY, day) for p in persons):
        yield reason("C2414", event.stream, type=decided.type)
