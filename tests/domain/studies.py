"""Stories of clinical studies, their subjects and doses for a `Play`; every value can be changed.

The rules are left out while a story is told; a test turns them on for the step it is about.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Any

from custody.domain.study_filing import SLOTS
from domain.journeys import EXPIRY
from domain.play import Play
from domain.stories import (
    established_bank,
    frozen_vial,
    paper,
    received_sample,
    registered_donor,
    specification,
)

STARTED = "study.started/v1"
GIVEN = "dose.administered/v1"
EVIDENCE = (
    "safety",
    "tumorigenicity_in_vitro",
    "immunogenicity",
    "long_term_toxicity",
    "biodistribution",
    "animal_model_rationale",
)


def parties(play: Play) -> None:
    """A hospital that sponsors its own study, its investigator and a product are on record."""
    hospital = {"number": "H1", "legal_name": "Teaching Hospital", "roles": ["hospital"]}
    body = {**hospital, "country": "CN", "foreign_controlled": False}
    play.add("organisation.registered/v1", "H1", body)
    for code in (
        "legal_person",
        "grade_a_tertiary",
        "academic_committee",
        "ethics_committee",
        "research_qualification",
    ):
        found = {"capability": code, "valid_from": "2026-01-01", "documents": [paper("licence")]}
        play.add("organisation.capability_recorded/v1", "H1", found)
    play.add("person.registered/v1", "pi", {"number": "PI1"})


def drafted_study(play: Play, alias: str = "T1", follows: str = "", **body: Any) -> None:
    """A low-risk exploratory study on the technology path is drawn up."""
    if "H1" not in play.names:
        parties(play)
    if "P1" not in play.names:
        play.add("product.specified/v1", "P1", specification())
    usual = {
        "number": alias,
        "title": "cord cells for the knee 脐带细胞治疗膝关节",
        "path": "technology_filing_818",
        "rationale": "led by a hospital 由医疗机构主导",
        "stage": "exploratory",
        "risk": "low",
        "paediatric": False,
        "long_surviving": False,
        "protocol_version": "1.0",
        "consent_version": "1.0",
        "process_version": "2",
        "specification_version": "1.0",
    }
    links = {"sponsor": "H1", "institution": "H1", "investigator": "pi", "product": "P1"}
    more = {"follows": follows} if follows else {}
    play.add("study.drafted/v1", alias, {**usual, **body}, {**links, **more})


def reviewed(play: Play, alias: str = "T1", version: str = "1.0", verdict: str = "pass") -> None:
    """Both committees give their opinion."""
    body = {"protocol_version": version, "verdict": verdict, "documents": [paper("opinion")]}
    play.add("study.academic_reviewed/v1", alias, body)
    play.add("study.ethics_reviewed/v1", alias, body)


def study_permit(play: Play, alias: str, kind: str = "study_filing_818", **body: Any) -> None:
    """A filing or approval of a study is on record."""
    usual = {"number": alias, "permit_kind": kind, "authority": "NHC", "state": "accepted"}
    play.add("permit.recorded/v1", alias, {**usual, "documents": [paper("letter")], **body})


def filed(play: Play, alias: str = "T1", permit: str = "MR-N-44-2026-000014") -> None:
    """The study is filed under a permit."""
    study_permit(play, permit)
    play.add("study.filed/v1", alias, {}, {"permit": permit})


def dossier(play: Play, slots: Sequence[str] = SLOTS, alias: str = "T1") -> None:
    """Items of the dossier are filled, each with a document of its own."""
    papers = [
        {**paper("dossier"), "name": f"{s}.pdf", "sha256": hashlib.sha256(s.encode()).hexdigest()}
        for s in slots
    ]
    filled = [{"slot": s, "files": [p["sha256"]]} for s, p in zip(slots, papers, strict=True)]
    play.add("study.dossier_filled/v1", alias, {"slots": filled, "documents": papers})


def nonclinical(play: Play, kind: str, alias: str = "T1", **body: Any) -> None:
    """A non-clinical result with the preparation of the study is recorded."""
    usual = {"study_kind": kind, "process_version": "2", "specification_version": "1.0"}
    more = {"verdict": "pass", "documents": [paper("report")]}
    play.add("study.nonclinical_recorded/v1", alias, {**usual, **more, **body})


def evidence(play: Play, kinds: Sequence[str] = EVIDENCE, alias: str = "T1") -> None:
    """All results an exploratory study needs are recorded."""
    for kind in kinds:
        nonclinical(play, kind, alias)


def follow_up(play: Play, months: int, *items: str, alias: str = "T1") -> None:
    """A follow-up is planned."""
    body = {"months": months, "items": items or ("safety",)}
    play.add("study.follow_up_planned/v1", alias, body)


def ready_study(play: Play, alias: str = "T1", follows: str = "", **body: Any) -> None:
    """Everything a study needs before it starts."""
    drafted_study(play, alias, follows, **body)
    evidence(play, alias=alias)
    follow_up(play, 24, alias=alias)
    reviewed(play, alias)
    dossier(play, alias=alias)
    filed(play, alias, f"MR-N-44-2026-{alias}")


def begun_before(play: Play, alias: str = "T1", day: str = "2026-03-02") -> None:
    """A study drawn up here was under way before the order came into force."""
    body = {"began_on": day, "documents": [paper("approval")]}
    play.add("study.taken_over/v1", alias, body)


def active_study(play: Play, alias: str = "T1", **body: Any) -> None:
    """A study is under way."""
    ready_study(play, alias, **body)
    play.add(STARTED, alias)


def enrolled(play: Play, alias: str = "J1", donation: str = "", **body: Any) -> None:
    """A subject joins study T1 with a signed consent form."""
    usual = {"number": alias, "consent_version": "1.0", "documents": [paper("consent_form")]}
    links = {"study": "T1", "donation": donation} if donation else {"study": "T1"}
    play.add("subject.enrolled/v1", alias, {**usual, **body}, links)


def completed_lot(play: Play, alias: str = "X1", donation: str = "D1", **donor: Any) -> None:
    """A lot of ten doses is made from one donation and released."""
    registered_donor(play, donation, **donor)
    own = donor.get("relation") == "autologous"
    determination = "autologous_exempt" if own else "eligible"
    play.add("donor.cleared/v1", donation, {"determination": determination})
    sample, bank, vial = f"S-{donation}", f"B-{donation}", f"V-{donation}"
    received_sample(play, sample, donation)
    established_bank(play, bank, sample)
    play.add("bank.qualified/v1", bank)
    frozen_vial(play, vial, bank)
    play.add("vial.thawed/v1", vial)
    body = {"number": alias, "process_version": "2", "planned_doses": 10}
    play.add("batch.started/v1", alias, body, {"made_from": vial, "product": "P1"})
    play.add("batch.completed/v1", alias, {"doses": 10, "expires_at": EXPIRY, "passage": 4})
    play.add("batch.released/v1", alias)


def dose_at_the_bedside(
    play: Play, alias: str = "K1", batch: str = "X1", coi: str | None = None
) -> None:
    """A dose of the lot is filled and reached the hospital."""
    quantity = {"quantity": "5", "unit": "mL"}
    body = {"number": alias, "expires_at": EXPIRY, "coi": coi, **quantity}
    play.add("dose.filled/v1", alias, body, {"batch": batch})
    play.add("dose.dispensed/v1", alias, {}, {"batch": batch, "site": "H1"})
    play.add("dose.received_at_site/v1", alias, {"condition": "intact"}, {"site": "H1"})


def administration(**body: Any) -> dict[str, Any]:
    """Return the body of an administration checked with two identifiers."""
    usual = {"quantity": "5", "unit": "mL", "identifiers": ["subject_number", "date_of_birth"]}
    return {**usual, **body}


def giving(
    play: Play, rule: str, dose: str = "K1", subject: str = "J1", day: str = "", **body: Any
) -> str:
    """Return how `rule` answers the question whether the dose may be given to the subject."""
    more = {"occurred_at": f"{day}T10:00:00+08:00"} if day else {}
    found = play.codes(GIVEN, dose, administration(**more, **body), {"subject": subject})
    return answer(play, rule, found)


def starting(play: Play, rule: str, alias: str = "T1", assessment: str = "", day: str = "") -> str:
    """Return how `rule` answers the question whether the study may start."""
    body = {"occurred_at": f"{day}T10:00:00+08:00"} if day else {}
    links = {"assessment": assessment} if assessment else {}
    return answer(play, rule, play.codes(STARTED, alias, body, links))


def answer(play: Play, rule: str, found: set[str]) -> str:
    """Return the outcome of `rule`; '' when it was not in force. The rule and the refusal agree."""
    assert not any(re.fullmatch(r"C\d+", code) for code in found), found
    outcome = play.outcome(rule)
    advisory = any(r.rule.id == rule and r.rule.severity == "advisory" for r in play.rulings)
    assert (rule in found) == (outcome in ("violated", "unknown") and not advisory)
    return outcome
