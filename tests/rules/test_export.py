"""Export: released lots, and every authority's permit on its own."""

from __future__ import annotations

from typing import Any

import pytest

from domain.journeys import complete_dossier, organisation, permit, ready_shipment
from domain.play import Play
from domain.stories import assessment, paper

SEALED = "shipment.sealed/v1"
SEAL = {"seal": "SEAL1", "quantity": "4"}
UNCERTIFIED = {"EXP-007", "HGR-001", "HGR-004"}  # no exit certificate, and so no cooperation either
RULES = {
    *("COC-003", "CUS-002", "EXP-001", "EXP-002", "EXP-003", "EXP-004", "EXP-005", "EXP-007"),
    *("EXP-008", "EXP-009", "EXP-010", "EXP-011", "EXP-012", "EXP-013", "GAC-001", "GAC-002"),
    *("GAC-003", "GAC-004", "HGR-001", "HGR-002", "HGR-003", "HGR-004", "REL-002", "REL-004"),
    "TRC-001",
}


@pytest.fixture(scope="module")
def ready() -> Play:
    play = Play()
    ready_shipment(play)
    return play


@pytest.fixture
def play(ready: Play) -> Play:
    """A fresh copy of the ledger with a shipment ready to be sealed."""
    copy = Play()
    copy.streams = {stream: list(events) for stream, events in ready.streams.items()}
    copy.names, copy.count = dict(ready.names), ready.count
    return copy


def codes(play: Play, *permits: str, extra: tuple[str, ...] = (), **body: Any) -> set[str]:
    links = {"permit": permits or ("EX1", "HG1", "SG1"), "assessment": extra}
    return play.codes(SEALED, "S-1", {**SEAL, **body}, links)


def found_unfit(play: Play, alias: str, rule: str, covers: str, role: str, purpose: str) -> None:
    """Somebody in `role` approves an assessment."""
    body = {"number": alias, "purpose": purpose, "rule": rule, "conclusion": "see report"}
    signers = [(role, role, "approved")]
    play.add("assessment.approved/v1", alias, body, {"covers": covers}, signers)


def test_a_shipment_with_every_permit_is_sealed_and_every_rule_is_recorded(play: Play) -> None:
    assert codes(play) == set()
    found = {r.rule.id: r.outcome for r in play.rulings}
    assert {r: o for r, o in found.items() if r in RULES} == dict.fromkeys(RULES, "satisfied")


@pytest.mark.parametrize(
    ("left_out", "rules"),
    [
        ("EX1", {"EXP-001"}),
        ("HG1", {"EXP-007", "HGR-001", "HGR-004"}),
        ("SG1", {"EXP-007", "GAC-001"}),
    ],
)
@pytest.mark.sentence("A2", "blocks")
@pytest.mark.sentence("A12", "blocks")
def test_no_permit_stands_for_another(play: Play, left_out: str, rules: set[str]) -> None:
    others = [p for p in ("EX1", "HG1", "SG1") if p != left_out]
    assert codes(play, *others) == rules


def test_a_study_filing_does_not_stand_for_the_export_filing(play: Play) -> None:
    permit(play, "MR1", "study_filing_818")
    assert codes(play, "MR1", "HG1", "SG1") == {"EXP-001", "EXP-009"}


def test_a_study_filing_without_a_period_can_be_linked_beside_the_others(play: Play) -> None:
    permit(play, "MR1", "study_filing_818", valid_from=None, valid_until=None, country=None)
    assert codes(play, "EX1", "HG1", "SG1", "MR1") == set()


def test_a_filing_in_consultation_does_not_open_the_gate(play: Play) -> None:
    permit(play, "EX2", "export_filing", state="consultation")
    found = codes(play, "EX2", "HG1", "SG1")
    assert "C243" in found
    play.add("permit.updated/v1", "EX2", {"state": "accepted", "documents": [paper("receipt")]})
    complete_dossier(play, "EX2")
    assert codes(play, "EX2", "HG1", "SG1") == set()


@pytest.mark.parametrize("kind", ["export_filing", "hgr_exit", "special_goods"])
@pytest.mark.parametrize(
    "fault", [{"country": "US"}, {"batch": "batch:other"}], ids=["country", "lot"]
)
def test_a_permit_for_another_country_or_lot_covers_nothing(
    play: Play, kind: str, fault: dict[str, str]
) -> None:
    rule = {"export_filing": "EXP-001", "hgr_exit": "HGR-001", "special_goods": "GAC-001"}[kind]
    old = {"export_filing": "EX1", "hgr_exit": "HG1", "special_goods": "SG1"}
    permit(play, "N1", kind, quantity="20", unit="dose", **fault)
    del old[kind]
    assert codes(play, "N1", *old.values()) == {rule}


@pytest.mark.parametrize(
    ("kind", "rules"),
    [
        ("export_filing", {"CUS-002"}),
        ("hgr_exit", {"CUS-002", "HGR-001"}),
        ("special_goods", {"CUS-002", "GAC-001"}),
    ],
)
@pytest.mark.parametrize(
    "period",
    [
        {"valid_from": "2026-09-02"},
        {"valid_until": "2026-08-31"},
        {"valid_until": None},
    ],
    ids=["not yet", "expired", "unknown"],
)
def test_a_permit_must_be_valid_on_the_day_of_sealing(
    play: Play, kind: str, rules: set[str], period: dict[str, str]
) -> None:
    old = {"export_filing": "EX1", "hgr_exit": "HG1", "special_goods": "SG1"}
    permit(play, "N1", kind, quantity="20", unit="dose", **period)
    del old[kind]
    assert codes(play, "N1", *old.values()) == rules


@pytest.mark.parametrize(
    ("kind", "rules"),
    [
        ("export_filing", {"CUS-002"}),
        ("hgr_exit", {"CUS-002", "HGR-001"}),
        ("special_goods", {"CUS-002", "GAC-001"}),
    ],
)
@pytest.mark.parametrize(
    ("period", "moment"),
    [
        ({"valid_until": "2026-09-09"}, "2026-09-09T23:30:00-12:00"),
        ({"valid_from": "2026-09-09"}, "2026-09-09T01:00:00+14:00"),
    ],
    ids=["expired at home", "not yet at home"],
)
def test_no_choice_of_an_offset_makes_a_permit_valid(
    play: Play, kind: str, rules: set[str], period: dict[str, str], moment: str
) -> None:
    old = {"export_filing": "EX1", "hgr_exit": "HG1", "special_goods": "SG1"}
    permit(play, "N1", kind, quantity="20", unit="dose", **period)
    del old[kind]
    assert codes(play, "N1", *old.values(), occurred_at=moment) == rules
    assert codes(play, "N1", *old.values(), occurred_at="2026-09-09T12:00:00+08:00") == set()


def test_no_choice_of_an_offset_brings_back_a_finding_that_ran_out(play: Play) -> None:
    body = {"purpose": "non_applicability", "rule": "HGR-001", "conclusion": "see report"}
    body |= {"number": "N1", "valid_until": "2026-09-09"}
    signers = [("regulatory_affairs", "regulatory_affairs", "approved")]
    play.add("assessment.approved/v1", "N1", body, {"covers": "X1"}, signers)
    last, next_ = "2026-09-09T23:30:00+08:00", "2026-09-09T23:30:00-12:00"
    assert codes(play, "EX1", "SG1", extra=("N1",), occurred_at=last) == set()
    assert codes(play, "EX1", "SG1", extra=("N1",), occurred_at=next_) == UNCERTIFIED


def test_a_permit_without_enough_quantity_left_stops_the_seal(play: Play) -> None:
    permit(play, "SG2", "special_goods", quantity="3", unit="dose")
    assert "C266" in codes(play, "EX1", "HG1", "SG2")


def test_a_special_goods_approval_must_state_a_quantity(play: Play) -> None:
    permit(play, "SG2", "special_goods")
    assert codes(play, "EX1", "HG1", "SG2") == {"GAC-003"}


def test_a_special_goods_approval_lasts_twelve_months_at_most(play: Play) -> None:
    period = {"valid_from": "2026-08-01", "valid_until": "2027-08-02"}
    permit(play, "SG2", "special_goods", quantity="20", unit="dose", **period)
    assert codes(play, "EX1", "HG1", "SG2") == {"GAC-001"}


def test_the_write_off_rule_begins_with_the_customs_order(play: Play) -> None:
    day = "2026-07-31T12:00:00+08:00"
    codes(play, occurred_at=day)
    assert play.outcome("GAC-003") == ""
    ruling = next(r for r in play.rulings if r.rule.id == "GAC-001")
    assert "281" not in ruling.rule.source
    codes(play)
    ruling = next(r for r in play.rulings if r.rule.id == "GAC-001")
    assert "281" in ruling.rule.source


@pytest.mark.parametrize(
    ("type_", "body"),
    [
        ("batch.held/v1", {"reason": "complaint"}),
        ("batch.recalled/v1", {"reason": "complaint"}),
    ],
)
def test_a_held_or_recalled_batch_does_not_leave(play: Play, type_: str, body: Any) -> None:
    play.add(type_, "X1", body)
    assert codes(play) == {"REL-004"}


def test_an_expired_batch_does_not_leave(play: Play) -> None:
    found = codes(play, occurred_at="2026-12-01T08:00:00+08:00")
    assert "REL-004" in found


def test_bad_news_about_the_donor_after_release_stops_the_export(play: Play) -> None:
    news = {"notice": "late reactive", "status": "reactive"}
    play.add("donor.notice_received/v1", "D1", news)
    assert codes(play) == {"REL-002"}


def test_consent_for_export_that_was_withdrawn_stops_the_export(play: Play) -> None:
    body = {"scopes": ["export"], "reason": "withdrawn"}
    play.add("donor.consent_withdrawn/v1", "D1", body)
    assert codes(play) == {"HGR-003"}


@pytest.mark.parametrize(("country", "foreign"), [("SG", False), ("CN", True)])
def test_a_foreign_or_foreign_controlled_exporter_is_refused(country: str, foreign: bool) -> None:
    play = Play()
    for alias in ("CARRIER", "HOSPITAL"):
        organisation(play, alias)
    organisation(play, "MAKER", country, foreign=foreign)
    permits = ready_shipment(play)
    assert codes(play, *permits) == {"HGR-002"}


def test_a_shipment_for_another_use_than_the_product_is_refused() -> None:
    play = Play()
    permits = ready_shipment(play, purpose="commercial", trial=None)
    assert codes(play, *permits) == {"EXP-004", "EXP-010"}


def test_a_trial_abroad_must_be_named() -> None:
    play = Play()
    permits = ready_shipment(play, trial=None)
    assert codes(play, *permits) == {"EXP-004"}
    assert play.outcome("EXP-004") == "unknown"


def test_a_shipment_within_the_country_needs_no_export_permit() -> None:
    play = Play()
    ready_shipment(play, destination="CN", purpose="domestic_clinical_study")
    found = play.codes(SEALED, "S-1", SEAL)
    assert found == set()


def test_regulatory_affairs_can_override_the_filing_because_no_law_text_demands_it(
    play: Play,
) -> None:
    found_unfit(play, "OV1", "EXP-001", "X1", "regulatory_affairs", "override")
    assert codes(play, "HG1", "SG1", extra=("OV1",), reason="no procedure exists yet") == set()
    assert play.outcome("EXP-001") == "overridden"


def test_an_override_by_quality_alone_does_not_lift_the_filing(play: Play) -> None:
    found_unfit(play, "OV1", "EXP-001", "X1", "qa", "override")
    assert codes(play, "HG1", "SG1", extra=("OV1",), reason="urgent") == {"EXP-001"}


def test_an_override_without_a_reason_in_the_sealing_itself_lifts_nothing(play: Play) -> None:
    found_unfit(play, "OV1", "EXP-001", "X1", "regulatory_affairs", "override")
    assert codes(play, "HG1", "SG1", extra=("OV1",)) == {"EXP-001"}
    ruling = next(r for r in play.rulings if r.rule.id == "EXP-001")
    assert "OV1" in ruling.answers[-1].why.en and "OV1" in ruling.answers[-1].why.zh


@pytest.mark.parametrize("rule", ["EXP-001", "CUS-002", "HGR-003"])
def test_a_rule_without_exceptions_cannot_be_found_not_to_apply(play: Play, rule: str) -> None:
    permit(play, "SG2", "special_goods", quantity="20", unit="dose", valid_until="2026-08-31")
    play.add("donor.consent_withdrawn/v1", "D1", {"scopes": ["export"], "reason": "letter"})
    body = {"number": "NA1", "purpose": "non_applicability", "rule": rule, "conclusion": "none"}
    signers = [("regulatory_affairs", "regulatory_affairs", "approved")]
    covers = {"covers": ["X1", "D1", "SG2"]}
    play.add("assessment.approved/v1", "NA1", body, covers, signers)
    found = codes(play, "HG1", "SG1", "SG2", extra=("NA1",), reason="see finding")
    assert found == {"EXP-001", "CUS-002", "HGR-003"}


def test_a_finding_that_no_write_off_is_needed_must_name_the_approval_itself(play: Play) -> None:
    permit(play, "SG2", "special_goods")
    found_unfit(play, "NA1", "GAC-003", "X1", "regulatory_affairs", "non_applicability")
    assert codes(play, "EX1", "HG1", "SG2", extra=("NA1",)) == {"GAC-003"}
    found_unfit(play, "NA2", "GAC-003", "SG2", "regulatory_affairs", "non_applicability")
    assert codes(play, "EX1", "HG1", "SG2", extra=("NA2",)) == set()
    assert play.outcome("GAC-003") == "not_applicable"


def test_quality_alone_cannot_find_that_a_law_does_not_apply(play: Play) -> None:
    found_unfit(play, "NA1", "HGR-001", "X1", "qa", "non_applicability")
    assert codes(play, "EX1", "SG1", extra=("NA1",)) == UNCERTIFIED


def test_the_certificate_for_genetic_resources_cannot_be_overridden(play: Play) -> None:
    found_unfit(play, "OV1", "HGR-001", "X1", "regulatory_affairs", "override")
    assert codes(play, "EX1", "SG1", extra=("OV1",)) == UNCERTIFIED


@pytest.mark.parametrize(("rule", "left_out"), [("HGR-001", "HG1"), ("GAC-001", "SG1")])
def test_a_signed_finding_that_a_permit_is_not_needed_stands_in_for_it(
    play: Play, rule: str, left_out: str
) -> None:
    found_unfit(play, "NA1", rule, "X1", "regulatory_affairs", "non_applicability")
    others = [p for p in ("EX1", "HG1", "SG1") if p != left_out]
    assert codes(play, *others, extra=("NA1",)) == set()
    assert play.outcome(rule) == "not_applicable"


def test_a_finding_about_another_batch_does_not_help(play: Play) -> None:
    found_unfit(play, "NA1", "HGR-001", "P1", "regulatory_affairs", "non_applicability")
    assert codes(play, "EX1", "SG1", extra=("NA1",)) == UNCERTIFIED
    assessment(play, "RA1", "HGR-001", "X1")
    assert codes(play, "EX1", "SG1", extra=("RA1",)) == UNCERTIFIED


def test_a_second_shipment_finds_the_quantity_used_by_the_first(play: Play) -> None:
    permit(play, "SG2", "special_goods", quantity="4", unit="dose")
    play.add(SEALED, "S-1", SEAL, {"permit": ["EX1", "HG1", "SG2"]})
    assert play.state("SG2").remaining == 0
