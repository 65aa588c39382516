"""Values typed at a shell: structured values, numbers, lines that wrap."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cli.stage import typed  # noqa: F401 - a console must exist before texts are chosen
from custody_cli.console import begin, columns, harmless, padded, wrapped
from custody_cli.fields import Field, body_from, fields_of
from custody_cli.settings import Settings, split
from custody_cli.words import both, pick

begin(Settings())
MEMBERS = {n: Field(n, "text", both(n, n), required=n == "test") for n in ("test", "note", "unit")}
OBJECTS = [Field("items", "object", both("items", "项目"), many=True, members=MEMBERS)]


def read(*texts: str) -> tuple[list[dict[str, str]], list[str]]:
    body, wrong = body_from(OBJECTS, {"items": list(texts)})
    return body.get("items", []), [r.why.en for r in wrong]


def test_pairs_are_read_with_commas_inside_quotes() -> None:
    assert read('test=ph, note="a, b = c \\"d\\"",unit=%') == (
        [{"test": "ph", "note": 'a, b = c "d"', "unit": "%"}],
        [],
    )


def test_a_json_object_does_as_well() -> None:
    assert read('{"test": "ph", "note": "a,b"}') == ([{"test": "ph", "note": "a,b"}], [])


@given(st.dictionaries(st.sampled_from(["test", "note", "unit"]), st.text(max_size=20), min_size=1))
def test_what_was_quoted_is_read_back(pairs: dict[str, str]) -> None:
    pairs = {"test": "x", **pairs}

    def quoted(value: str) -> str:
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'

    if any("\n" in v for v in pairs.values()):
        return
    text = ",".join(f"{k}={quoted(v)}" for k, v in pairs.items())
    found, _ = read(text)
    assert found == [pairs]


@given(st.text(max_size=60))
def test_any_text_gives_an_object_or_a_reason(text: str) -> None:
    found, wrong = read(text)
    assert found != [{}] or wrong


def test_full_width_punctuation_is_named_as_the_cause() -> None:
    for text in ("test＝ph", "test=ph，note=x"):
        _, wrong = read(text)
        assert any("full-width punctuation" in why for why in wrong)


def test_numbers_in_full_width_digits_are_folded_where_only_one_spelling_is_valid() -> None:
    fields = fields_of("batch.started/v1")
    body, wrong = body_from(
        fields,
        {"number": "B-1", "process_version": "P", "planned_doses": "１２", "specification": None},
    )
    assert body["planned_doses"] == 12
    assert wrong == []


@given(
    st.text(alphabet=st.characters(blacklist_categories=["Cs", "Cc", "Mn", "Me"])),
    st.integers(8, 90),
)
def test_wrapped_lines_are_never_too_wide_and_lose_nothing(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert all(columns(line) <= width + 2 for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(st.text(alphabet="ab中文，", max_size=20), st.integers(0, 30))
def test_padding_counts_chinese_letters_as_two(text: str, width: int) -> None:
    assert columns(padded(text, width)) == max(columns(text), width)


@given(st.text())
def test_control_characters_are_spelt_out(text: str) -> None:
    shown = harmless(text)
    assert not [c for c in shown if ord(c) < 32 and c not in "\n\t\x1b"]
    assert "\u202e" not in shown


def test_global_options_are_found_anywhere_but_not_after_two_dashes() -> None:
    assert split(["show", "--json", "X", "--lang", "zh"]) == (
        {"--json": "1", "--lang": "zh"},
        ["show", "X"],
    )
    assert split(["show", "--", "--json"]) == ({}, ["show", "--", "--json"])
    assert split(["show", "--lang"]) == ({}, ["show", "--lang"])


def test_a_text_without_two_readings_is_shown_as_it_is() -> None:
    assert pick("plain", "zh") == "plain"
    assert pick(both("one", "一"), "zh") == "一"
