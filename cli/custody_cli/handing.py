"""Texts for other people: into a file that is whole or absent, or to stdout."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from custody_cli.attachments import write_whole
from custody_cli.console import Console
from custody_cli.words import both

STDOUT: Final = Path("-")
Out = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--out",
        metavar=both("FILE", "文件"),
        help=both("write it to this file (default: stdout)", "写入该文件（默认标准输出）"),
    ),
]


def give(
    console: Console, kind: str, text: str, facts: dict[str, Any], key: str, out: Path | None
) -> None:
    """Write `text` to the file asked for, or to stdout; as one document when JSON is wanted."""
    out = None if out == STDOUT else out
    if out is not None:
        write_whole(out, text.encode())
    if console.json:
        console.document(kind, {**facts, "path": str(out) if out else None, key: text})
    elif out is None:
        for line in text.removesuffix("\n").split("\n"):
            console.out(line)
    else:
        console.done(f"{console.t('written', '已生成')}  {out}")
