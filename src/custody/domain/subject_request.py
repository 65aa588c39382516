"""Data subjects: what people ask about their personal data, the decision, and how long it is kept.

Donors and trial subjects; both are pseudonyms here, and a request says what was asked, never by
whom. An erasure is decided here and carried out elsewhere, in the store of private values.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal, TypeVar

from custody.domain.model import Body, Event, Sig, State, event_type, said
from custody.domain.retention import PERIODS, Claim, RetentionBasis
from custody.domain.values import Day, Number, Text, day_of
from custody.errors import Reason, reason

KINDS: Final = ("donation", "subject")
Asks = Literal["access", "correction", "erasure", "restriction"]
Decision = Literal["fulfil", "refuse", "restrict"]
Ground = Literal["request_met", "identity_not_shown", "nothing_held", "retention_period"]
BY_DPO_OR_QUALITY = (Sig("dpo", "approved"), Sig("qa", "approved"))


@event_type(
    "retention.set/v1",
    kind=KINDS,
    command="retention set",
    en="retention period set",
    zh="确定保存期限",
    meaning_zh="某一法定保存期限适用于该供者或受试者的记录；起算日未知时该期限尚未起算。",
    signers=BY_DPO_OR_QUALITY,
    next=("due",),
)
class RetentionSet(Body):
    """A period of the law applies to these records; without its first day it is not running yet."""

    basis: RetentionBasis = said("the period", "保存期限依据")
    starts_on: Day | None = said("the day it counts from", "起算日", default=None)


@event_type(
    "request.received/v1",
    kind=KINDS,
    command="request receive",
    en="data-subject request received",
    zh="收到个人信息权利请求",
    meaning_zh="供者或受试者就其个人信息提出请求；请求人身份不进入台账。",
    signers=(Sig("dpo", "performed"), Sig("qa", "performed")),
    next=("request decide", "due"),
)
class RequestReceived(Body):
    """A donor or subject asked something about the personal data; who it is, is not written."""

    request: Number = said("number of the request", "请求编号")
    asks: Asks = said("what is asked for", "请求内容")


@event_type(
    "request.decided/v1",
    kind=KINDS,
    command="request decide",
    en="data-subject request decided",
    zh="个人信息权利请求的处理决定",
    meaning_zh="个人信息保护负责人与质量部门共同决定：满足、拒绝，或在法定保存期内仅限制处理。",
    signers=BY_DPO_OR_QUALITY,
    every=True,
    gate="erase",
    next=("due",),
)
class RequestDecided(Body):
    """Data protection and quality decided: met, refused, or only kept until the period is over."""

    request: Number = said("number of the request", "请求编号")
    decision: Decision = said("the decision", "处理决定")
    ground: Ground = said("what it rests on", "决定依据")
    until: Day | None = said(
        "last day of the restriction, where one is known", "限制处理至（已知时）", default=None
    )
    reason: Text = said(
        "the grounds, as told to the person; no names", "告知本人的理由（不含姓名）"
    )


@dataclass(frozen=True, slots=True)
class Request:
    """One request and how it stands; days are ISO dates, empty when not yet or not known."""

    number: str
    asks: str
    received_on: str
    decision: str = ""
    ground: str = ""
    decided_on: str = ""
    until: str = ""

    @property
    def open(self) -> bool:
        """Whether a decision is still possible: none yet, or restricted for the time being."""
        return self.decision in ("", "restrict")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pseudonymous(State):
    """Base of the states that stand for a person: requests, and the periods recorded."""

    requests: tuple[Request, ...] = ()
    retention: tuple[Claim, ...] = ()

    @property
    def restricted(self) -> bool:
        """Whether the personal data may only be stored and protected, and not used."""
        return any(
            r.decision == "restrict" or (r.asks == "restriction" and r.decision == "fulfil")
            for r in self.requests
        )

    @property
    def erased(self) -> bool:
        """Whether it was decided that the personal data is erased."""
        return any(r.asks == "erasure" and r.decision == "fulfil" for r in self.requests)

    def request(self, number: str) -> Request | None:
        """Return the request with that number, None when there is none."""
        return next((r for r in self.requests if r.number == number), None)


Someone = TypeVar("Someone", bound=Pseudonymous)


def heard(state: Someone, event: Event) -> Someone:
    """Return the state after an event of this file; any other event leaves it as it is."""
    match event.body:
        case RetentionSet() as body:
            start = day_of(body.starts_on) if body.starts_on else None
            others = tuple(c for c in state.retention if c.basis != body.basis)
            return replace(state, retention=(*others, Claim(body.basis, start)))
        case RequestReceived() as body:
            new = Request(body.request, body.asks, body.occurred_at[:10])
            return replace(state, requests=(*state.requests, new))
        case RequestDecided() as body:
            return replace(state, requests=tuple(_decided(r, body) for r in state.requests))
    return state


def _decided(request: Request, body: RequestDecided) -> Request:
    if request.number != body.request:
        return request
    return replace(
        request,
        decision=body.decision,
        ground=body.ground,
        decided_on=body.occurred_at[:10],
        until=body.until or "",
    )


def objections(state: Pseudonymous | None, event: Event) -> Iterable[Reason]:
    """Yield why an event of this file contradicts the requests or the periods on record."""
    if state is None:
        return
    match event.body:
        case RetentionSet() as body:
            yield from _wrong_period(state, event, body)
        case RequestReceived() as body if state.request(body.request):
            yield reason("C2600", event.stream, request=body.request)
        case RequestDecided() as body:
            request = state.request(body.request)
            if request is None or not request.open:
                yield reason("C2601", event.stream, request=body.request)
            if body.until and body.decision != "restrict":
                yield reason("C2602", event.stream)


def _wrong_period(state: Pseudonymous, event: Event, body: RetentionSet) -> Iterable[Reason]:
    if body.starts_on and PERIODS[body.basis].years is None:
        yield reason("C2603", event.stream, basis=body.basis)
    before = next((c for c in state.retention if c.basis == body.basis), None)
    if before and before.start and _day(body.starts_on) != before.start and not body.reason:
        yield reason("C2604", event.stream, basis=body.basis, first=before.start)


def _day(text: str | None) -> date | None:
    return day_of(text) if text else None
