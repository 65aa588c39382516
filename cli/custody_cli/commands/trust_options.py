"""The options of `custody trust`, and how their values are read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from custody.errors import InputError
from custody_cli.words import both

if TYPE_CHECKING:
    from custody.wiring.ledger import OpenLedger

Out = Annotated[
    Path,
    typer.Option(
        "-o", "--out", metavar=both("FILE", "文件"), help=both("write it here", "写入此文件")
    ),
]
Keys = Annotated[
    list[str],
    typer.Option(
        "--key",
        metavar=both("NAME", "名称"),
        rich_help_panel="signing",
        help=both("a root key that signs; may be repeated", "签名的根密钥，可重复"),
    ),
]
Roots = Annotated[
    list[str],
    typer.Option(
        "--as",
        metavar=both("NAME", "名称"),
        rich_help_panel="signing",
        help=both("a present root key; repeat it for each", "现行根密钥，逐个给出"),
    ),
]
Present = Annotated[
    Path | None,
    typer.Option(
        "--present",
        metavar=both("FILE", "文件"),
        help=both("the file in force (default: the ledger's)", "现行文件（默认取台账所存）"),
    ),
]
Witness = Annotated[
    list[str] | None,
    typer.Option(
        "--witness",
        metavar="NAME=VKEY",
        help=both("add a witness: a short name and its key line", "增加见证方：简称与公钥行"),
    ),
]
WithoutWitness = Annotated[
    list[str] | None,
    typer.Option(
        "--without-witness",
        metavar=both("NAME", "名称"),
        help=both("take a witness out", "移除见证方"),
    ),
]
Quorum = Annotated[
    int | None,
    typer.Option(
        "--quorum",
        metavar="N",
        min=0,
        help=both("how many witnesses must sign (0: none)", "须有几个见证方签名（0 为不要求）"),
    ),
]
Policy = Annotated[
    str | None,
    typer.Option(
        "--policy",
        metavar=both("FILE", "文件"),
        help=both("a whole witness policy instead (C2SP tlog-policy)", "完整的见证方策略文件"),
    ),
]
Auditor = Annotated[
    list[str] | None,
    typer.Option(
        "--auditor", metavar="VKEY", help=both("add an auditor by its key line", "增加审计方")
    ),
]
WithoutAuditor = Annotated[
    list[str] | None,
    typer.Option("--without-auditor", metavar="VKEY", help=both("take one out", "移除审计方")),
]
AuditorThreshold = Annotated[
    int | None,
    typer.Option(
        "--auditor-threshold",
        metavar="N",
        min=0,
        help=both("auditors needed for level L5", "达到 L5 级所需的审计方数"),
    ),
]
RootKey = Annotated[
    list[str] | None,
    typer.Option(
        "--root",
        metavar=both("NAME", "名称"),
        help=both("add a root key from the key folder", "增加密钥文件夹中的根密钥"),
    ),
]
WithoutRoot = Annotated[
    list[str] | None,
    typer.Option(
        "--without-root",
        metavar=both("NAME", "名称"),
        help=both("retire a root key, by name or id", "停用根密钥（名称或标识）"),
    ),
]
RootThreshold = Annotated[
    int | None,
    typer.Option(
        "--root-threshold",
        metavar="N",
        min=1,
        help=both("how many root keys must agree", "须有几把根密钥同意"),
    ),
]
LedgerKeys = Annotated[
    bool,
    typer.Option(
        "--new-ledger-keys",
        help=both("make a new pair of ledger keys", "生成一对新的台账密钥"),
    ),
]
MaxAge = Annotated[
    int | None,
    typer.Option(
        "--max-age",
        metavar=both("SECONDS", "秒"),
        help=both("how old a checkpoint may be", "检查点有效期"),
    ),
]
MaxSkew = Annotated[
    int | None,
    typer.Option(
        "--max-skew",
        metavar=both("SECONDS", "秒"),
        help=both("how much clocks may differ", "时钟允差"),
    ),
]
Known = Annotated[
    bool,
    typer.Option(
        "--known-latest",
        help=both(
            "hold the ledger to its latest checkpoint from now on",
            "自此以最新检查点约束台账",
        ),
    ),
]


def named(pairs: Sequence[str] | None) -> dict[str, str]:
    """Return the witnesses given as NAME=VKEY; C129 when one is not of that form."""
    found = {}
    for pair in pairs or ():
        name, sign, key = pair.partition("=")
        if not sign:
            raise InputError("C129", where="--witness", value=pair)
        found[name] = key
    return found


def root_kid(ledger: OpenLedger, name: str) -> str:
    """Return the kid of a root key given by its name or by the beginning of its kid."""
    matching = [kid for kid in ledger.trust.roots if len(name) >= 8 and kid.startswith(name)]
    return matching[0] if len(matching) == 1 else ledger.keys.find(name).kid


def latest(ledger: OpenLedger) -> tuple[int, bytes]:
    """Return (size, root hash) of the latest checkpoint; C122 when there is none."""
    last = ledger.log.last_checkpoint()
    if last is None:
        raise InputError("C122", where="--known-latest")
    return last[0], ledger.log.root(last[0])
