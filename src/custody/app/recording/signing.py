"""Which role and meaning each signer of an event takes, when the person did not say it all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from custody.app.judgement.histories import person_stream
from custody.app.recording.intent import SignAs
from custody.domain.model import Signed, TypeSpec
from custody.errors import InputError, RefusedError
from custody.evidence.authority import Authority


def signed_in(spec: TypeSpec, stream: str) -> TypeSpec:
    """Return the type as it is signed in `stream`: about a key, by those who may change keys."""
    if spec.in_keys and stream.startswith("key:"):
        return replace(spec, signers=spec.in_keys)
    return spec


def assign(spec: TypeSpec, by: Sequence[SignAs], law: Authority) -> list[tuple[SignAs, Signed]]:
    """Give every signer the role and meaning the type asks of them.

    Raises:
        InputError: C149 when nobody signs or one key signs twice, C150 when more than one pair fits
            a signer's roles.
        RefusedError: C204 the key was revoked, C205 it was not accepted yet, C206 it does not hold
            a role that is needed.
    """
    if not by or len({a.signer.kid for a in by}) != len(by):
        raise InputError("C149", where=spec.name, type=spec.name)
    taken: set[tuple[str, str]] = set()
    made: list[tuple[SignAs, Signed]] = []
    options = [(a, _pairs(spec, a, law)) for a in by]
    # Those with the fewest possibilities choose first, so that the others get what is left.
    for sign_as, pairs in sorted(options, key=lambda o: len(o[1])):
        free = [p for p in pairs if p not in taken] if spec.every else pairs
        if not free:
            raise _unfit(spec, sign_as, law)
        if len(free) != 1 and not spec.every:
            name = sign_as.signer.public.name
            listed = ", ".join(f"{role}:{meaning}" for role, meaning in free)
            raise InputError("C150", where=name, name=name, type=spec.name, pairs=listed)
        role, meaning = free[0]
        taken.add(free[0])
        signed = Signed(
            sign_as.signer.kid,
            person_stream(law.person_of(sign_as.signer.kid)),
            role,
            meaning,
        )
        made.append((replace(sign_as, role=role, meaning=meaning), signed))
    return made


def _unfit(spec: TypeSpec, sign_as: SignAs, law: Authority) -> RefusedError:
    """Return why this key cannot give any signature that the type asks for."""
    name, key = sign_as.signer.public.name, law.key(sign_as.signer.kid)
    if key is not None and key.revoked is not None:
        return RefusedError("C204", where=name, name=name, event=key.revoked)
    if key is not None and key.accepted is None:
        return RefusedError("C205", where=name, name=name)
    held = sorted(_roles(sign_as.signer.kid, law))
    return RefusedError(
        "C206",
        where=name,
        name=name,
        type=spec.name,
        roles=", ".join(held) or "–",
        pairs=", ".join(dict.fromkeys(f"{s.role}:{s.meaning}" for s in spec.signers)),
    )


def _roles(kid: str, law: Authority) -> frozenset[str]:
    """Return the roles a key holds, with those nobody grants: root, and holder before accepting."""
    key = law.key(kid)
    if key is None:
        return frozenset({"root"}) if law.public_key(kid) is not None else frozenset()
    return law.roles_of(kid) if key.accepted is not None else frozenset({"holder"})


def _pairs(spec: TypeSpec, sign_as: SignAs, law: Authority) -> list[tuple[str, str]]:
    """Return the (role, meaning) pairs of the type that this signer could use."""
    roles = _roles(sign_as.signer.kid, law)
    found: list[tuple[str, str]] = []
    for sig in spec.signers:
        held = sorted(roles) if sig.role == "*" else [sig.role] if sig.role in roles else []
        offered = held[:1] if sig.role == "*" and not sign_as.role else held
        found += [
            (role, sig.meaning)
            for role in offered
            if sign_as.role in ("", role) and sign_as.meaning in ("", sig.meaning)
        ]
    if not found and sign_as.role and sign_as.meaning:
        return [(sign_as.role, sign_as.meaning)]  # judged, and refused with its reason, later
    return list(dict.fromkeys(found))
