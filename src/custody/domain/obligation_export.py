"""Lead times of a planned export: the last day to apply, so that the authority has its full time.

Twenty working days, and ten more when the authority extends: for the exit certificate and for the
special-goods approval alike. Whether a permit is needed at all is for the rules of export.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from custody.domain.calendar import NotKnown, add_working_days
from custody.domain.obligation import NOTHING, Asked, Duty, Obligation, owed_by
from custody.domain.permit import Permit
from custody.domain.shipment import Shipment
from custody.domain.values import day_of
from custody.errors import Text as Words

HOME: Final = "CN"
LEAD_TIME: Final = 30  # working days: 20, and 10 more when the authority extends
READYING: Final = ("planned", "packed")
TIMED: Final = {
    "hgr_exit": (
        Words("exit certificate", "人类遗传资源材料出境证明"),
        Duty("hgr_lead_time", ("regulatory_affairs",), "Order 717 (2024 version), Art. 32"),
    ),
    "special_goods": (
        Words("special-goods approval", "特殊物品卫生检疫审批单"),
        Duty("quarantine_lead_time", ("regulatory_affairs",), "GACC Order No. 281, Art. 14"),
    ),
}


@owed_by(Shipment)
def permits_are_applied_for_in_time(shipment: Shipment, asked: Asked) -> Iterator[Obligation]:
    """For each kind of permit: granted, applied for early enough, or to be applied for by a day."""
    if shipment.destination == HOME or shipment.status not in READYING:
        return
    planned = day_of(shipment.planned_on)
    latest = add_working_days(planned, -LEAD_TIME, asked.calendar)
    for kind, (name, duty) in TIMED.items():
        found = [p for s in shipment.permits if (p := _permit(asked, s, kind))]
        what = Words(
            f"apply for the {name.en} of shipment {shipment.number}, planned for {planned}",
            f"为发运 {shipment.number}（计划 {planned}）申请{name.zh}",
        )
        granted = any(p.granted for p in found)
        applied = [day_of(p.submitted_on) for p in found if p.submitted_on]
        note = NOTHING
        if applied and not granted:
            note = _outlook(min(applied), planned, asked)
        done = True if granted else min(applied, default=None)
        if isinstance(done, date) and isinstance(latest, date) and done > latest:
            done = None  # applied for too late: the plan does not hold
        yield duty.of(shipment, what, latest, asked, done=done, note=note)


def _permit(asked: Asked, stream: str, kind: str) -> Permit | None:
    found = asked.world.get(stream)
    return found if isinstance(found, Permit) and found.permit_kind == kind else None


def _outlook(applied: date, planned: date, asked: Asked) -> Words:
    latest = add_working_days(applied, LEAD_TIME, asked.calendar)
    if isinstance(latest, NotKnown):
        return Words(
            f"applied for on {applied}; the calendar of {latest.year} is not known",
            f"{applied} 已申请；{latest.year} 年的工作日安排未知",
        )
    en = f"applied for on {applied}; the decision may take until {latest}"
    zh = f"{applied} 已申请；决定最迟至 {latest}"
    if latest > planned:
        return Words(f"{en}, after the planned day", f"{zh}，晚于计划日")
    return Words(en, zh)
