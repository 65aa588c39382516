"""Vectors of the byte formats: canonical JSON, names, disclosures, trust files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from contract.vector_cases import Vector, bad, good, raw
from contract.vector_ledger import trust
from custody.evidence import names
from custody.evidence.disclosure import commit
from custody.evidence.encoding import ZERO, b64, b64u, sha256
from evidence.cast import QUALITY, Person

ORIGIN: Final = "custody.example/site-1"
MAKER = Person("operator", 0x11)
S, T = "batch:" + "ab" * 16, "batch:" + "cd" * 16
SALT: Final = b"\x66" * 32
DISCLOSED, DIGEST = commit("donor.family_name", "Example", SALT)
BIG = 2**53


def vectors() -> Iterator[Vector]:
    """Yield the vectors of this file."""
    yield from _canonical()
    yield from _names()
    yield from _disclosures()
    yield from _trust()


def _canonical() -> Iterator[Vector]:
    def accepted(name: str, why: str, content: bytes) -> Vector:
        return raw("canonical", name, why, "input.bin", content, sha256=sha256(content).hex())

    def refused(name: str, why: str, content: bytes) -> Vector:
        return raw("canonical", name, why, "input.bin", content, code="C401")

    ordinary = '{"a":[1,-2,true,"é中\\"\\\\"],"b":{},"c1_d":""}'.encode()
    yield accepted("ordinary", "Every kind of value there is, keys sorted, no space.", ordinary)
    extreme = f'{{"a":{BIG - 1},"b":-{BIG - 1},"c":0}}'.encode()
    yield accepted("largest_integers", "The largest integers a double can tell apart.", extreme)
    deep = b"[" * 16 + b"]" * 16
    yield accepted("sixteen_levels", "Sixteen levels of nesting are allowed.", deep)
    slash = '{"a":"/<\u00a0\u3000"}'.encode()
    yield accepted("no_needless_escapes", "A slash and odd spaces stand as they are.", slash)
    yield refused(
        "seventeen_levels",
        "One level more is refused, before anything recurses.",
        b"[" * 17 + b"]" * 17,
    )
    yield refused("nesting_bomb", "Depth must not exhaust a stack.", b"[" * 40_000)
    yield refused("space", "White space is another spelling.", b'{"a": 1}')
    yield refused("keys_not_sorted", "Keys are sorted by code point.", b'{"b":1,"a":1}')
    yield refused(
        "key_twice", "Parsers disagree about which of two values counts.", b'{"a":1,"a":2}'
    )
    yield refused("fraction", "There are no fractions; measurements are texts.", b'{"a":0.1}')
    yield refused("whole_fraction", "1.0 is another spelling of 1.", b'{"a":1.0}')
    yield refused("exponent", "1e2 is another spelling of 100.", b'{"a":1e2}')
    yield refused("minus_nought", "-0 is another spelling of 0.", b'{"a":-0}')
    yield refused(
        "integer_too_large", "2^53 cannot be told from its neighbour.", f'{{"a":{BIG}}}'.encode()
    )
    yield refused("infinity", "Some parsers accept words for numbers.", b'{"a":Infinity}')
    yield refused("null", "What is not known is left out.", b'{"a":null}')
    yield refused("escaped_letter", "A letter is written as itself.", b'{"a":"\\u0041"}')
    yield refused("escaped_slash", "A slash is written as itself.", b'{"a":"\\/"}')
    yield refused("lone_surrogate", "Half a character is no text.", b'{"a":"\\ud800"}')
    yield refused("byte_order_mark", "There is no byte order mark.", b'\xef\xbb\xbf{"a":1}')
    yield refused("not_utf8", "The bytes must be UTF-8.", b'{"a":"\xff"}')
    yield refused("overlong_utf8", "One character has one UTF-8 form.", b'{"a":"\xc0\xaf"}')
    yield refused("upper_case_key", "Keys are lower case.", b'{"A":1}')
    yield refused("prototype_key", "Keys begin with a letter.", b'{"__proto__":1}')
    yield refused(
        "homoglyph_key", "A Cyrillic letter that looks Latin is no key.", '{"\u0430":1}'.encode()
    )
    yield refused(
        "direction_override", "Text must not show another order.", '{"a":"x\u202ey"}'.encode()
    )
    yield refused("zero_width_space", "Text must not hide characters.", '{"a":"x\u200by"}'.encode())
    yield refused("tag_character", "Text must not hide characters.", '{"a":"\U000e0041"}'.encode())
    yield refused("noncharacter", "Code points that are no characters.", '{"a":"\ufdd0"}'.encode())
    yield refused("line_feed_in_text", "Text of many lines is a list of texts.", b'{"a":"x\\ny"}')
    yield refused("two_values", "One document, one value.", b"{}{}")
    yield refused("nothing", "No bytes are no document.", b"")
    yield refused("trailing_line_feed", "Nothing follows the value.", b"{}\n")


def _names() -> Iterator[Vector]:
    for name, who in (("operator", MAKER), ("releaser", QUALITY)):
        why = "A key id is the hash of the key's SubjectPublicKeyInfo."
        asked = {"what": "kid", "public": b64(who.public)}
        yield good("names", f"key_id_of_{name}", why, asked, kid=who.kid)
    yield good(
        "names",
        "alias_of_a_batch_number",
        "A business number has one stream, found by hashing.",
        {"what": "alias", "scheme": "batch-no", "value": "CT-2026-0042"},
        stream=names.alias_stream("batch-no", "CT-2026-0042"),
    )
    yield bad(
        "names",
        "alias_of_nothing",
        "A number is not empty.",
        {"what": "alias", "scheme": "batch-no", "value": ""},
    )
    for kind in ("batch", "dose", "subject"):
        asked = {"what": "stream", "stream": f"{kind}:{'0f' * 16}"}
        yield good("names", f"stream_of_a_{kind}", "A kind of the closed list.", asked, kind=kind)
    yield good(
        "names",
        "authority_stream",
        "There is exactly one.",
        {"what": "stream", "stream": names.AUTHORITY},
        kind="authority",
    )
    for name, why, stream in (
        ("unknown_kind", "Kinds are a closed list.", "box:" + "0f" * 16),
        ("second_authority", "There is exactly one authority stream.", "authority:" + "0f" * 16),
        ("upper_case_hex", "Hex is lower case.", "batch:" + "0F" * 16),
        ("short_stream", "A stream has 128 random bits.", "batch:" + "0f" * 15),
        ("homoglyph_stream", "A Cyrillic letter that looks Latin.", "b\u0430tch:" + "0f" * 16),
        ("stream_with_line_feed", "Nothing follows the hex.", "batch:" + "0f" * 16 + "\n"),
    ):
        yield bad("names", name, why, {"what": "stream", "stream": stream})
    yield good(
        "names",
        "origin",
        "Printable ASCII without space and plus.",
        {"what": "origin", "origin": ORIGIN},
    )
    yield bad(
        "names",
        "origin_with_plus",
        "A plus would end the name in a key.",
        {"what": "origin", "origin": "a+b"},
    )
    p = 2**255 - 19
    small = "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"
    yield good(
        "names", "fit_key", "An ordinary key.", {"what": "public_key", "public": b64(MAKER.public)}
    )
    for name, why, key in (
        ("neutral_key", "The neutral element signs anything.", (1).to_bytes(32, "little")),
        ("small_order_key", "A point of order 8.", bytes.fromhex(small)),
        (
            "small_order_key_with_sign",
            "The same with the top bit set.",
            bytes.fromhex(small[:-2] + "85"),
        ),
        ("not_canonical_key", "The y of the key is not reduced.", (p + 3).to_bytes(32, "little")),
        ("short_key", "A key has 32 bytes.", MAKER.public[:31]),
    ):
        yield bad("names", name, why, {"what": "public_key", "public": b64(key)})


def _disclosures() -> Iterator[Vector]:
    asked = {"salt": b64(SALT), "name": "donor.family_name", "value": "Example"}
    yield good(
        "disclosure",
        "made",
        "Salt, name and value become one string and one digest.",
        asked,
        disclosure=DISCLOSED,
        digest=DIGEST,
    )
    yield good(
        "disclosure",
        "opened",
        "And back.",
        {"disclosure": DISCLOSED},
        name="donor.family_name",
        value="Example",
        digest=DIGEST,
    )
    value = {"code": "X", "list": [1, True]}
    made, digest = commit("donor_code", value, SALT)
    yield good(
        "disclosure",
        "value_of_any_kind",
        "Any canonical value.",
        {"disclosure": made},
        name="donor_code",
        value=value,
        digest=digest,
    )
    salt = b64u(SALT)
    for name, why, content in (
        ("short_salt", "A salt has 256 bits.", [b64u(SALT[:16]), "donor_code", "X"]),
        ("bad_name", "Names are lower case.", [salt, "Donor", "X"]),
        ("four_members", "Salt, name, value.", [salt, "donor_code", "X", "Y"]),
        ("object", "A list, not an object.", {"salt": salt}),
    ):
        string = b64u(json.dumps(content, separators=(",", ":"), sort_keys=True).encode())
        yield bad("disclosure", name, why, {"disclosure": string})
    spaced = b64u(json.dumps([salt, "donor_code", "X"]).encode())
    yield bad("disclosure", "with_space", "Canonical JSON inside.", {"disclosure": spaced})
    yield bad("disclosure", "padded", "base64url without padding.", {"disclosure": DISCLOSED + "="})


def _trust() -> Iterator[Vector]:
    content = trust().to_bytes()
    yield raw(
        "trust",
        "ordinary",
        "Three roots, four witnesses of which three must sign, one auditor.",
        "trust.json",
        content,
        origin=ORIGIN,
        fingerprint=trust().fingerprint,
    )
    alone = replace(
        trust(),
        policy=type(trust().policy).parse(["quorum none"]),
        auditors=(),
        auditor_threshold=0,
    )
    yield raw(
        "trust",
        "single_operator",
        "No witness: a report must say so.",
        "trust.json",
        alone.to_bytes(),
        origin=ORIGIN,
        fingerprint=alone.fingerprint,
    )
    fields = json.loads(content)
    witness, other = fields["tlog_policy"][0], fields["tlog_policy"][1]
    for name, why, code, changes in (
        (
            "later_format",
            "A later version of the format.",
            "C502",
            {"format": "custody-trust-root/v2"},
        ),
        ("extra_field", "No field more.", "C501", {"note": "x"}),
        (
            "one_ledger_key",
            "Both ledger keys are needed.",
            "C501",
            {"log_keys": fields["log_keys"][:1]},
        ),
        ("ledger_keys_swapped", "Ed25519 first.", "C501", {"log_keys": fields["log_keys"][::-1]}),
        (
            "ledger_key_of_another_name",
            "Ledger keys are named after the origin.",
            "C501",
            {"origin": "custody.example/site-2"},
        ),
        ("roots_not_sorted", "Roots are sorted.", "C501", {"roots": fields["roots"][::-1]}),
        ("root_twice", "Roots are different.", "C501", {"roots": [fields["roots"][0]] * 2}),
        (
            "root_of_small_order",
            "Keys are fit.",
            "C501",
            {
                "roots": [
                    {
                        "kid": names.kid((1).to_bytes(32, "little")),
                        "pub": b64((1).to_bytes(32, "little")),
                    }
                ]
            },
        ),
        ("threshold_out_of_reach", "More roots than there are.", "C501", {"root_threshold": 4}),
        ("threshold_of_nought", "Nobody would have to sign.", "C501", {"root_threshold": 0}),
        (
            "witness_twice",
            "One key under two names would count twice.",
            "C503",
            {
                "tlog_policy": [
                    witness,
                    other.split()[0] + " " + other.split()[1] + " " + witness.split()[2],
                    *fields["tlog_policy"][2:],
                ]
            },
        ),
        (
            "no_quorum",
            "A policy ends with a quorum.",
            "C503",
            {"tlog_policy": fields["tlog_policy"][:-1]},
        ),
        ("predecessor_of_the_first", "The first file has none.", "C501", {"prev": "0f" * 32}),
        (
            "root_hash_of_nothing",
            "A ledger of size 0 has one root hash.",
            "C501",
            {"known": {"root": b64(ZERO), "size": 0}},
        ),
        ("schema_true", "True is not 1.", "C501", {"schema": True}),
    ):
        made = json.dumps(
            {**fields, **changes}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
        ).encode()
        yield raw("trust", name, why, "trust.json", made, code=code)
    yield raw(
        "trust",
        "line_feed_at_end",
        "Canonical to the last byte.",
        "trust.json",
        content + b"\n",
        code="C501",
    )
