"""Vectors of signed events: payloads and the entries around them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from contract.vector_cases import Vector, pretty, raw
from contract.vectors_formats import DIGEST, MAKER, ORIGIN, S
from custody.evidence import canonical
from custody.evidence.encoding import ZERO, b64, sha256
from custody.evidence.entry import encode, pae
from custody.evidence.payload import Payload, Signer
from evidence.cast import QUALITY, Person

# Signed before type names carried versions: they bind bytes, hashes and signatures only.
OLD_TYPE: Final = r"^[a-z]+(\.[a-z_]+)+$"


def payload_0() -> bytes:
    """Return the first event of the published numbers."""
    signers = (Signer(MAKER.kid, "performed", "operator"),)
    event = _payload("batch.created", 0, b64(ZERO), "2026-11-24T08:00:00Z", signers)
    return replace(event, sd=(DIGEST,)).to_bytes(OLD_TYPE)


def payload_1(leaf: bytes) -> bytes:
    """Return the second event of the published numbers, after the leaf of the first."""
    signers = (
        Signer(MAKER.kid, "reviewed", "operator"),
        Signer(QUALITY.kid, "released", "qp"),
    )
    time = "2026-11-24T09:00:00Z"
    return _payload("batch.released", 1, b64(leaf), time, signers).to_bytes(OLD_TYPE)


def _payload(kind: str, seq: int, prev: str, time: str, signers: tuple[Signer, ...]) -> Payload:
    return Payload(ORIGIN, S, seq, prev, kind, time, signers, (), {})


def signed(payload: bytes, *people: Person) -> bytes:
    """Return the entry of a payload."""
    return encode(payload, {p.kid: p.private.sign(pae(payload)) for p in people})


def vectors() -> Iterator[Vector]:
    """Yield the vectors of this file."""
    yield from _payloads()
    yield from _entries()


def plain_payload(**changes: Any) -> dict[str, Any]:
    """Return the fields of an ordinary payload."""
    return {
        "body": {"occurred_at": "2026-11-24T16:00:00+08:00"},
        "links": [{"head": b64(sha256(b"")), "rel": "made_from", "stream": "sample:" + "0f" * 16}],
        "log": ORIGIN,
        "prev": b64(ZERO),
        "sd": [],
        "seq": 0,
        "signers": [{"kid": MAKER.kid, "meaning": "performed", "role": "operator"}],
        "stream": S,
        "time": "2026-11-24T08:00:00Z",
        "type": "batch.started/v1",
        "v": 1,
        **changes,
    }


def _payloads() -> Iterator[Vector]:
    content = canonical.dumps(plain_payload())
    yield raw(
        "payload",
        "ordinary",
        "The eleven keys.",
        "payload.bin",
        content,
        sha256=sha256(content).hex(),
        stream=S,
    )
    signer = plain_payload()["signers"][0]
    link = plain_payload()["links"][0]
    for name, why, changes in (
        ("twelfth_key", "Exactly eleven keys.", {"extra": 1}),
        ("type_without_version", "A type names its version.", {"type": "batch.started"}),
        ("version_zero", "Versions begin with 1.", {"type": "batch.started/v0"}),
        ("later_format", "A later version of the format; in a bundle, cannot tell.", {"v": 2}),
        ("format_true", "True is not 1.", {"v": True}),
        ("negative_seq", "Places count from 0.", {"seq": -1}),
        ("first_with_predecessor", "Nothing comes before the first.", {"prev": b64(sha256(b""))}),
        ("later_without_predecessor", "Something comes before the second.", {"seq": 1}),
        ("day_that_is_not", "31 February.", {"time": "2026-02-31T08:00:00Z"}),
        ("leap_second", "Seconds end with 59.", {"time": "2026-12-31T23:59:60Z"}),
        ("hour_24", "Hours end with 23.", {"time": "2026-12-31T24:00:00Z"}),
        ("local_time", "Signing times are UTC.", {"time": "2026-11-24T16:00:00+08:00"}),
        ("year_1999", "Years 2000 to 2099.", {"time": "1999-12-31T23:59:59Z"}),
        ("nobody_signs", "Somebody signs.", {"signers": []}),
        ("same_signer_twice", "Signers are different.", {"signers": [signer, signer]}),
        (
            "unknown_meaning",
            "Meanings are a closed list.",
            {"signers": [{**signer, "meaning": "seen"}]},
        ),
        ("signer_with_name", "No field more.", {"signers": [{**signer, "name": "x"}]}),
        ("role_with_digit", "Roles are letters and _.", {"signers": [{**signer, "role": "qa2"}]}),
        (
            "links_not_sorted",
            "By stream, then relation.",
            {"links": [link, {**link, "rel": "from"}]},
        ),
        ("same_link_twice", "Links are different.", {"links": [link, link]}),
        ("digest_twice", "Digests are different.", {"sd": [DIGEST, DIGEST]}),
        ("digest_with_padding", "Digests are base64url without padding.", {"sd": [DIGEST + "="]}),
        ("body_is_a_list", "The body is an object.", {"body": []}),
    ):
        made = json.dumps(
            plain_payload(**changes), sort_keys=True, separators=(",", ":"), ensure_ascii=False
        ).encode()
        yield raw("payload", name, why, "payload.bin", made, code="C401")


def _entries() -> Iterator[Vector]:
    keys = pretty([{"kid": p.kid, "public": b64(p.public)} for p in (MAKER, QUALITY)])

    def made(name: str, why: str, wire: bytes, code: str = "", **files: bytes) -> Vector:
        inner = files.pop("payload", b"")
        expect: dict[str, Any] = {"ok": False, "code": code}
        if not code:
            expect = {
                "ok": True,
                "size": len(wire),
                "sha256": sha256(wire).hex(),
                "payload_sha256": sha256(inner).hex(),
                "leaf": b64(sha256(b"\0" + wire)),
            }
        full = f"{name}_fail" if code else name
        return Vector("entry", full, why, {"entry.bin": wire, "keys.json": keys, **files}, expect)

    first = payload_0()
    wire_0 = signed(first, MAKER)
    second = payload_1(sha256(b"\0" + wire_0))
    wire_1 = signed(second, MAKER, QUALITY)
    only = "Its type has no version, so only bytes, hashes and signatures are compared."
    yield made(
        "first_bytes", f"One signature, one digest. {only}", wire_0, payload=first, bytes_only=b""
    )
    yield made("second_bytes", f"Two signatures. {only}", wire_1, payload=second, bytes_only=b"")
    yield made("type_without_version", "The first of those, read in earnest.", wire_0, "C401")

    inner = canonical.dumps(plain_payload())
    wire = signed(inner, MAKER)
    both = canonical.dumps(
        plain_payload(
            signers=[
                {"kid": MAKER.kid, "meaning": "reviewed", "role": "operator"},
                {"kid": QUALITY.kid, "meaning": "released", "role": "quality_authority"},
            ]
        )
    )
    pair = signed(both, MAKER, QUALITY)
    sigs = json.loads(pair)["signatures"]
    yield made("one_signature", "An ordinary entry.", wire, payload=inner)
    yield made("two_signatures", "Signed by two.", pair, payload=both)

    def edited(change: dict[str, Any], base: bytes = wire) -> bytes:
        return json.dumps({**json.loads(base), **change}, separators=(",", ":")).encode()

    sig = json.loads(wire)["signatures"][0]
    other = b64(QUALITY.private.sign(pae(inner)))
    yield made(
        "signature_by_another",
        "The key named did not sign this.",
        edited({"signatures": [{**sig, "sig": other}]}),
        "E19",
    )
    unreduced = _with_l_added(MAKER.private.sign(pae(inner)))
    yield made(
        "signature_not_reduced",
        "S is not below the order of the group (RFC 8032).",
        edited({"signatures": [{**sig, "sig": b64(unreduced)}]}),
        "E19",
    )
    yield made(
        "signature_stripped",
        "Two sign, one is left.",
        edited({"signatures": sigs[:1]}, pair),
        "C401",
    )
    yield made(
        "signature_added",
        "One signs, two are there.",
        edited({"signatures": [sig, sigs[1]]}),
        "C401",
    )
    yield made(
        "signature_twice", "The same signature again.", edited({"signatures": [sig, sig]}), "C401"
    )
    yield made(
        "signatures_not_sorted",
        "Sorted by key id.",
        edited({"signatures": sigs[::-1]}, pair),
        "C401",
    )
    yield made(
        "other_key_named",
        "The key id of somebody else.",
        edited({"signatures": [{**sig, "keyid": QUALITY.kid}]}),
        "C401",
    )
    yield made("extra_field", "No field more.", edited({"note": "x"}), "C401")
    yield made(
        "other_payload_type",
        "A trust file is no event.",
        wire.replace(b"custody.event", b"custody.trust-root"),
        "C401",
    )
    yield made("payload_type_upper_case", "One spelling.", wire.replace(b"+json", b"+JSON"), "C401")
    yield made("white_space", "No space.", wire.replace(b",", b", ", 1), "C401")
    url = (
        wire.replace(b"+", b"-")
        if b"+" in wire.partition(b'"sig":"')[2]
        else wire.replace(b"/", b"_")
    )
    yield made(
        "url_safe_base64", "One alphabet.", url.replace(b"event.v1-json", b"event.v1+json"), "C401"
    )
    yield made(
        "loose_base64",
        "Unused bits of the last letter are zero.",
        wire.replace(b'=="}', b'=="}').replace(*_loosened(wire)),
        "C401",
    )
    name = b'{"payload":"'
    yield made(
        "payload_twice",
        "Parsers take the first or the last.",
        wire.replace(name, name + b'","payload":"', 1),
        "C401",
    )
    yield made("line_feed_at_end", "Nothing follows.", wire + b"\n", "C401")
    yield made("inner_node", "A node of the tree is no entry.", b"\x01" + bytes(64), "C401")


def _with_l_added(signature: bytes) -> bytes:
    order = 2**252 + 27742317777372353535851937790883648493
    s = int.from_bytes(signature[32:], "little") + order
    return signature[:32] + s.to_bytes(32, "little")


def _loosened(wire: bytes) -> tuple[bytes, bytes]:
    """Return the end of the signature and the same with a stray bit in its last letter."""
    end = wire[wire.rindex(b'=="') - 1 :]
    return end, bytes([end[0] + 1]) + end[1:]
