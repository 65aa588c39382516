"""The signed statement: its form, and the refusal of everything that is nearly it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.errors import EvidenceError
from custody.evidence import payload as p
from custody.evidence.canonical import clean_text, dumps
from custody.evidence.encoding import ZERO, b64, b64u
from custody.evidence.names import STREAM_KINDS
from custody.evidence.payload import Link, Payload, Signer

HEAD = b64(b"\x01" * 32)
KIDS = ("0a" * 32, "0b" * 32, "0c" * 32, "0d" * 32, "0e" * 32)
BATCH, VIAL = "batch:" + "ab" * 16, "vial:" + "cd" * 16
GOOD = Payload(
    log="custody.example/site-1",
    stream=BATCH,
    seq=7,
    prev=HEAD,
    type="batch.released/v1",
    time="2026-11-24T08:00:00Z",
    signers=(Signer(KIDS[0], "reviewed", "operator"), Signer(KIDS[1], "released", "qp")),
    links=(Link(HEAD, "made_from", VIAL), Link(HEAD, "uses", VIAL)),
    body={"occurred_at": "2026-11-24T16:00:00+08:00", "amounts": ["1.5", "mL"], "final": True},
    sd=tuple(sorted(b64u(bytes([n]) * 32) for n in range(4))),
)


def record() -> dict[str, object]:
    loaded: dict[str, object] = json.loads(GOOD.to_bytes())
    return loaded


def refused(changed: dict[str, object]) -> EvidenceError:
    with pytest.raises(EvidenceError, match="C401") as caught:
        Payload.parse(json.dumps(changed, sort_keys=True, separators=(",", ":")).encode())
    return caught.value


def test_a_good_event_is_written_and_read_back_unchanged() -> None:
    assert Payload.parse(GOOD.to_bytes()) == GOOD


words = st.from_regex(r"[a-z_]{1,40}", fullmatch=True)
hashes = st.binary(min_size=32, max_size=32).filter(any)
streams = st.one_of(
    st.sampled_from([k for k in STREAM_KINDS if k not in ("authority", "key", "alias")]).flatmap(
        lambda kind: st.binary(min_size=16, max_size=16).map(lambda i: f"{kind}:{i.hex()}")
    ),
    hashes.map(lambda h: f"key:{h.hex()}"),
    st.just("authority:" + "0" * 32),
)
events = st.builds(
    Payload,
    log=st.from_regex(r"[a-z.]{1,20}/[a-z0-9-]{1,9}", fullmatch=True),
    stream=streams,
    seq=st.integers(1, 2**53 - 1),
    prev=hashes.map(b64),
    type=st.from_regex(r"[a-z]{1,9}(\.[a-z_]{1,9}){1,2}/v[1-9][0-9]{0,3}", fullmatch=True),
    time=st.integers(946_684_800, 4_102_444_799).map(p.time_of),
    signers=st.lists(
        st.builds(Signer, hashes.map(bytes.hex), st.sampled_from(p.MEANINGS), words),
        min_size=1,
        max_size=4,
        unique_by=lambda s: s.kid,
    ).map(lambda s: tuple(sorted(s, key=lambda x: x.kid))),
    links=st.lists(
        st.builds(Link, hashes.map(b64), words, streams),
        max_size=4,
        unique_by=lambda k: (k.stream, k.rel),
    ).map(lambda ls: tuple(sorted(ls, key=lambda k: (k.stream, k.rel)))),
    body=st.dictionaries(
        st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True),
        st.booleans() | st.text(max_size=9).filter(clean_text) | st.lists(st.integers(0, 9)),
        max_size=3,
    ),
    sd=st.lists(hashes.map(b64u), max_size=4, unique=True).map(lambda d: tuple(sorted(d))),
)


@given(events)
@settings(max_examples=60)
def test_any_event_is_written_and_read_back_unchanged(event: Payload) -> None:
    raw = event.to_bytes()
    assert Payload.parse(raw) == event
    assert Payload.parse(raw).to_bytes() == raw


@pytest.mark.parametrize("key", sorted(record()))
def test_each_of_the_eleven_keys_must_be_there(key: str) -> None:
    changed = record()
    del changed[key]
    refused(changed)


def test_a_twelfth_key_is_refused() -> None:
    refused(record() | {"extra": "x"})


@pytest.mark.parametrize("key", sorted(record()))
@pytest.mark.parametrize(
    "value", [None, True, -1, 1.5, "", "x", [], ["x"], {}, {"x": 1}, [[]], [{}]]
)
def test_a_value_of_another_kind_is_refused(key: str, value: object) -> None:
    allowed = {
        ("links", "[]"),
        ("sd", "[]"),
        ("log", '"x"'),
        ("body", "{}"),
        ("body", '{"x": 1}'),
    }
    if (key, json.dumps(value)) in allowed:
        Payload.parse(dumps(record() | {key: value}))
    else:
        refused(record() | {key: value})


@pytest.mark.parametrize("version", [0, 2, "1", True])
def test_another_format_version_is_refused(version: object) -> None:
    assert "version" in str(refused(record() | {"v": version}))


@pytest.mark.parametrize(
    "time",
    [
        "2026-02-29T08:00:00Z",
        "2026-02-31T08:00:00Z",
        "2026-13-01T08:00:00Z",
        "2026-00-01T08:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T08:60:00Z",
        "2026-01-01T08:00:60Z",
        "2026-01-01T08:00:00+00:00",
        "2026-01-01T08:00:00+01:00",
        "2026-01-01T08:00:00.0Z",
        "2026-01-01 08:00:00Z",
        "2026-01-01T08:00:00z",
        "20260101T080000Z",
        "1999-12-31T23:59:59Z",
        "2100-01-01T00:00:00Z",
        "２026-01-01T08:00:00Z",
        "2026-01-01T08:00:00Z ",
    ],
)
def test_a_time_that_is_not_exact_or_not_real_is_refused(time: str) -> None:
    refused(record() | {"time": time})


@given(st.integers(946_684_800, 4_102_444_799))
def test_times_and_seconds_agree_with_the_calendar(seconds: int) -> None:
    text = p.time_of(seconds)
    assert p.seconds_of(text) == seconds
    assert text == datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize("seconds", [-1, 0, 946_684_799, 4_102_444_800, 10**18])
def test_a_time_outside_this_century_is_never_written(seconds: int) -> None:
    with pytest.raises(EvidenceError, match="C401"):
        p.time_of(seconds)


@pytest.mark.parametrize(
    "kind",
    [
        "batch.released",
        "batch/v1",
        "batch.released/v0",
        "batch.released/v01",
        "batch.released/v10000",
        "Batch.released/v1",
        "batch.released/v1 ",
        ".released/v1",
        "batch..x/v1",
        "bаtch.released/v1",
        "batch.re2/v1",
    ],
)
def test_a_type_that_is_not_noun_past_participle_version_is_refused(kind: str) -> None:
    refused(record() | {"type": kind})


def test_the_previous_hash_is_zero_for_the_first_event_and_only_then() -> None:
    first = replace(GOOD, seq=0, prev=p.NO_PREVIOUS)
    assert Payload.parse(first.to_bytes()) == first
    refused(record() | {"seq": 0})
    refused(record() | {"prev": b64(ZERO)})


@pytest.mark.parametrize(
    "signers",
    [
        (),
        tuple(Signer(kid, "performed", "operator") for kid in KIDS),
        (GOOD.signers[1], GOOD.signers[0]),
        (GOOD.signers[0], GOOD.signers[0]),
        (GOOD.signers[0], Signer(KIDS[0], "released", "qp")),
        (Signer(KIDS[0][:-1], "performed", "operator"),),
        (Signer(KIDS[0].upper(), "performed", "operator"),),
        (Signer(KIDS[0], "signed", "operator"),),
        (Signer(KIDS[0], "performed", ""),),
        (Signer(KIDS[0], "performed", "Operator"),),
        (Signer(KIDS[0], "performed", "ореrator"),),
        (Signer(KIDS[0], "performed", "x" * 41),),
    ],
)
def test_signers_out_of_order_doubled_or_ill_named_are_refused(signers: tuple[Signer, ...]) -> None:
    with pytest.raises(EvidenceError, match="C401"):
        replace(GOOD, signers=signers).to_bytes()


@pytest.mark.parametrize(
    "links",
    [
        (GOOD.links[1], GOOD.links[0]),
        (GOOD.links[0], GOOD.links[0]),
        (GOOD.links[0], replace(GOOD.links[0], head=b64(b"\x02" * 32))),
        (replace(GOOD.links[0], head=b64(bytes(31))),),
        (replace(GOOD.links[0], head=HEAD.rstrip("=")),),
        (replace(GOOD.links[0], rel=""),),
        (replace(GOOD.links[0], rel="made-from"),),
        (replace(GOOD.links[0], stream="pallet:" + "0" * 32),),
    ],
)
def test_links_out_of_order_doubled_or_malformed_are_refused(links: tuple[Link, ...]) -> None:
    with pytest.raises(EvidenceError, match="C401"):
        replace(GOOD, links=links).to_bytes()


@pytest.mark.parametrize(
    "sd",
    [
        GOOD.sd[::-1],
        (GOOD.sd[0], GOOD.sd[0]),
        (GOOD.sd[0][:-1],),
        (GOOD.sd[0] + "=",),
        (b64(bytes(32)),),
        (GOOD.sd[0][:-1] + "B",),
        (b64u(bytes(31)),),
    ],
)
def test_digests_out_of_order_doubled_or_misspelt_are_refused(sd: tuple[str, ...]) -> None:
    with pytest.raises(EvidenceError, match="C401"):
        replace(GOOD, sd=sd).to_bytes()


@pytest.mark.parametrize("member", ["signers", "links"])
@pytest.mark.parametrize("change", ["missing", "extra", "number"])
def test_a_signer_or_link_with_other_keys_is_refused(member: str, change: str) -> None:
    changed = record()
    item: dict[str, object] = changed[member][0]  # type: ignore[index]
    key = min(item)
    if change == "missing":
        del item[key]
    else:
        item["extra" if change == "extra" else key] = 1
    refused(changed)


def test_an_event_larger_than_the_limit_is_refused() -> None:
    room = p.LIMIT - len(replace(GOOD, body={"text": ""}).to_bytes())
    fits = replace(GOOD, body={"text": "x" * room})
    assert len(fits.to_bytes()) == p.LIMIT
    with pytest.raises(EvidenceError, match="longer"):
        replace(GOOD, body={"text": "x" * (room + 1)}).to_bytes()


@pytest.mark.parametrize("raw", [b"[]", b'"x"', b"1", b"true", b"", b"\xff", b"[" * 10_000])
def test_bytes_that_are_not_an_event_at_all_are_refused(raw: bytes) -> None:
    with pytest.raises(EvidenceError, match="C401"):
        Payload.parse(raw)
