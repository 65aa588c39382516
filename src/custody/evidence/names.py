"""Identifiers: key ids, stream ids, event type names and log origins.

It only tells whether a name is well formed and computes the derived ones (RFC 8410 for the Ed25519
SubjectPublicKeyInfo); whether a key may sign or a stream exists is decided elsewhere.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from custody.evidence.canonical import clean_text
from custody.evidence.encoding import malformed, sha256

SPKI_PREFIX: Final = bytes.fromhex("302a300506032b6570032100")
"""DER SubjectPublicKeyInfo of an Ed25519 key, up to the 32 key bytes (RFC 8410 section 10.1)."""

STREAM_KINDS: Final = (
    "authority",
    "key",
    "person",
    "organisation",
    "site",
    "equipment",
    "instrument",
    "donation",
    "sample",
    "material",
    "product",
    "process",
    "bank",
    "vial",
    "culture",
    "batch",
    "dose",
    "deviation",
    "assessment",
    "study",
    "subject",
    "permit",
    "shipment",
    "alias",
)
"""The closed list of what a stream may be about."""

AUTHORITY: Final = "authority:" + "0" * 32
"""The one stream that holds the policy of a ledger."""

TYPE_PATTERN: Final = r"^[a-z]+(\.[a-z_]+)+/v[1-9][0-9]{0,3}$"
"""Event type names: noun, past participle, version."""

_KID = re.compile(r"[0-9a-f]{64}")
_ORIGIN = re.compile(r"[!-*,-~]{1,255}")
_SCHEME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_STREAM = re.compile(
    rf"(?:({'|'.join(k for k in STREAM_KINDS if k not in ('authority', 'key', 'alias'))}):"
    r"[0-9a-f]{32}|(key|alias):[0-9a-f]{64}|(authority):0{32})"
)

# The order of the field of Curve25519, and the y of all points of order 1, 2, 4 and 8.
_P = 2**255 - 19
_SMALL_ORDER = frozenset(
    {0, 1, _P - 1}
    | {
        int.from_bytes(bytes.fromhex(y), "little")
        for y in (
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        )
    }
)


def spki(public: bytes) -> bytes:
    """Return the DER SubjectPublicKeyInfo of a 32-byte Ed25519 public key."""
    if len(public) != 32:
        raise malformed("public key", "it is not 32 bytes long")
    return SPKI_PREFIX + public


def kid(public: bytes) -> str:
    """Return the key id: 64 hex digits, SHA-256 of the key's SubjectPublicKeyInfo."""
    return sha256(spki(public)).hex()


def check_kid(text: str) -> None:
    """Raise EvidenceError C401 unless `text` is 64 lower-case hex digits."""
    if _KID.fullmatch(text) is None:
        raise malformed("key id", "it is not 64 lower-case hex digits")


def check_public_key(public: bytes) -> None:
    """Raise EvidenceError C401 unless `public` is a usable 32-byte Ed25519 public key.

    Refused are non-canonical encodings and points of small order: for those, implementations of
    RFC 8032 disagree about which signatures are valid.
    """
    if len(public) != 32:
        raise malformed("public key", "it is not 32 bytes long")
    y = int.from_bytes(public, "little") & ((1 << 255) - 1)
    if y >= _P:
        raise malformed("public key", "its encoding is not canonical")
    if y in _SMALL_ORDER:
        raise malformed("public key", "it is a point of small order")


@lru_cache(maxsize=8192)
def stream_kind(stream: str) -> str:
    """Return the kind of a stream id; EvidenceError C401 when the id is malformed."""
    found = _STREAM.fullmatch(stream)
    if found is None:
        raise malformed("stream id", "it is not kind:hex of a known kind")
    return stream.partition(":")[0]


def key_stream(key_id: str) -> str:
    """Return the id of the stream that holds the grants and revocations of a key."""
    check_kid(key_id)
    return "key:" + key_id


def alias_stream(scheme: str, value: str) -> str:
    """Return the id of the stream that binds business number `value` of `scheme` to one stream.

    Raises EvidenceError C401 when the scheme is not a short lower-case name, or the value is empty
    or holds a refused code point.
    """
    if _SCHEME.fullmatch(scheme) is None:
        raise malformed("alias", "its scheme is not a short lower-case name")
    if not value or not clean_text(value):
        raise malformed("alias", "its number is empty or holds a character that is not allowed")
    return "alias:" + sha256(f"custody-alias/v1\n{scheme}\n{value}\n".encode()).hex()


def check_origin(origin: str) -> None:
    """Raise EvidenceError C401 unless `origin` can name a log.

    Printable ASCII, 1 to 255 bytes, without space and plus: what a C2SP key name allows, restricted
    so that no Unicode table is needed.
    """
    if _ORIGIN.fullmatch(origin) is None:
        raise malformed("log origin", "it is not 1 to 255 printable characters without space, plus")
