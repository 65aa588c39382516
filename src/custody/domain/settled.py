"""What may still be corrected or voided: no reading that a decision rests on changes afterwards.

It says nothing about the form of a correction, which `fold` judges. A field is settled by the first
later decision or draw in its stream; one that decisions elsewhere rest on is settled at once. Two
signatures and a reason do not make up for a decision that would have been another one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from custody.domain.holding import BECAUSE_OF
from custody.domain.model import Event
from custody.errors import Reason, reason


def settled(now: Sequence[Event], target: Event, event: Event) -> Iterator[Reason]:
    """Yield why `event`, a correction or a void, may not change the reading of `target`.

    Args:
        now: the stream as it is read now, corrections applied.
        target: one of them.
        event: the proposed correction, or void: that takes back every field at once.
    """
    fields = target.spec.decisive
    if fields or target.spec.gate:  # when it happened was part of what was decided upon
        instead = next(iter(fields.values()))[0] if fields else " ".join(target.spec.command)
        fields["occurred_at"] = (instead, False)
    later = [e for e in now if e.seq > target.seq]
    decision = next((e for e in later if e.spec.settles and not _for_a_key(e)), None)
    touched = [name for name in _touched(event, fields) if decision or fields[name][1]]
    for name in touched:
        instead = f"custody {fields[name][0]}"
        words = {"field": name, "type": target.type, "command": instead}
        if fields[name][1] or decision is None:
            yield reason("C2703", event.stream, **words)
        else:
            yield reason("C2700", event.stream, decision=decision.type, seq=decision.seq, **words)
        if not hasattr(event.body, "changes"):
            return
    answer = target.spec.answered_by
    if answer and not touched and _touched(event, fields) and answer not in {e.type for e in later}:
        yield reason("C2701", event.stream, seq=target.seq, type=target.type)


def _for_a_key(event: Event) -> bool:
    """Whether it only holds the item because a key was stolen: that rests on no reading."""
    causes = event.linked(BECAUSE_OF)
    return bool(causes) and all(cause.startswith("key:") for cause in causes)


def _touched(event: Event, fields: Iterable[str]) -> list[str]:
    changes = getattr(event.body, "changes", None)
    if changes is None:
        return list(fields)
    changed = {change.field for change in changes}
    return [name for name in fields if name in changed]
