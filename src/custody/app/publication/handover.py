"""What goes into the folder that is handed over with a shipment, and what is still missing.

Pure: it says which documents travel and under which names, lists everything that stands in the
way at once, and collects the facts the reading copies show. The bundle alone is proof; whatever
else lies in the folder is for reading.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from custody.app.asking.gating import explain_gate
from custody.app.publication.publishing import NOT_READY, Exported
from custody.app.recording.lookback import number_in
from custody.app.verification.unprovable import unprovable
from custody.domain.fold import effective
from custody.domain.model import Event
from custody.domain.permit import PermitRecorded, PermitUpdated
from custody.domain.shipment import Shipment
from custody.domain.shipment_papers import ShipmentPaperAttached
from custody.domain.values import Document
from custody.errors import Reason, RefusedError, StorageError, reason
from custody.errors import Text as Words
from custody.rules.model import Ruling, reasons

if TYPE_CHECKING:
    from custody.app.ledger import Ledger
    from custody.app.verification.verifying import Report

# Of a batch only its certificate of analysis travels by itself: the other papers of its making are
# the maker's, and the consent forms behind it are the donors'.
OF_BATCHES: Final = ("coa",)
# A rule that a signed override can lift is settled when the bundle is issued, and is a remark here.
# What the transport papers must say is asked now: they are about to be enclosed.
PAPERS: Final = "CUS-001"
# What `custody export` discloses: the printed names of those who signed, and nothing of donors.
DISCLOSED: Final = {"genetic_information": False, "personal_data": False, "limits_stated": True}

DEVICE: Final = re.compile(r"(CON|PRN|AUX|NUL|COM\d|LPT\d)(\..*)?", re.IGNORECASE)

EXTENSIONS: Final[Mapping[str, str]] = {
    "application/pdf": ".pdf",
    "application/json": ".json",
    "application/xml": ".xml",
    "application/zip": ".zip",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/tiff": ".tif",
    "text/csv": ".csv",
    "text/plain": ".txt",
    "text/xml": ".xml",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
"""File endings by media type; a type that is not listed ends with ``.bin`` and opens nothing."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A document that travels in the folder: its digest, and the number of the item it is of."""

    kind: str
    name: str
    media: str
    sha256: str
    size: int
    number: str


@dataclass(frozen=True, slots=True)
class Handover:
    """The facts of one folder.

    Attributes:
        sha256: of the bundle's bytes, hex. `as_of`: Unix seconds of the seal.
        story: the shipment as the verifier tells it; see `custody.app.verification.story.tell`.
        files: SHA-256 (hex) of an enclosed document → its name below ``documents/``.
        unproved: what neither the bundle nor its verification can prove.
        remarks: rules that still stand against issuing the bundle, to be lifted by a signed act.
    """

    number: str
    bundle: bytes
    sha256: str
    as_of: int
    origin: str
    trust: str
    events: int
    streams: int
    signatures: int
    story: Mapping[str, Any]
    files: Mapping[str, str]
    unproved: tuple[Words, ...]
    remarks: tuple[Reason, ...] = ()

    @property
    def stem(self) -> str:
        """The name of the folder, and of the files in it without their endings."""
        return file_stem(self.number)

    @property
    def bundle_name(self) -> str:
        """The file name of the bundle."""
        return f"{self.stem}.custody.json"


def file_stem(number: str) -> str:
    """Return a business number as a file name: letters of any script stay, separators do not.

    No name is one that Windows cannot write: those of devices, and those that end with a dot.
    """
    plain = "".join(c if c.isalnum() or c in "-_." else "_" for c in number).strip(".")
    return f"_{plain}" if DEVICE.fullmatch(plain) else plain or "shipment"


def enclosures(ledger: Ledger, ref: str, extra: Collection[str] = ()) -> tuple[Enclosure, ...]:
    """Return the documents that must lie in the folder of the shipment `ref`, in a fixed order.

    These are: everything attached to the shipment itself (of each transport paper the latest, the
    logger files), what shows each permit it relies on, and the certificates of analysis of its
    batches.

    Args:
        extra: further kinds of documents to enclose, from wherever in these streams.

    Raises:
        InputError: C140 no such shipment.
    """
    shipment = _shipment(ledger, ref)
    histories = ledger.histories()
    found: dict[str, Enclosure] = {}
    numbers = {s: number_in(histories, s) for s in (*shipment.permits, *shipment.batches)}
    others = sorted(numbers, key=lambda s: (s in shipment.batches, numbers[s]))
    for stream in (shipment.stream, *others):
        events = effective(histories.events(stream))
        latest = {e.body.paper: e for e in events if isinstance(e.body, ShipmentPaperAttached)}
        for event in events:
            replaced = isinstance(event.body, ShipmentPaperAttached) and (
                latest[event.body.paper] is not event
            )
            for document in event.body.documents:
                if (_travels(event, document) and not replaced) or document.kind in extra:
                    number = numbers.get(stream, shipment.number)
                    found.setdefault(document.sha256, _enclosure(document, number))
    return tuple(found.values())


def _travels(event: Event, document: Document) -> bool:
    match event.kind:
        case "shipment":
            return True
        case "permit":
            return isinstance(event.body, PermitRecorded | PermitUpdated)
        case _:
            return document.kind in OF_BATCHES


def _enclosure(document: Document, number: str) -> Enclosure:
    return Enclosure(
        document.kind,
        document.name,
        document.media_type,
        document.sha256,
        document.size,
        number,
    )


def file_names(wanted: Sequence[Enclosure]) -> dict[str, str]:
    """Return a file name for each document by its SHA-256: ours, never the sender's.

    A name says what the document is and whose; the sender's own could be a path, a device, or look
    like another file.
    """
    names = {}
    for place, document in enumerate(wanted, start=1):
        number = re.sub(r"[^A-Za-z0-9-]+", "-", document.number).strip("-")[:40]
        ending = EXTENSIONS.get(document.media, ".bin")
        names[document.sha256] = f"{place:02d}-{document.kind}-{number or 'item'}{ending}"
    return names


def obstacles(
    ledger: Ledger, ref: str, wanted: Sequence[Enclosure], at_hand: Collection[str]
) -> tuple[Reason, ...]:
    """Return everything that stands against a folder for the shipment `ref`, in reading order.

    Args:
        wanted: the documents that must be enclosed.
        at_hand: SHA-256 (hex) of the documents that were found.
    """
    shipment = _shipment(ledger, ref)
    lost = ledger.vault.trouble
    found = (
        *([reason("C726", shipment.number, cause=lost.code)] if lost else ()),
        *_unsealed(ledger, shipment),
        *reasons(r for r in _rulings(ledger, shipment) if not _liftable(r)),
        *_not_at_hand(wanted, at_hand),
    )
    # Two gates may ask the same rule; what it answers is said once.
    return tuple({(r.code, r.where, r.why): r for r in found}.values())


def remarks(ledger: Ledger, ref: str) -> tuple[Reason, ...]:
    """Return what stands against issuing the bundle and can be lifted by a signed override."""
    return tuple(reasons(r for r in _rulings(ledger, _shipment(ledger, ref)) if _liftable(r)))


def _unsealed(ledger: Ledger, shipment: Shipment) -> Iterator[Reason]:
    if shipment.status in NOT_READY:
        yield reason("C203", shipment.stream, status=shipment.status)
        yield from reasons(explain_gate(ledger, "export", shipment.stream))


def _rulings(ledger: Ledger, shipment: Shipment) -> list[Ruling]:
    return explain_gate(ledger, "customs-bundle", shipment.stream, fields=DISCLOSED)


def _liftable(ruling: Ruling) -> bool:
    return ruling.rule.override_role is not None and ruling.rule.id != PAPERS


def _not_at_hand(wanted: Sequence[Enclosure], at_hand: Collection[str]) -> Iterator[Reason]:
    for document in wanted:
        if document.sha256 not in at_hand:
            yield reason(
                "C284",
                document.number,
                name=document.name,
                document=document.kind,
                sha256=document.sha256,
                size=document.size,
            )


def _shipment(ledger: Ledger, ref: str) -> Shipment:
    stream = ledger.resolve(ref, ("shipment",))
    state = ledger.histories().state(stream)
    if not isinstance(state, Shipment):
        raise RefusedError("C203", where=ref, status="")
    return state


def require_complete(number: str, found: Sequence[Reason]) -> None:
    """Raise one error that lists all `found`; nothing when there is none.

    Raises:
        StorageError: C726 when the lost vault is all that stands in the way.
        RefusedError: C283 otherwise.
    """
    if len(found) == 1 and found[0].code == "C726":
        raise StorageError("C726", where=number, cause=dict(found[0].values)["cause"])
    if found:
        raise RefusedError("C283", where=number, reasons=found, n=len(found))


def handover(
    made: Exported, report: Report, wanted: Sequence[Enclosure], left: Sequence[Reason]
) -> Handover:
    """Return the facts of the folder for a bundle that its own verification found genuine.

    Raises:
        RefusedError: C285 it did not; the findings are the reasons. A bundle that the recipient
            would turn down is not sent.
    """
    evidence = report.evidence
    if not report.genuine or evidence.as_of is None:
        raise RefusedError("C285", where=made.number, reasons=_findings(report))
    return Handover(
        number=made.number,
        bundle=made.data,
        sha256=made.sha256,
        as_of=evidence.as_of,
        origin=evidence.origin,
        trust=evidence.trust,
        events=evidence.events,
        streams=evidence.streams,
        signatures=evidence.signatures,
        story=report.story,
        files=file_names(wanted),
        unproved=unprovable(evidence.level, single_operator=evidence.single_operator),
        remarks=tuple(left),
    )


def _findings(report: Report) -> list[Reason]:
    found = []
    for finding in report.findings:
        said = {lang: report.text_of(finding, lang) for lang in ("en", "zh")}
        why = Words(*(f"{finding.step}: {t['title']}: {t['why']}" for t in said.values()))
        hint = Words(*(t["hint"] for t in said.values()))
        found.append(Reason(finding.code, said["en"]["where"], why, hint))
    return found
