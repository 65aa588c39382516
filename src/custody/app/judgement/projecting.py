"""What the read models hold for one event: a row of the log, the item's new state, its edges.

Pure. The same function fills the tables, rebuilds them and tells the audit what they should hold.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from custody.app.judgement.histories import Histories
from custody.domain.model import TYPES, Event, State
from custody.domain.values import Frozen


@dataclass(frozen=True, slots=True)
class Projected:
    """Rows that one event adds or replaces."""

    entry: dict[str, Any]
    item: dict[str, Any] | None
    edges: tuple[dict[str, Any], ...]


def project(histories: Histories, event: Event) -> Projected:
    """Return the rows of `event`; `histories` must know the stream up to it."""
    state = histories.state(event.stream, event.index + 1)
    return Projected(
        entry={
            "idx": event.index,
            "stream": event.stream,
            "seq": event.seq,
            "type": event.type,
            "time": event.time,
            "occurred_at": event.body.occurred_at,
            "leaf": event.leaf,
            "signers": [
                {"kid": s.kid, "person": s.person, "role": s.role, "meaning": s.meaning}
                for s in event.signers
            ],
        },
        item=None if state is None or event.kind == "alias" else item_row(state, event),
        edges=tuple(
            {
                "child": event.stream,
                "rel": link.rel,
                "parent": link.stream,
                "lineage": is_lineage(event.type, link.rel),
                "idx": event.index,
            }
            for link in event.links
            if event.kind != "alias"
        ),
    )


def item_row(state: State, event: Event) -> dict[str, Any]:
    """Return the row of an item after `event`."""
    return {
        "stream": state.stream,
        "kind": state.kind,
        "number": state.number,
        "status": state.status,
        "opened": state.opened,
        "last": event.index,
        "state": plain(asdict(state)),
    }


def is_lineage(type_name: str, rel: str) -> bool:
    """Whether material flows along this relation."""
    spec = TYPES.get(type_name)
    rule = spec.link(rel) if spec else None
    return bool(rule and rule.lineage)


def plain(value: Any) -> Any:
    """Return `value` with only the types JSON has; sets sorted, keys as text."""
    if isinstance(value, Frozen):
        return value.plain()
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(plain(v) for v in value)
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if value is None or isinstance(value, str | int | bool):
        return value
    return str(value)
