"""Nothing happens to what was not there yet: an event against its item's and sources' beginnings.

The log proves when something was signed; when it happened is what people say. A late entry may say
any earlier time, but none before the thing existed that it is about, or from which material came.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from custody.app.judgement.projecting import is_lineage
from custody.domain.fold import CLOCKS_DIFFER
from custody.domain.model import Event, State
from custody.domain.values import instant
from custody.errors import Reason, reason

# What is made here, and so has no history before its first event.
MADE = ("bank", "vial", "culture", "batch", "dose")


def untimely(event: Event, world: Mapping[str, State]) -> Iterator[Reason]:
    """Yield C2413 for each source, C2416 for the item, that began after `event` is said to happen.

    Clocks may differ by five minutes. A thing whose beginning is not at hand says nothing. Donors,
    lots and shipments have papers that are older than their record.
    """
    happened = instant(event.body.occurred_at)
    own = world.get(event.stream) if event.kind in MADE else None
    if own is not None and instant(own.opened) - CLOCKS_DIFFER > happened:
        said = {"number": own.number, "opened": own.opened}
        yield reason("C2416", event.stream, happened=event.body.occurred_at, **said)
    for link in event.links:
        source = world.get(link.stream) if is_lineage(event.type, link.rel) else None
        if source is not None and instant(source.opened) - CLOCKS_DIFFER > happened:
            said = {"number": source.number, "opened": source.opened}
            yield reason("C2413", event.stream, happened=event.body.occurred_at, **said)
