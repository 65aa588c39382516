"""Read a refresh file beside the bundle it is for: the report is then as of its seal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from custody.evidence.findings import Finding, Status, Step, shorten
from custody.evidence.refresh import check_refresh
from custody.evidence.trust import TrustRoot
from custody.evidence.verify import EvidenceReport


@dataclass(frozen=True, slots=True)
class Refreshed:
    """A report in the light of a refresh file.

    `size` is that of the file's checkpoint once it holds, None else; `note` its signed note.
    """

    report: EvidenceReport
    size: int | None = None
    note: bytes = b""


def refreshed(
    report: EvidenceReport,
    raw: bytes,
    trust: TrustRoot,
    now: int,
    *,
    archive: bool,
    memory: tuple[int, bytes] | None,
) -> Refreshed:
    """Return the report as of the refresh file's seal.

    Whatever is wrong with the file is a finding of the same step as in a bundle.
    """
    if report.bundle is None or report.size is None or report.root is None:
        return Refreshed(report)
    known = (report.size, report.root)
    shown = check_refresh(raw, report.bundle, known, trust, now, archive=archive, memory=memory)
    steps = tuple(_with(step, shown.findings) for step in report.steps)
    if shown.size is None or shown.root is None or shown.as_of is None:
        notes = (*report.notes, *shown.notes)
        told = replace(report, steps=steps, notes=notes)
        return Refreshed(told, shown.size, shown.checkpoint)
    audited = 1 <= trust.auditor_threshold <= len(shown.auditors)
    told = replace(
        report,
        steps=steps,
        # The bundle's own age is of no interest any more: it is known to be unchanged since.
        notes=(*(note for note in report.notes if note.code != "E09"), *shown.notes),
        as_of=shown.as_of,
        size=shown.size,
        root=shown.root,
        witnesses=shown.witnesses,
        auditors=shown.auditors,
        level=report.level and ("L5" if audited else "L4"),
    )
    return Refreshed(told, shown.size, shown.checkpoint)


def _with(step: Step, findings: Sequence[Finding]) -> Step:
    mine = [finding for finding in findings if finding.step == step.id]
    if not mine:
        return step
    return replace(step, status=Status.FAILED, findings=shorten([*step.findings, *mine]))
