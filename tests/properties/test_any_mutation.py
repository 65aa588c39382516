"""Any mutation of a genuine bundle is the same in meaning or refused, by both verifiers alike."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, given, settings

from custody.app.verification.verifying import Report, verify_bundle
from properties.mutations import (
    MUTATIONS,
    documents,
    genuine,
    hostile,
    now,
    same_in_meaning,
    trust_file,
)

TRIES = 20_000 if "CUSTODY_FUZZ" in os.environ else 300


def judged(raw: bytes) -> Report:
    """Verify as a recipient with the document would."""
    return verify_bundle(raw, trust_file(), now=now(), attachments=documents())


def test_what_is_mutated_is_genuine() -> None:
    report = judged(genuine())
    assert report.genuine, report.findings
    assert report.evidence.level == "L5"
    assert same_in_meaning(genuine())


@settings(max_examples=TRIES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(MUTATIONS)
def test_any_mutation_of_a_genuine_bundle_is_the_same_in_meaning_or_refused(raw: bytes) -> None:
    report = judged(raw)
    assert report.genuine == (not report.findings)
    if report.genuine:
        assert same_in_meaning(raw)


def test_a_ledger_rewritten_without_its_keys_is_refused_at_its_checkpoint() -> None:
    report = judged(hostile(51))
    assert {finding.step for finding in report.findings} == {"V2"}
    assert "E04" in {finding.code for finding in report.findings}


def test_a_line_of_an_unknown_signer_changes_nothing_in_meaning() -> None:
    line = "\u2014 grease.example "
    at = genuine().decode().index(line)
    stop = genuine().decode().index('","', at)
    text = genuine().decode()
    without = (text[: at - 1] + text[stop + 2 :]).encode()
    assert without != genuine()
    assert same_in_meaning(without)
    assert judged(without).genuine
