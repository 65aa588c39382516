"""What must be certain about the patient before a dose is given: consent and identity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from custody.domain.dose import Dose
from custody.domain.dose_use import DoseAdministered
from custody.domain.subject import Subject
from custody.rules.ancestry import ancestry
from custody.rules.donor import CELLS
from custody.rules.model import Answer, Basis, Case, rule, satisfied, unknown, violated
from custody.rules.study_case import IN_FORCE, ORDER_818, dose_of, study_of, subject_of


@rule(
    "CON-001",
    "administer",
    en="the subject consented in writing to the version in force",
    zh="受试者已书面同意现行版本的知情同意书",
    source=f"{ORDER_818}, Art. 19",
    basis=Basis.PRIMARY,
    remedy_en="let the subject, or a guardian, sign the version in force: custody subject consent",
    remedy_zh="请受试者（必要时监护人）签署现行版本：custody subject consent",
    effective_from=IN_FORCE,
    signer_roles=("clinician", "pi"),
)
def subject_consented(case: Case) -> Iterable[Answer]:
    """A consent taken back closes, and a newer form asks for a new signature."""
    subject, study = subject_of(case), study_of(case)
    if subject is None or study is None:
        yield unknown(case.event.stream, "subject or study is not on record", "受试者或研究未登记")
    elif subject.status != "enrolled":
        yield violated(
            subject.stream,
            f"subject {subject.number} is '{subject.status}'",
            f"受试者 {subject.number} 状态为“{subject.status}”",
        )
    elif subject.consent_version != study.consent_version:
        yield violated(
            subject.stream,
            f"subject {subject.number} signed version {subject.consent_version} of the consent "
            f"form; {study.consent_version} is in force",
            f"受试者 {subject.number} 所签知情同意书为版本 {subject.consent_version}，"
            f"现行版本为 {study.consent_version}",
        )
    else:
        yield satisfied(subject.stream, study.stream)


@rule(
    "COI-001",
    "administer",
    en="this dose is for this patient: two identifiers, two persons, own cells where autologous",
    zh="该剂确属该患者：两种标识、两人核对，自体制剂须为本人细胞",
    source="house rule: chain of identity at the bedside; two identifiers on labels as in "
    "international practice for cell products",
    basis=Basis.HOUSE,
    remedy_en="stop; compare the label with the patient again, and give only the dose that matches",
    remedy_zh="请立即停止；重新核对标签与患者，只使用相符的制剂",
    signer_roles=("clinician", "verifier"),
)
def dose_is_for_the_patient(case: Case) -> Iterable[Answer]:
    """What is on the label, what is on record and what was read at the bedside must agree."""
    subject, dose, body = subject_of(case), dose_of(case), case.event.body
    if subject is None or dose is None or not isinstance(body, DoseAdministered):
        yield unknown(case.event.stream, "dose or subject is not on record", "制剂或受试者未登记")
        return
    faults = [
        *_two_of_each(case, dose, body),
        *_same_chain(dose, subject, body.coi or ""),
        *_own_cells(case, dose, subject),
    ]
    yield from faults or [satisfied(dose.stream, subject.stream)]


def _two_of_each(case: Case, dose: Dose, body: DoseAdministered) -> Iterator[Answer]:
    if len(set(body.identifiers)) < 2:
        yield violated(
            dose.stream,
            f"only one identifier was compared for dose {dose.number}; two are needed",
            f"{dose.number} 仅核对了一种标识，须核对两种",
        )
    if len(set(case.event.persons())) < 2:
        yield violated(
            dose.stream,
            f"dose {dose.number} was checked by one person; two are needed",
            f"{dose.number} 仅由一人核对，须两人核对",
        )


def _same_chain(dose: Dose, subject: Subject, scanned: str) -> Iterator[Answer]:
    known = {coi for coi in (subject.coi, scanned) if coi}
    if dose.subject and dose.subject != subject.stream:
        yield violated(
            dose.stream,
            f"dose {dose.number} is allocated to another subject than {subject.number}",
            f"{dose.number} 已分配给 {subject.number} 以外的受试者",
        )
    if len(known) > 1:
        yield violated(
            subject.stream,
            f"subject {subject.number} has identity {subject.coi}; {scanned} was read",
            f"受试者 {subject.number} 的身份链标识为 {subject.coi}，读取到 {scanned}",
        )
    elif dose.coi and not known:
        yield unknown(
            dose.stream,
            f"dose {dose.number} is for {dose.coi}; no identity of the patient is known",
            f"{dose.number} 属于 {dose.coi}，患者的身份链标识未知",
        )
    elif dose.coi and known != {dose.coi}:
        yield violated(
            dose.stream,
            f"dose {dose.number} is for {dose.coi}; the patient is {next(iter(known))}",
            f"{dose.number} 属于 {dose.coi}，而患者为 {next(iter(known))}",
        )


def _own_cells(case: Case, dose: Dose, subject: Subject) -> Iterator[Answer]:
    """Every autologous donation behind the dose must be the subject's own."""
    for donation in ancestry(case, dose.batch, kinds=CELLS).donations:
        if not donation.autologous or donation.stream == subject.donation:
            continue
        if not subject.donation:
            yield unknown(
                subject.stream,
                f"dose {dose.number} is autologous; the own donation of subject {subject.number} "
                f"is not on record",
                f"{dose.number} 为自体制剂，受试者 {subject.number} 本人的捐献未登记",
            )
        else:
            yield violated(
                dose.stream,
                f"dose {dose.number} is made of donation {donation.number}, which is not that of "
                f"subject {subject.number}",
                f"{dose.number} 来自捐献 {donation.number}，并非受试者 {subject.number} 本人的捐献",
            )
