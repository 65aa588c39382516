"""Proof from others: judge the bundle of a shipment, look inside one.

`verify` and `inspect` need no ledger. Verdicts are three, and each has its own exit code.
"""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from custody.errors import InputError, Text
from custody_cli import expecting, labels, remembering, root, verdict
from custody_cli.attachments import hashed, read_bytes
from custody_cli.console import as_json, here
from custody_cli.exits import VERDICT
from custody_cli.mistaken import refuse_others, require_refresh
from custody_cli.words import both

verify_app, inspect_app = root.single(), root.single()
APPS: Final = {"verify": verify_app, "inspect": inspect_app}
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
    refresh: Annotated[
        str | None,
        typer.Option(
            metavar=both("FILE", "文件"),
            help=both(
                "a refresh file for this bundle: the report is then as of its seal",
                "本证据包的更新文件：报告截至其封存时刻",
            ),
        ),
    ] = None,
    tsa: Annotated[
        list[Path] | None,
        typer.Option(
            "--tsa",
            metavar=both("FILE", "文件"),
            help=both(
                "certificate of a time-stamp authority you trust (PEM): time stamps are checked",
                "所信任时间戳机构的证书（PEM）：核对所附时间戳",
            ),
        ),
    ] = None,
    earlier: expecting.EarlierTrust = None,
    memory: remembering.Memory = None,
    shipment: expecting.Shipment = None,
    filing: expecting.Filing = None,
    consignee: expecting.Consignee = None,
    lots: expecting.Lots = None,
) -> None:
    """Judge a bundle."""
    from custody.app.verification.expectations import Expected
    from custody.app.verification.memory import verify_remembering
    from custody.wiring import checkers

    console = here()
    expected = Expected(shipment or "", filing or "", consignee or "", tuple(lots or ()))
    place = remembering.place(memory, past=bool(at) or archive)
    with checkers.verifier_memory(place) as kept:
        told = verify_remembering(
            refuse_others(read_bytes(bundle, BUNDLE_LIMIT), bundle),
            read_bytes(trust, BUNDLE_LIMIT),
            kept,
            now=_moment(at) if at else int(time.time()),
            archive=archive,
            attachments=_documents(attachments) if attachments else {},
            pin=pin.lower() if pin else None,
            refresh=_refresh(refresh) if refresh else None,
            timestamps=_stamp_check(tsa) if tsa else None,
            earlier=[read_bytes(name, BUNDLE_LIMIT) for name in earlier or ()],
            expected=expected,
        )
    report = told.report
    proof = remembering.written(told)
    if console.json:
        console.out(as_json({**report.plain(), "fraud_proof": proof}))
    else:
        verdict.show(console, report)
    remembering.tell(kept, proof)
    raise typer.Exit(int(VERDICT[report.verdict.value]))


def _refresh(name: str) -> bytes:
    return require_refresh(read_bytes(name, BUNDLE_LIMIT), name)


def _stamp_check(certificates: list[Path]) -> Any:
    """Return how time stamps are checked: against these authorities, and no others."""
    from custody.wiring import witnesses as others

    return others.stamp_check([read_bytes(str(path), BUNDLE_LIMIT) for path in certificates])


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
            raise InputError("C112", where=str(folder), detail=Text("not a folder", "不是文件夹"))
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
    from custody.app.verification.verifying import inspect_bundle

    console = here()
    found = inspect_bundle(refuse_others(read_bytes(bundle, BUNDLE_LIMIT), bundle))
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
    private = [(e, e["private"]) for e in found["events"] if e["private"]]
    if private:
        console.out()
        console.table(
            [
                console.t("event", "事件"),
                console.t("disclosed", "已披露"),
                console.t("withheld", "未披露"),
                console.t("erased by event", "由事件删除"),
            ],
            [[e["event"], list(p["disclosed"]), p["withheld"], p["erased_by"]] for e, p in private],
        )


def _signed(event: dict[str, Any]) -> str:
    from custody.app.asking.queries import meaning_order

    return ", ".join(
        f"{labels.role(s['role'])} ({labels.meaning(s['meaning'])}) {s['kid'][:8]}"
        for s in sorted(event["signers"], key=lambda s: meaning_order(s["meaning"]))
    )
