"""`custody auditor`: replay the ledger of somebody else, and co-sign its checkpoint or refuse."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from custody.errors import EvidenceError, Reason
from custody.errors import Text as Words
from custody_cli import root, signing, verdict
from custody_cli.attachments import read_bytes, typed, write_whole
from custody_cli.commands.audit import progress_shown
from custody_cli.console import here
from custody_cli.words import both

if TYPE_CHECKING:
    from custody.app.oversight.auditing import Replay
    from custody.app.oversight.fraud_proofs import Fraud
    from custody.wiring.checkers import Audited

app = root.family(both("replay a ledger from outside and co-sign it", "由外部重放台账并联署"))
APPS: Final = {"auditor": app}
ANSWER_LIMIT: Final = 128 << 10

Folder = Annotated[
    Path,
    typer.Argument(
        metavar=both("DIR", "文件夹"), help=both("the auditor's own folder", "审计方自己的文件夹")
    ),
]


@app.command(
    "init",
    cls=root.Command,
    help=both(
        "Make an auditor: a folder with one key, used for nothing else. The line printed goes into "
        "the trust file of the ledgers it audits.",
        "创建审计方：一个文件夹，内含一把专用密钥。所显示的一行须写入其所审计台账的信任文件。",
    ),
    short_help=both("make an auditor and its key", "创建审计方及其密钥"),
    epilog="custody auditor init map-1 --name auditor.example/map-1",
)
def init(
    folder: Folder,
    name: Annotated[
        str,
        typer.Option(
            metavar=both("NAME", "名称"),
            help=both("its name on signature lines", "签名行上的名称"),
        ),
    ],
    classical: Annotated[
        bool,
        typer.Option(
            "--ed25519",
            help=both(
                "an Ed25519 key instead of ML-DSA-44, which outlasts quantum computers",
                "使用 Ed25519 密钥，而非可抵御量子计算机的 ML-DSA-44",
            ),
        ),
    ] = False,
    descriptor: signing.Descriptor = None,
    command: signing.Command = None,
) -> None:
    """Make an auditor."""
    from custody.wiring import checkers

    console = here()
    passphrase = signing.passphrases(descriptor, command, new=True)
    card = checkers.create_auditor(folder, name, passphrase, "ed25519" if classical else "mldsa44")
    console.kept = console.t(f"created {folder}", f"已创建 {folder}")
    line = card.key.text()
    if console.json:
        console.document("auditor", {"name": card.name, "folder": str(folder), "key": line})
        return
    console.out(line)
    tick = console.paint(console.mark(True), "green")
    console.say(f"{tick} {console.t('auditor made', '已创建审计方')}  {card.name}  {folder}")
    console.say(
        console.t(
            "  give the line above to those who write the trust file of the ledger",
            "  请将以上一行交给编写该台账信任文件的各方",
        )
    )
    copy = "LEDGER-COPY --trust trust.json"
    console.suggest(f"custody auditor replay {typed(folder)} {copy}")


@app.command(
    "replay",
    cls=root.Command,
    help=both(
        "Replay a copy of a ledger leaf by leaf: signatures, chains, roles, rules and sealed maps. "
        "When all holds, the newest checkpoint is co-signed; when not, nothing is signed and what "
        "can be proved to others is written.\nA second replay asks only about what is new.",
        "逐条重放台账副本：全部签名、链接、权限、规则与封存映射。全部成立时对最新检查点联署；"
        "否则不签名，并写出可向他人证明的内容。\n再次重放时只检查新增部分。",
    ),
    short_help=both("replay a copy; co-sign it or refuse", "重放副本；联署或拒绝"),
    epilog="custody auditor replay map-1 /media/copy --trust trust.json -o map-1.lines",
)
def replay(
    folder: Folder,
    copy: Annotated[
        Path,
        typer.Argument(
            metavar=both("LEDGER-COPY", "台账副本"),
            help=both("folder or ledger.db of the copy", "副本的文件夹或 ledger.db"),
        ),
    ],
    trust: Annotated[
        Path,
        typer.Option(
            metavar=both("FILE", "文件"),
            help=both("your own trust file, not the copy's", "本方信任文件，而非副本中的"),
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "-o",
            "--out",
            metavar=both("FILE", "文件"),
            help=both("file for the co-signature", "联署签名文件"),
        ),
    ] = Path("cosignature.lines"),
    descriptor: signing.Descriptor = None,
    command: signing.Command = None,
) -> None:
    """Replay a copy."""
    from custody.wiring import checkers

    console = here()
    passphrase = signing.passphrases(descriptor, command)
    found = checkers.audit_copy(folder, copy, trust, passphrase, progress_shown())
    if found.replay is None or not found.replay.signed:
        raise _refused(found, out)
    done = found.replay
    write_whole(out, done.lines)
    console.kept = console.t(f"written {out}", f"已生成 {out}")
    if console.json:
        console.document("auditor", {**_plain(done), "named": found.named, "path": str(out)})
        return
    said = console.t("everything holds; co-signed", "全部成立；已联署")
    console.done(f"{said}  {done.origin}  {out}")
    console.fields(
        [
            (console.t("size", "大小"), done.size),
            (console.t("as of", "截至"), verdict.moment(done.as_of)),
            verdict.level_row(console, "L5"),
            (console.t("asked again from", "重新检查起点"), done.since),
            (console.t("events", "事件"), done.events),
            (console.t("streams", "流"), done.streams),
        ]
    )
    if not found.named:
        console.say(
            console.t(
                "! this trust file does not name you as an auditor: nobody will count your line",
                "! 该信任文件未将您列为审计方：您的签名不会被计入",
            )
        )
    console.suggest(f"custody auditor add {typed(out)}")


def _refused(found: Audited, out: Path) -> EvidenceError:
    """Write what can be proved, and return the error that says why nothing was signed."""
    from custody.app.verification.details import in_both

    console = here()
    proofs = [found.fork] if found.fork else [*found.replay.proofs] if found.replay else []
    written = [_proof(out.parent, n, fraud) for n, fraud in enumerate(proofs, start=1)]
    for path in written:
        said = console.t("proof written", "已写出证明")
        console.say(f"{console.mark(False)} {said}  {path}")
    if found.broken is not None:
        return found.broken
    findings = found.replay.findings if found.replay else ()
    first = Words(f"{findings[0].where}: {findings[0].detail}", in_both(findings[0].detail).zh)
    return EvidenceError(
        "C452",
        where=found.replay.origin if found.replay else "",
        n=len(findings),
        first=first,
        reasons=[Reason(f.code, f.where, in_both(f.detail), Words("", "")) for f in findings[:20]],
    )


def _proof(folder: Path, number: int, fraud: Fraud) -> Path:
    path = folder / f"{fraud.kind.lower()}-{number}.custody-fraud.json"
    write_whole(path, fraud.to_bytes())
    return path


def _plain(done: Replay) -> dict[str, Any]:
    return {
        "origin": done.origin,
        "size": done.size,
        "since": done.since,
        "as_of": done.as_of,
        "level": "L5",
        "events": done.events,
        "streams": done.streams,
        "signed": done.signed,
    }


@app.command(
    "add",
    cls=root.Command,
    help=both(
        "Take the co-signature of an auditor into this ledger: it is checked and stands on the "
        "checkpoint from then on, so that bundles made under it reach level L5.",
        "将审计方的联署签名并入本台账：先行核对，此后列于该检查点，据此生成的证据包可达 L5 级。",
    ),
    short_help=both("take a co-signature into this ledger", "将联署签名并入本台账"),
    epilog="custody auditor add map-1.lines",
)
def add(
    lines: Annotated[
        str,
        typer.Argument(
            metavar=both("FILE", "文件"),
            help=both("what `auditor replay` wrote", "`auditor replay` 生成的文件"),
        ),
    ],
) -> None:
    """Take a co-signature in."""
    from custody.wiring import witnesses as others

    console = here()
    raw = read_bytes(lines, ANSWER_LIMIT)
    with signing.opened() as ledger:
        added, path = others.add_lines(ledger, raw)
    console.kept = console.t(f"added to {path}", f"已并入 {path}")
    if console.json:
        content = {"size": added.size, "added": list(added.added), "path": str(path)}
        console.document("auditor", content)
        return
    names = ", ".join(added.added) or console.t("nothing new", "无新增")
    console.done(f"{console.t('added', '已并入')}  {names}")
    console.fields([(console.t("size", "大小"), added.size), (console.t("file", "文件"), path)])
