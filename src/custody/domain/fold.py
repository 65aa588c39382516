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

from custody.domain.lint import KINDS, traces
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
from custody.domain.settled import settled
from custody.domain.values import instant
from custody.errors import Reason, reason

CLOCKS_DIFFER: Final = timedelta(minutes=5)
LATE: Final = timedelta(hours=24)
DECIDING: Final = frozenset({"approved", "released"})
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
    more than a day after it happened: a late entry. A decision behind a gate is taken when it is
    signed: rules are asked for its day, so no reason dates it back.

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
    if not (spec.opens == (event.seq == 0) == (state is None)):
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
        found += [] if found else _less_than_nothing(events, event)
    found += _personal(event)
    if not found and event.kind in CHECKS:
        found += CHECKS[event.kind](state, event)
    return found


def _missing_signatures(spec: TypeSpec, event: Event) -> Iterable[Reason]:
    signed = [(s.role, s.meaning) for s in event.signers]
    whole = True
    for sig in spec.signers if spec.every else ():
        if not any(sig.role in (ANYONE, r) and sig.meaning == m for r, m in signed):
            whole = False
            yield _reason(event, "C244", role=sig.role, meaning=sig.meaning)
    # Persons are compared, not keys: a second key, or a third signature, makes no second person.
    # Where a signature is missing already, one person fewer is no further fault.
    fewest = len(spec.signers) if spec.every and whole else 0
    if spec.minimum > 1 and len(set(event.persons())) < max(len(signed), fewest):
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
    late = signed - occurred > LATE
    if late and spec.gate and any(s.meaning in DECIDING for s in spec.signers):
        yield _reason(event, "C256", hours=LATE // timedelta(hours=1), **said)
    elif late and hurried and not event.body.reason:
        yield _reason(event, "C255", hours=LATE // timedelta(hours=1), **said)


def _personal(event: Event) -> Iterable[Reason]:
    for trace in traces(event.body, event.kind):
        named = KINDS[trace.kind]
        yield _reason(event, "C2100", field=trace.field, found=named.en, found_zh=named.zh)


def _wrong_correction(events: Sequence[Event], event: Event) -> Iterable[Reason]:
    body = event.body
    leaf = body.corrects if isinstance(body, RecordCorrected) else ""
    leaf = body.voids if isinstance(body, RecordVoided) else leaf
    now = effective(events)
    target = next((e for e in now if e.leaf == leaf), None)
    if target is None:
        yield _reason(event, "C248")
        return
    if any(getattr(e.body, "seq", None) == target.seq for e in now if e.seq > target.seq):
        # Somebody has judged this very reading; another one needs an event, and eyes, of its own.
        yield _reason(event, "C257", seq=target.seq)
        return
    if isinstance(body, RecordVoided):
        if target.spec.voidable:
            yield from settled(now, target, event)
        else:
            yield _reason(event, "C249", type=target.type)
        return
    if not isinstance(body, RecordCorrected):
        return
    if target.spec.correctable:
        yield from settled(now, target, event)
    else:
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


def _less_than_nothing(events: Sequence[Event], event: Event) -> Iterable[Reason]:
    """Yield that more was taken than there would have been, were it read as corrected."""
    try:
        remaining = getattr(fold([*events, event]), "remaining", None)
    except (ArithmeticError, AssertionError, LookupError, TypeError, ValueError) as wrong:
        yield _reason(event, "C252", detail=str(wrong))
        return
    if remaining is not None and remaining < 0:
        yield _reason(event, "C2702", remaining=remaining)


def _reason(event: Event, code: str, **values: object) -> Reason:
    return reason(code, event.stream, **{"type": event.type, **values})
