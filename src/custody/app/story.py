"""V9, the custody story: does what the events tell hold together for this shipment?

Works over events that are already proved. Lineage reaches donations and lots, what was released
still stands, hand-overs leave no gap, permits hold on the day, the temperature stayed inside the
product's limits. `tell` gives the same facts as plain JSON for people to read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from custody.app.histories import Histories, World
from custody.app.projecting import is_lineage
from custody.domain.batch import Batch
from custody.domain.bank import Bank
from custody.domain.donation import Donation
from custody.domain.material import Material
from custody.domain.model import Event, State
from custody.domain.permit import Permit
from custody.domain.product import Product, Specification
from custody.domain.shipment import Shipment
from custody.domain.shipment_journey import ShipmentExcursionAssessed
from custody.domain.values import amount, day_of
from custody.evidence.findings import Finding, Verdict

# Statuses in which a thing upstream of a shipment must not be.
FALLEN: Mapping[type[State], tuple[str, ...]] = {
    Batch: ("held", "recalled", "rejected", "voided"),
    Donation: ("on_hold", "ineligible"),
    Material: ("recalled",),
    Bank: ("held", "rejected"),
}
GOOD_PERMIT = ("accepted", "issued")
TRAVELLING = ("sealed", "in_transit")


def check(histories: Histories, shipment: str, events: Sequence[Event], as_of: int) -> list[Finding]:
    """Return what does not hold in the story of `shipment` (codes E25, E26, E31 to E34)."""
    world = histories.world()
    state = world.get(shipment)
    if not isinstance(state, Shipment):
        return [_finding("E25", shipment, "the bundle's shipment was never planned")]
    found: list[Finding] = []
    if not state.sealed_at:
        found.append(_finding("E25", state.number, "the shipment was never sealed"))
    if state.status in ("cancelled", "recalled"):
        found.append(_finding("E25", state.number, f"the shipment is {state.status}"))
    found += _standing(world, lineage(events, shipment))
    found += _reaches_the_start(world, state, events)
    found += _permits(world, state, as_of)
    found += _hand_overs(state)
    found += _condition(world, state, events)
    return found


def lineage(events: Sequence[Event], start: str) -> list[str]:
    """Return the streams that material flowed from into `start`, itself first."""
    parents: dict[str, list[str]] = {}
    for event in events:
        for link in event.links:
            if is_lineage(event.type, link.rel):
                parents.setdefault(event.stream, []).append(link.stream)
    reached = [start]
    for stream in reached:
        reached += [p for p in parents.get(stream, ()) if p not in reached]
    return reached


def _standing(world: World, streams: Iterable[str]) -> Iterator[Finding]:
    for stream in streams:
        state = world.get(stream)
        if state is None:
            continue
        if state.status in FALLEN.get(type(state), ()):
            yield _finding("E25", state.number, f"{state.kind} {state.number} is {state.status}")


def _reaches_the_start(
    world: World, shipment: Shipment, events: Sequence[Event]
) -> Iterator[Finding]:
    for stream in shipment.batches:
        batch = world.get(stream)
        if not isinstance(batch, Batch):
            yield _finding("E33", shipment.number, "a batch in the shipment was never started")
            continue
        if not batch.released_at:
            yield _finding("E33", batch.number, f"batch {batch.number} was never released")
        kinds = {s.partition(":")[0] for s in lineage(events, stream)}
        if "donation" not in kinds:
            yield _finding("E33", batch.number, "the lineage does not reach a donation")
        if "material" not in kinds:
            yield _finding("E33", batch.number, "no raw-material lot is recorded for the batch")


def _permits(world: World, shipment: Shipment, as_of: int) -> Iterator[Finding]:
    """Permits that let the shipment leave must still hold while it is under way."""
    if not shipment.permits:
        yield _finding("E26", shipment.number, "no filing or permit is linked to the shipment")
    sealed = day_of(shipment.sealed_at) if shipment.sealed_at else None
    days: list[date] = [sealed] if sealed else []
    if shipment.status in TRAVELLING:
        days.append(datetime.fromtimestamp(as_of, UTC).date())
    for stream in shipment.permits:
        permit = world.get(stream)
        if not isinstance(permit, Permit):
            yield _finding("E26", shipment.number, "a linked permit was never recorded")
            continue
        if permit.status not in GOOD_PERMIT:
            yield _finding("E26", permit.number, f"permit {permit.number} is {permit.status}")
        for day in days:
            late = permit.valid_until and day > day_of(permit.valid_until)
            early = permit.valid_from and day < day_of(permit.valid_from)
            if late or early:
                detail = f"permit {permit.number} is not valid on {day.isoformat()}"
                yield _finding("E26", permit.number, detail)
                break


def _hand_overs(shipment: Shipment) -> Iterator[Finding]:
    holder = shipment.shipper
    for leg in shipment.legs:
        if leg.giver != holder:
            detail = "a hand-over was given by somebody who did not hold the shipment"
            yield _finding("E31", shipment.number, detail)
        if not leg.intact and "seal" in shipment.holds:
            yield _finding("E31", shipment.number, "the seal was found broken at a hand-over")
        holder = leg.receiver
    if shipment.status == "received" and (holder != shipment.consignee or shipment.open_leg):
        yield _finding("E31", shipment.number, "custody did not reach the consignee by hand-overs")


def _condition(
    world: World, shipment: Shipment, events: Sequence[Event]
) -> Iterator[Finding]:
    if "excursion" in shipment.holds:
        yield _finding("E32", shipment.number, "an excursion is not assessed as fit for use")
    loggers = {c.logger for c in shipment.containers}
    for log in shipment.logs:
        if log.logger not in loggers:
            yield _finding("E32", shipment.number, f"logger {log.logger} was never packed")
    limits = [s for b in shipment.batches if (s := specification(world, b))]
    assessed = "excursion" not in shipment.holds and any(
        isinstance(e.body, ShipmentExcursionAssessed) and e.stream == shipment.stream
        for e in events
    )
    for log in shipment.logs:
        for spec in limits:
            cold = amount(log.minimum) < amount(spec.storage_min)
            warm = amount(log.maximum) > amount(spec.storage_max)
            if (cold or warm) and not assessed:
                detail = (
                    f"logger {log.logger} read {log.minimum} to {log.maximum} Cel; the product"
                    f" allows {spec.storage_min} to {spec.storage_max}"
                )
                yield _finding("E32", shipment.number, detail)


def specification(world: World, batch: str) -> Specification | None:
    """Return the product specification a batch was made to."""
    state = world.get(batch)
    product = world.get(state.product) if isinstance(state, Batch) else None
    if not isinstance(product, Product) or not isinstance(state, Batch):
        return None
    named = [v for v in product.versions if v.version == state.specification]
    return (named or list(product.versions))[-1]


def _finding(code: str, where: str, detail: str) -> Finding:
    return Finding("V9", code, where, detail, Verdict.NOT_GENUINE)


# ---------------------------------------------------------------------- for people to read


def tell(
    histories: Histories,
    shipment: str,
    events: Sequence[Event],
    printed: Callable[[str], str],
) -> dict[str, Any]:
    """Return the story of a shipment as plain JSON; `printed` gives the name behind a key."""
    world = histories.world()
    state = world.get(shipment)
    if not isinstance(state, Shipment):
        return {}

    def name(stream: str) -> str:
        found = world.get(stream)
        if found is None:
            return stream
        legal = getattr(found, "name", "") or getattr(found, "legal_name", "")
        return f"{legal} ({found.number})" if legal else found.number

    reached = lineage(events, shipment)
    return {
        "shipment": state.number,
        "status": state.status,
        "shipper": name(state.shipper),
        "consignee": name(state.consignee),
        "destination": state.destination,
        "purpose": state.purpose,
        "trial": state.trial,
        "seal": state.seal,
        "sealed_at": state.sealed_at,
        "doses": state.doses,
        "batches": [_batch(world, s, name) for s in state.batches],
        "lineage": [
            {"noun": s.partition(":")[0], "number": found.number, "status": found.status}
            for s in reached
            if (found := world.get(s)) is not None
        ],
        "permits": [
            {
                "number": p.number,
                "kind": p.permit_kind,
                "authority": p.authority,
                "status": p.status,
                "valid_from": p.valid_from,
                "valid_until": p.valid_until,
            }
            for s in state.permits
            if isinstance(p := world.get(s), Permit)
        ],
        "containers": [
            {"serial": c.serial, "logger": c.logger, "doses": c.doses, "batch": name(c.batch)}
            for c in state.containers
        ],
        "hand_overs": [
            {
                "from": name(leg.giver),
                "to": name(leg.receiver),
                "given_at": leg.given_at,
                "accepted_at": leg.accepted_at,
                "place": leg.place,
                "seal_intact": leg.intact,
            }
            for leg in state.legs
        ],
        "temperatures": [
            {
                "logger": log.logger,
                "from": log.started_at,
                "to": log.ended_at,
                "readings": log.readings,
                "minimum": log.minimum,
                "maximum": log.maximum,
                "unit": "Cel",
                "gaps": log.gaps,
            }
            for log in state.logs
        ],
        "signatures": _signatures(world, events, reached, printed),
    }


def _batch(world: World, stream: str, name: Callable[[str], str]) -> dict[str, Any]:
    batch = world.get(stream)
    if not isinstance(batch, Batch):
        return {"number": stream}
    return {
        "number": batch.number,
        "product": name(batch.product),
        "status": batch.status,
        "released_at": batch.released_at,
        "expires_at": batch.expires_at,
        "made_from": [name(s) for s in batch.made_from],
        "deviations": [name(s) for s in batch.deviations],
    }


def _signatures(
    world: World, events: Sequence[Event], reached: Sequence[str], printed: Callable[[str], str]
) -> list[dict[str, Any]]:
    """Return every signature on the material's way: printed name, time and meaning."""
    rows = []
    for event in events:
        if event.stream not in reached:
            continue
        state = world.get(event.stream)
        for signed in event.signers:
            rows.append(
                {
                    "event": event.index,
                    "type": event.type,
                    "number": state.number if state else event.stream,
                    "name": printed(signed.kid),
                    "role": signed.role,
                    "meaning": signed.meaning,
                    "signed_at": event.time,
                    "occurred_at": event.body.occurred_at,
                }
            )
    return rows


