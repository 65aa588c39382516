"""Makes the handover folder of a shipment: facts from the application, files from the disk.

It knows which adapter finds documents and writes folders, and which pages are made for reading.
Everything is made before the first file is written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from custody.adapters import handover_folder
from custody.app.publication import handover
from custody.app.verification.verifying import verify_bundle
from custody.report import folder, paper

if TYPE_CHECKING:
    from custody.app.publication.handover import Handover
    from custody.wiring.ledger import OpenLedger


@dataclass(frozen=True, slots=True)
class Folder:
    """A handover folder.

    Attributes:
        files: names in it, documents aside, in the order people should see them.
        new: False when the very same folder was there already.
        lacking: the package that is not installed and without which there is no PDF.
    """

    path: Path
    facts: Handover
    files: tuple[str, ...]
    new: bool
    lacking: str


def hand_over(
    ledger: OpenLedger,
    shipment: str,
    passphrase: Callable[[str], bytes],
    out: Path,
    *,
    documents: Path | None = None,
    extra: Sequence[str] = (),
    with_pdf: bool = True,
    known: Sequence[int] = (),
) -> Folder:
    """Write the handover folder of `shipment` below the folder `out`.

    Args:
        documents: folder with the files that must be enclosed, under any names.
        extra: further kinds of documents to enclose; see `app.publication.handover.enclosures`.
        with_pdf: make a PDF, if what it needs is installed.
        known: sizes of checkpoints that the recipient already trusts.

    Raises:
        InputError: no such shipment; C180 another folder is there; C181 the PDF's font lacks a
            letter; C183 `documents` cannot be read.
        RefusedError: C283 something is missing, with all of it as reasons; C285 the bundle would
            not be found genuine.
        SigningKeyError: a new checkpoint is needed and a ledger key does not open.
        StorageError: C726 the names of the signers are lost, C727 the disk, C728 a document
            changed while it was copied.
    """
    wanted = handover.enclosures(ledger, shipment, extra)
    sizes = {d.sha256: d.size for d in wanted}
    found = handover_folder.found(documents, sizes) if documents else {}
    handover.require_complete(shipment, handover.obstacles(ledger, shipment, wanted, found))
    made = ledger.export(shipment, passphrase, known)
    earlier = [file.to_bytes() for file in ledger.trust.earlier]
    trust = ledger.trust.to_bytes()
    report = verify_bundle(made.data, trust, now=ledger.clock(), earlier=earlier)
    facts = handover.handover(made, report, wanted, handover.remarks(ledger, shipment))
    lacking = paper.missing() if with_pdf else ""
    files = folder.contents(facts, with_pdf=with_pdf and not lacking)
    named = {name: (found[digest], digest) for digest, name in facts.files.items()}
    place = out / facts.stem
    new = handover_folder.write(place, files, named)
    return Folder(place, facts, tuple(files), new, lacking)
