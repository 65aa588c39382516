"""Key files: encrypted, private to their owner, never overwritten, opened by their passphrase."""

from __future__ import annotations

import json
import stat
import subprocess
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from custody.adapters.keys import KeyFolder, PublicKey, Signer
from custody.errors import SigningKeyError
from custody.evidence.ed25519 import verify_ed25519
from custody.evidence.names import kid

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECRET = b"correct horse"


@pytest.fixture
def folder(tmp_path: Path) -> KeyFolder:
    return KeyFolder(tmp_path / "keys")


def code_of(work: Callable[[], object]) -> str:
    with pytest.raises(SigningKeyError) as caught:
        work()
    return caught.value.code


def opened(folder: KeyFolder, key: PublicKey, passphrase: bytes = SECRET) -> Signer:
    return folder.unlock(key, lambda _name: passphrase)


def pem_of(folder: KeyFolder) -> Path:
    (file,) = folder.path.glob("*.pem")
    return file


def test_a_new_key_signs_and_its_public_card_verifies(folder: KeyFolder) -> None:
    made = folder.create("Wang Wei", "ed25519", SECRET)
    (card,) = folder.list()
    signer = opened(folder, card)
    assert card == made == signer.public
    assert signer.kid == kid(card.public)
    assert verify_ed25519(card.public, signer.sign(b"message"), b"message")


def test_the_second_key_of_a_log_is_post_quantum(folder: KeyFolder) -> None:
    made = folder.create("log", "mldsa44", SECRET, seed=bytes([0x44]) * 32)
    signer = opened(folder, made)
    signer.private.public_key().verify(signer.sign(b"message"), b"message")  # type: ignore[call-arg]
    assert (len(made.public), len(signer.sign(b"message"))) == (1312, 2420)
    assert folder.find(made.kid[:8]) == made


def test_the_same_seed_makes_the_same_key(tmp_path: Path) -> None:
    made = KeyFolder(tmp_path / "a").create("operator", "ed25519", SECRET, seed=bytes([0x11]) * 32)
    assert made.kid == "503d8ee46d581c649966569ae095e27041de83322e8e0480e5539e00d2d5d874"


def test_two_people_of_one_spelling_keep_different_files(folder: KeyFolder) -> None:
    names = ["王伟", "Wang Wei", "wang-wei", "Wáng/Wěi", "../../etc/passwd", "👩‍🔬"[0]]
    made = [folder.create(name, "ed25519", SECRET) for name in names]
    files = sorted(file.name for file in folder.path.iterdir())
    assert len(files) == 2 * len(names)
    assert any(file.startswith("王伟-") for file in files)
    for key in made:
        assert folder.find(key.name) == key
        assert opened(folder, key).kid == key.kid


def test_a_name_is_found_however_its_accents_were_typed(folder: KeyFolder) -> None:
    made = folder.create("Jose\u0301", "ed25519", SECRET)
    assert folder.find("Jos\u00e9") == made


def test_a_private_key_is_readable_by_its_owner_only_and_not_in_the_clear(
    folder: KeyFolder,
) -> None:
    made = folder.create("operator", "ed25519", SECRET)
    file = pem_of(folder)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
    assert file.read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    seed = opened(folder, made).private.private_bytes(
        Encoding.Raw, PrivateFormat.Raw, NoEncryption()
    )
    assert seed not in file.read_bytes()


def test_openssl_opens_the_key_file_with_the_same_passphrase(folder: KeyFolder) -> None:
    made = folder.create("operator", "ed25519", SECRET)
    command = ["openssl", "pkey", "-in", str(pem_of(folder)), "-passin", "pass:correct horse"]
    done = subprocess.run([*command, "-pubout", "-outform", "DER"], capture_output=True, check=True)
    assert done.stdout[-32:] == made.public


def test_a_taken_name_is_refused_and_the_first_key_stays(folder: KeyFolder) -> None:
    made = folder.create("operator", "ed25519", SECRET)
    before = pem_of(folder).read_bytes()
    assert code_of(lambda: folder.create("operator", "ed25519", b"other")) == "C603"
    assert pem_of(folder).read_bytes() == before
    assert folder.list() == [made]


def test_a_key_file_is_never_overwritten(folder: KeyFolder) -> None:
    folder.create("operator", "ed25519", SECRET, seed=bytes(32))
    (card,) = folder.path.glob("*.pub.json")
    card.unlink()
    before = pem_of(folder).read_bytes()
    again = lambda: folder.create("operator", "ed25519", b"other", seed=bytes(32))  # noqa: E731
    assert code_of(again) == "C603"
    assert pem_of(folder).read_bytes() == before


@pytest.mark.parametrize("wrong", [b"correct hors", b"Correct horse", b"correct horse "])
def test_a_wrong_passphrase_does_not_open_the_key(folder: KeyFolder, wrong: bytes) -> None:
    made = folder.create("operator", "ed25519", SECRET)
    assert code_of(lambda: opened(folder, made, wrong)) == "C604"


def test_whatever_a_wrong_passphrase_decrypts_to_it_is_called_a_wrong_passphrase(
    folder: KeyFolder,
) -> None:
    # Encryption of the older kind is quick to try: enough tries meet a valid padding by chance.
    made = folder.create("operator", "ed25519", SECRET, seed=bytes(32))
    private = Ed25519PrivateKey.from_private_bytes(bytes(32))
    old = private.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"the real one")
    )
    pem_of(folder).write_bytes(old)
    codes = {
        code_of(lambda number=number: opened(folder, made, f"try {number}".encode()))
        for number in range(600)
    }
    assert codes == {"C604"}
    assert opened(folder, made, b"the real one").kid == made.kid


def test_an_empty_passphrase_is_refused(folder: KeyFolder) -> None:
    assert code_of(lambda: folder.create("operator", "ed25519", b"")) == "C607"
    assert folder.list() == []
    made = folder.create("operator", "ed25519", SECRET)
    assert code_of(lambda: opened(folder, made, b"")) == "C607"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_key_that_others_can_reach_is_not_used(folder: KeyFolder, mode: int) -> None:
    made = folder.create("operator", "ed25519", SECRET)
    pem_of(folder).chmod(mode)
    assert code_of(lambda: opened(folder, made)) == "C606"


def test_a_missing_private_key_is_named(folder: KeyFolder) -> None:
    made = folder.create("operator", "ed25519", SECRET)
    pem_of(folder).unlink()
    assert code_of(lambda: opened(folder, made)) == "C601"


def test_an_unencrypted_key_is_not_used(folder: KeyFolder) -> None:
    made = folder.create("operator", "ed25519", SECRET, seed=bytes(32))
    clear = Ed25519PrivateKey.from_private_bytes(bytes(32)).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    pem_of(folder).write_bytes(clear)
    assert code_of(lambda: opened(folder, made)) == "C605"


def test_a_cut_or_foreign_key_file_is_called_unusable(folder: KeyFolder) -> None:
    made = folder.create("operator", "ed25519", SECRET)
    whole = pem_of(folder).read_bytes()
    lines = whole.splitlines(keepends=True)
    for broken in (b"", b"hello", whole[:100], b"".join([*lines[:2], *lines[3:]])):
        pem_of(folder).write_bytes(broken)
        assert code_of(lambda: opened(folder, made)) == "C605"


def test_the_private_key_of_somebody_else_under_a_name_is_found(folder: KeyFolder) -> None:
    one = folder.create("one", "ed25519", SECRET)
    two = folder.create("two", "ed25519", SECRET)
    files = {file.name[:3]: file for file in folder.path.glob("*.pem")}
    files["one"].write_bytes(files["two"].read_bytes())
    assert code_of(lambda: opened(folder, one)) == "C610"
    assert opened(folder, two).kid == two.kid


@pytest.mark.parametrize("field", ["pub", "kid", "alg", "name"])
def test_a_card_whose_parts_do_not_belong_together_is_refused(
    folder: KeyFolder, field: str
) -> None:
    folder.create("operator", "ed25519", SECRET)
    other = KeyFolder(folder.path.parent / "other").create("other", "ed25519", SECRET)
    (card,) = folder.path.glob("*.pub.json")
    content = json.loads(card.read_text())
    content[field] = {"pub": "AAAA", "kid": other.kid, "alg": "rsa", "name": 7}[field]
    card.write_text(json.dumps(content))
    assert code_of(folder.list) == "C605"


@pytest.mark.parametrize("content", [b"", b"{}", b"[" * 100_000, b"\xff", b"null", b" " * 20_000])
def test_a_file_that_only_looks_like_a_card_is_refused(folder: KeyFolder, content: bytes) -> None:
    folder.path.mkdir()
    (folder.path / "x.pub.json").write_bytes(content)
    assert code_of(folder.list) == "C605"


def test_an_unknown_or_ambiguous_name_is_refused(folder: KeyFolder) -> None:
    assert code_of(lambda: folder.find("nobody")) == "C601"
    made = folder.create("operator", "ed25519", SECRET)
    other = KeyFolder(folder.path.parent / "other")
    other.create("operator", "ed25519", SECRET)
    for file in other.path.iterdir():
        file.rename(folder.path / file.name)
    assert code_of(lambda: folder.find("operator")) == "C602"
    assert folder.find(made.kid[:12]) == made
    assert code_of(lambda: folder.find(made.kid[:7])) == "C601"


@pytest.mark.parametrize("name", ["", "   ", "a\nb", "a\u202eb", "x" * 101])
def test_an_unusable_name_is_refused(folder: KeyFolder, name: str) -> None:
    assert code_of(lambda: folder.create(name, "ed25519", SECRET)) == "C611"


def test_a_folder_that_is_a_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("a file")
    assert code_of(lambda: KeyFolder(tmp_path / "keys").create("a", "ed25519", SECRET)) == "C609"
