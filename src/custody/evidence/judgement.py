"""Judging one event by log index: is every signer allowed to sign this, here, now?

The rules for authority and key events are fixed in this file; all other types follow the policy in
force. Signatures are not checked here, nor anything about the meaning of an event's body.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from custody.errors import EvidenceError
from custody.evidence import grants, names
from custody.evidence.encoding import b64
from custody.evidence.findings import Finding
from custody.evidence.grants import FIXED_TYPES
from custody.evidence.standing import holder_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from custody.evidence.payload import Payload, Signer
    from custody.evidence.standing import Standing

Read = TypeVar("Read")
APPROVED = "approved"
ROOT, REGISTRAR, HOLDER = "root", "registrar", "holder"
# Meanings that promise a second pair of eyes: never given by the person who also signs otherwise.
SECOND_PERSON = frozenset({"witnessed", "verified", "reviewed"})


class Case:
    """One event under judgement: collects findings and changes nothing."""

    def __init__(self, law: Standing, index: int, payload: Payload, leaf: bytes | None) -> None:
        self.law, self.index, self.payload, self.leaf = law, index, payload, leaf
        self.findings: list[Finding] = []

    def found(self, code: str, detail: str) -> None:
        self.findings.append(Finding("V6", code, f"event {self.index}", detail))

    def judge(self) -> list[Finding]:
        """Return what forbids the event."""
        kind = names.stream_kind(self.payload.stream)
        if self.payload.type == grants.ACCEPTED:
            self.acceptance()
        elif self.payload.type in FIXED_TYPES or kind in ("authority", "key"):
            self.fixed(kind)
        else:
            self.policy_in_force(kind)
        return self.findings

    # -- types whose rules are fixed here, never by policy --

    def fixed(self, kind: str) -> None:
        """Judge what stands in an authority or key stream."""
        event_type = self.payload.type
        belongs = FIXED_TYPES.get(event_type) == kind or event_type in grants.RECORD_TYPES
        if not belongs:
            self.found("E21", f"{event_type} does not belong in a stream of kind {kind}")
        elif kind == "authority":
            self.authority_stream()
        else:
            self.key_stream()

    def authority_stream(self) -> None:
        first = self.payload.seq == 0
        if first != (self.payload.type == grants.ESTABLISHED) or (first and self.law.established):
            self.found("E21", "an authority is established by its first event, and only once")
        if self.payload.type == grants.POLICY:
            self.shape(lambda: grants.policy_rules(self.payload))
        elif self.payload.type == grants.TRUST_ROOT:
            self.announcement()
        self.by_roots()

    def announcement(self) -> None:
        """A ledger may announce only the trust file that the pinned one goes back to."""
        said = grants.announcement(self.payload)
        if said is None:
            self.found("E12", "the announcement does not give a version and a SHA-256")
            return
        for file in self.law.following[:1]:
            if said[0] == file.version and said[1] != file.fingerprint:
                self.found("E21", f"another trust file of version {said[0]} is announced")

    def key_stream(self) -> None:
        law, payload = self.law, self.payload
        kid = holder_of(payload.stream)
        known = law.keys.get(kid)
        if kid in law.roots:
            self.found("E21", "a root key takes no other part in the record")
            return
        roles: frozenset[str] = frozenset() if known is None else known.roles
        person = None if known is None else known.person
        if payload.type == grants.GRANTED:
            if known is not None or payload.seq != 0:
                self.found("E21", "a key is granted by the first event of its stream, once")
            grant = self.shape(lambda: grants.grant(payload))
            if grant is not None:
                roles, person = roles | grant.roles, grant.person
        elif known is None:
            self.found("E21", "the key was never granted")
        elif known.revoked is not None and payload.type in FIXED_TYPES:
            self.found("E22", "the key was revoked before; a revocation is final")
        elif payload.type == grants.ROLES_CHANGED:
            given = self.shape(lambda: grants.roles_and_scope(payload))
            roles |= given[0] if given is not None else frozenset()
        elif payload.type == grants.REVOKED:
            self.revocation()
        if REGISTRAR in roles:
            self.by_roots()
        else:
            self.by_registrar(kid, person)

    def revocation(self) -> None:
        revoked = grants.revocation(self.payload)
        if revoked is None:
            self.found("E12", "the revocation does not give a reason and a place in the log")
        elif revoked.distrust_from > self.index:
            self.found("E12", "a key cannot be distrusted from a place that is still to come")

    def shape(self, read: Callable[[], Read]) -> Read | None:
        """Return what a body says; None after reporting that it has another shape."""
        try:
            return read()
        except EvidenceError as error:
            code = "E20" if error.params.get("what") == grants.KEY_FORM else "E12"
            self.found(code, str(error.params.get("detail", "")))
            return None

    def by_roots(self) -> None:
        """Every signer a root with role root, and enough of them."""
        signers = self.payload.signers
        for signer in signers:
            if signer.kid not in self.law.roots:
                self.found("E21", f"only root keys may sign {self.payload.type} here")
            elif (signer.meaning, signer.role) != (APPROVED, ROOT):
                self.found("E21", "a root key signs with role root and meaning approved")
        if len({signer.kid for signer in signers}) < self.law.threshold:
            self.found("E23", f"{self.law.threshold} root keys must agree, {len(signers)} did")

    def by_registrar(self, holder: str, person: str | None) -> None:
        """Every signer a registrar in good standing who gives nothing to himself."""
        for signer in self.payload.signers:
            if (signer.meaning, signer.role) != (APPROVED, REGISTRAR):
                self.found("E21", "keys are granted with role registrar and meaning approved")
                continue
            if not self.standing(signer):
                continue
            if self.payload.type in grants.GIVING and (
                signer.kid == holder or self.law.person_of(signer.kid) == person
            ):
                self.found("E21", "nobody grants a key or role to themselves")
        self.distinct_persons(always=False)

    def acceptance(self) -> None:
        """The key's own signature: proof that its holder has it and takes responsibility for it."""
        payload = self.payload
        if not payload.stream.startswith("key:"):
            self.found("E21", "a key is accepted in its own stream")
            return
        kid = holder_of(payload.stream)
        known = self.law.keys.get(kid)
        signed = [(s.kid, s.meaning, s.role) for s in payload.signers]
        if signed != [(kid, APPROVED, HOLDER)]:
            self.found("E21", "a key is accepted by its holder alone, role holder")
        if known is None:
            self.found("E21", "the key was never granted")
        elif known.revoked is not None:
            self.found("E22", "the key was revoked before it was accepted")
        elif known.accepted is not None:
            self.found("E21", "the key was accepted before")

    # -- everything else: the policy in force --

    def policy_in_force(self, kind: str) -> None:
        """Judge an ordinary event by keys, roles, scope and the policy rule of its type."""
        payload = self.payload
        rule = self.law.policy.get(payload.type)
        if rule is None:
            self.found("E21", f"the policy in force has no rule for {payload.type}")
        for signer in payload.signers:
            if not self.standing(signer):
                continue
            if not self.law.keys[signer.kid].covers(kind):
                self.found(
                    "E21", f"the key of role {signer.role} is not for streams of kind {kind}"
                )
            if rule is not None and (signer.meaning, signer.role) not in rule.allowed:
                self.found(
                    "E21",
                    f"role {signer.role} may not sign {payload.type} as {signer.meaning}",
                )
        if rule is not None and len(payload.signers) < rule.minimum:
            self.found("E23", f"{payload.type} needs {rule.minimum} signatures")
        self.distinct_persons(always=rule is not None and rule.distinct_person)

    def standing(self, signer: Signer) -> bool:
        """Key known, accepted, not revoked nor distrusted, role held; reports the first defect."""
        known = self.law.keys.get(signer.kid)
        short = signer.kid[:8]
        if known is None:
            self.found("E21", f"no key {short} was granted before this event")
        elif known.revoked is not None:
            self.found("E22", f"key {short} was revoked at event {known.revoked}")
        elif known.accepted is None:
            self.found("E21", f"key {short} was not yet accepted by its holder")
        elif self.distrusted(signer.kid):
            self.found("E22", f"key {short} was compromised when this was signed")
        elif signer.role not in known.roles:
            self.found("E21", f"key {short} does not hold the role {signer.role}")
        else:
            return True
        return False

    def doubted(self) -> tuple[str, ...]:
        """Return the signers whom nobody believes here, because no other person answered for it."""
        if self.payload.type == grants.ACCEPTED:
            return ()  # only the holder's own key can sign it, whoever else has it
        return tuple(s.kid for s in self.payload.signers if self.distrusted(s.kid))

    def distrusted(self, kid: str) -> bool:
        mark = self.law.distrusted.get(kid)
        if mark is None or self.index < mark:
            return False
        person = self.law.persons.get(kid)
        # What reaffirms or voids it is judged on its own; here it only has to come from someone
        # else. A void record convicts nobody: it is left out of the story, and told of.
        leaf = "" if self.leaf is None else b64(self.leaf)
        others = self.law.answered.get((self.payload.stream, leaf), frozenset())
        return not any(
            other != kid and self.law.persons.get(other, other) != person for other in others
        )

    def distinct_persons(self, *, always: bool) -> None:
        """Two persons are two persons, however many keys one of them has."""
        persons = [(self.law.person_of(s.kid), s.meaning) for s in self.payload.signers]
        seen: dict[str | None, str] = {}
        for person, meaning in persons:
            before = seen.get(person)
            if person is None or before is None:
                seen[person] = meaning
            elif always or SECOND_PERSON & {before, meaning}:
                self.found("E23", f"one person signed twice, as {before} and as {meaning}")
