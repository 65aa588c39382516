"""The witness's side: begin one, say for which ledgers, judge requests by file or over the network.

A witness keeps no ledger; it is run by somebody who is no party to the records. The commands of the
ledger's side join the same family in `witness`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from custody.errors import InputError
from custody_cli import root, signing
from custody_cli.attachments import read_bytes, typed
from custody_cli.console import Console, here
from custody_cli.handing import Out, give
from custody_cli.verdict import moment
from custody_cli.words import both

if TYPE_CHECKING:
    from custody.wiring.witnesses import WitnessCard

app = root.family(
    both("have checkpoints witnessed, or witness those of others", "请他方见证检查点，或为他方见证")
)
LIMIT: Final = 1 << 20

Folder = Annotated[
    Path,
    typer.Argument(metavar="DIR", help=both("the witness's folder", "见证方的文件夹")),
]


@app.command(
    "init",
    cls=root.Command,
    help=both(
        "Begin a witness in a new folder: its key, locked with a passphrase, and its memory of "
        "what it signed.\nPrints the key that ledgers put into their trust files. Never copy or "
        "restore the folder: a witness that forgets could sign two histories.",
        "在新文件夹中建立见证方：以口令锁定的密钥，以及已签内容的记忆。\n"
        "显示供台账列入信任文件的公钥。请勿复制或恢复该文件夹：遗忘的见证方可能签署两种历史。",
    ),
    short_help=both("begin a witness: its key and its memory", "建立见证方：密钥与记忆"),
    epilog="custody witness init witness --name witness.example/w1",
)
def init(
    folder: Folder,
    name: Annotated[
        str,
        typer.Option(
            metavar=both("NAME", "名称"),
            help=both(
                "its name on signature lines, best an address you own",
                "签名行上的名称，宜用本方所有的地址",
            ),
        ),
    ],
    post_quantum: Annotated[
        bool,
        typer.Option(
            "--post-quantum",
            help=both("also make an ML-DSA-44 key", "另生成一把 ML-DSA-44 密钥"),
        ),
    ] = False,
    descriptor: signing.Descriptor = None,
    command: signing.Command = None,
) -> None:
    """Begin a witness."""
    from custody.wiring import witnesses as others

    console = here()
    passphrase = signing.passphrases(descriptor, command, new=True)
    card = others.create_witness(folder, name, passphrase, post_quantum=post_quantum)
    if console.json:
        console.document("witness", _card(card))
        return
    console.done(f"{console.t('witness made', '已建立见证方')}  {card.name}  {card.folder}")
    _keys(console, card)
    console.suggest(f"custody witness trust-ledger {typed(folder)} --trust …")


def _keys(console: Console, card: WitnessCard) -> None:
    """Write the keys that trust files list, one a line, ready to be copied."""
    short = card.name.rpartition("/")[2] or "w1"
    about = console.t("for trust files:", "供信任文件使用：")
    console.say(f"  {about}  custody trust draft --witness '{short}=…'")
    for key in card.keys:
        console.out(key)


@app.command(
    "show",
    cls=root.Command,
    help=both(
        "Show a witness: its keys, the ledgers it signs for, and how far it has followed each.",
        "显示见证方：密钥、所见证的台账及各自进度。",
    ),
    short_help=both("one witness: keys, ledgers, how far", "见证方的密钥、台账与进度"),
    epilog="custody witness show witness",
)
def show(folder: Folder) -> None:
    """Show a witness."""
    from custody.wiring import witnesses as others

    console = here()
    card = others.describe_witness(_there(folder))
    if console.json:
        console.document("witness", _card(card))
        return
    console.out(console.paint(card.name, "bold"))
    _keys(console, card)
    head = [
        console.t("size", "大小"),
        console.t("signed", "签名时间"),
        console.t("ledger", "台账"),
    ]
    latest = [(origin, (card.latest or {}).get(origin)) for origin in card.ledgers]
    if latest:
        console.out()
        console.table(
            head, [[s[0] if s else None, moment(s[1]) if s else None, o] for o, s in latest]
        )
    for path in card.forks:
        told = console.t(
            "contradicting checkpoints, kept as proof:", "相互矛盾的检查点（留作证据）："
        )
        console.out(f"{console.paint('!', 'red')} {told} {path}")


@app.command(
    "trust-ledger",
    cls=root.Command,
    help=both(
        "Let the witness sign for a ledger, whose name and keys are taken from its trust file. "
        "Compare the fingerprint with the ledger's owners first.",
        "让见证方为某台账签名，其名称与密钥取自信任文件。请先与台账所有者比对指纹。",
    ),
    short_help=both("sign for a ledger from now on", "开始为某台账见证"),
    epilog="custody witness trust-ledger witness --trust trust.json",
)
def trust_ledger(
    folder: Folder,
    trust: Annotated[
        str,
        typer.Option(
            metavar=both("FILE", "文件"),
            help=both("the ledger's trust file", "台账的信任文件"),
        ),
    ],
    replace: Annotated[
        bool,
        typer.Option(
            "--replace",
            help=both("its owners told you that its keys changed", "所有者已告知其密钥更换"),
        ),
    ] = False,
) -> None:
    """Sign for a ledger from now on."""
    from custody.wiring import witnesses as others

    console = here()
    content = read_bytes(trust, LIMIT)
    served, file = others.trust_ledger(_there(folder), content, replace=replace)
    if console.json:
        content_out = {"origin": served.origin, "fingerprint": file.fingerprint}
        console.document("witness_ledger", content_out)
        return
    console.done(f"{console.t('signs for', '将见证')}  {served.origin}")
    console.fields([(console.t("trust file", "信任文件"), file.fingerprint)])


@app.command(
    "cosign",
    cls=root.Command,
    help=both(
        "Judge a request file and write the signature lines. Refused is whatever does not continue "
        "what this witness signed before.",
        "判断请求文件并写出签名行。凡不延续本见证方先前所签内容者，一律拒绝。",
    ),
    short_help=both("judge a request and sign", "判断请求并签名"),
    epilog="custody witness cosign witness request.txt -o answer.txt",
)
def cosign(
    folder: Folder,
    request: Annotated[
        str,
        typer.Argument(
            metavar=both("REQUEST", "请求"),
            help=both("file from the ledger, or - for stdin", "台账方的文件，或 - 表示标准输入"),
        ),
    ],
    out: Out = None,
    descriptor: signing.Descriptor = None,
    command: signing.Command = None,
) -> None:
    """Judge a request."""
    from custody.wiring import witnesses as others

    console = here()
    passphrase = signing.passphrases(descriptor, command)
    content = read_bytes(request, LIMIT)
    made = others.open_witness(_there(folder), passphrase).cosign(content, repeat=True)
    console.kept = console.t(
        f"decided on checkpoint {made.checkpoint.size}; ask again for the lines",
        f"已就检查点 {made.checkpoint.size} 作出决定；可重新索取签名行",
    )
    text = made.lines.decode()
    facts = {"origin": made.checkpoint.origin, "size": made.checkpoint.size, "time": made.time}
    give(console, "cosignature", text, facts, "lines", out)
    size, origin = made.checkpoint.size, made.checkpoint.origin
    said = console.t(f"signed checkpoint {size} of {origin}", f"已为 {origin} 的检查点 {size} 签名")
    console.say(f"{console.mark(True)} {said}")


@app.command(
    "serve",
    cls=root.Command,
    help=both(
        "Answer requests over HTTP (C2SP tlog-witness) until stopped with Ctrl-C. Listens on this "
        "machine only unless --host says otherwise; put it behind a server with TLS.",
        "通过 HTTP（C2SP tlog-witness）答复请求，按 Ctrl-C 停止。除非另指定 --host，仅在本机监听；"
        "对外请置于 TLS 服务之后。",
    ),
    short_help=both("answer requests over the network", "通过网络答复请求"),
    epilog="custody witness serve witness --port 8080",
)
def serve(
    folder: Folder,
    port: Annotated[
        int,
        typer.Option(
            metavar=both("N", "整数"),
            min=0,
            max=65535,
            help=both("port to listen on (0: any free one)", "监听端口（0 为任意空闲端口）"),
        ),
    ] = 8080,
    host: Annotated[
        str,
        typer.Option(
            metavar=both("ADDRESS", "地址"),
            help=both("address to listen on (this machine only)", "监听地址（默认仅本机）"),
        ),
    ] = "127.0.0.1",
    descriptor: signing.Descriptor = None,
    command: signing.Command = None,
) -> None:
    """Answer requests."""
    from custody.wiring import witnesses as others

    console = here()
    passphrase = signing.passphrases(descriptor, command)
    witness = others.open_witness(_there(folder), passphrase)

    def note(status: int, place: str, code: str) -> None:
        console.say(
            "  ".join(part for part in (moment(witness.clock()), f"{status}", place, code) if part)
        )

    with others.serving(witness, host, port, note) as server:
        if console.json:
            console.document("witness_serve", {"name": witness.name, "url": server.address})
        else:
            console.out(f"{witness.name}  {server.address}/add-checkpoint")
        sys.stdout.flush()
        server.serve_forever()


def _there(folder: Path) -> Path:
    if not folder.exists():
        raise InputError("C110", where=str(folder))
    return folder


def _card(card: WitnessCard) -> dict[str, Any]:
    latest = card.latest or {}
    return {
        "name": card.name,
        "folder": str(card.folder),
        "keys": list(card.keys),
        "ledgers": [
            {
                "origin": origin,
                "size": seen[0] if (seen := latest.get(origin)) else None,
                "time": seen[1] if seen else None,
            }
            for origin in card.ledgers
        ],
        "forks": [str(path) for path in card.forks],
    }
