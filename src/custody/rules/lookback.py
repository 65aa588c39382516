"""Look-back: nothing that was found bad later may go on, wherever it has come to by then.

Bad news puts everything below on hold in the same act; this rule stops at its gates what such an
act could not see, because it was made at the same moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from custody.domain.bank import Bank
from custody.domain.model import State
from custody.domain.shipment import Shipment
from custody.rules.ancestry import ancestry
from custody.rules.bank import speaking_against
from custody.rules.model import Answer, Basis, Case, rule, satisfied, violated

SOUND: Final = {
    "donation": ("eligible", "autologous_exempt"),
    "bank": ("qualified",),
    "material": ("accepted",),
}
FALLEN: Final = ("held", "recalled", "rejected", "voided")


@rule(
    "REL-002",
    "start",
    "release",
    "release-provisionally",
    "export",
    "administer",
    "customs-bundle",
    en="nothing the item comes from was found bad later",
    zh="物项的来源事后未发现问题",
    source="21 CFR 1271.290 and Directive 2006/86/EC: look-back through the tracking system",
    basis=Basis.HOUSE,
    remedy_en="see what happened to the item named; hold or reject what came from it",
    remedy_zh="请查明所列物项的情况；暂停或拒绝源自它的物项",
    signer_roles=("quality_authority",),
)
def origins_are_sound(case: Case) -> Iterable[Answer]:
    """Donors eligible and consenting, banks qualified, lots and batches neither recalled nor held.

    What the act is about is judged by other rules; this one looks at everything above it.
    """
    starts = _starts(case)
    if isinstance(case.state, Shipment) and case.state.holds:
        yield violated(
            case.state.stream,
            f"shipment {case.state.number} is on hold: {', '.join(case.state.holds)}",
            f"发运 {case.state.number} 处于暂停：{'、'.join(case.state.holds)}",
        )
    for state in ancestry(case, *starts).found:
        yield from _sound(state, asked=state.stream in starts)


def _starts(case: Case) -> tuple[str, ...]:
    carried: tuple[str, ...] = getattr(case.state, "batches", ())
    return carried or (*case.event.linked("made_from", "origin"), case.event.stream)


def _sound(state: State, *, asked: bool) -> Iterator[Answer]:
    allowed = SOUND.get(state.kind)
    bad = state.status not in allowed if allowed else state.status in FALLEN and not asked
    if bad:
        yield violated(
            state.stream,
            f"{state.kind} {state.number} is '{state.status}' now",
            f"{state.number} 现状态为“{state.status}”",
        )
    elif isinstance(state, Bank) and (failed := speaking_against(state)):
        yield failed
    elif "manufacture" in getattr(state, "closed", ()):
        yield violated(
            state.stream,
            f"the consent for donation {state.number} was withdrawn",
            f"捐献 {state.number} 的知情同意已撤回",
        )
    elif allowed:
        yield satisfied(state.stream)
