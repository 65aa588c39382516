"""Every spelling under which a private value could still stand in a file after its erasure.

A value is searched for as itself, and with it the salt and the disclosure string: whoever holds
those can prove to anybody that the digest in the event is that value. Pure.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from typing import Final

from custody.evidence.disclosure import open_disclosure
from custody.evidence.encoding import unb64u

# Shorter texts stand everywhere by chance; they are looked for together with their salt only.
LEAST: Final = 4
# Parts of base64 text that do not depend on what stands beside it need a few bytes to be telling.
LEAST_ENCODED: Final = 6


def spellings(disclosure: str) -> dict[bytes, str]:
    """Return byte string → what it is (value, salt, disclosure) for one disclosure string.

    UTF-8, UTF-16 (both orders) and GB 18030, escaped JSON, hexadecimal (both cases), and base64 in
    both alphabets at every alignment (RFC 4648), so that it is found inside longer encoded text.

    Raises:
        EvidenceError: C401 when it is no disclosure string.
    """
    _, value = open_disclosure(disclosure)
    raw = unb64u(disclosure)
    salt = json.loads(raw)[0]
    found: dict[bytes, str] = {}
    for spelled in (*_text(disclosure), *_binary(raw), raw):
        found.setdefault(spelled, "disclosure")
    for spelled in (*_text(salt), *_binary(unb64u(salt)), unb64u(salt)):
        found.setdefault(spelled, "salt")
    if isinstance(value, str) and len(value.encode()) >= LEAST:
        for spelled in _text(value):
            found.setdefault(spelled, "value")
    return found


def _text(text: str) -> Iterator[bytes]:
    """Yield `text` as programs write texts."""
    yield text.encode()
    for order in ("utf-16-le", "utf-16-be"):
        yield text.encode(order)
    yield text.encode("gb18030", "replace")  # tables saved by office programs in China
    escaped = json.dumps(text)[1:-1]
    yield escaped.encode("ascii")
    yield from _binary(text.encode())


def _binary(content: bytes) -> Iterator[bytes]:
    """Yield `content` in the encodings of bytes as text."""
    written = binascii.hexlify(content)
    yield written
    yield written.upper()
    if len(content) < LEAST_ENCODED:
        return
    for shift in range(3):
        # The first and last letters depend on the neighbours; what lies between is always there.
        whole = base64.b64encode(bytes(shift) + content)
        core = whole.rstrip(b"=")[(shift * 8 + 5) // 6 : (shift + len(content)) * 8 // 6]
        yield core
        yield core.translate(bytes.maketrans(b"+/", b"-_"))
