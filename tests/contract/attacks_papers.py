"""Attacks on what travels beside the events: disclosed values and documents (86 to 88)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from contract.attacks_case import Attack, edited, exported, tiny_sealed, vectors_of
from contract.attacks_grants import GOOD
from contract.attacks_story import read_again, told_in
from contract.vector_cases import Vector
from contract.vector_ledger import BY_REGISTRAR, VectorLedger, attachment
from contract.vector_story import CONSIGNEE, LOGGER_FILE, names_of_signers, story
from custody.evidence.disclosure import commit
from custody.evidence.encoding import b64
from evidence.cast import STRANGER

SHIPMENT: Final = "SHP-2026-007"
PAGE: Final = b"<!doctype html><title>verified: genuine</title>"


def vectors() -> Iterator[Vector]:
    """Yield the vectors of this file."""
    yield from vectors_of(*GROUPS)


def _shown(private: dict[str, str]) -> tuple[VectorLedger, list[str]]:
    """Return a story with one more logger reading that commits to private values."""
    ledger = story()
    strings = [
        commit(name, value, bytes([n]) * 32) for n, (name, value) in enumerate(private.items())
    ]
    read_again(ledger, sd=tuple(sorted(digest for _, digest in strings)))
    ledger.seal()
    return ledger, [string for string, _ in strings]


def _one_more_key(digests: tuple[str, ...]) -> VectorLedger:
    """Return a story in which one more person, whose key commits to `digests`, reads the logger."""
    ledger = story()
    at, sd = {"occurred_at": ledger.local()}, tuple(sorted(digests))
    body = {**at, **GOOD, "person": STRANGER.person, "roles": ["receiver"]}
    ledger.append(STRANGER.stream, "key.granted/v1", BY_REGISTRAR, body=body, sd=sd)
    at = {"occurred_at": ledger.local()}
    ledger.append(STRANGER.stream, "key.accepted/v1", [(STRANGER, "approved", "holder")], body=at)
    read_again(ledger, STRANGER)
    ledger.seal()
    return ledger


def disclosures() -> Iterator[Attack]:
    for name, en, zh, private, published in (
        (
            "86_value_that_hides_a_field",
            "A disclosed value has the name of a field of the event, and says something else.",
            "所披露的值与事件字段同名而内容不同。",
            {"maximum": "-192.0"},
            False,
        ),
        (
            "86_value_of_no_such_name",
            "A disclosed value has a name that this type of event cannot hide.",
            "所披露的值的名称不属于该类事件。",
            {"printed_name": "Quality Example"},
            True,
        ),
    ):
        ledger, strings = _shown(private)
        leaf = b64(ledger.events(ledger.stream(SHIPMENT))[-1][1].leaf)
        whole = ledger.export(disclosures={leaf: strings})
        yield told_in(name, en, zh, whole, "E28", step="V8", number="86", published=published)
    strings = [commit("printed_name", name, bytes([n]) * 32) for n, name in enumerate("AB")]
    ledger = _one_more_key(tuple(digest for _, digest in strings))
    leaf = b64(ledger.events(STRANGER.stream)[0][1].leaf)
    yield told_in(
        "86_two_names_for_one_key",
        "A key was granted with two printed names, and both are shown.",
        "一把密钥登记了两个签名人姓名，且均被披露。",
        ledger.export(disclosures={leaf: sorted(string for string, _ in strings)}),
        "E28",
        step="V8",
        number="86",
    )
    donor = story().events(CONSIGNEE.stream)[0][1].payload.sd
    yield told_in(
        "86_commitment_used_twice",
        "Two events commit to the very same hidden value, so that showing one shows the other.",
        "两条事件承诺同一隐藏值，披露其一即披露另一。",
        _one_more_key(donor).export(),
        "E28",
        step="V8",
        number="86",
    )
    ledger = story()
    ledger.seal()
    shown = names_of_signers(ledger)
    leaf = min(shown)
    foreign = {"d": shown[leaf], "leaf": b64(bytes(32))}
    stray = edited(
        ledger.export(disclosures=shown),
        lambda f: f.update(disclosures=[foreign]),
    )
    yield Attack(
        "86_value_of_an_event_elsewhere",
        "86",
        "A value is disclosed of an event that is not in the bundle.",
        "披露的值属于证据包之外的事件。",
        stray,
        "V8",
        "E28",
    )
    row = {"d": shown[leaf] * 2, "leaf": leaf}
    twice = edited(exported(tiny_sealed()), lambda f: f.update(disclosures=[row]))
    yield Attack(
        "86_value_shown_twice",
        "86",
        "One disclosure stands twice.",
        "同一披露出现两次。",
        twice,
        "V1",
        "E01",
    )


def papers() -> Iterator[Attack]:
    ledger = story()
    ledger.seal()
    listed = attachment(LOGGER_FILE)
    whole = ledger.export(attachments=[listed])
    yield told_in(
        "87_document_swapped",
        "Another file lies where the document should be. It may be a changed copy or a stray "
        "one, so nobody can tell.",
        "文件被另一文件替换；可能是改动的副本，也可能是无关文件，无法判断。",
        whole,
        "E29",
        step="V8",
        number="87",
        open=True,
        attachments={"0001.bin": LOGGER_FILE.replace(b"-188.4", b"-198.4")},
    )
    yield told_in(
        "87_document_of_another_size",
        "The bundle gives a document another size than the record does.",
        "证据包所列文件大小与记录不同。",
        replace(whole, attachments=(replace(listed, size=listed.size + 1),)),
        "E29",
        step="V8",
        number="87",
    )
    yield told_in(
        "87_document_of_another_kind",
        "The bundle lists a table of readings as a web page.",
        "证据包把读数表列为网页。",
        replace(whole, attachments=(replace(listed, media="text/html"),)),
        "E29",
        step="V8",
        number="87",
        published=False,
    )
    own = attachment(PAGE, "text/html")
    yield told_in(
        "d85_verifier_in_the_bundle",
        "The sender ships a page along that says “genuine”: no record speaks of it.",
        "发送方随附一张显示“真实完整”的网页：没有任何记录提及它。",
        ledger.export(attachments=[own]),
        "E29",
        step="V8",
        attachments={"verifier.html": PAGE},
    )
    script = edited(whole, lambda f: f["attachments"][0].update(media="javascript:alert(1)"))
    yield Attack(
        "88_script_for_a_media_type",
        "88",
        "The kind of a document is a script.",
        "文件类型写成脚本。",
        script,
        "V1",
        "E01",
        published=False,
    )


GROUPS: Final = (disclosures, papers)
