"""Checkpoints: the size and root of the log, signed by the log twice and cosigned by witnesses.

C2SP tlog-checkpoint without extension lines, tlog-cosignature for Ed25519 (type 0x04) and
ML-DSA-44 (type 0x06, FIPS 204 pure with empty context). How many lines are enough is for the trust
file to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from custody.evidence.ed25519 import verify_ed25519
from custody.evidence.encoding import (
    HASH,
    INTEGER_MAX,
    b64,
    malformed,
    unb64,
    undecimal,
)
from custody.evidence.merkle import EMPTY
from custody.evidence.names import check_origin
from custody.evidence.note import (
    COSIGNATURE,
    ED25519,
    MLDSA44,
    Signature,
    SignedNote,
    VerifierKey,
    check_name,
    parse,
)

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class Ed25519Key(Protocol):
    """An Ed25519 key that signs, wherever its private half lives."""

    def public_key(self) -> Ed25519PublicKey:
        """Return the public half."""
        ...

    def sign(self, data: bytes) -> bytes:
        """Return the signature over `data`, 64 bytes."""
        ...


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a log: its origin, its number of leaves and its 32-byte root."""

    origin: str
    size: int
    root: bytes

    def body(self) -> bytes:
        """Return the three lines that are signed; C401 when a field is impossible."""
        self.check()
        return f"{self.origin}\n{self.size}\n{b64(self.root)}\n".encode("ascii")

    def check(self) -> None:
        """Raise EvidenceError C401 when no log can be in this state."""
        check_origin(self.origin)
        if not 0 <= self.size <= INTEGER_MAX:
            raise malformed("checkpoint", "its size is outside 0 to 2^53-1")
        if len(self.root) != HASH:
            raise malformed("checkpoint", "its root is not 32 bytes long")
        if self.size == 0 and self.root != EMPTY:
            raise malformed("checkpoint", "a log without leaves has another root")


def parse_checkpoint(raw: bytes) -> tuple[Checkpoint, SignedNote]:
    """Return the checkpoint in a signed note, with the note; EvidenceError C401 when malformed.

    No signature is verified.
    """
    note = parse(raw)
    lines = note.text.split("\n")
    if len(lines) != 4:
        raise malformed("checkpoint", "it does not have exactly three lines")
    origin, size, root, _ = lines
    checkpoint = Checkpoint(origin, undecimal(size), unb64(root, HASH))
    checkpoint.check()
    return checkpoint, note


def sign_ed25519(private: Ed25519Key, name: str, checkpoint: Checkpoint) -> Signature:
    """Return the log's own line of type 0x01; `name` is the origin."""
    public = private.public_key().public_bytes_raw()
    key = VerifierKey(name, ED25519, public)
    return _line(key, private.sign(checkpoint.body()))


def cosign_ed25519(private: Ed25519Key, name: str, checkpoint: Checkpoint, time: int) -> Signature:
    """Return a witness's line of type 0x04: `name` saw this checkpoint at Unix second `time`."""
    public = private.public_key().public_bytes_raw()
    signature = private.sign(_cosigned(checkpoint, time))
    return _line(VerifierKey(name, COSIGNATURE, public), _be64(time) + signature)


def sign_mldsa44(
    private: MLDSA44PrivateKey, name: str, checkpoint: Checkpoint, time: int
) -> Signature:
    """Return a line of type 0x06 by `name` (log, witness or auditor) at Unix second `time`."""
    public = private.public_key().public_bytes_raw()
    signature = private.sign(_subtree(name, checkpoint, time))
    return _line(VerifierKey(name, MLDSA44, public), _be64(time) + signature)


def verify_line(key: VerifierKey, checkpoint: Checkpoint, signature: Signature) -> int | None:
    """Return the time in a signature line, 0 for a line without one, None when it does not hold.

    A line by another name or key id does not hold either. A line whose time is 0 would be a
    statement about a part of the log and is refused. Never raises for what was parsed.
    """
    if (signature.name, signature.keyid) != (key.name, key.keyid):
        return None
    if key.type == ED25519:
        return 0 if verify_ed25519(key.public, signature.blob, checkpoint.body()) else None
    time = int.from_bytes(signature.blob[:8])
    if not 1 <= time <= INTEGER_MAX:
        return None
    if key.type == COSIGNATURE:
        holds = verify_ed25519(key.public, signature.blob[8:], _cosigned(checkpoint, time))
    else:
        message = _subtree(key.name, checkpoint, time)
        holds = key.type == MLDSA44 and _verify_mldsa44(key.public, signature.blob[8:], message)
    return time if holds else None


def _line(key: VerifierKey, blob: bytes) -> Signature:
    check_name(key.name)
    return Signature(key.name, key.keyid, blob)


def _cosigned(checkpoint: Checkpoint, time: int) -> bytes:
    _check_time(time)
    return f"cosignature/v1\ntime {time}\n".encode("ascii") + checkpoint.body()


def _subtree(name: str, checkpoint: Checkpoint, time: int) -> bytes:
    """Return the statement about the whole log as the subtree from leaf 0 (tlog-cosignature)."""
    check_name(name)
    checkpoint.check()
    _check_time(time)
    return b"".join(
        (
            b"subtree/v1\n\0",
            _len8(name),
            _be64(time),
            _len8(checkpoint.origin),
            _be64(0),
            _be64(checkpoint.size),
            checkpoint.root,
        )
    )


def _verify_mldsa44(public: bytes, signature: bytes, message: bytes) -> bool:
    try:
        MLDSA44PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _check_time(time: int) -> None:
    if not 1 <= time <= INTEGER_MAX:
        raise malformed("cosignature", "its time is not a positive number of seconds")


def _be64(number: int) -> bytes:
    return number.to_bytes(8)


def _len8(text: str) -> bytes:
    content = text.encode()
    return bytes((len(content),)) + content
