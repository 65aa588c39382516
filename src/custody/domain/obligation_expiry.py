"""What must be renewed before it expires: permits, qualifications, assessments, calibrations.

What was renewed, given up, used up or withdrawn owes nothing any more. The last day of validity is
the last day to act; how far ahead people want to be told is theirs to choose.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from custody.domain.assessment import Assessment
from custody.domain.equipment import Equipment
from custody.domain.obligation import Asked, Duty, Obligation, owed_by
from custody.domain.organisation import Organisation
from custody.domain.permit import Permit
from custody.domain.person import Person, Qualification
from custody.domain.values import day_of
from custody.errors import Text as Words

HOUSE: Final = "house: nothing is used beyond the day to which it was found fit"
PERMIT: Final = Duty("permit_expiry", ("regulatory_affairs",), "validity stated by the authority")
QUALIFICATION: Final = Duty("qualification_expiry", ("qa", "system_admin"), HOUSE)
PARTNER: Final = Duty("partner_assessment_expiry", ("qa",), HOUSE)
CAPABILITY: Final = Duty("capability_expiry", ("qa", "regulatory_affairs"), HOUSE)
AGREEMENT: Final = Duty("agreement_expiry", ("qa", "regulatory_affairs"), HOUSE)
CALIBRATION: Final = Duty("calibration_expiry", ("qa", "operator"), HOUSE)
EQUIPMENT: Final = Duty("equipment_qualification_expiry", ("qa",), HOUSE)
ASSESSMENT: Final = Duty("assessment_expiry", ("qa", "regulatory_affairs"), HOUSE)


def expiring(days: Iterable[str]) -> date | None:
    """Return the latest of some last days of validity, None when one is open or there are none."""
    known = list(days)
    return max(day_of(d) for d in known) if known and all(known) else None


@owed_by(Permit)
def permits_expire(permit: Permit, asked: Asked) -> Iterator[Obligation]:
    """A granted permit is renewed or given up; one that is used up has served its purpose."""
    if not permit.granted or not permit.valid_until:
        return
    what = Words(f"renew or give up permit {permit.number}", f"续办或放弃许可 {permit.number}")
    used_up = permit.remaining is not None and permit.remaining <= 0
    yield PERMIT.of(permit, what, day_of(permit.valid_until), asked, done=used_up)


@owed_by(Person)
def qualifications_expire(person: Person, asked: Asked) -> Iterator[Obligation]:
    """Of each qualification the latest period counts; one withdrawn is over."""
    held: dict[str, list[Qualification]] = {}
    for each in person.qualifications:
        held.setdefault(each.code, []).append(each)
    for code, periods in held.items():
        last = expiring(q.valid_until for q in periods if not q.withdrawn)
        if last is None:
            continue
        what = Words(
            f"renew qualification '{code}' of person {person.number}",
            f"续期人员 {person.number} 的资质“{code}”",
        )
        yield QUALIFICATION.of(person, what, last, asked)


@owed_by(Organisation)
def partners_are_assessed_again(organisation: Organisation, asked: Asked) -> Iterator[Obligation]:
    """The latest assessment of a partner runs out."""
    if organisation.valid_until:
        what = Words(
            f"assess organisation {organisation.number} again",
            f"重新评估机构 {organisation.number}",
        )
        yield PARTNER.of(organisation, what, day_of(organisation.valid_until), asked)


@owed_by(Organisation)
def evidence_of_partners_expires(organisation: Organisation, asked: Asked) -> Iterator[Obligation]:
    """Accreditations and the like, and agreements, each by its latest period."""
    evidence: dict[str, list[str]] = {}
    for each in organisation.capabilities:
        if not each.withdrawn:
            evidence.setdefault(each.code, []).append(each.valid_until)
    for code, days in evidence.items():
        last = expiring(days)
        if last is not None:
            what = Words(
                f"renew the evidence of '{code}' of organisation {organisation.number}",
                f"更新机构 {organisation.number} 的“{code}”证明",
            )
            yield CAPABILITY.of(organisation, what, last, asked)
    for agreement in organisation.agreements:
        if not agreement.ended:
            what = Words(
                f"renew or end agreement {agreement.number}", f"续签或终止协议 {agreement.number}"
            )
            yield AGREEMENT.of(organisation, what, day_of(agreement.valid_until), asked)


@owed_by(Equipment)
def equipment_is_calibrated_again(equipment: Equipment, asked: Asked) -> Iterator[Obligation]:
    """Equipment in service keeps its calibration and its qualification; retired, it owes none."""
    if equipment.status == "retired":
        return
    number = equipment.number
    calibrated = expiring(c.until for c in equipment.calibrations)
    if equipment.must_be_calibrated and calibrated is not None:
        what = Words(f"calibrate equipment {number}", f"校准设备 {number}")
        yield CALIBRATION.of(equipment, what, calibrated, asked)
    qualified = expiring(q.until for q in equipment.qualifications)
    if qualified is not None:
        what = Words(f"qualify equipment {number} again", f"再确认设备 {number}")
        yield EQUIPMENT.of(equipment, what, qualified, asked)


@owed_by(Assessment)
def assessments_expire(assessment: Assessment, asked: Asked) -> Iterator[Obligation]:
    """An approved assessment with a last day is renewed or withdrawn."""
    if assessment.status == "approved" and assessment.valid_until:
        what = Words(
            f"renew or withdraw assessment {assessment.number} ({assessment.rule})",
            f"更新或撤回评估 {assessment.number}（{assessment.rule}）",
        )
        yield ASSESSMENT.of(assessment, what, day_of(assessment.valid_until), asked)
