"""The verifier page as a file to hand out, with the digests people compare.

The page without a trust file has one SHA-256 per version, which is published. A page made with a
trust file inside differs by that file alone; whoever makes one publishes its SHA-256 themselves.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from custody.evidence.trust import TrustRoot
from custody.page.build import build


@dataclass(frozen=True, slots=True)
class VerifierPage:
    """One page.

    Attributes:
        content: the HTML file.
        sha256: of `content`, hex.
        published: SHA-256 (hex) of the page of this version without a trust file.
        origin, trust: ledger and fingerprint (hex) of the trust file inside; empty when none is.
    """

    content: bytes
    sha256: str
    published: str
    origin: str = ""
    trust: str = ""


def verifier_page(trust: bytes | None) -> VerifierPage:
    """Make the page, with the trust file `trust` inside or without one.

    Raises:
        TrustError: C501 to C503, the trust file is not usable.
    """
    root = TrustRoot.parse(trust) if trust is not None else None
    plain = build(None)
    content = plain if trust is None else build(trust)
    return VerifierPage(
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        published=hashlib.sha256(plain).hexdigest(),
        origin=root.origin if root else "",
        trust=root.fingerprint if root else "",
    )
