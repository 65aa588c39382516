"""Authority: who may sign what is decided by the record itself, at each place in the log."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from custody.evidence import names
from custody.evidence.encoding import b64
from evidence.cast import (
    OPERATOR,
    QUALITY,
    REGISTRAR,
    ROOTS,
    SECOND,
    STRANGER,
    Person,
    by_registrar,
    by_roots,
)
from evidence.ledgers import BATCH, Ledger, sealed_story, sign
from evidence.rulings import PERFORMED, RELEASED, codes, fold, start


def test_an_honest_history_has_nothing_against_it() -> None:
    law, against = fold(sealed_story())
    assert against == {}
    assert law.public_key(OPERATOR.kid) == OPERATOR.public
    assert law.public_key(ROOTS[2].kid) == ROOTS[2].public
    assert law.public_key(STRANGER.kid) is None
    assert law.person_of(QUALITY.kid) == QUALITY.person
    assert law.person_of(ROOTS[0].kid) is None
    assert law.roles_of(QUALITY.kid) == {"quality_authority"}
    assert law.roles_of(STRANGER.kid) == frozenset()
    assert [key.kid for key in law.granted_keys()] == [REGISTRAR.kid, OPERATOR.kid, QUALITY.kid]
    rule = law.rule_for("batch.released/v1")
    assert rule is not None
    assert (rule.minimum, rule.distinct_person) == (2, True)


# ---- keys ----


def test_a_key_nobody_granted_may_not_sign() -> None:
    ledger = start()
    index = ledger.append(BATCH, "batch.opened/v1", [(STRANGER, "performed", "operator")])
    assert codes(ledger) == {index: ["E21"]}


def test_a_key_may_not_sign_before_its_holder_accepted_it() -> None:
    ledger = start()
    ledger.enrol(SECOND, ["operator"], by_registrar(), accept=False)
    early = ledger.append(BATCH, "batch.opened/v1", [(SECOND, "performed", "operator")])
    ledger.append(SECOND.stream, "key.accepted/v1", [(SECOND, "approved", "holder")])
    ledger.append(BATCH, "batch.opened/v1", [(SECOND, "performed", "operator")])
    assert codes(ledger) == {early: ["E21"]}


def test_a_revoked_key_may_not_sign_afterwards() -> None:
    ledger = start()
    ledger.append(BATCH, "batch.opened/v1", PERFORMED)
    ledger.revoke(OPERATOR)
    late = ledger.append(BATCH, "batch.opened/v1", PERFORMED)
    law, against = fold(ledger)
    assert against == {late: ["E22"]}
    assert law.roles_of(OPERATOR.kid) == frozenset()
    assert law.public_key(OPERATOR.kid) == OPERATOR.public


def test_a_role_not_held_may_not_be_used() -> None:
    ledger = start()
    signers = [(OPERATOR, "released", "quality_authority"), (QUALITY, "reviewed", "operator")]
    index = ledger.append(BATCH, "batch.released/v1", signers)
    assert codes(ledger) == {index: ["E21", "E21"]}


def test_an_operator_may_not_release() -> None:
    ledger = start()
    ledger.enrol(SECOND, ["operator"], by_registrar())
    signers = [(OPERATOR, "reviewed", "operator"), (SECOND, "released", "operator")]
    index = ledger.append(BATCH, "batch.released/v1", signers)
    assert codes(ledger) == {index: ["E21"]}


def test_a_changed_role_holds_from_then_on() -> None:
    ledger = start()
    body = {"roles": ["operator", "quality_authority"], "scope": ["*"]}
    ledger.append(OPERATOR.stream, "key.roles_changed/v1", by_registrar(), body=body)
    signers = [(OPERATOR, "rejected", "quality_authority")]
    ledger.append(BATCH, "batch.held/v1", signers)
    body = {"roles": ["viewer"], "scope": ["*"]}
    ledger.append(OPERATOR.stream, "key.roles_changed/v1", by_registrar(), body=body)
    late = ledger.append(BATCH, "batch.held/v1", signers)
    assert codes(ledger) == {late: ["E21"]}


def test_a_key_may_not_be_used_outside_its_scope() -> None:
    ledger = start()
    ledger.enrol(SECOND, ["operator"], by_registrar(), scope=["donation", "shipment"])
    ledger.append(
        "donation:" + "1" * 32, "donation.collected/v1", [(SECOND, "performed", "operator")]
    )
    index = ledger.append(BATCH, "batch.opened/v1", [(SECOND, "performed", "operator")])
    assert codes(ledger) == {index: ["E21"]}


def test_a_type_without_a_rule_may_be_signed_by_nobody() -> None:
    ledger = start()
    index = ledger.append(BATCH, "batch.destroyed/v1", PERFORMED)
    assert codes(ledger) == {index: ["E21"]}


def test_before_a_policy_nothing_may_be_recorded() -> None:
    ledger = Ledger()
    ledger.append(names.AUTHORITY, "authority.established/v1", by_roots())
    ledger.enrol(REGISTRAR, ["registrar"], by_roots())
    ledger.enrol(OPERATOR, ["operator"], by_registrar())
    index = ledger.append(BATCH, "batch.opened/v1", PERFORMED)
    assert codes(ledger) == {index: ["E21"]}


# ---- two persons ----


def test_one_signature_is_not_two() -> None:
    ledger = start()
    index = ledger.append(BATCH, "batch.released/v1", RELEASED[1:])
    assert codes(ledger) == {index: ["E23"]}


def test_two_keys_of_one_person_are_one_person() -> None:
    ledger = start()
    twin = Person("operator again", 0x13, OPERATOR.person)
    ledger.enrol(twin, ["quality_authority"], by_registrar())
    signers = [(OPERATOR, "reviewed", "operator"), (twin, "released", "quality_authority")]
    index = ledger.append(BATCH, "batch.released/v1", signers)
    assert codes(ledger) == {index: ["E23"]}


def test_nobody_witnesses_their_own_work_whatever_the_policy_says() -> None:
    ledger = start()
    twin = Person("operator again", 0x13, OPERATOR.person)
    ledger.enrol(twin, ["operator"], by_registrar())
    signers = [*PERFORMED, (twin, "witnessed", "operator")]
    index = ledger.append("donation:" + "1" * 32, "donation.collected/v1", signers)
    assert codes(ledger) == {index: ["E23"]}


# ---- compromise reaches back ----


def compromised(reaffirmed_by: Person | None = None) -> tuple[Ledger, int, int]:
    """Return a ledger where the operator's key is distrusted from its second batch event on."""
    ledger = start()
    ledger.append(BATCH, "batch.opened/v1", PERFORMED)
    bad = ledger.append(BATCH, "batch.opened/v1", PERFORMED)
    leaf = b64(ledger.streams[BATCH][-1][1].leaf)
    revoked = ledger.revoke(OPERATOR, "compromised", bad)
    if reaffirmed_by is not None:
        role = "quality_authority"
        ledger.append(
            BATCH,
            "record.reaffirmed/v1",
            [(reaffirmed_by, "approved", role)],
            body={"leaf": leaf},
        )
    return ledger, bad, revoked


def test_what_a_compromised_key_signed_does_not_count_from_the_given_place() -> None:
    ledger, bad, _ = compromised()
    assert codes(ledger) == {bad: ["E22"]}


def test_another_person_can_stand_by_a_distrusted_record() -> None:
    ledger, _, _ = compromised(QUALITY)
    assert codes(ledger) == {}


def test_nobody_stands_by_their_own_distrusted_record() -> None:
    twin = Person("operator again", 0x13, OPERATOR.person)
    ledger = start()
    ledger.enrol(twin, ["quality_authority"], by_registrar())
    bad = ledger.append(BATCH, "batch.opened/v1", PERFORMED)
    body = {"leaf": b64(ledger.streams[BATCH][-1][1].leaf)}
    ledger.revoke(OPERATOR, "compromised", bad)
    signers = [(twin, "approved", "quality_authority")]
    ledger.append(BATCH, "record.reaffirmed/v1", signers, body=body)
    assert codes(ledger) == {bad: ["E22"]}


@pytest.mark.parametrize(
    "body",
    [
        {"reason": "left", "distrust_from": 5},
        {"reason": "bored", "distrust_from": -1},
        {"reason": "compromised", "distrust_from": -2},
        {"reason": "compromised", "distrust_from": 9_999},
        {"reason": "compromised"},
        {"reason": "compromised", "distrust_from": True},
    ],
)
def test_a_revocation_of_the_wrong_shape_is_refused(body: dict[str, Any]) -> None:
    ledger = start()
    index = ledger.append(OPERATOR.stream, "key.revoked/v1", by_registrar(), body=body)
    assert codes(ledger) == {index: ["E12"]}


# ---- before writing ----


def test_a_proposed_event_is_judged_before_anybody_signs_it() -> None:
    ledger = start()
    law, _ = fold(ledger)
    index = len(ledger.leaves)
    good = ledger.payload(BATCH, "batch.opened/v1", PERFORMED)
    bad = replace(good, type="batch.held/v1")
    assert law.judge_payload(index, good) == []
    assert [f.code for f in law.judge_payload(index, bad)] == ["E21"]


def test_trying_out_on_a_copy_leaves_the_original_alone() -> None:
    ledger = start()
    law, _ = fold(ledger)
    trial = law.copy()
    ledger.revoke(OPERATOR)
    index, entry = ledger.streams[OPERATOR.stream][-1]
    trial.apply(index, entry)
    trial.collect_distrust([(index, entry)])
    assert trial.roles_of(OPERATOR.kid) == frozenset()
    assert law.roles_of(OPERATOR.kid) == {"operator"}


def test_an_event_of_the_wrong_shape_changes_nothing_when_applied() -> None:
    ledger = start()
    law, _ = fold(ledger)
    payload = ledger.payload(names.AUTHORITY, "policy.adopted/v1", by_roots(), body={"rules": 1})
    index = ledger.add(sign(payload, [ROOTS[0], ROOTS[1]]))
    law.apply(index, ledger.streams[names.AUTHORITY][-1][1])
    assert law.rule_for("batch.opened/v1") is not None
