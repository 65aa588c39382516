"""Legal instruments: named for good, cited and claimed about word for word, resolved beside."""

from __future__ import annotations

from typing import Any

import pytest

from domain.play import Play, Refused

LAW: dict[str, Any] = {
    "number": "cn.state-council.order.818-2025",
    "instrument_kind": "regulation",
    "title_en": "Regulations on new biomedical technologies",
    "title_zh": "生物医学新技术临床研究和临床转化应用管理条例",
    "order_number": "818",
    "issuer": "国务院",
    "source": "the official gazette",
    "text_form": "full",
}
ALIAS = {
    "text_as_cited": "国务院令第７８９号",
    "cited_in": "a news item",
    "standing": "misattributed",
    "belongs_to": "法规规章备案审查条例",
}
CLAIM = {
    "claim": "CLM-1",
    "statement": "an ‘International Cooperation Green Channel’",
    "source": "a news item",
    "source_kind": "secondary",
    "support": "absent",
    "checked_on": "2026-08-31",
}
CHOSEN = {"claim": "CLM-1", "chosen": "no channel is known", "rationale": "not in the text"}


@pytest.fixture
def play() -> Play:
    play = Play()
    play.add("instrument.registered/v1", "LAW", LAW)
    return play


def test_an_instrument_is_found_by_its_name_however_it_is_typed(play: Play) -> None:
    assert play.state("LAW").number == "CN.STATE-COUNCIL.ORDER.818-2025"
    assert play.state("LAW").order_number == "818"


def test_a_citation_is_kept_word_for_word_with_its_wrong_number(play: Play) -> None:
    play.add("instrument.alias_recorded/v1", "LAW", ALIAS)
    (alias,) = play.state("LAW").aliases
    assert alias.text_as_cited == "国务院令第７８９号"
    assert (alias.standing, alias.belongs_to) == ("misattributed", "法规规章备案审查条例")


def test_the_same_citation_from_the_same_place_is_recorded_once(play: Play) -> None:
    play.add("instrument.alias_recorded/v1", "LAW", ALIAS)
    assert play.codes("instrument.alias_recorded/v1", "LAW", ALIAS) == {"C2501"}
    other = {**ALIAS, "cited_in": "another news item"}
    assert play.codes("instrument.alias_recorded/v1", "LAW", other) == set()


def test_a_claim_stays_as_it_was_when_it_is_resolved(play: Play) -> None:
    play.add("instrument.claim_recorded/v1", "LAW", CLAIM)
    play.add("instrument.claim_recorded/v1", "LAW", {**CLAIM, "claim": "CLM-2"})
    play.add("instrument.claim_resolved/v1", "LAW", CHOSEN)
    first, second = play.state("LAW").claims
    assert (first.statement, first.support) == (CLAIM["statement"], "absent")
    assert (first.chosen, second.chosen) == ("no channel is known", "")


def test_a_resolution_can_be_followed_by_a_better_one(play: Play) -> None:
    play.add("instrument.claim_recorded/v1", "LAW", CLAIM)
    play.add("instrument.claim_resolved/v1", "LAW", CHOSEN)
    play.add("instrument.claim_resolved/v1", "LAW", {**CHOSEN, "chosen": "published since"})
    assert play.state("LAW").claims[0].chosen == "published since"


def test_nothing_can_be_resolved_that_nobody_claimed(play: Play) -> None:
    with pytest.raises(Refused) as refused:
        play.add("instrument.claim_resolved/v1", "LAW", CHOSEN)
    assert refused.value.codes == {"C2502"}
    assert "CLM-1" in refused.value.reasons[0].why.zh


def test_an_instrument_cannot_end_before_it_begins(play: Play) -> None:
    dates = {"in_force_from": "2026-05-01", "in_force_until": "2026-04-30"}
    codes = play.codes("instrument.registered/v1", "L2", {**LAW, "number": "L2", **dates})
    assert codes == {"C2500"}
    same = {**dates, "in_force_until": "2026-05-01"}
    assert play.codes("instrument.registered/v1", "L2", {**LAW, "number": "L2", **same}) == set()


def test_every_adopted_version_of_the_rules_stays_on_record(play: Play) -> None:
    play.add(
        "instrument.registered/v1", "P", {**LAW, "number": "P", "instrument_kind": "rule_pack"}
    )
    for version in ("2026.1", "2026.2"):
        body = {"pack": version, "sha256": "0" * 64}
        play.add("instrument.pack_adopted/v1", "P", body, {"rests_on": "LAW"})
    adopted = play.state("P").packs
    assert [a.pack for a in adopted] == ["2026.1", "2026.2"]
    assert {a.rests_on for a in adopted} == {(play.stream("LAW"),)}
