"""V9, above a shipment: nothing it came from has fallen, and no bad news was left unanswered.

Bad news about an item puts what came from it on hold in the same act; what quality decides about
each hold afterwards is theirs. An item that was never held for it, although it could have been,
went on as if nobody had known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from custody.app.judgement.histories import Histories, World
from custody.app.judgement.judging import Judged, told
from custody.app.judgement.projecting import is_lineage
from custody.app.recording.lookback import latest_bad_news, number_in
from custody.domain.bank import Bank
from custody.domain.batch import Batch
from custody.domain.donation import Donation
from custody.domain.holding import BECAUSE_OF
from custody.domain.lookback import HOLDS, strikes_itself
from custody.domain.material import Material
from custody.domain.model import TYPES, Event, State
from custody.rules.bank import speaking_against

# Statuses in which a thing upstream of a shipment must not be.
FALLEN: Mapping[type[State], tuple[str, ...]] = {
    Batch: ("held", "recalled", "rejected", "voided"),
    Donation: ("on_hold", "ineligible"),
    Material: ("recalled",),
    Bank: ("held", "rejected"),
}
# Ways down from bad news that are followed; an honest shipment has a few hundred.
PATIENCE: Final = 1_000_000


def fallen(world: World, streams: Sequence[str]) -> Iterator[Judged]:
    """Yield what upstream is on hold, recalled or rejected now (E25)."""
    for stream in streams:
        state = world.get(stream)
        if state is not None and state.status in FALLEN.get(type(state), ()):
            yield told(
                "E25",
                state.number,
                f"{state.kind} {state.number} is {state.status}",
                f"{state.number} 状态为“{state.status}”",
            )


def failed_banks(world: World, streams: Sequence[str]) -> Iterator[Judged]:
    """Yield the banks upstream that failed a test, whenever that was and whoever tested (E25)."""
    for bank in map(world.get, streams):
        if isinstance(bank, Bank) and (failed := speaking_against(bank)):
            yield told("E25", bank.number, failed.why.en, failed.why.zh)


def unanswered(
    histories: Histories, streams: Sequence[str], events: Sequence[Event]
) -> Iterator[Judged]:
    """Yield what was not put on hold for bad news about something it came from (E25).

    Args:
        streams: the lineage of the shipment, itself included.
        events: all that is proved, in the order of the log.
    """
    edges, holds = _downwards(streams, events), _holds(events)
    patience = PATIENCE
    for stream in streams:
        news = latest_bad_news(histories, stream)
        if news is None:
            continue
        for item in _below(edges, news):
            patience -= 1
            if patience < 0:
                en, zh = "there is too much bad news to follow", "不利信息过多，无法逐一追查"
                yield told("E25", stream, en, zh, open_=True)
                return
            answered = holds.get((item, stream), -1) > news.index
            if not answered and _ignored(histories, item, news):
                number, cause = number_in(histories, item), number_in(histories, stream)
                yield told(
                    "E25",
                    number,
                    f"{number} was never put on hold for the bad news about {cause} "
                    f"({news.type}, event {news.index})",
                    f"{number} 从未因 {cause} 的不利信息（{news.type}，事件 {news.index}）而暂停",
                )


def _downwards(streams: Sequence[str], events: Sequence[Event]) -> dict[str, dict[str, int]]:
    """Return stream → what came from it, and the index from which on; within `streams`."""
    within = set(streams)
    edges: dict[str, dict[str, int]] = {}
    for event in events:
        for link in event.links if event.stream in within else ():
            if is_lineage(event.type, link.rel):
                edges.setdefault(link.stream, {}).setdefault(event.stream, event.index)
    return edges


def _holds(events: Sequence[Event]) -> dict[tuple[str, str], int]:
    """Return (item, cause) → the index at which the item was last put on hold for it."""
    types = HOLDS.values()
    found: dict[tuple[str, str], int] = {}
    for event in events:
        for cause in event.linked(BECAUSE_OF) if event.type in types else ():
            found[event.stream, cause] = event.index
    return found


def _below(edges: Mapping[str, Mapping[str, int]], news: Event) -> Iterator[str]:
    """Yield what had come from the item of `news` by then, nearest first."""
    found = {news.stream: None}
    waiting = [news.stream]
    for stream in waiting:
        if stream != news.stream or strikes_itself(news):
            yield stream
        below = edges.get(stream)
        for child, since in below.items() if below else ():
            if since < news.index and child not in found:
                found[child] = None
                waiting.append(child)


def _ignored(histories: Histories, item: str, news: Event) -> bool:
    """Whether `item` could have been put on hold for `news` and was not."""
    hold = TYPES.get(HOLDS.get(item.partition(":")[0], ""))
    state = histories.state(item, news.index) if hold is not None else None
    if hold is None or state is None:
        return False
    return state.status in hold.when and news.stream not in state.holds
