"""Look-back: what came from an item that turned bad, by which way, and the holds that answer it.

Edges are read from the read models, downwards, by a function handed in. What
cannot be held any more (used up, rejected, recalled) is listed all the same: people must know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from custody.app.judgement.histories import Histories
from custody.domain.batch_standing import QUALITY
from custody.domain.holding import BECAUSE_OF
from custody.domain.key import KeyRevoked
from custody.domain.lookback import HOLDS, is_bad_news, strikes_itself
from custody.domain.model import ANYONE, TYPES, Event, Signed, State

if TYPE_CHECKING:
    from custody.app.recording.acting import Draft
    from custody.app.recording.intent import SignAs

HOLDS_PER_ACT: Final = 200
MUTE: Final = ("root", "holder")  # roles that no policy lets sign an ordinary event

Children = Callable[[str], Iterable[str]]
Touched = Callable[[str, int], Iterable[str]]
Below = Callable[[Event], Mapping[str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Affected:
    """An item below the bad news: `path` are the numbers on the way, the bad item first.

    `outcome` is ``held`` (by this act), ``already_held``, ``waiting`` (a following act holds it),
    ``lifted`` (held for this news, and freed by a decision), ``not_holdable`` (its status allows no
    hold any more) or ``noted`` (held through another item).
    """

    stream: str
    number: str
    status: str
    path: tuple[str, ...]
    outcome: str

    @property
    def kind(self) -> str:
        """The kind of the item."""
        return self.stream.partition(":")[0]


def descend(children: Children, starts: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return every stream below `starts`, nearest first, with the shortest way down to it.

    The starts themselves are included, with a path of one. A cycle ends the walk, never loops it.
    """
    paths: dict[str, tuple[str, ...]] = {start: (start,) for start in starts}
    waiting = list(paths)
    for stream in waiting:
        for child in children(stream):
            if child not in paths:
                paths[child] = (*paths[stream], child)
                waiting.append(child)
    return paths


def below(event: Event, children: Children, touched: Touched) -> dict[str, tuple[str, ...]]:
    """Return what `event` is bad news for, with the way from the bad item to each.

    Args:
        children: stream → streams that material flowed to.
        touched: (key id, log index) → streams that the key signed for from that index on.
    """
    body = event.body
    if isinstance(body, KeyRevoked):
        if body.distrust_from < 0:
            return {}
        starts = list(dict.fromkeys(touched(event.stream.partition(":")[2], body.distrust_from)))
        return {s: (event.stream, *way) for s, way in descend(children, starts).items()}
    found = descend(children, [event.stream])
    if not strikes_itself(event):
        del found[event.stream]
    return found


def affected(
    histories: Histories, event: Event, paths: Mapping[str, tuple[str, ...]]
) -> list[Affected]:
    """Return the items below bad news as they stand now; those to be held are ``waiting``."""
    found = []
    for stream, path in paths.items():
        state = histories.state(stream)
        if state is None or (stream == event.stream and not strikes_itself(event)):
            continue
        numbers = tuple(number_in(histories, s) for s in path)
        outcome = _outcome(state, event, histories.events(stream))
        found.append(Affected(stream, state.number, state.status, numbers, outcome))
    return found


def _outcome(state: State, cause: Event, history: Sequence[Event]) -> str:
    hold = TYPES.get(HOLDS.get(state.kind, ""))
    if hold is None:
        return "noted"
    if cause.stream in state.holds:
        return "already_held"
    since = (e for e in history if e.index > cause.index and e.type == hold.name)
    if any(cause.stream in e.linked(BECAUSE_OF) for e in since):
        return "lifted"
    return "waiting" if state.status in hold.when else "not_holdable"


def number_in(histories: Histories, stream: str) -> str:
    """Return the business number of an item, or its stream id."""
    state = histories.state(stream)
    return state.number if state is not None and state.number else stream


def look_back(
    draft: Draft, cause: Event, signers: Sequence[tuple[SignAs, Signed]]
) -> tuple[Affected, ...]:
    """Write into the act the holds of what came from the bad item; return all that is below it.

    One act takes `HOLDS_PER_ACT` of them; the rest stays ``waiting``, and so does everything when
    the news is signed by a root key, which signs nothing else.
    """
    found = affected(draft.histories, cause, draft.below(cause))
    room = 0 if any(signed.role in MUTE for _, signed in signers) else HOLDS_PER_ACT
    reason = explanation(draft.histories, cause)
    listed = []
    for item in found:
        if item.outcome == "waiting" and room:
            room -= 1
            fields = {"occurred_at": cause.body.occurred_at, "reason": reason}
            links = [(BECAUSE_OF, cause.stream)]
            draft.beside(HOLDS[item.kind], item.stream, fields, links, signers)
            listed.append(replace(item, outcome="held"))
        else:
            listed.append(item)
    return tuple(listed)


def latest_bad_news(histories: Histories, stream: str) -> Event | None:
    """Return the last event of `stream` that calls for a look-back, None when there is none."""
    events = histories.events(stream)
    return next((e for e in reversed(list(events)) if is_bad_news(e)), None)


def explanation(histories: Histories, event: Event) -> str:
    """Return the reason written into the holds, in both languages; no names, only numbers."""
    number, title = number_in(histories, event.stream)[:64], event.spec.title
    return f"look-back: {title.en}, {number} / 追溯：{title.zh}，{number}"


def unfounded(histories: Histories, event: Event) -> Iterator[tuple[str, str]]:
    """Yield (en, zh) why a hold does not answer bad news although its signers would need that.

    Quality may hold anything. Whoever else signs a hold can do so only as part of a look-back
    that they themselves may set off.
    """
    if event.type not in HOLDS.values():
        return
    quality = {(s.role, s.meaning) for s in QUALITY}
    others = {(s.role, s.meaning) for s in event.signers} - quality
    if not others:
        return
    allowed: set[tuple[str, str]] = set()
    for cause in event.linked(BECAUSE_OF):
        for news in histories.events(cause, event.index):
            if is_bad_news(news):
                allowed |= {(s.role, s.meaning) for s in news.spec.signers if s.role != ANYONE}
    if not others <= allowed:
        yield (
            "its signers may only hold it because of bad news, and none is on record for it",
            "其签名人仅可因不利信息而暂停，但未登记相应信息",
        )
