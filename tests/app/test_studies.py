"""A study recorded in a real ledger: one act suspends it, and the audit agrees with it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.acts import do, paper
from custody.demo.campaign import Person
from custody.demo.play import FOUNDER, Clock, enrol, passphrase
from custody.errors import RefusedError
from custody.wiring.ledger import OpenLedger, create_ledger, open_ledger

PEOPLE = (
    ("Gao Lin", "高琳 Gao Lin", "P-1", ("regulatory_affairs", "qa")),
    ("Bai Jing", "白静 Bai Jing", "P-2", ("pi",)),
    ("Lu Min", "陆敏 Lu Min", "P-3", ("clinician", "ethics_secretary")),
)
LEADERS = ("Bai Jing", "Gao Lin:regulatory_affairs:approved")
CODE = {"private": {"subject_code": "受试者代码 007"}}
REACTION = {"grade": 4, "relatedness": "probable", "description": "急性肝损伤，入住重症监护"}
PRODUCT = {
    "name": "cord cell injection 脐带细胞注射液",
    "product_class": "stem_cell_preparation",
    "intended_use": "domestic_clinical_study",
    "version": "1.0",
    "storage_min": "-196",
    "storage_max": "-150",
    "release_tests": [{"test": "sterility", "expected": "negative"}],
}
STUDY = {
    "title": "cord cells for the knee 脐带细胞治疗膝关节",
    "path": "technology_filing_818",
    "rationale": "由医疗机构主导",
    "stage": "exploratory",
    "risk": "low",
    "paediatric": False,
    "long_surviving": False,
    "protocol_version": "1.0",
    "consent_version": "1.0",
    "process_version": "2",
    "specification_version": "1.0",
}


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with a study begun before the order, under way, and one subject."""
    clock = Clock()
    clock.moment = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)
    folder = tmp_path_factory.mktemp("studies") / "clinic"
    create_ledger(
        folder,
        organisation="Example Teaching Hospital",
        origin="hospital.example/studies",
        registrar=FOUNDER,
        passphrase=passphrase,
        clock=clock,
    )
    with open_ledger(folder, clock=clock) as ledger:
        signers = {FOUNDER: ledger.signer(FOUNDER, passphrase)}
        for name, printed, staff, roles in PEOPLE:
            enrol(ledger, Person(name, printed, staff, roles, ("", "", "")), signers)
        hospital = {"legal_name": "Example Teaching Hospital", "roles": ["hospital"]}
        body = {**hospital, "country": "CN", "foreign_controlled": False}
        do(ledger, "organisation.registered/v1", "H-1", body, by=LEADERS[1:])
        do(ledger, "product.specified/v1", "P-MSC", PRODUCT, by=("Gao Lin:qa:approved",))
        links = {"sponsor": ["H-1"], "institution": ["H-1"]}
        links |= {"investigator": ["P-2"], "product": ["P-MSC"]}
        do(ledger, "study.drafted/v1", "ST-1", STUDY, links, by=("Bai Jing",))
        start = {"began_on": "2026-03-02", "documents": [paper("permit_letter")]}
        do(ledger, "study.taken_over/v1", "ST-1", start, by=LEADERS)
        consent = {"consent_version": "1.0", "documents": [paper("consent_form")]}
        do(
            ledger,
            "subject.enrolled/v1",
            "S-001",
            consent,
            {"study": ["ST-1"]},
            by=("Lu Min",),
            **CODE,
        )
    return folder


@pytest.fixture
def clinic(begun: Path, tmp_path: Path) -> Iterator[OpenLedger]:
    """A copy of that ledger, a day later."""
    clock = Clock()
    clock.moment = datetime(2026, 9, 2, 1, 0, tzinfo=UTC)
    with open_ledger(shutil.copytree(begun, tmp_path / "clinic"), clock=clock) as ledger:
        yield ledger


def reaction(ledger: OpenLedger) -> None:
    links = {"study": ["ST-1"]}
    do(ledger, "subject.serious_reaction_reported/v1", "S-001", REACTION, links, by=("Lu Min",))


def test_a_serious_reaction_and_the_suspension_are_one_act(clinic: OpenLedger) -> None:
    size = clinic.log.size()
    reaction(clinic)
    assert clinic.log.size() >= size + 2
    with pytest.raises(RefusedError) as caught:
        do(clinic, "study.resumed/v1", "ST-1", {"reason": "再试"}, by=LEADERS)
    assert {r.code for r in caught.value.reasons} == {"STU-004"}
    shown = caught.value.reasons[0]
    assert "ST-1" in shown.why.en and "ST-1" in shown.why.zh
    assert "Art. 25" in shown.source
    assert "custody study evaluate" in shown.fix.en and "custody study evaluate" in shown.fix.zh


def test_after_the_ethics_decision_the_study_goes_on_and_the_audit_finds_nothing(
    clinic: OpenLedger,
) -> None:
    reaction(clinic)
    decided = {"decision": "continue", "documents": [paper("review_opinion")]}
    do(clinic, "study.ethics_evaluated/v1", "ST-1", decided, by=("Lu Min",))
    act = do(clinic, "study.resumed/v1", "ST-1", {"reason": "与制剂无关"}, by=LEADERS)
    assert {r.rule.id: r.outcome for r in act.rulings if r.rule.id.startswith("STU")} == {
        "STU-003": "satisfied",
        "STU-004": "satisfied",
    }
    report = clinic.audit()
    assert report.findings == ()


def test_the_subject_code_is_in_no_event_and_in_the_vault_only(clinic: OpenLedger) -> None:
    events = [entry for _, entry in clinic.read(clinic.resolve("S-001", ("subject",)))]
    code = CODE["private"]["subject_code"].encode()
    assert all(code not in e.payload_bytes for e in events)
    assert len(events[0].payload.sd) >= 1
