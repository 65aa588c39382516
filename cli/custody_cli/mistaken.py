"""Files that people give in the place of another, told by how they begin.

A wrong file is a mistake of the person, not evidence against the goods: it is said to be one before
anything is judged. What only looks damaged is judged like any bundle.
"""

from __future__ import annotations

import re
from typing import Final

from custody.errors import InputError, Text

HEAD: Final = 1 << 16
RECEIPT: Final = b"c2sp.org/tlog-proof@"
PAPERS: Final = (
    (b"%PDF-", Text("it is a PDF; the bundle lies beside it", "它是 PDF；证据包与其放在一起")),
    (b"PK\x03\x04", Text("it is a ZIP archive; unpack it first", "它是 ZIP 压缩包；请先解压")),
    (b"<", Text("it is a page for reading", "它是供阅读的网页")),
    (RECEIPT, Text("it is a receipt", "它是回执")),
    (
        b"custody-ack/",
        Text("it is a promise, given until there is a receipt", "它是回执之前的承诺"),
    ),
)
FORMATS: Final = (
    (b"custody-trust-root", Text("it is a trust file", "它是信任文件")),
    (b"custody-refresh", Text("it is a refresh file", "它是更新文件")),
    (b"custody-fraud", Text("it is a fraud proof", "它是欺诈证明")),
)
BUNDLE: Final = Text("it is a bundle", "它是证据包")
EMPTY: Final = Text("it is empty", "它是空文件")
NOTHING: Final = Text("nothing in it says that it is one", "其中没有任何内容表明它是")
# A form that an editor laid out anew still says what it is; whether it is usable is judged later.
_REFRESH: Final = re.compile(rb'"format"\s*:\s*"custody-refresh/')


def refuse_others(raw: bytes, name: str) -> bytes:
    """Return the bytes unless they are another kind of file, which is an InputError C153."""
    said = _recognised(raw)
    if said is not None and said is not BUNDLE:
        raise InputError("C153", where=name, detail=said)
    return raw


def require_refresh(raw: bytes, name: str) -> bytes:
    """Return the bytes when they say that they are a refresh file; else InputError C175.

    A bundle is the goods' only evidence and is judged even when it is damaged; a refresh file only
    comes on top, so whatever does not say what it is was taken by mistake.
    """
    if not _REFRESH.search(raw):
        raise InputError("C175", where=name, detail=_recognised(raw) or _nothing(raw))
    return raw


def require_receipt(raw: bytes, name: str) -> bytes:
    """Return the bytes when they begin as a receipt does; else InputError C176."""
    if not _head(raw).startswith(RECEIPT):
        raise InputError("C176", where=name, detail=_recognised(raw) or _nothing(raw))
    return raw


def _recognised(raw: bytes) -> Text | None:
    """Return what kind of file this is, None for what begins like none of them."""
    head = _head(raw)
    for beginning, said in PAPERS:
        if head.startswith(beginning):
            return said
    if not head.startswith(b"{"):
        return None
    if b'"format":"custody-bundle/' in raw:
        return BUNDLE
    return next((said for form, said in FORMATS if b'"format":"%s/' % form in head), None)


def _head(raw: bytes) -> bytes:
    return raw[:HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()


def _nothing(raw: bytes) -> Text:
    return NOTHING if raw.strip() else EMPTY
