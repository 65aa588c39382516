"""Proof for others: make the bundle of a shipment, judge one, look inside one.

`verify` and `inspect` need no ledger. Verdicts are three, and each has its own exit code.
"""

from __future__ import annotations

import shlex
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from custody.errors import InputError
from custody_cli import labels, root, signing, verdict
from custody_cli.attachments import hashed, read_bytes, write_whole
from custody_cli.console import as_json, here
from custody_cli.exits import VERDICT
from custody_cli.words import both

export_app, verify_app, inspect_app = root.single(), root.single(), root.single()
APPS: Final = {"export": export_app, "verify": verify_app, "inspect": inspect_app}
BUNDLE_LIMIT: Final = 64 << 20
DOCUMENT_LIMIT: Final = 256 << 20

Bundle = Annotated[
    str,
    typer.Argument(
        metavar=both("BUNDLE", "证据包"),
        help=both(
            "the .custody.json file, or - for stdin", ".custody.json 文件，或 - 表示标准输入"
        ),
    ),
]


@export_app.command(
    cls=root.Command,
    help=both(
        "Write the bundle of a sealed shipment: one file that anybody can verify without this "
        "ledger. A checkpoint is made first when events are not sealed yet.",
        "生成已封签发运的证据包：任何人无需本台账即可核验。若有未封存记录，先生成检查点。",
    ),
    epilog="custody export SHP-2026-007 -o handover",
)
def export(
    shipment: Annotated[
        str,
        typer.Argument(
            metavar=both("SHIPMENT", "发运编号"), help=both("number of the shipment", "发运编号")
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "-o",
            "--out",
            metavar=both("DIR", "文件夹"),
            help=both("folder to write into (default: here)", "输出文件夹（默认当前）"),
        ),
    ] = Path(),
    descriptor: signing.Descriptor = None,
    command: signing.Command = None,
) -> None:
    """Write a bundle."""
    console = here()
    passphrase = signing.passphrases(descriptor, command)
    with signing.opened() as ledger:
        made = ledger.export(shipment, passphrase)
    path = out / f"{_file_name(made.number)}.custody.json"
    write_whole(path, made.data)
    if console.json:
        console.document(
            "export",
            {
                "path": str(path),
                "sha256": made.sha256,
                "size": len(made.data),
                "events": made.events,
                "streams": made.streams,
                "documents": [
                    {"media": d.media, "sha256": d.sha256, "size": d.size} for d in made.documents
                ],
            },
        )
        return
    tick = console.paint(console.mark(True), "green")
    console.out(f"{tick} {console.t('written', '已生成')}  {path}")
    console.fields(
        [
            ("SHA-256", made.sha256),
            (console.t("size", "大小"), f"{len(made.data)} B"),
            (console.t("events", "事件"), made.events),
            (console.t("streams", "流"), made.streams),
            (console.t("documents", "文件"), len(made.documents)),
        ]
    )
    said = shlex.quote(str(path))
    console.say(f"  {console.word('next')}      custody verify {said} --trust trust.json")


def _file_name(number: str) -> str:
    """Return a business number as a file name: letters of any script stay, separators do not."""
    return (
        "".join(c if c.isalnum() or c in "-_." else "_" for c in number).lstrip(".") or "shipment"
    )


@verify_app.command(
    cls=root.Command,
    help=both(
        "Judge a bundle in nine steps with your own trust file; no ledger and no network is needed."
        "\nEnds with 0 genuine, 3 not genuine, 4 cannot tell.",
        "用本方信任文件分九步核验证据包；无需台账，也不用网络。\n"
        "退出码：0 真实，3 不真实，4 无法判断。",
    ),
    epilog="custody verify SHP-2026-007.custody.json --trust trust.json",
)
def verify(
    bundle: Bundle,
    trust: Annotated[
        str,
        typer.Option(
            metavar=both("FILE", "文件"),
            help=both("the trust file you got from a source you trust", "从可信来源取得的信任文件"),
        ),
    ],
    attachments: Annotated[
        Path | None,
        typer.Option(
            metavar=both("DIR", "文件夹"),
            help=both("folder with the documents that came along", "随附文件所在文件夹"),
        ),
    ] = None,
    archive: Annotated[
        bool,
        typer.Option(
            "--archive",
            help=both("an old record on purpose: age is a note", "有意查看旧记录：时间仅作提示"),
        ),
    ] = False,
    at: Annotated[
        str | None,
        typer.Option(
            metavar=both("INSTANT", "时刻"),
            help=both("judge as of this moment instead of now", "按该时刻而非现在判断"),
        ),
    ] = None,
    pin: Annotated[
        str | None,
        typer.Option(
            metavar="SHA256",
            help=both("fingerprint the trust file must have", "信任文件必须具有的指纹"),
        ),
    ] = None,
) -> None:
    """Judge a bundle."""
    from custody.app.verifying import verify_bundle

    console = here()
    report = verify_bundle(
        read_bytes(bundle, BUNDLE_LIMIT),
        read_bytes(trust, BUNDLE_LIMIT),
        now=_moment(at) if at else None,
        archive=archive,
        attachments=_documents(attachments) if attachments else {},
        pin=pin.lower() if pin else None,
    )
    if console.json:
        console.out(as_json(report.plain()))
    else:
        verdict.show(console, report)
    raise typer.Exit(int(VERDICT[report.verdict.value]))


def _moment(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise InputError("C120", where="--at", value=text)
    return int(moment.timestamp())


def _documents(folder: Path) -> dict[str, bytes]:
    """Return the files below `folder` by SHA-256."""
    try:
        if folder.exists() and not folder.is_dir():
            raise InputError("C112", where=str(folder), detail="not a folder")
        if not folder.exists():
            raise InputError("C110", where=str(folder))
    except ValueError as error:
        raise InputError("C113", where="--attachments", value=repr(str(folder))) from error
    return {
        hashed(path)[0]: read_bytes(str(path), DOCUMENT_LIMIT)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@inspect_app.command(
    cls=root.Command,
    help=both(
        "Show what a bundle says, without judging any of it.",
        "只显示证据包所述内容，不作任何判断。",
    ),
    epilog="custody inspect SHP-2026-007.custody.json",
)
def inspect(bundle: Bundle) -> None:
    """Show what is inside a bundle."""
    from custody.app.verifying import inspect_bundle

    console = here()
    found = inspect_bundle(read_bytes(bundle, BUNDLE_LIMIT))
    if console.json:
        console.document("inspect", {k: v for k, v in found.items() if k != "kind"})
        return
    warning = console.t("not verified: this is what the file says", "未核验：以下仅为文件所述")
    console.out(console.paint(f"! {warning}", "yellow", "bold"))
    console.out()
    console.fields(
        [
            (console.t("shipment", "发运"), found["shipment"]),
            (console.t("checkpoint", "检查点"), found["checkpoint"]),
            (console.t("streams", "流"), len(found["streams"])),
            (console.t("documents", "文件"), len(found["documents"])),
        ]
    )
    console.out()
    head = [
        console.t("event", "事件"),
        console.t("time", "时间"),
        console.t("type", "类型"),
        console.t("signatures", "签名"),
    ]
    console.table(head, [[e["event"], e["time"], e["type"], _signed(e)] for e in found["events"]])


def _signed(event: dict[str, Any]) -> str:
    from custody.app.queries import meaning_order

    return ", ".join(
        f"{labels.role(s['role'])} ({labels.meaning(s['meaning'])}) {s['kid'][:8]}"
        for s in sorted(event["signers"], key=lambda s: meaning_order(s["meaning"]))
    )
