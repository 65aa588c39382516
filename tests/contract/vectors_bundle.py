"""Vectors of bundles: genuine ones, broken files, checkpoints that do not hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from contract.bundle_cases import Case, bundle, edited, made, short_sealed, told
from contract.vector_cases import Vector
from contract.vector_ledger import VectorLedger, attachment, trust
from contract.vector_story import LOGGER_FILE, names_of_signers
from custody.evidence.bundle import Bundle
from custody.evidence.note import SignedNote, parse
from custody.evidence.note import encode as encode_note


def vectors() -> Iterator[Vector]:
    """Yield the vectors of this file."""
    yield from made(genuine, files, checkpoints)


def genuine() -> Iterator[Case]:
    ledger = told()
    plain = ledger.export()
    day = 86_400
    yield Case("genuine", "The whole story, nothing disclosed.", plain)
    shown = ledger.export(disclosures=names_of_signers(ledger))
    yield Case("genuine_with_disclosures", "The names of the signers are shown.", shown)
    listed = ledger.export(attachments=[attachment(LOGGER_FILE)])
    yield Case(
        "genuine_with_document",
        "A document travels beside it under another name and is matched by its hash.",
        listed,
        attachments={"0001.bin": LOGGER_FILE},
    )
    noted = ledger.export(checkpoint=ledger.note(grease=True, auditor=True))
    why = "A line by an unknown key comes first, and an auditor signed."
    yield Case("genuine_with_unknown_line", why, noted)
    old = ledger.clock + 3_650 * day
    yield Case("old_record", "Ten years later, looked at on purpose.", plain, at=old, archive=True)
    old = ledger.clock + 4 * day
    yield Case("stale", "Four days old; three are allowed.", plain, "E09", "V2", open=True, at=old)
    early = ledger.clock - day
    why = "The checkpoint lies in the verifier's future."
    yield Case("from_the_future", why, plain, "E10", "V2", open=True, at=early)


def files() -> Iterator[Case]:
    whole = bundle(short_sealed())
    raw = whole.to_bytes()

    def changed(name: str, why: str, content: bytes, *, open: bool = False) -> Case:  # noqa: A002
        return Case(name, why, content, "E01", "V1", open=open)

    version = raw.replace(b"custody-bundle/v1", b"custody-bundle/v2")
    yield changed("later_format", "A version this verifier cannot know.", version, open=True)
    yield changed("no_bytes", "An empty file.", b"")
    yield changed("half_a_file", "Cut off on the way.", raw[: len(raw) // 2])
    yield changed("line_feed_at_end", "Canonical to the last byte.", raw + b"\n")
    yield changed("nesting_bomb", "Depth must not exhaust a stack.", b"[" * 100_000)
    twice = raw.replace(b'"shipment":', b'"shipment":"x","shipment":', 1)
    yield changed("key_twice", "Parsers disagree about which counts.", twice)
    more = edited(whole, lambda f: f.update(verifier="page.html"))
    yield changed("extra_field", "A bundle brings no verifier.", more)
    again = edited(whole, lambda f: f["events"].insert(0, f["events"][0]))
    yield changed("event_twice", "Each event once.", again)


def checkpoints() -> Iterator[Case]:
    ledger = short_sealed()
    whole = bundle(ledger)

    def with_note(name: str, why: str, note: bytes, code: str, *, open: bool = False) -> Case:  # noqa: A002
        return Case(name, why, replace(whole, checkpoint=note), code, "V2", open=open)

    text = ledger.note()
    yield with_note(
        "post_quantum_line_stripped",
        "One ledger signature alone is a downgrade.",
        ledger.note(log=("ed25519",)),
        "E04",
    )
    yield with_note(
        "classical_line_stripped", "The other alone, too.", ledger.note(log=("mldsa44",)), "E04"
    )
    yield with_note(
        "no_ledger_line",
        "No line by a key that the trust file knows.",
        ledger.note(log=()),
        "E04",
        open=True,
    )
    yield with_note(
        "false_ledger_line", "One bit of the ledger's signature.", _flipped(text, 0), "E04"
    )
    yield with_note(
        "false_witness_line", "One bit of a witness's signature.", _flipped(text, 2), "E05"
    )
    yield with_note(
        "too_few_witnesses",
        "Two of four; three are needed.",
        ledger.note(witnesses=("w1", "w4")),
        "E05",
        open=True,
    )
    note = parse(text)
    yield with_note(
        "witness_twice",
        "One key signs once.",
        encode_note(SignedNote(note.text, (*note.signatures, note.signatures[-1]))),
        "E03",
    )
    yield with_note(
        "extension_line", "Three lines, no more.", text.replace(b"\n\n", b"\nmore\n\n", 1), "E03"
    )
    elsewhere = trust(origin="custody.example/site-2", log_keys=_renamed("custody.example/site-2"))
    yield Case(
        "ledger_of_another",
        "The trust file is for another ledger.",
        whole,
        "E03",
        "V2",
        open=True,
        trust=elsewhere,
    )
    yield from _histories(ledger, whole)


def _histories(ledger: VectorLedger, whole: Bundle) -> Iterator[Case]:
    size = len(ledger.leaves)
    earlier, later = size - 6, size + 6
    seen = {"trust": trust(known=(later, b"\x01" * 32))}
    yield Case(
        "older_than_known",
        "The trust file knows a later state of this ledger.",
        whole,
        "E06",
        "V2",
        open=True,
        **seen,
    )
    seen = {"trust": trust(known=(earlier, ledger.root(earlier)))}
    yield Case(
        "growth_not_proved",
        "No proof that it continues the state known.",
        whole,
        "E06",
        "V2",
        open=True,
        **seen,
    )
    forged = replace(whole, consistency={earlier: (b"\x01" * 32, b"\x02" * 32)})
    yield Case("growth_forged", "A proof that does not hold.", forged, "E06", "V2", **seen)
    seen = {"trust": trust(known=(size, b"\x01" * 32))}
    yield Case(
        "fork", "The trust file knows another ledger of this size.", whole, "E07", "V2", **seen
    )
    whole = told()
    size = len(whole.leaves) - 20
    grown = whole.export(consistency_from=[size])
    known = trust(known=(size, whole.root(size)))
    yield Case(
        "grown_since_known", "It continues the state known, and proves it.", grown, trust=known
    )


def _flipped(text: bytes, line: int) -> bytes:
    note = parse(text)
    lines = list(note.signatures)
    blob = lines[line].blob
    lines[line] = replace(lines[line], blob=blob[:-1] + bytes([blob[-1] ^ 1]))
    return encode_note(SignedNote(note.text, tuple(lines)))


def _renamed(origin: str) -> Any:
    first, second = trust().log_keys
    return (replace(first, name=origin), replace(second, name=origin))
