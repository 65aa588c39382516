"""Base64 and decimals: one spelling per value, agreed with the standard library."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.errors import EvidenceError
from custody.evidence import encoding


@given(st.binary(max_size=100))
def test_base64_is_what_the_standard_library_writes_and_reads_back(content: bytes) -> None:
    standard, url = encoding.b64(content), encoding.b64u(content)
    assert standard == base64.b64encode(content).decode()
    assert url == base64.urlsafe_b64encode(content).decode().rstrip("=")
    assert encoding.unb64(standard, len(content)) == content
    assert encoding.unb64u(url, len(content)) == content


@pytest.mark.parametrize(
    "text",
    [
        "QR==",
        "QQ",
        "Q Q==",
        "QQ==\n",
        "\nQQ==",
        "QQ=",
        "QQ===",
        "QQ==QQ==",
        "-_8=",
        "QéQ=",
        "=",
        "Q",
    ],
)
def test_another_spelling_of_base64_is_refused(text: str) -> None:
    with pytest.raises(EvidenceError, match="C401"):
        encoding.unb64(text)


@pytest.mark.parametrize("text", ["QR", "QQ==", "Q Q", "QQ\n", "+/8", "Q", "Qé", "-/8"])
def test_another_spelling_of_url_safe_base64_is_refused(text: str) -> None:
    with pytest.raises(EvidenceError, match="C401"):
        encoding.unb64u(text)


@given(st.text(alphabet="AQRg+/-_= \n\xe9", max_size=12))
def test_whatever_text_decodes_is_exactly_what_encoding_gives(text: str) -> None:
    for decode, encode in (
        (encoding.unb64, encoding.b64),
        (encoding.unb64u, encoding.b64u),
    ):
        try:
            content = decode(text)
        except EvidenceError as error:
            assert error.code == "C401"
        else:
            assert encode(content) == text


@pytest.mark.parametrize("value", [None, 5, True, b"QQ==", [], {}])
def test_what_is_not_text_at_all_is_refused(value: object) -> None:
    for decode in (encoding.unb64, encoding.unb64u):
        with pytest.raises(EvidenceError, match="C401"):
            decode(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_hash_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(EvidenceError, match="C401"):
        encoding.unb64(encoding.b64(bytes(length)), encoding.HASH)
    with pytest.raises(EvidenceError, match="C401"):
        encoding.unb64u(encoding.b64u(bytes(length)), encoding.HASH)


@given(st.integers(0, 2**53 - 1))
def test_a_number_has_one_decimal_and_reads_back(number: int) -> None:
    assert encoding.undecimal(encoding.decimal(number)) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "01",
        "00",
        "+1",
        "-1",
        "-0",
        "1.0",
        "1e2",
        " 1",
        "1\n",
        "1_0",
        "１",
        "٣",
        "9" * 17,
        "9007199254740992",
    ],
)
def test_another_spelling_of_a_number_is_refused(text: str) -> None:
    with pytest.raises(EvidenceError, match="C401"):
        encoding.undecimal(text)


@pytest.mark.parametrize("number", [-1, 2**53])
def test_a_number_that_no_double_holds_is_never_written(number: int) -> None:
    with pytest.raises(EvidenceError, match="C401"):
        encoding.decimal(number)


def test_the_hash_is_sha_256() -> None:
    assert encoding.sha256(b"abc") == hashlib.sha256(b"abc").digest()
    assert len(encoding.sha256(b"")) == encoding.HASH == len(encoding.ZERO)


def test_the_error_for_malformed_bytes_speaks_both_languages() -> None:
    error = encoding.malformed("seal", "it is torn")
    assert (error.code, error.where) == ("C401", "seal")
    for lang in ("en", "zh"):
        shown = error.render(lang)
        assert "seal" in shown.what
        assert "it is torn" in shown.why
        assert shown.fix
        assert "{" not in shown.what + shown.why + shown.fix
