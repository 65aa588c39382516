"""The next trust file of a ledger: drafted, signed by root keys, announced, adopted.

Root keys, ledger keys, witnesses and auditors change by a new trust file and in no other way. It
counts when enough root keys of the present file and of the new one signed it
(`evidence.succession`), and inside the ledger from the event that announces it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from custody.app.ledger import Ledger
from custody.app.ports import KeyCard, Signer
from custody.app.recording.bodies import stamp
from custody.app.recording.intent import Act, Intent, SignAs
from custody.errors import EvidenceError, InputError, Text, TrustError
from custody.evidence.grants import TRUST_ROOT, announcement
from custody.evidence.names import AUTHORITY
from custody.evidence.note import ED25519, MLDSA44, VerifierKey
from custody.evidence.quorum import NONE, WitnessPolicy
from custody.evidence.succession import (
    accept_next,
    envelope,
    open_signed,
    signed_by,
    signed_bytes,
)
from custody.evidence.trust import TrustRoot

GROUP = "quorum-of-witnesses"


@dataclass(frozen=True, slots=True)
class Changes:
    """What the next trust file says otherwise; what is not given stays as it is.

    Attributes:
        witnesses: short name -> verifier key line to add; `without` names those to take out.
        quorum: how many of all witnesses must co-sign, 0 for none.
        policy: all lines of a policy file, instead of the three above.
        auditors, without_auditors: verifier key lines to add and to take out.
        roots: root keys to add; `without_roots` are kids to take out.
        log_keys: the new pair of ledger keys, Ed25519 and ML-DSA-44.
        known: (size, root hash) of a checkpoint that everybody is to hold the ledger to.
        max_age, max_skew: seconds.
    """

    witnesses: Mapping[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    quorum: int | None = None
    policy: tuple[str, ...] | None = None
    auditors: tuple[str, ...] = ()
    without_auditors: tuple[str, ...] = ()
    auditor_threshold: int | None = None
    roots: tuple[KeyCard, ...] = ()
    without_roots: tuple[str, ...] = ()
    root_threshold: int | None = None
    log_keys: tuple[KeyCard, KeyCard] | None = None
    known: tuple[int, bytes] | None = None
    max_age: int | None = None
    max_skew: int | None = None


@dataclass(frozen=True, slots=True)
class Proposed:
    """A trust file on its way: the file, and the kids of those whose signatures it carries."""

    trust: TrustRoot
    signatures: Mapping[str, bytes]

    def lacking(self, present: TrustRoot) -> tuple[int, int]:
        """Return how many roots of the present and of the new file still have to sign."""
        message = signed_bytes(self.trust.to_bytes())
        return tuple(  # type: ignore[return-value]
            max(0, file.root_threshold - signed_by(file, self.signatures, message))
            for file in (present, self.trust)
        )


def next_file(present: TrustRoot, changes: Changes) -> TrustRoot:
    """Return the trust file that follows `present`.

    Raises:
        TrustError: C501 or C503 when the changes do not make a usable file.
        InputError: C126 when nothing would change, C127 for a name or key that is not there.
    """
    roots = {kid: key for kid, key in present.roots.items() if kid not in changes.without_roots}
    if len(roots) + len(changes.without_roots) != len(present.roots):
        raise InputError("C127", where="trust draft", name=", ".join(changes.without_roots))
    roots |= {card.kid: card.public for card in changes.roots}
    made = replace(
        present,
        version=present.version + 1,
        prev=present.fingerprint,
        earlier=(),
        roots=roots,
        root_threshold=_or(changes.root_threshold, present.root_threshold),
        log_keys=_log_keys(present, changes),
        policy=_policy(present.policy, changes),
        auditors=_auditors(present, changes),
        auditor_threshold=_or(changes.auditor_threshold, present.auditor_threshold),
        known=changes.known or present.known,
        max_age=_or(changes.max_age, present.max_age),
        max_skew=_or(changes.max_skew, present.max_skew),
    )
    if replace(made, version=present.version, prev=present.prev) == replace(present, earlier=()):
        raise InputError("C126", where="trust draft", version=present.version)
    return TrustRoot.parse(made.to_bytes())


def _or(given: int | None, present: int) -> int:
    return present if given is None else given


def _log_keys(present: TrustRoot, changes: Changes) -> tuple[VerifierKey, VerifierKey]:
    if changes.log_keys is None:
        return present.log_keys
    first, second = changes.log_keys
    return (
        VerifierKey(present.origin, ED25519, first.public),
        VerifierKey(present.origin, MLDSA44, second.public),
    )


def _policy(present: WitnessPolicy, changes: Changes) -> WitnessPolicy:
    if changes.policy is not None:
        return WitnessPolicy.parse(changes.policy)
    if not changes.witnesses and not changes.without and changes.quorum is None:
        return present
    keys = {name: key.text() for name, key in present.witnesses.items()}
    for name in changes.without:
        if keys.pop(name, None) is None:
            raise InputError("C127", where="trust draft", name=name)
    keys |= changes.witnesses
    lines = [f"witness {name} {key}" for name, key in keys.items()]
    wanted = _or(changes.quorum, _wanted(present))
    if wanted:
        lines += [f"group {GROUP} {wanted} {' '.join(keys)}", f"quorum {GROUP}"]
    else:
        lines.append(f"quorum {NONE}")
    return WitnessPolicy.parse(lines)


def _wanted(policy: WitnessPolicy) -> int:
    """Return the threshold of a flat policy; one that has groups in groups is edited as a file."""
    if policy.quorum == NONE:
        return 0
    if policy.quorum in policy.witnesses:
        return 1
    threshold, members = policy.groups[policy.quorum]
    if set(members) != policy.witnesses.keys():
        raise InputError("C128", where="trust draft")
    return threshold


def _auditors(present: TrustRoot, changes: Changes) -> tuple[VerifierKey, ...]:
    lines = [key.text() for key in present.auditors]
    for line in changes.without_auditors:
        if line not in lines:
            raise InputError("C127", where="trust draft", name=line)
        lines.remove(line)
    try:
        return tuple(VerifierKey.parse(line) for line in (*lines, *changes.auditors))
    except EvidenceError as wrong:
        detail = str(wrong.params.get("detail", ""))
        raise TrustError("C501", where="trust draft", detail=detail) from None


def read(raw: bytes) -> Proposed:
    """Return a draft as written by `next_file`, or the same with signatures so far.

    Raises:
        TrustError: C501 to C504 when it is neither.
    """
    if raw.startswith(b'{"payload":'):
        content, signatures = open_signed(raw)
        proposed = TrustRoot.parse(content)
        named = signatures.keys() & proposed.roots.keys()
        if signed_by(proposed, signatures, signed_bytes(content)) < len(named):
            detail = Text("a signature on it is false", "其上有签名不成立")
            raise TrustError("C504", where="trust file", detail=detail)
        return Proposed(proposed, signatures)
    return Proposed(TrustRoot.parse(raw), {})


def sign(present: TrustRoot, raw: bytes, signers: Sequence[Signer]) -> bytes:
    """Return the envelope with the signatures of `signers` added to those it had.

    Raises:
        TrustError: C511 when a signer is a root of neither file; as `read`.
    """
    proposed = read(raw)
    content = proposed.trust.to_bytes()
    for signer in signers:
        if signer.kid not in {*present.roots, *proposed.trust.roots}:
            raise TrustError("C511", where=signer.public.name, version=proposed.trust.version)
    made = {signer.kid: signer.sign(signed_bytes(content)) for signer in signers}
    return envelope(content, {**proposed.signatures, **made})


def accept(present: TrustRoot, steps: Sequence[bytes]) -> TrustRoot:
    """Follow signed trust files one after another, with all the earlier ones.

    Raises:
        TrustError: C504 when one does not follow or too few root keys signed it.
    """
    for raw in steps:
        following = accept_next(present, raw)
        bare = replace(present, earlier=())
        present = replace(following, earlier=(*present.earlier, bare))
    return present


def announce(ledger: Ledger, following: TrustRoot, by: Sequence[SignAs]) -> Act | None:
    """Record that `following` comes next; None when that is on record already.

    Raises:
        TrustError: C512 when another file of this version was announced.
        RefusedError: the signers are not enough root keys of the present file.
    """
    for _, entry in ledger.read(AUTHORITY):
        said = announcement(entry.payload) if entry.payload.type == TRUST_ROOT else None
        if said is not None and said[0] == following.version:
            if said[1] != following.fingerprint:
                raise TrustError("C512", where=ledger.origin, version=following.version)
            return None
    body = {
        "version": following.version,
        "sha256": following.fingerprint,
        "occurred_at": stamp(ledger.clock()),
    }
    return ledger.record_decision(Intent(TRUST_ROOT, AUTHORITY, body), by)
