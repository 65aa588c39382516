"""Figures are drawn from facts alone: well-formed, the same every time, and honest about gaps."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import pytest

from custody.report import lineage, temperature, timeline
from custody.report.figure import Axis, Figure, fitting
from report.facts import STORY, tree

SVG = "{http://www.w3.org/2000/svg}"
AS_OF = 1772510400


def parts(figure: Figure | None, tag: str) -> list[ET.Element]:
    assert figure is not None
    return list(tree(figure.svg).iter(f"{SVG}{tag}"))


def words(figure: Figure | None) -> str:
    return " ".join(e.text or "" for e in parts(figure, "text"))


def story(**changes: Any) -> dict[str, Any]:
    return {**STORY, **changes}


def test_a_stretch_that_nobody_took_over_is_hatched_and_has_no_holder_after_it() -> None:
    leg = STORY["hand_overs"][0]
    closed, open_ = (
        timeline.drawn(story(hand_overs=[{**leg, "accepted_at": at}]), AS_OF)
        for at in (leg["accepted_at"], "")
    )
    bars = [
        [e.get("fill") for e in parts(f, "rect") if e.get("height") == "24"]
        for f in (closed, open_)
    ]
    assert bars == [["#2a6f97", "#2a6f97", "url(#open)"], ["#2a6f97", "url(#open)"]]


def test_a_broken_seal_is_marked_on_the_hand_over_in_words() -> None:
    legs = [{**STORY["hand_overs"][0], "seal_intact": False}]
    assert "! seal 封签" in words(timeline.drawn(story(hand_overs=legs), AS_OF))
    assert "!" not in words(timeline.drawn(story(), AS_OF))


def test_an_unsealed_shipment_has_no_timeline() -> None:
    assert timeline.drawn(story(sealed_at=""), AS_OF) is None


def test_a_logger_outside_the_limits_is_marked_in_words_and_colour() -> None:
    log = {**STORY["temperatures"][0], "maximum": "-140"}
    figure = temperature.drawn(story(temperatures=[log]))
    assert "! outside 超限" in words(figure)
    assert any(e.get("fill") == "#b3261e" for e in parts(figure, "rect"))
    assert "outside" not in words(temperature.drawn(story()))


def test_the_band_of_limits_lies_around_what_was_read_within_them() -> None:
    band, span = parts(temperature.drawn(story()), "rect")[1:3]
    top, bottom = float(band.get("y", "")), float(band.get("y", "")) + float(band.get("height", ""))
    assert top < float(span.get("y", ""))
    assert float(span.get("y", "")) + float(span.get("height", "")) < bottom


def test_excursions_are_numbered_where_they_were() -> None:
    noted = [
        {"logger": "TL-9", "kind": "too_warm", "from": at, "to": "", "extreme": "-100"}
        for at in ("2026-03-02T10:00:00+08:00", "2026-03-02T20:00:00+08:00")
    ]
    figure = temperature.drawn(story(excursions=noted))
    first, second = (float(e.get("cx", "")) for e in parts(figure, "circle"))
    assert first < second


def test_what_something_is_made_from_stands_left_of_it() -> None:
    parents = {
        ("shipment", "S"): [("batch", "B")],
        ("batch", "B"): [("vial", "V"), ("material", "L")],
        ("vial", "V"): [("material", "L")],
        ("material", "L"): [],
    }
    assert lineage.depths(parents) == {
        ("shipment", "S"): 0,
        ("batch", "B"): 1,
        ("vial", "V"): 2,
        ("material", "L"): 3,
    }


def test_a_lineage_that_runs_in_a_circle_is_drawn_all_the_same() -> None:
    rows = [
        {
            "noun": "batch",
            "number": n,
            "status": "released",
            "from": [{"noun": "batch", "number": m}],
        }
        for n, m in (("B-1", "B-2"), ("B-2", "B-1"))
    ]
    assert len(parts(lineage.drawn(story(lineage=rows)), "rect")) == 2


def test_a_column_that_would_be_too_long_says_how_many_items_it_leaves_out() -> None:
    lots = [
        {"noun": "material", "number": f"LOT-{n}", "status": "accepted", "from": []}
        for n in range(30)
    ]
    batch = {
        "noun": "batch",
        "number": "B-9",
        "status": "released",
        "from": [{"noun": "material", "number": lot["number"]} for lot in lots],
    }
    figure = lineage.drawn(story(lineage=[batch, *lots]))
    assert len(parts(figure, "rect")) == 1 + lineage.MOST - 1
    assert f"+ {30 - lineage.MOST + 1} more" in words(figure)
    assert figure is not None
    assert figure.words.en.startswith("31 items")


def test_an_item_that_must_not_be_used_is_drawn_otherwise() -> None:
    rows = [{"noun": "batch", "number": "B-9", "status": "recalled", "from": []}]
    (box,) = parts(lineage.drawn(story(lineage=rows)), "rect")
    assert box.get("stroke") == "#b3261e"


@pytest.mark.parametrize(
    "hostile", ["</text><script>alert(1)</script>", '"><image href="http://x"/>']
)
def test_names_are_text_in_a_figure_and_nothing_else(hostile: str) -> None:
    leg = {**STORY["hand_overs"][0], "to": hostile}
    log = {**STORY["temperatures"][0], "logger": hostile}
    row = {"noun": "batch", "number": hostile, "status": hostile, "from": []}
    told = story(hand_overs=[leg], temperatures=[log], lineage=[row])
    for figure in (timeline.drawn(told, AS_OF), temperature.drawn(told), lineage.drawn(told)):
        assert parts(figure, "script") == parts(figure, "image") == []
        assert hostile[:6] in words(figure)


def test_the_same_facts_give_the_same_drawing() -> None:
    for draw in (lineage.drawn, temperature.drawn, lambda s: timeline.drawn(s, AS_OF)):
        assert draw(story()) == draw(story())


def test_a_text_is_cut_where_its_room_ends_and_chinese_letters_count_double() -> None:
    assert fitting("abc", 8) == "abc"
    assert fitting("细胞细胞细胞", 4) == "细胞细…"
    assert fitting("WWWWW", 4) == "WWW…"
    assert fitting("abcdefghij", 4) == "abcdef…"


def test_a_stretch_without_length_is_drawn_in_its_middle() -> None:
    assert Axis(5, 5, 0, 10)(5) == 5.0
