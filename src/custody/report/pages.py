"""The reading copy as one HTML file, and the few lines to read first.

The page needs nothing but itself: its policy forbids every request and every script, and a test
looks that it asks for none.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from typing import Final

from custody.app.publication.handover import Handover
from custody.report.reading import TITLE, ReadingCopy
from custody.report.templates import filled, source
from custody.report.wording import utc

BOM: Final = "\ufeff"


def html(copy: ReadingCopy) -> bytes:
    """Return the reading copy as one self-contained HTML file, UTF-8."""
    style = source("reading.css")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    page = filled("reading.html.j2", copy=copy, title=TITLE, style=style, style_hash=digest)
    return page.encode()


def read_me(handover: Handover, to_read: Sequence[str]) -> bytes:
    """Return READ-ME-FIRST.txt; `to_read` are the files that are only for reading.

    It begins with a byte order mark and ends lines as Windows does: the editors of older office
    machines show Chinese and line breaks only so, and no other editor minds.
    """
    text = filled(
        "read-me-first.txt.j2",
        number=handover.number,
        bundle=handover.bundle_name,
        sha256=handover.sha256,
        as_of=utc(handover.as_of),
        to_read=to_read,
    )
    return (BOM + text.replace("\n", "\r\n")).encode()
