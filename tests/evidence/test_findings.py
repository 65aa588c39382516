"""Verdicts: one contradiction outweighs doubts, and a doubt is never taken for proof."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from custody.evidence.findings import (
    CODES,
    SHOWN_PER_CODE,
    Finding,
    Verdict,
    overall,
    shorten,
    verdict_of,
)

VOCABULARY = Path(__file__).parents[2] / "events" / "vocabulary" / "findings.json"


def test_no_finding_means_genuine() -> None:
    assert overall([]) is Verdict.GENUINE


def test_a_contradiction_outweighs_any_doubt() -> None:
    doubt, lie = Finding("V2", "E09", "", ""), Finding("V5", "E19", "", "")
    assert overall([doubt]) is Verdict.CANNOT_TELL
    assert overall([doubt, lie, doubt]) is Verdict.NOT_GENUINE


def test_an_unknown_code_is_never_read_as_proof_of_anything() -> None:
    assert verdict_of("E99") is Verdict.CANNOT_TELL


def test_a_finding_can_leave_open_what_its_code_usually_condemns() -> None:
    assert Finding("V1", "E01", "", "").verdict is Verdict.NOT_GENUINE
    assert Finding("V1", "E01", "", "", Verdict.CANNOT_TELL).verdict is Verdict.CANNOT_TELL


@pytest.mark.parametrize("code", ["E02", "E05", "E06", "E09", "E10", "E27", "E30"])
def test_something_missing_leaves_the_question_open(code: str) -> None:
    assert verdict_of(code) is Verdict.CANNOT_TELL


def test_a_flood_of_findings_is_shortened_and_keeps_every_kind() -> None:
    flood = [Finding("V3", "E14", f"event {n}", "") for n in range(SHOWN_PER_CODE + 7)]
    shown = shorten([*flood, Finding("V3", "E12", "event 9", "", Verdict.CANNOT_TELL)])
    assert len(shown) == SHOWN_PER_CODE + 2
    assert shown[-1].detail == "7 more findings of this kind"
    assert {f.code for f in shown} == {"E12", "E14"}


def test_every_code_is_explained_in_english_and_chinese() -> None:
    texts = json.loads(VOCABULARY.read_text(encoding="utf-8"))
    assert set(CODES) <= set(texts)
    for code, entry in texts.items():
        assert set(entry) == {"en", "zh"}, code
        assert all(set(said) == {"title", "why", "hint"} for said in entry.values()), code
        assert all(text.isascii() for text in entry["en"].values()), code
        assert all(any("\u4e00" <= c <= "\u9fff" for c in text) for text in entry["zh"].values())
