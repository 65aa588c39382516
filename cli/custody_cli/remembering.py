"""The memory of `custody verify`: where it is, what is said about it, the proof it may lead to."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from custody.errors import CustodyError
from custody_cli.attachments import write_whole
from custody_cli.console import here
from custody_cli.words import both

if TYPE_CHECKING:
    from custody.app.verification.memory import Remembered, VerifierMemory

VARIABLE: Final = "CUSTODY_MEMORY"
NONE: Final = "none"

Memory = Annotated[
    str | None,
    typer.Option(
        "--memory",
        metavar=both("FILE|none", "文件|none"),
        help=both(
            f"what earlier checks saw of this ledger (else {VARIABLE}, else the usual place; not "
            "used with --at or --archive unless named here)",
            f"先前核验所见的台账状态（否则取 {VARIABLE}，再否则用默认位置；"
            "与 --at 或 --archive 同用时须在此指明）",
        ),
    ),
]


def place(named: str | None, *, past: bool) -> str:
    """Return the file to remember in: ``none`` for nowhere, empty for the usual place.

    Args:
        past: the call looks at an earlier moment, which says nothing about the present.
    """
    if named:
        return named
    return NONE if past else os.environ.get(VARIABLE, "")


def written(told: Remembered) -> str | None:
    """Write the fraud proof that bundle and memory make together; return its name.

    It is written beside the person, who has to keep it; a disk that takes nothing does not change
    the verdict.
    """
    if told.fraud is None:
        return None
    size = told.report.evidence.bundle.checkpoint.split(b"\n")[1].decode("ascii", "replace")  # type: ignore[union-attr]
    path = Path(f"two-histories-at-{size}.custody-fraud.json")
    try:
        write_whole(path, told.fraud)
    except (OSError, CustodyError):
        return None
    return str(path)


def tell(memory: VerifierMemory, proof: str | None) -> None:
    """Say what was written, and why nothing was remembered where that is so."""
    console = here()
    if proof is not None:
        said = console.t("two histories: the proof is", "两份历史：证明文件为")
        console.say(f"{console.mark(False)} {said} {proof}")
        console.suggest(f"custody fraud check {proof} --trust trust.json")
    trouble = memory.trouble
    if trouble is not None:
        shown = trouble.render(console.lang)
        said = console.t("nothing is remembered here", "此处不作记忆")
        console.say(f"! {said}: {shown.why} ({shown.code}; {shown.where})")
