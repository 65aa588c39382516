"""Authority: who may sign what is decided by the record itself, at each place in the log."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from custody.evidence import names
from custody.evidence.authority import Authority
from custody.evidence.encoding import b64
from evidence.ledgers import (
    BATCH,
    OPERATOR,
    POLICY,
    QUALITY,
    REGISTRAR,
    ROOTS,
    SECOND,
    STRANGER,
    Ledger,
    Person,
    by_registrar,
    by_roots,
    sealed_story,
    sign,
)

PERFORMED = [(OPERATOR, "performed", "operator")]
RELEASED = [(OPERATOR, "reviewed", "operator"), (QUALITY, "released", "quality_authority")]


def fold(ledger: Ledger) -> tuple[Authority, dict[int, list[str]]]:
    """Judge and apply every event; return the authority and the codes by index."""
    events = sorted(placed for stream in ledger.streams.values() for placed in stream)
    law = Authority.start({root.kid: root.public for root in ROOTS}, 2)
    law.collect_distrust(events)
    codes: dict[int, list[str]] = {}
    for index, entry in events:
        against = law.judge(index, entry)
        if against:
            codes[index] = [finding.code for finding in against]
            assert all(f.step == "V6" and f.where == f"event {index}" for f in against)
        else:
            law.apply(index, entry)
    return law, codes


def codes(ledger: Ledger) -> dict[int, list[str]]:
    return fold(ledger)[1]


def start() -> Ledger:
    return Ledger().establish()


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


# ---- roots, registrars and the key streams ----


def test_one_root_cannot_act_alone() -> None:
    ledger = start()
    alone = by_roots(2)
    index = ledger.append(names.AUTHORITY, "policy.adopted/v1", alone, body={"rules": POLICY})
    assert codes(ledger) == {index: ["E23"]}


@pytest.mark.parametrize(
    "signers",
    [
        [*by_roots(), (REGISTRAR, "approved", "root")],
        [(ROOTS[0], "approved", "registrar"), (ROOTS[1], "approved", "root")],
        [(ROOTS[0], "performed", "root"), (ROOTS[1], "approved", "root")],
    ],
    ids=["a key that is no root", "another role", "another meaning"],
)
def test_the_authority_stream_is_for_roots_alone(signers: list[Any]) -> None:
    ledger = start()
    index = ledger.append(names.AUTHORITY, "policy.adopted/v1", signers, body={"rules": POLICY})
    assert codes(ledger) == {index: ["E21"]}


def test_an_authority_is_established_once_and_first() -> None:
    ledger = start()
    index = ledger.append(names.AUTHORITY, "authority.established/v1", by_roots())
    assert codes(ledger) == {index: ["E21"]}
    late = Ledger()
    late.append(names.AUTHORITY, "policy.adopted/v1", by_roots(), body={"rules": POLICY})
    assert codes(late) == {0: ["E21"]}


def test_a_registrar_cannot_make_another_registrar() -> None:
    ledger = start()
    index = ledger.enrol(SECOND, ["operator", "registrar"], by_registrar(), accept=False)
    assert codes(ledger) == {index: ["E21", "E23"]}


def test_a_registrar_cannot_promote_a_key_to_registrar() -> None:
    ledger = start()
    body = {"roles": ["registrar"], "scope": ["*"]}
    index = ledger.append(OPERATOR.stream, "key.roles_changed/v1", by_registrar(), body=body)
    assert codes(ledger) == {index: ["E21", "E23"]}


def test_a_registrar_is_revoked_by_roots_and_then_grants_nothing() -> None:
    ledger = start()
    body = {"reason": "left", "distrust_from": -1}
    ledger.append(REGISTRAR.stream, "key.revoked/v1", by_roots(), body=body)
    index = ledger.enrol(SECOND, ["operator"], by_registrar(), accept=False)
    assert codes(ledger) == {index: ["E22"]}


@pytest.mark.parametrize("signer", [OPERATOR, SECOND], ids=["an operator", "the key itself"])
def test_a_key_is_granted_by_a_registrar_only(signer: Person) -> None:
    ledger = start()
    signers = [(signer, "approved", "registrar")]
    index = ledger.enrol(SECOND, ["operator"], signers, accept=False)
    assert codes(ledger) == {index: ["E21"]}


@pytest.mark.parametrize(
    ("event_type", "body"),
    [
        ("key.roles_changed/v1", {"roles": ["operator"], "scope": ["*"]}),
        ("key.revoked/v1", {"reason": "left", "distrust_from": -1}),
        ("key.accepted/v1", {}),
    ],
)
def test_a_key_that_was_never_granted_has_nothing_to_change(
    event_type: str, body: dict[str, Any]
) -> None:
    ledger = start()
    signers = by_registrar()
    if event_type == "key.accepted/v1":
        signers = [(SECOND, "approved", "holder")]
    index = ledger.append(SECOND.stream, event_type, signers, body=body)
    assert codes(ledger) == {index: ["E21"]}


def test_a_registrar_grants_by_approving_and_in_no_other_way() -> None:
    ledger = start()
    performed = [(REGISTRAR, "performed", "registrar")]
    index = ledger.enrol(SECOND, ["operator"], performed, accept=False)
    assert codes(ledger) == {index: ["E21"]}


def test_a_registrar_grants_nothing_to_themselves() -> None:
    ledger = start()
    second_key = Person("registrar again", 0x14, REGISTRAR.person)
    index = ledger.enrol(second_key, ["quality_authority"], by_registrar(), accept=False)
    assert codes(ledger) == {index: ["E21"]}


def test_an_unauthorised_grant_has_no_effect() -> None:
    ledger = start()
    grant = ledger.enrol(STRANGER, ["quality_authority"], [(OPERATOR, "approved", "registrar")])
    use = ledger.append(BATCH, "batch.held/v1", [(STRANGER, "rejected", "quality_authority")])
    assert codes(ledger) == {grant: ["E21"], grant + 1: ["E21"], use: ["E21"]}


def test_a_key_is_accepted_by_its_holder_alone_and_once() -> None:
    ledger = start()
    ledger.enrol(SECOND, ["operator"], by_registrar(), accept=False)
    other = ledger.append(SECOND.stream, "key.accepted/v1", [(OPERATOR, "approved", "holder")])
    ledger.append(SECOND.stream, "key.accepted/v1", [(SECOND, "approved", "holder")])
    again = ledger.append(SECOND.stream, "key.accepted/v1", [(SECOND, "approved", "holder")])
    elsewhere = ledger.append(BATCH, "key.accepted/v1", [(SECOND, "approved", "holder")])
    assert codes(ledger) == {other: ["E21"], again: ["E21"], elsewhere: ["E21"]}


def test_a_revocation_is_final() -> None:
    ledger = start()
    ledger.revoke(OPERATOR)
    accepted = ledger.append(OPERATOR.stream, "key.accepted/v1", [(OPERATOR, "approved", "holder")])
    body = {"roles": ["operator"], "scope": ["*"]}
    changed = ledger.append(OPERATOR.stream, "key.roles_changed/v1", by_registrar(), body=body)
    again = ledger.enrol(OPERATOR, ["operator"], by_registrar(), accept=False)
    assert codes(ledger) == {accepted: ["E22"], changed: ["E22"], again: ["E21"]}


def test_a_root_key_takes_no_other_part() -> None:
    ledger = start()
    grant = ledger.enrol(ROOTS[0], ["operator"], by_registrar(), accept=False, person="ab" * 16)
    use = ledger.append(BATCH, "batch.opened/v1", [(ROOTS[0], "performed", "operator")])
    assert codes(ledger) == {grant: ["E21"], use: ["E21"]}


@pytest.mark.parametrize(
    ("stream", "event_type"),
    [
        (BATCH, "policy.adopted/v1"),
        (OPERATOR.stream, "policy.adopted/v1"),
        (names.AUTHORITY, "key.revoked/v1"),
        (BATCH, "key.revoked/v1"),
        (OPERATOR.stream, "batch.opened/v1"),
        (names.AUTHORITY, "batch.opened/v1"),
    ],
)
def test_events_stay_in_their_kind_of_stream(stream: str, event_type: str) -> None:
    ledger = start()
    index = ledger.append(stream, event_type, by_roots(), body={"rules": POLICY})
    assert codes(ledger) == {index: ["E21"]}


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
