"""A signed event as it is stored, hashed, exported and verified: DSSE in one fixed byte template.

Accepted is a strict subset of DSSE v1.0.2, so any DSSE verifier accepts our entries, and one event
has one byte form. It checks form; whether a signature holds and whose key it is, others decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from custody.errors import EvidenceError
from custody.evidence.encoding import b64, malformed, unb64
from custody.evidence.merkle import leaf_hash
from custody.evidence.names import TYPE_PATTERN, check_kid
from custody.evidence.payload import Payload

PAYLOAD_TYPE: Final = "application/vnd.custody.event.v1+json"
LIMIT: Final = 65_535
"""Most bytes of an entry: what the length prefix of C2SP tlog-tiles can tell."""

SIGNATURE_SIZE: Final = 64

_HEAD = b'{"payload":"'
_MIDDLE = f'","payloadType":"{PAYLOAD_TYPE}","signatures":['.encode()
_TAIL = b"]}"
_SIGNATURE = '{{"keyid":"{}","sig":"{}"}}'
_KEYID_AT = len('{"keyid":"')
_SIG_AT = _KEYID_AT + 64 + len('","sig":"')
_SIG_END = _SIG_AT + 88
_SIGNATURE_LENGTH = _SIG_END + len('"}')


@dataclass(frozen=True, slots=True)
class Entry:
    """A parsed entry.

    `wire` are the exact bytes; `payload_bytes` what was signed (inside PAE); `signatures` pairs of
    key id and 64 bytes, sorted by key id; `leaf` the RFC 6962 leaf hash of `wire`.
    """

    wire: bytes
    payload_bytes: bytes
    payload: Payload
    signatures: tuple[tuple[str, bytes], ...]
    leaf: bytes

    @classmethod
    def parse(cls, wire: bytes, type_pattern: str = TYPE_PATTERN) -> Entry:
        """Return the entry behind `wire`.

        Raises EvidenceError C401 unless `wire` is the template to the byte, its payload is well
        formed and the signatures are by exactly the signers the payload names. `where` is "entry"
        when the envelope is at fault and something else when the payload is. No signature is
        verified.
        """
        if len(wire) > LIMIT:
            raise malformed("entry", f"it is longer than {LIMIT} bytes")
        # Cut where the template says and compare with the template afterwards: quicker than JSON.
        encoded, _, rest = wire[len(_HEAD) :].partition(_MIDDLE)
        try:
            payload_bytes = unb64(encoded.decode("ascii"))
            signatures = _signatures(rest[: -len(_TAIL)].decode("ascii"))
        except (EvidenceError, UnicodeDecodeError):
            raise malformed("entry", "its base64 is not in its one canonical spelling") from None
        if _render(encoded, signatures) != wire:
            raise malformed("entry", "it does not follow the template of a signed event")
        payload = Payload.parse(payload_bytes, type_pattern)
        if tuple(kid for kid, _ in signatures) != tuple(s.kid for s in payload.signers):
            raise malformed("entry", "its signatures are not by exactly the signers it names")
        return cls(wire, payload_bytes, payload, signatures, leaf_hash(wire))

    @property
    def signed(self) -> bytes:
        """The bytes each signer signed."""
        return pae(self.payload_bytes)


def pae(payload: bytes) -> bytes:
    """Return the pre-authentication encoding that is signed (DSSE v1.0.2, PAE)."""
    return b"DSSEv1 %d %s %d %s" % (
        len(PAYLOAD_TYPE),
        PAYLOAD_TYPE.encode("ascii"),
        len(payload),
        payload,
    )


def encode(payload: bytes, signatures: Mapping[str, bytes]) -> bytes:
    """Return the entry bytes for `payload` and its signatures by key id.

    Raises EvidenceError C401 when a key id or signature does not have its form or the entry would
    be too long. Whether the signers match the payload is checked by `Entry.parse`.
    """
    for key_id, signature in signatures.items():
        check_kid(key_id)
        if len(signature) != SIGNATURE_SIZE:
            raise malformed("entry", "a signature is not 64 bytes long")
    wire = _render(b64(payload).encode("ascii"), tuple(sorted(signatures.items())))
    if len(wire) > LIMIT:
        raise malformed("entry", f"it is longer than {LIMIT} bytes")
    return wire


def _render(encoded: bytes, signatures: tuple[tuple[str, bytes], ...]) -> bytes:
    listed = ",".join(_SIGNATURE.format(kid, b64(signature)) for kid, signature in signatures)
    return b"".join((_HEAD, encoded, _MIDDLE, listed.encode("ascii"), _TAIL))


def _signatures(listed: str) -> tuple[tuple[str, bytes], ...]:
    """Read the fixed columns of the signature list; the template is compared afterwards."""
    return tuple(
        (
            listed[at + _KEYID_AT : at + _KEYID_AT + 64],
            unb64(listed[at + _SIG_AT : at + _SIG_END], SIGNATURE_SIZE),
        )
        for at in range(0, len(listed), _SIGNATURE_LENGTH + 1)
    )
