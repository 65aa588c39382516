"""Signing keys as files: one encrypted private key and one public card per person or ledger.

It grants nothing: whether a key may sign is recorded in the ledger. Private keys are PKCS#8 PEM
(`adapters.pkcs8`), readable by their owner only; a card is JSON with name, kid, alg and pub (base64
of the raw public key), and `at` when the private key lives elsewhere (`adapters.key_stores`). A
file is never overwritten.
"""

from __future__ import annotations

import base64
import contextlib
import errno
import json
import stat
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from custody.adapters.files import write_once
from custody.adapters.key_stores import StoredKey, made_at
from custody.adapters.pkcs8 import sealed_pem
from custody.errors import EvidenceError, SigningKeyError, Text
from custody.evidence.encoding import b64, sha256, unb64
from custody.evidence.names import SPKI_PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Algorithm = Literal["ed25519", "mldsa44"]
"""`ed25519` for people, roots, witnesses and the log; `mldsa44` for the log's second line."""

PrivateKey: TypeAlias = Ed25519PrivateKey | MLDSA44PrivateKey | StoredKey
PassphraseSource: TypeAlias = Callable[[str], bytes]
"""Gives the passphrase for a key name; see `adapters.passphrases`."""

PUBLIC_SIZE: Final[dict[str, int]] = {"ed25519": 32, "mldsa44": 1312}
_CARD, _PEM = ".pub.json", ".pem"
_CARD_LIMIT = 16_384
_NAME_LIMIT = 100


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What everybody may know of a key; `kid` is the hex SHA-256 of its SubjectPublicKeyInfo.

    `at` is the URI of the key store that holds the private key; empty for a file beside the card.
    """

    name: str
    kid: str
    alg: Algorithm
    public: bytes
    at: str = ""


@dataclass(frozen=True, slots=True)
class Signer:
    """An unlocked key. `private` is the library's own key object, for checkpoint lines."""

    public: PublicKey
    private: PrivateKey

    @property
    def kid(self) -> str:
        """The key's id."""
        return self.public.kid

    def sign(self, message: bytes) -> bytes:
        """Return the raw signature over `message` (RFC 8032, or FIPS 204 with empty context)."""
        return self.private.sign(message)


class KeyFolder:
    """A folder of keys; the folder need not exist before the first key is created."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def create(
        self, name: str, alg: Algorithm, passphrase: bytes, seed: bytes | None = None
    ) -> PublicKey:
        """Make a key for `name`, write both files and return its public card.

        `seed` (32 bytes) makes the key reproducible, for test vectors only.

        Raises:
            SigningKeyError: C603 the name is taken, C607 empty passphrase, C609 the folder cannot
                be written, C611 unusable name.
        """
        if not passphrase:
            raise SigningKeyError("C607", where=name)
        name = self._free(name)
        private = _generate(alg, seed)
        key = _card_of(name, alg, private.public_key())
        pem = sealed_pem(
            private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()), passphrase
        )
        with self._reachable():
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._write(key, pem)
        return key

    def keep_at(self, name: str, uri: str, passphrase: PassphraseSource) -> PublicKey:
        """Make the key called `name` in the key store at `uri`, or take the one that is there.

        Only its card is written here.

        Raises:
            SigningKeyError: C603, C609, C611 as `create`; C617 to C626 the key store refuses.
        """
        name = self._free(name)
        public = Ed25519PublicKey.from_public_bytes(made_at(uri, lambda: passphrase(name)))
        key = replace(_card_of(name, "ed25519", public), at=uri)
        with self._reachable():
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_once(self._file(key, _CARD), _card_bytes(key), 0o644)
        return key

    def _free(self, name: str) -> str:
        """Return the name as it is written; C603 when another key has it, C611 unusable."""
        name = _clean(name)
        taken = next((key for key in self.list() if key.name == name), None)
        if taken is not None:
            raise SigningKeyError("C603", where=str(self.path), name=name, kid=taken.kid)
        return name

    def list(self) -> list[PublicKey]:
        """Return every key of the folder, sorted by name.

        Raises:
            SigningKeyError: C605 a card is malformed, C609 the folder cannot be read.
        """
        with self._reachable():
            cards = sorted(self.path.glob("*" + _CARD)) if self.path.is_dir() else []
            keys = [read_card(card) for card in cards]
        return sorted(keys, key=lambda key: (key.name, key.kid))

    def find(self, name_or_kid: str) -> PublicKey:
        """Return the one key with this name, or whose kid starts with this (8 or more hex digits).

        Raises:
            SigningKeyError: C601 none, C602 several.
        """
        wanted = unicodedata.normalize("NFC", name_or_kid.strip())
        keys = self.list()
        found = [key for key in keys if key.name == wanted]
        if not found and len(wanted) >= 8:
            found = [key for key in keys if key.kid.startswith(wanted.lower())]
        if not found:
            raise SigningKeyError("C601", where=str(self.path), name=wanted)
        if len(found) > 1:
            kids = ", ".join(key.kid[:16] for key in found)
            raise SigningKeyError("C602", where=str(self.path), name=wanted, kids=kids)
        return found[0]

    def unlock(self, public: PublicKey, passphrase: PassphraseSource) -> Signer:
        """Open the private key of `public`, asking `passphrase` for it by name.

        Raises:
            SigningKeyError: C601 file missing, C604 wrong passphrase, C605 another format, C606
                readable by others, C607 empty passphrase, C609 unreadable, C610 another key.
        """
        if public.at:
            # A PIN is asked for when it is first needed, and kept as long as the key is unlocked.
            asked = cache(lambda: passphrase(public.name))
            return Signer(public, StoredKey(public.at, public.public, asked))
        file = self._file(public, _PEM)
        with self._reachable():
            if not file.is_file():
                raise SigningKeyError("C601", where=str(file), name=public.name)
            mode = stat.S_IMODE(file.stat().st_mode)
            if mode & 0o077:
                raise SigningKeyError("C606", where=str(file), mode=f"{mode:04o}")
            pem = file.read_bytes()
        if b"-----BEGIN ENCRYPTED PRIVATE KEY-----" not in pem:
            raise SigningKeyError(
                "C605",
                where=str(file),
                detail=Text("not an encrypted PKCS#8 key", "不是加密的 PKCS#8 密钥"),
            )
        said = passphrase(public.name)
        if not said:
            raise SigningKeyError("C607", where=public.name)
        private = _decrypted(pem, said, file)
        if _public_bytes(private) != public.public:
            raise SigningKeyError("C610", where=str(file), name=public.name)
        return Signer(public, private)

    def _write(self, key: PublicKey, pem: bytes) -> None:
        file = self._file(key, _PEM)
        try:
            write_once(file, pem, 0o600)
        except FileExistsError as error:
            raise SigningKeyError("C603", where=str(file), name=key.name, kid=key.kid) from error
        try:
            write_once(self._file(key, _CARD), _card_bytes(key), 0o644)
        except OSError:
            # Without its card the new private key could never be found again.
            with contextlib.suppress(OSError):
                file.unlink()
            raise

    def _file(self, key: PublicKey, ending: str) -> Path:
        return self.path / (slug(key.name, key.kid) + ending)

    @contextlib.contextmanager
    def _reachable(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = error.strerror or errno.errorcode.get(error.errno or 0, "")
            raise SigningKeyError("C609", where=str(self.path), detail=reason) from error


def slug(name: str, kid: str) -> str:
    """Return the file name stem of a key: letters and digits of any script, and 8 of the kid."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    words = "".join(mark if mark.isalnum() else " " for mark in plain).split()
    return "-".join(["-".join(words)[:40].strip("-") or "key", kid[:8]])


def read_card(path: Path) -> PublicKey:
    """Return the public card in the file `path`.

    Raises:
        SigningKeyError: C605 unless it is a card whose kid belongs to its public key.
        OSError: the file cannot be read.
    """
    raw = path.read_bytes()
    try:
        if len(raw) > _CARD_LIMIT:
            raise ValueError("too long")
        card = json.loads(raw)
        name, kid, alg, pub = (card[field] for field in ("name", "kid", "alg", "pub"))
        at = card.get("at", "")
        if alg not in get_args(Algorithm) or not (isinstance(name, str) and isinstance(at, str)):
            raise ValueError(f"unknown algorithm {alg!r} or a name that is no text")
        key = PublicKey(name, kid, alg, unb64(pub, PUBLIC_SIZE[alg]), at)
        if _kid(key.alg, key.public) != kid:
            raise ValueError("the key id does not belong to the public key")
    except (ValueError, TypeError, LookupError, RecursionError, EvidenceError) as error:
        raise SigningKeyError("C605", where=str(path), detail=str(error)) from error
    return key


def _card_bytes(key: PublicKey) -> bytes:
    card = {"alg": key.alg, "kid": key.kid, "name": key.name, "pub": b64(key.public)}
    card |= {"at": key.at} if key.at else {}
    return (json.dumps(card, ensure_ascii=False, indent=2) + "\n").encode()


def _clean(name: str) -> str:
    plain = unicodedata.normalize("NFC", name.strip())
    if not plain or len(plain) > _NAME_LIMIT or not plain.isprintable():
        raise SigningKeyError("C611", where=repr(name))
    return plain


def _generate(alg: Algorithm, seed: bytes | None) -> Ed25519PrivateKey | MLDSA44PrivateKey:
    if alg == "ed25519":
        if seed is None:
            return Ed25519PrivateKey.generate()
        return Ed25519PrivateKey.from_private_bytes(seed)
    return MLDSA44PrivateKey.generate() if seed is None else MLDSA44PrivateKey.from_seed_bytes(seed)


def _public_bytes(private: PrivateKey) -> bytes:
    return private.public_key().public_bytes_raw()


def _card_of(name: str, alg: Algorithm, public: Ed25519PublicKey | MLDSA44PublicKey) -> PublicKey:
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return PublicKey(name, sha256(der).hex(), alg, public.public_bytes_raw())


def _kid(alg: Algorithm, public: bytes) -> str:
    return sha256(_SPKI[alg] + public).hex()


_SPKI: Final[dict[str, bytes]] = {
    "ed25519": SPKI_PREFIX,
    "mldsa44": bytes.fromhex("30820532300b06096086480165030403110382052100"),  # RFC 9881, section 4
}


def _decrypted(pem: bytes, passphrase: bytes, file: Path) -> Ed25519PrivateKey | MLDSA44PrivateKey:
    try:
        private = load_pem_private_key(pem, passphrase)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        # A wrong passphrase shows as broken padding or, by chance, as a broken key inside it: so
        # whatever fails in a file whose outer form is whole is put down to the passphrase.
        code = "C604" if isinstance(error, ValueError) and _is_whole(pem) else "C605"
        raise SigningKeyError(code, where=str(file), detail=str(error)) from error
    if not isinstance(private, Ed25519PrivateKey | MLDSA44PrivateKey):
        raise SigningKeyError(
            "C605", where=str(file), detail=Text("another kind of key", "是另一种密钥")
        )
    return private


def _is_whole(pem: bytes) -> bool:
    """Tell whether the PEM text holds exactly one DER sequence."""
    lines = pem.strip().splitlines()
    try:
        der = base64.b64decode(b"".join(lines[1:-1]), validate=True)
    except ValueError:
        return False
    octets = der[1] & 0x7F if len(der) > 1 and der[1] & 0x80 else 0
    length = int.from_bytes(der[2 : 2 + octets]) if octets else der[1] if len(der) > 1 else -1
    return lines[-1].startswith(b"-----END") and length == len(der) - 2 - octets
