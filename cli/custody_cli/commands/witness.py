"""The ledger's side of witnessing: ask for co-signatures, take them in, see who has signed.

All of it works by exchanging files; only `ask` uses the network, and says so. The commands of the
witness's side are in `witness_folder`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from custody.errors import CustodyError, Reason
from custody.errors import Text as Words
from custody_cli import root, signing
from custody_cli.attachments import read_bytes
from custody_cli.commands.witness_folder import LIMIT, app
from custody_cli.console import Console, here
from custody_cli.handing import Out, give
from custody_cli.verdict import moment
from custody_cli.words import both

if TYPE_CHECKING:
    from custody.app.oversight.witnessing import Added, Standing

APPS: Final = {"witness": app}


@app.command(
    "request",
    cls=root.Command,
    help=both(
        "Write the request for a witness: the newest checkpoint, with the proof that it continues "
        "the one this witness signed last. Send the file by any way.",
        "为见证方写出请求：最新检查点，及其延续该见证方上次所签检查点的证明。文件可用任何方式发送。",
    ),
    short_help=both("write the file to send to a witness", "写出发给见证方的文件"),
    epilog="custody witness request --witness w1 -o request.txt",
)
def request(
    out: Out = None,
    witness: Annotated[
        str | None,
        typer.Option(
            metavar=both("NAME", "名称"),
            help=both("its name in the trust file", "信任文件中的名称"),
        ),
    ] = None,
    start: Annotated[
        int | None,
        typer.Option(
            "--from",
            metavar=both("SIZE", "大小"),
            min=0,
            help=both("the size it says it signed last", "其所称上次签名的大小"),
        ),
    ] = None,
) -> None:
    """Write a request."""
    from custody.app.oversight import witnessing

    console = here()
    with signing.opened(readonly=True) as ledger:
        made = witnessing.request(ledger, old=start, witness=witness)
        checkpoint, _ = made.parts()
    text = made.to_bytes().decode()
    facts = {"origin": checkpoint.origin, "size": checkpoint.size, "from": made.old}
    give(console, "witness_request", text, facts, "request", out)
    if out is not None:
        console.suggest("custody witness add …")


@app.command(
    "add",
    cls=root.Command,
    help=both(
        "Check the answer of a witness or auditor and add its lines to the checkpoint. Adding it "
        "twice changes nothing; one false line refuses all.",
        "核对见证方或审计方的答复，并将其签名行加入检查点。重复加入无影响；有一行不成立则全部拒绝。",
    ),
    short_help=both("take the answer of a witness in", "收入见证方的答复"),
    epilog="custody witness add answer.txt",
)
def add(
    answer: Annotated[
        str,
        typer.Argument(
            metavar=both("FILE", "文件"),
            help=both("file from the witness, or - for stdin", "见证方的文件，或 - 表示标准输入"),
        ),
    ],
) -> None:
    """Take an answer in."""
    from custody.app.oversight import witnessing
    from custody.wiring import witnesses as others

    console = here()
    content = read_bytes(answer, LIMIT)
    with signing.opened() as ledger:
        added, path = others.add_lines(ledger, content)
        now = witnessing.standing(ledger)
    if console.json:
        console.document(
            "witness_add", {**_added(added), "path": str(path), "quorum": _quorum(now)}
        )
        return
    _tell_added(console, added)
    _tell_quorum(console, now)


@app.command(
    "ask",
    cls=root.Command,
    help=both(
        "Send the newest checkpoint to witnesses over the network and add their lines. This is the "
        "only command about witnesses that calls out; request and add do the same with files.",
        "通过网络将最新检查点发给见证方并收入其签名行。见证命令中仅此命令主动联网；"
        "request 与 add 以文件完成同样的事。",
    ),
    short_help=both("ask witnesses over the network", "通过网络请求见证"),
    epilog="custody witness ask https://witness.example",
)
def ask(
    addresses: Annotated[
        list[str],
        typer.Argument(
            metavar=both("URL…", "地址…"),
            help=both("where the witnesses listen", "见证方的地址"),
        ),
    ],
) -> None:
    """Ask over the network."""
    from custody.app.oversight import witnessing
    from custody.wiring import witnesses as others

    console = here()
    answers: list[dict[str, Any]] = []
    failed: list[CustodyError] = []
    with signing.opened() as ledger:
        for address in addresses:
            try:
                added, _ = others.ask_witness(ledger, address)
            except CustodyError as error:
                failed.append(error)
                continue
            answers.append({"url": address, **_added(added)})
            if not console.json:
                _tell_added(console, added)
        now = witnessing.standing(ledger)
    if console.json:
        console.document("witness_ask", {"answers": answers, "quorum": _quorum(now)})
    else:
        _tell_quorum(console, now)
    if failed:
        raise _together(failed)


def _together(failed: Sequence[CustodyError]) -> CustodyError:
    """Return one error for all addresses: contradictions first, since they end the matter."""
    first, *others = sorted(failed, key=lambda error: error.family != "evidence")
    if others:
        first.reasons = tuple(_as_reason(error) for error in (first, *others))
    return first


def _as_reason(error: CustodyError) -> Reason:
    en, zh = error.render("en"), error.render("zh")
    return Reason(error.code, error.where, Words(en.why, zh.why), Words(en.fix, zh.fix))


@app.command(
    "status",
    cls=root.Command,
    help=both(
        "Show which witnesses and auditors of the trust file have signed the newest checkpoint, "
        "and whether they are enough.",
        "显示信任文件所列见证方与审计方中，谁已签署最新检查点，以及数量是否足够。",
    ),
    short_help=both("who has signed the newest checkpoint", "谁已签署最新检查点"),
    epilog="custody witness status",
)
def status() -> None:
    """Show who has signed."""
    from custody.app.oversight import witnessing
    from custody.wiring import witnesses as others

    console = here()
    with signing.opened(readonly=True) as ledger:
        now = witnessing.standing(ledger)
        stamps = others.stamps(ledger) if now.size is not None else []
        rule = list(ledger.trust.policy.lines)
    if console.json:
        content = {
            "size": now.size,
            "since_checkpoint": now.since,
            "cosigners": [
                {"name": c.name, "as": c.kind, "key": c.key.text(), "time": c.time}
                for c in now.cosigners
            ],
            "quorum": _quorum(now),
            "policy": rule,
            "timestamps": [stamp.time for stamp in stamps],
        }
        console.document("witness_status", content)
        return
    if now.cosigners:
        head = [
            console.t("name", "名称"),
            console.t("as", "身份"),
            console.t("signed", "签名时间"),
            console.t("key", "密钥"),
        ]
        kinds = {
            "witness": console.t("witness", "见证方"),
            "auditor": console.t("auditor", "审计方"),
        }
        rows = [
            [
                c.name,
                kinds[c.kind],
                moment(c.time) if c.time is not None else console.t("missing", "缺少"),
                f"{c.key.name}+{c.key.keyid.hex()}",
            ]
            for c in now.cosigners
        ]
        console.table(head, rows)
        console.out()
    facts: list[tuple[str, object]] = [(console.t("checkpoint", "检查点"), now.size)]
    if stamps:
        stamped = [moment(stamp.time) for stamp in stamps]
        facts.append((console.t("time stamps", "时间戳"), stamped))
    console.fields(facts)
    _tell_quorum(console, now)


def _tell_quorum(console: Console, now: Standing) -> None:
    """Say whether a recipient would find enough witnesses, and what to do next."""
    if not now.demanded:
        text = console.t(
            "the trust file demands no witness: recipients see a single operator's view",
            "信任文件未要求见证方：接收方所见仅为单一运营方的视角",
        )
        console.out(f"- {text}")
    elif now.met:
        console.done(console.t("enough witnesses have signed", "见证签名已足够"))
    else:
        names = ", ".join(now.missing)
        text = console.t(
            f"too few witnesses have signed; missing: {names}",
            f"见证签名不足；尚缺：{names}",
        )
        console.out(f"{console.paint(console.mark(False), 'yellow')} {text}")
    if now.since > 0:
        console.say(
            console.t(
                f"  {now.since} {'entry is' if now.since == 1 else 'entries are'} not under it yet",
                f"  其后另有 {now.since} 条记录尚未纳入",
            )
        )
        console.suggest("custody checkpoint")


def _tell_added(console: Console, added: Added) -> None:
    for name in added.added:
        text = console.t(
            f"{name} signed checkpoint {added.size}", f"{name} 已签署检查点 {added.size}"
        )
        console.done(text)
    for name in added.present:
        text = console.t(f"{name} was there already", f"{name} 的签名此前已在")
        console.out(f"- {text}")
    for name in added.unknown:
        text = console.t(
            f"{name} is not in the trust file; its line was left out",
            f"{name} 不在信任文件中；其签名行未收入",
        )
        console.say(f"  {text}")


def _added(added: Added) -> dict[str, Any]:
    return {
        "size": added.size,
        "added": list(added.added),
        "present": list(added.present),
        "unknown": list(added.unknown),
    }


def _quorum(now: Standing) -> dict[str, Any]:
    return {"demanded": now.demanded, "met": now.met, "missing": list(now.missing)}
