"""What was corrected, voided, reaffirmed or called off: both readings, and who says so.

Two persons may change how a record is read, and the record stays genuine; whoever decides about the
goods should see that it happened, wherever in the bundle it was. Nothing here changes a verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from custody.app.judgement.histories import World
from custody.domain.model import Event
from custody.domain.record import Change, RecordCorrected, RecordReaffirmed, RecordVoided
from custody.domain.shipment_journey import ShipmentHandedOver, ShipmentHandOverCalledOff
from custody.evidence.payload import MEANINGS


def amendments(
    world: World, events: Sequence[Event], printed: Callable[[str], str]
) -> list[dict[str, Any]]:
    """Return one row for each event that changes or confirms an earlier one, in order of the log.

    `type` and `told_at` are of the earlier event: empty when the bundle holds only what a used
    thing went through later. `printed` gives the name behind a key.
    """
    earlier: dict[str, Event] = {}
    given: dict[str, Event] = {}
    rows: list[dict[str, Any]] = []
    for event in events:
        earlier[event.leaf] = event
        body = event.body
        if isinstance(body, RecordCorrected):
            changes = [_change(c) for c in body.changes]
            row = _about(earlier.get(body.corrects), "corrected", body.reason, changes)
        elif isinstance(body, RecordVoided):
            row = _about(earlier.get(body.voids), "voided", body.reason, [])
        elif isinstance(body, RecordReaffirmed):
            row = _about(earlier.get(body.leaf), "reaffirmed", body.reason, [])
        elif isinstance(body, ShipmentHandedOver):
            given[event.stream] = event
            continue
        elif isinstance(body, ShipmentHandOverCalledOff):
            row = _about(given.get(event.stream), "called_off", body.why, [])
        else:
            continue
        state = world.get(event.stream)
        row["event"] = event.index
        row["noun"] = event.kind
        row["number"] = state.number if state else event.stream
        row["signed_at"] = event.time
        signers = sorted(event.signers, key=lambda s: MEANINGS.index(s.meaning))
        row["names"] = [printed(signed.kid) for signed in signers]
        rows.append(row)
    return rows


def _about(
    target: Event | None, act: str, reason: str, changes: list[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "act": act,
        "type": target.type if target else "",
        "told_at": target.body.occurred_at if target else "",
        "reason": reason,
        "changes": changes,
    }


def _change(change: Change) -> dict[str, Any]:
    return {"field": change.field, "was": change.was, "now": change.now}
