"""Roots and registrars: who may establish, grant, accept and revoke, and in which stream."""

from __future__ import annotations

from typing import Any

import pytest

from custody.evidence import names
from evidence.cast import (
    OPERATOR,
    POLICY,
    REGISTRAR,
    ROOTS,
    SECOND,
    STRANGER,
    Person,
    by_registrar,
    by_roots,
)
from evidence.ledgers import BATCH, Ledger
from evidence.rulings import codes, start


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
