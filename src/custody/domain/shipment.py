"""Shipments: what their events add up to: contents, custody, condition.

The events themselves are in `shipment_packing`, `shipment_papers`, `shipment_journey`,
`shipment_customs` and `shipment_standing`, the state in `shipment_state`. Custody is a chain of
legs; it has no gap because a leg begins where the one before ended, and no fork because only one
hand-over can be open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from custody.domain.fold import CLOCKS_DIFFER
from custody.domain.holding import lift_hold, put_on_hold, wrongly_lifted
from custody.domain.model import Event, checks, evolves
from custody.domain.record import RecordCorrected
from custody.domain.shipment_customs import (
    ShipmentCustomsInspected,
    ShipmentCustomsRefused,
    ShipmentCustomsReleased,
)
from custody.domain.shipment_journey import (
    ShipmentAccepted,
    ShipmentExcursionAssessed,
    ShipmentExcursionDetected,
    ShipmentHandedOver,
    ShipmentHandOverCalledOff,
    ShipmentReceived,
    ShipmentReconciled,
    ShipmentTemperatureLogged,
)
from custody.domain.shipment_packing import (
    ShipmentDeclared,
    ShipmentPacked,
    ShipmentPlanned,
    ShipmentSealed,
)
from custody.domain.shipment_papers import (
    ShipmentBundleIssued,
    ShipmentDangerousGoodsClassified,
    ShipmentPaperAttached,
    ShipmentScopeDecided,
)
from custody.domain.shipment_standing import ShipmentHeld, ShipmentHoldLifted
from custody.domain.shipment_state import Container, Leg, Paper, Shipment, TemperatureLog
from custody.domain.values import amount, instant
from custody.errors import Reason, reason

__all__ = ["Container", "Leg", "Paper", "Shipment", "TemperatureLog"]

# What the export rules were asked about.
JUDGED = frozenset({"destination", "purpose", "trial", "activity", "goods", "hs_code"})


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
                unit=next(iter(event.linked("shipper_unit")), ""),
                requalified_on=body.requalified_on or "",
                hold_hours=body.hold_hours,
                transit_hours=body.transit_hours,
                leak_proof=body.leak_proof,
                biosafety_mark=body.biosafety_mark,
            )
            return replace(state, containers=(*state.containers, packed))
        case ShipmentSealed() as body:
            return replace(
                state,
                seal=body.seal,
                sealed_at=body.occurred_at,
                permits=event.linked("permit"),  # the plan may have named others
            )
        case _:
            return _standing(state, event)


def _standing(state: Shipment, event: Event) -> Shipment:
    match event.body:
        case ShipmentHeld():
            return put_on_hold(state, event)
        case ShipmentHoldLifted():
            return lift_hold(state, event)
        case ShipmentCustomsInspected() as body:
            return replace(state, customs="inspected", seal=body.new_seal or state.seal)
        case ShipmentCustomsReleased():
            return replace(_without(state, "customs"), customs="released")
        case ShipmentCustomsRefused():
            return replace(_with(state, "customs"), customs="refused")
        case _:
            return _papers(state, event)


def _papers(state: Shipment, event: Event) -> Shipment:
    match event.body:
        case ShipmentDeclared() as body:
            return replace(
                state,
                declaration=body.declaration,
                hs_code=body.hs_code,
                goods=body.goods or (state.goods if state.sealed_at else ()),
                control_codes=body.control_codes
                or (state.control_codes if state.sealed_at else ()),
            )
        case ShipmentScopeDecided() as body:
            return replace(state, scope="in_scope" if body.in_scope else "out_of_scope")
        case ShipmentDangerousGoodsClassified() as body:
            return replace(state, dangerous_goods=body.classification)
        case ShipmentPaperAttached() as body:
            paper = Paper(body.paper, body.paper_number, event.linked("permit"))
            return replace(state, papers=(*state.papers, paper))
        case ShipmentBundleIssued() as body:
            return replace(state, bundles=(*state.bundles, body.sha256))
        case ShipmentReconciled():
            return replace(state, reconciled=True)
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
        case ShipmentHandOverCalledOff() as body:
            kept = state.legs[:-1]
            status = state.status if kept or state.status == "recalled" else "sealed"
            back = replace(state, legs=kept, status=status, called_off_at=body.occurred_at)
            return _seal(back, body.intact)
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
            # What quality found fit was what it knew then; a later reading is judged anew.
            return replace(state, logs=(*state.logs, log), disposition="")
        case ShipmentExcursionDetected():
            noted = replace(_with(state, "excursion"), excursions=state.excursions + 1)
            return replace(noted, disposition="")
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
        activity=body.activity or "",
    )


def _seal(state: Shipment, intact: bool) -> Shipment:
    return state if intact else _with(state, "seal")


def _with(state: Shipment, hold: str) -> Shipment:
    return replace(state, holds=tuple(dict.fromkeys((*state.holds, hold))))


def _without(state: Shipment, hold: str) -> Shipment:
    return replace(state, holds=tuple(h for h in state.holds if h != hold))


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
            if state.holds:
                yield reason("C2404", event.stream, holds=", ".join(state.holds))
        case ShipmentHoldLifted():
            yield from wrongly_lifted(state, event)
        case ShipmentDeclared() as body:
            yield from _declaration(state, event, body)
        case ShipmentDangerousGoodsClassified() as body:
            if (body.classification == "un") != (body.un_number is not None):
                yield reason("C2405", event.stream)
        case ShipmentCustomsReleased() as body:
            if body.declaration != state.declaration:
                said = {"told": body.declaration, "declared": state.declaration or "–"}
                yield reason("C2415", event.stream, **said)
        case ShipmentCustomsInspected() as body:
            if body.opened != (body.new_seal is not None):
                yield reason("C2406", event.stream)
        case ShipmentExcursionDetected() as body:
            if body.logger not in {c.logger for c in state.containers}:
                yield reason("C297", event.stream)
            if body.ended_at and instant(body.started_at) > instant(body.ended_at):
                yield reason("C298", event.stream)
        case ShipmentReconciled() as body:
            yield from _reconciliation(state, event, body)
        case ShipmentHandedOver() as body:
            yield from _handover(state, event)
            yield from _other_seal(state, event, body.seal, body.intact)
        case ShipmentAccepted() as body:
            yield from _acceptance(state, event)
            yield from _other_seal(state, event, body.seal, body.intact)
        case ShipmentHandOverCalledOff() as body:
            yield from _open_leg_of(state, event)
            yield from _other_seal(state, event, body.seal, body.intact)
        case ShipmentTemperatureLogged() as body:
            if body.logger not in {c.logger for c in state.containers}:
                yield reason("C297", event.stream)
            backwards = instant(body.started_at) > instant(body.ended_at)
            ahead = instant(body.ended_at) - instant(body.occurred_at) > CLOCKS_DIFFER
            if backwards or ahead or amount(body.minimum) > amount(body.maximum):
                yield reason("C298", event.stream)
        case ShipmentReceived() as body:
            yield from _arrival(state, event, body)
            yield from _other_seal(state, event, body.seal, body.intact)
        case RecordCorrected() as body:
            if state.sealed_at and JUDGED & {change.field for change in body.changes}:
                yield reason("C279", event.stream)


def _declaration(state: Shipment, event: Event, body: ShipmentDeclared) -> Iterator[Reason]:
    """Goods are declared once each, and after the seal only as they were judged at it."""
    if len({goods.lot for goods in body.goods}) < len(body.goods):
        yield reason("C2411", event.stream)
    told = body.control_codes
    other = body.hs_code != state.hs_code or (told and set(told) != set(state.control_codes))
    if state.sealed_at and (other or (body.goods and body.goods != state.goods)):
        yield reason("C2412", event.stream)


def _handover(state: Shipment, event: Event) -> Iterator[Reason]:
    giver, receiver = event.linked("giver")[0], event.linked("receiver")[0]
    if state.open_leg is not None:
        yield reason("C290", event.stream)
    elif giver != state.custodian:
        yield reason("C291", event.stream)
    if giver == receiver:
        yield reason("C292", event.stream)


def _acceptance(state: Shipment, event: Event) -> Iterator[Reason]:
    yield from _open_leg_of(state, event)
    if state.open_leg and set(state.open_leg.givers) & set(event.persons()):
        yield reason("C295", event.stream)


def _open_leg_of(state: Shipment, event: Event) -> Iterator[Reason]:
    leg = state.open_leg
    if leg is None:
        yield reason("C293", event.stream)
    elif (*event.linked("giver"), *event.linked("receiver")) != (leg.giver, leg.receiver):
        yield reason("C294", event.stream)


def _arrival(state: Shipment, event: Event, body: ShipmentReceived) -> Iterator[Reason]:
    if state.open_leg is not None or state.custodian != state.consignee:
        yield reason("C299", event.stream)
    counted = {"quantity": body.quantity, "packed": state.doses}
    if int(body.quantity) > state.doses:
        yield reason("C277", event.stream, **counted)
    elif int(body.quantity) < state.doses and not body.reason:
        yield reason("C278", event.stream, **counted)


def _reconciliation(state: Shipment, event: Event, body: ShipmentReconciled) -> Iterator[Reason]:
    if int(body.quantity) != state.doses and not body.differences:
        yield reason("C2407", event.stream, quantity=body.quantity, packed=state.doses)


def _other_seal(state: Shipment, event: Event, seal: str, intact: bool) -> Iterator[Reason]:
    if intact and seal != state.seal:
        yield reason("C296", event.stream)
