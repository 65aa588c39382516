"""What decisions rest on does not change under them: a decision ends corrections and voids."""

from __future__ import annotations

from typing import Any

import pytest

from custody.domain.model import TYPES
from domain.journeys import (
    assessed,
    completed_batch,
    deviation,
    made_batch,
    organisation,
    packed_shipment,
    permit,
    planned_shipment,
    run_test,
    started_batch,
    thawed_vial,
)
from domain.play import Play
from domain.stories import (
    approved_process,
    qualified_bank,
    received_lot,
    received_sample,
    registered_donor,
    results,
    specified_product,
)

CORRECTED, VOIDED = "record.corrected/v1", "record.voided/v1"


@pytest.fixture
def play() -> Play:
    return Play(gates=False)


def first(play: Play, alias: str, type_: str) -> Any:
    return next(e for e in play.events(alias) if e.type == type_)


def corrects(play: Play, alias: str, type_: str, now: Any, field: str) -> set[str]:
    """Try to correct one field of the first event of a type; nothing is written."""
    event = first(play, alias, type_)
    change = {"field": field, "was": event.body.plain().get(field), "now": now}
    body = {"corrects": event.leaf, "reason": "misread", "changes": [change]}
    return play.codes(CORRECTED, alias, body)


def voids(play: Play, alias: str, leaf: str) -> set[str]:
    return play.codes(VOIDED, alias, {"voids": leaf, "reason": "mistake"})


MATERIAL = {
    "grade": "research",
    "contains_beta_lactam": True,
    "animal_origin": "bovine",
    "serum": True,
    "epidemic_area": True,
    "origin_country": "AU",
    "expires_on": "2030-01-01",
    "quantity": "900",
    "unit": "g",
}


@pytest.mark.parametrize(("field", "now"), MATERIAL.items())
def test_what_a_lot_was_accepted_on_is_corrected_before_the_acceptance_only(
    play: Play, field: str, now: Any
) -> None:
    received_lot(play)
    assert corrects(play, "L1", "material.received/v1", now, field) == set()
    play.add("material.accepted/v1", "L1")
    assert corrects(play, "L1", "material.received/v1", now, field) == {"C2700"}


def test_a_name_on_which_nothing_rests_is_corrected_at_any_time(play: Play) -> None:
    received_lot(play)
    play.add("material.accepted/v1", "L1")
    assert corrects(play, "L1", "material.received/v1", "Other Ltd", "supplier_name") == set()


def test_the_moment_of_what_was_decided_upon_is_not_moved_either(play: Play) -> None:
    received_lot(play)
    moment = "2026-09-01T07:00:00+08:00"
    assert corrects(play, "L1", "material.received/v1", moment, "occurred_at") == set()
    play.add("material.accepted/v1", "L1")
    assert corrects(play, "L1", "material.received/v1", moment, "occurred_at") == {"C2700"}


def test_the_refusal_names_the_decision_and_the_command_for_the_new_fact(play: Play) -> None:
    received_lot(play)
    play.add("material.accepted/v1", "L1")
    leaf = play.events("L1")[0].leaf
    change = {"field": "grade", "was": "medicinal", "now": "research"}
    body = {"corrects": leaf, "reason": "misread", "changes": [change]}
    (found,) = play._judge(CORRECTED, "L1", body, None, None, None)[3]
    assert "'grade'" in found.why.en and "material.accepted/v1 (event 1)" in found.why.en
    assert "custody material recall" in found.fix.en and "custody material recall" in found.fix.zh


def test_the_screening_a_donor_was_cleared_on_is_neither_corrected_nor_voided(play: Play) -> None:
    registered_donor(play)
    screened = play.add("donor.screened/v1", "D1", {"results": results(["hiv"], "reactive")})
    leaf = play.events("D1")[screened.seq].leaf
    assert voids(play, "D1", leaf) == set()
    play.add("donor.cleared/v1", "D1", {"determination": "eligible"})
    assert voids(play, "D1", leaf) == {"C2700"}
    assert corrects(play, "D1", "donor.registered/v1", True, "leukocyte_rich") == {"C2700"}
    assert corrects(play, "D1", "donor.registered/v1", "autologous", "relation") == {"C2700"}


@pytest.mark.parametrize(
    ("field", "now"),
    [("max_passage", 99), ("product_class", "gene_edited_cell"), ("storage_max", "8")],
)
def test_a_specification_is_revised_and_never_corrected(play: Play, field: str, now: Any) -> None:
    specified_product(play)
    assert corrects(play, "P1", "product.specified/v1", now, field) == {"C2703"}
    assert corrects(play, "P1", "product.specified/v1", "Other name", "name") == set()


@pytest.mark.parametrize(
    ("field", "now"),
    [("valid_from", "2020-01-01"), ("valid_until", "2030-01-01"), ("quantity", "99")],
)
def test_the_term_and_quantity_of_a_permit_are_updated_and_never_corrected(
    play: Play, field: str, now: Any
) -> None:
    specified_product(play)
    permit(play, "HG1", "special_goods", quantity="20", unit="dose")
    assert corrects(play, "HG1", "permit.recorded/v1", now, field) == {"C2703"}


def test_the_country_of_a_permit_is_fixed_once_something_was_written_off_it(play: Play) -> None:
    specified_product(play)
    permit(play, "SG1", "special_goods", quantity="20", unit="dose")
    assert corrects(play, "SG1", "permit.recorded/v1", "US", "country") == set()
    play.add("permit.drawn/v1", "SG1", {"quantity": "1", "unit": "dose"})
    assert corrects(play, "SG1", "permit.recorded/v1", "US", "country") == {"C2700"}


def test_a_process_is_revised_and_a_revision_is_not_taken_back(play: Play) -> None:
    specified_product(play)
    approved_process(play)
    assert corrects(play, "PR1", "process.approved/v1", 99, "max_passage") == {"C2703"}
    body = first(play, "PR1", "process.approved/v1").body.plain()
    kept = {k: v for k, v in body.items() if k in TYPES["process.revised/v1"].body.model_fields}
    revised = play.add("process.revised/v1", "PR1", {**kept, "version": "99", "reason": "r"})
    assert voids(play, "PR1", play.events("PR1")[revised.seq].leaf) == {"C2703"}


@pytest.mark.parametrize(
    ("field", "now"), [("specification", "9"), ("process_version", "9"), ("planned_doses", 99)]
)
def test_what_a_batch_was_started_with_is_fixed_once_it_is_completed(
    play: Play, field: str, now: Any
) -> None:
    thawed_vial(play)
    started_batch(play)
    assert corrects(play, "X1", "batch.started/v1", now, field) == set()
    completed_batch(play)
    assert corrects(play, "X1", "batch.started/v1", now, field) == {"C2700"}


def test_doses_expiry_and_passage_of_a_completed_batch_are_not_corrected(play: Play) -> None:
    thawed_vial(play)
    started_batch(play)
    completed_batch(play)
    for field, now in (("doses", 99), ("passage", 1), ("expires_at", "2030-01-01T00:00:00Z")):
        assert corrects(play, "X1", "batch.completed/v1", now, field) == {"C249"}


def test_level_and_passage_of_a_bank_are_fixed_once_it_is_qualified(play: Play) -> None:
    qualified_bank(play)
    assert corrects(play, "B1", "bank.established/v1", 1, "passage") == {"C2700"}
    assert corrects(play, "B1", "bank.tested/v1", "fail", "verdict") == {"C2700"}
    assert voids(play, "B1", first(play, "B1", "bank.tested/v1").leaf) == {"C2700"}


def test_a_plan_is_corrected_until_the_first_doses_are_packed(play: Play) -> None:
    made_batch(play)
    play.add("batch.released/v1", "X1")
    planned_shipment(play)
    plan = {"destination": "US", "purpose": "commercial", "trial": "T", "planned_on": "2026-10-01"}
    for field, now in plan.items():
        assert corrects(play, "S-1", "shipment.planned/v1", now, field) == set()
    packed_shipment(play)
    for field, now in plan.items():
        assert corrects(play, "S-1", "shipment.planned/v1", now, field) == {"C2700"}
    assert corrects(play, "S-1", "shipment.packed/v1", "1", "quantity") == {"C249"}


def test_the_country_of_an_organisation_is_fixed_once_it_was_assessed(play: Play) -> None:
    organisation(play, "O1")
    assert corrects(play, "O1", "organisation.registered/v1", True, "foreign_controlled") == set()
    found = {"qualification": "pass", "facility": "pass", "quality_system": "pass"}
    play.add("organisation.assessed/v1", "O1", {**found, "valid_until": "2030-01-01"})
    for field, now in (("country", "SG"), ("foreign_controlled", True)):
        assert corrects(play, "O1", "organisation.registered/v1", now, field) == {"C2700"}


# deviations


@pytest.mark.parametrize(
    ("was", "now", "codes"),
    [
        ("major", "minor", {"C2704"}),
        ("critical", "major", {"C2704"}),
        ("minor", "major", set()),
    ],
)
def test_the_severity_of_a_deviation_is_raised_but_never_lowered(
    play: Play, was: str, now: str, codes: set[str]
) -> None:
    thawed_vial(play)
    started_batch(play)
    deviation(play, "DEV1", was)
    assert corrects(play, "DEV1", "deviation.opened/v1", now, "severity") == codes
    assessed(play, "DEV1")
    assert corrects(play, "DEV1", "deviation.opened/v1", now, "severity") == {"C2700"}


# results


@pytest.mark.parametrize(
    "result", [{"value": "12", "verdict": "fail"}, {"value": "12"}, {"value": "92.5"}]
)
def test_a_result_is_corrected_or_voided_only_under_a_deviation_noted_after_it(
    play: Play, result: dict[str, str]
) -> None:
    """Out of limits or not is for the specification to say; whoever changes a result explains."""
    thawed_vial(play)
    started_batch(play)
    deviation(play, "EARLIER", "minor")
    seq = run_test(play, "viability", unit="%", **result)
    leaf = play.events("X1")[seq].leaf
    assert voids(play, "X1", leaf) == {"C2701"}
    assert corrects(play, "X1", "batch.tested/v1", "99", "value") == {"C2701"}
    assert corrects(play, "X1", "batch.tested/v1", "USP 72", "method") == set()
    deviation(play, "DEV1", "minor")
    assert voids(play, "X1", leaf) == set()
    assert corrects(play, "X1", "batch.tested/v1", "99", "value") == set()


def test_no_deviation_takes_back_a_result_the_batch_was_released_on(play: Play) -> None:
    made_batch(play)
    deviation(play, "DEV1", "minor")
    seq = run_test(play, "viability", value="12", unit="%", verdict="fail")
    deviation(play, "DEV2", "minor")
    play.add("batch.released/v1", "X1")
    assert voids(play, "X1", play.events("X1")[seq].leaf) == {"C2700"}


# balances


def test_nothing_is_corrected_to_less_than_was_taken(play: Play) -> None:
    registered_donor(play)
    received_sample(play)
    kept = {"amount": "3", "unit": "mL", "position": "freezer 1"}
    unit = play.state("S1").unit
    play.add("sample.retained/v1", "S1", {**kept, "unit": unit})
    assert corrects(play, "S1", "sample.collected/v1", "2", "volume") == {"C2702"}
    assert corrects(play, "S1", "sample.collected/v1", "3", "volume") == set()
    assert corrects(play, "S1", "sample.retained/v1", "11", "amount") == {"C2702"}


# declarations


def test_every_command_a_refusal_sends_people_to_exists() -> None:
    commands = {" ".join(spec.command) for spec in TYPES.values() if not spec.plumbing}
    named = {c for spec in TYPES.values() for c, _ in spec.decisive.values()}
    assert named <= commands


def test_only_facts_have_fields_that_can_be_settled() -> None:
    marked = [s for s in TYPES.values() if s.decisive and s.correctable]
    assert len(marked) >= 30
    for spec in marked:
        assert not set(spec.decisive) & {*spec.aliases, "reason", "documents", "rulings"}


def test_labels_and_samples_that_were_counted_are_not_voided_after_the_review() -> None:
    play = Play(gates=False)
    thawed_vial(play)
    started_batch(play)
    play.add("batch.labels_printed/v1", "X1", {"printed": 100})
    leaf = first(play, "X1", "batch.labels_printed/v1").leaf
    assert voids(play, "X1", leaf) == set()
    completed_batch(play)
    assert voids(play, "X1", leaf) == {"C2700"}
