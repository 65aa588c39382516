"""Parties of a study and of an export: qualified, agreed and told."""

from __future__ import annotations

from typing import Any

import pytest

from domain.journeys import organisation, ready_shipment
from domain.play import Play
from domain.stories import paper, specification
from domain.studies import STARTED, parties, ready_study, starting

INSTITUTION = (
    "grade_a_tertiary",
    "academic_committee",
    "ethics_committee",
    "research_qualification",
)
TOLD = ("purpose", "protocol", "filing_status", "use_of_samples")
ACKNOWLEDGED = "organisation.upstream_acknowledged/v1"


@pytest.fixture
def play() -> Play:
    """A study of hospital H1, sponsored by SP, with the maker MK taking part."""
    play = Play(gates=False)
    parties(play)
    organisation(play, "SP")
    organisation(play, "MK")
    play.add("product.specified/v1", "P1", specification())
    return play


def capable(play: Play, alias: str, *codes: str) -> None:
    for code in codes:
        body = {"capability": code, "valid_from": "2026-01-01", "documents": [paper("licence")]}
        play.add("organisation.capability_recorded/v1", alias, body)


def agreed(play: Play, alias: str, party: str, kind: str = "research", **body: Any) -> None:
    usual = {"agreement": f"AGR-{alias}", "agreement_kind": kind, "scope": "临床研究"}
    usual |= {"valid_from": "2026-01-01", "valid_until": "2027-12-31"}
    more = {"foreign_sponsor": False, "documents": [paper("agreement")]}
    play.add(
        "organisation.agreement_recorded/v1", alias, {**usual, **more, **body}, {"party": party}
    )


def told(play: Play, alias: str = "MK", study: str = "T1", **body: Any) -> None:
    usual = {"study": study, "covered": TOLD, "filing_status": "filed"}
    letter = {"documents": [paper("notice_letter")]}
    play.add("organisation.upstream_notified/v1", alias, {**usual, **letter, **body})


def drafted(play: Play) -> None:
    """The study is ready but for its parties; `ready_study` links the hospital to itself."""
    ready_study(play, "T0")
    first = play.events("T0")[0]
    links = {"sponsor": "SP", "institution": "H1", "participant": "MK", "investigator": "pi"}
    body = {**first.body.plain(), "number": "T1"}
    body.pop("occurred_at")
    play.add("study.drafted/v1", "T1", body, {**links, "product": "P1"})
    filing = {"number": "MR-1", "permit_kind": "study_filing_818", "authority": "NHC"}
    filing |= {"state": "accepted"}
    play.add("permit.recorded/v1", "MR-1", {**filing, "documents": [paper("letter")]})
    for committee in ("academic", "ethics"):
        opinion = {"protocol_version": "1.0", "verdict": "pass", "documents": [paper("opinion")]}
        play.add(f"study.{committee}_reviewed/v1", "T1", opinion)
    play.add("study.filed/v1", "T1", {}, {"permit": "MR-1"})


def asked(play: Play, rule: str) -> str:
    play.gates = True
    outcome = starting(play, rule)
    play.gates = False
    return outcome


def why(play: Play, rule: str) -> str:
    ruling = next(r for r in play.rulings if r.rule.id == rule)
    return " / ".join(a.why.en for a in ruling.answers)


@pytest.mark.sentence("B8", "passes")
def test_a_study_starts_when_sponsor_institution_and_maker_are_evidenced(play: Play) -> None:
    drafted(play)
    capable(play, "SP", "legal_person")
    capable(play, "MK", "preparation_qualification")
    agreed(play, "SP", "H1")
    assert asked(play, "ORG-001") == "satisfied"


@pytest.mark.sentence("B8", "blocks")
@pytest.mark.parametrize(
    ("party", "lost"),
    [("SP", "legal_person"), ("MK", "preparation_qualification")]
    + [("H1", code) for code in INSTITUTION],
)
def test_a_study_does_not_start_while_one_party_lacks_its_evidence(
    play: Play, party: str, lost: str
) -> None:
    drafted(play)
    capable(play, "SP", "legal_person")
    capable(play, "MK", "preparation_qualification")
    agreed(play, "SP", "H1")
    gone = {"capability": lost, "reason": "withdrawn by the authority"}
    play.add("organisation.capability_withdrawn/v1", party, gone)
    assert asked(play, "ORG-001") == "unknown"
    assert party in why(play, "ORG-001")


@pytest.mark.sentence("B8", "blocks")
def test_a_study_does_not_start_without_an_agreement_of_sponsor_and_institution(
    play: Play,
) -> None:
    drafted(play)
    capable(play, "SP", "legal_person")
    capable(play, "MK", "preparation_qualification")
    assert asked(play, "ORG-001") == "unknown"
    agreed(play, "H1", "SP", valid_until="2026-08-31")
    assert asked(play, "ORG-001") == "unknown"
    agreed(play, "SP", "H1", kind="sponsor")
    assert asked(play, "ORG-001") == "satisfied"


def test_a_hospital_that_sponsors_its_own_study_needs_no_agreement_with_itself() -> None:
    play = Play(gates=False)
    ready_study(play)
    assert asked(play, "ORG-001") == "satisfied"


def test_a_sponsor_abroad_cannot_sponsor_a_study_here(play: Play) -> None:
    organisation(play, "XS", "SG")
    play.names["SP"] = play.stream("XS")
    drafted(play)
    assert asked(play, "ORG-001") == "violated"
    assert "not established in China" in why(play, "ORG-001")


@pytest.mark.sentence("B13", "blocks")
def test_a_study_does_not_start_before_the_maker_was_told_and_confirmed(play: Play) -> None:
    drafted(play)
    assert asked(play, "GMP-003") == "unknown"
    told(play)
    assert asked(play, "GMP-003") == "unknown"
    assert "not confirmed" in why(play, "GMP-003")


@pytest.mark.sentence("B13", "passes")
def test_a_study_starts_once_the_maker_confirmed_what_it_was_told(play: Play) -> None:
    drafted(play)
    told(play)
    play.add(ACKNOWLEDGED, "MK", {"study": "T1"})
    assert asked(play, "GMP-003") == "satisfied"


@pytest.mark.sentence("B13", "blocks")
@pytest.mark.parametrize("point", TOLD)
def test_each_of_the_four_points_must_be_told(play: Play, point: str) -> None:
    drafted(play)
    told(play, covered=[p for p in TOLD if p != point])
    play.add(ACKNOWLEDGED, "MK", {"study": "T1"})
    assert asked(play, "GMP-003") == "violated"
    assert point.replace("_", " ") in why(play, "GMP-003")


def test_what_was_told_before_the_filing_is_told_anew_after_it(play: Play) -> None:
    drafted(play)
    told(play, filing_status="not_filed")
    play.add(ACKNOWLEDGED, "MK", {"study": "T1"})
    assert asked(play, "GMP-003") == "violated"


def test_a_notice_about_another_study_does_not_count(play: Play) -> None:
    drafted(play)
    told(play, study="T9")
    play.add(ACKNOWLEDGED, "MK", {"study": "T9"})
    assert asked(play, "GMP-003") == "unknown"


def test_a_trial_on_the_drug_path_is_not_asked_for_the_parties_of_the_technology_path() -> None:
    play = Play(gates=False)
    ready_study(play, path="drug_828")
    play.gates = True
    play.codes(STARTED, "T1")
    answers = {r.rule.id: r.answers for r in play.rulings}
    assert (answers["ORG-001"], answers["GMP-003"]) == ((), ())


@pytest.mark.parametrize("employer", ["MK", "SP", ""])
def test_only_the_notified_institution_itself_confirms_a_notice(play: Play, employer: str) -> None:
    told(play)
    links = {"employer": employer} if employer else {}
    play.add("person.registered/v1", "N1", {"number": "77"}, links)
    play.gates = True
    by = [("N1", "receiver", "received")]
    expected = set() if employer == "MK" else {"PER-002"}
    assert play.codes(ACKNOWLEDGED, "MK", {"study": "T1"}, signers=by) == expected


def test_its_letter_stands_in_for_a_signature_of_the_institution(play: Play) -> None:
    told(play)
    play.gates = True
    letter = {"study": "T1", "documents": [paper("acknowledgement")]}
    assert play.codes(ACKNOWLEDGED, "MK", letter) == set()


def sealed(play: Play, found: list[str]) -> str:
    body = {"seal": "SEAL1", "quantity": "4"}
    play.codes("shipment.sealed/v1", "S-1", body, {"permit": found})
    return play.outcome("EXP-006")


@pytest.mark.sentence("A10", "blocks")
def test_an_export_without_an_agreement_with_the_sponsor_abroad_is_remarked() -> None:
    play = Play(gates=False)
    found = ready_shipment(play)
    play.gates = True
    assert sealed(play, found) == "unknown"
    body = {"seal": "SEAL1", "quantity": "4"}
    assert "EXP-006" not in play.codes("shipment.sealed/v1", "S-1", body, {"permit": found})


@pytest.mark.sentence("A10", "passes")
def test_an_export_under_an_agreement_with_the_sponsor_abroad_passes_without_remark() -> None:
    play = Play(gates=False)
    found = ready_shipment(play)
    agreed(play, "HOSPITAL", "MAKER", kind="sponsor", foreign_sponsor=True)
    play.gates = True
    assert sealed(play, found) == "satisfied"


def test_an_agreement_of_the_sponsor_with_somebody_else_does_not_cover_the_export() -> None:
    play = Play(gates=False)
    found = ready_shipment(play)
    agreed(play, "HOSPITAL", "CARRIER", kind="sponsor", foreign_sponsor=True)
    play.gates = True
    assert sealed(play, found) == "unknown"
