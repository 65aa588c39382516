"""What a stolen key signed: who can stand by it, who can declare it void, and where."""

from __future__ import annotations

from typing import Any

import pytest

from custody.evidence import names
from custody.evidence.authority import Authority
from custody.evidence.encoding import b64
from evidence.cast import (
    OPERATOR,
    POLICY,
    QUALITY,
    REGISTRAR,
    ROOTS,
    SECOND,
    STRANGER,
    Person,
    by_registrar,
    by_roots,
)
from evidence.ledgers import BATCH, OTHER_BATCH, Ledger
from evidence.rulings import PERFORMED, codes, start

VOIDED = {
    "type": "record.voided/v1",
    "allowed": [
        {"meaning": m, "role": r}
        for m, r in (("approved", "quality_authority"), ("performed", "operator"))
    ],
    "minimum": 2,
    "distinct_person": True,
}
SECOND_REGISTRAR = Person("second registrar", 0x02, "a6" * 16)
BY_SECOND_REGISTRAR = [(SECOND_REGISTRAR, "approved", "registrar")]
TWO_PERSONS = [(QUALITY, "approved", "quality_authority"), (SECOND, "performed", "operator")]
TWIN = Person("operator again", 0x13, OPERATOR.person)
THIRD = Person("operator once more", 0x14, OPERATOR.person)


def leaf_at(ledger: Ledger, stream: str, seq: int = -1) -> str:
    return b64(ledger.streams[stream][seq][1].leaf)


def start_with_voids() -> Ledger:
    """Return a ledger whose policy lets quality void a record, with a second person."""
    ledger = start()
    rules = [*(r for r in POLICY if r["type"] < VOIDED["type"]), VOIDED]
    rules += [r for r in POLICY if r["type"] > VOIDED["type"]]
    ledger.append(names.AUTHORITY, "policy.adopted/v1", by_roots(), body={"rules": rules})
    ledger.enrol(SECOND, ["operator"], by_registrar())
    ledger.enrol(TWIN, ["quality_authority"], by_registrar())
    ledger.enrol(THIRD, ["operator"], by_registrar())
    return ledger


def stolen() -> tuple[Ledger, int, str]:
    """Return a ledger whose operator's key is distrusted from its second batch event on."""
    ledger = start_with_voids()
    ledger.append(BATCH, "batch.opened/v1", PERFORMED)
    forged = ledger.append(BATCH, "batch.opened/v1", PERFORMED)
    leaf = leaf_at(ledger, BATCH)
    ledger.revoke(OPERATOR, "compromised", forged)
    return ledger, forged, leaf


# ---- a forged event, declared void ----


def test_an_event_that_a_thief_forged_convicts_nobody_once_two_others_voided_it() -> None:
    ledger, forged, leaf = stolen()
    assert codes(ledger) == {forged: ["E22"]}
    ledger.append(BATCH, "record.voided/v1", TWO_PERSONS, body={"voids": leaf})
    assert codes(ledger) == {}


def test_whose_key_was_stolen_can_be_one_of_the_two_who_void_it_and_never_both() -> None:
    ledger, forged, leaf = stolen()
    both = [(TWIN, "approved", "quality_authority"), (THIRD, "performed", "operator")]
    alone = ledger.append(BATCH, "record.voided/v1", both, body={"voids": leaf})
    assert codes(ledger) == {forged: ["E22"], alone: ["E23"]}
    one = [(QUALITY, "approved", "quality_authority"), (THIRD, "performed", "operator")]
    ledger.append(BATCH, "record.voided/v1", one, body={"voids": leaf})
    assert codes(ledger) == {alone: ["E23"]}


def test_a_void_by_one_person_is_itself_without_authority() -> None:
    ledger, _, leaf = stolen()
    alone = ledger.append(BATCH, "record.voided/v1", TWO_PERSONS[:1], body={"voids": leaf})
    assert codes(ledger) == {alone: ["E23"]}


@pytest.mark.parametrize("body", [{"voids": "A" * 43 + "="}, {"voids": 7}, {"leaf": "?"}, {}])
def test_a_void_of_another_record_leaves_the_forged_one_distrusted(body: dict[str, Any]) -> None:
    ledger, forged, leaf = stolen()
    said = {key: leaf if value == "?" else value for key, value in body.items()}
    ledger.append(BATCH, "record.voided/v1", TWO_PERSONS, body=said)
    assert codes(ledger) == {forged: ["E22"]}


def test_a_void_in_another_stream_leaves_the_forged_record_distrusted() -> None:
    ledger, forged, leaf = stolen()
    ledger.append(OTHER_BATCH, "batch.opened/v1", [(SECOND, "performed", "operator")])
    ledger.append(OTHER_BATCH, "record.voided/v1", TWO_PERSONS, body={"voids": leaf})
    assert codes(ledger) == {forged: ["E22"]}


def test_a_void_excuses_no_role_that_the_stolen_key_never_had() -> None:
    ledger = start_with_voids()
    forged = ledger.append(BATCH, "batch.held/v1", [(OPERATOR, "rejected", "quality_authority")])
    leaf = leaf_at(ledger, BATCH)
    ledger.revoke(OPERATOR, "compromised", forged)
    ledger.append(BATCH, "record.voided/v1", TWO_PERSONS, body={"voids": leaf})
    assert codes(ledger) == {forged: ["E21"]}


def test_a_void_excuses_no_signature_given_after_the_key_was_revoked() -> None:
    ledger, forged, _ = stolen()
    late = ledger.append(BATCH, "batch.opened/v1", PERFORMED)
    leaf = leaf_at(ledger, BATCH)
    ledger.append(BATCH, "record.voided/v1", TWO_PERSONS, body={"voids": leaf})
    assert codes(ledger) == {forged: ["E22"], late: ["E22"]}


# ---- what a registrar recorded whose key was stolen ----


def stolen_from_the_registrar() -> tuple[Ledger, int, str]:
    """Return a ledger where a stranger's key was granted with a stolen registrar's key."""
    ledger = start()
    ledger.enrol(SECOND_REGISTRAR, ["registrar"], by_roots())
    granted = len(ledger.leaves)
    ledger.enrol(STRANGER, ["operator"], by_registrar())
    leaf = leaf_at(ledger, STRANGER.stream, 0)
    ledger.revoke(REGISTRAR, "compromised", granted, by=by_roots())
    return ledger, granted, leaf


def test_a_key_granted_with_a_stolen_registrars_key_signs_nothing() -> None:
    ledger, granted, _ = stolen_from_the_registrar()
    used = ledger.append(BATCH, "batch.opened/v1", [(STRANGER, "performed", "operator")])
    assert codes(ledger) == {granted: ["E22"], granted + 1: ["E21"], used: ["E21"]}


def test_once_another_registrar_stands_by_the_grant_the_key_signs() -> None:
    ledger, _, leaf = stolen_from_the_registrar()
    ledger.append(STRANGER.stream, "record.reaffirmed/v1", BY_SECOND_REGISTRAR, body={"leaf": leaf})
    ledger.append(BATCH, "batch.opened/v1", [(STRANGER, "performed", "operator")])
    assert codes(ledger) == {}


def test_quality_stands_by_no_grant() -> None:
    ledger, _, leaf = stolen_from_the_registrar()
    index = ledger.append(
        STRANGER.stream,
        "record.reaffirmed/v1",
        [(QUALITY, "approved", "quality_authority")],
        body={"leaf": leaf},
    )
    assert codes(ledger)[index] == ["E21"]


def test_a_registrar_stands_by_no_record_but_those_about_keys() -> None:
    ledger, _, leaf = stolen()
    ledger.enrol(SECOND_REGISTRAR, ["registrar"], by_roots())
    index = ledger.append(BATCH, "record.reaffirmed/v1", BY_SECOND_REGISTRAR, body={"leaf": leaf})
    assert codes(ledger) == {index: ["E21"]}


def test_no_registrar_stands_by_the_grant_of_a_key_of_their_own() -> None:
    ledger = start()
    ledger.enrol(SECOND_REGISTRAR, ["registrar"], by_roots())
    own = Person("second registrar again", 0x03, SECOND_REGISTRAR.person)
    granted = len(ledger.leaves)
    ledger.enrol(own, ["quality_authority"], by_registrar())
    leaf = leaf_at(ledger, own.stream, 0)
    ledger.revoke(REGISTRAR, "compromised", granted, by=by_roots())
    index = ledger.append(
        own.stream, "record.reaffirmed/v1", BY_SECOND_REGISTRAR, body={"leaf": leaf}
    )
    assert codes(ledger) == {index: ["E21"]}


def test_a_grant_is_never_voided() -> None:
    ledger, granted, leaf = stolen_from_the_registrar()
    ledger.append(STRANGER.stream, "record.voided/v1", BY_SECOND_REGISTRAR, body={"voids": leaf})
    assert codes(ledger)[granted] == ["E22"]


# ---- what is still in doubt ----


def doubted(ledger: Ledger, stream: str, seq: int) -> tuple[str, ...]:
    law = Authority.start({root.kid: root.public for root in ROOTS}, 2)
    law.collect_distrust(sorted(p for events in ledger.streams.values() for p in events))
    return law.doubted(*ledger.streams[stream][seq])


def test_a_record_is_in_doubt_until_somebody_else_answers_for_it() -> None:
    ledger, _, leaf = stolen()
    assert doubted(ledger, BATCH, 0) == ()
    assert doubted(ledger, BATCH, 1) == (OPERATOR.kid,)
    # How a key was accepted is never asked: who has no such key cannot accept it.
    assert doubted(ledger, OPERATOR.stream, 1) == ()
    signers = [(QUALITY, "approved", "quality_authority")]
    ledger.append(BATCH, "record.reaffirmed/v1", signers, body={"leaf": leaf})
    assert doubted(ledger, BATCH, 1) == ()
