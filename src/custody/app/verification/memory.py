"""What a verifier remembers from one check to the next, and what that lets it notice.

Per ledger the largest checkpoint it accepted: a ledger that shrinks or shows another history to
somebody is found by whoever looks twice. And which shipment came with which customs declaration: a
bundle shown again for other goods is found, too. A memory only ever adds doubts; it never makes a
bundle genuine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import combinations
from typing import Any, Final, Protocol

from custody.app.verification.verifying import Report, verify_bundle
from custody.errors import EvidenceError, StorageError
from custody.errors import Text as Words
from custody.evidence.checkpoint import parse_checkpoint
from custody.evidence.cosigning import signed_by
from custody.evidence.encoding import sha256
from custody.evidence.findings import Finding, Status, Step, Verdict, overall
from custody.evidence.trust import TrustRoot

# Another verifier that remembers something at the same moment makes this one judge anew.
TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class Kept:
    """The largest checkpoint accepted of one ledger: its number of entries and its signed note."""

    size: int
    note: bytes


@dataclass(frozen=True, slots=True)
class Seen:
    """A shipment that was found genuine before; `at` in Unix seconds, `number` as people know it.

    `ledger` is the key of `ledger_key`, `shipment` the stream, `declaration` the number of its
    customs declaration, empty when none was made.
    """

    ledger: str
    shipment: str
    number: str
    declaration: str
    at: int


class VerifierMemory(Protocol):
    """Where a verifier keeps what it remembers; shared by processes."""

    @property
    def trouble(self) -> StorageError | None:
        """Why nothing is kept although something should be; None while all is well."""
        ...

    def largest(self, ledger: str) -> Kept | None:
        """Return the largest checkpoint accepted of a ledger."""
        ...

    def keep(self, ledger: str, before: Kept | None, now: Kept) -> bool:
        """Put `now` in the place of `before`; False when somebody else changed it meanwhile."""
        ...

    def seen(self, ledger: str, shipment: str, declaration: str) -> Iterable[Seen]:
        """Return what was kept about this shipment, or about this declaration in any ledger."""
        ...

    def keep_shipment(self, seen: Seen) -> None:
        """Keep a shipment; the first time it was seen stays."""
        ...


class Forgetful:
    """A memory that keeps nothing, for whoever does not want one or has no place for it."""

    def __init__(self, trouble: StorageError | None = None) -> None:
        self.trouble = trouble

    def largest(self, ledger: str) -> None:
        """Return None: nothing is remembered."""

    def keep(self, ledger: str, before: Kept | None, now: Kept) -> bool:  # noqa: ARG002
        """Keep nothing."""
        return True

    def seen(self, ledger: str, shipment: str, declaration: str) -> Iterable[Seen]:  # noqa: ARG002
        """Return nothing."""
        return ()

    def keep_shipment(self, seen: Seen) -> None:
        """Keep nothing."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """A report, and a fraud proof (F1) when memory and bundle convict the ledger together."""

    report: Report
    fraud: bytes | None = None


# Names in the domain `example` are for documentation (RFC 2606, section 2): no real ledger has one.
INVENTED: Final = re.compile(r"^[^/]*\bexample(/|$)")


def ledger_key(trust: TrustRoot) -> str:
    """Return what a ledger is remembered under: its origin and a hash of its two keys.

    A ledger of the same name under other keys is another ledger: it can neither be accused with
    this one's checkpoints nor hide behind them.
    """
    keys = "\n".join(key.text() for key in trust.log_keys)
    return f"{trust.origin} {sha256(keys.encode()).hex()[:32]}"


def usable(kept: Kept, trust: TrustRoot) -> tuple[int, bytes]:
    """Return (size, root) of a kept checkpoint.

    What is remembered is verified again: a memory that was tampered with cannot accuse a ledger.

    Raises:
        StorageError: C735 what is remembered is not signed by the keys it is remembered under.
    """
    try:
        checkpoint, note = parse_checkpoint(kept.note)
        signed = all(signed_by(key, checkpoint, note) is not None for key in trust.log_keys)
    except EvidenceError:
        signed = False
    if not signed or (checkpoint.origin, checkpoint.size) != (trust.origin, kept.size):
        detail = Words(
            "a checkpoint in it is not signed by its ledger", "其中有检查点并非由其台账签名"
        )
        raise StorageError("C735", where=trust.origin, detail=detail)
    return checkpoint.size, checkpoint.root


def verify_remembering(
    data: bytes, trust: bytes, memory: VerifierMemory, *, now: int, **options: Any
) -> Remembered:
    """Verify a bundle in the light of what is remembered, and remember what it shows.

    Args:
        now: Unix seconds. `options`: as for `verify_bundle`.

    Raises:
        TrustError: the trust file is not usable.
        StorageError: C735 to C737 the memory is.
    """
    root = TrustRoot.parse(trust).after(options.get("earlier", ()))
    ledger = ledger_key(root)
    for _ in range(TRIES):
        known = _known(memory, root)
        kept = next((kept for file, kept in known if file is root), None)
        pair = max((usable(note, file) for file, note in known), default=None)
        report = verify_bundle(data, trust, now=now, memory=pair, **options)
        newest = report.newest
        grown = newest is not None and (kept is None or newest[0] > kept.size)
        if not grown or newest is None or memory.keep(ledger, kept, Kept(*newest)):
            break
    fraud = _forked(root, [note for _, note in known], report)
    shipment, said = report.evidence.shipment, report.particulars
    if said.number:
        declaration = said.declaration
        before = list(memory.seen(ledger, shipment, declaration))
        if INVENTED.search(root.origin):  # each demonstration declares the same numbers again
            before = [seen for seen in before if seen.ledger == ledger]
        report = _replayed(report, ledger, declaration, before)
        if report.genuine:
            memory.keep_shipment(Seen(ledger, shipment, said.number, declaration, now))
    return Remembered(report, fraud)


def _known(memory: VerifierMemory, trust: TrustRoot) -> list[tuple[TrustRoot, Kept]]:
    """Return what is remembered under the ledger's keys, and under those it had before."""
    files = (trust, *trust.earlier)
    found = [(file, memory.largest(ledger_key(file))) for file in files]
    return [(file, kept) for file, kept in found if kept is not None]


def _forked(trust: TrustRoot, known: list[Kept], report: Report) -> bytes | None:
    """Return a fraud proof when two of the checkpoints at hand convict the ledger together."""
    if not any(finding.code == "E07" for finding in report.findings):
        return None
    from custody.evidence.fraud import Fraud
    from custody.evidence.fraud_proof import check_fraud

    bundle = report.evidence.bundle
    notes = [*(kept.note for kept in known), *([bundle.checkpoint] if bundle else [])]
    for first, second in combinations([*notes, *report.shown_beside], 2):
        fraud = Fraud("F1", (first, second))
        if check_fraud(fraud, trust).proved:
            return fraud.to_bytes()
    return None


def _replayed(report: Report, ledger: str, declaration: str, before: Iterable[Seen]) -> Report:
    """Add E27 where shipment and declaration were seen in other company; a note where not."""
    shipment, number = report.evidence.shipment, report.particulars.number
    findings: list[Finding] = []
    notes: list[Finding] = []
    words: dict[tuple[str, str, str], tuple[Words, Words]] = {}
    now = declaration or "–"
    for seen in before:
        day, then = _day(seen.at), seen.declaration or "–"
        same = (seen.ledger, seen.shipment) == (ledger, shipment)
        if same and seen.declaration == declaration:
            said = Words(f"it was accepted here before, on {day}", f"此前已于 {day} 在此核验通过")
            notes.append(_said(words, said, number))
        elif same:
            said = Words(
                f"it was accepted here on {day} with declaration {then}, and now comes with {now}",
                f"该发运已于 {day} 以申报号 {then} 在此核验通过，现申报号为 {now}",
            )
            findings.append(_said(words, said, number))
        elif declaration:
            said = Words(
                f"declaration {now} was accepted here on {day} for shipment {seen.number}",
                f"申报号 {now} 已于 {day} 用于发运 {seen.number} 并在此核验通过",
            )
            findings.append(_said(words, said, number))
    return with_findings(report, "V9", findings, notes, words)


def _day(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")


def _said(
    words: dict[tuple[str, str, str], tuple[Words, Words]], said: Words, where: str
) -> Finding:
    words[("E27", where, said.en)] = (said, Words("", ""))
    return Finding("V9", "E27", where, said.en)


def with_findings(
    report: Report,
    step: str,
    findings: list[Finding],
    notes: list[Finding],
    words: Mapping[tuple[str, str, str], tuple[Words, Words]],
) -> Report:
    """Return the report with more findings in one of its steps, its verdict taken anew."""
    evidence = replace(report.evidence, notes=(*report.evidence.notes, *notes))
    steps = tuple(_more(s, findings) if s.id == step else s for s in report.steps)
    verdict = report.verdict
    if findings:
        found = overall(f for s in steps for f in s.findings)
        verdict = found if found is not Verdict.GENUINE else report.verdict
    return replace(
        report, verdict=verdict, steps=steps, evidence=evidence, words={**report.words, **words}
    )


def _more(step: Step, findings: list[Finding]) -> Step:
    if not findings:
        return step
    return replace(step, status=Status.FAILED, findings=(*step.findings, *findings))
