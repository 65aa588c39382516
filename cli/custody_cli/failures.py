"""From exceptions to what people read: one error, its reasons, and the exit code.

Mistakes in typing, refusals of the library and bugs are told in the same form. Nothing here decides
what is an error; it only finds the words.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from custody.errors import CustodyError, InputError, Reason, Rendered
from custody.errors import Text as Words
from custody_cli import labels
from custody_cli.console import Console, as_json, columns, hung, padded, short
from custody_cli.exits import exit_of

_KEY: Final = re.compile(r"key:([0-9a-f]{8,16})[0-9a-f]*…?")
ENDLESS: Final = 200  # a word of more letters was pasted by mistake


def tell(console: Console, error: CustodyError) -> int:
    """Write `error` to stderr, as text or as one JSON object; return its exit code."""
    code = exit_of(error)
    if console.json:
        console.complain(as_json(as_object(console, error, code)))
        return int(code)
    shown = _brief(console, error)
    head = console.paint(f"{console.word('error')} {shown.code}", "red", "bold")
    console.complain(f"{head}  {_what(error, shown.what)}")
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
    fix = _named(shown.fix, shown.where)
    _lines(console, [("fix", fix), ("more", f"custody explain {shown.code}")])
    return int(code)


def as_object(console: Console, error: CustodyError, code: int) -> dict[str, Any]:
    """Return the error as one JSON object, in the language of the call."""
    shown = _brief(console, error)
    return {
        "kind": "custody.error/v1",
        "code": shown.code,
        "what": _what(error, shown.what),
        "where": shown.where,
        "why": shown.why,
        "fix": _named(shown.fix, shown.where),
        "exit": int(code),
        "reasons": [
            {
                "code": r.code,
                "where": r.where,
                "why": why,
                "fix": fix,
                "source": r.source,
            }
            for r in error.reasons
            for why, fix in (_said(console, r),)
        ],
    }


def _reason(console: Console, reason: Reason) -> None:
    why, fix = _said(console, reason)
    for line in hung(f"    {console.paint(reason.code, 'yellow')}  ", why, console.width):
        console.complain(line)
    _lines(console, [("fix", fix), ("source", reason.source)], indent=columns(reason.code) + 6)


def _what(error: CustodyError, what: str) -> str:
    """Return the headline; of a list of which lines are written already it is about one line."""
    if not error.params.get("partly"):
        return what
    return what.replace("nothing was written", "this line was not written").replace(
        "未写入任何内容", "本行未写入"
    )


def _brief(console: Console, error: CustodyError) -> Rendered:
    """Return the error in the language of the call: codes worded, what is endless cut."""
    say = labels.said_of(_kind_of(error.params))
    shown = error.render(console.lang, lambda name, value: _cut(say(name, value)))
    return replace(shown, where=_cut(shown.where))


def _cut(text: str) -> str:
    """Return `text` without the middle of a word that is too long to be one."""
    return text if len(text) <= ENDLESS or " " in text else f"{text[:40]}…"


def _said(console: Console, reason: Reason) -> tuple[str, str]:
    """Return why and fix of a reason, codes worded, the number of the item where it is known."""
    kind = _kind_of(dict(reason.values))
    why, fix = reason.said(console.lang, labels.said_of(kind))
    return why, _named(fix, reason.where)


def _named(fix: str, where: str) -> str:
    """Return advice with the number of the item in the command it names, where it is known.

    A key has no number: it is shown by the beginning of its id.
    """
    if key := _KEY.fullmatch(where):
        return re.sub(r"custody (?:show|log) (?:NUMBER|编号)", f"custody key show {key[1]}", fix)
    number = where.rpartition(" ")[2]
    if not number or ":" in number or not any(c.isdigit() for c in number):
        return fix
    return re.sub(r"(custody [a-z -]+) (?:NUMBER|编号)", lambda m: f"{m[1]} {number}", fix)


def _kind_of(values: Mapping[str, object]) -> str:
    """Return the kind of item an error is about, by the event type it names; else a shipment."""
    noun = str(values.get("type", "shipment")).partition(".")[0]
    return next((kind for kind, named in labels.NOUNS.items() if named == noun), noun)


def _lines(console: Console, rows: Sequence[tuple[str, str]], indent: int = 2) -> None:
    keys = [console.word(key) for key, _ in rows]
    left = max(6 if indent == 2 else 0, *(columns(key) for key in keys))
    for label, (_, text) in zip(keys, rows, strict=True):
        if not text:
            continue
        lead = f"{' ' * indent}{console.paint(padded(label, left), 'dim')}  "
        for line in hung(lead, text, console.width):
            console.complain(line)


def several(code: str, where: str, reasons: Sequence[Reason], **params: object) -> InputError:
    """Return one input error that carries all that was found wrong at once."""
    return InputError(code, where=where, reasons=reasons, n=len(reasons), **params)


def reason(code: str, where: str, en: str, zh: str, fix_en: str, fix_zh: str) -> Reason:
    """Return one reason with its texts in both languages."""
    return Reason(code, where, Words(en, zh), Words(fix_en, fix_zh))


def close_to(wrong: str, right: Sequence[str]) -> str:
    """Return the words of `right` that look most like `wrong`, joined; empty when none does."""
    return ", ".join(close_matches(wrong, right))


def close_matches(wrong: str, right: Sequence[str]) -> list[str]:
    """Return the words of `right` that look most like `wrong`, the nearest first."""
    return difflib.get_close_matches(wrong, right, n=3, cutoff=0.55)


def from_disk(error: OSError, where: str) -> CustodyError:
    """Return the error of our tree for a failure of the operating system."""
    detail = error.strerror or type(error).__name__
    if isinstance(error, FileNotFoundError):
        return InputError("C110", where=where)
    if isinstance(error, IsADirectoryError):
        return InputError("C111", where=where)
    # Files are made under names nobody has, so a name that is taken is that of a folder to make.
    if isinstance(error, (FileExistsError, NotADirectoryError)):
        return InputError("C185", where=where)
    return InputError("C112", where=where, detail=detail)
