"""SHA-256, strict base64 and minimal decimals: the smallest parts every other format is made of.

It knows no format of the ledger; each decoder accepts exactly one spelling of a value and refuses
every other one (RFC 4648 sections 4 and 5, with the unused tail bits required to be zero).
"""

from __future__ import annotations

import binascii
import hashlib
import re
from typing import Final

from custody.errors import EvidenceError

HASH: Final = 32
"""Bytes in a SHA-256 digest."""

ZERO: Final = bytes(HASH)
"""The stand-in where no hash exists: before a stream's first event, for an empty map subtree."""

INTEGER_MAX: Final = 2**53 - 1
"""The largest integer any of our formats may hold, so that a double holds it exactly."""

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,15}", re.ASCII)


def malformed(what: str, detail: str) -> EvidenceError:
    """Return (not raise) the one error for bytes that do not have the form of `what`."""
    return EvidenceError("C401", where=what, what=what, detail=detail)


def sha256(content: bytes) -> bytes:
    """Return the 32-byte SHA-256 digest of `content` (FIPS 180-4)."""
    return hashlib.sha256(content).digest()


def b64(content: bytes) -> str:
    """Return standard base64 with padding (RFC 4648 section 4)."""
    return binascii.b2a_base64(content, newline=False).decode("ascii")


def unb64(text: str, length: int | None = None) -> bytes:
    """Return the bytes behind standard base64, given exactly as `b64` would write them.

    Raises EvidenceError C401 for any other spelling, or when `length` is given and differs.
    """
    try:
        content = binascii.a2b_base64(text)
    except (ValueError, TypeError):
        raise malformed("base64 text", "it does not decode") from None
    # Decoders skip stray characters and ignore tail bits; only encoding again shows the one form.
    if b64(content) != text:
        raise malformed("base64 text", "it is not in its one canonical spelling")
    if length is not None and len(content) != length:
        raise malformed("base64 text", f"it holds {len(content)} bytes where {length} are needed")
    return content


def b64u(content: bytes) -> str:
    """Return URL-safe base64 without padding (RFC 4648 section 5)."""
    return b64(content).rstrip("=").translate(_TO_URL)


def unb64u(text: str, length: int | None = None) -> bytes:
    """Return the bytes behind unpadded URL-safe base64, given exactly as `b64u` would write them.

    Raises EvidenceError C401 for any other spelling, or when `length` is given and differs.
    """
    if not isinstance(text, str):
        raise malformed("base64 text", "it is not text")
    content = unb64(text.translate(_FROM_URL) + "=" * (-len(text) % 4), length)
    # The translation would let both alphabets through; encoding again leaves only one.
    if b64u(content) != text:
        raise malformed("base64 text", "it is not in its one canonical spelling")
    return content


def decimal(number: int) -> str:
    """Return `number` (0 to 2^53-1) as ASCII decimal without sign or leading zeros."""
    if not 0 <= number <= INTEGER_MAX:
        raise malformed("number", "it is outside 0 to 2^53-1")
    return str(number)


def undecimal(text: str) -> int:
    """Return the integer behind a minimal ASCII decimal; C401 for any other spelling."""
    if _DECIMAL.fullmatch(text) is None:
        raise malformed("number", "it is not a minimal decimal")
    number = int(text)
    if number > INTEGER_MAX:
        raise malformed("number", "it is outside 0 to 2^53-1")
    return number


_TO_URL = str.maketrans("+/", "-_")
_FROM_URL = str.maketrans("-_", "+/")
