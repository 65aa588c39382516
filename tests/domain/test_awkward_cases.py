"""Cases that real work produces and tidy examples leave out: spelling, clocks, double entries."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from typing import Annotated, Any, get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from custody.domain.batch_standing import Doses
from custody.domain.model import TYPES
from custody.domain.unassigned import UNASSIGNED
from custody.domain.values import (
    Amount,
    Day,
    Frozen,
    Instant,
    Name,
    Number,
    Reading,
    Text,
    canonical_number,
    day_of,
    days_of,
)
from custody.evidence.names import alias_stream
from domain.journeys import accept, hand_over, planned_shipment, sealed_shipment
from domain.play import Play, Refused
from domain.stories import frozen_vial, received_lot

# numbers


@pytest.mark.parametrize(
    "typed",
    [
        "LOT-0042",
        "lot-0042",
        " LOT-0042 ",
        "LOT- 0042",
        "ＬＯＴ－００４２",
        "ｌｏｔ－００４２\u3000",
    ],
)
def test_lot_numbers_that_differ_by_case_space_or_full_width_name_the_same_lot(typed: str) -> None:
    assert canonical_number(typed) == "LOT-0042"
    play = Play(gates=False)
    received_lot(play, "L1", number=typed)
    assert play.state("L1").number == "LOT-0042"
    assert alias_stream("lot-no", canonical_number(typed)) == alias_stream("lot-no", "LOT-0042")


def test_lot_numbers_that_differ_by_a_sign_are_different_lots() -> None:
    numbers = ["LOT-0042", "LOT0042", "LOT/0042", "LOT-O042", "批-0042", "LOT-00420"]
    assert len({canonical_number(n) for n in numbers}) == len(numbers)


def test_a_number_with_an_invisible_character_is_refused_not_cleaned() -> None:
    for hidden in ("\u200b", "\u202e", "\u2066", "\ufeff", "\x00"):
        with pytest.raises(ValueError):
            TypeAdapter(Number).validate_python(f"LOT{hidden}42")


@pytest.mark.parametrize(
    "dash", [*"\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u207b", *"\ufe31\ufe58\ufe63\uff0d"]
)
def test_every_dash_that_a_form_may_print_is_the_hyphen_of_the_label(dash: str) -> None:
    assert canonical_number(f"LOT{dash}0042") == "LOT-0042"


def test_a_soft_hyphen_is_refused_because_nobody_sees_it() -> None:
    with pytest.raises(ValueError):
        canonical_number("LOT\u00ad0042")


@pytest.mark.parametrize(
    ("latin", "alike"),
    [
        ("ABEKMHOPCTYXIJSQW", "АВЕКМНОРСТУХІЈЅԚԜ"),
        ("ABEKMHOPCTYXIJSQW", "авекмнорстухіјѕԛԝ"),
        ("ABEZHIKMNOPTYX", "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"),
        ("ABEZHIKMNOPTYX", "αβεζηικμνορτυχ"),
        ("IYGJ", "\u04c0\u04ae\u050c\u037f"),
        ("AÄËÏÓ", "\u0410\u04d2\u0401\u0407\u038c"),
    ],
    ids=["Cyrillic", "small Cyrillic", "Greek", "small Greek", "rare", "with marks"],
)
def test_numbers_in_letters_that_look_the_same_are_the_same_number(latin: str, alike: str) -> None:
    assert canonical_number(alike) == canonical_number(latin) == latin


def test_letters_of_their_own_look_stay_what_they_are() -> None:
    assert canonical_number("БГДЖΓΔΘΞ批") == "БГДЖΓΔΘΞ批"


def test_the_one_spelling_of_every_character_is_its_own_spelling() -> None:
    for mark in ("", "\u0301", "\u0308", "\u0338", "\u0345"):
        for character in map(chr, range(sys.maxunicode + 1)):
            try:
                number = canonical_number(character + mark)
            except ValueError:
                continue
            assert canonical_number(number) == number, ascii(character + mark)


LETTERS = "AaАаÀӐӒЁЇΑάΆΪϊǰŉßﬀµμКкﾶﾞ\u0300\u0301\u0306\u0308\u030c\u0327\u0342\u0345\u2212\u0338-"


@given(st.text(max_size=20) | st.text(alphabet=LETTERS, max_size=12))
@example("ΐ")
@example("ﬀ ß ŉ")
@example("ｶﾞ １")
def test_the_one_spelling_of_a_number_is_its_own_spelling(text: str) -> None:
    try:
        number = canonical_number(text)
    except ValueError:
        return
    assert canonical_number(number) == number
    assert canonical_number(f" {number} ") == number


# texts

LATER = ("\U00016d67\U00016d67", "\U00011382\U000113c9", "\U00010d70", "\ua7db", "\U0001ccd6")


@pytest.mark.parametrize("text", LATER)
def test_a_character_that_came_after_unicode_14_is_refused_everywhere(text: str) -> None:
    for kind in (Text, Name, Number):
        with pytest.raises(ValidationError, match="Unicode 14"):
            TypeAdapter(kind).validate_python(f"B{text}1")


def test_rare_ideographs_and_signs_of_unicode_14_are_taken() -> None:
    text = "𠮷\U0002ebf0\U000323af😀ɤ\ue000"
    for kind in (Text, Name, Number):
        assert TypeAdapter(kind).validate_python(text) == text


def test_the_list_of_what_unicode_14_does_not_assign_is_the_published_one() -> None:
    listed = {c for c in range(0x20000) if UNASSIGNED.fullmatch(chr(c))}
    here = {c for c in range(0x20000) if unicodedata.category(chr(c)) == "Cn"}
    assert here <= listed
    assert here == listed or unicodedata.unidata_version != "14.0.0"
    assert not any(UNASSIGNED.search(chr(c)) for c in range(0x20000, sys.maxunicode + 1))


def test_a_capital_that_came_after_unicode_14_is_not_written() -> None:
    """Newer programs know capitals of two old letters; a number keeps what all of them know."""
    assert canonical_number("a\u0264\u019b1") == "A\u0264\u019b1"


WRITTEN = "欧阳·阿依古丽（主管）：“合格”，第１２支—已复核；＜５％、𠮷野家!"


def models(annotation: Any) -> Iterator[type[Frozen]]:
    """The models named anywhere inside an annotation, and those inside them."""
    if isinstance(annotation, type) and issubclass(annotation, Frozen):
        yield annotation
        for info in annotation.model_fields.values():
            yield from models(info.annotation)
    for part in get_args(annotation):
        yield from models(part)


def words_of_their_own() -> list[tuple[str, FieldInfo]]:
    """Every field, of any body or of a model inside one, in which people write free words."""
    found = {}
    for spec in TYPES.values():
        for model in models(spec.body):
            for name, info in model.model_fields.items():
                if "function clean" in repr((info.annotation, info.metadata)):
                    found[f"{model.__name__}.{name}"] = info
    return sorted(found.items())


WORDS = words_of_their_own()


def test_free_words_are_found_in_all_nouns() -> None:
    assert {"VialFrozen.position", "ScreeningResult.method", "Document.name"} <= {
        n for n, _ in WORDS
    }


@pytest.mark.parametrize(("name", "info"), WORDS, ids=[name for name, _ in WORDS])
def test_chinese_names_and_full_width_signs_are_kept_as_written(name: str, info: FieldInfo) -> None:
    checked: Any = TypeAdapter(Annotated[info.annotation, "words", *info.metadata])
    assert checked.validate_python(WRITTEN) == WRITTEN
    assert checked.validate_python(f"\u3000{WRITTEN} ") == WRITTEN
    assert checked.validate_python("Zoe\u0308") == "Zo\u00eb"
    for hidden in ("张\u202e三", "张\u200b三", "张三\x07", "\u3000"):
        with pytest.raises(ValidationError):
            checked.validate_python(hidden)


# clocks


@pytest.mark.parametrize(
    ("occurred", "signed", "codes"),
    [
        ("2026-10-25T02:30:00+02:00", "2026-10-25T00:30:00Z", set()),  # clocks are put back
        ("2026-10-25T02:10:00+01:00", "2026-10-25T01:10:00Z", set()),  # later, though it reads less
        ("2026-09-02T00:30:00+14:00", "2026-09-01T10:30:00Z", set()),  # west of the date line: +1
        ("2026-08-31T22:30:00-11:00", "2026-09-01T09:30:00Z", set()),  # east of it: a day earlier
        ("2026-09-01T23:30:00-11:00", "2026-09-02T10:24:00Z", {"C254"}),
        ("2026-09-01T00:00:00+14:00", "2026-09-01T10:00:01Z", {"C255"}),
    ],
)
def test_moments_are_compared_as_moments_whatever_the_offset(
    occurred: str, signed: str, codes: set[str]
) -> None:
    play = Play(gates=False)
    play.names["B1"] = "bank:B1"
    frozen_vial(play)
    play.signed_at = signed
    body = {"position": "tank 2", "occurred_at": occurred}
    assert play.codes("vial.moved/v1", "V1", body) == codes


def test_the_day_of_an_act_is_the_day_where_it_happened() -> None:
    assert day_of("2026-08-31T23:30:00-11:00") == date(2026, 8, 31)
    assert day_of("2026-09-01T00:30:00+14:00") == date(2026, 9, 1)
    accepted = Play()
    received_lot(accepted, expires_on="2026-08-31")
    same_moment = ("2026-08-31T12:30:00-11:00", "2026-09-01T13:30:00+14:00")
    found = [accepted.codes("material.accepted/v1", "L1", {"occurred_at": t}) for t in same_moment]
    assert found == [set(), {"MAT-005"}]


@pytest.mark.parametrize(
    "text",
    [
        *("2026-09-01T08:00:00", "2026-09-01", "2026-02-30T08:00:00Z", "2026-09-01T24:00:00Z"),
        *("1999-12-31T23:59:59Z", "2100-01-01T00:00:00Z", "２０２６-09-01T08:00:00Z"),
    ],
)
def test_a_moment_without_its_offset_or_that_never_was_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Instant).validate_python(text)


@pytest.mark.parametrize(
    "offset",
    [*("-23:59", "-12:01", "-13:00", "+14:01", "+15:00", "+23:59", "+24:00"), "+08:60", "+07:99"],
)
def test_a_moment_with_an_offset_that_no_place_on_earth_has_is_refused(offset: str) -> None:
    with pytest.raises(ValidationError, match="-12:00"):
        TypeAdapter(Instant).validate_python(f"2026-11-24T23:31:00{offset}")


@pytest.mark.parametrize(
    "offset", ["Z", "+00:00", "+08:00", "+05:45", "-12:00", "-11:30", "-03:30", "+13:45", "+14:00"]
)
def test_a_moment_with_an_offset_that_some_place_has_is_taken(offset: str) -> None:
    text = f"2026-11-24T23:31:00{offset}"
    assert TypeAdapter(Instant).validate_python(text) == text


@pytest.mark.parametrize(
    ("text", "here", "home"),
    [
        ("2026-11-24T23:31:00+08:00", 24, 24),
        ("2026-11-24T15:59:59Z", 24, 24),
        ("2026-11-24T16:00:00Z", 24, 25),
        ("2026-11-24T23:31:00-12:00", 24, 25),
        ("2026-11-25T05:59:59+14:00", 25, 24),
    ],
)
def test_the_day_of_a_moment_is_known_where_it_was_signed_and_at_home(
    text: str, here: int, home: int
) -> None:
    assert days_of(text) == (date(2026, 11, here), date(2026, 11, home))


@pytest.mark.parametrize("text", ["1２", "0.5０", "1٢", "1e2", "+1", "01", "1.", "−1", "1\n"])
def test_an_amount_is_written_in_plain_digits_and_in_one_way_only(text: str) -> None:
    for kind in (Amount, Reading, Doses):
        with pytest.raises(ValidationError):
            TypeAdapter(kind).validate_python(text)


def test_days_and_moments_are_written_in_plain_digits() -> None:
    for kind, text in ((Day, "2026-09-0１"), (Instant, "2026-09-01T08:00:0０+08:00")):
        with pytest.raises(ValidationError):
            TypeAdapter(kind).validate_python(text)


# entries made twice or out of order


@pytest.fixture(scope="module")
def sealed() -> Play:
    play = Play()
    sealed_shipment(play)
    return play


@pytest.fixture
def play(sealed: Play) -> Play:
    copy = Play()
    copy.streams = {stream: list(events) for stream, events in sealed.streams.items()}
    copy.names, copy.count = dict(sealed.names), sealed.count
    return copy


def refused(play: Play, step: Callable[..., None], *parties: str) -> set[str]:
    with pytest.raises(Refused) as found:
        step(play, *parties)
    return found.value.codes


def test_a_hand_over_entered_twice_is_refused_before_and_after_it_was_accepted(play: Play) -> None:
    hand_over(play, "MAKER", "CARRIER")
    assert refused(play, hand_over, "MAKER", "CARRIER") == {"C290"}
    accept(play, "MAKER", "CARRIER")
    assert refused(play, hand_over, "MAKER", "CARRIER") == {"C291"}
    assert refused(play, accept, "MAKER", "CARRIER") == {"C293"}
    assert len(play.state("S-1").legs) == 1


def test_goods_that_were_never_sent_are_neither_accepted_nor_received(play: Play) -> None:
    assert refused(play, accept, "MAKER", "CARRIER") == {"C243"}
    body = {"seal": "SEAL1", "intact": True, "quantity": "4"}
    assert play.codes("shipment.received/v1", "S-1", body) == {"C243"}
    hand_over(play, "MAKER", "CARRIER")
    assert play.codes("shipment.received/v1", "S-1", body) == {"C299"}


def test_one_dose_more_than_the_batch_has_left_is_refused(play: Play) -> None:
    planned_shipment(play, "S-2")
    pack = {"container": "C2", "logger": "LOG2", "shipper_qualified_until": "2026-09-30"}
    left = play.state("X1").remaining
    packed = "shipment.packed/v1"
    links = {"batch": "X1"}
    assert play.codes(packed, "S-2", {**pack, "quantity": str(left + 1)}, links) == {"C275"}
    assert play.codes(packed, "S-2", {**pack, "quantity": str(left)}, links) == set()


def test_a_vial_once_thawed_is_never_frozen_again() -> None:
    play = Play(gates=False)
    play.names["B1"] = "bank:B1"
    frozen_vial(play)
    play.add("vial.thawed/v1", "V1")
    again = {"number": "V1", "position": "tank 1", "cells": "1000000", "unit": "{cells}"}
    assert play.codes("vial.frozen/v1", "V1", again, {"bank": "B1"}) == {"C242"}
    assert play.codes("vial.moved/v1", "V1", {"position": "tank 1"}) == {"C243"}
    assert play.codes("vial.thawed/v1", "V1") == {"C243"}
    leaf = play.events("V1")[1].leaf
    signers = [("qa", "qa", "approved"), ("operator", "operator", "performed")]
    void = {"voids": leaf, "reason": "put back at once"}
    assert play.codes("record.voided/v1", "V1", void, signers=signers) == {"C249"}
