"""V9, the journey: permits that held, custody without a gap, doses kept cold and in time.

Looks at a shipment that is proved; what its batches are made of is told in `story`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from custody.app.judgement.histories import Histories, World
from custody.app.judgement.judging import Judged, told
from custody.domain.batch import Batch
from custody.domain.model import Event
from custody.domain.permit import Permit
from custody.domain.product import Product, Specification
from custody.domain.shipment import Shipment
from custody.domain.shipment_journey import ShipmentReceived
from custody.domain.values import amount, days_of, instant
from custody.rules.batch_case import limits_of
from custody.rules.custody_chain import condition
from custody.rules.model import Outcome

GOOD_PERMIT = ("accepted", "issued")
TRAVELLING = ("sealed", "in_transit")


def journey(
    histories: Histories, shipment: Shipment, events: Sequence[Event], as_of: int
) -> Iterator[Judged]:
    """Yield what does not hold of the way of `shipment` (E25, E26, E32, E34).

    Args:
        events: all that is proved, in the order of the log. `as_of`: Unix seconds.
    """
    world = histories.world()
    yield from _permits(histories.world(_received(events, shipment)), shipment, as_of)
    yield from _hand_overs(shipment)
    yield from _condition(world, shipment)
    yield from _expired(world, shipment)


def _received(events: Sequence[Event], shipment: Shipment) -> int | None:
    """Return the index of its receipt: what became of its permits since is not its affair."""
    for event in events:
        if event.stream == shipment.stream and isinstance(event.body, ShipmentReceived):
            return event.index
    return None


def _permits(world: World, shipment: Shipment, as_of: int) -> Iterator[Judged]:
    """Permits must hold on the day of sealing, and nobody may take them back on the way.

    Which permits a shipment needs, the rules of its sealing have judged. One that ran out since
    contradicts nothing unless the goods are still on their way and no customs let them pass.
    """
    sealed = days_of(shipment.sealed_at) if shipment.sealed_at else ()
    travelling = shipment.status in TRAVELLING
    needed = travelling or shipment.status == "received"
    waiting = travelling and shipment.customs != "released"
    today = datetime.fromtimestamp(as_of, UTC).date()
    for stream in shipment.permits:
        permit = world.get(stream)
        if not isinstance(permit, Permit):
            en = "a linked permit was never recorded"
            yield told("E26", shipment.number, en, "所关联的许可从未登记")
            continue
        number = permit.number
        if needed and permit.status not in GOOD_PERMIT:
            en, zh = f"permit {number} is {permit.status}", f"许可 {number} 状态为“{permit.status}”"
            yield told("E26", number, en, zh)
        over = [day for day in sealed if permit.over(day)]
        if over:
            en = f"permit {number} is not valid on {over[0]}"
            yield told("E26", number, en, f"许可 {number} 在 {over[0]} 无效")
        elif waiting and permit.run_out(today):
            en = f"permit {number} is not valid on {today}"
            yield told("E26", number, en, f"许可 {number} 在 {today} 无效", open_=True)


def _hand_overs(shipment: Shipment) -> Iterator[Judged]:
    holder = shipment.shipper
    for leg in shipment.legs:
        if leg.giver != holder:
            en = "a hand-over was given by somebody who did not hold the shipment"
            yield told("E32", shipment.number, en, "移交由并未保管该发运的一方作出")
        holder = leg.receiver
    if "seal" in shipment.holds:
        yield told(
            "E32", shipment.number, "the seal was found broken on the way", "途中发现封条破损"
        )
    if shipment.status == "received" and (holder != shipment.consignee or shipment.open_leg):
        en = "custody did not reach the consignee by hand-overs"
        yield told("E32", shipment.number, en, "保管权未经移交到达收货方")


def _expired(world: World, shipment: Shipment) -> Iterator[Judged]:
    """Doses change hands before they expire, unless they are on their way back."""
    if shipment.status == "recalled" or "customs" in shipment.holds:
        return
    sealed = shipment.sealed_at
    for stream in shipment.batches:
        batch = world.get(stream)
        until = batch.expires_at if isinstance(batch, Batch) else ""
        # One that had expired before the seal was told by the rules of the seal.
        if not until or not sealed or instant(sealed) > instant(until):
            continue
        moments = [at for leg in shipment.legs for at in (leg.given_at, leg.accepted_at) if at]
        late = [at for at in moments if instant(at) > instant(until)]
        if isinstance(batch, Batch) and late:
            number = batch.number
            en = f"batch {number} expired at {until} and changed hands at {late[0]}"
            yield told("E25", number, en, f"{number} 于 {until} 失效，却于 {late[0]} 移交")


def _condition(world: World, shipment: Shipment) -> Iterator[Judged]:
    """Temperature inside the product's limits, as far as the loggers were read.

    A logger that travels with the goods is read on arrival; until then only what was read counts.
    """
    number = shipment.number
    if "excursion" in shipment.holds:
        en = "an excursion is not assessed as fit for use"
        yield told("E34", number, en, "温度超标未被评估为适用")
    loggers = {c.logger for c in shipment.containers}
    for log in shipment.logs:
        if log.logger not in loggers:
            en = f"logger {log.logger} was never packed"
            yield told("E34", number, en, f"记录仪 {log.logger} 从未装箱")
    limits = [s for b in shipment.batches if (s := specification(world, b))]
    if shipment.status == "received":
        for answer in (a for spec in limits for a in condition(shipment, spec)):
            if answer.outcome is not Outcome.SATISFIED:
                open_ = answer.outcome is Outcome.UNKNOWN
                yield told("E34", number, answer.why.en, answer.why.zh, open_=open_)
    elif shipment.disposition != "fit_for_use":
        for log in shipment.logs:
            for spec in limits:
                low, high = spec.storage_min, spec.storage_max
                cold, warm = amount(log.minimum) < amount(low), amount(log.maximum) > amount(high)
                if cold or warm:
                    yield told(
                        "E34",
                        number,
                        f"logger {log.logger} read {log.minimum} to {log.maximum} Cel; the "
                        f"product allows {low} to {high}",
                        f"记录仪 {log.logger} 读数 {log.minimum} 至 {log.maximum} Cel；"
                        f"产品允许 {low} 至 {high}",
                    )


def specification(world: World, batch: str) -> Specification | None:
    """Return the product specification a batch was made to."""
    state = world.get(batch)
    product = world.get(state.product) if isinstance(state, Batch) else None
    if not isinstance(product, Product) or not isinstance(state, Batch):
        return None
    return limits_of(product, state)
