"""What somebody wants to record, before the ledger has completed and signed it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from custody.app.ports import Signer
from custody.app.recording.lookback import Affected
from custody.rules.model import Ruling


@dataclass(frozen=True, slots=True)
class Intent:
    """One act in the words of the person who did it.

    Args:
        type: event type, ``vial.thawed/v1``.
        subject: number or stream of the item it is about; None when the event opens a stream.
        body: the fields of the event, without rulings.
        links: (relation, number or stream) of the items it depends on.
        private: personal values; only salted digests of them enter the event.
    """

    type: str
    subject: str | None
    body: Mapping[str, Any]
    links: tuple[tuple[str, str], ...] = ()
    private: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SignAs:
    """One signature to be made; an empty role or meaning is filled in when only one fits."""

    signer: Signer
    role: str = ""
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """One event as it was written; `number` is the item's business number, if it has one."""

    index: int
    leaf: str
    stream: str
    type: str
    number: str


@dataclass(frozen=True, slots=True)
class Act:
    """What one act wrote: the main event among its companions, and the rulings that let it pass.

    `affected` lists what a look-back found below bad news, and what became of it.
    """

    events: tuple[Written, ...]
    main: Written
    rulings: tuple[Ruling, ...]
    preview: tuple[dict[str, Any], ...]
    affected: tuple[Affected, ...] = ()
