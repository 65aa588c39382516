"""Vectors of checkpoints: signed notes with three lines and the signatures on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from contract.vector_cases import Vector, pretty
from contract.vector_ledger import mldsa44, signed_mldsa44
from contract.vectors_formats import ORIGIN
from contract.vectors_log import LEAVES
from custody.evidence import merkle, note
from custody.evidence.checkpoint import Checkpoint, cosign_ed25519, sign_ed25519
from custody.evidence.encoding import b64
from custody.evidence.note import COSIGNATURE, ED25519, MLDSA44, Signature, SignedNote, VerifierKey
from evidence.cast import _private


def vectors() -> Iterator[Vector]:
    """Yield the vectors of this file."""
    log, pq = (
        VerifierKey(ORIGIN, ED25519, _public(0x33)),
        VerifierKey(ORIGIN, MLDSA44, mldsa44(0x44)[0]),
    )
    witness = VerifierKey("witness.example/w1", COSIGNATURE, _public(0x55))
    keys = [log, pq, witness]
    head = Checkpoint(ORIGIN, 3, merkle.root_of(LEAVES))
    lines = (
        sign_ed25519(_private(0x33), ORIGIN, head),
        signed_mldsa44(0x44, ORIGIN, head, 1_795_000_000),
        cosign_ed25519(_private(0x55), "witness.example/w1", head, 1_795_000_010),
    )
    body = head.body().decode()
    usual = note.encode(SignedNote(body, lines))
    times = {
        f"{k.name}+{k.keyid.hex()}": t
        for k, t in zip(keys, (0, 1_795_000_000, 1_795_000_010), strict=True)
    }

    def made(
        name: str, why: str, content: bytes, code: str = "", names: Sequence[VerifierKey] = keys
    ) -> Vector:
        expect: dict[str, Any] = {"ok": False, "code": code}
        if not code:
            chosen = {f"{k.name}+{k.keyid.hex()}" for k in names}
            expect = {
                "ok": True,
                "origin": ORIGIN,
                "size": 3,
                "root": b64(head.root),
                "times": {k: t for k, t in times.items() if k in chosen},
            }
        files = {"checkpoint.txt": content, "keys.json": pretty([k.text() for k in names])}
        return Vector("checkpoint", f"{name}_fail" if code else name, why, files, expect)

    grease = Signature("grease.example", b"\1\2\3\4", b"not a signature")
    yield made(
        "three_lines",
        "Ledger twice, one witness. The ML-DSA-44 signature is the deterministic variant.",
        usual,
    )
    yield made(
        "unknown_line_first",
        "Lines by unknown keys are skipped.",
        note.encode(SignedNote(body, (grease, *lines))),
    )
    both = VerifierKey("witness.example/w1", MLDSA44, mldsa44(0x55)[0])
    second = signed_mldsa44(0x55, "witness.example/w1", head, 1_795_000_010)
    times[f"{both.name}+{both.keyid.hex()}"] = 1_795_000_010
    yield made(
        "witness_with_both_kinds_of_key",
        "A witness may sign with Ed25519 and with ML-DSA-44; each key has its own line.",
        note.encode(SignedNote(body, (*lines, second))),
        names=[*keys, both],
    )
    stranger = VerifierKey("witness.example/w2", MLDSA44, both.public)
    renamed = Signature(stranger.name, stranger.keyid, second.blob)
    yield made(
        "post_quantum_line_of_another_witness",
        "The ML-DSA-44 statement names who makes it: the line of one witness holds for no other.",
        note.encode(SignedNote(body, (*lines, renamed))),
        "E04",
        names=[*keys, stranger],
    )
    untimed = Signature(log.name, log.keyid, lines[2].blob[8:])
    yield made(
        "co_signature_as_a_signature_of_the_ledger",
        "What a witness signs is another text than what the ledger signs.",
        note.encode(SignedNote(body, (untimed, *lines[1:]))),
        "E04",
    )
    yield made("ledger_only", "Only the ledger's lines are asked for.", usual, names=keys[:2])
    yield made(
        "post_quantum_line_stripped",
        "One of the two ledger signatures alone is a downgrade.",
        note.encode(SignedNote(body, (lines[0], lines[2]))),
        "E04",
    )
    yield made(
        "classical_line_stripped",
        "The other one alone, too.",
        note.encode(SignedNote(body, lines[1:])),
        "E04",
    )
    false = Signature(
        lines[0].name, lines[0].keyid, bytes([lines[0].blob[0] ^ 1]) + lines[0].blob[1:]
    )
    yield made(
        "false_signature",
        "One bit of the ledger's signature.",
        note.encode(SignedNote(body, (false, *lines[1:]))),
        "E04",
    )
    later = Signature(
        lines[2].name, lines[2].keyid, (1_795_009_999).to_bytes(8) + lines[2].blob[8:]
    )
    yield made(
        "time_of_witness_changed",
        "The time is signed, too.",
        note.encode(SignedNote(body, (*lines[:2], later))),
        "E04",
    )
    timeless = Signature(lines[1].name, lines[1].keyid, bytes(8) + lines[1].blob[8:])
    yield made(
        "time_of_nought",
        "A statement without a time is about a part of the log.",
        note.encode(SignedNote(body, (lines[0], timeless, lines[2]))),
        "E04",
    )
    yield made(
        "same_key_twice",
        "One key signs once.",
        note.encode(SignedNote(body, (*lines, lines[2]))),
        "E03",
    )
    other = Checkpoint(ORIGIN, 4, head.root).body().decode()
    yield made(
        "other_size",
        "Signatures of another checkpoint.",
        note.encode(SignedNote(other, lines)),
        "E04",
    )
    for name, why, old, new in (
        (
            "extension_line",
            "Not every signature would cover it.",
            f"{b64(head.root)}\n",
            f"{b64(head.root)}\nmore\n",
        ),
        ("leading_nought", "Decimals have one spelling.", "\n3\n", "\n03\n"),
        ("size_not_decimal", "Decimals only.", "\n3\n", "\n0x3\n"),
        ("size_too_large", "Beyond 2^53-1.", "\n3\n", "\n9007199254740992\n"),
        ("empty_log_with_a_root", "A log without leaves has another root.", "\n3\n", "\n0\n"),
        ("carriage_return", "Lines end with a line feed.", f"{ORIGIN}\n", f"{ORIGIN}\r\n"),
        ("text_after_signatures", "Nothing follows the signature lines.", "", "more"),
        ("second_empty_line", "Text after the split would not be signed.", "\n\n", "\n\nmore\n\n"),
    ):
        text = usual.decode()
        changed = text.replace(old, new, 1) if old else text + new
        yield made(name, why, changed.encode(), "C401")
    many = note.encode(SignedNote(body, (*lines, *[grease] * 29)))
    yield made(
        "too_many_lines",
        "At most 32 signature lines.",
        many.replace(b"\n\xe2", b"\n" + _line(grease) + b"\xe2", 1),
        "C401",
    )


def _line(signature: Signature) -> bytes:
    return f"\u2014 {signature.name} {b64(signature.keyid + signature.blob)}\n".encode()


def _public(seed: int) -> bytes:
    return _private(seed).public_key().public_bytes_raw()
