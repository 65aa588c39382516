"""Samples: what was taken from a donor, until it is used, retained or destroyed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from custody.domain.balance import added, left, overdrawn
from custody.domain.model import (
    Body,
    Event,
    LinkRule,
    Sig,
    State,
    checks,
    event_type,
    evolves,
    said,
)
from custody.domain.values import Amount, Number, Reading, Text, Unit
from custody.errors import Reason

PERFORMED_AND_VERIFIED = (
    Sig("operator", "performed"),
    Sig("bank_custodian", "performed"),
    Sig("verifier", "verified"),
)


@event_type(
    "sample.collected/v1",
    kind="sample",
    command="sample collect",
    en="sample collected",
    zh="样品采集",
    meaning_zh="已从供者采集一份样品，并由第二人核对。",
    signers=(Sig("collector", "performed"), Sig("verifier", "verified")),
    every=True,
    opens=True,
    then="collected",
    links=(LinkRule("donation", ("donation",), "the donation", "所属捐献", lineage=True),),
    gate="collect",
    next=("sample receive",),
)
class SampleCollected(Body):
    """A sample was taken from the donor; a second person verified container and label."""

    number: Number = said("sample number", "样品编号", alias="sample-no")
    volume: Amount = said("quantity collected", "采集量")
    unit: Unit = said("unit of that quantity", "单位")
    container: Text = said("container and its label", "容器及标识")


@event_type(
    "sample.received/v1",
    kind="sample",
    command="sample receive",
    en="sample received",
    zh="样品接收",
    meaning_zh="样品已到达，并已记录其状态。",
    signers=(Sig("receiver", "received"), Sig("operator", "received")),
    when=("collected",),
    then="received",
    next=("bank establish", "sample retain"),
)
class SampleReceived(Body):
    """The sample arrived, and its condition was recorded."""

    condition: Literal["intact", "damaged", "leaking", "unlabelled"] = said(
        "condition on arrival", "到货状态"
    )
    temperature: Reading | None = said(
        "temperature on arrival, in Cel", "到货温度（℃）", default=None
    )


@event_type(
    "sample.retained/v1",
    kind="sample",
    command="sample retain",
    en="retention sample taken",
    zh="留样",
    meaning_zh="样品的一部分已留样保存。",
    signers=PERFORMED_AND_VERIFIED,
    when=("received",),
    next=("bank establish", "batch start"),
)
class SampleRetained(Body):
    """A part of the sample was put aside as a retention sample."""

    amount: Amount = said("quantity kept", "留样量")
    unit: Unit = said("unit of that quantity", "单位")
    position: Text = said("where it is kept", "存放位置")


@event_type(
    "sample.used/v1",
    kind="sample",
    command="sample use",
    en="sample used",
    zh="样品已用",
    meaning_zh="样品余量已投入使用；不写明用于何处。",
    signers=PERFORMED_AND_VERIFIED,
    when=("received",),
    then="used",
    plumbing=True,
)
class SampleUsed(Body):
    """What was left of the sample was used; the event does not say for which bank or batch."""


@event_type(
    "sample.discarded/v1",
    kind="sample",
    command="sample discard",
    en="sample discarded",
    zh="样品销毁",
    meaning_zh="样品已销毁，不得再用。",
    signers=(
        Sig("operator", "performed"),
        Sig("bank_custodian", "performed"),
        Sig("collector", "performed"),
        Sig("verifier", "verified"),
    ),
    minimum=2,
    when=("collected", "received"),
    then="discarded",
    next=("trace",),
)
class SampleDiscarded(Body):
    """The sample was destroyed and can never be used."""

    method: Text = said("how it was destroyed", "销毁方式")
    reason: Text = said("why it was destroyed", "销毁理由")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample(State):
    """A sample: of which donation, how much of it, and how much was put aside."""

    donation: str
    volume: str
    unit: str
    container: str
    condition: str = ""
    retained: str = "0"

    @property
    def parents(self) -> tuple[str, ...]:
        """The donation the sample is from."""
        return (self.donation,)

    @property
    def remaining(self) -> Decimal:
        """What is left besides the retention samples, in `unit`."""
        return left(self.volume, self.retained)


@checks("sample")
def enough_is_left(state: Sample | None, event: Event) -> Iterable[Reason]:
    """Yield why a retention sample cannot be taken: another unit, or more than there is."""
    if isinstance(event.body, SampleRetained) and state is not None:
        body = event.body
        yield from overdrawn(event, body.amount, body.unit, state.unit, state.remaining)


@evolves("sample")
def evolve(state: Sample | None, event: Event) -> Sample:
    """Return the sample after `event`."""
    match event.body:
        case SampleCollected() as body:
            return Sample(
                stream=event.stream,
                number=body.number,
                status="collected",
                opened=body.occurred_at,
                donation=event.linked("donation")[0],
                volume=body.volume,
                unit=body.unit,
                container=body.container,
            )
        case SampleReceived() as body if state is not None:
            return replace(state, condition=body.condition)
        case SampleRetained() as body if state is not None:
            return replace(state, retained=added(state.retained, body.amount))
    assert state is not None  # noqa: S101 - `fold.step` opens every stream first
    return state
