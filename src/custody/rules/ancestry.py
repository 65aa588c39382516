"""All ancestors of a product, living material and lots alike, as far as they are on record.

Every stream asked for becomes part of what a decision relied on, so rules walk only where needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from custody.domain.donation import Donation
from custody.domain.model import State
from custody.rules.model import Case

ENDS: Final = ("donation", "material")


@dataclass(frozen=True, slots=True)
class Ancestry:
    """All ancestors found, and the streams at which the walk broke off."""

    found: tuple[State, ...]
    broken: tuple[str, ...]

    @property
    def donations(self) -> tuple[Donation, ...]:
        """The donations it goes back to; a pool stands for those that were pooled into it."""
        return tuple(s for s in self.found if isinstance(s, Donation) and not s.sources)


def ancestry(case: Case, *starts: str, kinds: tuple[str, ...] = ()) -> Ancestry:
    """Return the ancestors of `starts`, themselves included, nearest first.

    With `kinds`, streams of other kinds are neither asked for nor walked past. A walk is
    complete when it ends in donations and material lots; a stream that is not on record, or
    names no origin, breaks it.
    """
    found: dict[str, State] = {}
    broken: dict[str, None] = {}  # a dict keeps the order and finds quickly
    waiting = list(starts)
    for stream in waiting:
        if stream in found or stream in broken:
            continue
        if kinds and stream.partition(":")[0] not in kinds:
            continue
        state = case.world.get(stream)
        parents: tuple[str, ...] = getattr(state, "parents", ())
        if state is None or (not parents and state.kind not in ENDS):
            broken[stream] = None
        if state is not None:
            found[stream] = state
            waiting += parents
    return Ancestry(tuple(found.values()), tuple(broken))
