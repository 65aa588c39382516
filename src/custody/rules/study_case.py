"""Which study a case is about, and what the rules of studies ask of it again and again. No rule."""

from __future__ import annotations

from datetime import date
from typing import Final

from custody.domain.dose import Dose
from custody.domain.permit import Permit
from custody.domain.process import Process
from custody.domain.product import Product
from custody.domain.study import Study
from custody.domain.subject import Subject
from custody.rules.model import Answer, Case, satisfied, unknown, violated

ORDER_818: Final = "Order No. 818"
GUIDELINE: Final = "Guidelines for clinical research of tissue stem cell therapy, version 1"
IN_FORCE: Final = date(2026, 5, 1)
OTHER_PATHS: Final = ("drug_828", "device", "routine_care")
# No run of public holidays makes five working days longer than this, so a report that is still
# missing then is overdue by any calendar.
SURELY_OVERDUE_DAYS: Final = 21


def study_of(case: Case) -> Study | None:
    """Return the study of the stream, or the one the patient of the dose takes part in."""
    if isinstance(case.state, Study):
        return case.state
    subject = subject_of(case)
    study = case.world.get(subject.study) if subject else None
    return study if isinstance(study, Study) else None


def subject_of(case: Case) -> Subject | None:
    """Return the subject the dose is given to."""
    found = next(iter(case.event.linked("subject")), "")
    subject = case.world.get(found) if found else None
    return subject if isinstance(subject, Subject) else None


def technology(case: Case) -> Study | None:
    """Return the study if it is, or may be, on the technology path.

    A study whose path is not decided is held to these rules too: nobody could tell that they do
    not apply.
    """
    study = study_of(case)
    return study if study is not None and study.path not in OTHER_PATHS else None


def dose_of(case: Case) -> Dose | None:
    """Return the dose that is given."""
    return case.state if isinstance(case.state, Dose) else None


def gene_modified(case: Case, study: Study) -> bool:
    """Whether a product of the study is gene-edited, or its process modifies genes."""
    products = [case.world.get(stream) for stream in study.products]
    if any(isinstance(p, Product) and p.product_class == "gene_edited_cell" for p in products):
        return True
    process = case.world.get(study.process) if study.process else None
    if not isinstance(process, Process):
        return False
    version = process.named(study.process_version) or process.current
    return version.genetic_modification


def granted(case: Case, study: Study, stream: str, kind: str) -> Answer:
    """Return whether the permit at `stream` is of `kind` and was accepted or issued."""
    permit = case.world.get(stream)
    if not isinstance(permit, Permit):
        return unknown(stream, "the permit is not on record", "该许可未登记")
    if permit.permit_kind != kind:
        return violated(
            stream,
            f"{permit.number} is a permit of kind '{permit.permit_kind}', '{kind}' is needed",
            f"{permit.number} 的种类为“{permit.permit_kind}”，须为“{kind}”",
        )
    if not permit.granted:
        return violated(
            stream,
            f"{permit.number} is '{permit.status}'; it counts once accepted or issued",
            f"{permit.number} 状态为“{permit.status}”，须已受理或签发",
        )
    return satisfied(study.stream, stream)
