"""The console blocks of the guides, run for real.

In a block marked ``console``, a line that begins with ``$ `` is typed (``> `` continues it) and
the lines after it are what the terminal shows. All blocks of a guide run in one shell, in an empty
folder. A line ``…`` stands for any number of lines. What differs in every run, such as hashes,
times and durations, is compared by shape only.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
GUIDES: Final = (ROOT / "README.md", ROOT / "docs" / "tutorial" / "first-shipment.md")
ELISION: Final = "…"
_FENCE: Final = "```"
_MARK: Final = "=-=-= next command =-=-="
_SHAPES: Final = (
    (re.compile(r"\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:Z|[+-]\d{2}:\d{2})"), "<time>"),
    (
        re.compile(r"\b\d{4}-\d{2}-\d{2} \d{2}:\d{2}(?::\d{2})?(?: ?(?:Z|UTC|[+-]\d{2}:\d{2}))?"),
        "<time>",
    ),
    (re.compile(r"\b\d{4}-\d{2}-\d{2}\b"), "<day>"),
    (re.compile(r"\b[0-9a-f]{8,}\b"), "<hex>"),
    (re.compile(r"[A-Za-z0-9+/]{40,}={0,2}"), "<base64>"),
    (re.compile(r"\b\d+(?:[.,]\d+)*\s?(?:ms|s|seconds|B|KB|kB|KiB|bytes)\b"), "<measured>"),
    (re.compile(r"[ \t]+"), " "),
)


@dataclass(frozen=True, slots=True)
class Typed:
    """One command of a guide, the lines it occupies, and what stands below it."""

    command: str
    first: int
    last: int
    shown: tuple[str, ...]


def typed(text: str) -> list[Typed]:
    """Return the commands of a guide in order."""
    found: list[Typed] = []
    lines = text.split("\n")
    inside = False
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.startswith(_FENCE):
            inside = not inside and line.strip() == f"{_FENCE}console"
        elif inside and line.startswith("$ "):
            command = [line[2:]]
            while lines[at + 1].startswith("> "):
                at += 1
                command.append(lines[at][2:])
            first = at + 1
            last = first
            while not lines[last].startswith(("$ ", _FENCE)):
                last += 1
            shown = tuple(lines[first:last])
            found.append(Typed("\n".join(command), first, last, shown))
            at = last - 1
        at += 1
    return found


def played(commands: list[str]) -> list[list[str]]:
    """Type the commands into one shell in an empty folder; return what each of them showed."""
    script = ["make() { custody demo demo; }", "last=0"]
    for command in commands:
        script += [f"printf '%s\\n' '{_MARK}'", "(exit $last)", command, "last=$?"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CUSTODY_")}
    environment |= {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{environment.get('PATH', '')}",
        "COLUMNS": "100",
        "NO_COLOR": "1",
        "PYTHONUNBUFFERED": "1",
        "LC_ALL": "C.UTF-8",
        "TZ": "Asia/Shanghai",
    }
    with (
        tempfile.TemporaryDirectory(prefix="guide-") as folder,
        tempfile.TemporaryDirectory(prefix="state-") as state,
    ):
        environment["XDG_STATE_HOME"] = state
        done = subprocess.run(
            ["bash", "-c", "\n".join(script)],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        output = (
            done.stdout.decode("utf-8").replace(os.path.realpath(folder), "~").replace(folder, "~")
        )
    parts = output.split(f"{_MARK}\n")[1:]
    return [part.rstrip("\n").split("\n") if part.strip("\n") else [] for part in parts]


def shape(line: str) -> str:
    """Return a line with everything masked that differs in each run."""
    for pattern, mask in _SHAPES:
        line = pattern.sub(mask, line)
    # Signatures are sorted by key id, and keys are new in each run.
    before, signed, names = line.strip().partition("signed by ")
    return before + signed + " and ".join(sorted(names.split(" and ")))


def agrees(shown: tuple[str, ...], real: list[str]) -> bool:
    """Whether the lines of a guide have the shape of the real ones, elisions allowed."""
    wanted = [shape(line) for line in shown]
    got = [shape(line) for line in real]
    while wanted and not wanted[-1]:
        wanted.pop()
    while got and not got[-1]:
        got.pop()
    pattern = "".join(
        r"(?:.*\n)*?" if line == ELISION else re.escape(line) + r"\n" for line in wanted
    )
    return re.fullmatch(pattern, "".join(line + "\n" for line in got)) is not None


def disagreements(guide: Path) -> list[tuple[Typed, list[str]]]:
    """Return the commands of a guide that show something else than the guide says."""
    asked = typed(guide.read_text(encoding="utf-8"))
    real = played([one.command for one in asked])
    return [(one, got) for one, got in zip(asked, real, strict=True) if not agrees(one.shown, got)]


def elided(shown: tuple[str, ...], real: list[str]) -> list[str]:
    """Return the real lines, shortened where the guide was: as many lines at both ends."""
    if ELISION not in shown:
        return real
    kept = [line for line in shown if line] if not shown[-1] else list(shown)
    before = shown.index(ELISION)
    after = kept[::-1].index(ELISION)
    return [*real[:before], ELISION, *(real[-after:] if after else [])]


def stale_guides() -> dict[Path, str]:
    """Return the guides with a wrong transcript, as they should be."""
    found = {}
    for guide in GUIDES:
        lines = guide.read_text(encoding="utf-8").split("\n")
        wrong = disagreements(guide)
        for one, got in reversed(wrong):
            # An empty line before the next command is part of how the guide reads.
            spaced = [""] if one.shown and not one.shown[-1] else []
            kept = [line.rstrip() for line in elided(one.shown, got)]
            lines[one.first : one.last] = kept + spaced
        if wrong:
            found[guide] = "\n".join(lines)
    return found
