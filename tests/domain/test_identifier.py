"""The arithmetic of identifiers, against published vectors and against single slips of the hand."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from custody.domain import identifier
from custody.domain.identifier import ALPHABET, Din, Gs1Key, Sec

MOD37_2 = {
    "G123489654321": "Y",
    "A999915000001": "M",
    "ABCDE27000069": "C",
    "LMOSBYFCTRSSJCB3X6U9DUBLKNIH03FO6X963TGXYAHG": "*",
}
MOD10 = {"629104150021": "3", "10614141234567890": "8", "06141410000000000": "7"}
LETTERS = st.text(ALPHABET[:36], min_size=1, max_size=44)
DIGITS = st.text("0123456789", min_size=1, max_size=17)


@pytest.mark.parametrize(("text", "check"), MOD37_2.items())
def test_the_check_character_of_a_donation_number_is_that_of_the_published_vectors(
    text: str, check: str
) -> None:
    assert identifier.mod37_2(text) == check
    assert identifier.mod37_2_holds(text + check)


def test_a_sum_that_comes_to_zero_instead_of_one_is_the_well_known_mistake() -> None:
    """A published implementation gives X for the first vector; a label so printed is refused."""
    assert identifier.mod37_2("G123489654321") != "X"
    assert not identifier.mod37_2_holds("G123489654321X")


@given(LETTERS, st.data())
def test_one_character_read_wrongly_never_passes(text: str, data: st.DataObject) -> None:
    whole = text + identifier.mod37_2(text)
    at = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.sampled_from(ALPHABET.replace(whole[at], "")))
    assert identifier.mod37_2_holds(whole)
    assert not identifier.mod37_2_holds(whole[:at] + other + whole[at + 1 :])


@given(LETTERS, st.data())
def test_two_neighbours_exchanged_never_pass(text: str, data: st.DataObject) -> None:
    whole = text + identifier.mod37_2(text)
    at = data.draw(st.integers(0, len(whole) - 2))
    swapped = whole[:at] + whole[at + 1] + whole[at] + whole[at + 2 :]
    assert identifier.mod37_2_holds(swapped) == (whole[at] == whole[at + 1])


@pytest.mark.parametrize("text", ["", "1", "a999915000001M", "A9999 15000001M", "Ａ999915000001M"])
def test_what_is_not_of_the_alphabet_has_no_check_character(text: str) -> None:
    assert not identifier.mod37_2_holds(text)
    with pytest.raises(ValueError, match="substring not found"):
        identifier.mod37_2("a")


@pytest.mark.parametrize(("body", "check"), MOD10.items())
def test_the_check_digit_of_a_gs1_key_is_that_of_the_published_vectors(
    body: str, check: str
) -> None:
    assert identifier.mod10(body) == check
    assert identifier.mod10_holds(body + check)


@given(DIGITS, st.data())
def test_one_digit_read_wrongly_never_passes(text: str, data: st.DataObject) -> None:
    whole = text + identifier.mod10(text)
    at = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.sampled_from("0123456789".replace(whole[at], "")))
    assert not identifier.mod10_holds(whole[:at] + other + whole[at + 1 :])


@pytest.mark.parametrize("text", ["", "7", "１２３４５６７０", "1234567a", "12345670 "])
def test_what_is_not_plain_digits_is_no_gs1_key(text: str) -> None:
    assert not identifier.mod10_holds(text)


def test_each_gs1_key_has_its_length() -> None:
    assert identifier.is_sscc("106141412345678908")
    assert identifier.is_gsrn("061414100000000007")
    assert identifier.is_gln("6291041500213")
    assert identifier.is_gtin("6291041500213")
    assert not identifier.is_sscc("6291041500213")
    assert not identifier.is_gln("106141412345678908")
    assert not identifier.is_gtin("106141412345678908")


@pytest.mark.parametrize("typed", ["a9999 15 000001 m", "Ａ９９９９15000001M", "A999915000001M"])
def test_a_donation_number_typed_or_pasted_in_any_way_is_one_number(typed: str) -> None:
    assert TypeAdapter(Din).validate_python(typed) == "A999915000001M"
    assert identifier.is_din("A999915000001M")


@pytest.mark.parametrize("wrong", ["A999915000001", "A99991500000MM", "A999915000001M1", ""])
def test_a_donation_number_has_thirteen_characters_and_a_check_character(wrong: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Din).validate_python(wrong)


def test_a_single_european_code_may_be_written_with_its_one_space() -> None:
    spaced = "DE000001A999915000001 E0000012000 20270202".replace(" 2", "2", 1)
    assert TypeAdapter(Sec).validate_python(spaced) == spaced.replace(" ", "")


@pytest.mark.parametrize(
    "wrong",
    [
        "DE000001A999915000001E00000120002027020",  # one short
        "DE000001A999915000001E0000012000202702020",  # one long
        "DE000001A999915000001X000001200020270202",  # a coding system there is not
        "D1000001A999915000001E000001200020270202",  # a country with a digit
        "DE000001A999915000001E00000120002027020X",  # an expiry with a letter
    ],
)
def test_a_code_of_another_structure_is_refused(wrong: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Sec).validate_python(wrong)


def test_a_code_without_expiry_says_so_with_zeros_and_no_other_impossible_day_passes() -> None:
    head = "DE000001A999915000001E0000012000"
    assert identifier.sec_expiry(head + "20270202") == date(2027, 2, 2)
    assert identifier.sec_expiry(head + "00000000") is None
    assert identifier.is_sec(head + "00000000")
    for impossible in ("20270230", "20271301", "00000001", "99999999"):
        assert not identifier.is_sec(head + impossible)


@pytest.mark.parametrize("length", [1, 7, 9, 10, 11, 15, 16, 17, 19])
def test_a_gs1_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Gs1Key).validate_python("0" * length)
