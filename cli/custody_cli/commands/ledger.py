"""The ledger as a whole: create it, look at its state, seal it, audit it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from custody.errors import SigningKeyError
from custody_cli import labels, root, signing
from custody_cli.console import here
from custody_cli.words import both

init_app, status_app = root.single(), root.single()
checkpoint_app = root.single()
APPS: Final = {
    "init": init_app,
    "status": status_app,
    "checkpoint": checkpoint_app,
}


@init_app.command(
    cls=root.Command,
    help=both(
        "Create a ledger in a folder: its root keys, its two log keys, its signing policy and the "
        "trust file that verifiers pin.\nNothing else ever creates a ledger.",
        "在文件夹中创建台账：根密钥、两把台账密钥、签名策略，以及供核验方固定的信任文件。\n"
        "只有本命令会创建台账。",
    ),
    epilog=both(
        "custody init ledger --organisation 'Harbour Cell Works' --registrar chen.yu",
        "custody init ledger --organisation '海港细胞' --registrar chen.yu",
    ),
)
def init(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help=both("the folder to create", "要创建的文件夹"))
    ],
    organisation: Annotated[
        str,
        typer.Option(
            metavar=both("NAME", "名称"),
            help=both("the organisation that answers for it", "对台账负责的机构"),
        ),
    ],
    origin: Annotated[
        str | None,
        typer.Option(
            metavar=both("NAME", "名称"),
            help=both(
                "the log's name on checkpoints (default: made)",
                "检查点上的台账名称（默认自动生成）",
            ),
        ),
    ] = None,
    roots: Annotated[
        int,
        typer.Option(
            metavar=both("N", "整数"), help=both("how many root keys (3)", "根密钥数量（3）")
        ),
    ] = 3,
    threshold: Annotated[
        int,
        typer.Option(
            metavar=both("N", "整数"),
            help=both("how many of them must agree (2)", "须一致同意的根密钥数（2）"),
        ),
    ] = 2,
    registrar: Annotated[
        str | None,
        typer.Option(
            metavar=both("NAME", "名称"),
            help=both("the first person who may enrol others", "首位可登记他人的人员"),
        ),
    ] = None,
    descriptor: signing.Descriptor = None,
    command: signing.Command = None,
) -> None:
    """Create a ledger."""
    from custody.app.recording.founding import require_organisation
    from custody.wiring import ledger as wiring

    console = here()
    # Both are mistakes in typing, so they are told before anybody thinks of passphrases.
    require_organisation(organisation)
    if registrar is not None and not registrar.strip():
        raise SigningKeyError("C611", where="--registrar")
    passphrase = signing.passphrases(descriptor, command, new=True)
    made = wiring.create_ledger(
        folder,
        organisation=organisation,
        origin=origin,
        roots=roots,
        threshold=threshold,
        registrar=registrar,
        passphrase=passphrase,
    )
    console.kept = console.t(f"created {made.folder}", f"已创建 {made.folder}")
    if console.json:
        console.document(
            "init",
            {
                "origin": made.origin,
                "folder": str(made.folder),
                "trust": str(made.trust_path),
                "fingerprint": made.fingerprint,
                "keys": list(made.keys),
            },
        )
        return
    console.done(f"{console.t('created', '已创建')}  {made.origin}  {made.folder}")
    console.fields(
        [
            (console.t("trust file", "信任文件"), made.trust_path),
            (console.t("fingerprint", "指纹"), made.fingerprint),
            (console.t("keys", "密钥"), list(made.keys)),
        ]
    )
    console.say(
        console.t(
            "  move the root keys to a safe place; they are only needed to replace trust",
            "  请将根密钥移至安全之处；仅在更换信任时需要",
        )
    )
    console.suggest(f"custody --ledger {made.folder} key new …")


@status_app.command(
    cls=root.Command,
    help=both(
        "Show what is in the ledger: counts by kind and status, what waits for somebody, and the "
        "last checkpoint.",
        "显示台账概况：各类物项与状态的数量、待处理事项、最近的检查点。",
    ),
    epilog="custody status",
)
def status() -> None:
    """Show the state of the ledger."""
    console = here()
    with signing.opened(readonly=True) as ledger:
        state = ledger.queries.status()
    if console.json:
        console.document("status", _without_kind(state))
        return
    events = console.t(f"{state['events']} events", f"{state['events']} 个事件")
    console.out(f"{console.paint(state['origin'], 'bold')}  {events}")
    if state["open"]:
        console.out()
        console.out(console.paint(console.t("waiting for somebody", "待处理"), "yellow"))
        head = [console.t("number", "编号"), console.t("kind", "类别"), console.t("status", "状态")]
        console.table(
            head,
            [
                [i["number"], labels.kind(i["noun"]), labels.status(i["status"])]
                for i in state["open"]
            ],
        )
    console.out()
    console.fields(
        (labels.kind(kind), ", ".join(f"{n} {labels.status(s)}" for s, n in sorted(counts.items())))
        for kind, counts in state["stages"].items()
    )
    if not state["stages"]:
        console.out(console.t("  no items yet", "  尚无物项"))
    _last_checkpoint(state)


def _last_checkpoint(state: dict[str, Any]) -> None:
    console = here()
    console.out()
    last = state["checkpoint"]
    if last is None:
        console.out(console.t("no checkpoint yet", "尚无检查点"))
    else:
        console.out(console.t("last checkpoint", "最近检查点"))
        console.fields(
            [(console.t("size", "大小"), last["size"]), (console.t("root", "根"), last["root"])]
        )
    since = state["since_checkpoint"]
    if since > 0:
        console.say(
            console.t(
                f"  {since} {'event is' if since == 1 else 'events are'} not sealed yet",
                f"  有 {since} 个事件尚未封存",
            )
        )
        console.suggest("custody checkpoint")


def _without_kind(content: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in content.items() if k != "kind"}


@checkpoint_app.command(
    cls=root.Command,
    help=both(
        "Seal everything recorded so far and sign its size and root with both ledger keys.\n"
        "The three lines printed may be published, printed on paper or sent to a partner.",
        "封存迄今全部记录，并用两把台账密钥对其大小与根签名。\n所显示的三行可公布、打印或发给合作方。",
    ),
    epilog="custody checkpoint --passphrase-command 'pass custody/ledger'",
)
def checkpoint(descriptor: signing.Descriptor = None, command: signing.Command = None) -> None:
    """Seal and sign."""
    console = here()
    passphrase = signing.passphrases(descriptor, command)
    with signing.opened() as ledger:
        view, path = ledger.checkpoint(passphrase)
        origin = ledger.origin
    console.kept = console.t(f"sealed at size {view.size}", f"已封存，大小为 {view.size}")
    if console.json:
        content = {"origin": origin, "size": view.size, "root": view.root, "time": view.time}
        console.document(
            "checkpoint",
            {**content, "path": str(path), "note": view.text.decode("utf-8", "replace")},
        )
        return
    for line in (origin, view.size, view.root):
        console.out(str(line))
    signed = console.t("signed; the whole note is", "已签名；完整检查点位于")
    console.say(f"{console.mark(True)} {signed} {path}")
