"""Cultures: living cells between bank and batch; what their events add up to.

The events that make a culture are in `culture_making`; here are those that keep or end it. A
culture is used up once, whole or in parts, and never more of it than there is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from custody.domain.balance import added, left, overdrawn
from custody.domain.culture_making import (
    BY_TWO,
    CultureDrawn,
    CultureGeneModified,
    CultureMaterialConsumed,
    CulturePassaged,
    CulturePooled,
    CultureSplit,
    CultureStarted,
    CultureUsed,
)
from custody.domain.equipment import uses_of
from custody.domain.model import Body, Event, State, checks, event_type, evolves, said
from custody.domain.record import RecordCorrected
from custody.domain.values import Amount, Text, amount
from custody.errors import Reason, reason

BALANCED = frozenset({"quantity", "unit", "lost", "passage"})  # as its parents have them


@event_type(
    "culture.stored/v1",
    kind="culture",
    command="culture store",
    en="culture stored",
    zh="培养物储存",
    meaning_zh="培养物作为中间品冻存；复苏过的细胞仅在工艺允许时可再冻存。",
    signers=BY_TWO,
    every=True,
    when=("growing",),
    then="stored",
    gate="store",
    next=("culture thaw", "culture discard"),
)
class CultureStored(Body):
    """The culture was frozen; cells thawed once before only where the process allows it."""

    position: Text = said("storage position", "储存位置")


@event_type(
    "culture.thawed/v1",
    kind="culture",
    command="culture thaw",
    en="culture thawed",
    zh="培养物复苏",
    meaning_zh="储存的培养物已复苏，可继续使用。",
    signers=BY_TWO,
    every=True,
    when=("stored",),
    then="growing",
    next=("culture passage", "batch start"),
)
class CultureThawed(Body):
    """A stored culture was thawed and can be worked on again."""

    viability: Amount | None = said(
        "viability after thawing, in %", "复苏后活率（%）", default=None
    )


@event_type(
    "culture.discarded/v1",
    kind="culture",
    command="culture discard",
    en="culture discarded",
    zh="培养物销毁",
    meaning_zh="培养物已销毁，不得再用。",
    signers=BY_TWO,
    every=True,
    when=("growing", "stored"),
    then="discarded",
    next=("trace",),
)
class CultureDiscarded(Body):
    """The culture was destroyed and can never be used."""

    method: Text = said("how it was destroyed", "销毁方式")
    reason: Text = said("why it was destroyed", "销毁理由")


@dataclass(frozen=True, slots=True, kw_only=True)
class Culture(State):
    """A culture: where its cells come from, how often they were passaged, how much is left.

    `thawed` counts how often it was thawed since it came to be; `tools` are the vector and tool
    lots it was modified with. `balanced` is the leaf of the event by which it was split off or
    pooled, empty for a culture started anew.
    """

    made_from: tuple[str, ...]
    product: str
    process: str
    process_version: str
    passage: int
    quantity: str
    unit: str
    drawn: str = "0"
    materials: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    devices: tuple[tuple[str, str], ...] = ()
    makers: tuple[str, ...] = ()
    thawed: int = 0
    balanced: str = ""

    @property
    def parents(self) -> tuple[str, ...]:
        """The vials, samples or cultures it is made from, then the material lots it consumed."""
        return (*self.made_from, *self.materials)

    @property
    def remaining(self) -> Decimal:
        """What is left, in `unit`."""
        return left(self.quantity, self.drawn)


@checks("culture")
def quantities_and_passages_add_up(state: Culture | None, event: Event) -> Iterable[Reason]:
    """Yield why `event` contradicts what is on record: quantities, passages."""
    match event.body:
        case CultureStarted() | CultureSplit() | CulturePooled() as body:
            if not amount(body.quantity):
                yield reason("C265", event.stream)
        case CultureDrawn() as body if state is not None:
            yield from overdrawn(event, body.quantity, body.unit, state.unit, state.remaining)
        case CulturePassaged() as body if state is not None:
            if body.passage != state.passage + 1:
                due = state.passage + 1
                yield reason("C2210", event.stream, passage=body.passage, due=due)
        case CultureUsed() if state is not None and not state.remaining:
            yield reason("C2211", event.stream)
        case RecordCorrected() as body if state is not None and body.corrects == state.balanced:
            if BALANCED & {change.field for change in body.changes}:
                yield reason("C2212", event.stream)


@evolves("culture")
def evolve(state: Culture | None, event: Event) -> Culture:
    """Return the culture after `event`."""
    if isinstance(event.body, CultureStarted | CultureSplit | CulturePooled):
        return _opened(event, event.body)
    assert state is not None  # noqa: S101 - `fold.step` opens every stream first
    made = replace(
        state,
        makers=tuple(dict.fromkeys((*state.makers, *event.persons()))),
        devices=(*state.devices, *uses_of(event)),
    )
    match event.body:
        case CultureDrawn() as body:
            return replace(state, drawn=added(state.drawn, body.quantity))
        case CultureUsed():
            return replace(state, drawn=state.quantity)
        case CulturePassaged() as body:
            return replace(
                made, passage=body.passage, quantity=body.quantity, unit=body.unit, drawn="0"
            )
        case CultureMaterialConsumed():
            return replace(made, materials=_with(state.materials, event.linked("material")))
        case CultureGeneModified():
            return replace(
                made,
                materials=_with(state.materials, event.linked("material")),
                tools=_with(state.tools, event.linked("material")),
            )
        case CultureThawed():
            return replace(made, thawed=state.thawed + 1)
    return state


def _opened(event: Event, body: CultureStarted | CultureSplit | CulturePooled) -> Culture:
    version = body.process_version if isinstance(body, CultureStarted) else None
    return Culture(
        stream=event.stream,
        number=body.number,
        status="growing",
        opened=body.occurred_at,
        made_from=event.linked("made_from", "parent"),
        product=next(iter(event.linked("product")), ""),
        process=next(iter(event.linked("process")), ""),
        process_version=version or "",
        passage=body.passage,
        quantity=body.quantity,
        unit=body.unit,
        devices=uses_of(event),
        makers=tuple(dict.fromkeys(event.persons())),
        balanced="" if isinstance(body, CultureStarted) else event.leaf,
    )


def _with(known: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*known, *more)))
