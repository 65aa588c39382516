"""Vectors of single parts of the verifier: rules of form that no attack on a whole bundle reaches.

They are small, and each is the only reason why its check is there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

from contract.attacks_case import event_words, exported, tiny, tiny_sealed
from contract.vector_cases import Vector, bad, pretty, raw
from contract.vector_ledger import ORIGIN, trust
from custody.evidence.disclosure import MAX_DISCLOSURE
from custody.evidence.encoding import b64, b64u, sha256
from custody.evidence.note import COSIGNATURE, ED25519
from evidence import cast
from evidence.cast import Person
from evidence.checking import canonical_bytes

Fields = dict[str, Any]
SALT: Final = b64u(bytes([0x66]) * 32)
WITNESS: Final = "witness.example/w9"


def vectors() -> Iterator[Vector]:
    """Yield the vectors of this file."""
    yield from _disclosures()
    yield from _payloads()
    yield from _notes()
    yield from _keys()
    yield from _trust_files()
    yield from _policies()


def _disclosures() -> Iterator[Vector]:
    for name, why, inner in (
        ("number_for_a_name", "A name is a text.", f'["{SALT}",1,"value"]'),
        ("number_for_a_salt", "A salt is a text.", '[1,"note","value"]'),
    ):
        yield bad("disclosure", name, why, {"disclosure": b64u(inner.encode())})
    long = b64u(f'["{SALT}","note","{"x" * MAX_DISCLOSURE}"]'.encode())
    yield bad("disclosure", "too_long", "Longer than any disclosure.", {"disclosure": long})


def _payloads() -> Iterator[Vector]:
    for name, why, change in (
        ("seq_true", "A truth value is no number.", {"seq": True}),
        ("type_that_is_no_text", "A type is a text.", {"type": 1}),
        ("links_that_are_no_list", "Links are a list.", {"links": {}}),
        ("digests_that_are_no_list", "Digests are a list.", {"sd": {}}),
        ("digest_that_is_no_text", "A digest is a text.", {"sd": [1]}),
    ):
        words = {**json.loads(event_words(tiny())), **change}
        content = canonical_bytes(words)
        yield raw("payload", name, why, "payload.bin", content, code="C401")
    upper = json.loads(event_words(tiny()))
    upper["signers"][0]["kid"] = upper["signers"][0]["kid"].upper()
    why = "A key id has one spelling."
    yield raw("payload", "kid_upper_case", why, "payload.bin", canonical_bytes(upper), code="C401")


def _checkpoint(name: str, why: str, content: bytes, keys: list[str], **expect: Any) -> Vector:
    files = {"checkpoint.txt": content, "keys.json": pretty(keys)}
    return Vector("checkpoint", f"{name}_fail", why, files, {"ok": False, **expect})


def _notes() -> Iterator[Vector]:
    note = exported(tiny_sealed()).checkpoint
    head, _, lines = note.partition(b"\n\n")
    dash = "\u2014 ".encode()
    name = dash + b"grease.example "
    for label, why, content in (
        (
            "tab_in_a_name",
            "Control characters show as nothing.",
            note.replace(dash, dash + b"\t", 1),
        ),
        ("no_empty_line", "Text and signatures are apart.", head + b"\n" + lines),
        ("last_line_feed_replaced", "Every line ends.", note[:-1] + b"A"),
        ("line_without_a_dash", "Not a signature line.", note + b"grease.example AAAAAAAA\n"),
        (
            "line_without_a_signature",
            "Four bytes are a key number only.",
            note + name + b"AAAAAA==\n",
        ),
        ("line_of_nobody", "A name is not empty.", note + dash + b" AAAAAAAA\n"),
        (
            "name_of_256_bytes",
            "Names have up to 255 bytes.",
            note + dash + b"x" * 256 + b" AAAAAAAA\n",
        ),
        (
            "too_long",
            "Longer than any checkpoint.",
            note + name + b64(bytes(99_999)).encode() + b"\n",
        ),
    ):
        yield _checkpoint(label, why, content, [], code="C401")


def _keys() -> Iterator[Vector]:
    note = exported(tiny_sealed()).checkpoint
    key = trust().log_keys[0]
    text = key.text()
    short = b64(bytes([ED25519]) + key.public[:31])
    small = (1).to_bytes(32, "little")
    number = sha256(f"{WITNESS}\n".encode() + bytes([COSIGNATURE]) + small)[:4].hex()
    strange = sha256(f"{WITNESS}\n".encode() + b"\x02" + key.public)[:4].hex()
    unknown = f"{WITNESS}+{strange}+{b64(bytes([2]) + key.public)}"
    for label, why, made in (
        ("key_of_unknown_type", "What it signs, nobody can say.", unknown),
        ("key_of_two_parts", "Name, number and key.", text.rpartition("+")[0]),
        ("key_too_short", "Each type has its length.", f"{ORIGIN}+{key.keyid.hex()}+{short}"),
        (
            "key_number_of_another",
            "The number follows from name and key.",
            text.replace("+8", "+9", 1),
        ),
        (
            "key_of_small_order",
            "Anybody can sign under such a key.",
            f"{WITNESS}+{number}+{b64(bytes([COSIGNATURE]) + small)}",
        ),
    ):
        yield _checkpoint(label, why, note, [made], code="C401")


def _trust(name: str, why: str, edit: Callable[[Fields], object], code: str = "C501") -> Vector:
    fields = json.loads(trust().to_bytes())
    edit(fields)
    return raw("trust", name, why, "trust.json", canonical_bytes(fields), code=code)


def _trust_files() -> Iterator[Vector]:
    yield raw("trust", "list", "An object is needed.", "trust.json", b"[]", code="C501")
    plain = cast.vkey("auditor.example/a2", ED25519, 0x62).text()
    why = "A key of the type of ledgers does not co-sign."
    yield _trust("auditor_of_another_type", why, lambda f: f.update(auditors=[plain]))
    why = "One key under two names would count twice."
    witness = cast.vkey("auditor.example/a2", COSIGNATURE, cast.WITNESSES["w1"][1]).text()
    yield _trust("witness_is_auditor", why, lambda f: f.update(auditors=[witness]))
    yield _trust("no_roots", "Somebody must vouch.", lambda f: f.update(roots=[]))
    yield _trust("roots_no_list", "Roots are a list.", lambda f: f.update(roots={}))
    seventeen = sorted((Person("root", 0xC0 + n).kid, 0xC0 + n) for n in range(17))
    many = [{"kid": kid, "pub": b64(Person("root", seed).public)} for kid, seed in seventeen]
    yield _trust("seventeen_roots", "At most sixteen.", lambda f: f.update(roots=many))
    why = "A field that nobody reads."
    yield _trust("root_with_extra_field", why, lambda f: f["roots"][0].update(name="x"))
    why = "The id follows from the key."
    yield _trust("root_under_another_id", why, lambda f: f["roots"][0].update(kid="00" * 32))
    why = "A field that nobody reads."
    yield _trust("known_with_extra_field", why, lambda f: f["known"].update(note="x"))
    yield _trust("origin_that_is_no_text", "A name is a text.", lambda f: f.update(origin=1))
    yield _trust("auditors_no_list", "A list of texts.", lambda f: f.update(auditors="x"))
    why = "A number among texts is not passed over."
    yield _trust("number_among_auditors", why, lambda f: f["auditors"].append(1))


def _policies() -> Iterator[Vector]:
    lines = json.loads(trust().to_bytes())["tlog_policy"]
    witnesses = lines[:4]

    def policy(name: str, why: str, *more: str) -> Vector:
        made = [*witnesses, *more]
        return _trust(f"policy_{name}", why, lambda f: f.update(tlog_policy=made), "C503")

    chain = [f"group g{n} any {f'g{n - 1}' if n else 'w1'}" for n in range(125)]
    yield policy("of_130_lines", "At most 128 lines.", *chain, "quorum g124")
    yield policy("counts_a_member_twice", "Once each.", "group q 2 w1 w1", "quorum q")
    yield policy("of_a_stranger", "Defined above.", "group q 1 w1 w7", "quorum q")
    why = "In two groups a witness would count twice."
    two = ("group a 1 w1 w2", "group b 1 w1 w3", "group q 2 a b", "quorum q")
    yield policy("counts_in_two_groups", why, *two)
    yield policy("asks_a_stranger", "Defined above.", "quorum q")
    yield policy("names_a_group_none", "A word with a meaning.", "group none 1 w1", "quorum w1")
    yield policy("names_a_group_as_a_witness", "One name, one thing.", "group w1 1 w2", "quorum w1")
    yield policy(
        "asks_for_five_of_four", "Nobody could meet it.", "group q 5 w1 w2 w3 w4", "quorum q"
    )
    yield policy("asks_for_none_of_them", "At least one.", "group q 0 w1 w2", "quorum q")
    for word in ("all", "any"):
        fields = json.loads(trust().to_bytes())
        fields["tlog_policy"] = [*witnesses, f"group q {word} w1 w2", "quorum q"]
        made = canonical_bytes(fields)
        why = f"A threshold of {word}."
        expect = {"origin": ORIGIN, "fingerprint": sha256(made).hex()}
        yield raw("trust", f"policy_of_{word}", why, "trust.json", made, **expect)
