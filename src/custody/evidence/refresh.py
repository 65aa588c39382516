"""The refresh file: shows that nothing was added to the streams of a bundle since it was made.

A checkpoint, its seal and the heads of the bundle's streams in the sealed map; no events. A few
kilobytes bring a bundle that was made long ago up to the day. One stream that went on is enough to
leave the question open: what was added may be a remark or a recall, and only a new bundle tells.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from custody.errors import EvidenceError
from custody.evidence import canonical, names
from custody.evidence.bundle import MAX_COPATH, MAX_PATH
from custody.evidence.encoding import b64, malformed
from custody.evidence.findings import Finding, Verdict
from custody.evidence.headmap import Head, MapProof, verify_map
from custody.evidence.merkle import leaf_hash, verify_consistency, verify_inclusion
from custody.evidence.rows import digest, hashes, joined, lines, number, objects, order, text, texts
from custody.evidence.seal import Seal
from custody.evidence.verify_log import check_log

if TYPE_CHECKING:
    from collections.abc import Mapping

    from custody.evidence.bundle import Bundle
    from custody.evidence.trust import TrustRoot

FORMAT: Final = "custody-refresh/v1"
LIMIT: Final = 16 << 20
MAX_STREAMS: Final = 200_000
MAX_CONSISTENCY: Final = 64
SUPERSEDED: Final = "E35"
"""Code of the finding that a stream of the bundle has later records."""

_ANY_VERSION = re.compile(r"custody-refresh/v[1-9][0-9]{0,3}")
_SHIPMENT = re.compile(r"shipment:[0-9a-f]{32}")
_KEYS = frozenset({"checkpoint", "consistency", "format", "seal", "shipment", "streams"})
_STREAM = frozenset({"copath", "h", "i", "n", "s"})


@dataclass(frozen=True, slots=True)
class SealedHead:
    """Where a stream stands under the seal, with the siblings of its path in the map."""

    stream: str
    head: Head
    copath: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Refresh:
    """A refresh file for one shipment.

    `checkpoint` is the signed note, `seal` the bytes of its last leaf, `consistency` maps earlier
    sizes to proofs; the size of the bundle's own checkpoint is among them.
    """

    shipment: str
    checkpoint: bytes
    seal: bytes
    seal_path: tuple[bytes, ...]
    streams: tuple[SealedHead, ...]
    consistency: Mapping[int, tuple[bytes, ...]] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """Return the one byte form of this file."""
        return canonical.dumps(
            {
                "checkpoint": lines(self.checkpoint),
                "consistency": [
                    {"proof": [b64(h) for h in proof], "size": size}
                    for size, proof in sorted(self.consistency.items())
                ],
                "format": FORMAT,
                "seal": {"lines": lines(self.seal), "p": [b64(h) for h in self.seal_path]},
                "shipment": self.shipment,
                "streams": [
                    {
                        "copath": [b64(h) for h in row.copath],
                        "h": b64(row.head.leaf),
                        "i": row.head.index,
                        "n": row.head.count,
                        "s": row.stream,
                    }
                    for row in self.streams
                ],
            }
        )

    @classmethod
    def parse(cls, raw: bytes) -> Refresh:
        """Return the file behind `raw`; nothing is verified.

        Raises:
            EvidenceError: C401 unless it is the one byte form of a refresh file, C421 when it is of
                a version this program does not know.
        """
        fields = canonical.loads(raw, limit=LIMIT, what="refresh file")
        shape = fields.get("format") if isinstance(fields, dict) else None
        if not isinstance(fields, dict) or shape != FORMAT:
            if isinstance(shape, str) and _ANY_VERSION.fullmatch(shape):
                raise EvidenceError("C421", where="refresh file", format=shape)
            raise malformed("refresh file", "it does not say that it is a refresh file")
        if fields.keys() != _KEYS:
            raise malformed("refresh file", "it has other fields than this version has")
        shipment, seal = text(fields, "shipment"), fields["seal"]
        if not _SHIPMENT.fullmatch(shipment):
            raise malformed("refresh file", "it does not name a shipment")
        if not isinstance(seal, dict) or seal.keys() != {"lines", "p"}:
            raise malformed("refresh file", "its seal has other fields than lines and a path")
        streams = tuple(
            SealedHead(
                text(row, "s"),
                Head(number(row, "n"), number(row, "i"), digest(row, "h")),
                hashes(row, "copath", MAX_COPATH),
            )
            for row in objects(fields["streams"], _STREAM, MAX_STREAMS)
        )
        order("streams", [row.stream for row in streams])
        for row in streams:
            names.stream_kind(row.stream)
        steps = [
            (number(row, "size"), hashes(row, "proof", 2 * MAX_PATH))
            for row in objects(fields["consistency"], {"proof", "size"}, MAX_CONSISTENCY)
        ]
        order("consistency", [size for size, _ in steps])
        return cls(
            shipment,
            joined(texts(fields, "checkpoint", 64)),
            joined(texts(seal, "lines", 16)),
            hashes(seal, "p", MAX_PATH),
            streams,
            dict(steps),
        )


@dataclass(slots=True)
class RefreshReport:
    """What a refresh file adds to a bundle; facts are None or empty until they are proved.

    Attributes:
        notes: what is worth knowing and no finding.
        as_of: Unix seconds of its seal, once no stream of the bundle went on.
        size, root: of its checkpoint, once V2 and V3 hold. `checkpoint`: its note, whatever holds.
    """

    findings: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)
    as_of: int | None = None
    size: int | None = None
    root: bytes | None = None
    checkpoint: bytes = b""
    witnesses: tuple[str, ...] = ()
    auditors: tuple[str, ...] = ()

    def found(
        self, step: str, code: str, where: str, detail: str, judged: Verdict | None = None
    ) -> None:
        """Add a finding."""
        self.findings.append(Finding(step, code, where, detail, judged))


def check_refresh(
    raw: bytes,
    bundle: Bundle,
    known: tuple[int, bytes],
    trust: TrustRoot,
    now: int,
    *,
    archive: bool = False,
    memory: tuple[int, bytes] | None = None,
) -> RefreshReport:
    """Verify a refresh file against the bundle it is for; never raises because of `raw`.

    What cannot be read as one says nothing against the bundle, which was judged without it.

    Args:
        known: ``(size, root)`` of the bundle's own checkpoint, already verified.
        now, archive, memory: as for the bundle.
    """
    report = RefreshReport()
    try:
        shown = Refresh.parse(raw)
    except EvidenceError as error:
        if error.code == "C421":
            detail = f"this program does not know {error.params.get('format')}"
        else:
            detail = str(error.params.get("detail", ""))
        report.found("V1", "E01", "refresh file", detail, Verdict.CANNOT_TELL)
        return report
    if shown.shipment != bundle.shipment:
        detail = "the refresh file is for another shipment"
        report.found("V1", "E01", "refresh file", detail, Verdict.CANNOT_TELL)
        return report
    report.checkpoint = shown.checkpoint
    view = check_log(shown, trust, now, archive=archive, memory=memory)
    report.findings += view.findings
    report.notes += view.notes
    if view.checkpoint is None:
        return report
    size, root = view.checkpoint.size, view.checkpoint.root
    _continues(report, shown, known, size, root)
    seal = _seal(report, shown, trust.origin, size, root)
    if any(finding.code not in ("E09", "E10") for finding in report.findings) or seal is None:
        return report
    report.size, report.root = size, root
    report.witnesses, report.auditors = view.witnesses, view.auditors
    _heads(report, shown, bundle, seal)
    if not any(finding.step == "V4" for finding in report.findings):
        report.as_of = seal.time
    return report


def _continues(
    report: RefreshReport, shown: Refresh, known: tuple[int, bytes], size: int, root: bytes
) -> None:
    """The refresh file's log is that of the bundle, grown or the same."""
    where = "refresh file"
    proof = shown.consistency.get(known[0])
    if size < known[0]:
        detail = "the refresh file is older than the bundle"
        report.found("V2", "E06", where, detail)
    elif size == known[0]:
        if root != known[1]:
            report.found("V2", "E07", where, "the bundle knows another ledger of this size")
    elif proof is None:
        detail = "there is no proof that it continues the state the bundle knows"
        report.found("V2", "E06", where, detail)
    elif not verify_consistency(known[0], size, proof, known[1], root):
        detail = "the proof that it continues the state the bundle knows is false"
        report.found("V2", "E06", where, detail, Verdict.NOT_GENUINE)


def _seal(
    report: RefreshReport, shown: Refresh, origin: str, size: int, root: bytes
) -> Seal | None:
    where = "seal of the refresh file"
    try:
        seal = Seal.parse(shown.seal)
    except EvidenceError as error:
        report.found("V3", "E08", where, str(error.params.get("detail", "")))
        return None
    if seal.origin != origin:
        report.found("V3", "E08", where, "it belongs to another ledger")
    elif seal.index != size - 1:
        report.found("V3", "E08", where, "it is not the last entry under the checkpoint")
    elif not verify_inclusion(leaf_hash(shown.seal), seal.index, size, shown.seal_path, root):
        report.found("V3", "E08", where, "it is not in the ledger the checkpoint signs")
    else:
        return seal
    return None


def _heads(report: RefreshReport, shown: Refresh, bundle: Bundle, seal: Seal) -> None:
    """Every stream of the bundle stands where it stood; one that went on supersedes the bundle."""
    rows = {row.stream: row for row in shown.streams}
    for before in bundle.streams:
        where = f"stream {before.stream}"
        row = rows.get(before.stream)
        if row is None:
            detail = "the refresh file does not speak of it"
            report.found("V4", "E18", where, detail, Verdict.CANNOT_TELL)
        elif not verify_map(seal.map_root, row.stream, row.head, MapProof("present", row.copath)):
            report.found("V4", "E16", where, "its last record is not the one under the seal")
        elif row.head.count < before.head.count or (
            row.head.count == before.head.count and row.head != before.head
        ):
            detail = "the later seal knows fewer or other records of it than the bundle proves"
            report.found("V4", "E16", where, detail)
        elif row.head != before.head:
            more = row.head.count - before.head.count
            detail = f"{more} later records were added to it"
            report.found("V4", SUPERSEDED, where, detail, Verdict.CANNOT_TELL)
