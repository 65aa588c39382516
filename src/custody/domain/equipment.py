"""Equipment: what is measured or kept with, its calibration, qualification and known faults.

A calibration found out of tolerance is written to the equipment itself, so that every batch made
with it meanwhile meets the notice. It does not say for which batches a device was used.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

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
from custody.domain.values import Count, Day, Document, Instant, Name, Number, Text, day_of, instant
from custody.errors import Reason, reason

IN_SERVICE = ("registered", "in_service", "out_of_tolerance")
BY_METROLOGY = (Sig("qa", "performed"), Sig("qc_analyst", "performed"))


@event_type(
    "equipment.registered/v1",
    kind="equipment",
    command="equipment register",
    en="equipment registered",
    zh="设备登记",
    meaning_zh="一台设备已登记；须经确认，需校准者还须校准，方可使用。",
    signers=(Sig("qa", "approved"), Sig("system_admin", "approved")),
    opens=True,
    then="registered",
    links=(LinkRule("site", ("site", "organisation"), "where it stands", "所在场所", least=0),),
    next=("equipment calibrate", "equipment qualify"),
)
class EquipmentRegistered(Body):
    """A device was registered; it is used only qualified and, where asked, calibrated."""

    number: Number = said("equipment number", "设备编号", alias="equipment-no")
    name: Name = said("what it is", "设备名称")
    equipment_kind: Literal[
        "incubator",
        "centrifuge",
        "safety_cabinet",
        "cryo_tank",
        "freezer",
        "counter",
        "analyser",
        "logger",
        "shipper",
        "other",
    ] = said("kind of equipment", "设备类别", decisive="equipment retire")
    serial: Name | None = said("serial number of the maker", "出厂序列号", default=None)
    calibrated: bool = said(
        "whether it must be calibrated", "是否须校准", decisive="equipment retire", default=True
    )


@event_type(
    "equipment.calibrated/v1",
    kind="equipment",
    command="equipment calibrate",
    en="equipment calibrated",
    zh="设备校准",
    meaning_zh="设备已校准，在有效期内可用；合格的校准亦使超差设备恢复使用。",
    signers=BY_METROLOGY,
    when=IN_SERVICE,
    decides=True,
    next=("equipment qualify", "batch clear-line"),
)
class EquipmentCalibrated(Body):
    """The device was calibrated; a pass puts it back in service until the day named."""

    verdict: Literal["pass", "fail"] = said("result of the calibration", "校准结论")
    valid_until: Day = said("last day the calibration may be relied on", "校准有效期至")
    documents: tuple[Document, ...] = said(
        "the calibration certificate", "校准证书", min_length=1, max_length=20
    )


@event_type(
    "equipment.qualified/v1",
    kind="equipment",
    command="equipment qualify",
    en="equipment qualified",
    zh="设备确认",
    meaning_zh="设备已确认适于预定用途；运输容器每次使用后须再确认。",
    signers=(Sig("qa", "approved"),),
    when=IN_SERVICE,
    next=("equipment calibrate", "batch clear-line"),
)
class EquipmentQualified(Body):
    """The device was shown to be fit for its use; a shipper again after each journey."""

    scope: Text = said("what it is fit for", "适用范围", decisive="equipment qualify")
    valid_until: Day | None = said(
        "last day it holds", "确认有效期至", decisive="equipment qualify", default=None
    )
    hold_hours: Count | None = said(
        "qualified hold time of a shipper, in hours",
        "运输容器的验证保温时间（小时）",
        decisive="equipment qualify",
        default=None,
    )


@event_type(
    "equipment.out_of_tolerance/v1",
    kind="equipment",
    command="equipment report-fault",
    en="equipment found out of tolerance",
    zh="设备超差",
    meaning_zh="发现设备超差；自所注明时刻起用其生产的批次均须评估。",
    signers=(*BY_METROLOGY, Sig("operator", "performed")),
    when=("registered", "in_service"),
    then="out_of_tolerance",
    next=("deviation open", "equipment calibrate"),
)
class EquipmentOutOfTolerance(Body):
    """The device was found wrong; whatever was made with it since that moment is in doubt."""

    since: Instant = said("since when its readings are in doubt", "自何时起读数存疑")
    finding: Text = said("what was found", "发现情况")


@event_type(
    "equipment.retired/v1",
    kind="equipment",
    command="equipment retire",
    en="equipment retired",
    zh="设备退役",
    meaning_zh="设备已退役，不得再用。",
    signers=(Sig("qa", "approved"), Sig("system_admin", "approved")),
    when=IN_SERVICE,
    then="retired",
    next=("equipment register",),
)
class EquipmentRetired(Body):
    """The device is out of use for good."""

    reason: Text = said("why it was retired", "退役理由")


def uses_of(event: Event) -> tuple[tuple[str, str], ...]:
    """Return the devices an event says were used, each with the moment of its use."""
    used = (s for s in event.linked("uses") if s.startswith("equipment:"))
    return tuple((s, event.body.occurred_at) for s in used)


@dataclass(frozen=True, slots=True)
class Period:
    """From when until when something holds; days are ISO dates, `until` empty when open."""

    since: str
    until: str

    def covers(self, day: date) -> bool:
        """Whether it holds on `day`, both ends counted."""
        return day_of(self.since) <= day and (not self.until or day <= day_of(self.until))


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment(State):
    """A device: every calibration passed, every qualification, and when it was in doubt.

    `faults` are (since, found) instants; a fault found later than a use tells that the use is in
    doubt. `hold_hours` is the qualified hold time of a shipper, None when none was stated.
    """

    name: str
    equipment_kind: str
    must_be_calibrated: bool
    calibrations: tuple[Period, ...] = ()
    qualifications: tuple[Period, ...] = ()
    faults: tuple[tuple[str, str], ...] = ()
    hold_hours: int | None = None
    retired_at: str = ""

    def calibrated_on(self, day: date) -> bool:
        """Whether a passed calibration covers `day`, or none is asked for."""
        return not self.must_be_calibrated or any(c.covers(day) for c in self.calibrations)

    def qualified_on(self, day: date) -> bool:
        """Whether a qualification covers `day`."""
        return any(q.covers(day) for q in self.qualifications)

    def doubtful_at(self, moment: str) -> bool:
        """Whether a fault found at any time puts a use at that instant in doubt."""
        at = instant(moment)
        return any(instant(since) <= at <= instant(found) for since, found in self.faults)


@checks("equipment")
def days_make_sense(_state: Equipment | None, event: Event) -> Iterable[Reason]:
    """Yield why a calibration, qualification or fault cannot be: it ends before it began."""
    match event.body:
        case EquipmentCalibrated() as body if day_of(body.valid_until) < day_of(body.occurred_at):
            yield reason("C2201", event.stream, until=body.valid_until, on=body.occurred_at[:10])
        case EquipmentQualified() as body if body.valid_until:
            if day_of(body.valid_until) < day_of(body.occurred_at):
                on = body.occurred_at[:10]
                yield reason("C2201", event.stream, until=body.valid_until, on=on)
        case EquipmentOutOfTolerance() as body if instant(body.since) > instant(body.occurred_at):
            yield reason("C2202", event.stream, since=body.since, found=body.occurred_at)


@evolves("equipment")
def evolve(state: Equipment | None, event: Event) -> Equipment:
    """Return the device after `event`."""
    if isinstance(event.body, EquipmentRegistered):
        return Equipment(
            stream=event.stream,
            number=event.body.number,
            status="registered",
            opened=event.body.occurred_at,
            name=event.body.name,
            equipment_kind=event.body.equipment_kind,
            must_be_calibrated=event.body.calibrated,
        )
    assert state is not None  # noqa: S101 - `fold.step` opens every stream first
    match event.body:
        case EquipmentCalibrated() as body:
            if body.verdict == "fail":
                return replace(state, status="out_of_tolerance")
            held = Period(body.occurred_at[:10], body.valid_until)
            return replace(state, status="in_service", calibrations=(*state.calibrations, held))
        case EquipmentQualified() as body:
            held = Period(body.occurred_at[:10], body.valid_until or "")
            return replace(
                state,
                status="in_service" if state.status == "registered" else state.status,
                qualifications=(*state.qualifications, held),
                hold_hours=body.hold_hours or state.hold_hours,
            )
        case EquipmentOutOfTolerance() as body:
            return replace(state, faults=(*state.faults, (body.since, body.occurred_at)))
        case EquipmentRetired() as body:
            return replace(state, retired_at=body.occurred_at)
    return state
