"""Judge events again, in the order of the log: state machines, gates, and what was ruled then.

Used by the audit over everything and by the verification of a bundle over its events. Each event
is judged in the world as it was before its act.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from custody.app.histories import Histories
from custody.domain.fold import refusals
from custody.domain.model import Event
from custody.errors import Text as Words
from custody.rules.model import PACK, Case, evaluate, reasons


@dataclass(frozen=True, slots=True)
class Judged:
    """One thing that does not hold: a `code` of the catalogue or a rule, and the words for it."""

    kind: str  # "state", "rule", "ruling", "story"; "pack" and "open" leave the question open
    code: str
    where: str
    why: Words
    fix: Words
    source: str = ""


def judge(histories: Histories, event: Event) -> Iterator[Judged]:
    """Yield what speaks against `event`, which stands at its index in the log."""
    stream = histories.events(event.stream, event.index)
    state = histories.state(event.stream, event.index)
    for reason in refusals(stream, state, event):
        yield Judged("state", reason.code, reason.where, reason.why, reason.fix)
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
    expected = {r.rule.id: r.outcome for r in rulings if not r.stops}
    told = {r.rule: r.outcome for r in written.results} if written else {}
    for rule, outcome in sorted(told.items()):
        if expected.get(rule) != outcome:
            yield Judged(
                "ruling",
                rule,
                event.stream,
                Words(
                    f"the event says that {rule} was {outcome}; asked again, it is"
                    f" {expected.get(rule, 'not satisfied')}",
                    f"事件称 {rule} 为“{outcome}”；重新判定为“{expected.get(rule, '不满足')}”",
                ),
                Words(
                    "treat the event as doubtful and ask its signers", "视该事件为存疑，询问签名人"
                ),
            )


def act_start(event: Event) -> int:
    """Return the index at which the act of `event` began: its first companion, or itself."""
    drawn = sum(
        len(event.linked(companion.rel))
        for companion in event.spec.companions
        if not companion.after
    )
    return event.index - drawn
