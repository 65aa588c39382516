"""The number of a donation is never altered; an error of encoding is put right in the open."""

from __future__ import annotations

import pytest

from domain.play import Play
from domain.stories import paper, registered_donor

DIN, OTHER_DIN = "A999915000001M", "A999915000002K"
ALLOCATED, CORRECTED = "donor.identifier_allocated/v1", "donor.identifier_corrected/v1"
WRONG = {"reason": "编码时两位数字颠倒", "documents": [paper("error_record")]}


@pytest.fixture
def play() -> Play:
    play = Play()
    registered_donor(play)
    play.add(ALLOCATED, "D1", {"isbt128_din": DIN})
    return play


def test_a_second_number_of_the_same_scheme_is_refused(play: Play) -> None:
    assert play.codes(ALLOCATED, "D1", {"isbt128_din": OTHER_DIN}) == {"TRC-003"}
    assert play.codes(ALLOCATED, "D1", {"isbt128_din": DIN}) == {"TRC-003"}
    assert play.outcome("TRC-003") == "violated"


def test_a_number_of_another_scheme_is_allocated_beside_it(play: Play) -> None:
    play.add(ALLOCATED, "D1", {"coi": "COI-1"})
    assert play.outcome("TRC-003") == "satisfied"
    assert play.state("D1").identifier("isbt128_din") == DIN


def test_an_error_of_encoding_is_corrected_by_two_persons(play: Play) -> None:
    play.add(CORRECTED, "D1", {"isbt128_din": OTHER_DIN, **WRONG})
    assert play.outcome("TRC-003") == "satisfied"
    assert play.state("D1").former == (("isbt128_din", DIN),)


def test_there_must_be_a_number_to_correct_and_another_to_correct_it_to(play: Play) -> None:
    assert play.codes(CORRECTED, "D1", {"sec": "X" * 21 + "E" + "0" * 18, **WRONG}) == {"TRC-003"}
    assert play.outcome("TRC-003") == "unknown"
    assert play.codes(CORRECTED, "D1", {"isbt128_din": DIN, **WRONG}) == {"TRC-003"}
    assert play.outcome("TRC-003") == "violated"
