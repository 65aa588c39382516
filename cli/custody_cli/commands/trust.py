"""The trust file: read it, draft the next one, have root keys sign it, adopt it, accept it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from custody.errors import InputError
from custody_cli import root, signing
from custody_cli.attachments import read_bytes, typed, write_whole
from custody_cli.commands import trust_options as opt
from custody_cli.console import Console, here
from custody_cli.words import both

if TYPE_CHECKING:
    from custody.wiring.trust import Proposed, TrustRoot

app = root.family(both("the trust file: what recipients rely on", "信任文件：接收方所依据者"))
APPS: Final = {"trust": app}
LIMIT: Final = 2 << 20
DAY: Final = 86_400

File = Annotated[
    str,
    typer.Argument(
        metavar=both("FILE", "文件"), help=both("a trust file, signed or not", "信任文件，签名与否")
    ),
]


@app.command(
    "show",
    cls=root.Command,
    help=both(
        "Show a trust file in words: keys, witnesses, ages, fingerprint. Without FILE, that of "
        "this ledger. Compare the fingerprint by another channel before relying on it.",
        "以文字显示信任文件：密钥、见证方、时限与指纹；不给文件时显示本台账者。依据之前请另行核对指纹。",
    ),
    short_help=both("a trust file in words", "以文字显示信任文件"),
    epilog="custody trust show trust.json",
)
def show(
    file: Annotated[
        str | None,
        typer.Argument(metavar=both("FILE", "文件"), help=both("a trust file", "信任文件")),
    ] = None,
) -> None:
    """Show a trust file."""
    from custody.wiring import trust as succession

    if file is None:
        with signing.opened(readonly=True) as ledger:
            proposed = succession.Proposed(ledger.trust, {})
    else:
        proposed = succession.read(read_bytes(file, LIMIT))
    console = here()
    if console.json:
        console.document("trust", _plain(proposed))
        return
    console.out(console.paint(f"{proposed.trust.origin}", "bold"))
    console.fields(_rows(console, proposed.trust))
    if file is not None:
        signed = [kid[:16] for kid in sorted(proposed.signatures)]
        console.fields([(console.t("signed by", "签名"), signed or console.t("nobody", "无"))])


def _rows(c: Console, trust: TrustRoot) -> list[tuple[str, object]]:
    policy = trust.policy
    witnesses = [f"{name} ({key.name})" for name, key in policy.witnesses.items()]
    known = trust.known[0]
    return [
        (c.t("version", "版本"), trust.version),
        (c.t("fingerprint", "指纹"), trust.fingerprint),
        (c.t("version before", "前一版"), trust.prev if trust.version > 1 else ""),
        (
            c.t("root keys", "根密钥"),
            c.t(
                f"{trust.root_threshold} of {len(trust.roots)} must agree",
                f"{len(trust.roots)} 把中须有 {trust.root_threshold} 把同意",
            ),
        ),
        ("", [kid[:16] for kid in sorted(trust.roots)]),
        (c.t("ledger keys", "台账密钥"), [key.keyid.hex() for key in trust.log_keys]),
        (c.t("witnesses", "见证方"), witnesses or c.t("none", "无")),
        (c.t("quorum", "法定数"), _quorum(c, trust)),
        (
            c.t("auditors", "审计方"),
            [f"{key.name}" for key in trust.auditors] or c.t("none", "无"),
        ),
        (c.t("auditors needed", "所需审计方"), trust.auditor_threshold),
        (
            c.t("a checkpoint may be old", "检查点有效期"),
            c.t(f"{trust.max_age / DAY:g} days", f"{trust.max_age / DAY:g} 天"),
        ),
        (
            c.t("clocks may differ", "时钟允差"),
            c.t(f"{trust.max_skew} s", f"{trust.max_skew} 秒"),
        ),
        (c.t("state already known", "已知状态"), known or c.t("none", "无")),
    ]


def _quorum(c: Console, trust: TrustRoot) -> str:
    policy = trust.policy
    if policy.single_operator:
        return c.t("none: nobody but the operator vouches for it", "无：仅运营方自证")
    if policy.quorum in policy.groups:
        threshold, members = policy.groups[policy.quorum]
        names = ", ".join(members)
        return c.t(f"{threshold} of {names}", f"{names} 中 {threshold} 方")
    return policy.quorum


def _plain(proposed: Proposed) -> dict[str, Any]:
    import json

    trust = proposed.trust
    return {
        "fingerprint": trust.fingerprint,
        "file": json.loads(trust.to_bytes()),
        "signatures": sorted(proposed.signatures),
    }


@app.command(
    "draft",
    cls=root.Command,
    help=both(
        "Draft the next version of this ledger's trust file: other witnesses, auditors, root keys "
        "or ledger keys. It counts for nobody until enough root keys of both versions signed it.",
        "起草本台账信任文件的下一版：更改见证方、审计方、根密钥或台账密钥。两版足够数量的根密钥签名前均不生效。",
    ),
    short_help=both("draft the next version", "起草下一版"),
    epilog="custody trust draft --witness 'w1=VKEY' --quorum 3 -o next.json",
)
def draft(
    out: opt.Out,
    witness: opt.Witness = None,
    without_witness: opt.WithoutWitness = None,
    quorum: opt.Quorum = None,
    policy: opt.Policy = None,
    auditor: opt.Auditor = None,
    without_auditor: opt.WithoutAuditor = None,
    auditor_threshold: opt.AuditorThreshold = None,
    root_key: opt.RootKey = None,
    without_root: opt.WithoutRoot = None,
    root_threshold: opt.RootThreshold = None,
    ledger_keys: opt.LedgerKeys = False,
    max_age: opt.MaxAge = None,
    max_skew: opt.MaxSkew = None,
    known: opt.Known = False,
    descriptor: signing.Descriptor = None,
    command: signing.Command = None,
) -> None:
    """Draft the next trust file."""
    from custody.wiring import trust as succession

    lines = read_bytes(policy, LIMIT).decode("utf-8", "replace").splitlines() if policy else None
    with signing.opened() as ledger:
        changes = succession.Changes(
            witnesses=opt.named(witness),
            without=tuple(without_witness or ()),
            quorum=quorum,
            policy=tuple(line for line in lines if line.strip()) if lines is not None else None,
            auditors=tuple(auditor or ()),
            without_auditors=tuple(without_auditor or ()),
            auditor_threshold=auditor_threshold,
            roots=tuple(ledger.keys.find(name) for name in root_key or ()),
            without_roots=tuple(opt.root_kid(ledger, name) for name in without_root or ()),
            root_threshold=root_threshold,
            log_keys=succession.new_ledger_keys(
                ledger, signing.passphrases(descriptor, command, new=True)
            )
            if ledger_keys
            else None,
            known=opt.latest(ledger) if known else None,
            max_age=max_age,
            max_skew=max_skew,
        )
        made = succession.next_file(ledger.trust, changes)
    write_whole(out, made.to_bytes())
    console = here()
    if console.json:
        console.document("trust", _plain(succession.Proposed(made, {})))
        return
    _tell(console, made, out, console.t("drafted", "已起草"))
    signed = typed(f"{out.stem}-1.json")
    console.suggest(f"custody trust sign {typed(out)} --key … -o {signed}")


def _tell(console: Console, trust: TrustRoot, out: Path, done: str) -> None:
    title = console.t(f"trust file version {trust.version}", f"信任文件第 {trust.version} 版")
    console.done(f"{title} {done}  {out}")
    console.fields([(console.t("fingerprint", "指纹"), trust.fingerprint)])


@app.command(
    "sign",
    cls=root.Command,
    help=both(
        "Sign a draft with root keys; signatures it already has are kept, so root keys may be in "
        "different places. Needs the ledger for the present file and the keys.",
        "以根密钥签署草案；已有签名保留，因此根密钥可分置各处。需要台账以取得现行文件与密钥。",
    ),
    short_help=both("sign a draft with root keys", "以根密钥签署草案"),
    epilog="custody trust sign next.json --key root-1 --key root-2 -o signed.json",
)
def sign(
    file: File,
    key: opt.Keys,
    out: opt.Out,
    present: opt.Present = None,
    descriptor: signing.Descriptor = None,
    command: signing.Command = None,
) -> None:
    """Sign a draft."""
    from custody.wiring import trust as succession

    raw = read_bytes(file, LIMIT)
    passphrase = signing.passphrases(descriptor, command)
    with signing.opened(readonly=True) as ledger:
        trust = succession.read_trust(present) if present else ledger.trust
        signed = succession.sign(trust, raw, [ledger.signer(name, passphrase) for name in key])
    proposed = succession.read(signed)
    write_whole(out, signed)
    console = here()
    old, new = proposed.lacking(trust)
    if console.json:
        console.document("trust", {**_plain(proposed), "lacking": {"present": old, "new": new}})
        return
    _tell(console, proposed.trust, out, console.t("signed", "已签署"))
    if old or new:
        console.say(
            console.t(
                f"  missing   {old} of the present root keys, {new} of the new ones",
                f"  尚缺      现行根密钥 {old} 个签名，新根密钥 {new} 个",
            )
        )
    else:
        console.suggest(f"custody trust adopt {typed(out)} --as root-1 --as root-2")


@app.command(
    "adopt",
    cls=root.Command,
    help=both(
        "Announce the signed file in the ledger and put it in place of the present one, which is "
        "kept. The present root keys sign the announcement. Give the file to all recipients first: "
        "with the old one they cannot tell any more.",
        "在台账中公告已签名的文件，并以其取代现行文件（旧版保留）。公告由现行根密钥签名。"
        "请先将新文件交给全部接收方：仅持旧版者将无法判断。",
    ),
    short_help=both("put the next version in force", "启用下一版"),
    epilog="custody trust adopt signed.json --as root-1 --as root-2",
)
def adopt(
    file: File,
    by: opt.Roots,
    descriptor: signing.Descriptor = None,
    command: signing.Command = None,
) -> None:
    """Adopt a signed trust file."""
    from custody.wiring import trust as succession

    raw = read_bytes(file, LIMIT)
    passphrase = signing.passphrases(descriptor, command)
    wanted = signing.hands(by[0], second=by[1:])
    with signing.opened() as ledger:
        succession.accept(ledger.trust, [raw])  # before anybody is asked for a passphrase
        following, act = succession.adopt(ledger, raw, signing.signers(ledger, wanted, passphrase))
        if act is not None:
            signing.tell_act(ledger, act, dry_run=False)
        place = ledger.folder / "trust.json"
    console = here()
    if not console.json:
        _tell(console, following, place, console.t("in force", "已生效"))
        console.suggest("custody checkpoint")


@app.command(
    "accept",
    cls=root.Command,
    help=both(
        "For recipients: follow signed trust files from the one you rely on to the newest. Each "
        "must be signed by enough root keys of the one before it and of itself.",
        "供接收方使用：自您所依据的信任文件起，依次采纳已签名的后续版本。每一版均须有前一版与本版足够的根密钥签名。",
    ),
    short_help=both("follow signed trust files (recipients)", "依次采纳后续版本（接收方）"),
    epilog="custody trust accept trust.json signed.json -o trust-2.json",
)
def accept(
    present: Annotated[
        Path,
        typer.Argument(
            metavar=both("PRESENT", "现行"), help=both("the file relied on", "所依据的文件")
        ),
    ],
    signed: Annotated[
        list[str],
        typer.Argument(
            metavar=both("SIGNED…", "已签名…"), help=both("those that follow", "后续各版")
        ),
    ],
    out: opt.Out,
) -> None:
    """Accept the next trust files."""
    from custody.wiring import trust as succession

    before = succession.read_trust(present)
    if out.exists() and out.resolve() == present.resolve():
        raise InputError("C121", where=str(out))
    after = succession.accept(before, [read_bytes(name, LIMIT) for name in signed])
    write_whole(out, after.to_bytes())
    console = here()
    if console.json:
        console.document("trust", _plain(succession.Proposed(after, {})))
        return
    _tell(console, after, out, console.t("accepted", "已采纳"))
    console.say(
        console.t(
            f"  keep      {present}: verifying needs it too (--earlier-trust {typed(present)})",
            f"  请保留    {present}：核验时仍需要（--earlier-trust {typed(present)}）",
        )
    )
