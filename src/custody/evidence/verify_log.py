"""Step V2: is this the ledger the trust file means, vouched for, continued and fresh?

Checks signatures and times of the checkpoint and its relation to checkpoints known before. Whether
anything is *in* the log is for later steps. C2SP tlog-checkpoint, tlog-cosignature, tlog-policy.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from custody.errors import EvidenceError
from custody.evidence.checkpoint import Checkpoint, parse_checkpoint, verify_line
from custody.evidence.findings import Finding, Verdict
from custody.evidence.merkle import verify_consistency
from custody.evidence.seal import Seal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from custody.evidence.note import Signature, SignedNote, VerifierKey
    from custody.evidence.trust import TrustRoot

# Findings about age say nothing about the bytes, so the later steps still run and still count.
AGE_CODES = frozenset({"E09", "E10"})


class Presented(Protocol):
    """What a file shows of its ledger: a bundle, a refresh file or a receipt.

    `seal` is empty when none is shown: then nothing is said about age.
    """

    @property
    def checkpoint(self) -> bytes: ...
    @property
    def seal(self) -> bytes: ...
    @property
    def consistency(self) -> Mapping[int, tuple[bytes, ...]]: ...


@dataclass(slots=True)
class LogView:
    """What V2 learned; `times` holds who signed with a time, in Unix seconds."""

    findings: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)
    checkpoint: Checkpoint | None = None
    witnesses: tuple[str, ...] = ()
    auditors: tuple[str, ...] = ()
    times: dict[str, int] = field(default_factory=dict)

    def found(self, code: str, where: str, detail: str, judged: Verdict | None = None) -> None:
        """Add a finding of this step."""
        self.findings.append(Finding("V2", code, where, detail, judged))


def check_log(
    bundle: Presented,
    trust: TrustRoot,
    now: int,
    *,
    archive: bool = False,
    memory: tuple[int, bytes] | None = None,
    pin: str | None = None,
    continued: bool = False,
) -> LogView:
    """Run V2.

    Args:
        now: Unix seconds of the verifier's clock.
        archive: an old record is looked at on purpose: age becomes a note.
        memory: largest ``(size, root)`` of this ledger seen before by this verifier.
        pin: hex SHA-256 the trust file must have.
        continued: a later checkpoint is shown beside it, and is what must continue the states
            known before; here only a contradiction counts.
    """
    view = LogView()
    if pin is not None and pin != trust.fingerprint:
        view.found("E02", "trust file", "its SHA-256 is not the pinned one")
    try:
        checkpoint, note = parse_checkpoint(bundle.checkpoint)
    except EvidenceError as error:
        view.found("E03", "checkpoint", str(error.params.get("detail", "")))
        return view
    if checkpoint.origin != trust.origin:
        detail = f"it is of ledger {checkpoint.origin}, the trust file of {trust.origin}"
        view.found("E03", "checkpoint", detail, Verdict.CANNOT_TELL)
        return view
    view.checkpoint = checkpoint
    known = [*trust.log_keys, *trust.policy.witnesses.values(), *trust.auditors]
    counted = Counter((line.name, line.keyid) for line in note.signatures)
    for key in known:
        if counted[key.name, key.keyid] > 1:
            view.found("E03", "checkpoint", f"{key.name} signs it twice with one key")
    times = _log_lines(view, trust, checkpoint, note)
    times |= _cosigners(view, trust, checkpoint, note)
    view.times = times
    _history(view, bundle, trust, memory, archive=archive, continued=continued)
    _age(view, bundle, trust, now, times, archive=archive)
    return view


def _line(note: SignedNote, key: VerifierKey) -> Signature | None:
    """Return the line that claims to be by `key`."""
    claimed = (line for line in note.signatures if (line.name, line.keyid) == (key.name, key.keyid))
    return next(claimed, None)


def _log_lines(
    view: LogView, trust: TrustRoot, checkpoint: Checkpoint, note: SignedNote
) -> dict[str, int]:
    """Both of the ledger's own signatures must hold: one alone is a downgrade."""
    times: dict[str, int] = {}
    lines = [_line(note, key) for key in trust.log_keys]
    if lines == [None, None]:
        detail = "no line is by a key of this ledger that the trust file knows"
        view.found("E04", "checkpoint", detail, Verdict.CANNOT_TELL)
        return times
    for key, line, name in zip(trust.log_keys, lines, ("Ed25519", "ML-DSA-44"), strict=True):
        if line is None:
            view.found("E04", "checkpoint", f"the ledger's {name} signature is missing")
            continue
        time = verify_line(key, checkpoint, line)
        if time is None:
            view.found("E04", "checkpoint", f"the ledger's {name} signature is false")
        elif time > 0:
            times["the ledger"] = time
    return times


def _cosigners(
    view: LogView, trust: TrustRoot, checkpoint: Checkpoint, note: SignedNote
) -> dict[str, int]:
    times: dict[str, int] = {}

    def good(keys: Mapping[str, VerifierKey]) -> tuple[str, ...]:
        names = []
        for name, key in keys.items():
            line = _line(note, key)
            if line is None:
                continue
            time = verify_line(key, checkpoint, line)
            if time is None:
                detail = f"the signature of {key.name} is false"
                view.found("E05", "checkpoint", detail, Verdict.NOT_GENUINE)
            else:
                names.append(name)
                times[key.name] = time
        return tuple(names)

    view.witnesses = good(trust.policy.witnesses)
    view.auditors = good({f"{key.name}+{key.keyid.hex()}": key for key in trust.auditors})
    if not trust.policy.satisfied_by(view.witnesses):
        count = len(view.witnesses)
        view.found("E05", "checkpoint", f"{count} known witnesses signed it, which is not enough")
    return times


def _history(
    view: LogView,
    bundle: Presented,
    trust: TrustRoot,
    memory: tuple[int, bytes] | None,
    *,
    archive: bool,
    continued: bool,
) -> None:
    """The ledger must continue every checkpoint of it that is already trusted."""
    here = view.checkpoint
    assert here is not None  # noqa: S101 - set by the only caller
    for label, pinned in (("the trust file", trust.known), ("an earlier check", memory)):
        if pinned is None or pinned[0] == 0:
            continue
        size, root = pinned
        proof = bundle.consistency.get(size)
        if size == here.size:
            if root != here.root:
                view.found("E07", "checkpoint", f"{label} knows another ledger of this size")
        elif continued:
            continue
        elif size > here.size and not archive:
            view.found("E06", "checkpoint", f"{label} knows a later state of this ledger")
        elif proof is None:
            detail = f"there is no proof that it continues the state {label} knows"
            view.found("E06", "checkpoint", detail)
        else:
            older, newer = sorted([(size, root), (here.size, here.root)])
            if not verify_consistency(older[0], newer[0], proof, older[1], newer[1]):
                detail = f"the proof that it continues the state {label} knows is false"
                view.found("E06", "checkpoint", detail, Verdict.NOT_GENUINE)


def _age(
    view: LogView,
    bundle: Presented,
    trust: TrustRoot,
    now: int,
    times: Mapping[str, int],
    *,
    archive: bool,
) -> None:
    """The seal's time is the "as of"; V3 proves the seal itself.

    A fresh co-signature on an old tree proves nothing about the time in between.
    """
    try:
        seal_time = Seal.parse(bundle.seal).time
    except EvidenceError:
        return  # V3 says why
    if now - seal_time > trust.max_age:
        hours = (now - seal_time) // 3_600
        old = Finding("V2", "E09", "seal", f"it is {hours} hours old")
        (view.notes if archive else view.findings).append(old)
    for who, time in {"the seal": seal_time, **times}.items():
        if time > now + trust.max_skew:
            view.found("E10", "checkpoint", f"the time of {who} lies in the future")
        elif time < seal_time - trust.max_skew:
            view.found("E10", "checkpoint", f"the time of {who} lies before the seal")
