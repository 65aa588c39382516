"""Small proofs: a signer's receipt, a promise until there is one, and refresh files."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from custody_cli import expecting, labels, root, signing, verdict
from custody_cli.attachments import read_bytes, typed, write_whole
from custody_cli.console import Console, here, wrapped
from custody_cli.exits import VERDICT
from custody_cli.mistaken import require_receipt
from custody_cli.words import both

if TYPE_CHECKING:
    from custody.app.publication.receipts import Proof, ReceiptReport

receipt_app = root.family(both("a signer's own proof that it was recorded", "签名人自持的登记证明"))
refresh_app = root.single()
APPS: Final = {"receipt": receipt_app, "refresh": refresh_app}
LIMIT: Final = 1 << 20

Out = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--out",
        metavar=both("FILE", "文件"),
        help=both("file to write (default: a name made here)", "输出文件（默认自动命名）"),
    ),
]
Trust = Annotated[
    str,
    typer.Option(
        metavar=both("FILE", "文件"),
        help=both("the trust file you got from a source you trust", "从可信来源取得的信任文件"),
    ),
]


@receipt_app.command(
    "make",
    cls=root.Command,
    help=both(
        "Write the receipt of an event you signed: its place in the log under the newest "
        "checkpoint, with all signatures. Keep it: should the event ever be hidden, it convicts.\n"
        "An event that no checkpoint covers yet gets a signed promise with --promise.",
        "生成您所签事件的回执：其在最新检查点下的位置及全部签名。请妥善保存：若该事件日后被隐匿，"
        "回执可作指证。\n尚未被检查点覆盖的事件，可用 --promise 取得签名承诺。",
    ),
    short_help=both("write the receipt of an event", "生成事件回执"),
    epilog="custody receipt make 214 -o 214.tlog-proof",
)
def make(
    event: Annotated[
        int,
        typer.Argument(
            metavar=both("EVENT", "事件"),
            help=both("its number, as printed when it was recorded", "登记时显示的事件编号"),
        ),
    ],
    out: Out = None,
    promise: Annotated[
        bool,
        typer.Option(
            "--promise",
            help=both(
                "a promise, signed by the ledger, to seal it in time",
                "由台账签名的按时封存承诺",
            ),
        ),
    ] = False,
    within: Annotated[
        int,
        typer.Option(
            metavar=both("HOURS", "小时"),
            help=both("how soon it is promised to be sealed", "承诺封存的时限"),
        ),
    ] = 24,
    descriptor: signing.Descriptor = None,
    command: signing.Command = None,
) -> None:
    """Write a receipt or a promise."""
    from custody.app.publication import receipts

    if promise:
        passphrase = signing.passphrases(descriptor, command)
        with signing.opened(readonly=True) as ledger:
            made = receipts.promise(ledger, event, within, passphrase)
    else:
        with signing.opened(readonly=True) as ledger:
            made = receipts.receipt(ledger, event)
    ending = "custody-ack" if promise else "tlog-proof"
    _written(made, out or Path(f"event-{event}.{ending}"), "promise" if promise else "receipt")


def _written(made: Proof, path: Path, kind: str) -> None:
    console = here()
    write_whole(path, made.data)
    console.kept = console.t(f"written {path}", f"已生成 {path}")
    if console.json:
        console.document(
            "receipt",
            {
                "made": kind,
                "path": str(path),
                "event": made.event,
                "type": made.type,
                "number": made.number,
                "size": made.size,
                "deadline": made.deadline,
            },
        )
        return
    console.done(f"{console.t('written', '已生成')}  {path}")
    rows: list[tuple[str, object]] = [
        (console.word("event"), made.event),
        (console.t("number", "编号"), made.number),
        (console.t("type", "类型"), made.type),
    ]
    if made.size is not None:
        rows.append((console.t("under size", "所属大小"), made.size))
    if made.deadline is not None:
        rows.append((console.t("sealed by", "封存期限"), verdict.moment(made.deadline)))
    console.fields(rows)
    if kind == "receipt":
        console.suggest(f"custody receipt verify {typed(path)} --trust trust.json")


@receipt_app.command(
    "verify",
    cls=root.Command,
    help=both(
        "Check a receipt with your own trust file; no ledger and no network is needed.\n"
        "Ends with 0 genuine, 3 not genuine, 4 cannot tell.",
        "用本方信任文件核对回执；无需台账，也不用网络。\n退出码：0 真实，3 不真实，4 无法判断。",
    ),
    short_help=both("check a receipt", "核对回执"),
    epilog="custody receipt verify 214.tlog-proof --trust trust.json",
)
def verify(
    receipt: Annotated[
        str,
        typer.Argument(metavar=both("FILE", "文件"), help=both("the receipt", "回执文件")),
    ],
    trust: Trust,
    pin: Annotated[
        str | None,
        typer.Option(
            metavar="SHA256",
            help=both("fingerprint the trust file must have", "信任文件必须具有的指纹"),
        ),
    ] = None,
    earlier: expecting.EarlierTrust = None,
) -> None:
    """Check a receipt."""
    from custody.app.publication import receipts

    console = here()
    given = require_receipt(read_bytes(receipt, LIMIT), receipt)
    trusted = read_bytes(trust, LIMIT)
    fingerprint = pin.lower() if pin else None
    before = [read_bytes(name, LIMIT) for name in earlier or ()]
    report = receipts.verify_receipt(given, trusted, int(time.time()), fingerprint, before)
    content = receipts.plain(report)
    if console.json:
        console.document("receipt", content)
    else:
        _tell(console, report, content)
    raise typer.Exit(int(VERDICT[report.verdict.value]))


SAID: Final = {
    "genuine": both(
        "RECORDED: the event is in the ledger the trust file means",
        "已登记：事件在信任文件所指台账中",
    ),
    "not_genuine": both("NOT GENUINE: the receipt contradicts itself", "不真实：回执自相矛盾"),
    "cannot_tell": both(
        "CANNOT TELL: something is missing or unknown", "无法判断：有缺失或未知内容"
    ),
}


def _tell(c: Console, report: ReceiptReport, content: Mapping[str, Any]) -> None:
    mark, colour, _ = verdict.VERDICTS[report.verdict.value]
    shown = {"✓": c.mark(True), "✗": c.mark(False)}.get(mark, mark)
    c.out(c.paint(f"{shown} {c.pick(SAID[report.verdict.value])}", colour, "bold"))
    c.out()
    signers = ", ".join(
        f"{labels.role(s['role'])} ({labels.meaning(s['meaning'])}) {s['kid'][:8]}"
        for s in content["signers"]
    )
    rows: list[tuple[str, object]] = [
        (c.word("event"), content["event"]),
        (c.t("type", "类型"), content["type"]),
        (c.t("number", "编号"), content["number"]),
        (c.t("stream", "流"), content["stream"]),
        (c.t("signed at", "签署时间"), content["time"]),
        (c.t("by", "签名人"), signers),
        (c.t("ledger", "台账"), content["origin"]),
        (c.t("size", "大小"), content["size"]),
        (c.t("checkpoint signed", "检查点签名"), content["signed"]),
        (c.t("as of", "截至"), verdict.moment(content["as_of"])),
        (c.t("trust file", "信任文件"), content["trust"]),
    ]
    c.fields([(label, value) for label, value in rows if value not in (None, "", {})])
    from custody.app.verification.details import in_both, place_zh

    for finding in report.findings:
        where = c.t(finding.where, place_zh(finding.where))
        detail = in_both(finding.detail)[c.lang]
        c.out(f"  {finding.step} {c.paint(finding.code, 'yellow')}  {where}: {detail}")
    if not c.settings.quiet:
        c.out()
        said = c.t(
            "A receipt says that this was recorded here; whether its signatures hold, and what "
            "came later, a bundle says.",
            "回执仅说明该事件已登记于此；其签名是否成立、此后如何，须看证据包。",
        )
        for line in wrapped(said, c.width):
            c.out(line)


@refresh_app.command(
    cls=root.Command,
    help=both(
        "Write a refresh file for a shipment: it shows whoever has the bundle that nothing was "
        "added to its histories since. A checkpoint is made first when events are not sealed yet.",
        "生成发运的更新文件：向持有证据包者证明其各项历史此后没有新增。若有未封存记录，先生成检查点。",
    ),
    epilog="custody refresh SHP-2026-007 -o SHP-2026-007.custody-refresh.json",
)
def refresh(
    shipment: Annotated[
        str,
        typer.Argument(
            metavar=both("SHIPMENT", "发运编号"), help=both("number of the shipment", "发运编号")
        ),
    ],
    out: Out = None,
    known: Annotated[
        list[int] | None,
        typer.Option(
            "--known",
            metavar=both("SIZE", "大小"),
            help=both(
                "size of a checkpoint the recipient has: line 2 of it, and of the bundle's",
                "接收方所持检查点的大小：见其第二行，以及证据包检查点的第二行",
            ),
        ),
    ] = None,
    descriptor: signing.Descriptor = None,
    command: signing.Command = None,
) -> None:
    """Write a refresh file."""
    from custody.app.publication.handover import file_stem
    from custody.app.publication.refreshing import refresh as make_refresh

    console = here()
    passphrase = signing.passphrases(descriptor, command)
    with signing.opened() as ledger:
        made = make_refresh(ledger, shipment, passphrase, known or ())
    path = out or Path(f"{file_stem(made.number)}.custody-refresh.json")
    write_whole(path, made.data)
    console.kept = console.t(f"written {path}", f"已生成 {path}")
    if console.json:
        content = {"path": str(path), "size": made.size, "streams": made.streams}
        console.document("refresh", content)
        return
    console.done(f"{console.t('written', '已生成')}  {path}")
    console.fields(
        [
            (console.t("size of the ledger", "台账大小"), made.size),
            (console.t("streams", "流"), made.streams),
            (console.t("bytes", "字节"), len(made.data)),
        ]
    )
    console.suggest(f"custody verify BUNDLE --trust trust.json --refresh {typed(path)}")
