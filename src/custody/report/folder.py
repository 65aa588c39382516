"""What the handover folder holds beside the documents: the bundle and what is made for reading."""

from __future__ import annotations

from custody.app.publication.handover import Handover
from custody.report import label, pages, paper
from custody.report.reading import reading_copy

READ_ME = "READ-ME-FIRST.txt"
LABEL = "label.svg"


def contents(handover: Handover, *, with_pdf: bool) -> dict[str, bytes]:
    """Return file name → content, in the order people should see them; no verifier is among them.

    Raises:
        InputError: C181 or C182 when a PDF is wanted and cannot be made.
    """
    copy = reading_copy(handover)
    to_read = {f"{handover.stem}.html": pages.html(copy), LABEL: label.svg(handover)}
    if with_pdf:
        to_read[f"{handover.stem}.pdf"] = paper.pdf(copy, handover)
    return {
        READ_ME: pages.read_me(handover, tuple(to_read)),
        handover.bundle_name: handover.bundle,
        **to_read,
    }
