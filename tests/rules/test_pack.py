"""What holds for all rules together."""

from __future__ import annotations

import re
from itertools import combinations

import pytest

from custody.domain import nouns
from custody.domain.model import TYPES
from custody.rules import pack
from custody.rules.model import ANY, RULES, Basis, Rule, Severity

ALL = sorted(RULES, key=lambda r: (r.id, r.effective_from))


def test_the_pack_and_the_nouns_load_every_rule_and_type() -> None:
    assert {"release", "export", "donor"} <= set(pack.__all__)
    assert {"batch", "shipment", "vial"} <= set(nouns.__all__)
    assert len(ALL) > 30


@pytest.mark.parametrize("rule", ALL, ids=lambda r: f"{r.id} from {r.effective_from}")
def test_every_rule_has_a_source_and_words_in_both_languages(rule: Rule) -> None:
    assert re.fullmatch(r"[A-Z]{3}-\d{3}", rule.id)
    assert len(rule.source) > 15
    for words in (rule.title, rule.remedy):
        assert words.en and words.zh and words.en != words.zh


def test_two_versions_of_one_rule_are_never_in_force_on_the_same_day() -> None:
    for first, second in combinations(ALL, 2):
        if first.id == second.id:
            assert first.effective_to is not None
            assert first.effective_to < second.effective_from


def test_every_gate_of_a_type_has_rules_and_every_rule_a_gate_of_a_type() -> None:
    asked = {s.gate for s in TYPES.values() if s.gate}
    ruled = {gate for rule in ALL for gate in rule.gates}
    assert ruled == asked | {ANY}


def test_rules_asked_about_every_event_only_remark() -> None:
    # Listed under "any" but refused elsewhere: by the fold, by the log and by the signing policy.
    enforced = {"PIP-001", "REC-001", "SIG-001"}
    remarks = [r for r in ALL if ANY in r.gates and r.id not in enforced]
    assert {r.severity for r in remarks} == {Severity.ADVISORY}
    assert all(r.gates == (ANY,) for r in ALL if ANY in r.gates)


def test_rules_on_a_law_that_was_read_are_never_overridden() -> None:
    assert [r.id for r in ALL if r.basis is Basis.PRIMARY and r.override_role] == []


def test_only_the_rules_whose_source_has_an_exception_can_be_found_not_to_apply() -> None:
    quarantine = {"GAC-001", "GAC-002", "GAC-003", "GAC-004"}
    assert {r.id for r in ALL if r.exempt} == {*quarantine, "HGR-001", "HGR-004"}
