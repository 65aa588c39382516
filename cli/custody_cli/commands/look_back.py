"""Go on with a look-back: hold what came from an item that turned bad and is not on hold yet."""

from __future__ import annotations

from typing import Final

from custody_cli import root, signing, spread
from custody_cli.commands.read import Ref
from custody_cli.console import here
from custody_cli.words import both

look_back_app = root.single()
APPS: Final = {"look-back": look_back_app}


@look_back_app.command(
    cls=root.Command,
    help=both(
        "Hold what came from an item that turned bad and is not on hold for it. Recording the bad "
        "news does this by itself; this goes on after an interruption. Safe to repeat.",
        "将源自问题物项而尚未暂停者予以暂停。登记不利信息时已自动进行；中断后可由此继续，可重复执行。",
    ),
    epilog="custody look-back D-2026-007 --as wang.min",
)
def look_back(
    ref: Ref,
    by: signing.As = None,
    role: signing.Role = None,
    meaning: signing.Meaning = None,
    second: signing.Second = None,
    descriptor: signing.Descriptor = None,
    command: signing.Command = None,
) -> None:
    """Go on with a look-back."""
    console = here()
    wanted = signing.hands(by, role, meaning, second)
    with signing.acting(wanted, descriptor, command) as (ledger, signed):
        affected = ledger.look_back(ref, signed)
    if console.json:
        console.document("look-back", {"affected": spread.objects(affected)})
        return
    if not affected:
        console.say(console.t("nothing came from it", "没有源自它的物项"))
    spread.tell(affected)
