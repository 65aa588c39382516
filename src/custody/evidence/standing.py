"""The keys, roles and policy in force at one place in the log: what a judgement is based on.

Pure state and how authority events change it; it judges nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from custody.evidence import grants

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from custody.evidence.entry import Entry
    from custody.evidence.grants import PolicyRule
    from custody.evidence.payload import Payload
    from custody.evidence.trust import TrustRoot


@dataclass(frozen=True, slots=True)
class Key:
    """The standing of one key; `accepted` and `revoked` are log indices."""

    kid: str
    public: bytes
    person: str
    roles: frozenset[str]
    scope: frozenset[str]
    granted: int
    accepted: int | None = None
    revoked: int | None = None

    def covers(self, stream_kind: str) -> bool:
        """Say whether the key's scope includes streams of this kind."""
        return "*" in self.scope or stream_kind in self.scope


@dataclass(slots=True)
class Standing:
    """What holds after some prefix of the log.

    Attributes:
        distrusted: kid -> log index from which its signatures do not count; known beforehand,
            because a revocation reaches back.
        answered: (stream, leaf in base64) -> kids of those who say of a distrusted record that it
            is true after all, or void.
        persons: kid -> person, also of keys granted later.
        following: the trust files still to be announced, the next one first.
    """

    roots: Mapping[str, bytes]
    threshold: int
    keys: dict[str, Key] = field(default_factory=dict)
    policy: dict[str, PolicyRule] = field(default_factory=dict)
    established: bool = False
    distrusted: dict[str, int] = field(default_factory=dict)
    answered: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    persons: dict[str, str] = field(default_factory=dict)
    following: tuple[TrustRoot, ...] = ()

    def copy(self) -> Standing:
        """Return an independent copy."""
        return replace(
            self,
            keys=dict(self.keys),
            policy=dict(self.policy),
            distrusted=dict(self.distrusted),
            answered=dict(self.answered),
            persons=dict(self.persons),
        )

    def person_of(self, kid: str) -> str | None:
        """Return the person behind a key granted so far."""
        known = self.keys.get(kid)
        return None if known is None else known.person

    def collect_distrust(self, entries: Iterable[tuple[int, Entry]]) -> None:
        """First pass: remember which keys are distrusted from which index, and what was answered.

        A revocation reaches back, so it must be known before the events it concerns are judged.
        Idempotent; may be called again with further entries.
        """
        for _, entry in entries:
            payload = entry.payload
            leaf = grants.answered(payload)
            if payload.type == grants.REVOKED:
                revoked = grants.revocation(payload)
                if revoked is not None and revoked.distrust_from >= 0:
                    kid = holder_of(payload.stream)
                    earlier = self.distrusted.get(kid, revoked.distrust_from)
                    self.distrusted[kid] = min(earlier, revoked.distrust_from)
            elif leaf is not None:
                place = (payload.stream, leaf)
                kids = frozenset(signer.kid for signer in payload.signers)
                self.answered[place] = self.answered.get(place, frozenset()) | kids
            elif payload.type == grants.GRANTED:
                person = payload.body.get("person")
                if isinstance(person, str):
                    self.persons[holder_of(payload.stream)] = person

    def change(self, index: int, payload: Payload) -> None:
        """Take an authority or key event into account.

        Raises:
            EvidenceError: C401 when its body has another shape; then nothing was changed.
        """
        if payload.type == grants.ESTABLISHED:
            self.established = True
        elif payload.type == grants.POLICY:
            self.policy = grants.policy_rules(payload)
        elif payload.type == grants.TRUST_ROOT and self.following:
            following = self.following[0]
            if grants.announcement(payload) == (following.version, following.fingerprint):
                self.roots, self.threshold = following.roots, following.root_threshold
                self.following = self.following[1:]
        if not payload.stream.startswith("key:"):
            return
        kid = holder_of(payload.stream)
        known = self.keys.get(kid)
        if payload.type == grants.GRANTED:
            grant = grants.grant(payload)
            self.persons[kid] = grant.person
            self.keys[kid] = Key(kid, grant.public, grant.person, grant.roles, grant.scope, index)
        elif known is None:
            return
        elif payload.type == grants.ACCEPTED:
            self.keys[kid] = replace(known, accepted=index)
        elif payload.type == grants.ROLES_CHANGED:
            roles, scope = grants.roles_and_scope(payload)
            self.keys[kid] = replace(known, roles=roles, scope=scope)
        elif payload.type == grants.REVOKED:
            self.keys[kid] = replace(known, revoked=index)


def holder_of(stream: str) -> str:
    """Return the kid a key stream is about."""
    return stream.partition(":")[2]
