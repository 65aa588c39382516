"""From events to state: opening, state machine, time, links, corrections. Pure.

`step` is the whole of it for one event; `fold` reads a stream from its start. A correction changes
how an earlier event is read, so it makes the stream be folded anew with the corrected bodies.

A correction starts from the current reading, so an event can be corrected again and again. What is
corrected or voided is always a fact, never a correction or a void: who erred in a correction
corrects the same event once more, and what was voided by mistake is recorded anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from pydantic import ValidationError

from custody.domain.model import (
    ANYONE,
    CHECKS,
    EVOLVE,
    Body,
    Event,
    LinkRule,
    State,
    TypeSpec,
)
from custody.domain.record import RecordCorrected, RecordVoided
from custody.domain.values import instant
from custody.errors import Reason, reason

CLOCKS_DIFFER: Final = timedelta(minutes=5)
LATE: Final = timedelta(hours=24)
UNHURRIED: Final = ("authority", "key", "alias")  # acts of administration, not of the work itself
CONSIDERED: Final = "considered"
ASSESSMENT: Final = LinkRule(
    "assessment", ("assessment",), "an assessment relied on", "所依据的评估", least=0, most=20
)


def fold(events: Sequence[Event]) -> State | None:
    """Return the state of one stream after all its `events`, corrections applied."""
    state: State | None = None
    for event in effective(events):
        state = step(state, event)
    return state


def effective(events: Sequence[Event]) -> list[Event]:
    """Return the events as they are to be read now: corrected bodies in place, voided ones out."""
    if not any(isinstance(e.body, RecordCorrected | RecordVoided) for e in events):
        return list(events)
    bodies: dict[str, Body] = {e.leaf: e.body for e in events}
    voided: set[str] = set()
    for event in events:
        match event.body:
            case RecordCorrected() as c:
                bodies[c.corrects] = corrected(bodies[c.corrects], c)
            case RecordVoided() as v:
                voided.add(v.voids)
    return [replace(e, body=bodies[e.leaf]) for e in events if e.leaf not in voided]


def corrected(body: Body, correction: RecordCorrected) -> Body:
    """Return `body` as `correction` wants it read.

    Raises:
        pydantic.ValidationError: when the corrected body would not be a valid one.
    """
    plain: dict[str, Any] = body.plain()
    for change in correction.changes:
        plain.pop(change.field, None)
        if change.now is not None:
            plain[change.field] = change.now
    return type(body).model_validate(plain)


def step(state: State | None, event: Event) -> State:
    """Return the state after one event that `refusals` found nothing against."""
    spec = event.spec
    if event.type.startswith("record."):
        if state is None:
            raise ValueError("a stream cannot begin with a record about itself")
        return state
    after: State = EVOLVE[event.kind](state, event)
    return replace(after, status=spec.then) if spec.then else after


def refusals(events: Sequence[Event], state: State | None, event: Event) -> list[Reason]:
    """Return why `event` may not follow in its stream; empty when it may.

    Every event states its declared links and no others, except the streams a decision considered
    (any kind) and, behind a gate, the assessments it relies on. It cannot have happened after it
    was signed (five minutes are left to clocks that differ), and needs a reason when it was signed
    more than a day after it happened: a late entry.

    Args:
        events: the stream so far (only looked into by corrections).
        state: its state, None for a new stream.
        event: the event to be judged, its `spec` known.
    """
    spec = event.spec
    found: list[Reason] = []
    if event.kind not in spec.kinds:
        found.append(_reason(event, "C240", kinds="/".join(spec.kinds)))
        return found
    if spec.opens != (event.seq == 0):
        found.append(_reason(event, "C241" if state is None else "C242"))
        return found
    if state is not None and spec.when and state.status not in spec.when:
        found.append(_reason(event, "C243", status=state.status, when="/".join(spec.when)))
    found += _missing_signatures(spec, event)
    found += _wrong_links(spec, event)
    found += _wrong_time(spec, event)
    if spec.private and len(event.private) < sum(p.least for p in spec.private):
        found.append(_reason(event, "C247", names=", ".join(p.name for p in spec.private)))
    if isinstance(event.body, RecordCorrected | RecordVoided):
        found += _wrong_correction(events, event)
    if not found and event.kind in CHECKS:
        found += CHECKS[event.kind](state, event)
    return found


def _missing_signatures(spec: TypeSpec, event: Event) -> Iterable[Reason]:
    if not spec.every:
        return
    signed = [(s.role, s.meaning, s.person) for s in event.signers]
    for sig in spec.signers:
        if not any(sig.role in (ANYONE, r) and sig.meaning == m for r, m, _ in signed):
            yield _reason(event, "C244", role=sig.role, meaning=sig.meaning)
    if len({p for _, _, p in signed}) < len(spec.signers):
        yield _reason(event, "C245")


def _wrong_links(spec: TypeSpec, event: Event) -> Iterable[Reason]:
    moved = {c.rel for c in spec.companions if c.replaces}  # only the companion keeps these links
    rules = (*spec.links, ASSESSMENT) if spec.gate else spec.links
    for rule in rules:
        targets = event.linked(rule.rel)
        wrong = [t for t in targets if t.partition(":")[0] not in rule.kinds]
        least = 0 if rule.rel in moved else rule.least
        if wrong or not least <= len(targets) <= rule.most:
            kinds = "/".join(rule.kinds)
            yield _reason(
                event, "C246", rel=rule.rel, least=rule.least, most=rule.most, kinds=kinds
            )
    known = [rule.rel for rule in rules]
    for rel in dict.fromkeys(link.rel for link in event.links):
        if rel not in (*known, CONSIDERED):
            yield _reason(event, "C253", rel=rel, known=", ".join(known) or "-")


def _wrong_time(spec: TypeSpec, event: Event) -> Iterable[Reason]:
    occurred, signed = instant(event.body.occurred_at), instant(event.time)
    said = {"occurred": event.body.occurred_at, "signed": event.time}
    if occurred - signed > CLOCKS_DIFFER:
        yield _reason(event, "C254", **said)
    hurried = not spec.plumbing and event.kind not in UNHURRIED
    if hurried and signed - occurred > LATE and not event.body.reason:
        yield _reason(event, "C255", hours=LATE // timedelta(hours=1), **said)


def _wrong_correction(events: Sequence[Event], event: Event) -> Iterable[Reason]:
    body = event.body
    leaf = body.corrects if isinstance(body, RecordCorrected) else ""
    leaf = body.voids if isinstance(body, RecordVoided) else leaf
    target = next((e for e in effective(events) if e.leaf == leaf), None)
    if target is None:
        yield _reason(event, "C248")
        return
    if isinstance(body, RecordVoided):
        if not target.spec.voidable:
            yield _reason(event, "C249", type=target.type)
        return
    if not isinstance(body, RecordCorrected):
        return
    if not target.spec.correctable:
        yield _reason(event, "C249", type=target.type)
    plain = target.body.plain()
    for change in body.changes:
        if change.field in target.spec.aliases or change.field in ("rulings", "documents"):
            yield _reason(event, "C250", field=change.field)
        elif plain.get(change.field) != change.was:
            yield _reason(event, "C251", field=change.field, was=plain.get(change.field))
    try:
        new = corrected(target.body, body)
    except ValidationError as wrong:
        yield _reason(event, "C252", detail="; ".join(e["msg"] for e in wrong.errors()))
    else:
        if instant(new.occurred_at) - instant(event.time) > CLOCKS_DIFFER:
            yield _reason(event, "C254", occurred=new.occurred_at, signed=event.time)


def _reason(event: Event, code: str, **values: object) -> Reason:
    return reason(code, event.stream, **{"type": event.type, **values})
