"""Judge events again, in the order of the log: state machines, gates, and what was ruled then.

Used by the audit over everything and by the verification of a bundle over its events. Each event
is judged in the world as it was before its act.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from custody.app.judgement.histories import Histories
from custody.app.judgement.objections import objections
from custody.app.recording.lookback import unfounded
from custody.domain.model import TYPES, Companion, Event
from custody.errors import Text as Words
from custody.rules.model import PACK, Case, evaluate, reasons, recorded


@dataclass(frozen=True, slots=True)
class Judged:
    """One thing that does not hold: a `code` of the catalogue or a rule, and the words for it."""

    kind: str  # "state", "rule", "ruling", "story"; "pack" and "open" leave the question open
    code: str
    where: str
    why: Words
    fix: Words
    source: str = ""


def told(code: str, where: str, en: str, zh: str, *, open_: bool = False) -> Judged:
    """Return what does not hold in the story of a shipment; `open_` leaves the question open."""
    return Judged("open" if open_ else "story", code, where, Words(en, zh), Words("", ""))


def judge(histories: Histories, event: Event) -> Iterator[Judged]:
    """Yield what speaks against `event`, which stands at its index in the log.

    An event that may not follow in its stream is refused: later events are judged as if it were not
    there, and no rule is asked about it. Where the beginning of a used thing is not at hand, its
    later events cannot be judged.
    """
    if histories.partial(event.stream):
        return
    stream = histories.events(event.stream, event.index)
    state = histories.state(event.stream, event.index)
    against = objections(stream, state, event, histories.world(event.index))
    for reason in against:
        yield Judged("state", reason.code, reason.where, reason.why, reason.fix)
    if against:
        histories.refuse(event)
        return
    yield from _parts_of_the_act(histories, event)
    for en, zh in unfounded(histories, event):
        fix = Words("treat the hold as doubtful and ask its signers", "视该暂停为存疑，询问签名人")
        yield Judged("state", "E25", event.stream, Words(en, zh), fix)
    if event.spec.gate is None:
        return
    written = event.body.rulings
    if written is not None and written.pack != PACK:
        # Asked again under other rules, the past would be judged by laws it did not know.
        yield Judged(
            "pack",
            "E31",
            event.stream,
            Words(
                f"its rules are those of pack {written.pack}; this program has pack {PACK}",
                f"其规则属规则包 {written.pack}；本程序为规则包 {PACK}",
            ),
            Words("use the version of custody with that pack", "请使用含该规则包的 custody 版本"),
        )
        return
    world = histories.world(act_start(event))
    rulings = evaluate(Case(event, state, world))
    for reason in reasons(rulings):
        yield Judged("rule", reason.code, reason.where, reason.why, reason.fix, reason.source)
    again = recorded(r for r in rulings if not r.stops)
    expected = {r.rule: r.outcome for r in again.results} if again else {}
    told = {r.rule: r.outcome for r in written.results} if written else {}
    for rule in sorted(told.keys() | expected.keys()):
        outcome, now = told.get(rule), expected.get(rule)
        if outcome != now:
            yield Judged(
                "ruling",
                rule,
                event.stream,
                Words(
                    f"the event says that {rule} was {outcome or 'not asked'}; asked again, it is"
                    f" {now or 'not satisfied'}",
                    f"事件称 {rule} 为“{outcome or '未判定'}”；重新判定为“{now or '不满足'}”",
                ),
                Words(
                    "treat the event as doubtful and ask its signers", "视该事件为存疑，询问签名人"
                ),
            )


def act_start(event: Event) -> int:
    """Return the index at which the act of `event` began: its first companion, or itself."""
    return event.index - len(_drawn(event))


def _drawn(event: Event) -> list[tuple[Companion, str]]:
    """Return the companions that stand before `event` in its act, with their streams."""
    return [
        (companion, target)
        for companion in event.spec.companions
        if not companion.after
        for target in event.linked(companion.rel)
    ]


def _parts_of_the_act(histories: Histories, event: Event) -> Iterator[Judged]:
    """What an act takes from one item it must write off there, in the same act, as much.

    Otherwise one permit, dose or vial could be used again and again, each time with a balance that
    looks untouched.
    """
    start = act_start(event)
    for companion, target in _drawn(event):
        stream = histories.events(target, event.index)
        last = stream[-1] if stream else None
        if last is None or last.index < start or not _belongs(last, event, companion):
            yield _apart(event, companion.type.format(kind=target.partition(":")[0]), target)
    for name, companion in _noting(event.type):
        for main in event.linked(companion.back):
            before = histories.last_of(main, name, event.index)
            if before is None or not _belongs(event, before, companion):
                yield _apart(event, name, main)


def _belongs(part: Event, main: Event, companion: Companion) -> bool:
    """Whether `part` is the companion of `main`: one act, one signing, the same values."""
    same = ("occurred_at", "reason", *companion.copy)
    return (
        part.type == companion.type.format(kind=part.kind)
        and part.time == main.time
        and part.signers == main.signers
        and all(getattr(part.body, f, None) == getattr(main.body, f, None) for f in same)
    )


def _apart(event: Event, expected: str, stream: str) -> Judged:
    return Judged(
        "state",
        "E25",
        event.stream,
        Words(
            f"no matching {expected} was written with it for {stream}",
            f"未随其在 {stream} 写入相符的 {expected}",
        ),
        Words(
            "treat the balance of that item as unknown and ask the signers",
            "视该物项的结存为不明，询问签名人",
        ),
    )


@cache
def _noting(type_name: str) -> tuple[tuple[str, Companion], ...]:
    """Return the types whose acts write `type_name` afterwards, linking back to the main event."""
    return tuple(
        (name, companion)
        for name, spec in TYPES.items()
        for companion in spec.companions
        if companion.after and companion.back and companion.type == type_name
    )
