"""Audit the whole ledger: recompute everything from the events and compare.

    A1  the file itself: rows, tree nodes, stream map against the events
    A2  every entry's form and signature
    A3  who was allowed to sign, at each event's index
    A4  order: streams without gap or fork, every decision on the latest facts
    A5  seals and checkpoints, also those published outside of the file
    A6  states and rules, asked again
    A7  read models against a rebuild

Nothing is repaired; what differs is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from custody.app.histories import Histories, decode
from custody.app.judging import judge
from custody.app.ledger import Ledger
from custody.errors import CustodyError, EvidenceError
from custody.evidence.authority import Authority, check_key_form
from custody.evidence.checkpoint import parse_checkpoint, verify_line
from custody.evidence.encoding import ZERO, b64
from custody.evidence.entry import Entry, pae, verify_ed25519
from custody.evidence.findings import Finding
from custody.evidence.headmap import DictNodes, Head, apply
from custody.evidence.seal import Seal

STEPS = {
    "A1": "file",
    "A2": "entries and signatures",
    "A3": "authority",
    "A4": "order and read sets",
    "A5": "seals and checkpoints",
    "A6": "states and rules",
    "A7": "read models",
}
# More than this is a pattern, not a list to read.
MOST = 200

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What an audit found; empty findings mean that everything holds."""

    findings: tuple[Finding, ...]
    events: int
    seals: int
    checkpoints: int
    streams: int

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return not self.findings


def audit(
    ledger: Ledger, published: Iterable[bytes] = (), progress: Progress | None = None
) -> AuditReport:
    """Audit `ledger`; `published` are checkpoint notes kept outside of its file.

    Raises:
        StorageError: the file cannot be read at all.
    """
    with ledger.log.reading():
        run = _Run(ledger)
        for stored in ledger.log.check():
            run.found("A1", "E08", stored.where, stored.detail)
        size = ledger.log.size()
        try:
            run.replay(size, progress)
        except EvidenceError as broken:
            # Rows that were altered, cut or taken out: what follows cannot be read in order.
            run.found("A1", broken.code, broken.where, broken.render("en").why)
        kept = [text for _, text in ledger.log.checkpoints()]
        run.checkpoints(kept, "kept")
        run.checkpoints(list(published), "published")
    try:
        for row in ledger.models.rebuild_differs():
            run.found("A7", "E25", row, "differs from a rebuild; delete the read models file")
    except CustodyError as broken:
        run.found("A7", broken.code, broken.where, broken.render("en").why)
    return AuditReport(tuple(run.findings[:MOST]), run.events, run.seals, len(kept), len(run.heads))


class _Run:
    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.findings: list[Finding] = []
        self.heads: dict[str, Head] = {}
        self.map = DictNodes()
        self.changed: dict[str, Head] = {}
        self.events = self.seals = 0
        self.last_seal: Seal | None = None
        self.law = Authority.start(ledger.trust.roots, ledger.trust.root_threshold)
        self.histories = Histories(ledger.read, self.law.person_of)

    def found(self, step: str, code: str, where: str, detail: str) -> None:
        self.findings.append(Finding(step, code, where, detail))

    def replay(self, size: int, progress: Progress | None) -> None:
        log = self.ledger.log
        self.law.collect_distrust(
            (s.index, Entry.parse(s.wire))
            for s in log.scan()
            if s.stream is not None and _reaches_back(s.wire)
        )
        for stored in log.scan():
            if stored.stream is None:
                self.seal(stored.index, stored.wire)
            else:
                self.entry(stored.index, stored.wire)
            if progress is not None and stored.index % 100 == 0:
                progress(stored.index, size)

    def entry(self, index: int, wire: bytes) -> None:
        where = f"event {index}"
        self.events += 1
        try:
            entry = Entry.parse(wire)
        except EvidenceError as malformed:
            self.found("A2", "E11", where, str(malformed.params.get("detail", "")))
            return
        payload = entry.payload
        if payload.log != self.ledger.origin:
            self.found("A2", "E13", where, "was signed for another ledger")
        for finding in (*check_key_form(payload),) if payload.type == "key.granted/v1" else ():
            self.found("A3", finding.code, where, finding.detail)
        judged = self.law.judge(index, entry)
        for finding in judged:
            self.found("A3", finding.code, where, finding.detail)
        if not judged:
            self.law.apply(index, entry)
        self.signatures(where, entry)
        self.order(where, index, entry)
        self.rules(index, entry)

    def signatures(self, where: str, entry: Entry) -> None:
        message = pae(entry.payload_bytes)
        for kid, signature in entry.signatures:
            public = self.law.public_key(kid)
            if public is None or not verify_ed25519(public, signature, message):
                self.found("A2", "E19", where, f"the signature of key {kid[:8]} does not hold")

    def order(self, where: str, index: int, entry: Entry) -> None:
        payload = entry.payload
        known = self.heads.get(payload.stream)
        count, previous = (known.count, b64(known.leaf)) if known else (0, b64(ZERO))
        if (payload.seq, payload.prev) != (count, previous):
            self.found("A4", "E15", where, f"does not continue {payload.stream}")
        for link in payload.links:
            head = self.heads.get(link.stream)
            if head is None or b64(head.leaf) != link.head:
                self.found("A4", "E18", where, f"does not rest on the latest of {link.stream}")
        head = Head(payload.seq + 1, index, entry.leaf)
        self.heads[payload.stream] = self.changed[payload.stream] = head

    def rules(self, index: int, entry: Entry) -> None:
        try:
            event = decode(index, entry, self.law.person_of)
            for judged in judge(self.histories, event):
                self.found("A6", judged.code, f"event {index} ({event.type})", judged.why.en)
        except EvidenceError as unfit:
            self.found("A6", unfit.code, unfit.where, unfit.render("en").why)

    def seal(self, index: int, wire: bytes) -> None:
        where = f"seal {index}"
        self.seals += 1
        try:
            seal = Seal.parse(wire)
        except EvidenceError as malformed:
            self.found("A5", "E08", where, str(malformed.params.get("detail", "")))
            return
        root = apply(self.map, self.changed)
        self.changed = {}
        before = self.last_seal.index if self.last_seal else None
        expected = Seal(self.ledger.origin, index, seal.time, root, len(self.heads), before)
        if seal != expected:
            self.found("A5", "E08", where, "does not state the stream heads of the events before")
        if self.last_seal is not None and seal.time < self.last_seal.time:
            self.found("A5", "E08", where, "its time is before that of the seal before")
        self.last_seal = seal

    def checkpoints(self, texts: Sequence[bytes], origin: str) -> None:
        size = self.ledger.log.size()
        for text in texts:
            try:
                checkpoint, note = parse_checkpoint(text)
            except EvidenceError as malformed:
                detail = str(malformed.params.get("detail", ""))
                self.found("A5", "E03", f"{origin} checkpoint", detail)
                continue
            where = f"{origin} checkpoint {checkpoint.size}"
            if checkpoint.origin != self.ledger.origin:
                self.found("A5", "E03", where, "is of another ledger")
                continue
            for key in self.ledger.trust.log_keys:
                if not any(verify_line(key, checkpoint, s) is not None for s in note.signatures):
                    self.found("A5", "E04", where, f"a ledger key ({key.type}) did not sign it")
            if checkpoint.size > size:
                detail = f"covers {checkpoint.size} entries; the ledger has only {size}"
                self.found("A5", "E06", where, detail)
            elif self.ledger.log.root(checkpoint.size) != checkpoint.root:
                self.found("A5", "E07", where, "the ledger's entries do not have this root")


def _reaches_back(wire: bytes) -> bool:
    """Whether an entry can concern events before it; the payload is base64, so look inside."""
    payload = Entry.parse(wire).payload
    return payload.type.startswith(("key.", "record.reaffirmed"))
