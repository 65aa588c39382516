"""Release: only by a qualified, independent authority, on a complete and passed record."""

from __future__ import annotations

import pytest

from domain.journeys import (
    assessed,
    completed_batch,
    deviation,
    made_batch,
    passed_tests,
    qualified_authority,
    reviewed_result,
    run_test,
    started_batch,
    thawed_vial,
)
from domain.play import Play

RELEASE = "batch.released/v1"


@pytest.fixture
def play() -> Play:
    play = Play()
    made_batch(play)
    return play


def completed(**body: object) -> Play:
    """A batch that is completed but neither tested nor reviewed."""
    play = Play()
    qualified_authority(play)
    thawed_vial(play, **body)
    started_batch(play)
    completed_batch(play)
    return play


@pytest.mark.sentence("B10", "passes")
@pytest.mark.sentence("B12", "passes")
@pytest.mark.sentence("B11", "passes")
@pytest.mark.sentence("B9", "passes")
def test_a_complete_and_passed_batch_is_released_and_every_rule_is_recorded(play: Play) -> None:
    play.add(RELEASE, "X1")
    assert play.state("X1").status == "released"
    asked = {r.rule.id: r.outcome for r in play.rulings}
    assert set(asked.values()) == {"satisfied"}
    assert {"EQP-001", "GEN-001", "GMP-001", "LBL-001", "QUA-001", "QUA-002"} < set(asked)
    assert {"REL-001", "REL-002", "REL-003", "REL-005", "REL-006", "TRC-001"} < set(asked)


@pytest.mark.sentence("B9", "blocks")
def test_an_unknown_person_cannot_release(play: Play) -> None:
    assert play.codes(RELEASE, "X1", signers=[("X", "quality_authority", "released")]) == {
        "QUA-001"
    }
    assert play.outcome("QUA-001") == "unknown"


@pytest.mark.sentence("B10", "blocks")
@pytest.mark.parametrize(
    "body",
    [
        {"title": "intermediate"},
        {"experience_from": "2023-09-02"},
        {"experience_from": None},
        {"valid_until": "2026-08-31"},
        {"valid_from": "2026-09-02"},
        {"qualification": "qa"},
    ],
)
def test_a_quality_authority_without_the_full_qualification_cannot_release(body: dict) -> None:  # type: ignore[type-arg]
    play = Play()
    made_batch(play)
    del play.names["quality_authority"], play.streams["person:quality_authority"]
    qualified_authority(play, **body)
    assert play.codes(RELEASE, "X1") == {"QUA-001"}


@pytest.mark.sentence("B10", "passes")
def test_three_years_are_complete_on_their_anniversary() -> None:
    play = Play()
    made_batch(play)
    del play.names["quality_authority"], play.streams["person:quality_authority"]
    qualified_authority(play, experience_from="2023-09-01")
    assert play.codes(RELEASE, "X1") == set()


@pytest.mark.sentence("B11", "blocks")
@pytest.mark.parametrize("role", ["operator", "verifier"])
def test_who_made_the_batch_cannot_release_it(role: str) -> None:
    play = Play()
    qualified_authority(play)
    thawed_vial(play)
    started_batch(play)
    body = {"step": "harvest", "description": "harvest"}
    persons = {"operator": "A", "verifier": "B", role: "quality_authority"}
    meanings = {"operator": "performed", "verifier": "verified"}
    signers = [(persons[r], r, meanings[r]) for r in meanings]
    play.add("batch.step_executed/v1", "X1", body, signers=signers)
    completed_batch(play)
    passed_tests(play)
    play.add("batch.reviewed/v1", "X1")
    assert play.codes(RELEASE, "X1") == {"QUA-002"}


def test_who_tested_the_batch_cannot_release_it() -> None:
    play = completed()
    passed_tests(play)
    body = {"test": "identity", "outcome": "msc", "verdict": "pass", "method": "m", "sample": "Q"}
    signers = [("quality_authority", "qc_analyst", "performed")]
    play.add("batch.tested/v1", "X1", body, signers=signers)
    play.add("batch.reviewed/v1", "X1")
    assert play.codes(RELEASE, "X1") == {"QUA-002"}


@pytest.mark.sentence("B11", "blocks")
def test_release_signed_in_another_role_is_refused(play: Play) -> None:
    signers = [("quality_authority", "qa", "released")]
    assert play.codes(RELEASE, "X1", signers=signers) == {"QUA-002"}


@pytest.mark.sentence("B12", "blocks")
def test_a_batch_whose_record_was_not_reviewed_is_not_released() -> None:
    play = completed()
    passed_tests(play)
    assert play.codes(RELEASE, "X1") == {"GMP-001"}


@pytest.mark.sentence("B12", "blocks")
@pytest.mark.parametrize("severity", ["minor", "major"])
def test_an_open_deviation_stops_the_release(play: Play, severity: str) -> None:
    deviation(play, "DEV1", severity)
    assert play.codes(RELEASE, "X1") == {"GMP-001"}
    assessed(play, "DEV1")
    assert play.codes(RELEASE, "X1") == (set() if severity == "minor" else {"GMP-001"})
    play.add("deviation.closed/v1", "DEV1", {"conclusion": "done"})
    assert play.codes(RELEASE, "X1") == set()


def test_a_batch_with_a_test_missing_is_not_released() -> None:
    play = completed()
    reviewed_result(play, "sterility", outcome="negative")
    play.add("batch.reviewed/v1", "X1")
    assert play.codes(RELEASE, "X1") == {"REL-001"}
    assert play.outcome("REL-001") == "unknown"


def test_a_result_that_was_not_reviewed_does_not_count() -> None:
    play = completed()
    reviewed_result(play, "sterility", outcome="negative")
    run_test(play, "viability", value="92.5", unit="%")
    play.add("batch.reviewed/v1", "X1")
    assert play.codes(RELEASE, "X1") == {"REL-001"}


def test_a_result_its_reviewer_did_not_accept_does_not_count() -> None:
    play = completed()
    reviewed_result(play, "sterility", outcome="negative")
    seq = run_test(play, "viability", value="92.5", unit="%")
    body = {"test": "viability", "seq": seq, "accepted": False}
    play.add("batch.test_reviewed/v1", "X1", body)
    play.add("batch.reviewed/v1", "X1")
    assert play.codes(RELEASE, "X1") == {"REL-001"}


@pytest.mark.parametrize(
    "result",
    [
        {"value": "79.99", "unit": "%"},
        {"value": "92.5", "unit": "1"},
        {"outcome": "viable"},
        {"value": "92.5", "unit": "%", "verdict": "invalid"},
    ],
)
def test_the_limits_decide_and_not_the_word_pass(result: dict[str, str]) -> None:
    play = completed()
    deviation(play, "DEV1", "minor")
    assessed(play, "DEV1")
    reviewed_result(play, "sterility", outcome="negative")
    reviewed_result(play, "viability", **result)
    play.add("batch.reviewed/v1", "X1")
    assert play.codes(RELEASE, "X1") == {"REL-001"}


def test_a_limit_itself_passes() -> None:
    play = completed()
    reviewed_result(play, "sterility", outcome="negative")
    reviewed_result(play, "viability", value="80", unit="%")
    play.add("batch.reviewed/v1", "X1")
    assert play.codes(RELEASE, "X1") == set()


def test_a_test_is_not_repeated_until_it_passes_without_a_deviation() -> None:
    play = completed()
    run_test(play, "sterility", outcome="positive", verdict="invalid")
    passed_tests(play)
    play.add("batch.reviewed/v1", "X1")
    assert play.codes(RELEASE, "X1") == {"REL-001"}
    deviation(play, "DEV1", "minor")
    assessed(play, "DEV1")
    assert play.codes(RELEASE, "X1") == set()


def test_a_deviation_noted_before_the_failure_does_not_answer_it(play: Play) -> None:
    deviation(play, "DEV1", "minor")
    assessed(play, "DEV1")
    reviewed_result(play, "sterility", outcome="positive", verdict="fail")
    reviewed_result(play, "sterility", outcome="negative")
    assert play.codes(RELEASE, "X1") == {"REL-001"}
    deviation(play, "DEV2", "minor")
    assessed(play, "DEV2")
    assert play.codes(RELEASE, "X1") == set()


def test_a_later_failure_outweighs_an_earlier_pass(play: Play) -> None:
    deviation(play, "DEV1", "minor")
    assessed(play, "DEV1")
    reviewed_result(play, "sterility", outcome="positive", verdict="fail")
    assert play.codes(RELEASE, "X1") == {"REL-001"}


def test_a_batch_is_judged_by_the_specification_version_it_names() -> None:
    play = Play()
    qualified_authority(play)
    thawed_vial(play)
    started_batch(play, specification="1.0")
    completed_batch(play)
    passed_tests(play)
    play.add("batch.reviewed/v1", "X1")
    stricter = {
        "version": "2.0",
        "reason": "new test",
        "intended_use": "overseas_clinical_trial",
        "storage_min": "-196",
        "storage_max": "-150",
        "release_tests": [{"test": "endotoxin", "unit": "[EU]/mL", "maximum": "0.5"}],
    }
    play.add("product.revised/v1", "P1", stricter)
    assert play.codes(RELEASE, "X1") == set()


@pytest.mark.parametrize("origin", ["D1", "B1", "L-X1"])
def test_bad_news_about_an_origin_stops_the_release(play: Play, origin: str) -> None:
    news = {
        "D1": ("donor.notice_received/v1", {"notice": "late reactive", "status": "reactive"}),
        "B1": ("bank.held/v1", {"reason": "identity in doubt"}),
        "L-X1": ("material.recalled/v1", {"reason": "by its maker"}),
    }
    type_, body = news[origin]
    play.add(type_, origin, body)
    assert play.codes(RELEASE, "X1") == {"REL-002"}


def test_consent_withdrawn_after_manufacture_stops_the_release(play: Play) -> None:
    body = {"scopes": ["manufacture"], "reason": "withdrawn"}
    play.add("donor.consent_withdrawn/v1", "D1", body)
    assert play.codes(RELEASE, "X1") == {"REL-002"}


def test_a_batch_beyond_the_highest_passage_is_not_released() -> None:
    for limit, codes in ((3, {"REL-003"}), (4, set())):
        play = completed(max_passage=limit)
        passed_tests(play)
        play.add("batch.reviewed/v1", "X1")
        assert play.codes(RELEASE, "X1") == codes


def test_an_expired_batch_is_not_released(play: Play) -> None:
    at_expiry = {"occurred_at": "2026-12-01T00:00:00Z"}
    before = {"occurred_at": "2026-11-30T23:59:59Z"}
    assert play.codes(RELEASE, "X1", at_expiry) == {"REL-005"}
    assert play.codes(RELEASE, "X1", before) == set()


def test_a_batch_said_to_last_longer_than_its_specification_allows_is_not_released() -> None:
    for hours, codes in ((24, {"REL-005"}), (8760, set())):
        play = completed(shelf_life_hours=hours)
        passed_tests(play)
        play.add("batch.reviewed/v1", "X1")
        assert play.codes(RELEASE, "X1") == codes


def test_who_made_the_batch_does_not_review_its_record_alone() -> None:
    play = completed()
    passed_tests(play)
    makers = play.state("X1").makers
    maker = makers[0].partition(":")[2]
    play.add("batch.reviewed/v1", "X1", signers=[(maker, "qa", "reviewed")])
    assert play.state("X1").reviewers == (makers[0],)
    assert play.codes(RELEASE, "X1") == {"GMP-001"}
