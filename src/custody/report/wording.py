"""What codes and moments are called on paper: always both languages, side by side.

Codes keep their place in the ledger and in every file; on paper people read the contract's labels.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from custody import contract
from custody.errors import Text

NONE: Final = Text("none", "无")
YES: Final = Text("yes", "是")
NO: Final = Text("no", "否")


def term(vocabulary: str, code: str) -> Text | str:
    """Return the label of `code` in both languages; the code in plain words when it has none."""
    if not code:
        return ""
    found = contract.vocabulary(vocabulary).get(code)
    return Text(found["en"], found["zh"]) if found else code.replace("_", " ")


def status(kind: str, code: str) -> Text | str:
    """Return the label of a status, which may differ from one kind of item to another."""
    return term("statuses", f"{kind}.{code}") if code else ""


def document_kind(code: str) -> Text | str:
    """Return what a document is; its code is free, so it may be none of the contract's words."""
    known = ("document_kinds", "paper_kinds", "kinds")
    return term(next((v for v in known if code in contract.vocabulary(v)), known[0]), code)


def event_title(type_name: str) -> Text | str:
    """Return the title of an event type, its name when the contract does not know it."""
    entry: dict[str, Any] | None = contract.types().get(type_name)
    return Text(entry["title"]["en"], entry["title"]["zh"]) if entry else type_name


def moment(text: str) -> str:
    """Return a recorded instant for people: its own offset stays, as it was signed."""
    if len(text) < len("2026-03-02T09:15:00Z"):
        return text
    zone = "UTC" if text.endswith("Z") else text[19:]
    return f"{text[:10]} {text[11:19]} {zone}"


def utc(seconds: int) -> str:
    """Return Unix seconds as a moment in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def grouped(sha256: str, size: int = 4) -> str:
    """Return a hex digest in groups, as people compare it."""
    return " ".join(sha256[i : i + size] for i in range(0, len(sha256), size))


SHORT: Final = 20  # hex digits: 80 bits, too many to be met by trying, few enough to read aloud


def fingerprint(sha256: str) -> str:
    """Return the beginning of a digest that is printed on the label, in groups of four."""
    return grouped(sha256[:SHORT])
