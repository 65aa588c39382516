"""Options of those who verify: what stands on papers and labels, and earlier trust files."""

from __future__ import annotations

from typing import Annotated

import typer

from custody_cli.words import both

PANEL = "related"

Shipment = Annotated[
    str | None,
    typer.Option(
        "--expect-shipment",
        metavar=both("NUMBER", "编号"),
        rich_help_panel=PANEL,
        help=both("number of the shipment on the papers", "单证上的发运编号"),
    ),
]
Filing = Annotated[
    str | None,
    typer.Option(
        "--expect-filing",
        metavar=both("NUMBER", "编号"),
        rich_help_panel=PANEL,
        help=both("number of the declaration or of a permit", "报关单号或某一许可的编号"),
    ),
]
Consignee = Annotated[
    str | None,
    typer.Option(
        "--expect-consignee",
        metavar=both("NAME", "名称"),
        rich_help_panel=PANEL,
        help=both("name or number of the consignee", "收货方名称或编号"),
    ),
]
Lots = Annotated[
    list[str] | None,
    typer.Option(
        "--expect-lot",
        metavar=both("NUMBER", "编号"),
        rich_help_panel=PANEL,
        help=both("batch number on a label; give every one", "标签上的批号；请逐一列出"),
    ),
]
EarlierTrust = Annotated[
    list[str] | None,
    typer.Option(
        "--earlier-trust",
        metavar=both("FILE", "文件"),
        help=both(
            "a trust file before the present one, once its keys were changed",
            "现行信任文件之前的版本（密钥更换之后需要）",
        ),
    ),
]
