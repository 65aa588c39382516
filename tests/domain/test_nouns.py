"""What holds for all event types together."""

from __future__ import annotations

from typing import Any

import pytest

from custody.domain import nouns
from custody.domain.model import ANYONE, EVOLVE, TYPES, Companion, TypeSpec
from custody.domain.values import Document, Frozen
from custody_cli.root import load

SPECS = sorted(TYPES.values(), key=lambda s: s.name)
COMPANIONS = [(s, c) for s in SPECS for c in s.companions]


def models(annotation: Any) -> list[type[Frozen]]:
    if isinstance(annotation, type) and issubclass(annotation, Frozen):
        return [annotation]
    return [m for part in getattr(annotation, "__args__", ()) for m in models(part)]


def undescribed(model: type[Frozen]) -> list[str]:
    missing = []
    for name, field in model.model_fields.items():
        extra = field.json_schema_extra
        if not field.description or not isinstance(extra, dict) or not extra["description_zh"]:
            missing.append(f"{model.__name__}.{name}")
        for inner in models(field.annotation):
            if inner is not Document and name not in ("rulings", "changes"):
                missing += undescribed(inner)
    return missing


def companion_types(spec: TypeSpec, companion: Companion) -> list[TypeSpec]:
    rule = spec.link(companion.rel)
    assert rule is not None
    return [TYPES[companion.type.format(kind=kind)] for kind in rule.kinds]


@pytest.mark.parametrize("spec", SPECS, ids=lambda s: s.name)
def test_every_type_is_described_in_both_languages(spec: TypeSpec) -> None:
    assert undescribed(spec.body) == []
    for words in (spec.title, spec.meaning, *spec.links):
        assert words.en and words.zh and words.en != words.zh


def test_every_kind_has_one_state_and_a_type_that_opens_it() -> None:
    kinds = {kind for s in SPECS for kind in s.kinds}
    assert kinds == set(EVOLVE)
    for kind in kinds:
        assert [s for s in SPECS if s.opens and s.kinds == (kind,)], kind


def test_no_two_types_share_a_command() -> None:
    commands = [s.command for s in SPECS]
    assert len(set(commands)) == len(commands)


@pytest.mark.parametrize("spec", [s for s in SPECS if not s.plumbing], ids=lambda s: s.name)
def test_after_every_step_one_or_two_commands_people_can_type_are_suggested(
    spec: TypeSpec,
) -> None:
    assert 1 <= len(spec.next) <= 2
    for command in spec.next:
        name, *verb = command.split(" ")
        found = load(name)
        assert found is not None, command
        assert not verb or verb[0] in found.commands, command


@pytest.mark.parametrize(("spec", "companion"), COMPANIONS, ids=lambda x: getattr(x, "name", ""))
def test_who_may_sign_an_event_may_sign_its_companions(
    spec: TypeSpec, companion: Companion
) -> None:
    for written in companion_types(spec, companion):
        pairs = {(s.role, s.meaning) for s in written.signers}
        for sig in spec.signers:
            assert (sig.role, sig.meaning) in pairs or (ANYONE, sig.meaning) in pairs
        assert not written.every


@pytest.mark.parametrize(("spec", "companion"), COMPANIONS, ids=lambda x: getattr(x, "name", ""))
def test_a_companion_gets_every_field_it_needs(spec: TypeSpec, companion: Companion) -> None:
    for written in companion_types(spec, companion):
        assert written.plumbing
        for name, field in written.body.model_fields.items():
            if field.is_required() and name != "occurred_at":
                assert name in companion.copy
                assert name in spec.body.model_fields
        if companion.back:
            assert written.link(companion.back) is not None


def test_draws_never_say_where_the_goods_went() -> None:
    for name in ("batch.drawn/v1", "permit.drawn/v1", "material.drawn/v1", "vial.used/v1"):
        assert TYPES[name].links == ()


def test_a_status_asked_for_is_one_some_event_leads_to() -> None:
    dynamic = {
        "permit": set(nouns.permit.PermitState.__args__),  # type: ignore[attr-defined]
        "shipment": {"in_transit"},
        "donation": {"eligible", "ineligible", "autologous_exempt"},
        "dose": {"partly_administered"},
        "study": {"reviewed", "filed"},
        "equipment": {"in_service"},
    }
    for spec in SPECS:
        for kind in spec.kinds if spec.when else ():
            reached = {s.then for s in SPECS if kind in s.kinds} | dynamic.get(kind, set())
            assert set(spec.when) <= reached, spec.name
