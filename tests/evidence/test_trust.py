"""The trust file, and how trust passes from one version to the next."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.errors import TrustError
from custody.evidence import names
from custody.evidence.encoding import b64, sha256
from custody.evidence.note import COSIGNATURE, ED25519, MLDSA44, VerifierKey
from custody.evidence.succession import accept_next, envelope, signed_bytes
from custody.evidence.trust import TrustRoot
from evidence.cast import ROOTS, STRANGER, Person, trust, vkey
from evidence.checking import canonical_bytes, check, found
from evidence.ledgers import good_bundle


def test_a_trust_file_reads_back_as_written() -> None:
    raw = trust().to_bytes()
    again = TrustRoot.parse(raw)
    assert again.to_bytes() == raw
    assert again == trust()
    assert again.fingerprint == trust().fingerprint
    assert len(again.fingerprint) == 64


def fields() -> dict[str, Any]:
    return json.loads(trust().to_bytes())


def changed(**changes: Any) -> bytes:
    return canonical_bytes({**fields(), **changes})


SMALL_ORDER = bytes(32)
SEVENTEEN = sorted(
    (Person("root", seed) for seed in range(0x90, 0xA1)), key=lambda person: person.kid
)
# Two keys whose four-byte key numbers are both 96c14cf4, found by trying.
ALIKE = [
    VerifierKey("auditor.example/a2", COSIGNATURE, sha256(number)).text()
    for number in (b"20111", b"76818")
]
BAD = {
    "no root keys": {"roots": []},
    "more roots needed than there are": {"root_threshold": 4},
    "no roots needed": {"root_threshold": 0},
    "a root of small order": {
        "roots": [{"kid": names.kid(SMALL_ORDER), "pub": b64(SMALL_ORDER)}],
        "root_threshold": 1,
    },
    "a root under another id": {
        "roots": [{"kid": "0" * 64, "pub": b64(ROOTS[0].public)}],
        "root_threshold": 1,
    },
    "a root listed twice": {"roots": [fields()["roots"][0]] * 2},
    "roots out of order": {"roots": fields()["roots"][::-1]},
    "one ledger key only": {"log_keys": fields()["log_keys"][:1]},
    "ledger keys in the other order": {"log_keys": fields()["log_keys"][::-1]},
    "a ledger key of another name": {"origin": "custody.example/site-2"},
    "two Ed25519 ledger keys": {"log_keys": [fields()["log_keys"][0]] * 2},
    "a ledger key that is also a witness": {
        "auditors": [vkey("auditor.example/a2", COSIGNATURE, 0x33).text()]
    },
    "an auditor that is also a witness": {
        "auditors": [vkey("auditor.example/a2", COSIGNATURE, 0x51).text()]
    },
    "an auditor that signs like a ledger": {
        "auditors": [vkey("auditor.example/a2", ED25519, 0x61).text()]
    },
    "more auditors needed than there are": {"auditor_threshold": 2},
    "a negative age": {"max_age": -1},
    "a boolean for a number": {"max_skew": True},
    "a previous file for the first version": {"prev": "ab" * 32},
    "no previous file for a later version": {"version": 2},
    "an unknown schema": {"schema": 2},
    "a size without its root": {"known": {"root": b64(bytes(32)), "size": 0}},
    "text for a size": {"known": {"root": b64(bytes(32)), "size": "1"}},
    "a further field": {"extra": 1},
    "no witness policy": {"tlog_policy": []},
    "another format": {"format": "something else"},
    "a number for the roots": {"roots": 5},
    "a number for a root": {"roots": [5]},
    "a root with a further field": {"roots": [{**fields()["roots"][0], "x": 1}]},
    "seventeen roots": {"roots": [{"kid": p.kid, "pub": b64(p.public)} for p in SEVENTEEN]},
    "a number for what is known": {"known": 5},
    "more about what is known": {"known": {**fields()["known"], "x": 1}},
    "a number for the origin": {"origin": 5},
    "a number for the auditors": {"auditors": 5},
    "a number for an auditor": {"auditors": [5]},
    "two auditors that cannot be told apart": {"auditors": ALIKE},
    "a policy longer than a list may be": {"tlog_policy": ["quorum none"] * 257},
}


@pytest.mark.parametrize("changes", BAD.values(), ids=BAD)
def test_a_trust_file_that_contradicts_itself_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(TrustError) as caught:
        TrustRoot.parse(changed(**changes))
    assert caught.value.code in {"C501", "C503"}
    assert "{detail}" not in str(caught.value)


def test_a_trust_file_of_a_later_version_is_told_apart() -> None:
    with pytest.raises(TrustError) as caught:
        TrustRoot.parse(changed(format="custody-trust-root/v2"))
    assert caught.value.code == "C502"


@given(st.binary(max_size=300) | st.integers(0, 2_000).map(lambda n: trust().to_bytes()[:n]))
def test_whatever_the_bytes_only_our_own_error_comes_out(raw: bytes) -> None:
    with pytest.raises(TrustError):
        TrustRoot.parse(raw)


@given(st.data())
def test_any_single_changed_byte_changes_the_fingerprint_or_is_refused(data: st.DataObject) -> None:
    raw = bytearray(trust().to_bytes())
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        assert TrustRoot.parse(bytes(raw)).fingerprint != trust().fingerprint
    except TrustError as error:
        assert error.code in {"C501", "C502", "C503"}


def test_a_trust_file_other_than_the_pinned_one_proves_nothing() -> None:
    report = check(good_bundle(), pin="0" * 64)
    assert found(report) == {("V2", "E02")}
    assert report.verdict == "cannot_tell"
    assert check(good_bundle(), pin=trust().fingerprint).verdict == "genuine"


# ---- succession ----

NEW_ROOTS = {p.kid: p.public for p in (ROOTS[1], ROOTS[2], STRANGER)}


def following(**changes: Any) -> TrustRoot:
    return replace(
        trust(),
        **{"version": 2, "prev": trust().fingerprint, "roots": NEW_ROOTS, **changes},
    )


def signed(new: TrustRoot, people: tuple[Person, ...]) -> bytes:
    raw = new.to_bytes()
    return envelope(raw, {p.kid: p.private.sign(signed_bytes(raw)) for p in people})


def test_a_trust_file_signed_by_old_and_new_roots_follows() -> None:
    new = following()
    assert accept_next(trust(), signed(new, (ROOTS[1], ROOTS[2]))) == new
    assert accept_next(trust(), signed(new, (ROOTS[0], ROOTS[1], STRANGER))) == new


@pytest.mark.parametrize(
    ("new", "people"),
    [
        (following(), (ROOTS[2], STRANGER)),
        (following(), (ROOTS[0], ROOTS[1])),
        (following(), (STRANGER,)),
        (following(version=3), (ROOTS[1], ROOTS[2])),
        (following(prev="ab" * 32), (ROOTS[1], ROOTS[2])),
        (
            following(
                origin="custody.example/site-2",
                log_keys=(
                    vkey("custody.example/site-2", ED25519, 0x33),
                    vkey("custody.example/site-2", MLDSA44, 0x44),
                ),
            ),
            (ROOTS[1], ROOTS[2]),
        ),
    ],
    ids=[
        "too few old roots",
        "too few new roots",
        "a stranger alone",
        "a version skipped",
        "another file before",
        "another ledger",
    ],
)
def test_a_trust_file_that_does_not_follow_is_refused(
    new: TrustRoot, people: tuple[Person, ...]
) -> None:
    with pytest.raises(TrustError) as caught:
        accept_next(trust(), signed(new, people))
    assert caught.value.code == "C504"


def test_a_signature_by_an_old_root_over_another_file_does_not_count() -> None:
    new, other = following(), following(max_age=300).to_bytes()
    raw = new.to_bytes()
    signatures = {
        ROOTS[1].kid: ROOTS[1].private.sign(signed_bytes(raw)),
        ROOTS[2].kid: ROOTS[2].private.sign(signed_bytes(other)),
    }
    with pytest.raises(TrustError):
        accept_next(trust(), envelope(raw, signatures))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw.replace(b"trust-root.v1", b"trust-root.v2"),
        lambda raw: raw.replace(b'":', b'": ', 1),
        lambda raw: raw[:-1] + b',"x":1}',
        lambda raw: raw[:-1] + b" " * 3_000_000 + b"}",
        lambda raw: raw.replace(b'"payload":', b'"payload":1,"payload":', 1),
        lambda raw: b"[" * 100_000 + raw,
    ],
)
def test_a_succession_has_one_form(spoil: Any) -> None:
    with pytest.raises(TrustError) as caught:
        accept_next(trust(), spoil(signed(following(), (ROOTS[1], ROOTS[2]))))
    assert caught.value.code == "C504"


@given(st.binary(max_size=200))
def test_whatever_follows_only_our_own_error_comes_out(raw: bytes) -> None:
    with pytest.raises(TrustError):
        accept_next(trust(), raw)


@given(st.data())
def test_any_single_changed_byte_of_a_succession_is_refused(data: st.DataObject) -> None:
    raw = bytearray(signed(following(), (ROOTS[1], ROOTS[2])))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(TrustError):
        accept_next(trust(), bytes(raw))
