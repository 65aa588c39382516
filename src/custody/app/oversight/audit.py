"""Audit the whole ledger: recompute everything from the events and compare.

    A1  the file itself: rows, tree nodes, stream map against the events
    A2  every entry's form and signature
    A3  who was allowed to sign, at each event's index
    A4  order: streams without gap or fork, every decision on the latest facts
    A5  seals and checkpoints, also those published outside of the file
    A6  states and rules, asked again
    A7  read models against a rebuild
    A8  private values that an event has erased (where there is a vault; see `erased`)

Nothing is repaired; what differs is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from custody import contract
from custody.app.judgement.histories import Histories, decode
from custody.app.judgement.judging import judge
from custody.app.ledger import Ledger
from custody.errors import CustodyError, EvidenceError, StorageError
from custody.evidence.authority import Authority
from custody.evidence.checkpoint import Checkpoint, parse_checkpoint
from custody.evidence.closure import ALIAS_CLAIMED
from custody.evidence.cosigning import signed_by
from custody.evidence.ed25519 import verify_ed25519
from custody.evidence.encoding import ZERO, b64
from custody.evidence.entry import Entry, pae
from custody.evidence.findings import Finding
from custody.evidence.grants import answered
from custody.evidence.headmap import DictNodes, Head, apply
from custody.evidence.names import alias_stream
from custody.evidence.note import SignedNote, VerifierKey
from custody.evidence.payload import Payload, seconds_of
from custody.evidence.seal import Seal
from custody.evidence.signatures import granted_keys

STEPS = {
    "A1": "file",
    "A2": "entries and signatures",
    "A3": "authority",
    "A4": "order and read sets",
    "A5": "seals and checkpoints",
    "A6": "states and rules",
    "A7": "read models",
    "A8": "erased values",
}
# More than this is a pattern, not a list to read.
MOST = 200

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What an audit found; empty findings mean that everything holds.

    `as_of` is the Unix second of the last seal, None without one: nothing later is pinned yet.
    """

    findings: tuple[Finding, ...]
    events: int
    seals: int
    checkpoints: int
    streams: int
    as_of: int | None = None

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return not self.findings


def audit(
    ledger: Ledger,
    published: Iterable[bytes] = (),
    progress: Progress | None = None,
    *,
    since: int = 0,
    derived: bool = True,
) -> AuditReport:
    """Audit `ledger`; `published` are checkpoint notes kept outside of its file.

    Args:
        since: entries below this index were audited before and are known to be the same: they are
            replayed, and neither their signatures nor their rules are asked again, only whether
            their signers are still believed.
        derived: compare the read models, too; a copy for an auditor has none.

    Raises:
        StorageError: the file cannot be read at all, or the disk takes no read models to compare
            while all else holds.
    """
    with ledger.log.reading():
        run = _Run(ledger, since)
        for stored in ledger.log.check():
            run.found("A1", "E08", stored.where, stored.detail)
        size = ledger.log.size()
        kept: list[bytes] = []
        steps: tuple[Callable[[], None], ...] = (
            lambda: run.replay(size, progress),
            lambda: kept.extend(text for _, text in ledger.log.checkpoints()),
            lambda: run.checkpoints(kept, "kept"),
            lambda: run.checkpoints(list(published), "published"),
        )
        for step in steps:
            try:
                step()
            except (EvidenceError, StorageError) as broken:
                # Rows that were altered, cut or taken out: the rest cannot be read in order.
                run.stopped("A1", broken)
    try:
        for row in ledger.models.rebuild_differs() if derived else ():
            run.found("A7", "E25", row, "differs from a rebuild; delete the read models file")
    except CustodyError as broken:
        run.stopped("A7", broken)
    as_of = run.last_seal.time if run.last_seal else None
    found = tuple(run.findings[:MOST])
    return AuditReport(found, run.events, run.seals, len(kept), len(run.heads), as_of)


class _Run:
    def __init__(self, ledger: Ledger, since: int) -> None:
        self.ledger = ledger
        self.since = since
        self.findings: list[Finding] = []
        self.heads: dict[str, Head] = {}
        self.map = DictNodes()
        self.changed: dict[str, Head] = {}
        self.events = self.seals = 0
        self.last_seal: Seal | None = None
        self.claims: dict[str, str] = {}  # alias stream → the stream its claim names
        self.numbered: dict[str, str] = {}  # alias stream → the stream that bears the number
        self.times: dict[str, str] = {}  # stream → time of its last event
        self.latest = ""  # time of the latest event since the last seal
        self.law = Authority.under(ledger.trust)
        self.publics: dict[str, bytes] = {}  # every key granted so far, whether or not it counts
        self.histories = Histories(ledger.read, self.law.person_of)

    def found(self, step: str, code: str, where: str, detail: str) -> None:
        self.findings.append(Finding(step, code, where, detail))

    def stopped(self, step: str, broken: CustodyError) -> None:
        """Note why a step could not go on; a disk that is in the way is no finding by itself."""
        if isinstance(broken, StorageError) and not self.findings:
            raise broken
        self.found(step, broken.code, broken.where, broken.render("en").why)

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
        self.claimed()

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
        known = index < self.since
        # Asked again of what was audited before, too: a revocation since then reaches back.
        judged = self.law.judge(index, entry)
        keys, unfit = granted_keys([(index, entry)], {})
        for finding in (*unfit, *judged):
            self.found("A3", finding.code, where, finding.detail)
        if not known:
            self.signatures(where, entry)
        self.publics |= keys
        if not judged:
            self.law.apply(index, entry)
        self.clocks(where, payload)
        self.numbers(where, payload)
        self.order(where, index, entry)
        if not known:
            self.rules(index, entry)

    def signatures(self, where: str, entry: Entry) -> None:
        message = pae(entry.payload_bytes)
        for kid, signature in entry.signatures:
            # Whether a key may sign is asked elsewhere; here only whether it did.
            public = self.law.public_key(kid) or self.publics.get(kid)
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

    def clocks(self, where: str, payload: Payload) -> None:
        """Times of signing follow the order of the log, as far as honest clocks agree."""
        time, skew = payload.time, self.ledger.trust.max_skew
        if time < self.times.get(payload.stream, ""):
            self.found("A4", "E24", where, "was signed at an earlier time than the one before it")
        for link in payload.links:
            rested = self.times.get(link.stream, "")
            if rested > time and seconds_of(rested) > seconds_of(time) + skew:
                self.found("A4", "E24", where, f"was signed before what it rests on: {link.stream}")
        self.times[payload.stream] = max(time, self.times.get(payload.stream, ""))
        self.latest = max(time, self.latest)

    def numbers(self, where: str, payload: Payload) -> None:
        """A business number names one item, and has its claim."""
        if payload.type == ALIAS_CLAIMED and payload.links:
            self.claims.setdefault(payload.stream, payload.links[0].stream)
        for name, scheme in contract.alias_fields(payload.type).items():
            number = payload.body.get(name)
            if isinstance(number, str):
                alias = alias_stream(scheme, number)
                if self.numbered.setdefault(alias, payload.stream) != payload.stream:
                    self.found("A4", "E18", where, f"number {number} belongs to another item")

    def claimed(self) -> None:
        for alias, stream in self.numbered.items():
            if self.claims.get(alias) != stream:
                self.found("A4", "E18", stream, "its business number is not claimed for it")

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
        if self.latest and seconds_of(self.latest) > seal.time + self.ledger.trust.max_skew:
            self.found("A5", "E24", where, "an event below it was signed later than it")
        self.latest = ""
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
            for key in self._unsigned(checkpoint, note):
                self.found("A5", "E04", where, f"a ledger key ({key.type}) did not sign it")
            if checkpoint.size > size:
                detail = f"covers {checkpoint.size} entries; the ledger has only {size}"
                self.found("A5", "E06", where, detail)
            elif self.ledger.log.root(checkpoint.size) != checkpoint.root:
                self.found("A5", "E07", where, "the ledger's entries do not have this root")

    def _unsigned(self, checkpoint: Checkpoint, note: SignedNote) -> list[VerifierKey]:
        """Return the ledger keys that did not sign; a pair that was in force before counts too."""
        missing: list[VerifierKey] = []
        for file in self.ledger.trust.chain:
            missing = [k for k in file.log_keys if signed_by(k, checkpoint, note) is None]
            if not missing:
                break
        return missing


def _reaches_back(wire: bytes) -> bool:
    """Whether an entry can concern events before it; the payload is base64, so look inside."""
    payload = Entry.parse(wire).payload
    return payload.type.startswith("key.") or answered(payload) is not None
