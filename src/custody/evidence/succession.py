"""Passing trust on: a new trust file counts when the old one's and its own root keys signed it.

Follows the root rotation of The Update Framework (sections 5.3.3 to 5.3.5) with the DSSE envelope
in one fixed byte template. Keeps no files; the caller stores what is accepted.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from custody.errors import EvidenceError, Text, TrustError
from custody.evidence.ed25519 import verify_ed25519
from custody.evidence.encoding import b64, unb64
from custody.evidence.trust import MAX_TRUST_FILE, TrustRoot

if TYPE_CHECKING:
    from collections.abc import Mapping

PAYLOAD_TYPE = "application/vnd.custody.trust-root.v1+json"
# A generous envelope around the largest trust file; checked before anything is parsed.
MAX_ENVELOPE = 2 * MAX_TRUST_FILE


def signed_bytes(trust_file: bytes) -> bytes:
    """Return what root keys sign: the DSSE pre-authentication encoding of a trust file."""
    kind = PAYLOAD_TYPE.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(trust_file), trust_file)


def envelope(trust_file: bytes, signatures: Mapping[str, bytes]) -> bytes:
    """Return the one byte form of a trust file with its signatures (kid -> 64 bytes)."""
    rows = [{"keyid": kid, "sig": b64(sig)} for kid, sig in sorted(signatures.items())]
    whole = {"payload": b64(trust_file), "payloadType": PAYLOAD_TYPE, "signatures": rows}
    return json.dumps(whole, separators=(",", ":")).encode()


def accept_next(present: TrustRoot, raw: bytes) -> TrustRoot:
    """Return the next trust file, when both it and the present one agree to it.

    Raises:
        TrustError: C504 when it does not follow or too few root keys signed; C501 to C503 when the
            file inside is not usable.
    """
    trust_file, signatures = open_signed(raw)
    following = TrustRoot.parse(trust_file)
    if following.origin != present.origin:
        raise _refused("it is for another ledger", "它属于另一台账")
    if following.fingerprint == present.fingerprint:
        raise _refused(
            f"it is version {present.version}, which is relied on already",
            f"它就是现行的第 {present.version} 版",
        )
    if following.version != present.version + 1 or following.prev != present.fingerprint:
        raise _refused(
            f"it does not follow version {present.version} directly",
            f"它不是直接接在第 {present.version} 版之后",
        )
    message = signed_bytes(trust_file)
    for label, zh, trust in (("present", "现有", present), ("new", "新", following)):
        good = signed_by(trust, signatures, message)
        if good < trust.root_threshold:
            raise _refused(
                f"{good} of {trust.root_threshold} needed root keys of the {label} file signed it",
                f"{zh}文件的根密钥须有 {trust.root_threshold} 把签名，现有 {good} 把",
            )
    return following


def signed_by(trust: TrustRoot, signatures: Mapping[str, bytes], message: bytes) -> int:
    """Return how many root keys of `trust` truly signed `message` (`signed_bytes` of a file)."""
    return sum(
        kid in signatures and verify_ed25519(public, signatures[kid], message)
        for kid, public in trust.roots.items()
    )


def open_signed(raw: bytes) -> tuple[bytes, dict[str, bytes]]:
    """Return the trust file in an envelope and its signatures (kid -> 64 bytes), none verified.

    Raises:
        TrustError: C504 when it is not the one byte form of an envelope.
    """
    if len(raw) > MAX_ENVELOPE:
        raise _refused("it is too long", "文件过长")
    try:
        whole = json.loads(raw)
        trust_file = unb64(whole["payload"])
        signatures = {row["keyid"]: unb64(row["sig"], 64) for row in whole["signatures"]}
        if envelope(trust_file, signatures) != raw:
            raise _refused("the envelope is not in its one form", "信封不是规定的唯一写法")
    except (
        ValueError,
        TypeError,
        KeyError,
        RecursionError,
        AttributeError,
        EvidenceError,
    ) as error:
        raise _refused("it is not a signed trust file", "它不是已签名的信任文件") from error
    return trust_file, signatures


def _refused(en: str, zh: str) -> TrustError:
    return TrustError("C504", where="trust file", detail=Text(en, zh))
