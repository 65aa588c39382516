"""Which role and meaning each signer of an event takes, when the person did not say it all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from custody.app.histories import person_stream
from custody.app.intent import SignAs
from custody.domain.model import Signed, TypeSpec
from custody.errors import InputError
from custody.evidence.authority import Authority


def assign(spec: TypeSpec, by: Sequence[SignAs], law: Authority) -> list[tuple[SignAs, Signed]]:
    """Give every signer the role and meaning the type asks of them.

    Raises:
        InputError: C149 when nobody signs or one person signs twice with one key, C150 when no
            pair, or more than one, fits a signer's roles.
    """
    if not by or len({a.signer.kid for a in by}) != len(by):
        raise InputError("C149", where=spec.name, type=spec.name)
    taken: set[tuple[str, str]] = set()
    made: list[tuple[SignAs, Signed]] = []
    options = [(a, _pairs(spec, a, law)) for a in by]
    # Those with the fewest possibilities choose first, so that the others get what is left.
    for sign_as, pairs in sorted(options, key=lambda o: len(o[1])):
        free = [p for p in pairs if p not in taken] if spec.every else pairs
        if len(free) != 1 and not (free and spec.every):
            listed = ", ".join(f"{s.role}:{s.meaning}" for s in spec.signers)
            raise InputError(
                "C150",
                where=sign_as.signer.public.name,
                name=sign_as.signer.public.name,
                type=spec.name,
                pairs=listed,
            )
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
