"""The unbroken chain: lineage down to donations and lots, containers fit to travel, temperature.

Hand-overs are not judged here; a shipment's own events refuse a gap or a fork in its custody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from custody.domain.product import Specification
from custody.domain.shipment import Container, Shipment
from custody.domain.values import amount, day_of, instant
from custody.rules.ancestry import ancestry
from custody.rules.model import Answer, Basis, Case, rule, satisfied, unknown, violated


@rule(
    "TRC-001",
    "release",
    "export",
    en="the lineage closes: every branch ends in a donation or a material lot",
    zh="谱系完整：每一分支均追溯至捐献或物料批",
    source="Regulation (EC) No 1394/2007, Art. 15; 21 CFR 1271.290",
    basis=Basis.HOUSE,
    remedy_en="record the missing origin of the item named",
    remedy_zh="请补充登记所列物项的来源",
    signer_roles=("qa",),
)
def lineage_closes(case: Case) -> Iterable[Answer]:
    """At least one donation is reached, and no branch breaks off."""
    for start in getattr(case.state, "batches", None) or (case.event.stream,):
        up = ancestry(case, start)
        for stream in up.broken:
            yield unknown(
                stream,
                "its origin is not on record",
                "其来源未登记",
            )
        if up.donations:
            yield satisfied(start, *(d.stream for d in up.donations))
        else:
            yield unknown(start, "no donation is known to be behind it", "未能追溯至任何捐献")


@rule(
    "COC-003",
    "export",
    en="every container was requalified and its time is not over",
    zh="各运输容器均已再确认且在有效期内",
    source="ISO 21973:2020, transport of cells for therapeutic use: qualified containers",
    basis=Basis.HOUSE,
    remedy_en="pack into a container requalified after its last use",
    remedy_zh="请改用上次使用后已再确认的容器装箱",
    signer_roles=("warehouse", "qa"),
)
def containers_are_requalified(case: Case) -> Iterable[Answer]:
    """The requalification must last to the day of sealing and to the planned day of departure."""
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
            yield satisfied(shipment.stream)


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
    first = min(instant(log.started_at) for log in logs)
    last = max(instant(log.ended_at) for log in logs)
    arrived = shipment.legs[-1].accepted_at if shipment.legs else ""
    late_start = bool(shipment.sealed_at) and first > instant(shipment.sealed_at)
    early_end = bool(arrived) and last < instant(arrived)
    if late_start or early_end or any(log.gaps for log in logs):
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
