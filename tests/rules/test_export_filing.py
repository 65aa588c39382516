"""The export filing: what it is not, what its dossier needs, and for whom the batch was made."""

from __future__ import annotations

import pytest

from domain.journeys import (
    all_permits,
    allocated,
    declared,
    filled,
    packed_shipment,
    permit,
    planned_shipment,
    ready_shipment,
    released_batch,
)
from domain.play import Play
from domain.stories import paper
from rules.borders import copied, said, seal


@pytest.fixture(scope="module")
def ready() -> Play:
    play = Play()
    ready_shipment(play)
    return play


@pytest.fixture
def play(ready: Play) -> Play:
    return copied(ready)


def filing(play: Play, alias: str, **body: object) -> None:
    """An export filing is on record without any dossier."""
    usual = {"permit_kind": "export_filing", "authority": "A", "state": "issued", "country": "SG"}
    period = {"valid_from": "2026-08-01", "valid_until": "2027-07-31"}
    fields = {**usual, **period, "number": alias, "documents": [paper("permit")], **body}
    play.add("permit.recorded/v1", alias, fields, {"product": "P1"})


@pytest.mark.sentence("A2", "passes")
@pytest.mark.sentence("A8", "passes")
@pytest.mark.sentence("A12", "passes")
@pytest.mark.sentence("A15", "passes")
@pytest.mark.sentence("A16", "passes")
@pytest.mark.sentence("A18", "passes")
@pytest.mark.sentence("A24", "passes")
@pytest.mark.sentence("A26", "passes")
@pytest.mark.sentence("A27", "passes")
def test_with_a_complete_filing_and_every_authority_s_permit_the_shipment_is_sealed(
    play: Play,
) -> None:
    assert seal(play) == set()


@pytest.mark.sentence("A8", "blocks")
@pytest.mark.sentence("A26", "blocks")
def test_talks_with_an_authority_open_nothing(play: Play) -> None:
    permit(play, "EX2", "export_filing", state="consultation")
    assert "C243" in seal(play, "EX2", "HG1", "SG1")
    assert "EXP-005" in seal(play, "EX2", "HG1", "SG1")


@pytest.mark.sentence("A24", "blocks")
def test_a_filing_marked_issued_without_the_authority_s_document_is_not_recorded(
    play: Play,
) -> None:
    body = {"number": "EX9", "permit_kind": "export_filing", "authority": "A", "state": "issued"}
    assert play.codes("permit.recorded/v1", "EX9", body, {"product": "P1"}) == {"C280"}


@pytest.mark.sentence("A12", "blocks")
def test_a_certificate_of_one_authority_does_not_stand_for_the_approval_of_another(
    play: Play,
) -> None:
    assert seal(play, "EX1", "HG1") == {"EXP-007", "GAC-001"}
    assert "one does not replace the other" in said(play, "EXP-007")


@pytest.mark.sentence("A15", "blocks")
@pytest.mark.parametrize("kind", ["study_filing_818", "ind_cta", "change_filing"])
def test_neither_a_study_filing_nor_a_trial_authorisation_is_an_export_filing(
    play: Play, kind: str
) -> None:
    permit(play, "N1", kind)
    assert seal(play, "N1", "HG1", "SG1") == {"EXP-001", "EXP-009"}


@pytest.mark.sentence("A15", "blocks")
def test_a_study_number_recorded_as_an_export_filing_is_recognised(play: Play) -> None:
    permit(play, "MR-N-44-2026-000014", "export_filing")
    assert seal(play, "MR-N-44-2026-000014", "HG1", "SG1") == {"EXP-009"}


@pytest.mark.sentence("A16", "blocks")
def test_commercial_goods_do_not_travel_under_the_filing_for_trials() -> None:
    play = Play()
    ready_shipment(play, purpose="commercial", trial=None)
    assert {"EXP-004", "EXP-010"} <= seal(play)


@pytest.mark.sentence("A27", "blocks")
def test_a_dossier_without_stability_data_is_incomplete(play: Play) -> None:
    filing(play, "EX2")
    filled(play, "EX2", "product_characterisation")
    filled(play, "EX2", "process_description")
    filled(play, "EX2", "foreign_trial_authorisation", {"authorisation": "AU1"})
    assert seal(play, "EX2", "HG1", "SG1") == {"EXP-013"}
    assert "stability" in said(play, "EXP-013")
    filled(play, "EX2", "stability")
    assert seal(play, "EX2", "HG1", "SG1") == set()


@pytest.mark.sentence("A27", "blocks")
@pytest.mark.parametrize(
    "fault",
    [{"country": "US"}, {"valid_until": "2026-08-31"}, {"state": "submitted"}],
    ids=["another country", "expired", "not granted"],
)
def test_the_trial_abroad_must_be_authorised_there_and_then(
    play: Play, fault: dict[str, str]
) -> None:
    permit(play, "AU2", "ind_cta", **fault)
    filled(play, "EX1", "foreign_trial_authorisation", {"authorisation": "AU2"})
    assert seal(play) == {"EXP-013"}


def test_no_choice_of_an_offset_makes_an_authorisation_abroad_valid(play: Play) -> None:
    permit(play, "AU2", "ind_cta", valid_until="2026-09-09")
    filled(play, "EX1", "foreign_trial_authorisation", {"authorisation": "AU2"})
    assert seal(play, occurred_at="2026-09-09T23:30:00+08:00") == set()
    assert seal(play, occurred_at="2026-09-09T23:30:00-12:00") == {"EXP-013"}


@pytest.mark.parametrize(
    ("slot", "links"),
    [("stability", {"authorisation": "AU1"}), ("foreign_trial_authorisation", {})],
)
def test_the_slot_of_the_authorisation_and_no_other_names_the_permit_abroad(
    play: Play, slot: str, links: dict[str, str]
) -> None:
    body = {"slot": slot, "version": "2", "documents": [paper("report")]}
    assert play.codes("permit.dossier_filled/v1", "EX1", body, links) == {"C2410"}


@pytest.mark.sentence("A13", "blocks")
@pytest.mark.sentence("A6", "blocks")
@pytest.mark.parametrize(
    "share", [{"trial": "NCT00000002"}, {"country": "US"}], ids=["another trial", "another country"]
)
def test_a_batch_must_be_allocated_to_the_trial_it_is_sent_to(share: dict[str, str]) -> None:
    play = Play()
    released_batch(play)
    allocated(play, **share)
    all_permits(play)
    planned_shipment(play)
    packed_shipment(play)
    declared(play)
    assert seal(play) == {"EXP-004"}
    allocated(play)
    assert seal(play) == set()


@pytest.mark.sentence("A6", "blocks")
def test_no_more_doses_leave_than_are_allocated_to_the_trial() -> None:
    play = Play()
    released_batch(play)
    allocated(play, doses=3)
    all_permits(play)
    planned_shipment(play)
    packed_shipment(play)
    declared(play)
    assert seal(play) == {"EXP-004"}
    allocated(play, doses=1)
    assert seal(play) == set()


@pytest.mark.sentence("A6", "passes")
@pytest.mark.sentence("A13", "passes")
@pytest.mark.sentence("A21", "passes")
def test_a_batch_made_for_and_allocated_to_the_trial_is_in_scope(play: Play) -> None:
    seal(play)
    assert play.outcome("EXP-004") == "satisfied"


@pytest.mark.sentence("A21", "blocks")
def test_a_shipment_for_a_trial_that_is_not_named_has_no_known_scope() -> None:
    play = Play()
    ready_shipment(play, trial=None)
    assert "EXP-004" in seal(play)


@pytest.mark.sentence("A18", "blocks")
@pytest.mark.parametrize("kind", ["HG1", "SG1"])
def test_a_permit_that_was_revoked_does_not_open_the_border(play: Play, kind: str) -> None:
    play.add("permit.revoked/v1", kind, {"reason": "by the authority"})
    assert {"CUS-002", "C243"} <= seal(play)


@pytest.mark.sentence("A18", "blocks")
def test_an_ethics_letter_alone_is_no_permit(play: Play) -> None:
    fields = {"seal": "SEAL1", "quantity": "4", "documents": [paper("ethics_approval")]}
    found = play.codes("shipment.sealed/v1", "S-1", fields)
    assert {"CUS-002", "EXP-001", "GAC-001", "HGR-001"} <= found
    assert "ethics committee" in said(play, "CUS-002")


def test_an_exit_certificate_for_another_partner_or_purpose_covers_nothing(play: Play) -> None:
    permit(play, "HG2", "hgr_exit", purpose="commercial")
    assert "HGR-001" in seal(play, "EX1", "HG2", "SG1")
    assert "commercial" in said(play, "HGR-001")
