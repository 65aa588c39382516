"""The file of a fraud proof: only its exact form is read, and no change of it proves anything."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.errors import EvidenceError
from custody.evidence import headmap
from custody.evidence.fraud import Fraud, MapAnswer
from custody.evidence.fraud_proof import check_fraud
from custody.evidence.headmap import MapProof
from evidence.accusations import answer, promised, sealed
from evidence.cast import trust
from evidence.ledgers import BATCH, sealed_story


def _broken() -> bytes:
    ledger = sealed_story()
    note = promised(ledger, len(ledger.events(BATCH)), ledger.seals[-1].time - 1)
    return replace(
        sealed(ledger, "F5", answers=(answer(ledger, BATCH),), promise=note),
        checkpoints=(ledger.checkpoint(witnesses=()),),
    ).to_bytes()


BROKEN = _broken()


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_proof_with_a_bit_flipped_proves_nothing_new_and_never_crashes(
    data: st.DataObject,
) -> None:
    """A changed file is refused, or proves nothing."""
    raw = bytearray(BROKEN)
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= 1 << data.draw(st.integers(0, 6))
    try:
        fraud = Fraud.parse(bytes(raw))
    except EvidenceError as refused:
        assert refused.code in ("C450", "C451")
        return
    assert not check_fraud(fraud, trust()).proved


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b'"format":"custody-fraud/v1"', b'"format":"custody-fraud/v2"', "C451"),
        (b'"format":"custody-fraud/v1"', b'"format":"custody-bundle/v1"', "C450"),
        (b'"kind":"F5"', b'"kind":"F6"', "C450"),
        (b'"kind":"F5"', b'"kind":"F1"', "C450"),
        (b'"accused":[]', b'"accused":[1,2]', "C450"),
        (b'"accused":[]', b'"accused":[-1]', "C450"),
        (b'"events":[]', b'"events":[{}]', "C450"),
        (b'"map":[{', b'"map":[{"x":1,', "C450"),
        (b'{"accused"', b'{ "accused"', "C450"),
    ],
)
def test_a_file_that_is_no_fraud_proof_is_refused(old: bytes, new: bytes, code: str) -> None:
    assert old in BROKEN
    with pytest.raises(EvidenceError) as refused:
        Fraud.parse(BROKEN.replace(old, new))
    assert refused.value.code == code


def test_an_absence_and_its_neighbour_survive_the_journey() -> None:
    ledger = sealed_story()
    for n in range(40):
        stream = f"batch:{n:032x}"
        told = MapAnswer(stream, None, headmap.prove(ledger.sealed, stream))
        fraud = sealed(ledger, "F2", answers=(told,))
        assert Fraud.parse(fraud.to_bytes()) == fraud
    assert isinstance(told.proof, MapProof)
