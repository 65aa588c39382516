"""Samples from collection to use."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.play import Play, Refused
from domain.stories import collected_sample, received_sample, registered_donor

KEEP = {"amount": "0.5", "unit": "mL", "position": "freezer 2"}


def sampled(*, received: bool = True) -> Play:
    play = Play(gates=False)
    registered_donor(play)
    (received_sample if received else collected_sample)(play)
    return play


def test_a_sample_knows_its_donation() -> None:
    play = sampled()
    assert play.state("S1").parents == (play.stream("D1"),)


def test_a_sample_without_a_donation_is_refused() -> None:
    play = sampled()
    body = {"number": "S2", "volume": "1", "unit": "mL", "container": "tube"}
    assert play.codes("sample.collected/v1", "S2", body) == {"C246"}


def test_a_sample_is_collected_by_one_person_and_verified_by_another() -> None:
    play = sampled()
    body = {"number": "S2", "volume": "1", "unit": "mL", "container": "tube"}
    same = [("X", "collector", "performed"), ("X", "verifier", "verified")]
    assert play.codes("sample.collected/v1", "S2", body, {"donation": "D1"}, same) == {"C245"}


def test_a_sample_is_not_used_before_it_was_received() -> None:
    assert sampled(received=False).codes("sample.used/v1", "S1") == {"C243"}


def test_a_sample_is_used_only_once() -> None:
    play = sampled()
    play.add("sample.used/v1", "S1")
    assert play.codes("sample.used/v1", "S1") == {"C243"}


def test_a_discarded_sample_is_never_used() -> None:
    play = sampled()
    play.add("sample.discarded/v1", "S1", {"method": "autoclave", "reason": "leak"})
    assert play.codes("sample.used/v1", "S1") == {"C243"}


def test_a_retention_sample_leaves_the_sample_in_use() -> None:
    play = sampled()
    play.add("sample.retained/v1", "S1", KEEP)
    sample = play.state("S1")
    assert (sample.status, sample.retained, sample.remaining) == (
        "received",
        "0.5",
        Decimal("9.5"),
    )


def test_a_retention_sample_in_another_unit_is_refused() -> None:
    assert sampled().codes("sample.retained/v1", "S1", {**KEEP, "unit": "g"}) == {"C264"}


@given(st.lists(st.decimals(min_value="0.001", max_value=8, places=3), max_size=12))
def test_retention_samples_never_exceed_what_was_collected(parts: list[Decimal]) -> None:
    play = sampled()
    kept = Decimal(0)
    for part in parts:
        try:
            play.add("sample.retained/v1", "S1", {**KEEP, "amount": format(part, "f")})
        except Refused as refused:
            assert refused.codes == {"C266"}
            assert kept + part > 10
        else:
            kept += part
    assert play.state("S1").remaining == 10 - kept >= 0


def test_a_corrected_volume_changes_what_is_left() -> None:
    play = sampled()
    first = play.events("S1")[0]
    change = {"field": "volume", "was": "10", "now": "12"}
    body = {"corrects": first.leaf, "reason": "misread", "changes": [change]}
    play.add("record.corrected/v1", "S1", body)
    assert play.state("S1").remaining == 12


@pytest.mark.parametrize("condition", ["damaged", "leaking"])
def test_the_condition_on_arrival_is_kept(condition: str) -> None:
    play = sampled(received=False)
    play.add("sample.received/v1", "S1", {"condition": condition})
    assert play.state("S1").condition == condition
