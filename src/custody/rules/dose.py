"""Rules about doses: given in date, from a batch that may be used, and never twice thawed.

To whom a dose may be given is judged in `subject` and `administer`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from custody.domain.batch import Batch
from custody.domain.dose import Dose
from custody.domain.values import instant
from custody.rules.model import Answer, Basis, Case, rule, satisfied, unknown, violated

USABLE: Final = ("released", "released_provisionally")


@rule(
    "DOS-001",
    "administer",
    en="the dose is in date, arrived intact, and its batch is released",
    zh="该剂在有效期内、到货完好，且其批次已放行",
    source="house rule: only released doses in date are given",
    basis=Basis.HOUSE,
    remedy_en="destroy the dose (custody dose destroy) and take another",
    remedy_zh="请销毁该剂（custody dose destroy）并改用其他制剂",
    signer_roles=("clinician", "quality_authority"),
)
def dose_is_fit(case: Case) -> Iterable[Answer]:
    """In date means at the moment it is given; a provisional release is one for this purpose."""
    dose = case.state
    if not isinstance(dose, Dose):
        return
    if instant(dose.expires_at) <= instant(case.event.body.occurred_at):
        yield violated(
            dose.stream,
            f"dose {dose.number} expired at {dose.expires_at}",
            f"制剂 {dose.number} 已于 {dose.expires_at} 过期",
        )
    if dose.condition != "intact":
        yield violated(
            dose.stream,
            f"dose {dose.number} arrived '{dose.condition}'",
            f"制剂 {dose.number} 到货状态为“{dose.condition}”",
        )
    batch = case.world.get(dose.batch)
    if not isinstance(batch, Batch):
        yield unknown(dose.batch, "the batch is not on record", "该批次未登记")
    elif batch.status not in USABLE:
        yield violated(
            batch.stream,
            f"batch {batch.number} is '{batch.status}', not released",
            f"{batch.number} 批状态为“{batch.status}”，未放行",
        )
    else:
        yield satisfied(dose.stream, batch.stream)
