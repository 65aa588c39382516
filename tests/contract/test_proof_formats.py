"""The examples of the small proofs are what this program makes, and they say what they claim."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from contract import proof_examples
from contract.bundle_cases import SHIPMENT, sealed, short
from contract.make_vectors import EVENTS
from contract.vector_ledger import trust
from custody import contract
from custody.evidence.acknowledgement import open_promise
from custody.evidence.fraud import Fraud
from custody.evidence.fraud_proof import check_fraud
from custody.evidence.receipt import check_receipt

EXAMPLES = proof_examples.examples()
LATER = sealed(short()).clock + 60


@pytest.mark.parametrize("path", EXAMPLES)
def test_a_published_example_is_what_this_program_makes(path: str) -> None:
    assert (EVENTS / path).read_bytes() == EXAMPLES[path]


def test_the_example_receipt_is_genuine() -> None:
    report = check_receipt(EXAMPLES["receipt/v1/example.tlog-proof"], trust(), LATER)
    assert (report.verdict.value, report.findings) == ("genuine", ())
    assert report.entry is not None and report.entry.payload.stream == SHIPMENT


def test_the_example_promise_is_signed_by_the_ledger() -> None:
    promise = open_promise(EXAMPLES["receipt/v1/promise.txt"], trust().log_keys[0])
    assert (promise.stream, promise.seq) == (SHIPMENT, 0)


def test_the_example_fraud_is_proved() -> None:
    found = check_fraud(Fraud.parse(EXAMPLES["fraud/v1/example.json"]), trust())
    assert (found.proved, found.kind) == (True, "F2")


@pytest.mark.parametrize("name", ["fraud", "refresh"])
def test_a_schema_refuses_a_field_too_many_and_one_too_few(name: str) -> None:
    schema = Draft202012Validator(contract.read(f"{name}/v1/schema.json"))
    good = json.loads(EXAMPLES[f"{name}/v1/example.json"])
    assert schema.is_valid(good)
    assert not schema.is_valid({**good, "extra": 1})
    for field in good:
        assert not schema.is_valid({k: v for k, v in good.items() if k != field}), field
