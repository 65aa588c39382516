"""One fact has one spelling: a value written otherwise under real keys is no fact."""

from __future__ import annotations

from typing import Any

import pytest

from app.acts import moment, paper
from attacks.insider import SHIPMENT, exported, found, write
from custody.errors import EvidenceError
from custody.evidence.names import alias_stream
from custody.wiring.ledger import OpenLedger

LOG: dict[str, Any] = {
    "logger": "LGR-7781",
    "started_at": "2026-11-23T08:00:00+08:00",
    "ended_at": "2026-11-24T08:00:00+08:00",
    "readings": 100,
    "minimum": "-189.0",
    "maximum": "-170.1",
    "unit": "Cel",
    "gaps": 0,
    "documents": [paper("logger_file", media_type="text/csv")],
}


@pytest.mark.parametrize(
    ("field", "spelled"),
    [
        ("sample", "qc-0009"),
        ("sample", "ＱＣ-0009"),
        ("sample", "Q\u0421-0009"),
        ("sample", "QC\u20110009"),
        ("sample", "QC-0009\ua7db"),
        ("method", "m\U00016d67\U00016d67"),
        ("verdict", True),
    ],
)
def test_a_value_in_another_spelling_is_not_genuine(
    ledger: OpenLedger, field: str, spelled: Any
) -> None:
    stream = ledger.resolve("B-2026-001", ("batch",))
    body = {
        "test": "identity",
        "outcome": "positive",
        "verdict": "pass",
        "method": "m",
        "sample": "QC-0009",
        "occurred_at": moment(ledger),
        field: spelled,
    }
    write(ledger, "batch.tested/v1", stream, body, [("Zhou Ping", "qc_analyst", "performed")])
    report = exported(ledger)
    assert report.verdict.value == "not_genuine"
    assert ("V7", "E25") in found(report)


@pytest.mark.parametrize("spelled", ["7", 7.0, True])
def test_a_number_that_is_written_as_something_else_is_no_number(
    ledger: OpenLedger, spelled: Any
) -> None:
    """True would count as 1 in this program and as nothing in another."""
    stream = ledger.resolve("B-2026-001", ("batch",))
    body = {"test": "t", "seq": spelled, "accepted": True, "occurred_at": moment(ledger)}
    by = [("Wu Fang", "qc_reviewer", "reviewed")]
    try:
        write(ledger, "batch.test_reviewed/v1", stream, body, by)
    except EvidenceError as refused:
        assert refused.code == "C401"  # no such value has bytes at all
        return
    report = exported(ledger)
    assert ("V7", "E25") in found(report) or ("V6", "E21") in found(report)
    assert report.verdict.value == "not_genuine"


def test_the_same_log_in_its_own_spelling_is_genuine(ledger: OpenLedger) -> None:
    stream = ledger.resolve(SHIPMENT)
    body = {**LOG, "occurred_at": moment(ledger)}
    write(
        ledger,
        "shipment.temperature_logged/v1",
        stream,
        body,
        [("Tang Bo", "courier", "performed")],
    )
    report = exported(ledger)
    assert report.genuine, report.findings


def test_a_number_in_small_letters_is_not_a_second_number(ledger: OpenLedger) -> None:
    """The claim under the other spelling is free, so only the spelling itself tells."""
    by = [("Xu Hai", "donor_physician", "performed")]
    stream = "deviation:" + "ab" * 16
    body = {
        "number": "dev-2026-001",
        "title": "t",
        "severity": "minor",
        "description": "d",
        "occurred_at": moment(ledger),
    }
    write(ledger, "deviation.opened/v1", stream, body, by)
    claim = {
        "scheme": "deviation-no",
        "value": "dev-2026-001",
        "occurred_at": body["occurred_at"],
    }
    alias = alias_stream("deviation-no", "dev-2026-001")
    write(ledger, "alias.claimed/v1", alias, claim, by, [("names", stream)])
    assert {"C441"} <= {f.code for f in ledger.audit().findings}
