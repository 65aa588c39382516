"""The story of a shipment on the page: all that the report tells, and gaps where there are some."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from custody.demo.play import DemoResult
from page.officer import Officer, before
from page.test_page_hostile import result_of, showing_page


@pytest.fixture(scope="module")
def report(played: DemoResult) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(json.dumps(played.report.plain()))
    return told


@pytest.fixture(scope="module")
def page() -> Iterator[Officer]:
    with before(showing_page()) as officer:
        yield officer
        assert officer.heard == []


def shown(officer: Officer, report: dict[str, Any]) -> str:
    officer.page.evaluate("(r) => showAll(r)", result_of(report))
    return officer.page.locator("#result").inner_text()


def section(officer: Officer, name: str) -> str:
    return officer.page.get_by_role("region", name=name, exact=True).first.inner_text()


def test_everything_the_report_tells_of_the_shipment_stands_on_the_page(
    page: Officer, report: dict[str, Any]
) -> None:
    shown(page, report)
    page.page.get_by_role("button", name="Show all 30").click()
    page.page.get_by_role("button", name="Show all 30").wait_for(state="detached")
    story = report["story"]
    text = page.page.locator("#result").inner_text()
    for key in ("shipment", "shipper", "consignee", "custodian", "trial", "seal", "sealed_at"):
        assert story[key] in text, key
    for rows, keys in (
        ("batches", ("number", "product", "released_at", "expires_at")),
        ("permits", ("number", "authority", "valid_from", "valid_until")),
        ("hand_overs", ("from", "to", "given_at", "accepted_at", "place")),
        ("temperatures", ("logger", "from", "to", "minimum", "maximum")),
        ("documents", ("name", "number")),
    ):
        for row in story[rows]:
            assert [k for k in keys if row[k] not in text] == [], rows


def test_every_signature_shows_its_printed_name_time_and_meaning(
    page: Officer, report: dict[str, Any]
) -> None:
    shown(page, report)
    page.page.get_by_role("button", name="Show all 117").click()
    rows = page.page.get_by_role("region", name="Signatures", exact=True).locator("tbody tr")
    signatures = report["story"]["signatures"]
    rows.nth(len(signatures) - 1).wait_for()
    cells = rows.evaluate_all("(rows) => rows.map((r) => [...r.cells].map((c) => c.textContent))")
    assert len(cells) == len(signatures)
    for (name, meaning, *_, signed_at), told in zip(cells, signatures, strict=True):
        assert (name, signed_at) == (told["name"], told["signed_at"])
        assert meaning  # in words of the reader's language
    assert {row[1] for row in cells} >= {"performed", "approved", "released", "handed over"}


def test_the_lineage_is_drawn_from_donation_to_shipment(
    page: Officer, report: dict[str, Any]
) -> None:
    shown(page, report)
    boxes = page.page.locator("svg.lineage rect").all()
    numbers = [item["number"] for item in report["story"]["lineage"]]
    assert len(boxes) == len(numbers)
    drawn = page.page.locator("svg.lineage").text_content() or ""
    assert all(number in drawn for number in numbers)
    places = {
        title: float(box.get_attribute("x") or 0)
        for title, box in zip(
            page.page.locator("svg.lineage g > title").all_text_contents(), boxes, strict=True
        )
    }
    assert min(places, key=places.__getitem__) == "DON-2026-001"
    assert max(places, key=places.__getitem__) == "SHP-2026-001"


def test_a_hand_over_nobody_signed_for_and_a_broken_seal_are_marked_as_gaps(
    page: Officer, report: dict[str, Any]
) -> None:
    whole = copy.deepcopy(report)
    shown(page, whole)
    assert page.page.locator(".leg.gap").count() == 0
    leg = whole["story"]["hand_overs"][0]
    whole["story"]["hand_overs"] = [
        {**leg, "accepted_at": "", "seal_intact": False},
        {**leg, "from": "Somebody Else (ORG-99)"},
    ]
    shown(page, whole)
    said = section(page, "Hand-overs")
    assert page.page.locator(".leg.gap").count() == 2
    assert "the receiver has not signed for it" in said
    assert "the giver did not hold the goods before" in said
    assert "seal broken" in said


def test_temperatures_outside_the_limits_are_marked_and_excursions_numbered(
    page: Officer, report: dict[str, Any]
) -> None:
    whole = copy.deepcopy(report)
    shown(page, whole)
    assert "inside the limits" in section(page, "Temperature")
    whole["story"]["temperatures"][0]["maximum"] = "-120.5"
    at = whole["story"]["temperatures"][0]["from"]
    whole["story"]["excursions"] = [
        {"logger": "LGR-7781", "kind": kind, "from": at, "to": "", "extreme": extreme}
        for kind, extreme in (("too_warm", "-120.5"), ("gap", ""))
    ]
    shown(page, whole)
    said = section(page, "Temperature")
    assert "✗ outside the limits" in said
    assert "too warm" in said and "-120.5 °C" in said
    assert page.page.locator("svg rect.outside").count() == 1
    assert page.page.locator("svg circle.excursion").count() == 2


def test_what_was_corrected_or_voided_stands_on_the_page_and_on_the_printed_sheet(
    page: Officer, report: dict[str, Any]
) -> None:
    name = "Records corrected, voided, reaffirmed or called off"
    whole = copy.deepcopy(report)
    shown(page, whole)
    assert "None in this bundle." in section(page, name)
    row = {
        "event": 440,
        "noun": "shipment",
        "number": "SHP-2026-001",
        "type": "shipment.temperature_logged/v1",
        "told_at": "2026-11-23T06:00:00+08:00",
        "signed_at": "2026-11-24T01:00:00Z",
        "names": ["何青 He Qing", "赵岚 Zhao Lan"],
        "reason": "read from another box",
    }
    changes = [{"field": "gaps", "was": 0, "now": 3}, {"field": "logger", "was": None, "now": "L"}]
    whole["story"]["amendments"] = [
        {**row, "act": "voided", "changes": []},
        {**row, "act": "corrected", "type": "", "told_at": "", "changes": changes},
    ]
    shown(page, whole)
    said = section(page, name)
    assert "voided · shipment SHP-2026-001 · temperature record attached" in said
    assert "corrected · shipment SHP-2026-001 · an earlier record" in said
    for text in ("read from another box", "何青 He Qing, 赵岚 Zhao Lan", "0 → 3", "– → L"):
        assert text in said
    sheet = page.page.locator("#sheet").text_content() or ""
    assert "voided · SHP-2026-001 · temperature record attached · read from another box" in sheet


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("EXP-2026-0007", "✓ EXP-2026-0007 is the export filing of this record"),
        (" ｓｅａｌ-550012 ", "is the seal of this record"),
        ("Singapore", "≈ Singapore is part of the consignee"),
        ("EXP-2026-0008", "✗ EXP-2026-0008 does not occur in this record"),
        ("E", "at least three"),
    ],
)
def test_a_number_on_paper_is_compared_with_the_record(
    typed: str, answer: str, page: Officer, report: dict[str, Any]
) -> None:
    shown(page, report)
    page.page.fill("#compare", typed)
    page.page.press("#compare", "Enter")
    assert answer in page.told("#compared")


def test_a_story_is_never_told_when_the_evidence_is_not_proved(played: DemoResult) -> None:
    with before() as officer:
        for caught in played.caught:
            officer.judges(caught.path.read_bytes(), played.trust.read_bytes())
            assert officer.page.locator("#compare").count() == 0
            assert "The story of shipment" not in officer.text("#result")
            officer.page.click("#another")
