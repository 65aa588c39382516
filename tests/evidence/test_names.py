"""Key ids, stream ids, aliases and origins."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from custody.errors import EvidenceError
from custody.evidence import names
from custody.evidence.canonical import clean_text

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P


@given(st.binary(min_size=32, max_size=32))
def test_a_key_id_is_the_hash_of_the_der_public_key(seed: bytes) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed).public_key()
    der = key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert names.spki(key.public_bytes_raw()) == der
    assert names.kid(key.public_bytes_raw()) == hashlib.sha256(der).hexdigest()
    names.check_public_key(key.public_bytes_raw())


@pytest.mark.parametrize("public", [b"", b"\x09" * 31, b"\x09" * 33])
def test_a_key_of_another_length_is_refused(public: bytes) -> None:
    for check in (names.check_public_key, names.kid, names.spki):
        with pytest.raises(EvidenceError, match="C401"):
            check(public)


@pytest.mark.parametrize("sign", [0, 1 << 255])
@pytest.mark.parametrize("y", [P, P + 1, P + 18, 2**255 - 1])
def test_a_key_with_a_non_canonical_encoding_is_refused(y: int, sign: int) -> None:
    with pytest.raises(EvidenceError, match="canonical"):
        names.check_public_key((y | sign).to_bytes(32, "little"))


def square_roots(a: int) -> set[int]:
    root = pow(a, (P + 3) // 8, P)
    if root * root % P != a % P:
        root = root * pow(2, (P - 1) // 4, P) % P
    return {root, -root % P} if root * root % P == a % P else set()


def test_all_points_of_small_order_are_refused_whatever_their_sign_bit() -> None:
    # Order 1 and 2: y = 1 and -1. Order 4: y = 0. A point of order 8 doubles to y = 0, so there
    # x^2 = -y^2, and the curve -x^2 + y^2 = 1 + d x^2 y^2 becomes d y^4 + 2 y^2 - 1 = 0.
    eighth = {y for s in square_roots(1 + D) for y in square_roots((s - 1) * pow(D, -1, P) % P)}
    assert len(eighth) == 2
    for y in {0, 1, P - 1} | eighth:
        for sign in (0, 1 << 255):
            with pytest.raises(EvidenceError, match="small order"):
                names.check_public_key((y | sign).to_bytes(32, "little"))


@pytest.mark.parametrize("kind", [k for k in names.STREAM_KINDS if k != "authority"])
def test_a_stream_of_each_kind_has_an_id_of_the_right_length(kind: str) -> None:
    long, short = f"{kind}:{'0a' * 32}", f"{kind}:{'0a' * 16}"
    good, bad = (long, short) if kind in ("key", "alias") else (short, long)
    assert names.stream_kind(good) == kind
    for wrong in (
        bad,
        good[:-1],
        good + "0",
        good.upper(),
        good + "\n",
        " " + good,
        good[:-1] + "g",
    ):
        with pytest.raises(EvidenceError, match="C401"):
            names.stream_kind(wrong)


def test_there_is_one_authority_stream_only() -> None:
    assert names.stream_kind(names.AUTHORITY) == "authority"
    with pytest.raises(EvidenceError, match="C401"):
        names.stream_kind("authority:" + "0" * 31 + "1")


@pytest.mark.parametrize(
    "stream",
    ["", ":", "batch", "batch:", "pallet:" + "0" * 32, "bаtch:" + "0" * 32, "batch:" + "٠" * 32],
)
def test_a_stream_of_an_unknown_kind_or_in_look_alike_letters_is_refused(stream: str) -> None:
    with pytest.raises(EvidenceError, match="C401"):
        names.stream_kind(stream)


def test_a_key_has_its_own_stream() -> None:
    assert names.stream_kind(names.key_stream("0a" * 32)) == "key"
    with pytest.raises(EvidenceError, match="C401"):
        names.key_stream("0A" * 32)


@given(
    st.lists(
        st.tuples(
            st.from_regex(r"[a-z][a-z0-9_-]{0,39}", fullmatch=True),
            st.text(min_size=1, max_size=9).filter(clean_text),
        ),
        min_size=2,
        max_size=2,
        unique=True,
    )
)
def test_two_business_numbers_never_share_an_alias_stream(numbers: list[tuple[str, str]]) -> None:
    first, second = (names.alias_stream(*number) for number in numbers)
    assert first != second
    assert names.stream_kind(first) == "alias"


@pytest.mark.parametrize(
    ("scheme", "value"),
    [
        ("", "1"),
        ("Batch", "1"),
        ("batch\n", "1"),
        ("batch", ""),
        ("batch", "1\n2"),
        ("b", "\u200b"),
    ],
)
def test_an_alias_that_could_be_read_two_ways_is_refused(scheme: str, value: str) -> None:
    with pytest.raises(EvidenceError, match="C401"):
        names.alias_stream(scheme, value)


@pytest.mark.parametrize("origin", ["custody.example/site-1", "a", "x" * 255])
def test_a_log_origin_is_printable_and_short(origin: str) -> None:
    names.check_origin(origin)


@pytest.mark.parametrize("origin", ["", "a b", "a+b", "a\n", "ä", "x" * 256, "a\u00a0b", "a\x7f"])
def test_a_log_origin_that_would_break_a_note_is_refused(origin: str) -> None:
    with pytest.raises(EvidenceError, match="C401"):
        names.check_origin(origin)
