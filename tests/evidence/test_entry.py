"""Signed entries: any DSSE verifier accepts ours; nothing but the exact template is accepted."""

from __future__ import annotations

import base64
import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey

from custody.errors import EvidenceError
from custody.evidence import names
from custody.evidence.ed25519 import verify_ed25519
from custody.evidence.entry import LIMIT, PAYLOAD_TYPE, Entry, encode, pae
from custody.evidence.merkle import leaf_hash, node_hash
from custody.evidence.payload import NO_PREVIOUS, Payload, Signer

KEYS = {
    names.kid(k.public_key().public_bytes_raw()): k
    for k in (Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32) for seed in (1, 2, 3))
}
PUBLIC = {kid: key.public_key().public_bytes_raw() for kid, key in KEYS.items()}
KIDS = sorted(KEYS)
EVENT = Payload(
    log="custody.example/site-1",
    stream="vial:" + "0a" * 16,
    seq=0,
    prev=NO_PREVIOUS,
    type="vial.thawed/v1",
    time="2026-11-24T08:00:00Z",
    signers=(Signer(KIDS[0], "performed", "operator"), Signer(KIDS[1], "witnessed", "operator")),
    links=(),
    body={"text": "37.0 °C"},
)
RAW = EVENT.to_bytes()
SIGNATURES = {kid: KEYS[kid].sign(pae(RAW)) for kid in KIDS[:2]}
WIRE = encode(RAW, SIGNATURES)


def holds(wire: bytes) -> bool:
    """Parse and verify with the keys known here, as a reader of the log would."""
    try:
        entry = Entry.parse(wire)
    except EvidenceError as error:
        assert error.code == "C401"
        return False
    return all(
        kid in PUBLIC and verify_ed25519(PUBLIC[kid], signature, entry.signed)
        for kid, signature in entry.signatures
    )


def template(**changed: object) -> bytes:
    envelope = json.loads(WIRE) | changed
    return json.dumps(envelope, separators=(",", ":")).encode()


def test_an_entry_reads_back_as_what_was_signed() -> None:
    entry = Entry.parse(WIRE)
    assert (entry.wire, entry.payload_bytes, entry.payload) == (WIRE, RAW, EVENT)
    assert dict(entry.signatures) == SIGNATURES
    assert entry.leaf == leaf_hash(WIRE)
    assert holds(WIRE)
    assert template() == WIRE


def test_an_independent_dsse_implementation_accepts_our_entries() -> None:
    keys = [
        SSlibKey(kid, "ed25519", "ed25519", {"public": PUBLIC[kid].hex()}) for kid in SIGNATURES
    ]
    envelope = Envelope.from_dict(json.loads(WIRE))
    assert envelope.pae() == pae(RAW)
    assert set(envelope.verify(keys, threshold=2)) == set(SIGNATURES)
    forged = Envelope.from_dict(json.loads(encode(RAW, SIGNATURES | {KIDS[1]: bytes(64)})))
    with pytest.raises(VerificationError):
        forged.verify(keys, threshold=2)


def test_an_entry_with_any_single_bit_changed_is_refused() -> None:
    survivors = []
    for at in range(len(WIRE)):
        for bit in range(8):
            changed = bytearray(WIRE)
            changed[at] ^= 1 << bit
            if holds(bytes(changed)):
                survivors.append((at, bit))
    assert survivors == []


def test_an_entry_cut_short_or_lengthened_is_refused() -> None:
    assert not any(holds(WIRE[:at]) for at in range(len(WIRE)))
    assert not any(holds(WIRE + bytes([tail])) for tail in range(256))
    assert not any(holds(bytes([first]) + WIRE) for first in range(256))


SIGNED = json.loads(WIRE)["signatures"]
ENCODED = json.loads(WIRE)["payload"]
THIRD = {"keyid": KIDS[2], "sig": base64.b64encode(KEYS[KIDS[2]].sign(pae(RAW))).decode()}


@pytest.mark.parametrize(
    "wire",
    [
        template(payloadType="application/json"),
        template(payloadType=PAYLOAD_TYPE.upper()),
        template(extra=1),
        WIRE.replace(b'{"payload"', b'{"payload":"e30=","payload"'),
        WIRE.replace(b'":"', b'": "', 1),
        WIRE + b"\n",
        b"\xef\xbb\xbf" + WIRE,
        json.dumps(json.loads(WIRE), separators=(",", ":"), sort_keys=False, indent=1).encode(),
        json.dumps(dict(reversed(json.loads(WIRE).items())), separators=(",", ":")).encode(),
        template(payload=base64.urlsafe_b64encode(RAW + b"  ").decode()),
        template(payload=ENCODED.rstrip("=")),
        template(payload=ENCODED[:-2] + "1="),
        template(payload=ENCODED + "===="),
        template(payload=""),
        template(signatures=[]),
        template(signatures=SIGNED[:1]),
        template(signatures=SIGNED[::-1]),
        template(signatures=[SIGNED[0], SIGNED[0]]),
        template(signatures=[*SIGNED, SIGNED[1]]),
        template(signatures=sorted([*SIGNED, THIRD], key=lambda s: s["keyid"])),
        template(signatures=sorted([SIGNED[0], THIRD], key=lambda s: s["keyid"])),
        template(signatures=[SIGNED[0], SIGNED[1] | {"keyid": KIDS[1].upper()}]),
        template(signatures=[SIGNED[0], SIGNED[1] | {"sig": SIGNED[1]["sig"][:-3] + "B=="}]),
        template(signatures=[SIGNED[0], SIGNED[1] | {"sig": SIGNED[1]["sig"][:-4]}]),
        template(signatures=[SIGNED[0], SIGNED[1] | {"cert": ""}]),
        template(signatures={}),
        node_hash(bytes(32), bytes(32)),
        b"",
        b"{",
        b"null",
        b"custody-seal/v1\n",
        RAW,
    ],
)
def test_what_other_dsse_readers_might_accept_is_refused_here(wire: bytes) -> None:
    assert wire != WIRE
    with pytest.raises(EvidenceError, match="C401"):
        Entry.parse(wire)


def test_a_fault_of_the_envelope_is_told_apart_from_a_fault_of_the_event() -> None:
    with pytest.raises(EvidenceError) as envelope:
        Entry.parse(template(payload=ENCODED + "="))
    assert envelope.value.where == "entry"
    with pytest.raises(EvidenceError) as event:
        Entry.parse(encode(RAW.replace(b'"seq":0', b'"seq":00'), SIGNATURES))
    assert event.value.where != "entry"


def test_swapped_signatures_do_not_verify() -> None:
    first, second = SIGNATURES.values()
    assert not holds(encode(RAW, dict(zip(SIGNATURES, (second, first), strict=True))))


def test_a_signature_over_the_bare_event_does_not_verify() -> None:
    bare = {kid: KEYS[kid].sign(RAW) for kid in SIGNATURES}
    assert not holds(encode(RAW, bare))


def test_a_signature_with_a_scalar_beyond_the_group_order_does_not_verify() -> None:
    order = 2**252 + 27742317777372353535851937790883648493
    kid, good = next(iter(SIGNATURES.items()))
    scalar = int.from_bytes(good[32:], "little") + order
    forged = good[:32] + scalar.to_bytes(32, "little")
    assert verify_ed25519(PUBLIC[kid], good, pae(RAW))
    assert not verify_ed25519(PUBLIC[kid], forged, pae(RAW))


@given(st.binary(max_size=40), st.binary(max_size=70), st.binary(max_size=9))
def test_a_signature_check_answers_no_whatever_it_is_given(
    public: bytes, signature: bytes, message: bytes
) -> None:
    assert verify_ed25519(public, signature, message) is False


@given(st.binary(max_size=300))
def test_whatever_the_bytes_only_our_own_error_comes_out(noise: bytes) -> None:
    for wire in (noise, WIRE[:100] + noise, WIRE[:-200] + noise, noise + WIRE[-200:]):
        assert not holds(wire)


def test_an_entry_longer_than_the_limit_is_refused() -> None:
    with pytest.raises(EvidenceError, match="longer"):
        Entry.parse(WIRE + bytes(LIMIT))
    with pytest.raises(EvidenceError, match="longer"):
        encode(bytes(LIMIT), SIGNATURES)


@pytest.mark.parametrize(
    "signatures", [{KIDS[0]: bytes(63)}, {"é" * 64: bytes(64)}, {"": bytes(64)}]
)
def test_an_impossible_signature_is_never_written(signatures: dict[str, bytes]) -> None:
    with pytest.raises(EvidenceError, match="C401"):
        encode(RAW, signatures)


def test_an_event_of_a_signer_who_did_not_sign_is_refused() -> None:
    event = replace(EVENT, signers=(Signer(KIDS[0], "performed", "operator"),)).to_bytes()
    with pytest.raises(EvidenceError, match="exactly the signers"):
        Entry.parse(encode(event, {kid: KEYS[kid].sign(pae(event)) for kid in KIDS[:2]}))
