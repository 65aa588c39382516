"""Holds: why an item is on hold, and what it takes to end each of them.

An item can be on hold for several reasons at once; it is free only when the last of them was
lifted. A hold that answers a look-back names its cause, and only the quality authority ends it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final, TypeVar

from custody.domain.model import Event, LinkRule, Sig, State
from custody.errors import Reason, reason

BECAUSE_OF: Final = "because_of"
DECISION: Final = "decision"  # held by quality, no cause named
CAUSES: Final = ("donation", "material", "bank", "batch", "key")
CAUSE: Final = LinkRule(
    BECAUSE_OF, CAUSES, "the bad news it answers", "暂停的起因", least=0, most=20
)
LIFTED: Final = LinkRule(
    BECAUSE_OF, CAUSES, "the cause that is settled", "已查清的起因", least=0, most=20
)
BY_QUALITY_AUTHORITY: Final = (Sig("quality_authority", "approved"),)
StateT = TypeVar("StateT", bound=State)


def put_on_hold(state: StateT, event: Event) -> StateT:
    """Return the item with the causes of a hold noted; without a cause, quality's decision is."""
    causes = event.linked(BECAUSE_OF) or (DECISION,)
    return replace(state, holds=tuple(dict.fromkeys((*state.holds, *causes))))


def lift_hold(state: StateT, event: Event) -> StateT:
    """Return the item without the causes that were lifted.

    Naming no cause lifts what quality itself brought about, never what bad news did.
    """
    named = event.linked(BECAUSE_OF)
    gone = named or tuple(h for h in state.holds if _is_decision(h))
    return replace(state, holds=tuple(h for h in state.holds if h not in gone))


def wrongly_lifted(state: State, event: Event) -> Iterable[Reason]:
    """Yield why a hold cannot be lifted so: no such cause, or its causes must be named."""
    named = event.linked(BECAUSE_OF)
    for stream in named:
        if stream not in state.holds:
            yield reason("C2401", event.stream, cause=stream)
    if named or any(_is_decision(h) for h in state.holds):
        return
    causes = look_back_holds(state)
    if causes:
        yield reason("C2402", event.stream, causes=", ".join(causes))
    else:
        yield reason("C2403", event.stream)


def look_back_holds(state: State | None) -> tuple[str, ...]:
    """Return the causes for which the item is on hold."""
    return tuple(h for h in state.holds if _is_cause(h)) if state else ()


def _is_cause(hold: str) -> bool:
    return hold.partition(":")[0] in CAUSES and ":" in hold


def _is_decision(hold: str) -> bool:
    return hold == DECISION or hold.startswith("deviation:")
