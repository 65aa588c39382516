"""What codes of the contract are called on a screen: kinds, statuses, roles, meanings, relations.

In Chinese they are the labels of the contract's vocabularies. In English the code is the label, its
underscores spaces, because people type it. Codes stay codes in JSON, in options and in every file.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Final

from custody import contract
from custody_cli.console import here

NOUNS: Final = {"donation": "donor"}  # kinds whose events are named otherwise
_QUOTED: Final = re.compile(r"“([a-z][a-z0-9_]+)”|(?<=状态为 )([a-z][a-z0-9_]+)\b")


def kind(code: str) -> str:
    """Return the label of a kind of item."""
    return _label("kinds", code)


def status(code: str, kind: str = "") -> str:
    """Return the label of a status, which may differ from one `kind` of item to another."""
    if here().lang != "zh":
        return code.replace("_", " ")
    return _status_zh(code, kind)


def _status_zh(code: str, kind: str) -> str:
    return _statuses(code).get(kind) or _usual(code)


@cache
def _statuses(code: str) -> dict[str, str]:
    """Return kind → Chinese label of the status `code`."""
    rows = ((*key.split(".", 1), row["zh"]) for key, row in contract.vocabulary("statuses").items())
    return {kind: zh for kind, word, zh in rows if word == code}


@cache
def _usual(code: str) -> str:
    """Return the Chinese label that most kinds of items have for a status."""
    said = list(_statuses(code).values())
    return max(said, key=said.count) if said else code


def role(code: str) -> str:
    """Return the label of a role: the code itself in English, because people type it."""
    return contract.label("roles", code, "zh") if here().lang == "zh" else code


def meaning(code: str) -> str:
    """Return the label of a signature's meaning."""
    return _label("meanings", code)


def relation(code: str) -> str:
    """Return the label of a relation between items."""
    return _label("relations", code)


def document(code: str) -> str:
    """Return the label of a kind of document; the kinds of transport papers are among them."""
    known = next((v for v in _DOCUMENTS if code in contract.vocabulary(v)), _DOCUMENTS[0])
    return _label(known, code)


_DOCUMENTS: Final = ("document_kinds", "paper_kinds", "kinds")


def _label(vocabulary: str, code: str) -> str:
    if here().lang == "zh":
        return contract.label(vocabulary, code, "zh")
    return code.replace("_", " ")


def said_of(kind_of_item: str) -> Callable[[str, str], str]:
    """Return how the values in a message about such an item are worded.

    The function takes the name of a placeholder and its value; what is no code stays as it is.
    """
    zh = here().lang == "zh"

    def word(name: str, code: str) -> str:
        if name in ("status", "when"):
            return status(code, kind_of_item)
        return role(code) if name == "role" else _label(_WORDED[name], code)

    def say(name: str, value: str) -> str:
        if name == "document":
            return document(value)
        if name == "detail" and zh:  # a clause of the evidence, which knows no Chinese
            from custody.app.verification.details import in_both

            return in_both(value).zh
        if name not in ("status", "when", "role", *_WORDED):
            return value
        parts = [p for p in re.split(r"\s*/\s*|, ", value) if p]
        if name == "kinds" and len(parts) > MANY:
            return "全部类别" if zh else "every kind of item"
        mark = (" 或 " if zh else " or ") if "/" in value else ("、" if zh else ", ")
        return mark.join(dict.fromkeys(word(name, part) for part in parts)) or value

    return say


MANY: Final = 6
_WORDED: Final = {
    "kinds": "kinds",
    "noun": "kinds",
    "meaning": "meanings",
    "names": "private_values",
    "test": "tests",
    "limit_zh": "tests",
    "level": "bank_levels",
    "capability": "capabilities",
    "agreement": "agreement_kinds",
    "slot": "study_dossier",
    "vector": "vector_types",
    "request": "request_kinds",
    "severity": "deviation_severities",
}


def sentence(text: str, kind_of_item: str = "") -> str:
    """Return a Chinese sentence of a rule with the codes it quotes replaced by their labels."""
    if here().lang != "zh":
        return text

    def label(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        said = _status_zh(code, kind_of_item)
        for vocabulary in _QUOTABLE if said == code else ():
            said = contract.label(vocabulary, code, "zh")
            if said != code:
                break
        return f"“{said}”" if match[1] else said

    return _QUOTED.sub(label, text)


_QUOTABLE: Final = ("roles", "permit_kinds", "uses", "tests", "study_stages", "kinds")
