"""Keys that live elsewhere: on a token, or in a store that another package brings along."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.tokens import PIN, Token, new_token
from custody.adapters.key_stores import made_at
from custody.adapters.keys import KeyFolder
from custody.adapters.pkcs11 import parts, point
from custody.errors import SigningKeyError
from custody.evidence.checkpoint import Checkpoint, sign_ed25519, verify_line
from custody.evidence.ed25519 import verify_ed25519
from custody.evidence.encoding import sha256
from custody.evidence.note import ED25519, VerifierKey


@pytest.fixture
def toys(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second package on the path that offers the schemes `toy` and `lying`."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent / "toy_store"))
    yield  # type: ignore[misc]
    sys.modules.pop("toy_key_store", None)


@pytest.fixture
def token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Token:
    made = new_token(tmp_path)
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    return made


def pin(_name: str = "") -> bytes:
    return PIN


def refused(work: Callable[[], object]) -> str:
    with pytest.raises(SigningKeyError) as error:
        work()
    assert error.value.render("zh").what
    return error.value.code


def test_another_package_brings_a_key_store_along(toys: None, tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path / "keys")
    card = folder.keep_at("Li Na", "toy:li.na", lambda _: b"open sesame")
    assert folder.find("Li Na") == card
    assert not list((tmp_path / "keys").glob("*.pem"))
    signer = folder.unlock(card, lambda _: b"open sesame")
    assert verify_ed25519(card.public, signer.sign(b"a record"), b"a record")


def test_a_store_that_signs_with_another_key_is_found_out_before_its_key_is_kept(
    toys: None, tmp_path: Path
) -> None:
    folder = KeyFolder(tmp_path / "keys")
    assert refused(lambda: folder.keep_at("Li Na", "lying:x", lambda _: b"open sesame")) == "C619"
    assert folder.list() == []


def test_whatever_a_store_raises_is_told_in_plain_words(toys: None) -> None:
    assert refused(lambda: made_at("toy:x", lambda: b"wrong")) == "C617"


@pytest.mark.parametrize("uri", ["nowhere:x", "toy", "", "file", "://"])
def test_a_scheme_nobody_knows_is_refused(toys: None, uri: str) -> None:
    assert refused(lambda: made_at(uri, lambda: b"open sesame")) == "C618"


@pytest.mark.parametrize(
    "uri",
    [
        "pkcs11:",
        "pkcs11:token=t",
        "pkcs11:object=o",
        "pkcs11:token=t;object=o;pin-value=5678",
        "pkcs11:token=t;object=o?pin-value=5678",
        "pkcs11:token=t;object=o?pin-source=/tmp/pin",
        "pkcs11:token=t;token=u;object=o",
        "pkcs11:token=t;object",
    ],
)
def test_a_uri_that_is_not_usable_or_holds_a_pin_is_refused(uri: str) -> None:
    with pytest.raises(SigningKeyError) as error:
        parts(uri)
    assert error.value.code == "C621"
    assert "5678" not in str(error.value)


def test_names_on_tokens_may_hold_any_character() -> None:
    assert parts("pkcs11:token=%E8%B4%A8%E9%87%8F;object=li%3Bna") == {
        "token": "质量",
        "object": "li;na",
    }


def test_without_its_library_a_token_says_what_to_install_and_repeats_no_pin(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "pkcs11", None)
    assert refused(lambda: made_at("pkcs11:token=t;object=o", pin)) == "C620"
    with pytest.raises(SigningKeyError) as error:
        made_at("pkcs11:token=t;object=o;pin-value=5678", pin)
    assert error.value.code == "C621"
    assert "5678" not in error.value.render("en").where + str(error.value)


@pytest.mark.parametrize(
    ("uri", "code"),
    [
        ("PKCS12:token=t;object=o?pin-value=5678", "C618"),
        ("pkcs11:token=t;object=o?5678", "C621"),
        ("PKCS11:token=t;object=o;pin-value=5678", "C621"),
    ],
)
def test_a_pin_in_a_mistyped_uri_is_not_repeated(uri: str, code: str) -> None:
    with pytest.raises(SigningKeyError) as error:
        made_at(uri, pin)
    said = error.value.render("en")
    assert error.value.code == code
    assert "5678" not in said.where + said.what + said.why + str(error.value)


def test_a_token_needs_a_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CUSTODY_PKCS11_MODULE", raising=False)
    assert refused(lambda: made_at("pkcs11:token=t;object=o", pin)) == "C625"
    assert (
        refused(lambda: made_at("pkcs11:token=t;object=o?module-path=/no/such.so", pin)) == "C617"
    )


@pytest.mark.needs("softhsm2")
def test_a_key_made_on_a_token_signs_and_never_leaves_it(token: Token, tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path / "keys")
    card = folder.keep_at("质量 QA", token.uri("qa"), pin)
    signer = folder.unlock(folder.find("质量 QA"), pin)
    assert verify_ed25519(card.public, signer.sign(b"a record"), b"a record")
    kept = b"".join(path.read_bytes() for path in (tmp_path / "keys").iterdir())
    assert b"PRIVATE" not in kept
    # Asked again, the same object is taken; another name is another key.
    assert made_at(token.uri("qa"), pin) == card.public
    assert made_at(token.uri("other"), pin) != card.public


@pytest.mark.needs("softhsm2")
def test_a_key_on_a_token_signs_checkpoints(token: Token, tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path / "keys")
    card = folder.keep_at("ledger", token.uri("ledger"), pin)
    checkpoint = Checkpoint("custody.example/site-1", 1, sha256(b"root"))
    line = sign_ed25519(folder.unlock(card, pin).private, checkpoint.origin, checkpoint)  # type: ignore[arg-type]
    assert verify_line(VerifierKey(checkpoint.origin, ED25519, card.public), checkpoint, line) == 0


@pytest.mark.needs("softhsm2")
def test_a_wrong_pin_a_missing_token_and_a_missing_key_are_told_apart(
    token: Token, tmp_path: Path
) -> None:
    assert refused(lambda: made_at(token.uri("qa"), lambda: b"0000")) == "C622"
    assert refused(lambda: made_at("pkcs11:token=absent;object=qa", pin)) == "C623"
    folder = KeyFolder(tmp_path / "keys")
    card = folder.keep_at("QA", token.uri("qa"), pin)
    elsewhere = type(card)(card.name, card.kid, card.alg, card.public, token.uri("gone"))
    assert refused(lambda: folder.unlock(elsewhere, pin).sign(b"x")) == "C624"


@pytest.mark.needs("softhsm2")
def test_the_pin_is_asked_for_once_and_only_when_it_is_needed(token: Token, tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path / "keys")
    card = folder.keep_at("QA", token.uri("qa"), pin)
    asked: list[str] = []

    def ask(name: str) -> bytes:
        asked.append(name)
        return PIN

    signer = folder.unlock(card, ask)
    assert asked == []
    signer.sign(b"one")
    signer.sign(b"two")
    assert asked == ["QA"]


@pytest.mark.parametrize("key", [bytes(range(32)), b"\x04\x20" + bytes(30)])
def test_a_public_key_is_read_with_and_without_its_octet_string(key: bytes) -> None:
    assert point(key) == point(b"\x04\x20" + key) == key


@pytest.mark.parametrize("name", ["pin-value", "PIN-VALUE", "%70in-value"])
def test_what_may_be_a_pin_is_not_repeated(name: str) -> None:
    with pytest.raises(SigningKeyError) as error:
        parts(f"pkcs11:{name}=5678;token=t;object=o")
    assert "5678" not in str(error.value.render("en"))
