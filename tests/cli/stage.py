"""What the tests of the command line share: one real ledger, and ways to type a command."""

from __future__ import annotations

import io
import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from unittest import mock

from custody_cli.main import main

CUSTODY: Final = str(Path(sys.executable).parent / "custody")
PLAIN: Final = {
    "COLUMNS": "100",
    "CUSTODY_LANG": "en",
    # Copies of one ledger that go on differently are two histories to whoever remembers.
    "CUSTODY_MEMORY": "none",
    "NO_COLOR": "",
}


@dataclass(frozen=True)
class Said:
    """What one call ended with: its exit code and both channels."""

    code: int
    out: str
    err: str

    @property
    def object(self) -> Any:
        """stdout as JSON."""
        return json.loads(self.out)

    @property
    def error(self) -> Any:
        """stderr as JSON."""
        return json.loads(self.err)


def typed(*words: str, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> Said:
    """Run `custody` in this process with its own channels and environment."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("CUSTODY_")}
    with (
        mock.patch.dict(os.environ, {**kept, **PLAIN, **(env or {})}, clear=True),
        channels(stdin) as c,
    ):
        code = main(list(words))
    return Said(code, c[0].getvalue(), c[1].getvalue())


@contextmanager
def channels(stdin: bytes) -> Iterator[tuple[io.StringIO, io.StringIO]]:
    """Replace the three channels for one call."""
    out, err = io.StringIO(), io.StringIO()
    saved = sys.stdin, sys.stdout, sys.stderr
    sys.stdin = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
    sys.stdout, sys.stderr = out, err
    try:
        yield out, err
    finally:
        sys.stdin, sys.stdout, sys.stderr = saved


def started(
    *words: str | bytes,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run `custody` as its own process."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("CUSTODY_")}
    return subprocess.run(
        [CUSTODY, *words],
        input=stdin,
        capture_output=True,
        env={**kept, **PLAIN, **(env or {})},
        cwd=cwd,
        timeout=60,
    )


def in_room(size: int, *words: str) -> subprocess.CompletedProcess[bytes]:
    """Run `custody` as a process that the system lets write files of at most `size` bytes."""
    return subprocess.run(
        [CUSTODY, *words],
        capture_output=True,
        env={**os.environ, **PLAIN},
        preexec_fn=lambda: resource.setrlimit(
            resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY)
        ),
    )
