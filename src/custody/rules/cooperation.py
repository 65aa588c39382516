"""Cooperation abroad with human genetic resources: approved, and shared with the home side."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from custody.domain.permit import Permit
from custody.rules.export import HGR
from custody.rules.model import Answer, Basis, Case, rule, satisfied, unknown, violated
from custody.rules.permits import exempted, leaving, not_in_force, permits

COOPERATION: Final = ("hgr_cooperation", "hgr_trial_filing")


@rule(
    "HGR-004",
    "export",
    en="the cooperation is approved or filed, and the domestic party holds a full copy of records",
    zh="国际合作已获批或备案，且中方持有全部记录备份",
    source=f"{HGR}, Art. 22 and 24",
    basis=Basis.PRIMARY,
    remedy_en="link the approval or trial filing, stating the full copy (custody permit record), "
    "or a signed finding that the rule does not apply",
    remedy_zh="请关联合作批准或试验备案并注明完整备份（custody permit record），"
    "或经签署的不适用认定",
    signer_roles=("regulatory_affairs",),
    exempt=True,
)
def cooperation_is_approved(case: Case) -> Iterable[Answer]:
    """An exit certificate lets the material leave; it may name the cooperation it belongs to."""
    shipment = leaving(case)
    if shipment is None:
        return
    found = list(permits(case, *COOPERATION))
    for certificate in permits(case, "hgr_exit"):
        named = case.world.get(certificate.cooperation) if certificate.cooperation else None
        if isinstance(named, Permit) and named.permit_kind in COOPERATION:
            found.append(named)
    if exempted(case, "HGR-001"):  # what is no such resource needs no cooperation either
        yield satisfied(shipment.stream)
        return
    if not found:
        yield unknown(
            shipment.stream,
            f"shipment {shipment.number}: no approval or filing of the cooperation is linked",
            f"发运 {shipment.number} 未关联国际合作批准或备案",
        )
    for permit in found:
        fault = not_in_force(permit, case)
        if fault is not None:
            yield violated(
                permit.stream, f"{permit.number} {fault.en}", f"{permit.number} {fault.zh}"
            )
        elif not permit.full_copy:
            outcome = unknown if permit.full_copy is None else violated
            yield outcome(
                permit.stream,
                f"{permit.number}: it is not recorded that the domestic party holds a full copy",
                f"{permit.number}：未登记中方持有全部记录与数据备份",
            )
        else:
            yield satisfied(permit.stream)
