"""Deviations: something went otherwise than planned; assessed and closed by quality assurance.

A deviation does not list the batches it concerns; each of those notes the deviation in its own
stream, so that one customer's batch does not lead to another's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

from custody.domain.deviation_action import DeviationCapaClosed, DeviationCapaOpened
from custody.domain.model import (
    ANYONE,
    Body,
    Companion,
    Event,
    LinkRule,
    Sig,
    State,
    checks,
    event_type,
    evolves,
    said,
)
from custody.domain.record import RecordCorrected
from custody.domain.values import Name, Number, Text
from custody.errors import Reason, reason

SEVERITIES: Final = ("minor", "major", "critical")


@event_type(
    "deviation.opened/v1",
    kind="deviation",
    command="deviation open",
    en="deviation opened",
    zh="偏差开启",
    meaning_zh="发生了与规定不符的情况；所涉各批均已注明。",
    signers=(Sig(ANYONE, "performed"),),
    opens=True,
    then="open",
    links=(LinkRule("affects", ("batch",), "a batch it concerns", "所涉批次", most=20),),
    companions=(
        Companion(
            "affects",
            "batch.deviation_noted/v1",
            copy=("severity",),
            after=True,
            back="deviation",
            replaces=True,
        ),
    ),
    next=("deviation assess",),
)
class DeviationOpened(Body):
    """Something departed from what is laid down; every batch it concerns takes note of it."""

    number: Number = said("deviation number", "偏差编号", alias="deviation-no")
    title: Name = said("what happened, in a few words", "偏差标题")
    severity: Literal["minor", "major", "critical"] = said(
        "severity; critical puts the batches on hold",
        "严重程度；重大（critical）偏差使批次暂停",
        decisive="deviation open",
    )
    description: Text = said("what happened, and what was done at once", "经过及即时措施")


@event_type(
    "deviation.assessed/v1",
    kind="deviation",
    command="deviation assess",
    en="deviation assessed",
    zh="偏差评估",
    meaning_zh="质量保证已评估偏差的影响，并决定如何处置。",
    signers=(Sig("qa", "approved"),),
    when=("open",),
    then="assessed",
    next=("deviation close",),
)
class DeviationAssessed(Body):
    """Quality assurance judged the impact and decided what becomes of the batches concerned."""

    impact: Text = said("impact on quality, safety and records", "对质量、安全与记录的影响")
    disposition: Text = said("what is done with the batches concerned", "对所涉批次的处置")


@event_type(
    "deviation.closed/v1",
    kind="deviation",
    command="deviation close",
    en="deviation closed",
    zh="偏差关闭",
    meaning_zh="原因已查明、措施已完成；由非开启人关闭。",
    signers=(Sig("qa", "approved"),),
    when=("assessed",),
    then="closed",
    next=("batch review",),
)
class DeviationClosed(Body):
    """Causes were found and actions done; closed by somebody other than who opened it."""

    conclusion: Text = said("root cause, actions and conclusion", "根本原因、措施与结论")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation(State):
    """A deviation: how severe it is, who opened it, what was concluded, which actions are open."""

    title: str
    severity: str
    openers: tuple[str, ...]
    disposition: str = ""
    conclusion: str = ""
    actions: tuple[str, ...] = ()
    open_actions: tuple[str, ...] = ()

    @property
    def settled(self) -> bool:
        """Closed; a minor one is settled once it was assessed."""
        return self.status == "closed" or (self.severity == "minor" and self.status == "assessed")


def _lower(now: str, before: str) -> bool:
    return SEVERITIES.index(now) < SEVERITIES.index(before)


@checks("deviation")
def contradictions(state: Deviation | None, event: Event) -> Iterable[Reason]:
    """Yield why `event` may not follow: nobody closes their own deviation, nothing closes twice."""
    if state is None:
        return
    match event.body:
        case RecordCorrected() as body:
            for change in body.changes:
                if change.field == "severity" and _lower(str(change.now), state.severity):
                    yield reason("C2704", event.stream, was=state.severity)
        case DeviationClosed() if set(state.openers) & set(event.persons()):
            yield reason("C276", event.stream)
        case DeviationCapaOpened() as body if body.capa in state.actions:
            yield reason("C2240", event.stream, capa=body.capa)
        case DeviationCapaClosed() as body if body.capa not in state.open_actions:
            yield reason("C2241", event.stream, capa=body.capa)


@evolves("deviation")
def evolve(state: Deviation | None, event: Event) -> Deviation:
    """Return the deviation after `event`."""
    if isinstance(event.body, DeviationOpened):
        return Deviation(
            stream=event.stream,
            number=event.body.number,
            status="open",
            opened=event.body.occurred_at,
            title=event.body.title,
            severity=event.body.severity,
            openers=event.persons(),
        )
    assert state is not None  # noqa: S101 - `fold.step` opens every stream first
    match event.body:
        case DeviationAssessed() as body:
            return replace(state, disposition=body.disposition)
        case DeviationClosed() as body:
            return replace(state, conclusion=body.conclusion)
        case DeviationCapaOpened() as body:
            actions, open_ = (*state.actions, body.capa), (*state.open_actions, body.capa)
            return replace(state, actions=actions, open_actions=open_)
        case DeviationCapaClosed() as body:
            rest = tuple(c for c in state.open_actions if c != body.capa)
            return replace(state, open_actions=rest)
    return state
