"""Two signatures are two persons, for every type that asks for more than one."""

from __future__ import annotations

import pytest

from custody.domain.fold import _missing_signatures
from custody.domain.model import ANYONE, TYPES, Body, Event, Signed, TypeSpec

DOUBLE = sorted(name for name, spec in TYPES.items() if spec.every)
MOMENT = "2026-09-01T12:00:00+08:00"


def signed(spec: TypeSpec, *persons: str) -> set[str]:
    """Return what speaks against the declared signatures, given by these persons, all keys new."""
    wanted = [*spec.signers, *spec.signers][: len(persons)]
    signers = tuple(
        Signed(f"key:{n}", f"person:{who}", "operator" if s.role == ANYONE else s.role, s.meaning)
        for n, (who, s) in enumerate(zip(persons, wanted, strict=True))
    )
    body = Body.model_construct(occurred_at=MOMENT)
    stream = f"{spec.kinds[0]}:1"
    event = Event(0, "", stream, 0, spec.name, MOMENT, signers, (), body)
    return {r.code for r in _missing_signatures(spec, event)}


def test_there_are_types_that_ask_for_two_persons() -> None:
    assert len(DOUBLE) >= 20


@pytest.mark.parametrize("name", DOUBLE)
def test_one_person_with_two_keys_is_one_person(name: str) -> None:
    spec = TYPES[name]
    assert signed(spec, "a", "b") == set()
    assert signed(spec, "a", "a") == {"C245"}


@pytest.mark.parametrize("name", DOUBLE)
def test_a_third_signature_does_not_let_one_person_sign_twice(name: str) -> None:
    assert signed(TYPES[name], "a", "a", "b") == {"C245"}


@pytest.mark.parametrize("name", DOUBLE)
def test_one_of_two_signatures_is_not_enough(name: str) -> None:
    assert "C244" in signed(TYPES[name], "a")
