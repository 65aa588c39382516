"""One page of A4 for the file, whatever the bundle."""

from __future__ import annotations

import io
import json

import pypdf
import pytest

from app.conftest import SECONDS as AT
from custody.demo.play import DemoResult
from page.officer import CHINESE, ENGLISH, before
from page.test_page_hostile import poisoned, result_of, showing_page

A4 = (595, 842)  # points


@pytest.mark.parametrize("locale", [ENGLISH, CHINESE])
def test_a_genuine_bundle_prints_to_one_page_with_what_matters(
    locale: str, played: DemoResult
) -> None:
    with before(at=AT + 60, locale=locale) as officer:
        officer.judges(played.bundle.read_bytes(), played.trust.read_bytes())
        paper = pypdf.PdfReader(io.BytesIO(officer.paper()))
        sheet = officer.page.locator("#sheet").text_content() or ""
    assert len(paper.pages) == 1
    assert tuple(round(float(side)) for side in paper.pages[0].mediabox[2:]) == A4
    for said in ("SHP-2026-001", "EXP-2026-0007", "B-2026-001", "SEAL-550012", "LGR-7781"):
        assert said in sheet
    assert ("GENUINE" if locale == ENGLISH else "真实") in sheet
    assert played.report.evidence.trust in sheet.replace(" ", "")


def test_a_forged_bundle_prints_its_findings_on_one_page(played: DemoResult) -> None:
    with before(at=AT + 60) as officer:
        officer.judges(played.caught[2].path.read_bytes(), played.trust.read_bytes())
        paper = pypdf.PdfReader(io.BytesIO(officer.paper()))
    text = paper.pages[0].extract_text()
    assert len(paper.pages) == 1
    assert "NOT GENUINE" in text
    assert "E16" in text


@pytest.mark.parametrize(
    ("text", "locale"), [("W" * 1_000, ENGLISH), ("名" * 1_000, CHINESE)], ids=["wide", "chinese"]
)
def test_the_longest_report_still_prints_whole_on_one_page(
    text: str, locale: str, played: DemoResult
) -> None:
    report = json.loads(json.dumps(played.report.plain()))
    void = {"act": "voided", "number": "N", "type": "T", "told_at": "", "reason": "R"}
    who = {"noun": "vial", "signed_at": "S", "names": ["P"], "changes": [], "event": 1}
    report["story"]["amendments"] = [void | who]
    long = poisoned(report, text)
    for step in long["steps"]:
        step["status"] = "failed"
        step["findings"] = [
            {"code": "E25", "where": text, "detail": text, "verdict": "not_genuine"}
        ] * 50
    for name in ("batches", "permits", "hand_overs", "temperatures", "containers", "amendments"):
        long["story"][name] *= 40
    with before(showing_page(), locale=locale) as officer:
        officer.page.evaluate("(r) => showAll(r)", result_of(long, text))
        paper = pypdf.PdfReader(io.BytesIO(officer.paper()))
        officer.page.emulate_media(media="print")
        cut_off = officer.page.evaluate(
            """() => {
              const sheet = document.getElementById("sheet");
              return sheet.scrollHeight - sheet.clientHeight;
            }"""
        )
    assert len(paper.pages) == 1
    assert cut_off <= 0
