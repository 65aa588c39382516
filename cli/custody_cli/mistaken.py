"""Files that people give in the place of a bundle, told by how they begin.

A wrong file is a mistake of the person, not evidence against the goods: it is said to be one before
anything is judged. What only looks damaged is judged like any bundle.
"""

from __future__ import annotations

from typing import Final

from custody.errors import InputError, Text

HEAD: Final = 1 << 16
PAPERS: Final = (
    (b"%PDF-", Text("it is a PDF; the bundle lies beside it", "它是 PDF；证据包与其放在一起")),
    (b"PK\x03\x04", Text("it is a ZIP archive; unpack it first", "它是 ZIP 压缩包；请先解压")),
    (b"<", Text("it is a page for reading", "它是供阅读的网页")),
    (b"c2sp.org/tlog-proof@", Text("it is a receipt", "它是回执")),
)
FORMATS: Final = (
    (b"custody-trust-root", Text("it is a trust file", "它是信任文件")),
    (b"custody-refresh", Text("it is a refresh file", "它是更新文件")),
    (b"custody-fraud", Text("it is a fraud proof", "它是欺诈证明")),
)


def refuse_others(raw: bytes, name: str) -> bytes:
    """Return the bytes unless they are another kind of file, which is an InputError C153."""
    head = raw[:HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    for beginning, said in PAPERS:
        if head.startswith(beginning):
            raise InputError("C153", where=name, detail=said)
    if head.startswith(b"{") and b'"format":"custody-bundle/' not in raw:
        for form, said in FORMATS:
            if b'"format":"%s/' % form in head:
                raise InputError("C153", where=name, detail=said)
    return raw
