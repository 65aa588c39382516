"""What a report says beside its verdict: numbers to compare, remarks of rules, what was erased.

Read from events already proved. Nothing here changes a verdict by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from custody.app.asking.rulebook import remarks_on
from custody.app.judgement.histories import Histories
from custody.domain.model import Event
from custody.domain.private_values import erased
from custody.domain.shipment import Shipment
from custody.errors import EvidenceError

# Remarks are about sources, about how permits came to be, and about the rule pack of the latest act
# at a gate; asking of every event would be a tenth of the whole verification.
REMARKED: Final = ("instrument.", "permit.recorded/", "permit.updated/")
ADVISORY: Final = "advisory"
MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Particulars:
    """What stands beside the verdict.

    Attributes:
        number, declaration: of the shipment and of its customs declaration; empty when unknown.
        erased: how many of the values not disclosed were erased on request, decoys included.
        remarks: advice of rules that stop nothing, as `rulebook.told_answers` gives it.
    """

    number: str = ""
    declaration: str = ""
    erased: int = 0
    remarks: tuple[Mapping[str, Any], ...] = ()


NOTHING: Final = Particulars()


def particulars(
    histories: Histories,
    shipment: str,
    events: Sequence[Event],
    shown: Mapping[int, tuple[int, int]],
) -> Particulars:
    """Return the particulars of a shipment.

    Args:
        shown: index → (disclosed, withheld) counts of values that the event committed to.

    Raises:
        EvidenceError: C441, C445 as `Histories.state`.
    """
    state = histories.state(shipment)
    found = state if isinstance(state, Shipment) else None
    return Particulars(
        number=found.number if found else "",
        declaration=found.declaration if found else "",
        erased=_erased(histories, shown, events),
        remarks=_remarks(histories, events),
    )


def _erased(
    histories: Histories, shown: Mapping[int, tuple[int, int]], events: Sequence[Event]
) -> int:
    gone = (event for event, _ in erased(histories.events, events))
    return sum(shown.get(event.index, (0, 0))[1] for event in gone)


def _remarks(histories: Histories, events: Sequence[Event]) -> tuple[Mapping[str, Any], ...]:
    rows: dict[tuple[str, str], Mapping[str, Any]] = {}
    gated = [event for event in events if event.spec.gate is not None]
    for event in (*(e for e in events if e.type.startswith(REMARKED)), *gated[-1:]):
        if histories.partial(event.stream):
            continue
        try:
            told = remarks_on(histories, event)
        except EvidenceError:
            continue  # what cannot be read is a finding elsewhere
        for row in told:
            if row["severity"] == ADVISORY and len(rows) < MOST:
                rows.setdefault((row["rule"], row["why"]["en"]), row)
    return tuple(rows.values())
