"""Look-back: which events are bad news about something that others already came from.

Names the causes and the holds that answer them; finding what is below is left to the application,
because a stream never leads down to other customers' things.
"""

from __future__ import annotations

from typing import Final

from custody.domain.bank import BankHeld, BankRejected
from custody.domain.batch_standing import BatchHeld, BatchRecalled, BatchRejected
from custody.domain.donation import DonorCleared, DonorNoticeReceived, DonorScreened
from custody.domain.holding import BECAUSE_OF
from custody.domain.invalidation import BankTestInvalidated, BatchTestInvalidated
from custody.domain.key import KeyRevoked
from custody.domain.material import MaterialRecalled, MaterialRejected
from custody.domain.model import TYPES, Event

# Positive for these, a donor is not fit; others (CMV, EBV) are common and assessed case by case.
DISQUALIFYING: Final = frozenset({"hiv", "hbv", "hcv", "syphilis", "htlv"})
# What is put on hold, and how. A vial is held through its bank, a culture through its batch.
HOLDS: Final = {
    "bank": "bank.held/v1",
    "batch": "batch.held/v1",
    "dose": "dose.held/v1",
    "shipment": "shipment.held/v1",
}

_ALWAYS: Final = (
    DonorNoticeReceived,
    MaterialRecalled,
    MaterialRejected,
    BankHeld,
    BankRejected,
    BankTestInvalidated,
    BatchHeld,
    BatchRejected,
    BatchRecalled,
    BatchTestInvalidated,
)


def is_bad_news(event: Event) -> bool:
    """Whether everything that came from the item of `event` must be put on hold at once.

    A hold that itself answers a look-back is no news: what lies below is held by the same act.
    """
    match event.body:
        case DonorScreened() as body:
            return any(r.outcome == "reactive" and r.marker in DISQUALIFYING for r in body.results)
        case DonorCleared() as body:
            return body.determination == "ineligible"
        case KeyRevoked() as body:
            return body.reason == "compromised"
        case _:
            return isinstance(event.body, _ALWAYS) and not event.linked(BECAUSE_OF)


def strikes_itself(event: Event) -> bool:
    """Whether the item of `event` must be held, too: a test lost its worth, not its standing."""
    return isinstance(event.body, BankTestInvalidated | BatchTestInvalidated)


def causes() -> tuple[str, ...]:
    """Return the names of the types that can be bad news."""
    bodies = (*_ALWAYS, DonorScreened, DonorCleared, KeyRevoked)
    return tuple(sorted(name for name, spec in TYPES.items() if spec.body in bodies))
