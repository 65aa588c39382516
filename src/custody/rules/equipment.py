"""Rules about equipment: calibrated and qualified when it was used, and not found wrong since.

Whether a batch may be released after all is judged by a risk assessment, device by device.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from custody.domain.batch import Batch
from custody.domain.culture import Culture
from custody.domain.equipment import Equipment, uses_of
from custody.domain.values import day_of, instant
from custody.rules.ancestry import ancestry
from custody.rules.model import (
    Answer,
    Basis,
    Case,
    Severity,
    rule,
    satisfied,
    unknown,
    violated,
)

GUIDELINE: Final = "Guidelines for clinical research of tissue stem cell therapy, version 1"
IN_FORCE: Final = date(2026, 5, 1)


@rule(
    "EQP-001",
    "clear-line",
    "release",
    "release-provisionally",
    en="equipment is qualified, and calibrated on the day it is used",
    zh="设备已确认，且使用当日在校准有效期内",
    source=f"{GUIDELINE}, section 3: good manufacturing practice",
    basis=Basis.GUIDELINE,
    remedy_en="calibrate or qualify the device first, or use another: custody equipment calibrate",
    remedy_zh="请先校准或确认，或改用其他设备：custody equipment calibrate",
    effective_from=IN_FORCE,
    signer_roles=("qa", "qc_analyst"),
    sentences=("B12",),
)
def equipment_is_fit_on_the_day(case: Case) -> Iterable[Answer]:
    """The day of each use counts, not that of the release; a retired device is used no more."""
    for stream, moment in _uses(case):
        device = case.world.get(stream)
        if not isinstance(device, Equipment):
            yield unknown(stream, "the device is not on record", "该设备未登记")
        else:
            yield _fit(device, moment)


def _fit(device: Equipment, moment: str) -> Answer:
    number, day = device.number, day_of(moment)
    if device.retired_at and instant(device.retired_at) <= instant(moment):
        return violated(device.stream, f"{number} is retired", f"设备 {number} 已退役")
    if not device.calibrated_on(day):
        return violated(
            device.stream,
            f"no calibration of {number} covers {day}",
            f"设备 {number} 在 {day} 无有效校准",
        )
    if not device.qualified_on(day):
        return unknown(
            device.stream,
            f"{number} is not qualified on {day}",
            f"设备 {number} 在 {day} 未经确认",
        )
    return satisfied(device.stream)


@rule(
    "EQP-002",
    "clear-line",
    "release",
    "release-provisionally",
    en="no device is used, or was used, while its readings were in doubt",
    zh="不得使用读数存疑的设备；曾使用者须评估",
    source="house rule: good manufacturing practice, calibration found out of tolerance",
    basis=Basis.HOUSE,
    severity=Severity.NEEDS_ASSESSMENT,
    remedy_en="have the effect on the batch assessed, naming the device, and name the assessment",
    remedy_zh="请就该设备对本批的影响作评估，并指明该评估",
    signer_roles=("qa",),
)
def no_device_was_in_doubt(case: Case) -> Iterable[Answer]:
    """A fault found later reaches back to the moment since when readings are in doubt."""
    for stream, moment in _uses(case):
        device = case.world.get(stream)
        if not isinstance(device, Equipment):
            continue
        now = stream in case.event.linked("uses")
        if device.doubtful_at(moment) or (now and device.status == "out_of_tolerance"):
            yield violated(
                stream,
                f"{device.number} was found out of tolerance; it was used at {moment}",
                f"设备 {device.number} 被发现超差；使用时刻为 {moment}",
            )
        else:
            yield satisfied(stream)


def _uses(case: Case) -> Iterator[tuple[str, str]]:
    """Yield (device, moment) of every use: those of the act, or all of the batch's making."""
    yield from uses_of(case.event)
    if case.event.spec.gate == "clear-line" or not isinstance(case.state, Batch):
        return
    made = ancestry(case, case.event.stream, kinds=("batch", "culture")).found
    yield from dict.fromkeys(u for s in made if isinstance(s, Batch | Culture) for u in s.devices)
