"""Verify a bundle: the evidence (V1 to V8), then states (V7) and the custody story (V9).

Needs a bundle, a trust file and a clock; no ledger. Whatever the bytes, the answer is a report.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from custody import contract
from custody.app.verification.details import detail_zh, place_zh
from custody.app.verification.expectations import Expected
from custody.app.verification.opened import private_values
from custody.app.verification.particulars import NOTHING, Particulars
from custody.app.verification.replaying import NOT_REPLAYED, Replay, replay
from custody.app.verification.unprovable import level_words, unprovable
from custody.errors import EvidenceError, InputError, Lang
from custody.errors import Text as Words
from custody.evidence.entry import Entry
from custody.evidence.findings import Finding, Status, Step, Verdict, overall, shorten
from custody.evidence.timestamps import TimestampCheck
from custody.evidence.trust import TrustRoot
from custody.evidence.verify import EvidenceReport, verify_evidence

STEPS = ("V1", "V2", "V3", "V4", "V5", "V6", "V7", "V8", "V9")


@dataclass(frozen=True, slots=True)
class Report:
    """What a verifier says; see `EvidenceReport` for the facts of V1 to V8.

    `newest` is the (size, note) of the latest checkpoint shown that V2 accepted, for a verifier's
    memory; `shown_beside` are the notes shown beside the bundle's own.
    """

    verdict: Verdict
    steps: tuple[Step, ...]
    evidence: EvidenceReport
    story: Mapping[str, Any] = field(default_factory=dict)
    words: Mapping[tuple[str, str, str], tuple[Words, Words]] = field(default_factory=dict)
    particulars: Particulars = NOTHING
    newest: tuple[int, bytes] | None = None
    shown_beside: tuple[bytes, ...] = ()

    @property
    def genuine(self) -> bool:
        """True only when every step was run and found nothing."""
        return self.verdict is Verdict.GENUINE

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings in step order."""
        return tuple(f for step in self.steps for f in step.findings)

    @property
    def values(self) -> tuple[int, int, int]:
        """How many private values are disclosed, withheld (decoys included), and erased."""
        shown = self.evidence.shown.values()
        erased = self.particulars.erased
        return sum(d for d, _ in shown), sum(w for _, w in shown) - erased, erased

    def unproved(self) -> tuple[Words, ...]:
        """Return what this report leaves unproved, one clause each."""
        ev = self.evidence
        return unprovable(ev.level, single_operator=ev.single_operator)

    def require(self) -> None:
        """Raise EvidenceError C444 unless the bundle is genuine."""
        if not self.genuine:
            first = self.findings[0] if self.findings else None
            raise EvidenceError(
                "C444",
                where=self.evidence.shipment or "bundle",
                verdict=self.verdict.value,
                detail=f"{first.step} {first.code} {first.detail}" if first else "",
            )

    def text_of(self, finding: Finding, lang: str) -> dict[str, str]:
        """Return title, place, why and hint of a finding in one language."""
        texts = contract.vocabulary("findings").get(finding.code, {}).get(lang, {})
        said = self.words.get((finding.code, finding.where, finding.detail))
        language: Lang = "en" if lang == "en" else "zh"
        why = said[0][language] if said else finding.detail
        if not said and lang != "en" and texts.get("why"):
            seen = detail_zh(finding.detail)
            why = f"{texts['why']}（{seen or finding.detail}）"
        return {
            "title": str(texts.get("title", finding.code)),
            "where": finding.where if lang == "en" else place_zh(finding.where),
            "why": why,
            "hint": (said[1][language] if said else "") or str(texts.get("hint", "")),
        }

    def plain(self) -> dict[str, Any]:
        """Return the report as JSON, for ``--json``."""
        ev = self.evidence
        means = level_words(ev.level)
        disclosed, withheld, erased = self.values
        return {
            "kind": "custody.verify/v1",
            "verdict": self.verdict.value,
            "level": ev.level,
            "level_means": {"en": means.en, "zh": means.zh} if means else None,
            "as_of": ev.as_of,
            "origin": ev.origin,
            "shipment": ev.shipment,
            "trust": ev.trust,
            "single_operator": ev.single_operator,
            "witnesses": list(ev.witnesses),
            "auditors": list(ev.auditors),
            "size": ev.size,
            "events": ev.events,
            "streams": ev.streams,
            "signatures": ev.signatures,
            "missing_documents": list(ev.missing_attachments),
            "timestamps": {"checked": list(ev.timestamps), "unchecked": ev.unchecked_timestamps},
            "values": {"disclosed": disclosed, "withheld": withheld, "erased": erased},
            "steps": [
                {
                    "step": step.id,
                    "title": step.title,
                    "status": step.status.value,
                    "findings": [
                        {
                            "code": f.code,
                            "where": f.where,
                            "detail": f.detail,
                            "verdict": f.verdict.value,
                        }
                        for f in step.findings
                    ],
                }
                for step in self.steps
            ],
            "notes": [{"code": n.code, "detail": n.detail} for n in ev.notes],
            "remarks": [dict(row) for row in self.particulars.remarks],
            "unproved": [{"en": w.en, "zh": w.zh} for w in self.unproved()],
            "story": dict(self.story),
        }


def verify_bundle(
    data: bytes,
    trust: bytes,
    *,
    now: int | None = None,
    archive: bool = False,
    attachments: Mapping[str, bytes] | None = None,
    pin: str | None = None,
    earlier: Sequence[bytes] = (),
    timestamps: TimestampCheck | None = None,
    refresh: bytes | None = None,
    memory: tuple[int, bytes] | None = None,
    expected: Expected = Expected(),  # noqa: B008 - frozen
) -> Report:
    """Verify the bundle `data` against the trust file `trust`.

    Args:
        now: Unix seconds; the machine's clock by default.
        archive: look at an old record on purpose; age becomes a note.
        attachments: SHA-256 (hex) → content of documents at hand.
        pin: SHA-256 (hex) the trust file must have.
        timestamps: checks RFC 3161 tokens (`custody.wiring.witnesses.stamp_check`); without it
            they are counted and not judged.
        earlier: the trust files before it, once its root keys were changed; see `TrustRoot.after`.
        refresh: a refresh file for this bundle; the report is then as of its seal.
        memory: largest ``(size, root)`` of this ledger seen before; see `app.verification.memory`.
        expected: what the person before the goods typed.

    Raises:
        TrustError: the trust file itself is not usable. Nothing else.
    """
    root = TrustRoot.parse(trust).after(earlier)
    moment = int(time.time()) if now is None else now
    later = refresh is not None
    judged: list[Replay] = []

    def judge_already(sure: EvidenceReport) -> None:
        if not later:  # a refresh file moves the moment of the report, and what is judged with it
            judged.append(replay(sure, root, expected))

    evidence = verify_evidence(
        data,
        root,
        moment,
        alias_fields=contract.alias_fields,
        known_types=contract.is_known,
        private_fields=contract.private_names,
        archive=archive or later,
        attachments=attachments,
        pin=pin,
        memory=memory,
        continued=later,
        timestamps=timestamps,
        meanwhile=judge_already,
    )
    newest = _newest(evidence)
    beside: tuple[bytes, ...] = ()
    if refresh is not None:
        from custody.app.verification.freshness import refreshed

        shown = refreshed(evidence, refresh, root, moment, archive=archive, memory=memory)
        evidence, beside = shown.report, (shown.note,) if shown.note else ()
        if shown.size is not None and (newest is None or shown.size > newest[0]):
            newest = (shown.size, shown.note)
    steps = {step.id: step for step in evidence.steps}
    steps["V9"] = Step("V9", "custody story", Status.NOT_RUN)
    told = NOT_REPLAYED
    if evidence.proved:
        already = (made for made in judged if made.evidence is evidence)
        told = next(already, None) or replay(evidence, root, expected)
        steps["V7"] = _with(steps["V7"], told.states)
        if not told.states:
            asked = Status.PASSED if told.whole else Status.NOT_RUN
            steps["V9"] = _with(replace(steps["V9"], status=asked), told.rules)
    ordered = tuple(steps[name] for name in STEPS)
    verdict = overall(f for step in ordered for f in step.findings)
    if verdict is Verdict.GENUINE and any(s.status is not Status.PASSED for s in ordered):
        verdict = Verdict.CANNOT_TELL
    return Report(
        verdict, ordered, evidence, told.story, told.words, told.particulars, newest, beside
    )


def _newest(evidence: EvidenceReport) -> tuple[int, bytes] | None:
    """Return the bundle's own checkpoint once V2 accepted it."""
    if evidence.size is None or evidence.bundle is None:
        return None
    return evidence.size, evidence.bundle.checkpoint


def _with(step: Step, findings: Sequence[Finding]) -> Step:
    if not findings:
        return step
    found = shorten([*step.findings, *findings])
    return replace(step, status=Status.FAILED, findings=found)


def inspect_bundle(data: bytes) -> dict[str, Any]:
    """Return what is inside a bundle without judging it.

    Raises:
        InputError: C153 the bytes are not a bundle.
    """
    from custody.evidence.bundle import Bundle

    try:
        bundle = Bundle.parse(data)
        events = [(e.index, Entry.parse(e.wire)) for e in bundle.events]
    except EvidenceError as wrong:
        detail = str(wrong.params.get("detail") or wrong.params.get("format") or wrong.code)
        raise InputError("C153", where="bundle", detail=detail) from None
    private = private_values(events, bundle.disclosures)
    return {
        "kind": "custody.inspect/v1",
        "verified": False,
        "shipment": bundle.shipment,
        "checkpoint": bundle.checkpoint.decode("utf-8").splitlines()[:3],
        "events": [
            {
                "event": index,
                "type": entry.payload.type,
                "stream": entry.payload.stream,
                "seq": entry.payload.seq,
                "time": entry.payload.time,
                "signers": [
                    {"kid": s.kid, "role": s.role, "meaning": s.meaning}
                    for s in entry.payload.signers
                ],
                "body": dict(entry.payload.body),
                "private": private[index],
            }
            for index, entry in events
        ],
        "streams": [{"stream": s.stream, "events": s.head.count} for s in bundle.streams],
        "documents": [
            {"media": a.media, "sha256": a.sha256, "size": a.size} for a in bundle.attachments
        ],
    }
