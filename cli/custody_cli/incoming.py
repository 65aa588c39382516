"""Events that arrive as JSON: read the lines, check their shape, say exactly what is wrong.

What the fields of an event must be is not known here; the ledger judges that.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from custody.errors import InputError
from custody_cli import signing
from custody_cli.console import here
from custody_cli.failures import close_to

if TYPE_CHECKING:
    from custody.app.recording.intent import Intent

KEYS: Final = frozenset({"type", "subject", "body", "links", "private", "signers"})


def parsed(content: bytes) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line number, object) of one JSON object or of JSON Lines.

    Raises:
        InputError: C115 not UTF-8, C116 a line is not a JSON object, C117 nothing there.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("C115", where="--from", at=error.start) from error
    whole = _loaded(text)
    if isinstance(whole, dict):
        yield 1, whole
        return
    found = [(n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
    if not found:
        raise InputError("C117", where="--from")
    if isinstance(whole, list):
        raise _line(
            1, "a JSON list; write one object per line instead", "是 JSON 列表；请改为每行一个对象"
        )
    for number, line in found:
        if not isinstance(_loaded(line), dict):
            raise _line(number, *_unread(line))
    yield from ((number, _loaded(line)) for number, line in found)


def _loaded(text: str) -> Any:
    """Return the JSON value, or None; nesting without end and doubled keys are no JSON to us."""
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None


def _unread(line: str) -> tuple[str, str]:
    """Return why a line is no JSON object to us, in both languages."""
    try:
        lenient = json.loads(line)
    except (ValueError, RecursionError):
        lenient = None
    if isinstance(lenient, dict):
        return (
            "a key is given twice, or a number is NaN or Infinity, which JSON does not have",
            "有重复的键，或数字为 NaN、Infinity（JSON 不允许）",
        )
    return "not a JSON object", "不是 JSON 对象"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is given twice")
    return found


def _refuse(word: str) -> Any:
    raise ValueError(word)


def _line(number: int, en: str, zh: str) -> InputError:
    return InputError("C116", where="--from", line=number, detail=here().t(en, zh))


def known_type(type_name: str) -> None:
    from custody import contract

    if not contract.is_known(type_name):
        near = close_to(type_name, tuple(contract.types())) or "–"
        raise InputError("C119", where=type_name, type=type_name, near=near)


def intent_of(
    line: Mapping[str, Any], type_name: str, default: list[signing.Hand]
) -> tuple[Intent, list[signing.Hand]]:
    """Return the intent of one line and who signs it.

    Raises:
        InputError: C119 unknown type, C123 a key or value of the wrong shape, C108 no signer.
    """
    from custody.app.recording.intent import Intent

    strange = sorted(set(line) - KEYS)
    if strange:
        raise _shape(strange[0], ", ".join(sorted(KEYS)))
    name = line.get("type", type_name)
    if not isinstance(name, str):
        raise _shape("type", "a string")
    known_type(name)
    subject, body = line.get("subject"), line.get("body", {})
    links, private = line.get("links", []), line.get("private", {})
    if subject is not None and not isinstance(subject, str):
        raise _shape("subject", "a string")
    if not isinstance(body, dict):
        raise _shape("body", "an object")
    if not isinstance(private, dict) or not all(isinstance(v, str) for v in private.values()):
        raise _shape("private", "name → string")
    body = dict(body)
    body.setdefault("occurred_at", signing.now())
    return Intent(name, subject, body, _links(links), private), _hands(line, default)


def _shape(part: str, expected: str) -> InputError:
    return InputError("C123", where=part, part=part, expected=expected)


def _links(links: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(links, list):
        raise _shape("links", '[{"rel": …, "to": …}]')
    found = []
    for link in links:
        pair = (link.get("rel"), link.get("to")) if isinstance(link, dict) else (None, None)
        if not isinstance(pair[0], str) or not isinstance(pair[1], str):
            raise _shape("links", '[{"rel": …, "to": …}]')
        found.append((pair[0], pair[1]))
    return tuple(found)


def _hands(line: Mapping[str, Any], default: list[signing.Hand]) -> list[signing.Hand]:
    given = line.get("signers", [])
    shape = '[{"key": …, "role": …, "meaning": …}]'
    if not isinstance(given, list):
        raise _shape("signers", shape)
    found = []
    for signer in given:
        if not isinstance(signer, dict) or not isinstance(signer.get("key"), str):
            raise _shape("signers", shape)
        parts = [signer.get(k, "") for k in ("role", "meaning")]
        if not all(isinstance(p, str) for p in parts):
            raise _shape("signers", shape)
        found.append(signing.Hand(signer["key"], *parts))
    return found or default or signing.hands(None)
