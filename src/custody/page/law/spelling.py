"""How names, texts and numbers are spelled in JavaScript."""

from __future__ import annotations

import re
from typing import Final

# Words that a Python name may be and a JavaScript name in strict mode may not.
_WORDS: Final = """
    arguments await break case catch class const continue debugger default delete do else enum
    eval export extends false finally for function if implements import in instanceof interface
    let new null package private protected public return static super switch this throw true try
    typeof undefined var void while with yield
    py written given thrown Infinity NaN Number Object
"""
RESERVED: Final = frozenset(_WORDS.split())
# What would be invisible in a page, or end its script, is written as an escape.
_HIDDEN: Final = re.compile(
    "[\x00-\x1f\x7f-\xa0\u00ad\u061c\u115f\u1160\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uff00\uffa0\ufff0-\uffff\ud800-\udfff]|[\U000e0000-\U000e0fff]"
)


def name(text: str) -> str:
    """Return the JavaScript spelling of a Python name."""
    return f"{text}$" if text in RESERVED else text


def scope_of(module: str) -> str:
    """Return the constant that holds the names of a module."""
    return module.replace(".", "_")


def escaped(text: str) -> str:
    """Return `text` as it stands between quotes, quotes themselves left alone."""
    plain = text.replace("\\", "\\\\").replace("</", "<\\/").replace("<!--", "<\\!--")
    return _HIDDEN.sub(lambda m: _unit(m.group()), plain)


def _unit(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\u{{{code:x}}}"


def quoted(text: str) -> str:
    """Return `text` as a JavaScript string."""
    return '"' + escaped(text).replace('"', '\\"') + '"'


def templated(text: str) -> str:
    """Return `text` as it stands between backquotes."""
    return escaped(text).replace("`", "\\`").replace("${", "\\${")


def key(text: str) -> str:
    """Return a property name as it stands in an object."""
    return text if re.fullmatch(r"[A-Za-z_$][\w$]*", text, re.ASCII) else quoted(text)


def escaped_json(text: str) -> str:
    """Return JSON so that it can stand in a script."""
    shown = text.replace("</", "<\\/").replace("<!--", "<\\!--")
    return _HIDDEN.sub(lambda m: m.group() if m.group() == "\n" else _unit(m.group()), shown)
