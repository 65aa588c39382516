"""Found a ledger: its authority, its signing policy, its first registrar, its trust file."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from custody.app.ports import Clock, EventLog, KeyCard, Signer, Vault
from custody.app.recording.bodies import spec_of, stamp
from custody.domain.lookback import HOLDS, causes
from custody.domain.model import ANYONE, TYPES, Sig
from custody.domain.values import Name
from custody.errors import InputError
from custody.evidence import payload as wire
from custody.evidence.disclosure import commit, padded
from custody.evidence.encoding import ZERO, b64
from custody.evidence.entry import Entry, encode, pae
from custody.evidence.grants import ACCEPTED, ESTABLISHED, FIXED_TYPES, GRANTED, POLICY
from custody.evidence.merkle import EMPTY
from custody.evidence.names import AUTHORITY, key_stream
from custody.evidence.note import ED25519, MLDSA44, VerifierKey
from custody.evidence.quorum import WitnessPolicy
from custody.evidence.trust import NO_PREVIOUS, TrustRoot

MAX_AGE = 3 * 86_400
MAX_SKEW = 300
FOUNDER_ROLES = ("registrar", "system_admin")


@dataclass(frozen=True, slots=True)
class Founder:
    """The first person who may enrol others; unlocked, named as printed beside signatures."""

    signer: Signer
    printed_name: str


def require_organisation(name: str) -> None:
    """Refuse what cannot name an organisation in the first entry: InputError C177."""
    try:
        TypeAdapter[str](Name).validate_python(name)
    except ValidationError:
        raise InputError("C177", where="--organisation") from None


def trust_file(
    origin: str, roots: Sequence[KeyCard], threshold: int, log_keys: tuple[KeyCard, KeyCard]
) -> TrustRoot:
    """Return the first trust file of a ledger; no witnesses yet."""
    return TrustRoot(
        origin=origin,
        version=1,
        prev=NO_PREVIOUS,
        roots={card.kid: card.public for card in roots},
        root_threshold=threshold,
        log_keys=(
            VerifierKey(origin, ED25519, log_keys[0].public),
            VerifierKey(origin, MLDSA44, log_keys[1].public),
        ),
        policy=WitnessPolicy.parse(["quorum none"]),
        auditors=(),
        auditor_threshold=0,
        known=(0, EMPTY),
        max_age=MAX_AGE,
        max_skew=MAX_SKEW,
    )


def policy_rules() -> list[dict[str, object]]:
    """Return the signing policy that the declarations of all event types add up to.

    A companion is signed by whoever signs the event it goes with, a hold that answers bad news by
    whoever brought it, a number is claimed by whoever introduces it, and "any role" is written
    out, so that the policy says by itself who may sign.
    """
    every_role = sorted({s.role for t in TYPES.values() for s in t.signers if s.role != ANYONE})
    pairs: dict[str, set[tuple[str, str]]] = {
        name: set() if spec.kinds == ("alias",) else _pairs(spec.signers, every_role)
        for name, spec in TYPES.items()
    }
    for spec in TYPES.values():
        own = _pairs(spec.signers, every_role)
        if spec.aliases:
            pairs["alias.claimed/v1"] |= own
        for companion in spec.companions:
            for kind in (r for rule in spec.links if rule.rel == companion.rel for r in rule.kinds):
                pairs[companion.type.format(kind=kind)] |= own
    for cause in causes():  # whoever brings bad news puts on hold what is below, in the same act
        for hold in HOLDS.values():
            pairs[hold] |= _pairs(TYPES[cause].signers, every_role)
    return [
        {
            "type": name,
            "allowed": [{"meaning": m, "role": r} for r, m in sorted(pairs[name])],
            "minimum": TYPES[name].minimum,
            "distinct_person": TYPES[name].every or TYPES[name].minimum > 1,
        }
        for name in sorted(TYPES)
        if name not in FIXED_TYPES and pairs[name]
    ]


def _pairs(signers: Sequence[Sig], every_role: Sequence[str]) -> set[tuple[str, str]]:
    return {
        (role, sig.meaning)
        for sig in signers
        for role in (every_role if sig.role == ANYONE else (sig.role,))
        if role not in ("root", "holder")
    }


def found(
    log: EventLog,
    vault: Vault,
    clock: Clock,
    *,
    organisation: str,
    roots: Sequence[Signer],
    founder: Founder | None,
) -> None:
    """Write the first events of an empty ledger: authority, policy, and the founder's key.

    Raises:
        InputError: C177 that is no name of an organisation.
    """
    require_organisation(organisation)
    made: list[Entry] = []
    heads: dict[str, tuple[int, str]] = {}
    now = clock()
    occurred_at = stamp(now)

    def write(
        kind: str,
        stream: str,
        body: Mapping[str, object],
        by: Sequence[tuple[Signer, str]],
        digests: Sequence[str] = (),
    ) -> Entry:
        count, head = heads.get(stream, (0, b64(ZERO)))
        fields = spec_of(kind).body.model_validate({**body, "occurred_at": occurred_at}).plain()
        payload = wire.Payload(
            log=log.origin,
            stream=stream,
            seq=count,
            prev=head,
            type=kind,
            time=stamp(now),
            signers=tuple(
                sorted(
                    (wire.Signer(s.kid, "approved", role) for s, role in by), key=lambda s: s.kid
                )
            ),
            links=(),
            body=fields,
            sd=tuple(padded(digests, secrets.token_bytes) if digests else ()),
        )
        raw = payload.to_bytes()
        entry = Entry.parse(encode(raw, {s.kid: s.sign(pae(raw)) for s, _ in by}))
        heads[stream] = (count + 1, b64(entry.leaf))
        made.append(entry)
        return entry

    by_roots = [(signer, "root") for signer in roots]
    write(ESTABLISHED, AUTHORITY, {"origin": log.origin, "organisation": organisation}, by_roots)
    write(POLICY, AUTHORITY, {"rules": policy_rules()}, by_roots)
    if founder is not None:
        card = founder.signer.public
        person = secrets.token_hex(16)
        disclosure, digest = commit("printed_name", founder.printed_name, secrets.token_bytes(32))
        grant = {
            "alg": "ed25519",
            "pub": b64(card.public),
            "person": person,
            "roles": sorted(FOUNDER_ROLES),
            "scope": ["*"],
        }
        granted = write(GRANTED, key_stream(card.kid), grant, by_roots, [digest])
        vault.put_all([(granted.leaf, digest, f"person:{person}", disclosure)])
        write(ACCEPTED, key_stream(card.kid), {}, [(founder.signer, "holder")])
    log.append(made)
