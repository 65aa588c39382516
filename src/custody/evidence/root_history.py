"""Are the trust files at hand those that the acts of root keys can be judged with?

The roots of the pinned trust file announce the next one themselves, in the authority stream.
Whatever follows may be signed by keys that only the newer file names; whatever lies before the
oldest file at hand was announced may be signed by keys that only an earlier file names. Only a
genuine announcement counts; a false one is left to the steps that judge it.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from custody.evidence import grants, names
from custody.evidence.ed25519 import verify_ed25519
from custody.evidence.entry import pae
from custody.evidence.findings import Finding, Verdict
from custody.evidence.judgement import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from custody.evidence.closure import Placed
    from custody.evidence.entry import Entry
    from custody.evidence.trust import TrustRoot


def wrong_trust(events: Sequence[Placed], trust: TrustRoot) -> list[Finding]:
    """Return E02, *cannot tell*, when another trust file than those at hand is needed."""
    return newer_trust(events, trust) or older_trust(events, trust)


def newer_trust(events: Sequence[Placed], trust: TrustRoot) -> list[Finding]:
    """Return E02, *cannot tell*, when the pinned roots announced a later trust file."""
    newest = trust.version
    for _, entry in events:
        payload = entry.payload
        if payload.stream != names.AUTHORITY or payload.type != grants.TRUST_ROOT:
            continue
        said = grants.announcement(payload)
        if said is not None and said[0] > newest and _by_roots(entry, trust):
            newest = said[0]
    if newest == trust.version:
        return []
    detail = f"the ledger announced version {newest}; the trust file given is {trust.version}"
    return [Finding("V4", "E02", "trust file", detail, Verdict.CANNOT_TELL)]


def older_trust(events: Sequence[Placed], trust: TrustRoot) -> list[Finding]:
    """Return E02, *cannot tell*, when roots acted whom only an earlier trust file can explain."""
    oldest = trust.chain[0]
    if oldest.version == 1:
        return []
    known = trust.every_root
    for _, entry in events:
        payload = entry.payload
        roots = {signer.kid for signer in payload.signers if signer.role == ROOT}
        if payload.type not in grants.FIXED_TYPES or not roots:
            continue
        if len(roots) < oldest.root_threshold or not roots <= known.keys():
            detail = f"root keys acted that only a trust file before version {oldest.version} names"
            return [Finding("V4", "E02", "trust file", detail, Verdict.CANNOT_TELL)]
        if grants.announcement(payload) == (oldest.version, oldest.fingerprint):
            break
    return []


def not_announced(events: Sequence[Placed], trust: TrustRoot) -> list[Finding]:
    """Return a note (E02) when the pinned trust file is not yet in force in this record.

    Until the ledger announces it, the root keys of the file before it decide. That is no fault of a
    record from before; of a record made later it is worth asking why.

    Args:
        events: all of them authorised.
    """
    said = {
        grants.announcement(entry.payload)
        for _, entry in events
        if entry.payload.type == grants.TRUST_ROOT
    }
    for before, file in pairwise(trust.chain):
        if (file.version, file.fingerprint) not in said:
            detail = (
                f"version {file.version} is not announced in this record; the root keys of version"
                f" {before.version} are in force"
            )
            return [Finding("V6", "E02", "trust file", detail)]
    return []


def _by_roots(entry: Entry, trust: TrustRoot) -> bool:
    """Whether enough roots of the pinned file signed it, truly."""
    good = sum(
        kid in trust.roots and verify_ed25519(trust.roots[kid], signature, pae(entry.payload_bytes))
        for kid, signature in entry.signatures
    )
    return good >= trust.root_threshold
