"""The page `docs/reference/attacks.md`, written from the index of the published attacks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

MARK: Final = "<!-- written by tests/docs/regenerate.py; do not edit -->"
EVENTS: Final = Path(__file__).parents[2] / "events"
INDEX: Final = EVENTS / "vectors" / "attacks" / "index.json"
OTHER_PLACES: Final = {
    "tests/fuzz/test_exhaustion.py": "files too large to keep here",
    "tests/evidence/test_trust.py": "what passes between two trust files",
}
ABOUT: Final = (
    "Every attack is a folder below `events/vectors`: who does what and what must catch it, the "
    "files, and the exact findings expected. Both verifiers are held to it, finding for finding. "
    "Steps V1 to V9 are those of [verification](../verification.md), A1 to A7 those of "
    "`custody audit`; codes are explained in [errors](errors.md) and [rules](rules.md). A vector "
    "without a step asks one part of the verifier."
)


def page() -> str:
    """Return the page: the numbered catalogue, then what belongs to the domain."""
    index = json.loads(INDEX.read_text(encoding="utf-8"))
    catalogue, domain = index["catalogue"], index["domain"]
    order = sorted(catalogue, key=lambda number: (int(number.rstrip("b")), number))
    return "\n".join(
        [
            MARK,
            "",
            "# Attacks",
            "",
            ABOUT,
            "",
            f"## The catalogue: {len(catalogue)} attacks on the evidence",
            "",
            "| Number | Attack | Vector | Found |",
            "| --- | --- | --- | --- |",
            *[line for number in order for line in _entry(number, catalogue[number])],
            "",
            f"## Of the domain: {len(domain)} more",
            "",
            "| Vector | What it is | Found |",
            "| --- | --- | --- |",
            *[f"| `{row['vector']}` | {_why(row)} | {_found(row)} |" for row in domain],
            "",
            "## On the form of the file",
            "",
            "| Vector | What it is | Found |",
            "| --- | --- | --- |",
            *[f"| `{row['vector']}` | {_why(row)} | {_found(row)} |" for row in index["form"]],
            "",
        ]
    )


def _entry(number: str, entry: Any) -> list[str]:
    lines = []
    for at, row in enumerate(entry["vectors"]):
        head = f"{number} | {entry['title']}" if at == 0 else " | "
        lines.append(f"| {head} | `{row['vector']}` | {_found(row)} |")
    if "test" in entry:
        place = OTHER_PLACES[entry["test"]]
        lines.append(f"|  |  | `{entry['test']}` | {place} |")
    return lines


def _found(row: Any) -> str:
    found = " ".join(row[key] for key in ("step", "code") if key in row)
    return found or "accepted"


def _why(row: Any) -> str:
    text = (EVENTS / "vectors" / row["vector"] / "README.md").read_text(encoding="utf-8")
    return text.split("\n\n")[1].strip().replace("|", "\\|")
