"""Give a person a new key in place of an old one: granted, accepted, and the old one revoked.

Three acts, because three different hands sign them. Whoever is stopped in between repeats the
command; what is done is not done again. What the old key signed stays valid.
"""

from __future__ import annotations

from collections.abc import Sequence

from custody.app.ledger import Ledger
from custody.app.recording.intent import Act, SignAs
from custody.errors import SigningKeyError
from custody.evidence.standing import Key

SUPERSEDED = "superseded"


def successor_of(ledger: Ledger, old: str) -> Key:
    """Return the standing of the key that is to be replaced.

    Raises:
        SigningKeyError: C601 no such key here, C627 it was never granted or is revoked.
    """
    kid = ledger.keys.find(old).kid
    key = ledger.people.authority([kid]).key(kid)
    if key is None or key.revoked is not None:
        raise SigningKeyError("C627", where=old, name=old)
    return key


def rotate(
    ledger: Ledger, old: str, new: str, registrar: Sequence[SignAs], holder: SignAs
) -> list[Act]:
    """Let the key `new` take the place of `old`, with the same person, roles and scope.

    Args:
        registrar: whoever may grant and revoke: a registrar, or root keys for a registrar's key.
        holder: the new key, unlocked; its first signature is the acceptance.

    Raises:
        SigningKeyError: C627, or C628 when `new` is the same key, belongs to another person, has
            other roles or was revoked.
        RefusedError: the signers may not; what was done before stays and is not repeated.
    """
    present = successor_of(ledger, old)
    kid = ledger.keys.find(new).kid
    known = ledger.people.authority([kid]).key(kid)
    if kid == present.kid or (known is not None and not _like(known, present)):
        raise SigningKeyError("C628", where=new, name=new)
    acts: list[Act] = []
    if known is None:
        acts.append(
            ledger.enrol(
                new,
                person=ledger.number_of(f"person:{present.person}"),
                printed_name=ledger.printed_name(present.kid),
                roles=sorted(present.roles),
                scope=sorted(present.scope),
                by=registrar,
            )
        )
    if known is None or known.accepted is None:
        acts.append(ledger.accept(new, [holder]))
    acts.append(ledger.revoke(old, SUPERSEDED, -1, registrar))
    return acts


def _like(known: Key, present: Key) -> bool:
    """Whether a key that was enrolled already may do what the present one may, and no more."""
    same = (present.person, present.roles, present.scope)
    return known.revoked is None and (known.person, known.roles, known.scope) == same
