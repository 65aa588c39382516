"""The ledger's signed promise that an event will be under a sealed checkpoint by a deadline.

Whoever hands in an event gets it before the next checkpoint, when no receipt can be made yet. If
the promise is broken, the map under a later seal shows it, and the two together convict the
operator (see fraud). A C2SP signed note of six lines, signed with the ledger's Ed25519 key: its
first line is this format's own label, so that no checkpoint can ever be taken for a promise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.evidence import names, note
from custody.evidence.ed25519 import verify_ed25519
from custody.evidence.encoding import HASH, b64, decimal, malformed, unb64, undecimal

TITLE: Final = "custody-ack/v1"


@dataclass(frozen=True, slots=True)
class Promise:
    """That leaf `leaf` stands in `stream` as number `seq`, and is sealed by `deadline`.

    `leaf` are 32 bytes, `seq` counts from 0, `deadline` is in Unix seconds.
    """

    origin: str
    stream: str
    seq: int
    leaf: bytes
    deadline: int

    def body(self) -> bytes:
        """Return the six lines that are signed; C401 when a field is impossible."""
        names.check_origin(self.origin)
        names.stream_kind(self.stream)
        if len(self.leaf) != HASH:
            raise malformed("promise", "its leaf hash is not 32 bytes long")
        numbers = (decimal(self.seq), b64(self.leaf), decimal(self.deadline))
        lines = (TITLE, self.origin, self.stream, *numbers)
        return "".join(line + "\n" for line in lines).encode("ascii")

    def signed(self, private: Ed25519PrivateKey) -> bytes:
        """Return the signed note, by the ledger's Ed25519 key (type 0x01, named as the origin)."""
        public = private.public_key().public_bytes_raw()
        key = note.VerifierKey(self.origin, note.ED25519, public)
        line = note.Signature(key.name, key.keyid, private.sign(self.body()))
        return note.encode(note.SignedNote(self.body().decode("ascii"), (line,)))


def open_promise(raw: bytes, key: note.VerifierKey) -> Promise:
    """Return the promise in a signed note, once the ledger key `key` is found to have signed it.

    Raises:
        EvidenceError: C401 it is not a promise, or not signed by this key.
    """
    found = note.parse(raw)
    lines = found.text.split("\n")
    if len(lines) != 7 or lines[0] != TITLE:
        raise malformed("promise", "it is not the six lines of a promise")
    _, origin, stream, seq, leaf, deadline, _ = lines
    promise = Promise(origin, stream, undecimal(seq), unb64(leaf, HASH), undecimal(deadline))
    if promise.body() != found.text.encode():
        raise malformed("promise", "it is not in its one canonical spelling")
    mine = [s for s in found.signatures if (s.name, s.keyid) == (key.name, key.keyid)]
    if origin != key.name or len(mine) != 1:
        raise malformed("promise", "it is not signed by this ledger")
    if not verify_ed25519(key.public, mine[0].blob, promise.body()):
        raise malformed("promise", "the ledger's signature on it is false")
    return promise
