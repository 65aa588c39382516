"""custody: an event-sourced chain-of-custody ledger for cell products.

The public names, and nothing else, are stable. They are loaded when first used, so that importing
the package costs nothing:

- `open_ledger`, `create_ledger`, `Ledger`: record, ask, prove, audit.
- `Intent`, `SignAs`: what to record, and who signs it.
- `verify_bundle`, `Report`: check a bundle with nothing but a trust file.
- `CustodyError`: the root of every error raised on purpose.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from custody.app.ledger import Ledger as Ledger
    from custody.app.recording.intent import Intent as Intent
    from custody.app.recording.intent import SignAs as SignAs
    from custody.app.verification.verifying import Report as Report
    from custody.app.verification.verifying import verify_bundle as verify_bundle
    from custody.errors import CustodyError as CustodyError
    from custody.wiring.ledger import create_ledger as create_ledger
    from custody.wiring.ledger import open_ledger as open_ledger

_HOME = {
    "CustodyError": "custody.errors",
    "Intent": "custody.app.recording.intent",
    "Ledger": "custody.app.ledger",
    "Report": "custody.app.verification.verifying",
    "SignAs": "custody.app.recording.intent",
    "create_ledger": "custody.wiring.ledger",
    "open_ledger": "custody.wiring.ledger",
    "verify_bundle": "custody.app.verification.verifying",
}
__all__ = sorted(_HOME)  # noqa: PLE0605 - a list of names, made from the table above


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
