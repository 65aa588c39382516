"""From events to state: opening, state machine, corrections. Pure.

`step` is the whole of it for one event; `fold` reads a stream from its start. A correction changes
how an earlier event is read, so it makes the stream be folded anew with the corrected bodies.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from custody.domain.model import ANYONE, CHECKS, EVOLVE, TYPES, Body, Event, State, TypeSpec
from custody.domain.record import RecordCorrected, RecordVoided
from custody.errors import Reason
from custody.errors import Text as Words


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
    for rule in spec.links:
        targets = event.linked(rule.rel)
        wrong = [t for t in targets if t.partition(":")[0] not in rule.kinds]
        least = 0 if rule.rel in moved else rule.least
        if wrong or not least <= len(targets) <= rule.most:
            yield _reason(
                event, "C246", rel=rule.rel, least=rule.least, most=rule.most, kinds=rule.kinds
            )


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
        corrected(target.body, body)
    except ValidationError as wrong:
        yield _reason(event, "C252", detail="; ".join(e["msg"] for e in wrong.errors()))


def _reason(event: Event, code: str, **values: object) -> Reason:
    spec = TYPES[event.type]
    params = {"type": spec.name, **values}
    return Reason(code, event.stream, WHY[code].format(params), FIX[code].format(params))


class _Template(Words):
    __slots__ = ()

    def format(self, values: dict[str, object]) -> Words:
        return Words(self.en.format_map(values), self.zh.format_map(values))


WHY = {
    "C240": _Template(
        "{type} is written to a stream of kind {kinds}", "{type} 只能写入 {kinds} 类型的流"
    ),
    "C241": _Template(
        "{type} needs an item that is already recorded", "{type} 需要一个已登记的物项"
    ),
    "C242": _Template("the item is already recorded", "该物项已登记"),
    "C243": _Template(
        "its status is '{status}'; this step needs '{when}'", "当前状态为“{status}”；此步骤要求“{when}”"
    ),
    "C244": _Template(
        "the signature of a {role} ({meaning}) is missing", "缺少 {role} 的签名（{meaning}）"
    ),
    "C245": _Template(
        "the signatures must come from different persons", "各签名必须由不同人员作出"
    ),
    "C246": _Template(
        "it must name {least} to {most} of '{rel}' (kind {kinds})",
        "必须指明 {least} 至 {most} 个“{rel}”（类型 {kinds}）",
    ),
    "C247": _Template("the private values {names} are missing", "缺少保密字段 {names}"),
    "C248": _Template(
        "the event it is about is not in this stream, or was voided", "所指事件不在本流中，或已作废"
    ),
    "C249": _Template(
        "{type} records a decision; decisions are not corrected or voided",
        "{type} 是一项决定；决定不能更正或作废",
    ),
    "C250": _Template(
        "the field '{field}' identifies the item and cannot be corrected",
        "字段“{field}”用于识别物项，不能更正",
    ),
    "C251": _Template(
        "the field '{field}' reads '{was}' now, not what the correction says",
        "字段“{field}”现为“{was}”，与更正所述不符",
    ),
    "C252": _Template("the corrected record would be wrong: {detail}", "更正后的记录无效：{detail}"),
}
FIX = {
    "C240": _Template("name an item of that kind", "请指明该类型的物项"),
    "C241": _Template("record the item first", "请先登记该物项"),
    "C242": _Template("use its number in the next step, or a new number", "请在后续步骤使用其编号，或改用新编号"),
    "C243": _Template(
        "see what happened to it: custody show NUMBER", "查看其经过：custody show 编号"
    ),
    "C244": _Template("sign with that person too", "请该人员一并签名"),
    "C245": _Template("ask a second person to sign", "请第二人签名"),
    "C246": _Template("name the missing items", "请补充所缺物项"),
    "C247": _Template("give the values with --private NAME=VALUE", "请用 --private 名称=值 提供"),
    "C248": _Template("see the stream: custody log NUMBER", "查看该流：custody log 编号"),
    "C249": _Template("record a new decision instead", "请另行记录新的决定"),
    "C250": _Template("record a new item with the right number", "请以正确编号登记新物项"),
    "C251": _Template("look at it again: custody show NUMBER", "请重新查看：custody show 编号"),
    "C252": _Template("give a valid value", "请提供有效的值"),
}
