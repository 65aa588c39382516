"""Somebody stands before the goods: what they read there must be what the bundle is about."""

from __future__ import annotations

import pytest

from app.conftest import LATER
from custody.app.verification.expectations import Expected
from custody.app.verification.verifying import Report, verify_bundle
from custody.demo.play import DemoResult


def judged(played: DemoResult, expected: Expected) -> Report:
    data, trust = played.bundle.read_bytes(), played.trust.read_bytes()
    return verify_bundle(data, trust, now=LATER, expected=expected)


@pytest.mark.parametrize(
    "expected",
    [
        Expected(),
        Expected(shipment="shp-2026-001"),
        Expected(filing="EXP-2026-0007"),
        Expected(filing="exp-2026-0007", lots=("B-2026-001",)),
        Expected(consignee="ORG-04"),
        Expected(consignee="example trial centre singapore"),
        Expected(lots=("Ｂ-2026-001",)),
    ],
)
def test_what_is_on_the_papers_is_recognised_however_it_is_typed(
    played: DemoResult, expected: Expected
) -> None:
    assert judged(played, expected).genuine


def test_the_declaration_counts_as_the_filing(played: DemoResult) -> None:
    number = judged(played, Expected()).particulars.declaration
    assert number
    assert judged(played, Expected(filing=number)).genuine


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        (Expected(shipment="SHP-2026-002"), "the shipment typed is SHP-2026-002"),
        (Expected(filing="EXP-2026-9999"), "the filing typed is EXP-2026-9999"),
        (Expected(consignee="Somebody Else"), "the consignee typed is Somebody Else"),
        (Expected(lots=("B-2026-002",)), "the lot typed is B-2026-002"),
        (Expected(lots=("B-2026-001", "B-2026-002")), "the lot typed is B-2026-002"),
    ],
)
def test_other_goods_than_those_of_the_bundle_are_not_genuine(
    played: DemoResult, expected: Expected, said: str
) -> None:
    report = judged(played, expected)
    assert report.verdict.value == "not_genuine"
    assert {(f.step, f.code) for f in report.findings} == {("V9", "E26")}
    assert said in report.findings[0].detail
    told = report.text_of(report.findings[0], "zh")
    assert "输入" in told["why"] and "申报人" in told["hint"]


def test_a_lot_in_the_bundle_that_nobody_typed_is_named(played: DemoResult) -> None:
    report = judged(played, Expected(lots=("B-2026-002",)))
    assert any("also holds lot B-2026-001" in f.detail for f in report.findings)
