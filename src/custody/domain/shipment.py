"""Shipments: what their events add up to: contents, custody, condition.

The events themselves are in `shipment_packing` and `shipment_journey`. Custody is a chain of legs;
it has no gap because a leg begins where the one before ended, and no fork because only one
hand-over can be open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from custody.domain.model import Event, State, checks, evolves
from custody.domain.record import RecordCorrected
from custody.domain.shipment_journey import (
    ShipmentAccepted,
    ShipmentExcursionAssessed,
    ShipmentHandedOver,
    ShipmentReceived,
    ShipmentTemperatureLogged,
)
from custody.domain.shipment_packing import (
    ShipmentDeclared,
    ShipmentPacked,
    ShipmentPlanned,
    ShipmentSealed,
)
from custody.domain.values import amount, instant
from custody.errors import Reason, reason

JUDGED = frozenset({"destination", "purpose", "trial"})  # what the export rules were asked about


@dataclass(frozen=True, slots=True)
class Container:
    """Doses of one batch in one transport container, with its logger."""

    batch: str
    doses: int
    serial: str
    logger: str
    qualified_until: str


@dataclass(frozen=True, slots=True)
class Leg:
    """One hand-over; `accepted_at` is empty while the receiver has not signed."""

    giver: str
    receiver: str
    givers: tuple[str, ...]
    given_at: str
    place: str
    intact: bool
    accepted_at: str = ""

    @property
    def open(self) -> bool:
        """Whether the receiver has still to accept it."""
        return not self.accepted_at


@dataclass(frozen=True, slots=True)
class TemperatureLog:
    """The summary of one logger's record; temperatures in degrees Celsius."""

    logger: str
    started_at: str
    ended_at: str
    readings: int
    minimum: str
    maximum: str
    gaps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment(State):
    """A shipment: what is in it, who has it now, and how it fared.

    `holds` lists what stands against using the doses: ``seal`` (found broken), ``excursion``;
    `disposition` is quality's latest judgement of the journey, which answers both.
    """

    batches: tuple[str, ...]
    shipper: str
    consignee: str
    carriers: tuple[str, ...]
    permits: tuple[str, ...]
    destination: str
    purpose: str
    trial: str
    planned_on: str
    custodian: str
    containers: tuple[Container, ...] = ()
    declaration: str = ""
    hs_code: str = ""
    seal: str = ""
    sealed_at: str = ""
    legs: tuple[Leg, ...] = ()
    logs: tuple[TemperatureLog, ...] = ()
    received_doses: int | None = None
    disposition: str = ""

    @property
    def doses(self) -> int:
        """Number of doses packed so far."""
        return sum(c.doses for c in self.containers)

    @property
    def open_leg(self) -> Leg | None:
        """The hand-over that waits for its receiver, None when there is none."""
        return self.legs[-1] if self.legs and self.legs[-1].open else None


@evolves("shipment")
def evolve(state: Shipment | None, event: Event) -> Shipment:
    """Return the shipment after `event`."""
    if isinstance(event.body, ShipmentPlanned):
        return _planned(event, event.body)
    assert state is not None  # noqa: S101 - `fold.step` opens every stream first
    match event.body:
        case ShipmentPacked() as body:
            packed = Container(
                batch=event.linked("batch")[0],
                doses=int(body.quantity),
                serial=body.container,
                logger=body.logger,
                qualified_until=body.shipper_qualified_until,
            )
            return replace(state, containers=(*state.containers, packed))
        case ShipmentDeclared() as body:
            return replace(state, declaration=body.declaration, hs_code=body.hs_code)
        case ShipmentSealed() as body:
            return replace(
                state,
                seal=body.seal,
                sealed_at=body.occurred_at,
                permits=tuple(dict.fromkeys((*state.permits, *event.linked("permit")))),
            )
        case _:
            return _on_the_way(state, event)


def _on_the_way(state: Shipment, event: Event) -> Shipment:
    match event.body:
        case ShipmentHandedOver() as body:
            leg = Leg(
                giver=event.linked("giver")[0],
                receiver=event.linked("receiver")[0],
                givers=event.persons(),
                given_at=body.occurred_at,
                place=body.place,
                intact=body.intact,
            )
            status = "recalled" if state.status == "recalled" else "in_transit"
            return replace(_seal(state, body.intact), legs=(*state.legs, leg), status=status)
        case ShipmentAccepted() as body:
            done = replace(
                state.legs[-1],
                accepted_at=body.occurred_at,
                intact=state.legs[-1].intact and body.intact,
            )
            taken = replace(state, legs=(*state.legs[:-1], done), custodian=done.receiver)
            return _seal(taken, body.intact)
        case ShipmentTemperatureLogged() as body:
            log = TemperatureLog(
                logger=body.logger,
                started_at=body.started_at,
                ended_at=body.ended_at,
                readings=body.readings,
                minimum=body.minimum,
                maximum=body.maximum,
                gaps=body.gaps,
            )
            return replace(state, logs=(*state.logs, log))
        case ShipmentExcursionAssessed() as body:
            others = tuple(h for h in state.holds if h not in ("excursion", "seal"))
            fit = body.disposition == "fit_for_use"
            holds = others if fit else (*others, "excursion")
            return replace(state, holds=holds, disposition=body.disposition)
        case ShipmentReceived() as body:
            return replace(_seal(state, body.intact), received_doses=int(body.quantity))
    return state


def _planned(event: Event, body: ShipmentPlanned) -> Shipment:
    return Shipment(
        stream=event.stream,
        number=body.number,
        status="planned",
        opened=body.occurred_at,
        batches=event.linked("batch"),
        shipper=event.linked("shipper")[0],
        consignee=event.linked("consignee")[0],
        carriers=event.linked("carrier"),
        permits=event.linked("permit"),
        destination=body.destination,
        purpose=body.purpose,
        trial=body.trial or "",
        planned_on=body.planned_on,
        custodian=event.linked("shipper")[0],
    )


def _seal(state: Shipment, intact: bool) -> Shipment:
    if intact or "seal" in state.holds:
        return state
    return replace(state, holds=(*state.holds, "seal"))


@checks("shipment")
def contradictions(state: Shipment | None, event: Event) -> Iterable[Reason]:
    """Yield why `event` contradicts what is on record: contents, counts, custody, seal."""
    if state is None:
        return
    match event.body:
        case ShipmentPacked():
            if event.linked("batch")[0] not in state.batches:
                yield reason("C286", event.stream)
        case ShipmentSealed() as body:
            if int(body.quantity) != state.doses:
                yield reason("C287", event.stream, quantity=body.quantity, packed=state.doses)
            if {c.batch for c in state.containers} != set(state.batches):
                yield reason("C288", event.stream)
        case ShipmentHandedOver() as body:
            yield from _handover(state, event)
            yield from _other_seal(state, event, body.seal, body.intact)
        case ShipmentAccepted() as body:
            yield from _acceptance(state, event)
            yield from _other_seal(state, event, body.seal, body.intact)
        case ShipmentTemperatureLogged() as body:
            if body.logger not in {c.logger for c in state.containers}:
                yield reason("C297", event.stream)
            backwards = instant(body.started_at) > instant(body.ended_at)
            if backwards or amount(body.minimum) > amount(body.maximum):
                yield reason("C298", event.stream)
        case ShipmentReceived() as body:
            yield from _arrival(state, event, body)
            yield from _other_seal(state, event, body.seal, body.intact)
        case RecordCorrected() as body:
            if state.sealed_at and JUDGED & {change.field for change in body.changes}:
                yield reason("C279", event.stream)


def _handover(state: Shipment, event: Event) -> Iterator[Reason]:
    giver, receiver = event.linked("giver")[0], event.linked("receiver")[0]
    if state.open_leg is not None:
        yield reason("C290", event.stream)
    elif giver != state.custodian:
        yield reason("C291", event.stream)
    if giver == receiver:
        yield reason("C292", event.stream)


def _acceptance(state: Shipment, event: Event) -> Iterator[Reason]:
    leg = state.open_leg
    if leg is None:
        yield reason("C293", event.stream)
        return
    if (*event.linked("giver"), *event.linked("receiver")) != (leg.giver, leg.receiver):
        yield reason("C294", event.stream)
    if set(leg.givers) & set(event.persons()):
        yield reason("C295", event.stream)


def _arrival(state: Shipment, event: Event, body: ShipmentReceived) -> Iterator[Reason]:
    if state.open_leg is not None or state.custodian != state.consignee:
        yield reason("C299", event.stream)
    counted = {"quantity": body.quantity, "packed": state.doses}
    if int(body.quantity) > state.doses:
        yield reason("C277", event.stream, **counted)
    elif int(body.quantity) < state.doses and not body.reason:
        yield reason("C278", event.stream, **counted)


def _other_seal(state: Shipment, event: Event, seal: str, intact: bool) -> Iterator[Reason]:
    if intact and seal != state.seal:
        yield reason("C296", event.stream)
