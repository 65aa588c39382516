"""Who may sign what, judged by log index: a fold over the authority and key streams.

Keys, roles, scopes, policies and revocations are events, so authority has one history that nobody
can back-date: the only clock is the position in the log. Used alike by the verifier, by the audit
and by the ledger before it writes. Signatures themselves are verified elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from custody.errors import EvidenceError
from custody.evidence import grants
from custody.evidence.findings import Finding
from custody.evidence.grants import FIXED_TYPES, PolicyRule
from custody.evidence.judgement import Case
from custody.evidence.standing import Key, Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from custody.evidence.entry import Entry
    from custody.evidence.payload import Payload
    from custody.evidence.trust import TrustRoot

__all__ = ["Authority", "Key", "PolicyRule", "check_key_form"]


class Authority:
    """Keys and policy in force after the events applied so far.

    Call `judge` for the entry at the next index, then `apply` when it has no findings: an event
    without authority has no effect. Both cost O(signers).
    """

    def __init__(self, standing: Standing) -> None:
        self._now = standing

    @classmethod
    def start(cls, roots: Mapping[str, bytes], threshold: int) -> Authority:
        """Begin with the pinned root keys (kid -> raw public key); `threshold` must agree."""
        return cls(Standing(dict(roots), threshold))

    @classmethod
    def under(cls, trust: TrustRoot) -> Authority:
        """Begin with the oldest trust file at hand; the later ones count once they are announced.

        From the event after its announcement the roots of the next file count, and those of the
        file before it no longer.
        """
        first, *following = trust.chain
        return cls(Standing(dict(first.roots), first.root_threshold, following=tuple(following)))

    def copy(self) -> Authority:
        """Return an independent copy, to try out events that may not be written."""
        return Authority(self._now.copy())

    def collect_distrust(self, entries: Iterable[tuple[int, Entry]]) -> None:
        """First pass over a whole history: which keys are distrusted from which index.

        A revocation reaches back, so it must be known before the events it concerns are judged.
        Idempotent; may be called again with further entries.
        """
        self._now.collect_distrust(entries)

    def judge(self, index: int, entry: Entry) -> list[Finding]:
        """Return what forbids this entry at `index` (E12, E20 to E23); empty when authorised."""
        return Case(self._now, index, entry.payload, entry.leaf).judge()

    def judge_payload(self, index: int, payload: Payload) -> list[Finding]:
        """Judge an event that is only proposed, before anybody signs it."""
        return Case(self._now, index, payload, None).judge()

    def doubted(self, index: int, entry: Entry) -> tuple[str, ...]:
        """Return the signers of an entry whom a revocation reaches, and nobody answered for.

        Another person answers by reaffirming the record, or by voiding it.
        """
        return Case(self._now, index, entry.payload, entry.leaf).doubted()

    @property
    def distrusts(self) -> bool:
        """Whether any key is distrusted from some place on."""
        return bool(self._now.distrusted)

    def apply(self, index: int, entry: Entry) -> None:
        """Take an authorised entry into account; types that are not about authority are ignored."""
        if entry.payload.type not in FIXED_TYPES:
            return
        try:
            self._now.change(index, entry.payload)
        except EvidenceError:
            # `judge` reports a body of the wrong shape; applied or not, it grants nothing.
            return

    def public_key(self, kid: str) -> bytes | None:
        """Return the raw public key of a root or granted key, whatever its standing."""
        known = self._now.keys.get(kid)
        return self._now.roots.get(kid) if known is None else known.public

    def key(self, kid: str) -> Key | None:
        """Return the standing of a granted key."""
        return self._now.keys.get(kid)

    def granted_keys(self) -> tuple[Key, ...]:
        """Return every granted key, in the order granted."""
        return tuple(self._now.keys.values())

    def person_of(self, kid: str) -> str | None:
        """Return the person behind a key; root keys belong to nobody in particular."""
        return self._now.person_of(kid)

    def roles_of(self, kid: str) -> frozenset[str]:
        """Return the roles a key may use now: none before acceptance or after revocation."""
        known = self._now.keys.get(kid)
        if known is None or known.accepted is None or known.revoked is not None:
            return frozenset()
        return known.roles

    def rule_for(self, event_type: str) -> PolicyRule | None:
        """Return the policy rule in force for an event type."""
        return self._now.policy.get(event_type)


def check_key_form(payload: Payload) -> list[Finding]:
    """Return E20 when a ``key.granted`` carries a key that is unsafe or not the stream's own."""
    try:
        grants.granted_public_key(payload)
    except EvidenceError as error:
        return [Finding("V5", "E20", payload.stream, str(error.params.get("detail", "")))]
    return []
