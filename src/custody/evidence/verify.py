"""The numbered verification of a custody bundle, steps V1 to V8.

Bytes, a trust file and a clock go in; a report comes out, whatever the bytes. Reads no file and no
network. The states of V7 and the custody story of V9 need to know what events mean and are added by
the application over the events proved here.

    V1  parse within limits                    V5  signatures
    V2  trust, ledger, checkpoint, age         V6  who may sign, at that index
    V3  seal and inclusion of every event      V7  times
    V4  streams: whole, complete, closed       V8  disclosures and documents
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from custody.errors import EvidenceError
from custody.evidence import canonical, grants
from custody.evidence.authority import Authority
from custody.evidence.bundle import DEFAULT_LIMITS, Bundle, Limits
from custody.evidence.disclosure import check_disclosures
from custody.evidence.documents import check_attachments, referenced
from custody.evidence.ed25519 import Verification
from custody.evidence.encoding import unb64
from custody.evidence.entry import PAYLOAD_TYPE, Entry
from custody.evidence.findings import Finding, Status, Step, Verdict, overall, shorten
from custody.evidence.merkle import Inclusions, leaf_hash, verify_inclusion
from custody.evidence.payload import LIMIT as PAYLOAD_LIMIT
from custody.evidence.payload import Payload
from custody.evidence.root_history import not_announced, wrong_trust
from custody.evidence.seal import Seal
from custody.evidence.signatures import false_signatures, granted_keys, signed_by_known
from custody.evidence.times import check_times
from custody.evidence.timestamps import check_timestamps
from custody.evidence.verify_log import AGE_CODES, check_log
from custody.evidence.verify_streams import check_streams

if TYPE_CHECKING:
    from custody.evidence.canonical import JSON
    from custody.evidence.closure import AliasFields, Placed
    from custody.evidence.timestamps import TimestampCheck
    from custody.evidence.trust import TrustRoot

TITLES = {
    "V1": "file",
    "V2": "ledger and checkpoint",
    "V3": "seal and inclusion",
    "V4": "completeness",
    "V5": "signatures",
    "V6": "authority",
    "V7": "times",
    "V8": "disclosures and documents",
}


@dataclass(frozen=True, slots=True)
class EvidenceReport:
    """What was found, and what is proved.

    Attributes:
        verdict: over V1 to V8. `level`: L4 (complete and authentic), L5 (also audited) or None.
        as_of: Unix seconds of the seal; the report says nothing about later records.
        size, root: the checkpoint, for the verifier's memory; None unless V2 passed (but for age).
        trust: fingerprint of the trust file used.
        single_operator: nobody but the operator vouches for this view of the ledger.
        proved: ``(index, entry)`` in index order, empty unless V1 to V6 passed (age aside).
        disclosures: index -> {name: value}, for disclosures that passed V8.
        shown: index -> (disclosed, withheld) counts of committed digests; decoys count as withheld.
        missing_attachments: SHA-256 of listed documents that were not given to the verifier.
        unchecked_timestamps: RFC 3161 tokens that nobody asked to check; they need the certificate
            of a time-stamp authority. `timestamps`: Unix seconds of those that hold.
    """

    verdict: Verdict
    steps: tuple[Step, ...]
    trust: str
    level: str | None = None
    as_of: int | None = None
    origin: str = ""
    shipment: str = ""
    size: int | None = None
    root: bytes | None = None
    single_operator: bool = False
    witnesses: tuple[str, ...] = ()
    auditors: tuple[str, ...] = ()
    notes: tuple[Finding, ...] = ()
    events: int = 0
    streams: int = 0
    signatures: int = 0
    proved: tuple[Placed, ...] = ()
    bundle: Bundle | None = None
    disclosures: Mapping[int, Mapping[str, JSON]] = field(default_factory=dict)
    shown: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    missing_attachments: tuple[str, ...] = ()
    unchecked_timestamps: int = 0
    timestamps: tuple[int, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, in the order of the steps."""
        return tuple(finding for step in self.steps for finding in step.findings)


class _Steps:
    """The steps so far; a failed step stops the later ones, unless it only concerns age."""

    def __init__(self) -> None:
        self.done: list[Step] = []
        self.stopped = False

    def end(self, step: str, findings: list[Finding]) -> bool:
        """Close a step; True when the next one may run."""
        status = Status.FAILED if findings else Status.PASSED
        self.done.append(Step(step, TITLES[step], status, shorten(findings)))
        if any(finding.code not in AGE_CODES for finding in findings):
            self.stopped = True
        return not self.stopped

    def copy(self) -> _Steps:
        """Return the steps so far, to go on from them in another way."""
        other = _Steps()
        other.done, other.stopped = [*self.done], self.stopped
        return other

    def all(self) -> tuple[Step, ...]:
        """Return every step; those not reached are marked so."""
        done = {step.id for step in self.done}
        rest = [Step(s, t, Status.NOT_RUN) for s, t in TITLES.items() if s not in done]
        return (*self.done, *rest)


def verify_evidence(
    raw: bytes,
    trust: TrustRoot,
    now: int,
    *,
    alias_fields: AliasFields,
    known_types: Callable[[str], bool],
    private_fields: Callable[[str], Collection[str]] | None = None,
    archive: bool = False,
    memory: tuple[int, bytes] | None = None,
    attachments: Mapping[str, bytes] | None = None,
    pin: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
    continued: bool = False,
    timestamps: TimestampCheck | None = None,
    meanwhile: Callable[[EvidenceReport], None] = lambda _: None,
) -> EvidenceReport:
    """Verify a bundle; never raises because of `raw`.

    Args:
        raw: the bundle file.
        now: Unix seconds of the verifier's clock.
        alias_fields: event type -> {body field: alias scheme}.
        known_types: says whether an event type and version is known; an unknown one leaves the
            question open.
        private_fields: event type -> names it may disclose.
        archive: an old record is looked at on purpose: age becomes a note.
        memory: largest ``(size, root)`` of this ledger this verifier has seen.
        attachments: SHA-256 in hex -> content of the documents at hand.
        pin: hex SHA-256 the trust file must have.
        continued: a refresh file is checked beside it; see `check_log`.
        timestamps: checks RFC 3161 tokens against authorities the verifier named; without it they
            are counted and not judged.
        meanwhile: called while the signatures are still being checked, once all else that makes
            events proved is in order, with the report as it will be if they hold. That very report
            is returned then; whatever was made of another is to be dropped.
    """
    steps = _Steps()
    facts: dict[str, object] = {"trust": trust.fingerprint}

    def report() -> EvidenceReport:
        done = steps.all()
        verdict = overall(finding for step in done for finding in step.findings)
        return EvidenceReport(verdict=verdict, steps=done, **facts)  # type: ignore[arg-type]

    # V1  parse within limits
    bundle, found = _parse(raw, limits)
    if not steps.end("V1", found) or bundle is None:
        return report()
    facts |= {"bundle": bundle, "shipment": bundle.shipment, "streams": len(bundle.streams)}
    facts |= {"events": len(bundle.events), "unchecked_timestamps": len(bundle.timestamps)}

    with Verification(len(bundle.events)) as verification:
        # V2  trust file, ledger, checkpoint: signatures, witnesses, fork, rollback, age
        view = check_log(
            bundle, trust, now, archive=archive, memory=memory, pin=pin, continued=continued
        )
        facts |= {"origin": trust.origin, "single_operator": trust.policy.single_operator}
        facts |= {"witnesses": view.witnesses, "auditors": view.auditors}
        facts |= {"notes": tuple(view.notes)}
        if not steps.end("V2", view.findings) or view.checkpoint is None:
            return report()
        size, root = view.checkpoint.size, view.checkpoint.root
        facts |= {"size": size, "root": root}

        # V3  the seal is the last leaf; every event is a leaf before it
        seal, found = _seal(bundle, trust.origin, size, root)
        events, more = _events(bundle, trust.origin, size, root, known_types)
        if not steps.end("V3", found + more) or seal is None:
            return report()
        facts["as_of"] = seal.time

        # From here the signatures are verified beside all that follows. The steps keep their order:
        # of what comes after a false signature, nothing is said.
        roots = trust.every_root
        keys, unfit = granted_keys(events, roots)
        verification.give(signed_by_known(events, keys))

        # V4  streams: order, chain, completeness by map proofs, closure
        found = wrong_trust(events, trust)
        if not steps.end(
            "V4", found or check_streams(bundle, events, seal, alias_fields, roots.keys())
        ):
            return report()
        if_false = steps.copy(), dict(facts)
        steps.end("V5", [])
        facts["signatures"] = sum(len(entry.signatures) for _, entry in events)

        # V6  who may sign what, judged at each event's index
        if steps.end("V6", _authority(events, trust)):
            facts["notes"] = (*view.notes, *not_announced(events, trust))
            audited = 1 <= trust.auditor_threshold <= len(view.auditors)
            facts |= {"proved": tuple(events), "level": "L5" if audited else "L4"}

            # V7  times (states are the application's); V8 runs whatever V7 says
            steps.end("V7", check_times(events, seal.time, trust.max_skew))

            # V8  disclosures and documents
            found, shown = _shown(bundle, events, private_fields, attachments)
            stamped: list[Finding] = []
            if timestamps is not None and bundle.timestamps:
                stamped, times = check_timestamps(
                    bundle.timestamps,
                    view.checkpoint.body(),
                    timestamps,
                    seal_time=seal.time,
                    now=now,
                    max_skew=trust.max_skew,
                )
                facts |= {"timestamps": tuple(times), "unchecked_timestamps": 0}
            steps.end("V8", found + stamped)
            facts |= shown
        if_true = report()
        if if_true.proved:
            meanwhile(if_true)

        # V5  every signature, by the key it names
        if false := unfit + false_signatures(events, keys, verification.answers()):
            steps, facts = if_false
            steps.end("V5", false)
            return report()
        return if_true


def _parse(raw: bytes, limits: Limits) -> tuple[Bundle | None, list[Finding]]:
    try:
        return Bundle.parse(raw, limits), []
    except EvidenceError as error:
        if error.code == "C421":
            detail = f"this program does not know {error.params.get('format')}"
            return None, [Finding("V1", "E01", "bundle", detail, Verdict.CANNOT_TELL)]
        return None, [Finding("V1", "E01", "bundle", str(error.params.get("detail", "")))]


def _seal(bundle: Bundle, origin: str, size: int, root: bytes) -> tuple[Seal | None, list[Finding]]:
    def no(detail: str) -> tuple[Seal | None, list[Finding]]:
        return None, [Finding("V3", "E08", "seal", detail)]

    try:
        seal = Seal.parse(bundle.seal)
    except EvidenceError as error:
        return no(str(error.params.get("detail", "")))
    if seal.origin != origin:
        return no("it belongs to another ledger")
    if seal.index != size - 1:
        return no("it is not the last entry under the checkpoint")
    if not verify_inclusion(leaf_hash(bundle.seal), seal.index, size, bundle.seal_path, root):
        return no("it is not in the ledger the checkpoint signs")
    return seal, []


def _events(
    bundle: Bundle, origin: str, size: int, root: bytes, known_types: Callable[[str], bool]
) -> tuple[list[Placed], list[Finding]]:
    events: list[Placed] = []
    findings: list[Finding] = []
    tree = Inclusions(size, root)
    for row in bundle.events:
        where = f"event {row.index}"
        try:
            entry = Entry.parse(row.wire)
        except EvidenceError as error:
            findings.append(_unreadable(where, row.wire, error))
            continue
        payload = entry.payload
        if payload.log != origin:
            findings.append(Finding("V3", "E13", where, f"it was signed for {payload.log}"))
        # The last leaf is the seal, so every event lies below it.
        if row.index >= size - 1 or not tree.holds(entry.leaf, row.index, row.path):
            detail = "it is not at this place in the ledger the checkpoint signs"
            findings.append(Finding("V3", "E14", where, detail))
        if payload.type not in grants.FIXED_TYPES and not known_types(payload.type):
            detail = f"this program does not know the event type {payload.type}"
            findings.append(Finding("V3", "E12", where, detail, Verdict.CANNOT_TELL))
        events.append((row.index, entry))
    return events, findings


def _unreadable(where: str, wire: bytes, error: EvidenceError) -> Finding:
    """Tell a bad envelope (E11) from a bad payload (E12) and from a payload of a later version."""
    detail = str(error.params.get("detail", ""))
    head, middle = b'{"payload":"', f'","payloadType":"{PAYLOAD_TYPE}"'.encode()
    encoded, found, _ = wire.removeprefix(head).partition(middle)
    if not wire.startswith(head) or not found:
        return Finding("V3", "E11", where, detail)
    try:
        payload = unb64(encoded.decode("ascii", "replace"))
    except EvidenceError:
        return Finding("V3", "E11", where, detail)
    try:
        Payload.parse(payload)
    except EvidenceError:
        judged = Verdict.CANNOT_TELL if _later_version(payload) else None
        return Finding("V3", "E12", where, detail, judged)
    return Finding("V3", "E11", where, detail)


def _later_version(payload: bytes) -> bool:
    try:
        fields = canonical.loads(payload, limit=PAYLOAD_LIMIT, what="event")
    except EvidenceError:
        return False
    version = fields.get("v") if isinstance(fields, dict) else None
    return type(version) is int and version > 1


def _authority(events: list[Placed], trust: TrustRoot) -> list[Finding]:
    law = Authority.under(trust)
    # First pass: revocations reach back, so they are known before any event is judged.
    law.collect_distrust(events)
    findings: list[Finding] = []
    for index, entry in events:
        against = law.judge(index, entry)
        findings += against
        if not against:
            law.apply(index, entry)
    return findings


def _shown(
    bundle: Bundle,
    events: Sequence[Placed],
    private_fields: Callable[[str], Collection[str]] | None,
    attachments: Mapping[str, bytes] | None,
) -> tuple[list[Finding], dict[str, object]]:
    """Return what is wrong with disclosures and documents, and what they show."""
    found, opened = check_disclosures(events, bundle.disclosures, private_fields)
    more, missing = check_attachments(bundle.attachments, attachments, referenced(events, opened))
    facts: dict[str, object] = {"missing_attachments": missing}
    if not found:
        facts["disclosures"] = opened
        facts["shown"] = {
            index: (shown, len(entry.payload.sd) - shown)
            for index, entry in events
            if entry.payload.sd
            for shown in (len(opened.get(index, ())),)
        }
    return found + more, facts
