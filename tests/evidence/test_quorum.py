"""Witness policies: the lines that say which witnesses are enough."""

from __future__ import annotations

import pytest

from custody.errors import TrustError
from custody.evidence.note import COSIGNATURE
from custody.evidence.quorum import WitnessPolicy
from evidence.cast import WITNESSES, policy_lines, vkey

W = {short: vkey(name, COSIGNATURE, seed).text() for short, (name, seed) in WITNESSES.items()}

MANY = [f"witness w{n} {vkey(f'w{n}', COSIGNATURE, n).text()}" for n in range(128)]


def test_three_of_four_witnesses_are_enough_and_two_are_not() -> None:
    policy = WitnessPolicy.parse(policy_lines())
    assert policy.satisfied_by({"w1", "w3", "w4"})
    assert not policy.satisfied_by({"w1", "w3"})
    assert not policy.single_operator


def test_groups_of_groups_count_groups() -> None:
    policy = WitnessPolicy.parse(
        [
            *[f"witness {short} {key}" for short, key in W.items()],
            "group lab any w1 w2",
            "group state all w3 w4",
            "group both all lab state",
            "quorum both",
        ]
    )
    assert policy.satisfied_by({"w2", "w3", "w4"})
    assert not policy.satisfied_by({"w1", "w2", "w3"})


def test_a_single_witness_can_be_the_quorum() -> None:
    policy = WitnessPolicy.parse([f"witness w1 {W['w1']}", "quorum w1"])
    assert policy.satisfied_by({"w1"})
    assert not policy.satisfied_by(())


def test_without_a_quorum_only_the_operator_vouches() -> None:
    policy = WitnessPolicy.parse(["quorum none"])
    assert policy.satisfied_by(())
    assert policy.single_operator


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [f"witness w1 {W['w1']}"],
        ["quorum w1"],
        ["quorum none", "quorum none"],
        [f"witness none {W['w1']}", "quorum none"],
        [f"witness w1 {W['w1']}", f"witness w1 {W['w2']}", "quorum w1"],
        [f"witness w1 {W['w1']}", f"witness w2 {W['w1']}", "quorum none"],
        [f"witness w1 {W['w1']}x", "quorum none"],
        [f"witness w1  {W['w1']}", "quorum none"],
        ["group g any w1", f"witness w1 {W['w1']}", "quorum g"],
        [f"witness w1 {W['w1']}", "group g 2 w1", "quorum g"],
        [f"witness w1 {W['w1']}", "group g 0 w1", "quorum g"],
        [f"witness w1 {W['w1']}", "group g 01 w1", "quorum g"],
        [f"witness w1 {W['w1']}", "group g 2 w1 w1", "quorum g"],
        [f"witness w1 {W['w1']}", "group g any g", "quorum g"],
        [f"witness w1 {W['w1']}", "group a any w1", "group b any w1", "quorum none"],
        [f"log {W['w1']}", "quorum none"],
        ["", "quorum none"],
        [
            *(f"witness w{n} {vkey(f'w{n}', COSIGNATURE, n).text()}" for n in range(128)),
            "quorum none",
        ],
    ],
)
def test_a_policy_that_could_be_read_in_two_ways_is_refused(lines: list[str]) -> None:
    with pytest.raises(TrustError) as caught:
        WitnessPolicy.parse(lines)
    assert caught.value.code == "C503"
    assert "{" not in str(caught.value)
