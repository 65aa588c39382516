"""Whatever speaks against a shipment cannot be left out of its bundle: the stream is named.

Each attack records one piece of bad news in a real ledger and then shows a bundle without it, in
three ways: the record simply taken out; the history shown as if it had ended before; and the whole
history taken out.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from app.acts import do, lawless, moment, sign
from app.conftest import LATER
from attacks.insider import SHIPMENT
from custody.app.verification.verifying import Report, verify_bundle
from custody.demo.play import passphrase
from custody.evidence.canonical import dumps
from custody.evidence.encoding import b64
from custody.evidence.entry import Entry
from custody.wiring.ledger import OpenLedger

BATCH = "B-2026-001"
News = Callable[[OpenLedger], tuple[str, str]]


def batch(ledger: OpenLedger) -> str:
    return ledger.resolve(BATCH, ("batch",))


def a_deviation(ledger: OpenLedger) -> tuple[str, str]:
    body = {"title": "t", "severity": "critical", "description": "d"}
    do(ledger, "deviation.opened/v1", "DEV-X", body, {"affects": [BATCH]}, by=("Zhao Lan",))
    return ledger.resolve("DEV-X", ("deviation",)), "deviation.opened/v1"


def its_note_on_the_batch(ledger: OpenLedger) -> tuple[str, str]:
    a_deviation(ledger)
    return batch(ledger), "batch.deviation_noted/v1"


def a_failed_test(ledger: OpenLedger) -> tuple[str, str]:
    body = {"test": "sterility", "method": "m", "sample": "QC-X"}
    body |= {"outcome": "positive", "verdict": "fail"}
    do(ledger, "batch.tested/v1", BATCH, body, by=("Zhou Ping",))
    return batch(ledger), "batch.tested/v1"


def a_hold(ledger: OpenLedger) -> tuple[str, str]:
    by = ("Li Wei:quality_authority:approved",)
    do(ledger, "batch.held/v1", BATCH, {"reason": "complaint"}, by=by)
    return batch(ledger), "batch.held/v1"


def a_recall(ledger: OpenLedger) -> tuple[str, str]:
    by = ("Li Wei:quality_authority:approved",)
    do(ledger, "batch.recalled/v1", BATCH, {"reason": "complaint"}, by=by)
    return batch(ledger), "batch.recalled/v1"


def a_correction(ledger: OpenLedger) -> tuple[str, str]:
    by = [sign(ledger, text) for text in ("Zhao Lan:qa:approved", "Chen Yu:operator:performed")]
    ledger.correct("DON-2026-001", 0, {"relation": "autologous"}, "typo", moment(ledger), by)
    return ledger.resolve("DON-2026-001", ("donation",)), "record.corrected/v1"


def a_revocation(ledger: OpenLedger) -> tuple[str, str]:
    by = [sign(ledger, "Wang Min")]
    ledger.revoke("Sun Jie", "compromised", 0, by)
    return f"key:{ledger.keys.find('Sun Jie').kid}", "key.revoked/v1"


NEWS: list[News] = [
    a_deviation,
    its_note_on_the_batch,
    a_failed_test,
    a_hold,
    a_recall,
    a_correction,
    a_revocation,
]


def shown(ledger: OpenLedger, news: News) -> tuple[dict[str, Any], str, int]:
    """Return an honest bundle's fields, the stream of the news, and its place in `events`."""
    with lawless():
        stream, kind = news(ledger)
    fields = json.loads(ledger.export(SHIPMENT, passphrase).data)
    places = [
        at
        for at, row in enumerate(fields["events"])
        for payload in (Entry.parse(row["e"].encode()).payload,)
        if (payload.stream, payload.type) == (stream, kind)
    ]
    assert places, f"{kind} is not in the bundle at all"
    return fields, stream, places[-1]


def judged(ledger: OpenLedger, fields: dict[str, Any]) -> Report:
    return verify_bundle(dumps(fields), (ledger.folder / "trust.json").read_bytes(), now=LATER)


def named(report: Report, code: str) -> set[str]:
    """Return the streams that findings of V4 with this code name."""
    return {f.where for f in report.findings if (f.step, f.code) == ("V4", code)}


@pytest.mark.parametrize("news", NEWS)
def test_bad_news_left_out_of_a_bundle_is_missed_in_its_stream(
    ledger: OpenLedger, news: News
) -> None:
    fields, stream, at = shown(ledger, news)
    own = [
        row for row in fields["events"] if Entry.parse(row["e"].encode()).payload.stream == stream
    ]
    gone = fields["events"].pop(at)
    assert own[-1] == gone, "the news is the last of its history"
    report = judged(ledger, fields)
    assert report.verdict.value == "not_genuine"
    if len(own) == 1:
        # Its only record: what is listed has no events, and what rests on it is not there.
        assert f"stream {stream}" in named(report, "E17")
        return
    assert f"stream {stream}" in named(report, "E15")
    row = next(row for row in fields["streams"] if row["s"] == stream)
    last = Entry.parse(own[-2]["e"].encode())
    row |= {"n": row["n"] - 1, "i": own[-2]["i"], "h": b64(last.leaf)}
    report = judged(ledger, fields)
    assert report.verdict.value == "not_genuine"
    assert named(report, "E16") == {f"stream {stream}"}


@pytest.mark.parametrize("news", NEWS)
def test_a_whole_history_left_out_of_a_bundle_is_missed_by_name(
    ledger: OpenLedger, news: News
) -> None:
    fields, stream, _ = shown(ledger, news)
    fields["events"] = [
        row for row in fields["events"] if Entry.parse(row["e"].encode()).payload.stream != stream
    ]
    fields["streams"] = [row for row in fields["streams"] if row["s"] != stream]
    leaves = {b64(Entry.parse(row["e"].encode()).leaf) for row in fields["events"]}
    fields["disclosures"] = [row for row in fields["disclosures"] if row["leaf"] in leaves]
    report = judged(ledger, fields)
    assert report.verdict.value == "not_genuine"
    assert f"stream {stream}" in named(report, "E18")
