"""Nothing is made from what was not there yet: an event against the beginnings of its sources.

The log proves when something was signed; when it happened is what people say. A late entry may say
any earlier time, but none before the thing existed from which it tells that material was taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from custody.app.judgement.projecting import is_lineage
from custody.domain.fold import CLOCKS_DIFFER
from custody.domain.model import Event, State
from custody.domain.values import instant
from custody.errors import Reason, reason


def untimely(event: Event, world: Mapping[str, State]) -> Iterator[Reason]:
    """Yield C2413 for each source that began after `event` is said to have happened.

    Clocks may differ by five minutes. A source whose beginning is not at hand says nothing.
    """
    happened = instant(event.body.occurred_at)
    for link in event.links:
        source = world.get(link.stream) if is_lineage(event.type, link.rel) else None
        if source is not None and instant(source.opened) - CLOCKS_DIFFER > happened:
            said = {"number": source.number, "opened": source.opened}
            yield reason("C2413", event.stream, happened=event.body.occurred_at, **said)
