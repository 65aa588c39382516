"""Signed notes: a text, an empty line, and signature lines; and the keys that go with them.

C2SP signed-note, with limits. It verifies nothing: which lines count, and over which bytes they
are, depends on the kind of key (see checkpoint).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from custody.evidence.encoding import b64, malformed, sha256, unb64
from custody.evidence.names import check_public_key

LIMIT: Final = 128 * 1024
"""Most bytes of a note."""

SIGNATURES_MAX: Final = 32

ED25519: Final = 0x01
COSIGNATURE: Final = 0x04
MLDSA44: Final = 0x06
KEY_SIZES: Final = {ED25519: 32, COSIGNATURE: 32, MLDSA44: 1312}
"""Public key length in bytes by key type."""

_DASH = "\u2014 "
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")
# Spaces as a fixed list, so that the verdict does not depend on anybody's Unicode tables.
_NAME = re.compile("[^+ \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature line: name of the key, its 4-byte id, and `blob`, everything after the id."""

    name: str
    keyid: bytes
    blob: bytes


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A text that ends with a line feed, and the lines that sign it."""

    text: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with its name and type (0x01 Ed25519, 0x04 Ed25519 cosigner, 0x06 ML-DSA-44)."""

    name: str
    type: int
    public: bytes

    @classmethod
    def parse(cls, vkey: str) -> VerifierKey:
        """Return the key behind `name+id+base64`; EvidenceError C401 when anything is off."""
        parts = vkey.split("+", 2)
        if len(parts) != 3:
            raise malformed("verifier key", "it is not name+id+key")
        content = unb64(parts[2])
        key = cls(parts[0], content[0] if content else 0, content[1:])
        if KEY_SIZES.get(key.type) != len(key.public):
            raise malformed("verifier key", "its type is unknown or its length does not fit it")
        if key.type != MLDSA44:
            check_public_key(key.public)
        check_name(key.name)
        if key.text() != vkey:
            raise malformed("verifier key", "its id does not belong to this name and key")
        return key

    def text(self) -> str:
        """Return the key as one line, the way trust files hold it."""
        return f"{self.name}+{self.keyid.hex()}+{b64(bytes((self.type,)) + self.public)}"

    @property
    def keyid(self) -> bytes:
        """The 4 bytes that, with the name, say which key a signature line is by; a hint only."""
        return sha256(self.name.encode() + b"\n" + bytes((self.type,)) + self.public)[:4]


def check_name(name: str) -> None:
    """Raise EvidenceError C401 unless `name` can name a key: no space, no plus, up to 255 bytes."""
    if _NAME.fullmatch(name) is None or "\n" in name or _CONTROL.search(name) is not None:
        raise malformed("key name", "it is empty or holds a space, a plus or a control character")
    try:
        size = len(name.encode())
    except UnicodeEncodeError:
        raise malformed("key name", "it cannot be written in UTF-8") from None
    if size > 255:
        raise malformed("key name", "it is longer than 255 bytes")


def encode(note: SignedNote) -> bytes:
    """Return the bytes of a note; EvidenceError C401 when they could not be parsed again."""
    lines = (f"{_DASH}{s.name} {b64(s.keyid + s.blob)}\n" for s in note.signatures)
    raw = "".join((note.text, "\n", *lines)).encode("utf-8", "surrogatepass")
    if parse(raw) != note:
        raise malformed("note", "its parts do not make a note")
    return raw


def parse(raw: bytes) -> SignedNote:
    """Return the note behind `raw`; EvidenceError C401 when it breaks the format or its limits."""
    if len(raw) > LIMIT:
        raise malformed("note", f"it is longer than {LIMIT} bytes")
    try:
        content = raw.decode()
    except UnicodeDecodeError:
        raise malformed("note", "it is not UTF-8") from None
    if _CONTROL.search(content) is not None:
        raise malformed("note", "it holds a control character")
    text, gap, listed = content.rpartition("\n\n")
    if not gap or not listed.endswith("\n"):
        raise malformed("note", "it is not a text, an empty line and signature lines")
    lines = listed[:-1].split("\n")
    if len(lines) > SIGNATURES_MAX:
        raise malformed("note", f"it has more than {SIGNATURES_MAX} signature lines")
    return SignedNote(text + "\n", tuple(_signature(line) for line in lines))


def _signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH):
        raise malformed("signature line", "it is not a dash, a name and base64")
    check_name(name)
    content = unb64(encoded)
    if len(content) < 5:
        raise malformed("signature line", "it holds no signature")
    return Signature(name, content[:4], content[4:])
