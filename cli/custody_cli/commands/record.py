"""Plumbing of recording: any event as JSON, corrections, voids.

What a laboratory system sends comes through here: one JSON object, or one per line. Lines are
recorded one after the other; the first that is refused stops the rest and says where.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

import typer

from custody.errors import CustodyError, InputError
from custody_cli import root, signing
from custody_cli.attachments import read_bytes
from custody_cli.console import Console, here
from custody_cli.incoming import intent_of, known_type, parsed
from custody_cli.words import both

record_app, correct_app = root.single(), root.single()
void_app, reaffirm_app = root.single(), root.single()
APPS: Final = {
    "record": record_app,
    "correct": correct_app,
    "void": void_app,
    "reaffirm": reaffirm_app,
}
LIMIT: Final = 64 << 20
Seq = Annotated[
    int,
    typer.Argument(
        metavar=both("SEQ", "序号"),
        help=both(
            "the event's place in the item's history, from 0", "事件在该物项历史中的序号，从 0 起"
        ),
    ),
]
Ref = Annotated[
    str, typer.Argument(metavar=both("NUMBER", "编号"), help=both("number of the item", "物项编号"))
]
Reason = Annotated[
    str,
    typer.Option("--reason", metavar=both("TEXT", "文本"), help=both("why", "理由")),
]
When = Annotated[
    str | None,
    typer.Option(
        "--occurred-at",
        metavar=both("INSTANT", "时刻"),
        help=both("when it was found out (default: now)", "发现时间（默认：现在）"),
    ),
]


@record_app.command(
    cls=root.Command,
    help=both(
        "Record events given as JSON: one object, or one per line, each with subject, body, links, "
        "private and signers.\nLines are recorded in order; the first refusal stops the rest.",
        "以 JSON 记录事件：单个对象，或每行一个，各含 subject、body、links、private、signers。\n"
        "逐行记录；首个被拒绝者使其后停止。",
    ),
    epilog="custody record vial.moved/v1 --from moves.jsonl --as chen.yu",
)
def record(
    type_name: Annotated[
        str,
        typer.Argument(
            metavar=both("TYPE", "类型"),
            help=both(
                "the event type, or - when each line names its own", "事件类型；每行自带类型时写 -"
            ),
        ),
    ] = "-",
    source: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="FILE|-",
            help=both("where from (default: stdin)", "来源（默认标准输入）"),
        ),
    ] = "-",
    by: signing.As = None,
    role: signing.Role = None,
    meaning: signing.Meaning = None,
    second: signing.Second = None,
    dry_run: signing.DryRun = False,
    descriptor: signing.Descriptor = None,
    command: signing.Command = None,
) -> None:
    """Record events given as JSON."""
    console = here()
    if type_name != "-":
        known_type(type_name)
    lines = list(parsed(read_bytes(source, LIMIT)))
    default = signing.hands(by, role, meaning, second) if by else []
    passphrase = signing.passphrases(descriptor, command)
    written = 0
    with signing.opened() as ledger:
        keys: dict[str, Any] = {}
        for number, line in lines:
            try:
                intent, hands = intent_of(line, type_name, default)
                for hand in hands:
                    if hand.name not in keys:
                        keys[hand.name] = ledger.signer(hand.name, passphrase)
                signed = _signed(hands, keys)
                act = ledger.record(intent, signed, dry_run=dry_run)
            except CustodyError as error:
                if len(lines) > 1:
                    error.where = _stopped(console, number, written) + error.where
                    error.params["partly"] = written
                raise
            except KeyboardInterrupt:
                console.complain(_stopped(console, number, written).rstrip(": ："))
                raise
            written += 0 if dry_run else len(act.events)
            signing.tell_act(ledger, act, dry_run=dry_run)


def _signed(hands: Sequence[signing.Hand], keys: Mapping[str, Any]) -> list[Any]:
    from custody.app.recording.intent import SignAs

    return [SignAs(keys[h.name], h.role, h.meaning) for h in hands]


def _stopped(console: Console, number: int, written: int) -> str:
    """Return how far a list of lines came, as the beginning of a place."""
    return console.t(
        f"line {number} ({written} events written before it, nothing after): ",
        f"第 {number} 行（此前已写入 {written} 个事件，此后未写入）：",
    )


@correct_app.command(
    cls=root.Command,
    help=both(
        "Record that an earlier event of an item is to be read differently. Both readings stay "
        "visible. Signed by QA and by another person.",
        "更正某物项较早的一条记录；两种读法均保持可见。由 QA 与另一人签名。",
    ),
    epilog=both(
        "custody correct WCB-1-007 0 --set position='T1/R2/B3/8' --reason 'misread label' "
        "--as wang.min --second chen.yu",
        "custody correct WCB-1-007 0 --set position='T1/R2/B3/8' --reason '标签误读' "
        "--as wang.min --second chen.yu",
    ),
)
def correct(
    ref: Ref,
    seq: Seq,
    changes: Annotated[
        list[str],
        typer.Option(
            "--set",
            metavar=both("FIELD=VALUE", "字段=值"),
            help=both(
                "the reading from now on; empty takes an optional field away",
                "今后的读法；留空则去除可选字段",
            ),
        ),
    ],
    why: Reason,
    occurred_at: When = None,
    by: signing.As = None,
    role: signing.Role = None,
    meaning: signing.Meaning = None,
    second: signing.Second = None,
    dry_run: signing.DryRun = False,
    descriptor: signing.Descriptor = None,
    command: signing.Command = None,
) -> None:
    """Correct an event."""
    wanted = signing.hands(by, role, meaning, second)
    with signing.acting(wanted, descriptor, command) as (ledger, signed):
        act = ledger.correct(
            ref, seq, _changes(changes), why, occurred_at or signing.now(), signed, dry_run=dry_run
        )
        signing.tell_act(ledger, act, dry_run=dry_run)


def _changes(texts: Sequence[str]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise InputError("C109", where=f"--set {text}", known="FIELD")
        found[name.strip().replace("-", "_")] = value or None
    return found


@void_app.command(
    cls=root.Command,
    help=both(
        "Declare that an event of an item did not happen. It stays visible. Signed by QA and by "
        "another person.",
        "声明某物项的一条记录并未发生；原记录保持可见。由 QA 与另一人签名。",
    ),
    epilog=both(
        "custody void WCB-1-007 2 --reason 'recorded for the wrong vial' --as wang.min "
        "--second chen.yu",
        "custody void WCB-1-007 2 --reason '误记于此管' --as wang.min --second chen.yu",
    ),
)
def void(
    ref: Ref,
    seq: Seq,
    why: Reason,
    occurred_at: When = None,
    by: signing.As = None,
    role: signing.Role = None,
    meaning: signing.Meaning = None,
    second: signing.Second = None,
    dry_run: signing.DryRun = False,
    descriptor: signing.Descriptor = None,
    command: signing.Command = None,
) -> None:
    """Void an event."""
    wanted = signing.hands(by, role, meaning, second)
    with signing.acting(wanted, descriptor, command) as (ledger, signed):
        act = ledger.void(ref, seq, why, occurred_at or signing.now(), signed, dry_run=dry_run)
        signing.tell_act(ledger, act, dry_run=dry_run)


@reaffirm_app.command(
    cls=root.Command,
    help=both(
        "Confirm that an event is true although its key was compromised when it was signed. Signed "
        "by QA, never by that key.",
        "签名密钥已泄露时，确认某条记录属实。由 QA 签名，不得使用该密钥。",
    ),
    epilog=both(
        "custody reaffirm WCB-1-007 1 --reason 'checked against form F-13' --as wang.min",
        "custody reaffirm WCB-1-007 1 --reason '已与表单 F-13 核对' --as wang.min",
    ),
)
def reaffirm(
    ref: Ref,
    seq: Seq,
    why: Reason,
    occurred_at: When = None,
    by: signing.As = None,
    role: signing.Role = None,
    meaning: signing.Meaning = None,
    dry_run: signing.DryRun = False,
    descriptor: signing.Descriptor = None,
    command: signing.Command = None,
) -> None:
    """Reaffirm an event."""
    wanted = signing.hands(by, role, meaning)
    with signing.acting(wanted, descriptor, command) as (ledger, signed):
        act = ledger.reaffirm(ref, seq, why, occurred_at or signing.now(), signed, dry_run=dry_run)
        signing.tell_act(ledger, act, dry_run=dry_run)
