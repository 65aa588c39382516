"""From exceptions to what people read: one error, its reasons, and the exit code.

Mistakes in typing, refusals of the library and bugs are told in the same form. Nothing here decides
what is an error; it only finds the words.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Any

from custody.errors import CustodyError, InputError, Reason
from custody.errors import Text as Words
from custody_cli.console import Console, as_json, columns, padded, short, wrapped
from custody_cli.exits import exit_of


def tell(console: Console, error: CustodyError) -> int:
    """Write `error` to stderr, as text or as one JSON object; return its exit code."""
    code = exit_of(error)
    if console.json:
        console.complain(as_json(as_object(console, error, code)))
        return int(code)
    shown = error.render(console.lang)
    console.complain(
        console.paint(f"{console.word('error')} {shown.code}", "red", "bold") + f"  {shown.what}"
    )
    _lines(console, [("where", short(shown.where)), ("why", shown.why)])
    reasons = error.reasons
    for place in dict.fromkeys(r.where for r in reasons):
        group = [r for r in reasons if r.where == place]
        if place and place != error.where:
            console.complain(f"  {console.paint(short(place), 'bold')}")
        for reason in group:
            _reason(console, reason)
    if len(reasons) > 1:
        console.complain("  " + console.word("reasons", n=len(reasons)))
    _lines(console, [("fix", shown.fix), ("more", f"custody explain {shown.code}")])
    return int(code)


def as_object(console: Console, error: CustodyError, code: int) -> dict[str, Any]:
    """Return the error as one JSON object, in the language of the call."""
    shown = error.render(console.lang)
    return {
        "kind": "custody.error/v1",
        "code": shown.code,
        "what": shown.what,
        "where": shown.where,
        "why": shown.why,
        "fix": shown.fix,
        "exit": int(code),
        "reasons": [
            {
                "code": r.code,
                "where": r.where,
                "why": r.why[console.lang],
                "fix": r.fix[console.lang],
                "source": r.source,
            }
            for r in error.reasons
        ],
    }


def _reason(console: Console, reason: Reason) -> None:
    left = columns(reason.code)
    first, *others = wrapped(reason.why[console.lang], console.width - left - 6)
    console.complain(f"    {console.paint(reason.code, 'yellow')}  {first}")
    for line in others:
        console.complain(" " * (left + 6) + line)
    _lines(
        console,
        [("fix", reason.fix[console.lang]), ("source", reason.source)],
        indent=left + 6,
    )


def _lines(console: Console, rows: Sequence[tuple[str, str]], indent: int = 2) -> None:
    labels = [console.word(key) for key, _ in rows]
    left = max(6 if indent == 2 else 0, *(columns(label) for label in labels))
    for label, (_, text) in zip(labels, rows, strict=True):
        if not text:
            continue
        first, *others = wrapped(text, console.width - indent - left - 2)
        console.complain(f"{' ' * indent}{console.paint(padded(label, left), 'dim')}  {first}")
        for line in others:
            console.complain(" " * (indent + left + 2) + line)


def several(code: str, where: str, reasons: Sequence[Reason], **params: object) -> InputError:
    """Return one input error that carries all that was found wrong at once."""
    return InputError(code, where=where, reasons=reasons, n=len(reasons), **params)


def reason(code: str, where: str, en: str, zh: str, fix_en: str, fix_zh: str) -> Reason:
    """Return one reason with its texts in both languages."""
    return Reason(code, where, Words(en, zh), Words(fix_en, fix_zh))


def close_to(wrong: str, right: Sequence[str]) -> str:
    """Return the words of `right` that look most like `wrong`, joined; empty when none does."""
    return ", ".join(difflib.get_close_matches(wrong, right, n=3, cutoff=0.55))


def from_disk(error: OSError, where: str) -> CustodyError:
    """Return the error of our tree for a failure of the operating system."""
    detail = error.strerror or type(error).__name__
    if isinstance(error, FileNotFoundError):
        return InputError("C110", where=where)
    if isinstance(error, IsADirectoryError):
        return InputError("C111", where=where)
    return InputError("C112", where=where, detail=detail)
