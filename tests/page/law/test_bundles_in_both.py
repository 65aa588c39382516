"""Bundles: what Python finds, says and tells, the page finds, says and tells, word for word."""

from __future__ import annotations

import pytest

from app.conftest import SECONDS
from custody.app.verification.expectations import Expected
from custody.app.verification.verifying import verify_bundle
from custody.demo.play import DemoResult
from custody.errors import TrustError
from page.law.conftest import Ask, Questions
from page.law.questions import answer, differing, of_bundle, question, vectors, worded

TEXTS = """(findings) => findings.map(([finding, words]) => [
  law.textOf(finding, "en", words),
  law.textOf(finding, "zh", words),
])"""


def test_every_proved_bundle_of_the_vectors_is_judged_and_told_as_in_python(
    ask: Ask, questions: Questions
) -> None:
    told = [f["code"] for _, mine in questions.values() for f in (*mine["states"], *mine["told"])]
    assert len(questions) >= 20
    assert {"E25", "E26", "E34"} <= set(told)
    assert differing(ask, questions) == {}


def test_the_bundles_of_the_demo_are_judged_and_told_as_in_python(
    ask: Ask, played: DemoResult
) -> None:
    trust = (played.folder / "trust.json").read_bytes()
    cases = {}
    for path in sorted(played.folder.glob("*.custody.json")):
        evidence = of_bundle(path.read_bytes(), trust, SECONDS, archive=True)
        cases[path.name] = (question(evidence, trust), answer(evidence, trust))
        typed = Expected("shp-2026-001", "X-1", "Example Trial Centre", ("B-2026-001", "B-9"))
        asked = {
            "shipment": typed.shipment,
            "filing": typed.filing,
            "consignee": typed.consignee,
            "lots": list(typed.lots),
        }
        cases[f"{path.name}, typed"] = (
            {**question(evidence, trust), "expected": asked},
            answer(evidence, trust, typed),
        )
    assert len(cases) == 4
    assert all(mine["story"] for _, mine in cases.values())
    assert any(f["code"] == "E26" for _, mine in cases.values() for f in mine["told"])
    assert differing(ask, cases) == {}


def test_findings_have_the_same_title_place_reason_and_hint_in_both_languages(ask: Ask) -> None:
    asked, expected = [], []
    for _, bundle, trust, at, archive in vectors():
        try:
            report = verify_bundle(bundle, trust, now=at, archive=archive)
        except TrustError:
            continue
        words = worded(report.words)
        for found in report.findings:
            plain = {"code": found.code, "where": found.where, "detail": found.detail}
            asked.append([plain, words])
            expected.append([report.text_of(found, lang) for lang in ("en", "zh")])
    assert len(asked) > 60
    assert ask(TEXTS, asked) == expected


@pytest.mark.parametrize("kind", ["clause", "place"])
def test_what_is_not_known_in_chinese_stays_as_it_is(ask: Ask, kind: str) -> None:
    finding = {"code": "E99", "where": f"a {kind} nobody knows", "detail": f"an odd {kind}"}
    (texts,) = ask(TEXTS, [[finding, []]])
    assert [t["why"] for t in texts] == [finding["detail"]] * 2
    assert [t["where"] for t in texts] == [finding["where"]] * 2
