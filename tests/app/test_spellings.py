"""A value is recognised in any of the spellings in which programs write it."""

from __future__ import annotations

import base64
import json
import secrets

import pytest

from custody.app.recording.spellings import spellings
from custody.evidence.disclosure import commit
from custody.evidence.encoding import b64u, unb64u

SALT = secrets.token_bytes(32)
VALUES = ("INVENTED-0007", "王敏·INVENTED", "Ünal?>>invented")


def kinds(disclosure: str, content: bytes) -> set[str]:
    return {what for form, what in spellings(disclosure).items() if form in content}


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_value_and_disclosure_are_found_inside_longer_base64_at_every_alignment(
    value: str, encode: object
) -> None:
    assert callable(encode)
    disclosure, _ = commit("donor_code", value, SALT)
    for before in range(4):
        for after in range(4):
            around = b"\xfb" * before, b"\xfe" * after
            assert "value" in kinds(disclosure, encode(value.encode().join(around)))
            assert "disclosure" in kinds(disclosure, encode(disclosure.encode().join(around)))


@pytest.mark.parametrize("value", VALUES)
def test_a_value_is_found_in_every_encoding_of_text(value: str) -> None:
    disclosure, _ = commit("donor_code", value, SALT)
    for content in (
        value.encode(),
        value.encode("utf-16"),
        value.encode("utf-16-be"),
        value.encode("gb18030"),
        json.dumps({"code": value}).encode(),
        value.encode().hex().encode(),
        value.encode().hex().upper().encode(),
    ):
        assert "value" in kinds(disclosure, content)


def test_the_salt_is_found_as_bytes_and_as_text() -> None:
    disclosure, _ = commit("donor_code", "INVENTED-0007", SALT)
    for content in (SALT, b64u(SALT).encode(), SALT.hex().encode(), base64.b64encode(SALT)):
        assert "salt" in kinds(disclosure, content)
    assert {"salt", "value", "disclosure"} <= kinds(disclosure, unb64u(disclosure))


def test_a_value_too_short_to_be_telling_is_looked_for_with_its_salt_only() -> None:
    disclosure, _ = commit("donor_code", "7", SALT)
    assert kinds(disclosure, b"7") == set()
    assert "disclosure" in kinds(disclosure, unb64u(disclosure))
