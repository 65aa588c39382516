"""The bodies of authority and key events: their types, and readers that refuse any other shape.

Says what an event grants, changes or revokes. Does not judge whether it was allowed to. Bodies may
hold further fields (occurrence, reason, documents), which are not read here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from custody.errors import EvidenceError
from custody.evidence import names
from custody.evidence.encoding import HASH, malformed, unb64
from custody.evidence.payload import MEANINGS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from custody.evidence.canonical import JSON
    from custody.evidence.payload import Payload

ESTABLISHED = "authority.established/v1"
POLICY = "policy.adopted/v1"
TRUST_ROOT = "trustroot.announced/v1"
GRANTED = "key.granted/v1"
ACCEPTED = "key.accepted/v1"
ROLES_CHANGED = "key.roles_changed/v1"
REVOKED = "key.revoked/v1"
REAFFIRMED = "record.reaffirmed/v1"
VOIDED = "record.voided/v1"

# Types whose signing rules are fixed in code, with the kind of stream they live in.
FIXED_TYPES: Mapping[str, str] = {
    ESTABLISHED: "authority",
    POLICY: "authority",
    TRUST_ROOT: "authority",
    GRANTED: "key",
    ACCEPTED: "key",
    ROLES_CHANGED: "key",
    REVOKED: "key",
}
# Statements about an earlier record; allowed in every stream, also in those two kinds.
RECORD_TYPES = frozenset({REAFFIRMED, VOIDED, "record.corrected/v1"})
# What gives a key something; to stand by a grant that nobody believes is to give it again.
GIVING = frozenset({GRANTED, ROLES_CHANGED, REAFFIRMED})

KEY_FORM = "granted key"
Reason = Literal["superseded", "left", "compromised"]
_REASONS = ("superseded", "left", "compromised")
_ROLE = re.compile(r"[a-z_]{1,40}")
_PERSON = re.compile(r"[0-9a-f]{32}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
# Roles that come from the trust file or from holding the key itself; nobody can hand them out.
_RESERVED = frozenset({"root", "holder"})


@dataclass(frozen=True, slots=True)
class Grant:
    """What ``key.granted`` says: a key, the person behind it, what it may be used for."""

    public: bytes
    person: str
    roles: frozenset[str]
    scope: frozenset[str]


@dataclass(frozen=True, slots=True)
class Revocation:
    """What ``key.revoked`` says; `distrust_from` is a log index or -1."""

    reason: Reason
    distrust_from: int


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """Who may sign one event type: allowed (meaning, role) pairs, how many, how many persons."""

    type: str
    allowed: frozenset[tuple[str, str]]
    minimum: int
    distinct_person: bool


def grant(payload: Payload) -> Grant:
    """Read the body of ``key.granted``.

    Raises:
        EvidenceError: C401, with ``what`` = `KEY_FORM` when the key itself is unfit.
    """
    public = granted_public_key(payload)
    person = payload.body.get("person")
    if not isinstance(person, str) or not _PERSON.fullmatch(person):
        raise malformed("grant", "the person is not named by 32 hex digits")
    roles, scope = roles_and_scope(payload)
    return Grant(public, person, roles, scope)


def granted_public_key(payload: Payload) -> bytes:
    """Return the Ed25519 key of ``key.granted``, checked against the name of its stream."""
    try:
        if payload.body.get("alg") != "ed25519":
            raise malformed(KEY_FORM, "the algorithm is not ed25519")
        text = payload.body.get("pub")
        if not isinstance(text, str):
            raise malformed(KEY_FORM, "the public key is missing")
        public = unb64(text, HASH)
        names.check_public_key(public)
    except EvidenceError as error:
        raise malformed(KEY_FORM, str(error.params.get("detail", ""))) from error
    if payload.stream != names.key_stream(names.kid(public)):
        raise malformed(KEY_FORM, "the public key is not the one the stream is named after")
    return public


def roles_and_scope(payload: Payload) -> tuple[frozenset[str], frozenset[str]]:
    """Read ``roles`` and ``scope``: sorted, unique, known.

    Raises:
        EvidenceError: C401 when they are not.
    """
    roles = _sorted_texts(payload.body.get("roles"), "roles")
    if any(not _ROLE.fullmatch(role) or role in _RESERVED for role in roles):
        raise malformed("grant", "a role is not a name that can be granted")
    scope = _sorted_texts(payload.body.get("scope"), "scope")
    if scope != ["*"] and any(kind not in names.STREAM_KINDS for kind in scope):
        raise malformed("grant", "the scope is neither * nor a list of stream kinds")
    return frozenset(roles), frozenset(scope)


def revocation(payload: Payload) -> Revocation | None:
    """Read the body of ``key.revoked``; None when it has another shape."""
    reason, mark = payload.body.get("reason"), payload.body.get("distrust_from")
    if reason not in _REASONS or not isinstance(mark, int) or isinstance(mark, bool) or mark < -1:
        return None
    if mark >= 0 and reason != "compromised":
        return None
    return Revocation(cast("Reason", reason), mark)


def answered(payload: Payload) -> str | None:
    """Return the leaf (base64) of the record that an event says is true after all, or is void.

    None when it says neither. What happened to a key is never void, only reaffirmed: a key that
    was granted, and signed, cannot be taken back.
    """
    if payload.type == REAFFIRMED:
        leaf = payload.body.get("leaf")
    elif payload.type == VOIDED and not payload.stream.startswith("key:"):
        leaf = payload.body.get("voids")
    else:
        return None
    return leaf if isinstance(leaf, str) else None


def announcement(payload: Payload) -> tuple[int, str] | None:
    """Read the body of ``trustroot.announced`` as (version, hex SHA-256); None if it is not one."""
    version, digest = payload.body.get("version"), payload.body.get("sha256")
    if type(version) is not int or not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
        return None
    return version, digest


def policy_rules(payload: Payload) -> dict[str, PolicyRule]:
    """Read the body of ``policy.adopted`` as {event type: rule}.

    Raises:
        EvidenceError: C401 when a rule is incomplete, out of order, or about a fixed type.
    """
    rows = payload.body.get("rules")
    if not isinstance(rows, list):
        raise malformed("policy", "it has no list of rules")
    rules: dict[str, PolicyRule] = {}
    last = ""
    for row in rows:
        rule = _rule(row)
        if rule.type <= last:
            raise malformed("policy", "the rules are not sorted by type, or one is repeated")
        if rule.type in FIXED_TYPES:
            raise malformed("policy", f"the rule for {rule.type} is fixed and cannot be set")
        rules[rule.type] = rule
        last = rule.type
    return rules


def _rule(row: JSON) -> PolicyRule:
    if not isinstance(row, dict) or row.keys() != {"type", "allowed", "minimum", "distinct_person"}:
        raise malformed("policy", "a rule has type, allowed, minimum and distinct_person")
    event_type, minimum, distinct = row["type"], row["minimum"], row["distinct_person"]
    if not isinstance(event_type, str) or not re.fullmatch(names.TYPE_PATTERN, event_type):
        raise malformed("policy", "a rule names no event type")
    if not isinstance(minimum, int) or isinstance(minimum, bool) or not 1 <= minimum <= 4:
        raise malformed("policy", f"{event_type} needs between one and four signatures")
    if not isinstance(distinct, bool):
        raise malformed("policy", f"{event_type} does not say whether persons must differ")
    allowed = row["allowed"]
    if not isinstance(allowed, list) or not allowed:
        raise malformed("policy", f"{event_type} could be signed by nobody")
    return PolicyRule(
        event_type, frozenset(_pair(pair, event_type) for pair in allowed), minimum, distinct
    )


def _pair(pair: JSON, event_type: str) -> tuple[str, str]:
    if not isinstance(pair, dict) or pair.keys() != {"meaning", "role"}:
        raise malformed("policy", f"{event_type} allows pairs of meaning and role only")
    meaning, role = pair["meaning"], pair["role"]
    if not isinstance(meaning, str) or meaning not in MEANINGS:
        raise malformed("policy", f"{event_type} allows a meaning that does not exist")
    if not isinstance(role, str) or not _ROLE.fullmatch(role):
        raise malformed("policy", f"{event_type} allows a role that does not exist")
    return meaning, role


def _sorted_texts(value: JSON | None, what: str) -> list[str]:
    if not isinstance(value, list):
        raise malformed("grant", f"{what} is not a list")
    texts = [text for text in value if isinstance(text, str)]
    if not texts or len(texts) != len(value) or sorted(set(texts)) != texts:
        raise malformed("grant", f"{what} is empty, not sorted, or repeats itself")
    return texts
