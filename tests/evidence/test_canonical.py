"""Canonical JSON: agrees with an independent RFC 8785 writer; every other form is refused."""

from __future__ import annotations

import json
import sys
import unicodedata

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from custody.errors import EvidenceError
from custody.evidence.canonical import DEPTH, LARGE, REFUSED, VALUES, clean_text, dumps, loads

LIMIT = 48_000
INTEGERS = st.integers(-(2**53) + 1, 2**53 - 1)
TEXTS = st.text(max_size=20).filter(clean_text)
KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,39}", fullmatch=True)
VALUES_OF_THE_PROFILE = st.recursive(
    st.booleans() | INTEGERS | TEXTS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=20,
)


def read(raw: bytes) -> object:
    return loads(raw, limit=LIMIT, what="document")


def nested(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


@given(VALUES_OF_THE_PROFILE)
def test_every_value_is_written_as_rfc_8785_writes_it_and_reads_back(value: object) -> None:
    raw = dumps(value)
    assert raw == rfc8785.dumps(value)  # type: ignore[arg-type]
    assert read(raw) == value


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b" {}",
        b"{} ",
        b"{}\n",
        b"{}{}",
        b'{"a": 1}',
        b'{"b":1,"a":1}',
        b'{"a":1,"a":1}',
        b'{"a":1,"a":2}',
        b"{,}",
        b'{"a":1,}',
        b"[1,]",
        b"['a']",
        b'"\\u0041"',
        b'"\\/"',
        b'"\\u00e4"',
        b'"\\ud83d\\ude00"',
        b"\xef\xbb\xbf{}",
        b"\xff\xfe{\x00}\x00",
        b'"\xff"',
        b'"\xed\xa0\x80"',
        b'"\xc1\x81"',
        b"'",
        b'"',
        b'{"a"',
        b"nul",
        b"truefalse",
    ],
)
def test_a_second_spelling_is_refused(raw: bytes) -> None:
    with pytest.raises(EvidenceError, match="C401"):
        read(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"null",
        b"[null]",
        b'{"a":null}',
        b'{"a":[true,{"b":null}]}',
        b"1.0",
        b"0.1",
        b"1e2",
        b"1E400",
        b"-0",
        b"01",
        b"+1",
        b"NaN",
        b"Infinity",
        b"-Infinity",
        b"9007199254740992",
        b"-9007199254740992",
        b"1" * 5000,
        b'{"A":1}',
        b'{"":1}',
        b'{"1a":1}',
        b'{"a-b":1}',
        b'{"a.b":1}',
        b'{"a,b":1}',
        b'{"__proto__":1}',
        b'{"a\\nb":1}',
        b'{"' + b"a" * 41 + b'":1}',
        '{"а":1}'.encode(),  # Cyrillic
        b'"\\u0000"',
        b'"\\n"',
        b'"\\t"',
        b'"\\\\\\n"',
        b'"\x7f"',
        b'"\\ud800"',
        '"\u202e"'.encode(),
        '"\u200b"'.encode(),
        '"\ufeff"'.encode(),
        '"\u0085"'.encode(),
        '"\uffff"'.encode(),
        '"\U0001fffe"'.encode(),
        '"\U000e0041"'.encode(),
    ],
)
def test_a_value_outside_the_profile_is_refused(raw: bytes) -> None:
    with pytest.raises(EvidenceError, match="C401"):
        read(raw)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b'"null"', "null"),
        (b'["null",true]', ["null", True]),
        (b'"\\\\n"', "\\n"),
        (b'"\\\\\\""', '\\"'),
        (b'"[[[[[[[[[[[[[[[[[[[[["', "[" * 21),
        (b'"{\\"[[[[[[[[[[[[[[[[[[[["', '{"' + "[" * 20),
        (b"9007199254740991", 2**53 - 1),
        ('"解冻 — ä 😀"'.encode(), "解冻 — ä 😀"),
    ],
)
def test_values_that_look_dangerous_but_are_not_are_read(raw: bytes, value: object) -> None:
    assert read(raw) == value


def test_sixteen_levels_are_read_and_seventeen_refused() -> None:
    read(nested(DEPTH))
    many = b"[" + b",".join([nested(DEPTH - 1)] * 5) + b"]"
    read(many)
    with pytest.raises(EvidenceError, match="C401"):
        read(nested(DEPTH + 1))
    with pytest.raises(EvidenceError, match="C401"):
        read(b"[" + many + b"]")
    mixed = b'{"a":[' * 8 + b'{"]":1}' + b"]}" * 8
    with pytest.raises(EvidenceError, match="C401"):
        read(mixed)


@pytest.mark.parametrize("raw", [nested(10**6), b"[" * 10**6, b'{"a":' * 10**6, b'"[' * 10**6])
def test_a_nesting_bomb_is_refused_without_recursion(raw: bytes) -> None:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(200)
    try:
        with pytest.raises(EvidenceError) as caught:
            loads(raw, limit=len(raw), what="document")
    finally:
        sys.setrecursionlimit(before)
    assert "nested" in str(caught.value)


def test_a_crowd_of_values_is_refused_before_it_takes_memory() -> None:
    crowd = b"[" + b"[]," * VALUES + b"[]]"
    with pytest.raises(EvidenceError, match="more than"):
        loads(crowd, limit=len(crowd), what="document")


def large(*texts: str) -> bytes:
    """The canonical bytes of a list that is longer than 1 MiB, with these texts at its end."""
    return dumps(["x" * LARGE, *texts])


def read_large(raw: bytes) -> object:
    return loads(raw, limit=4 * LARGE, what="document")


def test_a_large_document_holds_at_most_a_mebibyte_outside_ascii() -> None:
    fits = "验" * (LARGE // 3)
    assert read_large(dumps([fits, "x" * LARGE])) == [fits, "x" * LARGE]
    for many in (fits + "é", fits + "验", "\U0001f600" * (LARGE // 4 + 1)):
        with pytest.raises(EvidenceError, match=r"C401.*too many characters outside ASCII"):
            read_large(dumps([many, "x" * LARGE]))


@given(st.lists(TEXTS | st.sampled_from(["—", "\U0001f600", "\U00100000é"]), max_size=5))
def test_a_large_document_is_read_as_a_small_one_is(texts: list[str]) -> None:
    value = read_large(large(*texts))
    assert value == ["x" * LARGE, *texts]
    assert read_large(dumps({"a": value, "b": {"c": texts}})) == {"a": value, "b": {"c": texts}}


@pytest.mark.parametrize("bad", ["\u200b", "\x7f", "\x85", "\ufeff", "\U0001fffe", "\n", "\u2028"])
def test_a_large_document_with_a_refused_code_point_is_refused(bad: str) -> None:
    raw = large("é").replace("é".encode(), f"é{bad}".encode())
    with pytest.raises(EvidenceError, match=r"C401.*not allowed"):
        read_large(raw)


@pytest.mark.parametrize(
    "bad", [b"\xc3", b"\xc3x\xa9", b"\xa9", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"]
)
def test_a_large_document_that_is_not_utf_8_is_refused(bad: bytes) -> None:
    with pytest.raises(EvidenceError, match=r"C401.*not canonical JSON"):
        read_large(large("é").replace("é".encode(), bad))


@pytest.mark.parametrize(
    ("old", "new"),
    [(b'"]', b'" ]'), (b'"]', b'"]x'), (b'["x', b'["\\u00e9x'), (b'"]', b'"\xc2\xa0]')],
)
def test_a_second_spelling_of_a_large_document_is_refused(old: bytes, new: bytes) -> None:
    with pytest.raises(EvidenceError, match="C401"):
        read_large(large("é").replace(old, new))


def test_a_document_longer_than_its_limit_is_refused_and_named() -> None:
    with pytest.raises(EvidenceError) as caught:
        loads(b'"aaaa"', limit=5, what="trust file")
    assert caught.value.where == "trust file"
    assert loads(b'"aaaa"', limit=6, what="trust file") == "aaaa"


@given(st.binary(max_size=200))
@example(b"[" * 200)
def test_whatever_the_bytes_only_our_own_error_comes_out(raw: bytes) -> None:
    try:
        value = read(raw)
    except EvidenceError as error:
        assert error.code == "C401"
    else:
        assert dumps(value) == raw


@given(st.text(alphabet='[]{}",:\\0123456789.eE+-truefalsnu ab\n\ud800', max_size=30))
def test_whatever_looks_like_json_is_canonical_or_refused(text: str) -> None:
    raw = text.encode("utf-8", "surrogatepass")
    try:
        value = read(raw)
    except EvidenceError as error:
        assert error.code == "C401"
    else:
        assert dumps(value) == raw == rfc8785.dumps(value)  # type: ignore[arg-type]


@given(VALUES_OF_THE_PROFILE, st.data())
def test_a_changed_byte_never_gives_the_same_value(value: object, data: st.DataObject) -> None:
    raw = bytearray(dumps(value))
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    try:
        other = read(bytes(raw))
    except EvidenceError:
        return
    assert json.dumps(other) != json.dumps(value)


@pytest.mark.parametrize(
    "value",
    [
        None,
        1.5,
        float("nan"),
        2**53,
        -(2**53),
        b"bytes",
        {1, 2},
        {1: "a"},
        {True: 1},
        {"A": 1},
        {"a" * 41: 1},
        {"a\n": 1},
        "\n",
        "\u200f",
        "\ud800",
        {"a": {"b": ["\x00"]}},
        [None],
    ],
)
def test_a_value_outside_the_profile_is_never_written(value: object) -> None:
    with pytest.raises(EvidenceError, match="C401"):
        dumps(value)


def test_a_value_nested_too_deep_or_within_itself_is_never_written() -> None:
    ring: list[object] = []
    ring.append(ring)
    deep: object = json.loads(nested(DEPTH + 1))
    for value in (ring, deep):
        with pytest.raises(EvidenceError, match="C401"):
            dumps(value)
    assert dumps(json.loads(nested(DEPTH))) == nested(DEPTH)


def test_the_refused_code_points_are_exactly_the_published_ranges() -> None:
    ranges = (
        "0000-001F 007F-009F 00AD 061C 200B-200F 2028-202E 2060-206F D800-DFFF FDD0-FDEF FEFF"
        " FFF9-FFFB E0000-E007F"
    )
    refused = {plane << 16 | low for plane in range(17) for low in (0xFFFE, 0xFFFF)}
    for part in ranges.split():
        first, _, last = part.partition("-")
        refused.update(range(int(first, 16), int(last or first, 16) + 1))
    found = {point for point in range(0x110000) if REFUSED.fullmatch(chr(point))}
    assert found == refused
    assert {p for p in range(0x110000) if not clean_text(chr(p))} == refused
    assert not any(clean_text("a" + chr(p) + "批") for p in refused)


def test_text_is_not_normalised() -> None:
    decomposed = unicodedata.normalize("NFD", "ä")
    assert read(dumps(decomposed)) == decomposed
