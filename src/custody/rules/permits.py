"""Whether a permit fits a lot of a shipment: scope, standing, validity, quantity. No rule itself.

Each function answers one question and names the first thing that is missing, in both languages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from custody.domain.assessment import Assessment
from custody.domain.batch import Batch
from custody.domain.permit import Permit
from custody.domain.shipment import Shipment
from custody.errors import Text as Words
from custody.rules.model import Answer, Case, satisfied, unknown, violated

HOME = "CN"  # Hong Kong, Macao and Taiwan are outside this customs territory


@dataclass(frozen=True, slots=True)
class Lot:
    """A batch of the shipment; `batch` is None when it is not on record."""

    stream: str
    batch: Batch | None

    @property
    def number(self) -> str:
        """The batch number, or the stream when it is not known."""
        return self.batch.number if self.batch else self.stream


def leaving(case: Case) -> Shipment | None:
    """Return the shipment if it leaves the customs territory, else None."""
    shipment = case.state
    if isinstance(shipment, Shipment) and shipment.destination != HOME:
        return shipment
    return None


def lots(case: Case) -> Iterator[Lot]:
    """Yield the lots of the shipment that is being sealed."""
    if isinstance(case.state, Shipment):
        for stream in case.state.batches:
            batch = case.world.get(stream)
            yield Lot(stream, batch if isinstance(batch, Batch) else None)


def relied_on(case: Case) -> tuple[str, ...]:
    """Return the permits the act relies on: those it links, and after the seal the shipment's."""
    linked = case.event.linked("permit")
    if isinstance(case.state, Shipment) and case.state.sealed_at:
        return tuple(dict.fromkeys((*case.state.permits, *linked)))
    return linked


def permits(case: Case, *kinds: str) -> Iterator[Permit]:
    """Yield the permits the act relies on, all or of some kinds."""
    for stream in relied_on(case):
        state = case.world.get(stream)
        if isinstance(state, Permit) and (not kinds or state.permit_kind in kinds):
            yield state


def exempted(case: Case, rule_id: str) -> bool:
    """Whether regulatory affairs found for every lot that the rule asking for it does not apply."""
    carried = {lot.stream for lot in lots(case)}
    return any(
        isinstance(a, Assessment)
        and (a.rule, a.purpose, a.status) == (rule_id, "non_applicability", "approved")
        and "regulatory_affairs" in a.approver_roles
        and not case.outlives(a.valid_until)
        and carried <= set(a.covers)
        for a in case.linked("assessment")
    )


def out_of_scope(permit: Permit, lot: Lot, shipment: Shipment) -> Words | None:
    """Return why the permit does not name this lot or this destination."""
    product = lot.batch.product if lot.batch else ""
    if not permit.covers(product, lot.stream):
        return Words("does not name this lot or its product", "未列明该批次或其产品")
    if permit.country and permit.country != shipment.destination:
        return Words(
            f"is for {permit.country}, not {shipment.destination}",
            f"目的国为 {permit.country}，而非 {shipment.destination}",
        )
    if permit.partners and shipment.consignee not in permit.partners:
        return Words("names another foreign partner", "所列境外合作方不同")
    if permit.purpose and permit.purpose != shipment.purpose:
        return Words(
            f"is for {permit.purpose}, not {shipment.purpose}",
            f"用途为 {permit.purpose}，而非 {shipment.purpose}",
        )
    return None


def not_in_force(permit: Permit, case: Case) -> Words | None:
    """Return why the permit may not be used on the day of the act, here or at home."""
    if not permit.granted:
        return Words(f"is '{permit.status}'", f"状态为“{permit.status}”")
    if not permit.valid_from or not permit.valid_until:
        return Words("has no recorded validity", "未记录有效期")
    for day in case.days:
        if not permit.valid_on(day):
            return Words(
                f"is valid from {permit.valid_from} to {permit.valid_until}, not on {day}",
                f"有效期为 {permit.valid_from} 至 {permit.valid_until}，不含 {day}",
            )
    return None


def over_on(permit: Permit, case: Case) -> date | None:
    """Return the day of the act, here or at home, that lies outside the permit's periods."""
    return next((day for day in case.days if permit.over(day)), None)


def covered(case: Case, kind: str, name: Words, *, in_force: bool) -> Iterator[Answer]:
    """Yield for each lot whether a permit of `kind` names it and, with `in_force`, may be used."""
    shipment = leaving(case)
    if shipment is None:
        return
    candidates = list(permits(case, kind))
    for lot in lots(case):
        faults: list[tuple[Permit, Words]] = []
        good = ""
        for permit in candidates:
            fault = out_of_scope(permit, lot, shipment)
            if fault is None and in_force:
                fault = not_in_force(permit, case)
            if fault is None:
                good = permit.stream
            else:
                faults.append((permit, fault))
        yield satisfied(lot.stream, good) if good else _uncovered(lot, name, faults)


def _uncovered(lot: Lot, name: Words, faults: list[tuple[Permit, Words]]) -> Answer:
    if not faults:
        return violated(
            lot.stream,
            f"no {name.en} is linked for batch {lot.number}",
            f"{lot.number} 批未关联{name.zh}",
        )
    en = "; ".join(f"{p.number} {why.en}" for p, why in faults)
    zh = "；".join(f"{p.number} {why.zh}" for p, why in faults)
    return violated(
        lot.stream,
        f"no {name.en} covers batch {lot.number}: {en}",
        f"{name.zh}均不涵盖 {lot.number} 批：{zh}",
    )


def within_quantity(permit: Permit, quantity: str, unit: str, *, limited: bool) -> Answer:
    """Return whether `quantity` is left on the permit; `limited` permits must state a quantity."""
    if permit.remaining is None:
        if limited:
            return unknown(
                permit.stream,
                f"permit {permit.number} states no quantity",
                f"许可 {permit.number} 未载明数量",
            )
        return satisfied(permit.stream)
    if permit.unit != unit:
        return unknown(
            permit.stream,
            f"permit {permit.number} counts in {permit.unit}, the shipment in {unit}",
            f"许可 {permit.number} 以 {permit.unit} 计量，发运以 {unit} 计量",
        )
    if Decimal(quantity) > permit.remaining:
        return violated(
            permit.stream,
            f"permit {permit.number} has {permit.remaining:f} {unit} left, {quantity} are to go",
            f"许可 {permit.number} 余 {permit.remaining:f} {unit}，拟发 {quantity}",
        )
    return satisfied(permit.stream)
