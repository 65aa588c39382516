"""Requests to witnesses and their answers: one spelling, bounded, and no line is ever lost."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from dilithium_py.ml_dsa import ML_DSA_44
from hypothesis import given
from hypothesis import strategies as st

from custody.errors import EvidenceError
from custody.evidence import note as notes
from custody.evidence.checkpoint import Checkpoint, parse_checkpoint, verify_line
from custody.evidence.cosigning import (
    Request,
    cosign,
    format_lines,
    parse_lines,
    signed_by,
    with_lines,
)
from custody.evidence.encoding import b64, sha256, unb64
from custody.evidence.note import COSIGNATURE, MLDSA44, Signature, SignedNote, VerifierKey
from evidence.cast import ORIGIN
from evidence.ledgers import Ledger

WITNESS = "witness.example/w1"
ED = Ed25519PrivateKey.from_private_bytes(b"\x55" * 32)
PQ = MLDSA44PrivateKey.from_seed_bytes(b"\x56" * 32)
ED_KEY = VerifierKey(WITNESS, COSIGNATURE, ED.public_key().public_bytes_raw())
PQ_KEY = VerifierKey(WITNESS, MLDSA44, PQ.public_key().public_bytes_raw())
# The checkpoint, vkey and line that the specification's own vectors give for a witness.
PUBLISHED = Checkpoint(
    "custody.example/site-1", 3, unb64("tkN0ZC2UPE1Wdnw1s9Pmoz5jmnJN/vyc0KRSHzuarVc=")
)
PUBLISHED_KEY = "witness.example/w1+201796ae+BMaCJjfH0xDsV2J74AuiWdJTdJ9Kr2REcM/75To19zJC"
PUBLISHED_LINE = (
    "\u2014 witness.example/w1 IBeWrgAAAABq/YbK7fLkNXfir0MMNsMaJxRVLFkAEiF/BBJynlVhjWJq"
    "/a43dmGLEp6166As77KAtVfRVvvMvqwxdyW39uqicZQzDQ==\n"
)
# The example of tlog-witness, with a note of the size it speaks of.
EXAMPLE = (
    "old 20852014\n"
    "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n"
    "jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n"
    "\n"
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5"
    "/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
).encode()


@pytest.fixture(scope="module")
def text() -> bytes:
    ledger = Ledger().establish()
    ledger.seal()
    return ledger.checkpoint(witnesses=())


def test_a_witness_line_is_byte_for_byte_the_published_one() -> None:
    key = VerifierKey.parse(PUBLISHED_KEY)
    (line,) = parse_lines(PUBLISHED_LINE.encode())
    assert verify_line(key, PUBLISHED, line) == 1_795_000_010
    assert format_lines([cosign(ED, WITNESS, PUBLISHED, 1_795_000_010)]).decode() == PUBLISHED_LINE


def test_a_post_quantum_line_verifies_with_another_implementation_and_binds_the_name() -> None:
    line = cosign(PQ, WITNESS, PUBLISHED, 1_795_000_010)
    origin = PUBLISHED.origin.encode()
    message = (
        b"subtree/v1\n\0"
        + bytes([len(WITNESS)])
        + WITNESS.encode()
        + (1_795_000_010).to_bytes(8)
        + bytes([len(origin)])
        + origin
        + bytes(8)
        + (3).to_bytes(8)
        + PUBLISHED.root
    )
    assert ML_DSA_44.verify(PQ_KEY.public, message, line.blob[8:])
    other = VerifierKey("witness.example/w2", MLDSA44, PQ_KEY.public)
    assert verify_line(other, PUBLISHED, Signature(other.name, other.keyid, line.blob)) is None


def test_the_example_of_the_protocol_is_read_and_written_back_unchanged() -> None:
    request = Request.parse(EXAMPLE)
    assert (request.old, len(request.proof)) == (20852014, 2)
    assert request.parts()[0].origin == "example.com/behind-the-sofa"
    assert request.to_bytes() == EXAMPLE


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"old 20852014\n", b"old 020852014\n"),
        (b"old 20852014\n", b"old +20852014\n"),
        (b"old 20852014\n", b"Old 20852014\n"),
        (b"old 20852014\n", b"old  20852014\n"),
        (b"old 20852014\n", b"old 20852014\r\n"),
        (b"old 20852014\n", b""),
        (b"old 20852014\n", b"old 20852164\n"),
        (b"old 20852014\n", b"old 9007199254740992\n"),
        (b"old 20852014\n", b"old \xd9\xa1\n"),
        (b"Dpkaw=\n", b"Dpkax=\n"),
        (b"Dpkaw=\n", b"Dpkaw\n"),
        (b"Dpkaw=\n", b"Dpkaw==\n"),
        (b"Dpkaw=\n", b"Dpk\xe2\x80\x94aw=\n"),
        (b"\n\nexample", b"\nexample"),
        (b"20852163\n", b"20852163\nmore\n"),
    ],
)
def test_a_request_has_one_spelling(before: bytes, after: bytes) -> None:
    assert EXAMPLE.count(before) == 1
    with pytest.raises(EvidenceError) as refused:
        Request.parse(EXAMPLE.replace(before, after))
    assert refused.value.code == "C401"


def test_a_proof_has_at_most_sixty_three_hashes() -> None:
    line = b64(bytes(32)).encode() + b"\n"
    head, _, rest = EXAMPLE.partition(b"\n\n")
    first = head.partition(b"\n")[0] + b"\n"
    assert len(Request.parse(first + line * 63 + b"\n" + rest).proof) == 63
    with pytest.raises(EvidenceError):
        Request.parse(first + line * 64 + b"\n" + rest)


def test_a_request_without_bound_is_refused_before_it_is_read() -> None:
    with pytest.raises(EvidenceError):
        Request.parse(b"old 0\n\n" + b"x" * 300_000)


@given(st.binary(max_size=400))
def test_whatever_the_bytes_only_our_own_error_comes_out(raw: bytes) -> None:
    for content in (raw, EXAMPLE[:40] + raw, PUBLISHED_LINE.encode() + raw):
        for read in (Request.parse, parse_lines):
            try:
                read(content)
            except EvidenceError as refused:
                assert refused.code == "C401"


def test_lines_are_added_below_those_that_are_there_and_none_is_lost(text: bytes) -> None:
    checkpoint, before = parse_checkpoint(text)
    lines = [cosign(ED, WITNESS, checkpoint, 5), cosign(PQ, WITNESS, checkpoint, 5)]
    more = with_lines(text, lines)
    _, after = parse_checkpoint(more)
    assert after.text == before.text
    assert after.signatures == (*before.signatures, *lines)
    assert signed_by(ED_KEY, checkpoint, after) == 5
    assert signed_by(PQ_KEY, checkpoint, after) == 5
    assert signed_by(ED_KEY, checkpoint, before) is None


def test_adding_a_line_again_or_a_later_one_by_the_same_key_changes_nothing(text: bytes) -> None:
    checkpoint, _ = parse_checkpoint(text)
    once = with_lines(text, [cosign(ED, WITNESS, checkpoint, 5)])
    assert with_lines(once, [cosign(ED, WITNESS, checkpoint, 5)]) == once
    assert with_lines(once, [cosign(ED, WITNESS, checkpoint, 6)]) == once


def test_a_note_takes_no_more_than_thirty_two_lines(text: bytes) -> None:
    checkpoint, note = parse_checkpoint(text)
    room = 32 - len(note.signatures)
    lines = [cosign(ED, f"witness.example/{n}", checkpoint, 5) for n in range(room + 1)]
    assert len(parse_checkpoint(with_lines(text, lines[:-1]))[1].signatures) == 32
    with pytest.raises(EvidenceError):
        with_lines(text, lines)


def test_an_answer_may_be_lines_or_the_whole_note(text: bytes) -> None:
    checkpoint, note = parse_checkpoint(text)
    line = cosign(ED, WITNESS, checkpoint, 5)
    assert parse_lines(format_lines([line])) == (line,)
    assert parse_lines(with_lines(text, [line])) == (*note.signatures, line)
    assert checkpoint.origin == ORIGIN
    with pytest.raises(EvidenceError):
        parse_lines(b"")
    with pytest.raises(EvidenceError):
        parse_lines(format_lines([line]) + b"and more\n")


def test_a_line_cannot_smuggle_another_text_into_the_note(text: bytes) -> None:
    hostile = Signature("w\n\nother/log\n9\n", b"1234", b"x" * 64)
    with pytest.raises(EvidenceError):
        with_lines(text, [hostile])
    with pytest.raises(EvidenceError):
        notes.encode(SignedNote("answer\n", (hostile,)))
    assert sha256(text) == sha256(with_lines(text, []))
