"""Checkpoints: three lines, signed in three ways; each signature is for exactly one statement."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from dilithium_py.ml_dsa import ML_DSA_44
from hypothesis import given
from hypothesis import strategies as st

from custody.errors import EvidenceError
from custody.evidence import note
from custody.evidence.checkpoint import (
    Checkpoint,
    cosign_ed25519,
    parse_checkpoint,
    sign_ed25519,
    sign_mldsa44,
    verify_line,
)
from custody.evidence.encoding import b64, sha256
from custody.evidence.merkle import EMPTY
from custody.evidence.note import Signature, SignedNote, VerifierKey

ORIGIN, WITNESS, TIME = "custody.example/site-1", "witness.example/w1", 1_795_000_000
LOG = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
LOG_PQ = MLDSA44PrivateKey.from_seed_bytes(b"\x02" * 32)
WATCHER = Ed25519PrivateKey.from_private_bytes(b"\x03" * 32)
LOG_KEY = VerifierKey(ORIGIN, note.ED25519, LOG.public_key().public_bytes_raw())
PQ_KEY = VerifierKey(ORIGIN, note.MLDSA44, LOG_PQ.public_key().public_bytes_raw())
WATCHER_KEY = VerifierKey(WITNESS, note.COSIGNATURE, WATCHER.public_key().public_bytes_raw())
GOOD = Checkpoint(ORIGIN, 20, sha256(b"root"))
LOG_LINE = sign_ed25519(LOG, ORIGIN, GOOD)
PQ_LINE = sign_mldsa44(LOG_PQ, ORIGIN, GOOD, TIME)
WATCHER_LINE = cosign_ed25519(WATCHER, WITNESS, GOOD, TIME)
SIGNED = [(LOG_KEY, LOG_LINE, 0), (PQ_KEY, PQ_LINE, TIME), (WATCHER_KEY, WATCHER_LINE, TIME)]
OTHERS = [
    replace(GOOD, size=21),
    replace(GOOD, root=sha256(b"another")),
    replace(GOOD, origin="custody.example/site-2"),
]


def text_of(body: str, *lines: Signature) -> bytes:
    return note.encode(SignedNote(body, lines or (LOG_LINE,)))


def test_a_signed_checkpoint_is_read_back_with_all_its_lines() -> None:
    raw = text_of(GOOD.body().decode(), LOG_LINE, PQ_LINE, WATCHER_LINE)
    parsed, signed = parse_checkpoint(raw)
    assert parsed == GOOD
    assert signed.signatures == (LOG_LINE, PQ_LINE, WATCHER_LINE)


@pytest.mark.parametrize(("key", "line", "time"), SIGNED)
def test_each_kind_of_line_verifies_and_tells_its_time(
    key: VerifierKey, line: Signature, time: int
) -> None:
    assert VerifierKey.parse(key.text()) == key
    assert verify_line(key, GOOD, line) == time


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize(("key", "line", "time"), SIGNED)
def test_a_line_holds_for_no_other_checkpoint(
    key: VerifierKey, line: Signature, time: int, other: Checkpoint
) -> None:
    assert verify_line(key, other, line) is None


@pytest.mark.parametrize(("key", "line", "time"), SIGNED)
def test_a_line_with_any_byte_changed_cut_or_added_does_not_hold(
    key: VerifierKey, line: Signature, time: int
) -> None:
    step = max(1, len(line.blob) // 70)
    for at in (*range(0, len(line.blob), step), len(line.blob) - 1):
        changed = bytearray(line.blob)
        changed[at] ^= 0x10
        assert verify_line(key, GOOD, replace(line, blob=bytes(changed))) is None
    for blob in (b"", line.blob[:8], line.blob[:-1], line.blob + b"\x00"):
        assert verify_line(key, GOOD, replace(line, blob=blob)) is None
    assert verify_line(key, GOOD, replace(line, name="x")) is None
    assert verify_line(key, GOOD, replace(line, keyid=bytes(4))) is None


def test_a_key_of_one_type_does_not_verify_the_line_of_another() -> None:
    ed_as_witness = replace(LOG_KEY, type=note.COSIGNATURE)
    witness_as_ed = replace(WATCHER_KEY, type=note.ED25519)
    for key, line in ((ed_as_witness, LOG_LINE), (witness_as_ed, WATCHER_LINE)):
        posed = replace(line, keyid=key.keyid)
        assert verify_line(key, GOOD, line) is None
        assert verify_line(key, GOOD, posed) is None
    unknown = replace(PQ_KEY, type=7)
    assert verify_line(unknown, GOOD, replace(PQ_LINE, keyid=unknown.keyid)) is None


def test_a_line_under_another_name_does_not_hold_even_with_that_names_id() -> None:
    posing = replace(PQ_KEY, name=WITNESS)
    assert verify_line(posing, GOOD, replace(PQ_LINE, name=WITNESS, keyid=posing.keyid)) is None


def statement(name: str, time: int, start: int, end: int) -> bytes:
    """Return what an ML-DSA line signs, put together here from the published layout."""
    return (
        b"subtree/v1\n\x00"
        + bytes([len(name)])
        + name.encode()
        + time.to_bytes(8)
        + bytes([len(ORIGIN)])
        + ORIGIN.encode()
        + start.to_bytes(8)
        + end.to_bytes(8)
        + GOOD.root
    )


def test_an_independent_ml_dsa_implementation_agrees_in_both_directions() -> None:
    message = statement(ORIGIN, TIME, 0, GOOD.size)
    assert ML_DSA_44.verify(PQ_KEY.public, message, PQ_LINE.blob[8:])
    public, private = ML_DSA_44.key_derive(b"\x02" * 32)
    assert public == PQ_KEY.public
    theirs = Signature(ORIGIN, PQ_KEY.keyid, TIME.to_bytes(8) + ML_DSA_44.sign(private, message))
    assert verify_line(PQ_KEY, GOOD, theirs) == TIME


@pytest.mark.parametrize(
    ("time", "start", "end"),
    [(0, 0, 20), (TIME, 1, 20), (TIME, 4, 20), (TIME, 0, 16), (2**53, 0, 20), (2**64 - 1, 0, 20)],
)
def test_a_statement_about_a_part_of_the_log_or_without_time_is_no_checkpoint_signature(
    time: int, start: int, end: int
) -> None:
    signature = LOG_PQ.sign(statement(ORIGIN, time, start, end))
    line = Signature(ORIGIN, PQ_KEY.keyid, time.to_bytes(8) + signature)
    assert verify_line(PQ_KEY, GOOD, line) is None


def test_a_witness_line_without_time_does_not_hold() -> None:
    signature = WATCHER.sign(b"cosignature/v1\ntime 0\n" + GOOD.body())
    line = Signature(WITNESS, WATCHER_KEY.keyid, bytes(8) + signature)
    assert verify_line(WATCHER_KEY, GOOD, line) is None


ROOT = b64(GOOD.root)


@pytest.mark.parametrize(
    "body",
    [
        "\n",
        f"{ORIGIN}\n20\n",
        f"{ORIGIN}\n20\n{ROOT}\nextension\n",
        f"{ORIGIN}\n20\n{ROOT}\n\n",
        f"\n{ORIGIN}\n20\n{ROOT}\n",
        f"\n20\n{ROOT}\n",
        f"a b\n20\n{ROOT}\n",
        f"{ORIGIN}\n020\n{ROOT}\n",
        f"{ORIGIN}\n-20\n{ROOT}\n",
        f"{ORIGIN}\n+20\n{ROOT}\n",
        f"{ORIGIN}\n-0\n{ROOT}\n",
        f"{ORIGIN}\n 20\n{ROOT}\n",
        f"{ORIGIN}\n9007199254740992\n{ROOT}\n",
        f"{ORIGIN}\n{'9' * 5000}\n{ROOT}\n",
        f"{ORIGIN}\n20\n{ROOT[:-1]}\n",
        f"{ORIGIN}\n20\n{ROOT}=\n",
        f"{ORIGIN}\n20\n{b64(bytes(31))}\n",
        f"{ORIGIN}\n20\n{b64(bytes(33))}\n",
        f"{ORIGIN}\n0\n{ROOT}\n",
    ],
)
def test_a_checkpoint_outside_the_profile_is_refused(body: str) -> None:
    with pytest.raises(EvidenceError, match="C401"):
        parse_checkpoint(text_of(body))


def test_the_checkpoint_of_a_log_without_leaves_has_the_empty_root() -> None:
    empty = Checkpoint(ORIGIN, 0, EMPTY)
    assert parse_checkpoint(text_of(empty.body().decode()))[0] == empty


def test_text_after_the_signatures_is_refused() -> None:
    raw = text_of(GOOD.body().decode())
    for tail in (b"\n", b"x", b"\nmore\n", b"\n\nmore\n"):
        with pytest.raises(EvidenceError, match="C401"):
            parse_checkpoint(raw + tail)
    with pytest.raises(EvidenceError, match="C401"):
        parse_checkpoint(raw.replace(b"\n", b"\r\n"))


@given(st.binary(max_size=200))
def test_whatever_the_bytes_only_our_own_error_comes_out(noise: bytes) -> None:
    raw = text_of(GOOD.body().decode())
    for made in (noise, raw + noise, raw[:60] + noise, noise + raw):
        try:
            parse_checkpoint(made)
        except EvidenceError as error:
            assert error.code == "C401"


@pytest.mark.parametrize(
    "wrong",
    [
        replace(GOOD, size=-1),
        replace(GOOD, size=2**53),
        replace(GOOD, root=b""),
        replace(GOOD, origin="a b"),
        replace(GOOD, origin="ä"),
        replace(GOOD, origin="x" * 256),
    ],
)
def test_an_impossible_checkpoint_is_never_signed(wrong: Checkpoint) -> None:
    for sign in (
        lambda: sign_ed25519(LOG, ORIGIN, wrong),
        lambda: cosign_ed25519(WATCHER, WITNESS, wrong, TIME),
        lambda: sign_mldsa44(LOG_PQ, ORIGIN, wrong, TIME),
    ):
        with pytest.raises(EvidenceError, match="C401"):
            sign()


@pytest.mark.parametrize("time", [0, -1, 2**53, 2**64])
def test_an_impossible_time_is_never_signed(time: int) -> None:
    with pytest.raises(EvidenceError, match="C401"):
        cosign_ed25519(WATCHER, WITNESS, GOOD, time)
    with pytest.raises(EvidenceError, match="C401"):
        sign_mldsa44(LOG_PQ, ORIGIN, GOOD, time)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "x" * 256, "a\n"])
def test_an_impossible_name_never_signs(name: str) -> None:
    for sign in (
        lambda: sign_ed25519(LOG, name, GOOD),
        lambda: cosign_ed25519(WATCHER, name, GOOD, TIME),
        lambda: sign_mldsa44(LOG_PQ, name, GOOD, TIME),
    ):
        with pytest.raises(EvidenceError, match="C401"):
            sign()
