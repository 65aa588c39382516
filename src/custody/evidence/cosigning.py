"""What passes between a ledger and those who co-sign it: the request, and the lines of the answer.

The request is the body of C2SP tlog-witness ``add-checkpoint``, sent over HTTP or carried as a
file; the answer is signature lines of tlog-cosignature. Who may ask, and whether a witness may
sign, is not decided here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from custody.evidence import note as notes
from custody.evidence.checkpoint import (
    Checkpoint,
    Ed25519Key,
    cosign_ed25519,
    parse_checkpoint,
    sign_mldsa44,
    verify_line,
)
from custody.evidence.encoding import HASH, b64, decimal, malformed, unb64, undecimal
from custody.evidence.note import SIGNATURES_MAX, Signature, SignedNote, VerifierKey

PROOF_MAX: Final = 63
"""Most hashes in the consistency proof of a request (tlog-witness, add-checkpoint)."""

REQUEST_LIMIT: Final = notes.LIMIT + 64 * 64
"""Most bytes of a request: the old size, 63 hashes, an empty line, and a note."""

ANSWER_LIMIT: Final = notes.LIMIT
"""Most bytes of an answer."""

_BODY = "answer\n"  # lines without a note are parsed as those of this one


@dataclass(frozen=True, slots=True)
class Request:
    """Please co-sign this checkpoint: it continues the one of `old` leaves you signed last.

    Attributes:
        old: size of the last checkpoint the witness signed, 0 for none.
        proof: consistency proof from `old` to the checkpoint (RFC 6962 section 2.1.2).
        text: the signed note as it stands, with the ledger's own lines.
    """

    old: int
    proof: tuple[bytes, ...]
    text: bytes

    @classmethod
    def parse(cls, raw: bytes) -> Request:
        """Return the request behind `raw`; EvidenceError C401 when it breaks the format.

        Neither the proof nor any signature is judged.
        """
        if len(raw) > REQUEST_LIMIT:
            raise malformed("request", f"it is longer than {REQUEST_LIMIT} bytes")
        head, gap, text = raw.partition(b"\n\n")
        first, *hashes = head.split(b"\n")
        if not gap or not first.startswith(b"old "):
            raise malformed("request", "it is not an old size, hashes, an empty line and a note")
        if len(hashes) > PROOF_MAX:
            raise malformed("request", f"its proof is longer than {PROOF_MAX} hashes")
        old = undecimal(_ascii(first.removeprefix(b"old ")))
        proof = tuple(unb64(_ascii(line), HASH) for line in hashes)
        made = cls(old, proof, text)
        checkpoint, _ = made.parts()
        if old > checkpoint.size:
            raise malformed("request", "the old size is larger than the checkpoint's")
        return made

    def to_bytes(self) -> bytes:
        """Return the one byte form of the request."""
        lines = [f"old {decimal(self.old)}\n", *(f"{b64(node)}\n" for node in self.proof), "\n"]
        return "".join(lines).encode("ascii") + self.text

    def parts(self) -> tuple[Checkpoint, SignedNote]:
        """Return the checkpoint asked about, and its note."""
        return parse_checkpoint(self.text)


def _ascii(line: bytes) -> str:
    try:
        return line.decode("ascii")
    except UnicodeDecodeError:
        raise malformed("request", "it holds other characters than ASCII above the note") from None


def cosign(
    private: Ed25519Key | MLDSA44PrivateKey, name: str, checkpoint: Checkpoint, time: int
) -> Signature:
    """Return the line by which `name` states, at Unix second `time`, what it saw (or replayed).

    Args:
        private: an ML-DSA-44 key gives a line of type 0x06, an Ed25519 key one of type 0x04.
    """
    if isinstance(private, MLDSA44PrivateKey):
        return sign_mldsa44(private, name, checkpoint, time)
    return cosign_ed25519(private, name, checkpoint, time)


def format_lines(lines: Sequence[Signature]) -> bytes:
    """Return signature lines as text, each ended by LF: the answer of a witness."""
    return notes.encode(SignedNote(_BODY, tuple(lines))).partition(b"\n\n")[2]


def parse_lines(raw: bytes) -> tuple[Signature, ...]:
    """Return the lines of an answer; a whole note gives its lines as well.

    EvidenceError C401 when malformed.
    """
    if len(raw) > ANSWER_LIMIT:
        raise malformed("answer", f"it is longer than {ANSWER_LIMIT} bytes")
    if b"\n\n" in raw:
        return notes.parse(raw).signatures
    return notes.parse(_BODY.encode() + b"\n" + raw).signatures


def with_lines(text: bytes, lines: Sequence[Signature]) -> bytes:
    """Return the note `text` with more lines below its own; nothing that is there is dropped.

    A key that has a line already keeps that line: its statement does not grow stale, and a second
    line by one key would make the note unreadable. EvidenceError C401 above 32 lines.
    """
    note = notes.parse(text)
    there = {(line.name, line.keyid) for line in note.signatures}
    added: list[Signature] = []
    for line in lines:
        if (line.name, line.keyid) not in there:
            there.add((line.name, line.keyid))
            added.append(line)
    if not added:
        return text
    if len(note.signatures) + len(added) > SIGNATURES_MAX:
        raise malformed("note", f"it has more than {SIGNATURES_MAX} signature lines")
    return notes.encode(replace(note, signatures=(*note.signatures, *added)))


def signed_by(key: VerifierKey, checkpoint: Checkpoint, note: SignedNote) -> int | None:
    """Return the time (Unix seconds, 0 for none) of the line by `key`; None without a good one."""
    for line in note.signatures:
        time = verify_line(key, checkpoint, line)
        if time is not None:
            return time
    return None
