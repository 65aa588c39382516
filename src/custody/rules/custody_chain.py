"""The unbroken chain: lineage down to donations and lots, containers fit to travel, temperature.

Hand-overs are judged in `hand_over`; a shipment's own events refuse a gap or a fork in its custody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Final

from custody.domain.batch import Batch
from custody.domain.material import Material
from custody.domain.product import Product, Specification
from custody.domain.shipment import Container, Shipment
from custody.domain.shipment_state import TemperatureLog
from custody.domain.values import amount, day_of, instant
from custody.rules.ancestry import ancestry
from custody.rules.batch_case import limits_of
from custody.rules.model import Answer, Basis, Case, rule, satisfied, unknown, violated

MARGIN: Final = (7, 5)  # hold time against planned time
LONGEST_INTERVAL: Final = timedelta(minutes=30)  # a logger that reads more rarely proves no more
SPARSEST: Final = 2 * 60 * 60  # seconds between two readings of one log, on average
UNFIT: Final = ("retired", "out_of_tolerance")


@rule(
    "TRC-001",
    "release",
    "export",
    "customs-bundle",
    en="the lineage closes: every branch ends in a donation or a lot, and there is one of each",
    zh="谱系完整：每一分支均追溯至捐献或物料批，且二者俱有",
    source="Regulation (EC) No 1394/2007, Art. 15; 21 CFR 1271.290",
    basis=Basis.HOUSE,
    remedy_en="record the missing origin of the item named",
    remedy_zh="请补充登记所列物项的来源",
    signer_roles=("qa",),
)
def lineage_closes(case: Case) -> Iterable[Answer]:
    """A donation and a material lot are reached, and no branch breaks off.

    Nothing is grown without a medium: cells without any lot have a record with a hole in it.
    """
    for start in getattr(case.state, "batches", None) or (case.event.stream,):
        up = ancestry(case, start)
        for stream in up.broken:
            yield unknown(
                stream,
                "its origin is not on record",
                "其来源未登记",
            )
        if not any(isinstance(s, Material) for s in up.found):
            yield unknown(
                start,
                "no raw-material lot is recorded for it",
                "未记录任何物料批",
            )
        if up.donations:
            yield satisfied(start, *(d.stream for d in up.donations))
        else:
            yield unknown(start, "no donation is known to be behind it", "未能追溯至任何捐献")


@rule(
    "COC-003",
    "export",
    en="every container was requalified after its last use and holds longer than the way takes",
    zh="各运输容器上次使用后均已再确认，保温时长超过运输时长并留有余量",
    source="ISO 21973:2020, transport of cells for therapeutic use: qualified containers",
    basis=Basis.HOUSE,
    remedy_en="pack into a container requalified after its last use, stating its hold time and the "
    "planned time: custody shipment pack",
    remedy_zh="请改用上次使用后已再确认的容器，并注明保温与运输时长：custody shipment pack",
    signer_roles=("warehouse", "qa"),
)
def containers_are_requalified(case: Case) -> Iterable[Answer]:
    """The requalification must last to the day of sealing and to the planned day of departure.

    Hold times of one model differ by two fifths, so the planned time is taken with that margin.
    """
    shipment = case.state
    if not isinstance(shipment, Shipment):
        return
    last = max(case.day, day_of(shipment.planned_on))
    if not shipment.containers:
        yield unknown(shipment.stream, "no container is recorded", "未登记任何运输容器")
    for container in shipment.containers:
        if day_of(container.qualified_until) < last:
            yield violated(
                shipment.stream,
                f"container {container.serial} is requalified until {container.qualified_until}, "
                f"which is before {last}",
                f"容器 {container.serial} 再确认有效期至 {container.qualified_until}，早于 {last}",
            )
        else:
            yield _holds_long_enough(shipment, container)
        yield from _unit_is_fit(case, container)


def _holds_long_enough(shipment: Shipment, container: Container) -> Answer:
    hold, way = container.hold_hours, container.transit_hours
    if hold is None or way is None or not container.requalified_on:
        return unknown(
            shipment.stream,
            f"container {container.serial}: hold time, planned time or day of requalification is "
            "not recorded",
            f"容器 {container.serial} 未记录保温时长、计划运输时长或再确认日期",
        )
    if hold * MARGIN[1] < way * MARGIN[0]:
        return violated(
            shipment.stream,
            f"container {container.serial} holds {hold} h; {way} h are planned, and the margin "
            "is two fifths",
            f"容器 {container.serial} 保温 {hold} 小时；计划运输 {way} 小时，须留五分之二余量",
        )
    return satisfied(shipment.stream)


def _unit_is_fit(case: Case, container: Container) -> Iterator[Answer]:
    """A container on record as equipment must not be retired or out of tolerance."""
    unit = case.world.get(container.unit) if container.unit else None
    if unit is not None and unit.status in UNFIT:
        yield violated(
            unit.stream,
            f"container {unit.number} is '{unit.status}'",
            f"容器 {unit.number} 状态为“{unit.status}”",
        )


@rule(
    "COC-002",
    "administer",
    "reconcile",
    en="the temperature record covers the whole way inside the limits, or quality assessed it",
    zh="温度记录覆盖全程且在限度内，或已由质量保证评估",
    source="ISO 21973:2020, transport of cells for therapeutic use: condition between hand-overs",
    basis=Basis.HOUSE,
    remedy_en="read out the loggers (custody shipment log-temperature) and let quality assess what "
    "went wrong (custody shipment assess-excursion)",
    remedy_zh="请读取记录仪（custody shipment log-temperature），异常由质量保证评估"
    "（custody shipment assess-excursion）",
    signer_roles=("receiver", "qa"),
)
def way_was_cold_throughout(case: Case) -> Iterable[Answer]:
    """Limits are those of the product; a gap counts like a reading outside of them."""
    carried = getattr(case.state, "shipment", "")
    shipment = case.world.get(carried) if carried else case.state
    if not isinstance(shipment, Shipment):
        return
    if shipment.holds:
        yield violated(
            shipment.stream,
            f"shipment {shipment.number} is on hold: {', '.join(shipment.holds)}",
            f"发运 {shipment.number} 处于暂停：{'、'.join(shipment.holds)}",
        )
    for stream in shipment.batches:
        batch = case.world.get(stream)
        product = case.world.get(batch.product) if isinstance(batch, Batch) else None
        if not isinstance(batch, Batch) or not isinstance(product, Product):
            yield unknown(stream, "the batch or its product is not on record", "批次或产品未登记")
            continue
        yield from condition(shipment, limits_of(product, batch))


def condition(shipment: Shipment, limits: Specification) -> Iterator[Answer]:
    """Yield how the doses fared on the way, one answer per container (COC-002).

    For the story of a shipment that has arrived; not a gate, because a receipt is a fact and must
    be recordable before its loggers are read. Limits are those of the product, in degrees Celsius.
    """
    assessed = shipment.disposition == "fit_for_use"
    for container in shipment.containers:
        found = list(_condition(shipment, container, limits))
        if found and not assessed:
            yield from found
        else:
            yield satisfied(shipment.stream)


def _condition(shipment: Shipment, container: Container, limits: Specification) -> Iterator[Answer]:
    where, serial = shipment.stream, container.logger
    logs = [log for log in shipment.logs if log.logger == serial]
    if not logs:
        yield unknown(where, f"logger {serial} was not read out", f"记录仪 {serial} 未读取")
        return
    if not _unbroken(shipment, logs) or any(log.gaps for log in logs):
        yield violated(
            where,
            f"logger {serial} does not cover the whole way without a gap",
            f"记录仪 {serial} 未无间断覆盖全程",
        )
    low, high = amount(limits.storage_min), amount(limits.storage_max)
    for log in logs:
        if amount(log.minimum) < low or amount(log.maximum) > high:
            yield violated(
                where,
                f"logger {serial} read {log.minimum} to {log.maximum} Cel; "
                f"allowed are {limits.storage_min} to {limits.storage_max}",
                f"记录仪 {serial} 读数 {log.minimum} 至 {log.maximum} Cel；"
                f"允许 {limits.storage_min} 至 {limits.storage_max}",
            )


def _unbroken(shipment: Shipment, logs: Sequence[TemperatureLog]) -> bool:
    """Whether the read-outs of one logger follow each other from the seal to the arrival.

    A logger reads now and then: the first and the last reading stand for an interval each.
    """
    read = sorted((log for log in logs if log.readings), key=lambda log: instant(log.started_at))
    if not read:
        return False
    known = instant(shipment.sealed_at or read[0].started_at)
    for log in read:
        if _sparse(log) or instant(log.started_at) - _interval(log) > known:
            return False
        known = max(known, instant(log.ended_at) + _interval(log))
    arrived = shipment.legs[-1].accepted_at if shipment.legs else ""
    return not arrived or known >= instant(arrived)


def _sparse(log: TemperatureLog) -> bool:
    """Whether its readings are so far apart that they tell nothing of the time between them."""
    seconds = (instant(log.ended_at) - instant(log.started_at)) // timedelta(seconds=1)
    return seconds > SPARSEST * max(1, log.readings - 1)


def _interval(log: TemperatureLog) -> timedelta:
    """Return the time from one reading to the next, as its summary tells; half an hour at most."""
    if log.readings < 2:
        return timedelta(0)
    seconds = (instant(log.ended_at) - instant(log.started_at)) // timedelta(seconds=1)
    return min(timedelta(seconds=seconds // (log.readings - 1)), LONGEST_INTERVAL)
