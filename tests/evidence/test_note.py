"""Signed notes and verifier keys: the C2SP examples pass, everything loose is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.errors import EvidenceError
from custody.evidence import note
from custody.evidence.ed25519 import verify_ed25519
from custody.evidence.encoding import b64
from custody.evidence.note import Signature, SignedNote, VerifierKey

# The key and note of the documentation of Go's sumdb/note package.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb"
    "6KE6RyyBwJnAM=\n"
)
LINE = f"— name {b64(bytes(9))}\n"


def refused(raw: bytes) -> None:
    with pytest.raises(EvidenceError, match="C401"):
        note.parse(raw)


def test_the_example_of_the_go_documentation_is_read_and_verifies() -> None:
    key = VerifierKey.parse(PETER)
    signed = note.parse(NOTE.encode())
    (line,) = signed.signatures
    assert (line.name, line.keyid) == (key.name, key.keyid)
    assert verify_ed25519(key.public, line.blob, signed.text.encode())
    assert note.encode(signed) == NOTE.encode()
    assert key.text() == PETER


names = st.text(
    st.characters(exclude_categories=("Zs", "Cc", "Cs", "Zl", "Zp"), exclude_characters="+"),
    min_size=1,
    max_size=20,
)
lines = st.builds(
    Signature,
    names,
    st.binary(min_size=4, max_size=4),
    st.binary(min_size=1, max_size=80),
)
texts = st.text(st.characters(exclude_categories=("Cc", "Cs")) | st.just("\n"), max_size=40)


@given(texts, st.lists(lines, min_size=1, max_size=4))
def test_a_note_is_written_and_read_back_unchanged(text: str, signed: list[Signature]) -> None:
    made = SignedNote(text + "\n", tuple(signed))
    assert note.parse(note.encode(made)) == made


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n",
        b"\n\n",
        b"text\n",
        b"text\n\n",
        b"text\n\n\n",
        f"text\n{LINE}".encode(),
        f"text\n\n{LINE}"[:-1].encode(),
        f"text\n\n{LINE}".rstrip("\n").encode() + b"x",
        LINE.encode(),
        (LINE + LINE).encode(),
        f"text\n\n{LINE}\n".encode(),
        f"text\n\n{LINE}\n{LINE}more".encode(),
        f"text\r\n\r\n{LINE}".encode(),
        f"text\x00\n\n{LINE}".encode(),
        f"text\t\n\n{LINE}".encode(),
        f"text\n\n{LINE}".encode("utf-16"),
        b"text\xff\n\n" + LINE.encode(),
        f"text\n\n {LINE}".encode(),
        f"text\n\n{LINE}".replace("—", "-").encode(),
        f"text\n\n{LINE}".replace("— ", "—").encode(),
        f"text\n\n{LINE}".replace("name", "na me").encode(),
        f"text\n\n{LINE}".replace("name", "na+me").encode(),
        f"text\n\n{LINE}".replace("name", "na\u2003me").encode(),
        f"text\n\n{LINE}".replace("name", "").encode(),
        f"text\n\n— name {b64(bytes(4))}\n".encode(),
        "text\n\n— name \n".encode(),
        "text\n\n— name\n".encode(),
        "text\n\n— name QR==\n".encode(),
        f"text\n\n— name {b64(bytes(9))} \n".encode(),
        f"text\n\n{LINE * 33}".encode(),
        b"x" * note.LIMIT + f"\n\n{LINE}".encode(),
    ],
)
def test_a_note_outside_the_format_is_refused(raw: bytes) -> None:
    refused(raw)


def test_thirty_two_signature_lines_are_read() -> None:
    assert len(note.parse(f"text\n\n{LINE * 32}".encode()).signatures) == 32


def test_the_text_ends_at_the_last_empty_line() -> None:
    signed = note.parse(f"text\n\n{LINE}\n{LINE}".encode())
    assert signed.text == f"text\n\n{LINE}"
    assert len(signed.signatures) == 1


@given(st.binary(max_size=200))
def test_whatever_the_bytes_only_our_own_error_comes_out(noise: bytes) -> None:
    for raw in (noise, b"text\n\n" + noise, b"text\n\n" + LINE.encode() + noise):
        try:
            assert note.encode(note.parse(raw)) == raw
        except EvidenceError as error:
            assert error.code == "C401"


@pytest.mark.parametrize(
    "made",
    [
        SignedNote("text", (Signature("name", bytes(4), b"x"),)),
        SignedNote("text\n", ()),
        SignedNote("text\n", (Signature("na me", bytes(4), b"x"),)),
        SignedNote("text\n", (Signature("name", bytes(3), b"x"),)),
        SignedNote("text\n", (Signature("name", bytes(3), b"xx"),)),
        SignedNote("te\rxt\n", (Signature("name", bytes(4), b"x"),)),
        SignedNote("\ud800\n", (Signature("name", bytes(4), b"x"),)),
        SignedNote("text\n", (Signature("\ud800", bytes(4), b"x"),)),
    ],
)
def test_a_note_that_would_read_back_otherwise_is_never_written(made: SignedNote) -> None:
    with pytest.raises(EvidenceError, match="C401"):
        note.encode(made)


def renamed(name: str, kind: int = note.ED25519, public: bytes | None = None) -> str:
    """Return a key line whose id is right, so that only the name, type or key can be at fault."""
    return VerifierKey(name, kind, public or VerifierKey.parse(PETER).public).text()


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        PETER.replace("c74f20a3", "c74f20a4"),
        PETER.replace("c74f20a3", "C74F20A3"),
        PETER.replace("c74f20a3", "c74f20a"),
        PETER.replace("Peter", "peter"),
        PETER + "=",
        PETER + "\n",
        " " + PETER,
        PETER[:-4],
        PETER.replace("+ARpc", "+Qrpc"),
        renamed("a b"),
        renamed(""),
        renamed("a\nb"),
        renamed("a\x00b"),
        renamed("a\x85b"),
        renamed("x" * 256),
        renamed("name", 2),
        renamed("name", note.MLDSA44),
        renamed("name", note.ED25519, bytes(32)),
        renamed("name", note.COSIGNATURE, b"\x01" + bytes(31)),
        renamed("name", note.ED25519, b"\xff" * 32),
        "name+00000000+",
        "\ud800+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_a_verifier_key_that_is_not_exactly_right_is_refused(vkey: str) -> None:
    with pytest.raises(EvidenceError, match="C401"):
        VerifierKey.parse(vkey)


@pytest.mark.parametrize("kind", [note.ED25519, note.COSIGNATURE])
def test_the_same_key_has_another_id_for_each_type_and_name(kind: int) -> None:
    public = VerifierKey.parse(PETER).public
    made = [VerifierKey(name, k, public) for name in ("a", "b") for k in (1, 4)]
    assert len({key.keyid for key in made}) == 4
    assert VerifierKey.parse(VerifierKey("a", kind, public).text()) == VerifierKey(
        "a", kind, public
    )
