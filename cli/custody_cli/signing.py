"""Who signs, in which role, with which meaning, and where the passphrase comes from.

The options are declared once here and used by every command that signs. A passphrase is never taken
from a flag or an environment value.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from custody.errors import CustodyError, InputError, Reason, SigningKeyError
from custody.errors import Text as Words
from custody_cli import aside, labels, spread
from custody_cli.console import Console, columns, here, padded, short, wrapped
from custody_cli.words import both

if TYPE_CHECKING:
    from custody.app.ledger import Ledger
    from custody.app.recording.intent import Act, SignAs
    from custody.wiring.ledger import OpenLedger

DEFAULT_SIGNER: Final = "CUSTODY_AS"
KEYS_VARIABLE: Final = "CUSTODY_KEYS"
COMMAND_VARIABLE: Final = "CUSTODY_PASSPHRASE_COMMAND"

As = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar=both("NAME", "名称"),
        rich_help_panel="signing",
        help=both(
            "the key that signs: NAME, NAME:ROLE or NAME:ROLE:MEANING (else CUSTODY_AS)",
            "签名所用密钥：名称、名称:角色 或 名称:角色:含义（否则取 CUSTODY_AS）",
        ),
    ),
]
Role = Annotated[
    str | None,
    typer.Option(
        "--role",
        metavar=both("ROLE", "角色"),
        rich_help_panel="signing",
        help=both("role to sign in, if the key holds several", "签名角色（密钥有多个角色时）"),
    ),
]
Meaning = Annotated[
    str | None,
    typer.Option(
        "--meaning",
        metavar=both("MEANING", "含义"),
        rich_help_panel="signing",
        help=both("what the signature means, if several fit", "签名含义（有多种可能时）"),
    ),
]
Second = Annotated[
    list[str] | None,
    typer.Option(
        "--second",
        metavar=both("NAME[:ROLE[:MEANING]]", "名称[:角色[:含义]]"),
        rich_help_panel="signing",
        help=both("a second person who signs the same event", "同一事件的第二签名人"),
    ),
]
Descriptor = Annotated[
    int | None,
    typer.Option(
        "--passphrase-fd",
        metavar=both("N", "编号"),
        rich_help_panel="passphrase",
        help=both(
            "read passphrases from this open file, one line per key",
            "从该文件描述符读取口令，每个密钥一行",
        ),
    ),
]
Command = Annotated[
    str | None,
    typer.Option(
        "--passphrase-command",
        metavar=both("COMMAND", "命令"),
        rich_help_panel="passphrase",
        help=both(
            f"run this and take its first line; the key's name is in CUSTODY_KEY_NAME (else "
            f"{COMMAND_VARIABLE})",
            f"运行该命令并取其首行；密钥名称在 CUSTODY_KEY_NAME 中（否则取 {COMMAND_VARIABLE}）",
        ),
    ),
]
DryRun = Annotated[
    bool,
    typer.Option(
        "--dry-run",
        help=both("check everything, write nothing", "检查全部内容，不写入"),
    ),
]
Passphrase = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Hand:
    """One signature as it was asked for on the command line."""

    name: str
    role: str = ""
    meaning: str = ""


def hands(
    name: str | None,
    role: str | None = None,
    meaning: str | None = None,
    second: Sequence[str] | None = None,
) -> list[Hand]:
    """Return who is to sign, first the acting person.

    Raises:
        InputError: C108 nobody is named, or the same key twice.
    """
    first = name or os.environ.get(DEFAULT_SIGNER, "")
    if not first.strip():
        raise InputError("C108", where="--as")
    named = _hand(first)
    found = [Hand(named.name, role or named.role, meaning or named.meaning)]
    found += [_hand(text) for text in second or ()]
    return found


def _hand(text: str) -> Hand:
    name, _, rest = text.replace("：", ":").partition(":")
    role, _, meaning = rest.partition(":")
    if not name.strip():
        raise InputError("C108", where="--as")
    return Hand(name.strip(), role.strip(), meaning.strip())


def passphrases(
    descriptor: int | None,
    command: str | None,
    *,
    new: bool = False,
    announce: Callable[[], None] | None = None,
) -> Passphrase:
    """Return where passphrases come from: descriptor, command, or the person at the terminal.

    Args:
        new: a new key is locked, so a person is asked twice.
        announce: called once before the first prompt, to show what is about to be signed.

    Raises (when called):
        SigningKeyError: C608 no source is given and asking is not allowed; else as the source.
    """
    from custody.wiring.ledger import passphrases as sources

    console = here()
    command = command or os.environ.get(COMMAND_VARIABLE) or None
    if descriptor is not None:
        return _once_each(sources.from_descriptor(descriptor))
    if command:
        return _once_each(sources.from_command(command))
    if console.settings.no_input or not sys.stdin.isatty():
        return _refuse(console)
    prompt = sources.from_prompt(
        console.t("passphrase of {name}: ", "{name} 的口令："),
        console.t("the same once more: ", "请再输入一次：") if new else None,
    )
    return _once_each(_announced(prompt, announce))


def _announced(source: Passphrase, announce: Callable[[], None] | None) -> Passphrase:
    waiting = [announce] if announce else []

    def ask(name: str) -> bytes:
        while waiting:
            waiting.pop()()
        return source(name)

    return ask


def _once_each(source: Passphrase) -> Passphrase:
    known: dict[str, bytes] = {}

    def ask(name: str) -> bytes:
        if name not in known:
            known[name] = source(name)
        return known[name]

    return ask


def _refuse(console: Console) -> Passphrase:
    detail = console.t(
        "nothing may be asked here, and neither --passphrase-fd nor --passphrase-command is given",
        "此处不能提问，且未提供 --passphrase-fd 或 --passphrase-command",
    )

    def refuse(name: str) -> bytes:
        raise SigningKeyError("C608", where=name, detail=detail)

    return refuse


def signers(ledger: Ledger, wanted: Sequence[Hand], passphrase: Passphrase) -> list[SignAs]:
    """Unlock the keys of everybody who is to sign."""
    from custody.app.recording.intent import SignAs

    return [SignAs(ledger.signer(h.name, passphrase), h.role, h.meaning) for h in wanted]


@contextmanager
def acting(
    wanted: Sequence[Hand],
    descriptor: int | None,
    command: str | None,
    announce: Callable[[], None] | None = None,
) -> Iterator[tuple[OpenLedger, list[SignAs]]]:
    """Open the ledger of this call to act in it, with the keys of all who sign unlocked."""
    passphrase = passphrases(descriptor, command, announce=announce)
    with opened() as ledger:
        yield ledger, signers(ledger, wanted, passphrase)


def now() -> str:
    """Return the present with the local offset, to the second."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


@contextmanager
def opened(*, readonly: bool = False, whole: bool = True) -> Iterator[OpenLedger]:
    """Open the ledger this call is about, for the length of a ``with`` block.

    `whole=False` opens a file that lost its end, too, for an audit.

    Errors that leave the block name items by their numbers, as people know them.

    Raises:
        StorageError: C701 there is none here.
    """
    from custody.wiring import ledger as wiring

    place = here().settings.ledger
    folder = Path(place) if place else wiring.find_ledger(Path.cwd())
    if folder.is_file():
        folder = folder.parent
    keys = os.environ.get(KEYS_VARIABLE)
    with wiring.open_ledger(
        folder, keys=Path(keys) if keys else None, readonly=readonly, whole=whole
    ) as ledger:
        try:
            yield ledger
            aside.tell_missing(ledger)
        except CustodyError as error:
            error.where = _numbered(ledger, error.where)
            error.reasons = tuple(_worded(ledger, r) for r in error.reasons)
            raise
        finally:
            aside.note_written(ledger)


def _worded(ledger: Ledger, reason: Reason) -> Reason:
    """Return a reason with its item's number, and labels for the codes a rule quotes."""
    why = Words(reason.why.en, labels.sentence(reason.why.zh, reason.where.partition(":")[0]))
    return replace(reason, where=_numbered(ledger, reason.where), why=why)


def _numbered(ledger: Ledger, place: str) -> str:
    """Return `place` with stream ids replaced by kind and number, where an item has one."""

    def known(match: re.Match[str]) -> str:
        number = ledger.number_of(match[0])
        return match[0] if number == match[0] else f"{labels.kind(match['kind'])} {number}"

    return re.sub(r"\b(?P<kind>[a-z]+):[0-9a-f]{32}\b", known, place)


def announced(what: str, rows: Sequence[tuple[str, object]]) -> Callable[[], None]:
    """Return a function that shows what is about to be signed, for the moment before asking."""
    console = here()

    def announce() -> None:
        about = console.paint(console.t("you are about to sign", "您即将签署"), "bold")
        console.say(f"{about}  {what}")
        left = max(columns(label) for label, _ in rows)
        for label, value in rows:
            first, *others = wrapped(console.value(value), console.width - left - 4)
            console.say(f"  {console.paint(padded(label, left), 'dim')}  {first}")
            for line in others:
                console.say(" " * (left + 4) + line)

    return announce


def tell_act(ledger: Ledger, act: Act, *, dry_run: bool) -> None:
    """Say what was written: the event, who signed it, what usually comes next."""
    console = here()
    if console.json:
        console.document("act", act_object(act, dry_run=dry_run))
        return
    from custody import contract

    entry = contract.types().get(act.main.type, {})
    title = entry.get("title", {}).get(console.lang, "")
    first = console.word("checked" if dry_run else "recorded")
    number = short(act.main.number or act.main.stream)
    parts = [f"{console.paint(console.mark(True), 'green')} {first}", act.main.type, number]
    parts.append(f"“{title}”" if console.lang == "zh" else f'"{title}"')
    line = "  ".join(p for p in parts if p)
    if not dry_run:
        signed = f"{console.word('event')} {act.main.index}{_signed_by(ledger, act)}"
        fits = columns(line + signed) + 2 <= console.width
        line += ("  " if fits else "\n  ") + signed
    console.out(line)
    if dry_run:
        for part in act.preview:
            console.line(part)
        return
    listed = {item.stream for item in act.affected}
    for written in act.events:
        by_itself = written.stream not in listed and not written.type.startswith("alias.")
        if written != act.main and by_itself:
            also = console.t("also", "同时")
            console.say(f"  {also}      {written.type}  {short(written.number or written.stream)}")
    spread.tell(act.affected)
    _tell_remarks(act)
    for step in entry.get("next", ()):
        console.suggest(f"custody {_following(step, act)} …")


def _tell_remarks(act: Act) -> None:
    """Say what stands beside the event and stops nothing: advice of the rules that were asked."""
    console = here()
    for row in _advice(act):
        why = labels.sentence(row["why"][console.lang])
        console.say(f"  {console.t('remark', '提示')}    {row['rule']}  {why}")


def _advice(act: Act) -> list[dict[str, Any]]:
    """Return the answers of rules that stop nothing."""
    from custody.app.asking.rulebook import told_answers

    told = (row for ruling in act.rulings for row in told_answers(ruling))
    return [row for row in told if row["severity"] == "advisory"]


def _following(step: str, act: Act) -> str:
    """Return the suggested command, with the number when it is about the same kind of item."""
    noun = act.main.stream.partition(":")[0]
    same = step.partition(" ")[0] in (noun, "donor" if noun == "donation" else noun)
    return f"{step} {act.main.number}" if same and act.main.number else step


def _signed_by(ledger: Ledger, act: Act) -> str:
    console = here()
    entry = next(e for i, e in ledger.read(act.main.stream) if i == act.main.index)
    from custody.app.asking.queries import meaning_order as order

    by_meaning = sorted(entry.payload.signers, key=lambda s: order(s.meaning))
    names = [f"{ledger.printed_name(s.kid)} ({labels.meaning(s.meaning)})" for s in by_meaning]
    if not names:
        return ""
    return console.t(", signed by ", "，签名人 ") + f" {console.word('and')} ".join(names)


def act_object(act: Act, *, dry_run: bool) -> dict[str, Any]:
    """Return an act as JSON."""
    events = [
        {"event": e.index, "leaf": e.leaf, "stream": e.stream, "type": e.type, "number": e.number}
        for e in act.events
    ]
    return {
        "dry_run": dry_run,
        "main": events[act.events.index(act.main)],
        "events": events,
        "rulings": [{"rule": r.rule.id, "outcome": r.outcome} for r in act.rulings],
        "affected": spread.objects(act.affected),
        "remarks": [{"rule": row["rule"], "why": row["why"]} for row in _advice(act)],
        **({"preview": list(act.preview)} if dry_run else {}),
    }
