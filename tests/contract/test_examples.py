"""Every event type has an example, and schema and model agree on what fits the type."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from contract.bodies import (
    EXAMPLES,
    FAILS,
    UNSAID,
    changes,
    model_accepts,
    schema_accepts,
    validator,
)
from custody import contract
from custody.app.judgement.histories import decode
from custody.domain.model import TYPES
from custody.errors import EvidenceError
from custody.evidence.encoding import ZERO, b64
from custody.evidence.entry import Entry, encode, pae
from custody.evidence.payload import Payload, Signer
from custody.rules import pack  # noqa: F401 - importing declares every rule
from custody.rules.model import RULES
from evidence.cast import OPERATOR

NAMES = sorted(EXAMPLES)


def entry(type_name: str, body: dict[str, Any]) -> Entry:
    """Return a signed entry with that body."""
    kind = contract.types()[type_name]["kinds"][0]
    width = {"key": 64, "alias": 64}.get(kind, 32)
    stream = f"{kind}:{'0' * width}"
    signer = Signer(OPERATOR.kid, "performed", "operator")
    time = "2026-11-24T08:00:00Z"
    raw = Payload("a", stream, 0, b64(ZERO), type_name, time, (signer,), (), body).to_bytes()
    return Entry.parse(encode(raw, {OPERATOR.kid: OPERATOR.private.sign(pae(raw))}))


def library_accepts(type_name: str, body: dict[str, Any]) -> bool:
    """Whether the library, meeting this body in a signed event, reads it."""
    try:
        decode(0, entry(type_name, body), lambda _kid: None)
    except EvidenceError:
        return False
    return True


def test_every_event_type_has_an_example() -> None:
    assert set(EXAMPLES) == set(TYPES)


@pytest.mark.parametrize("name", NAMES)
def test_an_example_fits_its_schema_and_reads_back_as_it_was_written(name: str) -> None:
    Draft202012Validator.check_schema(contract.schema(name))
    assert contract.schema(name)["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    published = contract.read(f"{contract.types()[name]['path']}/example.json")
    assert published == EXAMPLES[name]
    assert schema_accepts(name, published)
    event = decode(0, entry(name, published), lambda _kid: None)
    assert event.body.plain() == published


def test_every_event_type_has_a_body_that_must_be_refused() -> None:
    assert set(FAILS) == set(TYPES)


@pytest.mark.parametrize("name", sorted(FAILS))
def test_a_failing_body_is_wrong_in_one_place_and_nobody_reads_it(name: str) -> None:
    published = contract.read(f"{contract.types()[name]['path']}/example_fail.json")
    assert published == FAILS[name]
    places = {tuple(error.absolute_path)[:1] for error in validator(name).iter_errors(published)}
    assert len(places) == 1, places
    assert not model_accepts(name, published)
    try:
        written = entry(name, published)
    except EvidenceError:
        return  # not even canonical: there is no event that could hold it
    with pytest.raises(EvidenceError):
        decode(0, written, lambda _kid: None)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_may_be_missing_unknown_null_or_a_fraction(name: str) -> None:
    body, schema = EXAMPLES[name], contract.schema(name)
    wrong = [{k: v for k, v in body.items() if k != left_out} for left_out in schema["required"]]
    wrong += [{**body, "zz": "x"}]
    wrong += [{**body, field: None} for field in schema["properties"]]
    wrong += [{**body, field: 1.5} for field in schema["properties"]]
    for field, part in schema["properties"].items():
        if "enum" in part:
            wrong.append({**body, field: "zzz"})
    assert len(wrong) > len(schema["properties"])
    assert [w for w in wrong if schema_accepts(name, w) or model_accepts(name, w)] == []


@pytest.mark.parametrize("name", NAMES)
def test_schema_and_model_agree_on_every_small_change_of_an_example(name: str) -> None:
    disagreed, judged = [], Counter[tuple[bool, bool]]()
    for change in changes(name):
        model, schema = model_accepts(name, change.body), schema_accepts(name, change.body)
        judged[model, schema] += 1
        wider = schema and not model and change.kind in UNSAID
        if model != schema and not wider:
            disagreed.append((change.kind, change.place, f"model {model}", f"schema {schema}"))
    assert disagreed == []
    assert judged[False, False] > 5


@pytest.mark.parametrize("name", NAMES)
def test_the_library_reads_nothing_from_an_event_that_the_schema_refuses(name: str) -> None:
    read = []
    for change in changes(name):
        if schema_accepts(name, change.body) or change.kind in ("null", "fraction"):
            continue  # neither null nor a fraction can stand in an event
        if not isinstance(change.body, dict) or change.kind in ("line feed", "hidden character"):
            continue
        if library_accepts(name, change.body):
            read.append((change.kind, change.place))
    assert read == []


def test_the_rulings_of_an_example_are_of_rules_that_its_gate_asks() -> None:
    asked = {(gate, rule.id) for rule in RULES for gate in rule.gates}
    for name, body in EXAMPLES.items():
        gate = contract.types()[name]["gate"]
        for result in body.get("rulings", {}).get("results", ()):
            assert (gate, result["rule"]) in asked, (name, result["rule"])


def test_every_example_ever_published_still_fits_and_reads() -> None:
    for row in contract.read("registry.json")["published"]:
        noun, verb, version, _ = row["path"].removeprefix("published/").split("/")
        name, body = f"{noun}.{verb}/{version}", contract.read(row["path"])
        assert schema_accepts(name, body)
        assert library_accepts(name, body)


def test_examples_hold_no_value_that_a_type_keeps_private() -> None:
    for name, body in EXAMPLES.items():
        written = json.dumps(body)
        assert not any(f'"{private}"' in written for private in contract.private_names(name))
