"""Identifiers of donations and pools: well-formed, kept for ever, and linked to their sources."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from domain.play import Play
from domain.stories import collected_sample, consented, paper, registered_donor, results

DIN, OTHER_DIN = "A999915000001M", "A999915000002K"
SEC = "DE000001A999915000001E000001200020270202"
GSRN = "061414100000000007"
WRONG = {"reason": "two digits exchanged", "documents": [paper("error_record")]}
POOL = {"number": "POOL-1", "tissue": "umbilical_cord", "leukocyte_rich": False}


@pytest.fixture
def play() -> Play:
    play = Play(gates=False)
    registered_donor(play)
    return play


def test_a_donation_bears_one_number_per_scheme(play: Play) -> None:
    body = {"isbt128_din": DIN, "sec": SEC, "gs1": GSRN, "coi": "COI-1", "own": "UC-1"}
    play.add("donor.identifier_allocated/v1", "D1", body)
    donation = play.state("D1")
    assert {s: donation.identifier(s) for s in body} == body
    assert donation.number == "D1"
    assert donation.former == ()


@pytest.mark.parametrize(
    ("field", "wrong", "code"),
    [
        ("isbt128_din", "A999915000001X", "C2103"),
        ("isbt128_din", "A999951000001M", "C2103"),
        ("gs1", "061414100000000008", "C2104"),
        ("sec", SEC[:-4] + "0230", "C2105"),
    ],
)
def test_an_identifier_read_wrongly_from_its_label_is_refused(
    play: Play, field: str, wrong: str, code: str
) -> None:
    assert play.codes("donor.identifier_allocated/v1", "D1", {field: wrong}) == {code}


def test_an_allocation_without_an_identifier_is_refused(play: Play) -> None:
    assert play.codes("donor.identifier_allocated/v1", "D1", {}) == {"C2102"}


@pytest.mark.parametrize("wrong", [{"sec": "DE1"}, {"gs1": "12345"}, {"isbt128_din": "A9999"}])
def test_an_identifier_of_another_form_is_not_even_read(play: Play, wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        play.add("donor.identifier_allocated/v1", "D1", wrong)


def test_a_corrected_identifier_keeps_the_wrong_one_on_record(play: Play) -> None:
    play.add("donor.identifier_allocated/v1", "D1", {"isbt128_din": DIN, "coi": "COI-1"})
    play.add("donor.identifier_corrected/v1", "D1", {"isbt128_din": OTHER_DIN, **WRONG})
    donation = play.state("D1")
    assert donation.identifier("isbt128_din") == OTHER_DIN
    assert donation.identifier("coi") == "COI-1"
    assert donation.former == (("isbt128_din", DIN),)


def test_a_correction_of_an_identifier_takes_two_persons(play: Play) -> None:
    play.add("donor.identifier_allocated/v1", "D1", {"isbt128_din": DIN})
    body: dict[str, Any] = {"isbt128_din": OTHER_DIN, **WRONG}
    alone = [("X", "qa", "approved")]
    twice = [("X", "qa", "approved"), ("X", "collector", "performed")]
    kind = "donor.identifier_corrected/v1"
    assert "C244" in play.codes(kind, "D1", body, signers=alone)
    assert play.codes(kind, "D1", body, signers=twice) == {"C245"}


def test_an_allocation_can_be_neither_corrected_in_passing_nor_voided(play: Play) -> None:
    event = play.add("donor.identifier_allocated/v1", "D1", {"coi": "COI-1"})
    leaf = play.events("D1")[-1].leaf
    assert event.spec.correctable is False
    assert play.codes("record.voided/v1", "D1", {"voids": leaf, "reason": "slip"}) == {"C249"}
    change = {"field": "coi", "was": "COI-1", "now": "COI-2"}
    body = {"corrects": leaf, "reason": "slip", "changes": [change]}
    assert play.codes("record.corrected/v1", "D1", body) == {"C249"}


def test_consent_can_be_amended_in_both_directions(play: Play) -> None:
    consented(play, "D1", "collection", "genetic_data")
    amended = {"version": "4", "added": ["export"], "removed": ["genetic_data"], "reason": "asked"}
    form = {"documents": [paper("consent_form")]}
    play.add("donor.consent_amended/v1", "D1", {**amended, **form})
    donation = play.state("D1")
    assert donation.version == "4"
    assert {scope for scope, _ in donation.consents} == {"collection", "export"}
    assert donation.closed == ("genetic_data",)


def test_only_a_consent_on_record_can_be_amended(play: Play) -> None:
    body = {
        "version": "4",
        "added": ["export"],
        "reason": "x",
        "documents": [paper("consent_form")],
    }
    assert play.codes("donor.consent_amended/v1", "D1", body) == {"C2106"}
    consented(play)
    assert play.codes("donor.consent_amended/v1", "D1", body) == set()
    both = {**body, "removed": ["export"]}
    assert play.codes("donor.consent_amended/v1", "D1", both) == {"C2107"}


def test_an_amendment_that_closes_a_scope_cannot_be_voided(play: Play) -> None:
    consented(play)
    body = {"version": "4", "removed": ["manufacture"], "reason": "asked"}
    play.add("donor.consent_amended/v1", "D1", {**body, "documents": [paper("consent_form")]})
    void = {"voids": play.events("D1")[-1].leaf, "reason": "slip"}
    assert play.codes("record.voided/v1", "D1", void) == {"C249"}


def pooled(play: Play) -> None:
    registered_donor(play, "D2")
    play.add("donor.pooled/v1", "PL", POOL, {"donation": ["D1", "D2"]})


def test_a_pool_has_a_number_of_its_own_and_keeps_its_link_to_each_donation(play: Play) -> None:
    pooled(play)
    pool = play.state("PL")
    assert (pool.number, pool.status) == ("POOL-1", "pooled")
    assert pool.parents == (play.stream("D1"), play.stream("D2"))
    collected_sample(play, "S1", "PL")
    assert play.state("S1").parents == (play.stream("PL"),)


def test_a_pool_of_one_donation_is_none(play: Play) -> None:
    assert play.codes("donor.pooled/v1", "PL", POOL, {"donation": "D1"}) == {"C246"}


def test_what_belongs_to_a_donor_is_not_recorded_on_a_pool(play: Play) -> None:
    pooled(play)
    notice = {"notice": "late result", "status": "reactive"}
    form = {"scopes": ["export"], "version": "1", "documents": [paper("consent_form")]}
    screened = {"results": results(["hiv"])}
    for kind, body in (
        ("donor.consented/v1", form),
        ("donor.screened/v1", screened),
        ("donor.cleared/v1", {"determination": "eligible"}),
        ("donor.notice_received/v1", notice),
    ):
        assert play.codes(kind, "PL", body) == {"C2108"}, kind
        assert play.codes(kind, "D1", body) == set(), kind


def test_a_pool_gets_identifiers_like_any_donation(play: Play) -> None:
    pooled(play)
    play.add("donor.identifier_allocated/v1", "PL", {"isbt128_din": OTHER_DIN})
    assert play.state("PL").identifier("isbt128_din") == OTHER_DIN
