"""What must be known from cells and animals before a study starts."""

from __future__ import annotations

import pytest

from domain.play import Play
from domain.stories import assessment
from domain.studies import drafted_study, evidence, nonclinical, ready_study, starting

FURTHER = (
    ("B32", "immunogenicity"),
    ("B33", "long_term_toxicity"),
    ("B34", "biodistribution"),
)


@pytest.fixture
def play() -> Play:
    return Play(gates=False)


def asked(play: Play, rule: str, assessment: str = "") -> str:
    play.gates = True
    return starting(play, rule, assessment=assessment)


def test_a_study_without_proof_of_safety_does_not_start(play: Play) -> None:
    drafted_study(play)
    assert asked(play, "NCL-001") == "violated"


@pytest.mark.sentence("B26", "blocks")
@pytest.mark.parametrize("body", [{"process_version": "1"}, {"specification_version": "0.9"}])
def test_an_article_of_another_process_or_standard_is_not_the_preparation(
    play: Play, body: dict[str, str]
) -> None:
    ready_study(play)
    nonclinical(play, "long_term_toxicity", **body)
    assert asked(play, "NCL-001") == "violated"


@pytest.mark.sentence("B26", "passes")
def test_the_same_article_or_one_shown_comparable_lets_the_study_start(play: Play) -> None:
    ready_study(play)
    assert asked(play, "NCL-001") == "satisfied"
    nonclinical(play, "long_term_toxicity", process_version="1")
    nonclinical(play, "comparability", process_version="1")
    assert asked(play, "NCL-001") == "satisfied"


def test_a_comparability_report_that_failed_bridges_nothing(play: Play) -> None:
    ready_study(play)
    nonclinical(play, "long_term_toxicity", process_version="1")
    nonclinical(play, "comparability", process_version="1", verdict="fail")
    assert asked(play, "NCL-001") == "violated"


def test_a_process_changed_after_the_tests_asks_for_comparability(play: Play) -> None:
    ready_study(play)
    change = {"protocol_version": "1.1", "substantive": False, "reason": "工艺升级"}
    play.add("study.protocol_amended/v1", "T1", {**change, "process_version": "3"})
    assert asked(play, "NCL-001") == "violated"


@pytest.mark.sentence("B27", "blocks")
@pytest.mark.sentence("B28", "blocks")
@pytest.mark.sentence("B29", "blocks")
def test_a_missing_reason_for_the_animal_model_is_shown_and_stops_nothing(play: Play) -> None:
    drafted_study(play)
    assert asked(play, "NCL-002") == "violated"


@pytest.mark.sentence("B27", "passes")
@pytest.mark.sentence("B28", "passes")
@pytest.mark.sentence("B29", "passes")
def test_an_animal_model_that_is_explained_is_in_order(play: Play) -> None:
    drafted_study(play)
    nonclinical(play, "animal_model_rationale")
    assert asked(play, "NCL-002") == "satisfied"


@pytest.mark.sentence("B30", "blocks")
def test_without_an_in_vitro_tumorigenicity_test_that_passed_no_study_starts(play: Play) -> None:
    drafted_study(play)
    assert asked(play, "NCL-003") == "violated"
    nonclinical(play, "tumorigenicity_in_vitro", verdict="fail")
    assert asked(play, "NCL-003") == "violated"


@pytest.mark.sentence("B30", "passes")
def test_with_an_in_vitro_tumorigenicity_test_an_exploratory_study_starts(play: Play) -> None:
    drafted_study(play)
    nonclinical(play, "tumorigenicity_in_vitro")
    assert asked(play, "NCL-003") == "satisfied"
    assert play.outcome("NCL-004") == "satisfied"


@pytest.mark.sentence("B31", "blocks")
def test_a_confirmatory_study_without_the_in_vivo_report_does_not_start(play: Play) -> None:
    ready_study(play, stage="confirmatory")
    assert asked(play, "NCL-004") == "violated"


@pytest.mark.sentence("B31", "passes")
def test_a_confirmatory_study_with_the_in_vivo_report_starts(play: Play) -> None:
    ready_study(play, stage="confirmatory")
    nonclinical(play, "tumorigenicity_in_vivo")
    assert asked(play, "NCL-004") == "satisfied"


@pytest.mark.sentence("B32", "blocks")
@pytest.mark.sentence("B33", "blocks")
@pytest.mark.sentence("B34", "blocks")
@pytest.mark.parametrize("missing", [kind for _, kind in FURTHER])
def test_each_further_safety_report_is_asked_for_on_its_own(play: Play, missing: str) -> None:
    drafted_study(play)
    evidence(play, [kind for _, kind in FURTHER if kind != missing])
    assert asked(play, "NCL-005") == "violated"
    ruling = next(r for r in play.rulings if r.rule.id == "NCL-005")
    assert [a.outcome for a in ruling.answers].count("violated") == 1


@pytest.mark.sentence("B32", "passes")
@pytest.mark.sentence("B33", "passes")
@pytest.mark.sentence("B34", "passes")
def test_all_further_reports_or_a_risk_assessment_let_the_study_start(play: Play) -> None:
    drafted_study(play)
    evidence(play, ["immunogenicity", "long_term_toxicity"])
    assessment(play, "RA1", "NCL-005", "T1")
    assert asked(play, "NCL-005", "RA1") == "risk_assessed"
    nonclinical(play, "biodistribution")
    assert asked(play, "NCL-005") == "satisfied"
