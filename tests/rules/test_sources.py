"""Remarks on sources stand beside an event; they stop nothing and change no word of it."""

from __future__ import annotations

from typing import Any

import pytest

from custody.app.asking.rulebook import known_sources
from custody.domain.values import instant
from custody.rules.citations import misnumbered
from custody.rules.model import Case, remarks
from custody.rules.sources import IN_FORCE, REVIEW_BY
from domain.play import Play
from domain.stories import collected_sample, consented, paper, registered_donor

MEANT = "cn.state-council.order.818-2025"
OWNER = "cn.state-council.order.789-2024"
ORDER_818 = {
    "number": "CN.STATE-COUNCIL.ORDER.818-2025",
    "instrument_kind": "regulation",
    "title_en": "Regulations on new biomedical technologies",
    "title_zh": "生物医学新技术临床研究和临床转化应用管理条例",
    "issuer": "State Council",
    "source": "the official gazette",
    "text_form": "full",
    "text_language": "zh",
}
GUIDELINE = {**ORDER_818, "number": "GUIDELINE-1", "instrument_kind": "guideline"}
PACK = {**ORDER_818, "number": "PACK", "instrument_kind": "rule_pack"}
FILING = {
    "number": "F-1",
    "permit_kind": "study_filing_818",
    "authority": "National Health Commission",
    "state": "submitted",
}


def told(play: Play, alias: str) -> dict[str, list[str]]:
    """Return what is remarked beside the last event of a stream: rule to the English words."""
    event = play.events(alias)[-1]
    states = {s: play.state(s) for s in play.streams if s != event.stream}
    before = None
    if event.seq:
        kept = play.streams[event.stream].pop()
        before = play.state(event.stream)
        play.streams[event.stream].append(kept)
    found = remarks(Case(event, before, states))
    return {r.rule.id: [a.why.en for a in r.answers if a.why.en] for r in found}


def withdrawn(reason: str) -> dict[str, list[str]]:
    """Remarks beside a consent withdrawn for `reason`, an event without a gate."""
    play = Play()
    registered_donor(play)
    consented(play)
    play.add("donor.consent_withdrawn/v1", "D1", {"reason": reason, "scopes": ["manufacture"]})
    assert play.events("D1")[-1].body.reason == reason
    return told(play, "D1")


def permit(**body: Any) -> dict[str, list[str]]:
    """Remarks beside a permit that is recorded."""
    play = Play()
    play.add("permit.recorded/v1", "F-1", {**FILING, "documents": [paper("permit")], **body})
    return told(play, "F-1")


@pytest.mark.sentence("A1", "blocks")
@pytest.mark.parametrize(
    "text",
    [
        "State Council Order No. 789, Regulations on Clinical Research",
        "see Order 789 on biomedical technologies",
        "依据国务院令第789号",
        "依据国务院令（第７８９号）",
        "国务院第789号令，生物医学新技术",
        "Decree No.789 on the export of stem cells",
    ],
)
def test_an_order_cited_by_the_wrong_number_is_remarked_on_and_kept_as_written(text: str) -> None:
    words = withdrawn(text)["SRC-001"]
    assert len(words) == 1
    assert "818" in words[0]
    assert "2024-08-30" in words[0]


@pytest.mark.sentence("A1", "passes")
@pytest.mark.parametrize(
    "text",
    [
        "Order No. 818 on clinical research",
        "依据国务院令第818号",
        "Order No. 789, Regulations on the Filing Review of Regulations and Rules",
        "国务院令第789号《法规规章备案审查条例》",
        "purchase order no. 789 of the laboratory",
        "lot 789 and order 7891",
    ],
)
def test_a_right_citation_or_another_number_is_not_remarked_on(text: str) -> None:
    assert "SRC-001" not in withdrawn(text)


def test_a_file_name_that_cites_the_order_wrongly_is_remarked_on_too() -> None:
    play = Play()
    registered_donor(play)
    named = {**paper("consent_form"), "name": "同意书（国务院令第789号）.pdf"}
    body = {"scopes": ["collection"], "version": "1", "documents": [named]}
    play.add("donor.consented/v1", "D1", body)
    assert "SRC-001" in told(play, "D1")


@pytest.mark.sentence("A40", "blocks")
@pytest.mark.parametrize(
    "text",
    ["Order No. 818, promulgated February 2026", "国务院令第818号，2026年2月公布"],
)
def test_a_wrong_day_of_promulgation_is_remarked_on(text: str) -> None:
    assert "2025-09-28" in withdrawn(text)["SRC-001"][0]


@pytest.mark.sentence("A40", "passes")
@pytest.mark.parametrize(
    "text",
    [
        "Order No. 818, promulgated 2025-09-28",
        "国务院令第818号，2025年9月28日公布",
        "batch record promulgated February 2026",
    ],
)
def test_the_right_day_of_promulgation_is_not_remarked_on(text: str) -> None:
    assert "SRC-001" not in withdrawn(text)


def thawed_on(day: str) -> dict[str, list[str]]:
    """Remarks beside a gated event that happens on `day`."""
    play = Play()
    registered_donor(play)
    consented(play)
    collected_sample(play)
    moment = f"{day}T10:00:00+08:00"
    body = {"determination": "ineligible", "occurred_at": moment}
    play.gates = False
    play.signed_at = moment
    play.add("donor.cleared/v1", "D1", body)
    return told(play, "D1")


@pytest.mark.sentence("A5", "blocks")
def test_an_act_before_the_order_came_into_force_is_said_to_be_judged_without_it() -> None:
    assert "2026-04-30 precedes 2026-05-01" in thawed_on("2026-04-30")["SRC-002"][0]


@pytest.mark.sentence("A5", "passes")
def test_an_act_on_the_first_day_in_force_has_no_remark() -> None:
    assert "SRC-002" not in thawed_on(IN_FORCE.isoformat())


@pytest.mark.sentence("A20", "blocks")
def test_a_pack_past_its_review_date_is_remarked_on() -> None:
    assert (
        "review date"
        in thawed_on(REVIEW_BY.replace(year=REVIEW_BY.year + 1).isoformat())["SRC-004"][0]
    )


@pytest.mark.sentence("A20", "passes")
def test_a_pack_on_its_review_date_is_not_remarked_on() -> None:
    assert "SRC-004" not in thawed_on(REVIEW_BY.isoformat())


@pytest.mark.sentence("A41", "blocks")
@pytest.mark.parametrize(
    "authority", ["NMPA", "国家药监局", "National Medical Products Administration"]
)
def test_a_filing_with_the_drug_authority_is_remarked_on(authority: str) -> None:
    assert "health" in permit(authority=authority)["SRC-003"][0]


@pytest.mark.sentence("A41", "passes")
@pytest.mark.parametrize("authority", ["National Health Commission", "国家卫生健康委员会"])
def test_a_filing_with_the_health_department_is_not_remarked_on(authority: str) -> None:
    assert "SRC-003" not in permit(authority=authority)


def test_a_text_that_names_the_drug_authority_beside_the_order_is_remarked_on() -> None:
    assert "SRC-003" in withdrawn("forms of the NMPA under Order No. 818 are pending")
    assert "SRC-003" not in withdrawn("the NMPA answered our letter")


@pytest.mark.sentence("A19", "blocks")
def test_an_export_filing_that_nobody_accepted_has_a_provisional_form() -> None:
    assert "provisional" in permit(permit_kind="export_filing")["SRC-003"][0]


@pytest.mark.sentence("A19", "passes")
def test_an_accepted_export_filing_has_shown_its_form() -> None:
    assert "SRC-003" not in permit(permit_kind="export_filing", state="accepted")


@pytest.mark.sentence("A32", "A33", "A34", "A35", "blocks")
def test_a_decision_without_its_submission_cannot_be_measured() -> None:
    assert "SRC-005" in permit(state="accepted")


@pytest.mark.sentence("A32", "A33", "A34", "A35", "passes")
def test_a_decision_after_its_submission_can_be_measured() -> None:
    play = Play()
    play.add("permit.recorded/v1", "F-1", FILING)
    body = {"state": "accepted", "documents": [paper("permit")]}
    play.add("permit.updated/v1", "F-1", body)
    assert "SRC-005" not in told(play, "F-1")


def adopted(**guideline: str) -> dict[str, list[str]]:
    """Remarks beside the adoption of a pack that rests on the guideline."""
    play = Play()
    play.add("instrument.registered/v1", "G", {**GUIDELINE, **guideline})
    play.add("instrument.registered/v1", "P", PACK)
    pack = {"pack": "2026.1", "sha256": "0" * 64}
    play.add("instrument.pack_adopted/v1", "P", pack, {"rests_on": "G"})
    return told(play, "P")


@pytest.mark.sentence("B1", "B2", "B42", "blocks")
def test_rules_that_rest_on_a_summary_are_remarked_on() -> None:
    words = adopted(text_form="summary", text_language="en")["SRC-010"]
    assert "GUIDELINE-1 is known here by a summary (en) only" in words[0]


@pytest.mark.sentence("B1", "B2", "B42", "passes")
def test_rules_that_rest_on_a_text_that_was_read_are_not_remarked_on() -> None:
    assert "SRC-010" not in adopted()


def test_every_wrong_citation_known_here_is_recognised_and_names_what_is_meant() -> None:
    wrong = [a for a in known_sources()["aliases"] if a["standing"] == "misattributed"]
    assert len(wrong) > 0
    for alias in wrong:
        assert misnumbered({"reason": alias["text_as_cited"]})
        assert (alias["instrument"], alias["belongs_to"]) == (MEANT, OWNER)


def test_instruments_and_claims_known_here_agree_with_the_remarks() -> None:
    known = known_sources()
    rows = {row["id"]: row for row in known["instruments"]}
    assert rows[MEANT]["in_force_from"] == IN_FORCE.isoformat()
    assert rows[MEANT]["order_number"] == "818"
    assert rows[OWNER]["order_number"] == "789"
    for claim in known["claims"]:
        assert claim["instrument"] in rows
        assert claim["support"] in ("stated", "absent", "contradicted")
        assert claim["resolution"]["en"] and claim["resolution"]["zh"]
        assert instant(f"{claim['checked_on']}T00:00:00Z")
