"""The bundle given to customs: its papers, its permits, what it holds and what it must not."""

from __future__ import annotations

import pytest

from domain.journeys import accept, hand_over, permit, ready_shipment, run_test
from domain.play import Play
from domain.stories import consented
from rules.borders import BUNDLE, ISSUED, PERMITS, attached, copied, issue, said, sealed


@pytest.fixture(scope="module")
def ready() -> Play:
    play = Play()
    sealed(play)
    attached(play, "air_waybill")
    attached(play, "packing_list")
    return play


@pytest.fixture
def play(ready: Play) -> Play:
    return copied(ready)


@pytest.mark.sentence("A17", "passes")
@pytest.mark.sentence("A28", "passes")
@pytest.mark.sentence("A36", "passes")
@pytest.mark.sentence("A37", "passes")
@pytest.mark.sentence("A38", "passes")
@pytest.mark.sentence("A39", "passes")
def test_a_bundle_with_papers_permits_and_records_is_issued(play: Play) -> None:
    assert issue(play) == set()
    assert play.outcome("LED-002") == "satisfied"
    assert play.outcome("CUS-003") == "satisfied"
    play.add(ISSUED, "S-1", {**BUNDLE, "sha256": "ab" * 32})
    assert play.state("S-1").bundles == ("ab" * 32,)
    assert play.state("S-1").status == "sealed"


@pytest.mark.sentence("A17", "blocks")
@pytest.mark.parametrize("kind", ["air_waybill", "packing_list", "invoice"])
def test_a_paper_that_lacks_a_permit_number_stops_the_bundle(play: Play, kind: str) -> None:
    attached(play, kind, ["EX1", "SG1"], number="NEW")
    assert issue(play) == {"CUS-001"}
    assert "NEW lacks permit number HG1" in said(play, "CUS-001")
    attached(play, kind)
    assert issue(play) == set()


@pytest.mark.sentence("A17", "blocks")
def test_a_bundle_without_an_air_waybill_is_not_issued() -> None:
    play = Play()
    sealed(play)
    attached(play, "packing_list")
    assert issue(play) == {"CUS-001"}


@pytest.mark.sentence("A28", "blocks")
def test_a_method_without_a_validation_report_stops_the_bundle(play: Play) -> None:
    run_test(play, "sterility", outcome="negative", method_validation=None)
    assert issue(play) == {"EXP-014"}
    assert "validation report" in said(play, "EXP-014")


def test_a_permit_that_runs_out_between_seal_and_customs_stops_the_bundle(play: Play) -> None:
    assert issue(play, occurred_at="2027-08-01T09:00:00+08:00") >= {"CUS-002"}
    permit(play, "HG2", "hgr_exit", valid_until="2026-09-02", quantity="9", unit="dose")
    day = "2026-09-03T09:00:00+08:00"
    play.signed_at = day
    assert issue(play, {"permit": "HG2"}, occurred_at=day) >= {"CUS-002"}


@pytest.mark.parametrize(
    ("kind", "found"), [("hgr_information_filing", set()), ("hgr_exit", {"HGR-005"})]
)
def test_genetic_information_leaves_only_under_its_own_filing(
    play: Play, kind: str, found: set[str]
) -> None:
    permit(play, "GI1", kind)
    assert issue(play, genetic_information=True) == {"HGR-005"}
    codes = issue(play, {"permit": "GI1"}, genetic_information=True)
    assert codes - {"CUS-001"} == found


def test_no_choice_of_an_offset_makes_a_filing_of_genetic_information_valid(play: Play) -> None:
    permit(play, "GI1", "hgr_information_filing", valid_until="2026-09-09")
    for offset, found in (("+08:00", set()), ("-12:00", {"HGR-005"})):
        moment = f"2026-09-09T23:30:00{offset}"
        codes = issue(play, {"permit": "GI1"}, genetic_information=True, occurred_at=moment)
        assert codes & {"HGR-005"} == found


def test_personal_data_leave_only_with_consent_and_a_basis(play: Play) -> None:
    told = {"personal_data": True, "redaction": "some_disclosed"}
    assert issue(play, **told) == {"PIP-002"}
    assert issue(play, **told, transfer_basis="standard_contract") == {"PIP-002"}
    consented(play, "D1", "cross_border_transfer")
    assert issue(play, **told) == {"PIP-002"}
    assert issue(play, **told, transfer_basis="standard_contract") == set()


def test_missing_customs_codes_are_remarked() -> None:
    play = Play()
    permits = ready_shipment(play)
    told = play.state("S-1").goods[0].plain()
    body = {"declaration": "D2", "hs_code": "300251", "goods": [told]}
    play.add("shipment.declared/v1", "S-1", body)
    play.add("shipment.sealed/v1", "S-1", {"seal": "SEAL1", "quantity": "4"}, {"permit": permits})
    attached(play, "air_waybill")
    attached(play, "packing_list")
    assert issue(play) == set()
    assert play.outcome("CUS-003") == "unknown"


def test_customs_codes_stay_when_the_same_goods_are_declared_anew(play: Play) -> None:
    play.add("shipment.declared/v1", "S-1", {"declaration": "D2", "hs_code": "300251"})
    assert issue(play) == set()
    assert play.outcome("CUS-003") == "satisfied"


@pytest.mark.sentence("A36", "blocks")
@pytest.mark.sentence("A37", "blocks")
@pytest.mark.sentence("A38", "blocks")
@pytest.mark.sentence("A39", "blocks")
def test_a_bundle_that_hides_its_limits_is_remarked(play: Play) -> None:
    assert issue(play, limits_stated=False) == set()
    assert play.outcome("LED-002") == "violated"


@pytest.mark.sentence("A29", "blocks")
@pytest.mark.sentence("A30", "blocks")
@pytest.mark.sentence("A31", "blocks")
def test_a_hand_over_that_nobody_accepted_is_shown_as_a_gap(play: Play) -> None:
    hand_over(play, "MAKER", "CARRIER")
    issue(play)
    assert play.outcome("LED-001") == "violated"
    assert "MAKER" in said(play, "LED-001") and "CARRIER" in said(play, "LED-001")


@pytest.mark.sentence("A29", "passes")
@pytest.mark.sentence("A30", "passes")
@pytest.mark.sentence("A31", "passes")
def test_a_custody_without_a_gap_needs_no_remark(play: Play) -> None:
    hand_over(play, "MAKER", "CARRIER")
    accept(play, "MAKER", "CARRIER")
    issue(play)
    assert play.outcome("LED-001") == "satisfied"


def test_a_lineage_that_breaks_off_stops_the_bundle(play: Play) -> None:
    del play.streams[play.stream("S1")]
    assert {"TRC-001"} <= issue(play)


def test_consent_withdrawn_after_export_stops_nothing_that_was_done_and_what_is_still_to_do(
    play: Play,
) -> None:
    body = {"scopes": ["manufacture", "export"], "reason": "letter of the donor"}
    play.add("donor.consent_withdrawn/v1", "D1", body)
    hand_over(play, "MAKER", "CARRIER")
    assert play.state("S-1").status == "in_transit"
    assert issue(play) == {"REL-002"}


def test_a_bundle_is_issued_only_for_a_sealed_shipment() -> None:
    play = Play()
    ready_shipment(play)
    assert issue(play, {"permit": list(PERMITS)}) == {"C243"}
