"""Every code people meet has a label in English and Chinese, and no label is for nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from contract.bodies import EXAMPLES
from custody import contract
from custody.app.verification.verifying import STEPS
from custody.domain.model import ANYONE, TYPES
from custody.evidence.closure import NAMES, USES
from custody.evidence.findings import Status, Verdict
from custody.evidence.judgement import HOLDER, REGISTRAR, ROOT
from custody.evidence.names import STREAM_KINDS
from custody.evidence.payload import MEANINGS
from custody.rules.bank import SAFETY_TESTS
from custody.rules.gene import GENE_TESTS
from custody.rules.model import RULES, Basis, Outcome, Severity

INDEX = contract.vocabulary("index")


def enumerations() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield every closed list in a published schema: its field in the index, its terms."""
    for name in contract.types():
        schema = contract.schema(name)
        parts = {f"{name}.{field}": part for field, part in schema["properties"].items()}
        for model, inner in schema.get("$defs", {}).items():
            parts |= {f"{model}.{field}": p for field, p in inner.get("properties", {}).items()}
        for field, part in parts.items():
            core = part.get("items", part)
            if terms := tuple(core.get("enum", ())) or (
                (core["const"],) if "const" in core else ()
            ):
                yield field, terms


def mapped() -> dict[str, set[str]]:
    """Return the terms that closed lists in schemas use, by vocabulary."""
    found: dict[str, set[str]] = {}
    for field, terms in enumerations():
        name, _, kind = INDEX["fields"][field].partition("/")
        found.setdefault(name, set()).update(f"{kind}.{t}" if kind else t for t in terms)
    return found


def values(key: str, body: Any = EXAMPLES) -> Iterator[str]:
    """Yield every text under a key ending so, anywhere in the examples."""
    if isinstance(body, dict):
        for name, value in body.items():
            if isinstance(value, str) and (name == key or name.endswith(f"_{key}")):
                yield value
            yield from values(key, value)
    elif isinstance(body, list):
        for each in body:
            yield from values(key, each)


def document_kinds(body: Any = EXAMPLES) -> Iterator[str]:
    """Yield the kind of every document in the examples."""
    if isinstance(body, dict):
        if "sha256" in body and "kind" in body:
            yield body["kind"]
        for value in body.values():
            yield from document_kinds(value)
    elif isinstance(body, list):
        for each in body:
            yield from document_kinds(each)


def used() -> dict[str, set[str]]:
    """Return every term the code uses, by vocabulary."""
    specs = TYPES.values()
    terms = mapped()
    statuses = {
        f"{k}.{s}" for t in specs for k in t.kinds for s in (*t.when, *filter(None, [t.then]))
    }
    statuses.add("dose.administered")  # once nothing is left; no event asks for it
    roles = {s.role for t in specs for s in t.signers} | {ANYONE, ROOT, REGISTRAR, HOLDER}
    roles |= {role for rule in RULES for role in (*rule.signer_roles, rule.override_role) if role}
    relations = {rule.rel for t in specs for rule in t.links} | {NAMES, USES}
    relations |= {c.back for t in specs for c in t.companions if c.back}
    more = {
        "kinds": set(STREAM_KINDS),
        "roles": roles,
        "meanings": set(MEANINGS),
        "statuses": statuses,
        "relations": relations | {"assessment", "considered"},  # the ledger adds these two itself
        "gates": {t.gate for t in specs if t.gate} | {g for rule in RULES for g in rule.gates},
        "numbers": {scheme for t in specs for scheme in t.aliases.values()},
        "private_values": {p.name for t in specs for p in t.private},
        "units": set(values("unit")),
        "document_kinds": set(document_kinds()),
        "tests": set(SAFETY_TESTS) | set(GENE_TESTS) | set(values("test")),
        "severities": {s.value for s in Severity},
        "bases": {b.value for b in Basis},
        "rule_outcomes": {o.value for o in Outcome},
        "verdicts": {v.value for v in Verdict},
        "step_statuses": {s.value for s in Status},
        "steps": set(STEPS),
        "levels": {"L4", "L5"},
    }
    return {name: terms.get(name, set()) | more.get(name, set()) for name in {*terms, *more}}


def test_every_vocabulary_is_described_and_nothing_else_is() -> None:
    files = {p.stem for p in (contract.folder() / "vocabulary").glob("*.json")}
    assert files == {"index", *INDEX["vocabularies"]}
    assert set(used()) | {"findings"} == set(INDEX["vocabularies"])


def test_every_closed_list_in_a_schema_has_a_vocabulary_and_no_other_field_has() -> None:
    assert {field for field, _ in enumerations()} == set(INDEX["fields"])


@pytest.mark.parametrize("name", sorted(used()))
def test_every_term_in_use_has_a_label_and_every_label_is_in_use(name: str) -> None:
    assert set(contract.vocabulary(name)) == used()[name]


@pytest.mark.parametrize("name", sorted(INDEX["vocabularies"]))
def test_labels_are_short_and_in_both_languages(name: str) -> None:
    entries = contract.vocabulary(name) if name != "findings" else {}
    for term, label in [*entries.items(), (name, INDEX["vocabularies"][name])]:
        assert set(label) == {"en", "zh"}, term
        chinese = re.search(r"[\u4e00-\u9fff]", label["zh"])
        assert chinese or term == "ed25519", term
        assert 0 < len(label["en"]) <= 80, term
        assert label["en"].isascii() and label["en"] == label["en"].strip(), term


@pytest.mark.parametrize("name", sorted(INDEX["vocabularies"]))
def test_a_vocabulary_file_has_one_spelling(name: str) -> None:
    place = contract.folder() / "vocabulary" / f"{name}.json"
    text = place.read_text(encoding="utf-8")
    assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n"
