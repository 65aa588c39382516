"""All that speaks against one event before any rule is asked: its stream, its sources, its signers.

The ledger asks before it writes; a verifier and the audit ask the same of what was written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from custody.app.judgement.chronology import untimely
from custody.app.judgement.standing_by import unqualified
from custody.domain.fold import refusals
from custody.domain.model import Event, State
from custody.errors import Reason


def objections(
    stream: Sequence[Event], state: State | None, event: Event, world: Mapping[str, State]
) -> list[Reason]:
    """Return why `event` may not follow; empty when it may.

    Args:
        stream: the events before it in its stream, and `state` what they add up to.
        world: the states of all other items as they are then.
    """
    return [
        *refusals(stream, state, event),
        *untimely(event, world),
        *unqualified(event, stream, world),
    ]
