"""Step V5: every signature is by the key it names, and every granted key is safe to use.

Public keys come from the pinned roots and from the record itself: a key id is the hash of its key,
so no one can pass off another key under it. Whether a key *may* sign is a later step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from custody.evidence import grants, names
from custody.evidence.authority import check_key_form
from custody.evidence.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from custody.evidence.closure import Placed
    from custody.evidence.ed25519 import Signed


def granted_keys(
    events: Iterable[Placed], roots: Mapping[str, bytes]
) -> tuple[dict[str, bytes], list[Finding]]:
    """Return kid -> raw public key of roots and granted keys, and E20 for keys that are unfit."""
    keys, findings = dict(roots), []
    for _, entry in events:
        if entry.payload.type == grants.GRANTED:
            unfit = check_key_form(entry.payload)
            findings += unfit
            if not unfit:
                public = grants.granted_public_key(entry.payload)
                keys[names.kid(public)] = public
    return keys, findings


def signed_by_known(events: Iterable[Placed], keys: Mapping[str, bytes]) -> list[Signed]:
    """Return what has to be verified: every signature by a key that was granted, in order."""
    return [
        (keys[kid], signature, entry.signed)
        for _, entry in events
        for kid, signature in entry.signatures
        if kid in keys
    ]


def false_signatures(
    events: Iterable[Placed], keys: Mapping[str, bytes], answers: Iterable[bool]
) -> list[Finding]:
    """Return E19 for every signature that does not hold; by an unknown key, none does.

    Args:
        answers: whether each of `signed_by_known` holds.
    """
    findings = []
    answer = iter(answers)
    for index, entry in events:
        for kid, _ in entry.signatures:
            if kid not in keys:
                detail = f"no public key {kid[:8]} was granted in this record"
            elif next(answer):
                continue
            else:
                detail = f"the signature of key {kid[:8]} is false"
            findings.append(Finding("V5", "E19", f"event {index}", detail))
    return findings
