"""Disclosures: what is shown was committed to, and what is not shown cannot be guessed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sd_jwt.common import SDJWTCommon

from custody.errors import EvidenceError
from custody.evidence.canonical import clean_text
from custody.evidence.disclosure import commit, decoys, digest_of, open_disclosure, padded
from custody.evidence.encoding import b64, b64u
from evidence.cast import OPERATOR
from evidence.checking import canonical_bytes, check, edited, found
from evidence.ledgers import DONATION, good_bundle, sealed_story

SALT = b"\x66" * 32
NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,39}(\.[a-z][a-z0-9_]{0,39}){0,3}", fullmatch=True)
TEXTS = st.text(max_size=40).filter(clean_text)
VALUES = TEXTS | st.integers(-(2**53) + 1, 2**53 - 1) | st.booleans() | st.lists(TEXTS, max_size=4)


def test_the_published_example_gives_the_published_digest() -> None:
    disclosure, digest = commit("donor.family_name", "Example", SALT)
    assert disclosure == (
        "WyJabVptWm1abVptWm1abVptWm1abVptWm1abVptWm1abVptWm1abVptWm1ZIiwi"
        "ZG9ub3IuZmFtaWx5X25hbWUiLCJFeGFtcGxlIl0"
    )
    assert digest == "brKPXl82IZYN1j9pBSnCuJQNYBaIAh4gbViqvKAClk0"


@given(NAMES, VALUES, st.binary(min_size=32, max_size=32))
def test_a_disclosure_opens_to_what_was_committed(name: str, value: object, salt: bytes) -> None:
    disclosure, digest = commit(name, value, salt)
    assert open_disclosure(disclosure) == (name, value)
    # A second implementation of RFC 9901 agrees on the digest.
    assert digest == SDJWTCommon(serialization_format="compact")._b64hash(disclosure.encode())


@given(st.text(max_size=200))
def test_whatever_text_is_given_only_our_own_error_comes_out(text: str) -> None:
    with pytest.raises(EvidenceError):
        open_disclosure(text)


@pytest.mark.parametrize(
    "parts",
    [
        [b64u(SALT), "name"],
        [b64u(SALT[:16]), "name", "value"],
        [b64u(SALT), "Name", "value"],
        [b64u(SALT), "_sd", "value"],
        [b64u(SALT), "...", "value"],
        [1, "name", "value"],
        [b64u(SALT), 1, "value"],
        [b64u(SALT), "name", "x" * 13_000],
        {"name": "value"},
        [b64u(SALT), "name", "right\u202eleft"],
        [b64u(SALT), "name", None],
        [b64u(SALT), "name", 1.5],
    ],
)
def test_a_disclosure_of_another_shape_is_refused(parts: object) -> None:
    with pytest.raises(EvidenceError):
        open_disclosure(b64u(canonical_bytes(parts)))


def test_a_short_salt_and_a_bad_name_cannot_be_committed() -> None:
    for name, salt in (("name", b"short"), ("Name", SALT), ("a" * 41, SALT)):
        with pytest.raises(EvidenceError):
            commit(name, "value", salt)
    with pytest.raises(EvidenceError):
        commit("name", "x" * 20_000, SALT)


def test_decoys_round_up_and_leave_no_order() -> None:
    count = iter(range(100))
    digests = padded(["zz", "aa", "mm"], lambda n: bytes([next(count)]) * n)
    assert len(digests) == 4
    assert digests == sorted(digests)
    assert padded(["a", "b", "c", "d"], bytes) == ["a", "b", "c", "d"]
    assert len(set(decoys(3, lambda n: bytes([next(count)]) * n))) == 3


def test_withheld_values_are_counted_and_do_not_matter() -> None:
    ledger = sealed_story()
    shown = check(ledger.bundle())
    hidden = check(ledger.bundle(disclosures={}))
    index = ledger.streams[DONATION][0][0]
    assert shown.verdict == hidden.verdict == "genuine"
    assert shown.disclosures[index] == {"family_name": "Example", "given_name": "Ada"}
    assert (shown.shown[index], hidden.shown[index]) == ((2, 0), (0, 2))
    assert not hidden.disclosures


def donation_row(fields: dict) -> dict:
    """Return the disclosure row with the two values of the donation."""
    return next(row for row in fields["disclosures"] if len(row["d"]) == 2)


def changed_value(fields: dict) -> None:
    row = donation_row(fields)
    row["d"] = sorted([row["d"][0], commit("family_name", "Other", SALT)[0]])


def wrong_event(fields: dict) -> None:
    first, second = [row for row in fields["disclosures"] if len(row["d"]) == 1][:2]
    first["d"], second["d"] = second["d"], first["d"]


def used_twice(fields: dict) -> None:
    rows = fields["disclosures"]
    rows[0]["d"] = sorted({*rows[0]["d"], *rows[1]["d"]})


def of_no_event(fields: dict) -> None:
    fields["disclosures"][-1]["leaf"] = b64(b"\xcf\x3c\xf3" * 10 + b"\xcf\x3c")  # sorts last


def not_a_disclosure(fields: dict) -> None:
    donation_row(fields)["d"] = [b64u(b"anything")]


@pytest.mark.parametrize(
    "attack", [changed_value, wrong_event, used_twice, of_no_event, not_a_disclosure]
)
def test_a_tampered_disclosure_is_found(attack: object) -> None:
    report = check(edited(good_bundle(), attack))
    assert found(report) == {("V8", "E28")}
    assert report.verdict == "not_genuine"
    assert not report.disclosures


def test_the_same_value_in_two_events_is_found() -> None:
    # One salt used twice links two events to one person.
    ledger = sealed_story()
    sd = ledger.streams[DONATION][0][1].payload.sd
    ledger.append(DONATION, "donation.collected/v1", [(OPERATOR, "performed", "operator")], sd=sd)
    ledger.append(
        "shipment:" + "51" * 16,
        "shipment.packed/v1",
        [(OPERATOR, "performed", "operator")],
        links=[("rests_on", DONATION)],
    )
    ledger.seal()
    assert ("V8", "E28") in found(check(ledger.bundle()))


@pytest.mark.parametrize(
    "strings",
    [
        [commit("family_name", "One", SALT)[0], commit("family_name", "Two", SALT)[0]],
        [b64u(b"anything")],
    ],
    ids=["one name, two values", "not a disclosure"],
)
def test_what_was_committed_to_must_still_make_sense(strings: list[str]) -> None:
    ledger = sealed_story()
    sd = tuple(sorted(digest_of(string) for string in strings))
    ledger.append(DONATION, "donation.collected/v1", [(OPERATOR, "performed", "operator")], sd=sd)
    ledger.disclosed[b64(ledger.streams[DONATION][-1][1].leaf)] = strings
    ledger.seal()
    assert found(check(ledger.bundle())) == {("V8", "E28")}


@pytest.mark.parametrize(
    ("body", "private"),
    [
        ({"family_name": "Somebody"}, {"family_name": "Else"}),
        ({}, {"blood_group": "0"}),
    ],
    ids=["a name that hides a field", "a name the type does not have"],
)
def test_a_name_that_does_not_belong_is_found(body: dict, private: dict) -> None:
    ledger = sealed_story()
    performed = [(OPERATOR, "performed", "operator")]
    ledger.append(DONATION, "donation.collected/v1", performed, body=body, private=private)
    ledger.seal()
    assert found(check(ledger.bundle())) == {("V8", "E28")}


def test_digest_of_is_over_the_text_and_not_its_meaning() -> None:
    disclosure, digest = commit("name", "value", SALT)
    assert digest_of(disclosure) == digest
    assert digest_of(disclosure + "=") != digest
    assert json.loads(json.dumps(digest)) == digest
