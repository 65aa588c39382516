"""What every event type of persons, organisations, products and cell sources must declare."""

from typing import Any

import pytest

from custody.domain.model import EVOLVE, TYPES, Body, Event, State, TypeSpec
from custody.domain.values import Document, Frozen
from domain.play import Play
from domain.stories import (
    accepted_lot,
    established_bank,
    frozen_vial,
    received_sample,
    registered_donor,
    specification,
)

KINDS = ("person", "organisation", "product", "donation", "sample", "material", "bank", "vial")
SPECS = [s for s in TYPES.values() if len(s.kinds) == 1 and s.kinds[0] in KINDS]


def models(annotation: Any) -> list[type[Frozen]]:
    """The small models named anywhere inside an annotation."""
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
            if inner is not Document and name != "rulings":
                missing += undescribed(inner)
    return missing


@pytest.mark.parametrize("spec", SPECS, ids=lambda s: s.name)
def test_every_type_is_described_in_both_languages(spec: TypeSpec) -> None:
    assert undescribed(spec.body) == []
    for words in (spec.title, spec.meaning):
        assert words.en and words.zh and words.en != words.zh


def test_every_type_that_opens_a_kind_carries_its_number_under_one_scheme() -> None:
    for kind in KINDS:
        opening = [s for s in SPECS if s.kinds == (kind,) and s.opens]
        assert opening, kind
        assert {tuple(s.aliases) for s in opening} == {("number",)}, kind
        assert len({s.aliases["number"] for s in opening}) == 1, kind


def test_an_event_a_noun_does_not_know_leaves_its_state_unchanged() -> None:
    play = Play(gates=False)
    registered_donor(play)
    received_sample(play)
    established_bank(play)
    frozen_vial(play)
    accepted_lot(play)
    play.add("product.specified/v1", "P1", specification())
    play.add("person.registered/v1", "N1", {"number": "1"})
    organisation = {"number": "O1", "legal_name": "O", "roles": ["carrier"], "country": "CN"}
    play.add("organisation.registered/v1", "O1", {**organisation, "foreign_controlled": False})
    seen = set()
    for alias in ("D1", "S1", "B1", "V1", "L1", "P1", "N1", "O1"):
        state: State = play.state(alias)
        older = Event(
            index=99,
            leaf="",
            stream=state.stream,
            seq=9,
            type="noun.happened/v9",
            time="",
            signers=(),
            links=(),
            body=Body(occurred_at="2026-09-01T08:00:00+08:00"),
        )
        assert EVOLVE[state.kind](state, older) == state
        seen.add(state.kind)
    assert seen == set(KINDS)
