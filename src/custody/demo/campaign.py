"""Read the campaign: acts with their days counted from the day it is played.

The chapters are files of their own, told one after the other and played as they happened.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from importlib import resources
from pathlib import Path
from typing import Any, Final

from custody.errors import Text as Words

CHAPTERS: Final = (
    "campaign.jsonl",
    "campaign-law.jsonl",
    "campaign-gene-edited.jsonl",
    "campaign-autologous.jsonl",
    "campaign-look-back.jsonl",
)
LOCAL: Final = timezone(timedelta(hours=8))
_RELATIVE: Final = re.compile(r"@([+-]\d+)d(?: (\d\d:\d\d))?")


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person: name of the key, printed name, staff number, roles, qualification."""

    name: str
    printed: str
    staff: str
    roles: tuple[str, ...]
    qualified: tuple[str, str, str]  # qualification, title, experience since


@dataclass(frozen=True, slots=True)
class Act:
    """One act of the campaign, with real dates; `signers` are (key name, role, meaning).

    `refused` names a reason that must stop it, `remarked` a rule that must comment on it, `held`
    the items it must put on hold.
    """

    moment: datetime
    type: str
    number: str
    body: dict[str, Any]
    links: tuple[tuple[str, str], ...]
    private: dict[str, str]
    signers: tuple[tuple[str, str, str], ...]
    documents: tuple[tuple[str, str, bytes], ...] = ()  # kind, file name, content
    enclosed: tuple[tuple[str, bytes], ...] = ()  # file name, content of files named in the body
    refused: str = ""
    remarked: str = ""
    held: tuple[str, ...] = ()
    say: Words = field(default=Words("", ""))

    @property
    def occurred_at(self) -> str:
        """When it happened, with the local offset."""
        return self.moment.isoformat(timespec="seconds")


def people() -> list[Person]:
    """Return the persons of the campaign."""
    return [
        Person(p["name"], p["printed"], p["staff"], tuple(p["roles"]), tuple(p["qualified"]))
        for p in json.loads(_read("people.json"))
    ]


def acts(today: datetime) -> Iterator[Act]:
    """Yield the acts as they happened, as if the campaign ended on the day before `today`."""
    start = today.astimezone(LOCAL).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = [json.loads(line) for name in CHAPTERS for line in _read(name).splitlines()]
    for row in sorted(rows, key=lambda row: (row["day"], row["at"])):
        yield _act(row, start)


def _act(row: dict[str, Any], start: datetime) -> Act:
    hour, minute = (int(part) for part in row["at"].split(":"))
    moment = start + timedelta(days=row["day"], hours=hour, minutes=minute)
    enclosed: dict[str, bytes] = {}
    body = _resolved(row["body"], start, enclosed)
    documents = [(d["kind"], d["name"], d["text"].encode()) for d in row.get("documents", ())]
    if "logger" in row:
        content, summary = _logger(row["logger"], moment)
        documents.append(("logger_file", f"logger-{body['logger'].lower()}.csv", content))
        body |= summary
    return Act(
        moment=moment,
        type=row["type"],
        number=row["number"],
        body=body,
        links=tuple((rel, to) for rel, targets in row.get("links", {}).items() for to in targets),
        private=row.get("private", {}),
        signers=tuple(_signer(text) for text in row["by"]),
        documents=tuple(documents),
        enclosed=tuple(enclosed.items()),
        refused=row.get("refused", ""),
        remarked=row.get("remarked", ""),
        held=tuple(row.get("held", ())),
        say=Words(**row["say"]) if "say" in row else Words("", ""),
    )


def _signer(text: str) -> tuple[str, str, str]:
    name, role, meaning = (*text.split(":"), "", "")[:3]
    return name, role, meaning


def _resolved(value: Any, start: datetime, enclosed: dict[str, bytes]) -> Any:
    """Replace ``@-10d`` by a date, ``@-10d 09:00`` by an instant, ``@document`` by a reference."""
    if isinstance(value, dict):
        if "@document" in value:
            file = value["@document"]
            enclosed[file["name"]] = content = file["text"].encode()
            return _reference(file["kind"], file["name"], content)
        return {k: _resolved(v, start, enclosed) for k, v in value.items()}
    if isinstance(value, list):
        return [_resolved(v, start, enclosed) for v in value]
    if not isinstance(value, str) or not (found := _RELATIVE.fullmatch(value)):
        return value
    day = start + timedelta(days=int(found[1]))
    if not found[2]:
        return day.date().isoformat()
    hour, minute = (int(part) for part in found[2].split(":"))
    return day.replace(hour=hour, minute=minute).isoformat(timespec="seconds")


def _logger(name: str, end: datetime) -> tuple[bytes, dict[str, Any]]:
    """Return the logger's file with real times, and the summary that goes into the event."""
    rows = list(csv.DictReader(_read(name).splitlines()))
    last = int(rows[-1]["minutes"])
    times = [end - timedelta(minutes=last - int(row["minutes"])) for row in rows]
    readings = [row["celsius"] for row in rows]
    lines = ["time,celsius"]
    lines += [
        f"{t.isoformat(timespec='seconds')},{r}" for t, r in zip(times, readings, strict=True)
    ]
    return ("\r\n".join(lines) + "\r\n").encode(), {
        "started_at": times[0].isoformat(timespec="seconds"),
        "ended_at": times[-1].isoformat(timespec="seconds"),
        "readings": len(rows),
        "minimum": min(readings, key=float),
        "maximum": max(readings, key=float),
        "gaps": 0,
    }


def filed(act: Act, folder: Path) -> list[dict[str, Any]]:
    """Write the act's files into `folder`; return its documents as an event refers to them."""
    files = [*act.enclosed, *((name, content) for _, name, content in act.documents)]
    for name, content in files:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return [_reference(kind, name, content) for kind, name, content in act.documents]


def _reference(kind: str, name: str, content: bytes) -> dict[str, Any]:
    return {
        "kind": kind,
        "name": name,
        "media_type": "text/csv" if name.endswith(".csv") else "text/plain",
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def _read(name: str) -> str:
    return (resources.files("custody.demo") / name).read_text(encoding="utf-8")
