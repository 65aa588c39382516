"""Bad news that nobody acted upon: whoever gets the goods is told all the same."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest

from app.acts import do
from app.conftest import LATER
from attacks.insider import SHIPMENT, exported, found
from custody.demo.play import passphrase
from custody.wiring.ledger import OpenLedger
from page.browser import Case, verify_in_browser

BATCH = "B-2026-001"
DONOR = "DON-2026-001"
LOT = "LOT-0006"
REACTIVE = {
    "marker": "hbv",
    "outcome": "reactive",
    "method": "NAT",
    "sampled_on": "2026-11-20",
    "reported_on": "2026-11-23",
}
WORTHLESS = "the incubator was off"
NEWS: dict[str, tuple[str, str, dict[str, Any], str]] = {
    "a reactive donor": (
        "donor.screened/v1",
        DONOR,
        {"results": [REACTIVE], "reason": "retested"},
        "Zhou Ping",
    ),
    "a rejected lot": ("material.rejected/v1", LOT, {"reason": "particles"}, "Zhao Lan"),
    "a bank test without worth": (
        "bank.test_invalidated/v1",
        "MCB-01",
        {"test": "sterility", "reason": WORTHLESS},
        "Wu Fang",
    ),
    "a batch test without worth": (
        "batch.test_invalidated/v1",
        BATCH,
        {"test": "sterility", "seq": 7, "reason": WORTHLESS},
        "Wu Fang",
    ),
}


def recorded(ledger: OpenLedger, news: str) -> None:
    type_name, number, body, by = NEWS[news]
    do(ledger, type_name, number, body, by=(by,))


@pytest.mark.parametrize("news", NEWS)
def test_a_shipment_that_nobody_held_for_bad_news_is_not_genuine(
    ledger: OpenLedger, news: str
) -> None:
    with patch.object(ledger, "_below", lambda _event: {}):
        recorded(ledger, news)
    report = exported(ledger)
    assert report.verdict.value == "not_genuine"
    assert found(report) == {("V9", "E25")}
    assert any(NEWS[news][0] in f.detail for f in report.findings), "it names the news"


def test_the_browser_finds_the_same_bad_news_unanswered(ledger: OpenLedger) -> None:
    with patch.object(ledger, "_below", lambda _event: {}):
        recorded(ledger, "a rejected lot")
    data = ledger.export(SHIPMENT, passphrase).data
    trust = (ledger.folder / "trust.json").read_bytes()
    (page,) = verify_in_browser([Case(data, trust, LATER)])
    assert page["verdict"] == "not_genuine"
    here = [(f.code, f.where, f.detail) for f in exported(ledger).findings]
    there = [(f["code"], f["where"], f["detail"]) for s in page["steps"] for f in s["findings"]]
    assert here == there


def test_an_insider_who_holds_the_batch_and_lets_the_shipment_go_is_found_out(
    ledger: OpenLedger,
) -> None:
    batch = ledger.resolve(BATCH, ("batch",))
    with patch.object(ledger, "_below", lambda _event: {batch: (ledger.resolve(LOT), batch)}):
        recorded(ledger, "a rejected lot")
    freed(ledger, "batch", BATCH)
    details = [f.detail for f in exported(ledger).findings]
    assert len(details) == 1
    assert details[0].startswith(f"{SHIPMENT} was never put on hold")


def freed(ledger: OpenLedger, kind: str, number: str) -> None:
    body = {"reason": "the particles came from the sampling, not from the lot"}
    do(ledger, f"{kind}.hold_lifted/v1", number, body, {"because_of": [LOT]}, by=("Li Wei",))


def test_a_shipment_held_for_bad_news_and_freed_by_quality_is_genuine(ledger: OpenLedger) -> None:
    recorded(ledger, "a rejected lot")
    assert not exported(ledger).genuine
    freed(ledger, "batch", BATCH)
    freed(ledger, "shipment", SHIPMENT)
    assert exported(ledger).genuine


def test_bad_news_about_what_went_to_others_does_not_touch_the_shipment(
    ledger: OpenLedger,
) -> None:
    with patch.object(ledger, "_below", lambda _event: {}):
        do(ledger, "batch.held/v1", "B-2026-003", {"reason": WORTHLESS}, by=("Zhao Lan",))
    assert exported(ledger).genuine


def test_more_bad_news_than_anybody_can_follow_leaves_the_question_open(
    ledger: OpenLedger,
) -> None:
    recorded(ledger, "a rejected lot")
    freed(ledger, "batch", BATCH)
    freed(ledger, "shipment", SHIPMENT)
    with patch("custody.app.judgement.upstream.PATIENCE", 0):
        report = exported(ledger)
    assert report.verdict.value == "cannot_tell"
    assert found(report) == {("V9", "E25")}
