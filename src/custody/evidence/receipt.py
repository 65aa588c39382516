"""Receipts: a signer's own proof that an event is in the ledger, in the C2SP tlog-proof format.

A text: the index of the entry, its inclusion path, and the checkpoint with every signature it had.
The entry itself travels as the format's `extra` data, so that a receipt needs nothing beside it but
a trust file; `extra` is not authenticated by the format, the inclusion path is what binds it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from custody.errors import EvidenceError
from custody.evidence.encoding import HASH, b64, decimal, malformed, unb64, undecimal
from custody.evidence.entry import Entry
from custody.evidence.findings import Finding, Verdict, overall
from custody.evidence.merkle import leaf_hash, verify_inclusion
from custody.evidence.note import LIMIT as NOTE_LIMIT
from custody.evidence.verify_log import check_log

if TYPE_CHECKING:
    from collections.abc import Mapping

    from custody.evidence.trust import TrustRoot

TITLE: Final = "c2sp.org/tlog-proof@v1"
MAX_PATH: Final = 64
LIMIT: Final = NOTE_LIMIT + 96 * 1024
"""Most bytes of a receipt: a note, an entry in base64 and a path."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A proof that `entry` is leaf `index` of the log whose signed note is `checkpoint`.

    `entry` is empty in a proof made elsewhere that does not carry what it is about.
    """

    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes
    entry: bytes = b""

    def to_bytes(self) -> bytes:
        """Return the receipt as a file."""
        extra = [f"extra {b64(self.entry)}"] if self.entry else []
        lines = [TITLE, *extra, f"index {decimal(self.index)}", *map(b64, self.path), ""]
        return "".join(line + "\n" for line in lines).encode("ascii") + self.checkpoint

    @classmethod
    def parse(cls, raw: bytes) -> Receipt:
        """Return the receipt behind `raw`; EvidenceError C401 unless it is in its one spelling.

        Nothing is verified.
        """
        if len(raw) > LIMIT:
            raise malformed("receipt", f"it is longer than {LIMIT} bytes")
        head, gap, checkpoint = raw.partition(b"\n\n")
        try:
            lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError:
            raise malformed("receipt", "its proof holds bytes outside ASCII") from None
        if lines.pop(0) != TITLE or not gap:
            raise malformed("receipt", "it is not a proof in the tlog-proof format, version 1")
        entry = b""
        if lines and lines[0].startswith("extra "):
            entry = unb64(lines.pop(0).removeprefix("extra "))
        if not lines or not lines[0].startswith("index "):
            raise malformed("receipt", "it does not say at which index the entry stands")
        index = undecimal(lines.pop(0).removeprefix("index "))
        if len(lines) > MAX_PATH:
            raise malformed("receipt", f"its path is longer than {MAX_PATH}")
        return cls(index, tuple(unb64(line, HASH) for line in lines), checkpoint, entry)


@dataclass(frozen=True, slots=True)
class LoneCheckpoint:
    """A checkpoint shown by itself, without seal or consistency proofs, for step V2."""

    checkpoint: bytes
    seal: bytes = b""
    consistency: Mapping[int, tuple[bytes, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReceiptReport:
    """What a receipt proves.

    Attributes:
        verdict: genuine: the entry is in the ledger the trust file means.
        index, size: of the entry; of the log at the checkpoint. None when V1 failed.
        entry: the event, None when it could not be read or the leaf is a seal.
        times: who signed the checkpoint with a time -> Unix seconds.
        witnesses, auditors: those of the trust file whose signatures hold.
    """

    verdict: Verdict
    findings: tuple[Finding, ...]
    trust: str
    origin: str
    index: int | None = None
    size: int | None = None
    entry: Entry | None = None
    times: Mapping[str, int] = field(default_factory=dict)
    witnesses: tuple[str, ...] = ()
    auditors: tuple[str, ...] = ()
    single_operator: bool = False


def check_receipt(
    raw: bytes,
    trust: TrustRoot,
    now: int,
    *,
    memory: tuple[int, bytes] | None = None,
    pin: str | None = None,
) -> ReceiptReport:
    """Verify a receipt; never raises because of `raw`. Its age plays no part.

    A receipt does not say that the signatures in the entry hold, nor what came after: the keys of
    people are in the ledger, and a bundle shows them.

    Args:
        now: Unix seconds of the verifier's clock; no signature may lie beyond it.
        memory: largest ``(size, root)`` of this ledger this verifier has seen.
        pin: hex SHA-256 the trust file must have.
    """
    try:
        receipt = Receipt.parse(raw)
    except EvidenceError as error:
        found = Finding("V1", "E01", "receipt", str(error.params.get("detail", "")))
        return _report(trust, [found])
    view = check_log(LoneCheckpoint(receipt.checkpoint), trust, now, pin=pin)
    findings = view.findings
    if view.checkpoint is None:
        return _report(trust, findings, index=receipt.index)
    size, root = view.checkpoint.size, view.checkpoint.root
    for who, time in view.times.items():
        if time > now + trust.max_skew:
            detail = f"the time of {who} lies in the future"
            findings.append(Finding("V2", "E10", "checkpoint", detail))
    if memory is not None and memory[0] == size and memory[1] != root:
        detail = "an earlier check knows another ledger of this size"
        findings.append(Finding("V2", "E07", "checkpoint", detail))
    where = f"event {receipt.index}"
    entry = None
    if not receipt.entry:
        detail = "it does not carry the entry it is about"
        findings.append(Finding("V3", "E11", where, detail, Verdict.CANNOT_TELL))
    else:
        leaf = leaf_hash(receipt.entry)
        if not verify_inclusion(leaf, receipt.index, size, receipt.path, root):
            detail = "it is not at this place in the ledger the checkpoint signs"
            findings.append(Finding("V3", "E14", where, detail))
        try:
            entry = Entry.parse(receipt.entry)
        except EvidenceError as error:
            findings.append(Finding("V3", "E11", where, str(error.params.get("detail", ""))))
    if entry is not None and entry.payload.log != trust.origin:
        detail = f"it was signed for {entry.payload.log}"
        findings.append(Finding("V3", "E13", where, detail))
    return _report(
        trust,
        findings,
        index=receipt.index,
        size=size,
        entry=entry,
        times=view.times,
        witnesses=view.witnesses,
        auditors=view.auditors,
    )


def _report(trust: TrustRoot, findings: list[Finding], **facts: object) -> ReceiptReport:
    return ReceiptReport(
        overall(findings),
        tuple(findings),
        trust.fingerprint,
        trust.origin,
        single_operator=trust.policy.single_operator,
        **facts,  # type: ignore[arg-type]
    )
