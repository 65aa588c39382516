"""Time stamps of an authority (RFC 3161) over the newest checkpoint, by file or by network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from custody_cli import root, signing
from custody_cli.attachments import read_bytes, write_whole
from custody_cli.console import here
from custody_cli.verdict import moment
from custody_cli.words import both

if TYPE_CHECKING:
    from custody.wiring.witnesses import Stamp

app = root.family(both("time stamps by an authority", "第三方时间戳"))
APPS: Final = {"timestamp": app}
LIMIT: Final = 1 << 20

Tsa = Annotated[
    list[Path] | None,
    typer.Option(
        "--tsa",
        metavar=both("FILE", "文件"),
        help=both(
            "certificate of an authority you trust (PEM); the stamp must hold by it",
            "所信任机构的证书（PEM）；时间戳须据此成立",
        ),
    ),
]


@app.command(
    "request",
    cls=root.Command,
    help=both(
        "Write the request to stamp the newest checkpoint, to be sent to a time-stamp authority.",
        "为最新检查点写出时间戳请求，供发送给时间戳机构。",
    ),
    short_help=both("write the file to send to an authority", "写出发给机构的文件"),
    epilog="custody timestamp request -o checkpoint.tsq",
)
def request(
    out: Annotated[
        Path,
        typer.Option(
            "-o",
            "--out",
            metavar=both("FILE", "文件"),
            help=both("file to write", "输出文件"),
        ),
    ],
) -> None:
    """Write a request."""
    from custody.wiring import witnesses as others

    console = here()
    with signing.opened(readonly=True) as ledger:
        size, content = others.stamp_request(ledger)
    write_whole(out, content)
    if console.json:
        console.document("timestamp_request", {"size": size, "path": str(out)})
        return
    console.done(f"{console.t('written', '已生成')}  {out}")
    console.suggest("custody timestamp add …")


@app.command(
    "add",
    cls=root.Command,
    help=both(
        "Keep the reply of an authority beside the checkpoint it is about; it goes along with "
        "every bundle made under that checkpoint.",
        "将机构的答复保存在所针对的检查点旁；该检查点下生成的每个证据包都会附上。",
    ),
    short_help=both("take the reply of an authority in", "收入机构的答复"),
    epilog="custody timestamp add reply.tsr",
)
def add(
    reply: Annotated[
        str,
        typer.Argument(
            metavar=both("FILE", "文件"),
            help=both("file from the authority, or - for stdin", "机构的文件，或 - 表示标准输入"),
        ),
    ],
    tsa: Tsa = None,
) -> None:
    """Take a reply in."""
    from custody.wiring import witnesses as others

    content = read_bytes(reply, LIMIT)
    trusted = [read_bytes(str(path), LIMIT) for path in tsa or ()]
    with signing.opened() as ledger:
        _tell(others.add_stamp(ledger, content, trusted))


@app.command(
    "ask",
    cls=root.Command,
    help=both(
        "Ask an authority over the network to stamp the newest checkpoint, and keep its reply. "
        "This command calls out; request and add do the same with files.",
        "通过网络请机构为最新检查点加盖时间戳并保存答复。此命令会主动联网；"
        "request 与 add 以文件完成同样的事。",
    ),
    short_help=both("ask an authority over the network", "通过网络请求时间戳"),
    epilog="custody timestamp ask https://tsa.example",
)
def ask(
    address: Annotated[
        str,
        typer.Argument(
            metavar=both("URL", "地址"), help=both("address of the authority", "机构的地址")
        ),
    ],
    tsa: Tsa = None,
) -> None:
    """Ask over the network."""
    from custody.wiring import witnesses as others

    trusted = [read_bytes(str(path), LIMIT) for path in tsa or ()]
    with signing.opened() as ledger:
        _tell(others.ask_stamp(ledger, address, trusted))


def _tell(stamp: Stamp) -> None:
    console = here()
    if console.json:
        content = {
            "size": stamp.size,
            "time": stamp.time,
            "path": str(stamp.path),
            "checked": stamp.checked,
        }
        console.document("timestamp", content)
        return
    text = console.t(f"checkpoint {stamp.size} is stamped", f"检查点 {stamp.size} 已加盖时间戳")
    console.done(f"{text}  {moment(stamp.time)}")
    if not stamp.checked:
        console.say(
            console.t(
                "  the authority was not checked; give its certificate with --tsa to do so",
                "  未核对机构；如需核对，请用 --tsa 提供其证书",
            )
        )
