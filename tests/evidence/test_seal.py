"""The seal: seven lines, one spelling."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.errors import EvidenceError
from custody.evidence.encoding import b64, sha256
from custody.evidence.seal import Seal

GOOD = Seal("custody.example/site-1", 200, 1795000000, sha256(b"map"), 12, 100)
RAW = GOOD.to_bytes()


@given(
    st.integers(1, 2**53 - 1).flatmap(
        lambda index: st.builds(
            Seal,
            st.from_regex(r"[a-z.]{1,20}/[a-z0-9-]{1,9}", fullmatch=True),
            st.just(index),
            st.integers(0, 2**53 - 1),
            st.binary(min_size=32, max_size=32),
            st.integers(1, index),
            st.none() | (st.integers(1, index - 1) if index > 1 else st.none()),
        )
    )
)
def test_a_seal_is_written_and_read_back_unchanged(seal: Seal) -> None:
    assert Seal.parse(seal.to_bytes()) == seal


@pytest.mark.parametrize(
    "seal",
    [
        replace(GOOD, origin=""),
        replace(GOOD, origin="a b"),
        replace(GOOD, origin="a\nb"),
        replace(GOOD, index=0),
        replace(GOOD, index=11),
        replace(GOOD, index=2**53),
        replace(GOOD, time=-1),
        replace(GOOD, map_root=b""),
        replace(GOOD, streams=0),
        replace(GOOD, streams=201),
        replace(GOOD, previous=200),
        replace(GOOD, previous=0),
        replace(GOOD, previous=-1),
    ],
)
def test_an_impossible_seal_is_never_written(seal: Seal) -> None:
    with pytest.raises(EvidenceError, match="C401"):
        seal.to_bytes()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"custody-seal/v1", b"custody-seal/v2"),
        (b"custody-seal/v1", b"custody-seal/v1 "),
        (b"\n200\n", b"\n0200\n"),
        (b"\n200\n", b"\n+200\n"),
        (b"\n200\n", b"\n-200\n"),
        (b"\n200\n", b"\n\n"),
        (b"\n200\n", b"\n2e2\n"),
        (b"\n100\n", b"\n\n"),
        (b"\n100\n", b"\n--\n"),
        (b"\n100\n", b"\n300\n"),
        (b"\n100\n", b"\n100"),
        (b"\n100\n", b"\n100\n\n"),
        (b"\n100\n", b"\n100\nmore\n"),
        (b"\n", b"\r\n"),
        (b"1795000000\n", b""),
        (b"\n12\n", b"\n0\n"),
        (b"=\n", b"\n"),
        (b"site-1", b"site\xff"),
        (b"site-1", "sité".encode()),
    ],
)
def test_a_second_spelling_of_a_seal_is_refused(old: bytes, new: bytes) -> None:
    assert old in RAW
    with pytest.raises(EvidenceError, match="C401"):
        Seal.parse(RAW.replace(old, new))


def test_a_seal_with_any_single_bit_changed_is_refused_or_says_something_else() -> None:
    for at in range(len(RAW)):
        for bit in range(8):
            changed = bytearray(RAW)
            changed[at] ^= 1 << bit
            try:
                other = Seal.parse(bytes(changed))
            except EvidenceError as error:
                assert error.code == "C401"
            else:
                assert other != GOOD
                assert other.to_bytes() == changed


@given(st.binary(max_size=300))
def test_whatever_the_bytes_only_our_own_error_comes_out(noise: bytes) -> None:
    for raw in (noise, RAW[:40] + noise, noise + RAW):
        try:
            assert Seal.parse(raw).to_bytes() == raw
        except EvidenceError as error:
            assert error.code == "C401"


def test_an_overlong_seal_is_refused() -> None:
    raw = RAW.replace(b"custody.example", b"x" * 2_000)
    with pytest.raises(EvidenceError, match="longer"):
        Seal.parse(raw)


def test_fields_of_two_seals_cannot_be_confused() -> None:
    lines = RAW.decode().split("\n")
    assert lines[1:7] == [
        GOOD.origin,
        "200",
        "1795000000",
        b64(GOOD.map_root),
        "12",
        "100",
    ]
