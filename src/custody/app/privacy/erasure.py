"""Erase the private values of a donor or subject, or restrict them, as a request was decided.

The order of an erasure: what is meant is written down in the vault; the decision becomes an event,
and from then on nothing may bring the values back; the vault destroys the person's key and values;
every file of the ledger is searched for what was destroyed. A program that dies in between goes on
at the next opening (`erased.replay`), and so does a vault that was restored from an old backup.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from custody.app.asking.obligations import kept_until, today
from custody.app.asking.staff import require_erasable_staff
from custody.app.privacy.erased import DECIDED, Eraser, Informed, Remain, Stores
from custody.app.recording.bodies import stamp
from custody.app.recording.intent import Act, Intent, SignAs
from custody.app.recording.spellings import spellings
from custody.domain.private_values import Standing, is_erasure, standing
from custody.domain.subject_request import KINDS, Pseudonymous, Request
from custody.domain.values import canonical_number
from custody.errors import InputError, Reason, RefusedError, StorageError
from custody.errors import Text as Words
from custody.rules.retention import KEEP, kept_so_long

if TYPE_CHECKING:
    from custody.app.ledger import Ledger

RECEIVED: Final = "request.received/v1"
STEPS: Final = ("intended", "decided", "destroyed", "searched", "done")


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure came to.

    `event` is the index of the decision, -1 when nothing was written. `digests` is the number of
    digests nobody can open any more, decoys among them. `searched` says what was looked for in
    every file: ``values``, or only ``digests`` when the values were destroyed by an earlier run.
    `informed` lists who was given one of the values and has to be told.
    """

    number: str
    stream: str
    request: str
    event: int
    digests: int
    searched: str
    remains: tuple[Remain, ...] = ()
    informed: tuple[Informed, ...] = ()


def erase(
    ledger: Ledger,
    stores: Stores,
    ref: str,
    request: str,
    by: Sequence[SignAs],
    *,
    reason: str,
    dry_run: bool = False,
    reached: Callable[[str], None] = lambda _: None,
) -> Erased:
    """Erase the private values of a donor or subject for good, as `request` asks.

    Safe to repeat: what an earlier run has not finished is finished.

    Args:
        ref: number of the donation or subject. Staff numbers are understood, and refused.
        request: number of a request for erasure that is on record.
        reason: the grounds, as told to the person; no names.
        reached: called after each of `STEPS`.

    Raises:
        InputError: C140 or C141 no such person, C166 no such request for erasure.
        RefusedError: C2705 a period of keeping has not ended, and use is restricted instead (that
            is written); C2706 the same, nothing is written; C2707 or C2708 a signer's name; C200 a
            rule forbids it.
        StorageError: C741 decided, but the values could not be destroyed.
    """
    stream = ledger.resolve(ref, (*KINDS, "person"))
    if stream.startswith("person:"):
        require_erasable_staff(ledger, stream)
    eraser = stores.eraser
    found = _standing(ledger, stream)
    wanted = _wanted(ledger, eraser, stream)
    if found.status != "erased":
        person = _person(ledger, stream)
        asked = _require_request(ledger, person, request)
        _require_period_over(ledger, person, asked, by, dry_run=dry_run)
        intent = _decision(ledger, person, asked.number, "fulfil", "request_met", reason)
        if dry_run:
            ledger.record_decision(intent, by, dry_run=True)
            digests = len(_digests(ledger, stream))
            return Erased(person.number, stream, asked.number, -1, digests, "")
        eraser.intend(stream, asked.number)
        reached("intended")
        ledger.record_decision(intent, by)
        reached("decided")
        found = _standing(ledger, stream)
    return _carry_out(ledger, stores, stream, found, wanted, reached, dry_run=dry_run)


def _carry_out(
    ledger: Ledger,
    stores: Stores,
    stream: str,
    found: Standing,
    wanted: Mapping[bytes, str],
    reached: Callable[[str], None],
    *,
    dry_run: bool,
) -> Erased:
    """Destroy what the decision `found` erases, and search for it everywhere."""
    assert found.by is not None  # noqa: S101 - erased by an event
    digests = _digests(ledger, stream)
    number, index = ledger.number_of(stream), found.by.index
    made = Erased(number, stream, found.request, index, len(digests), "")
    if dry_run:
        return made
    eraser = stores.eraser
    try:
        eraser.destroy([stream])
        eraser.carried_out(stream, "destroyed")
    except StorageError as failed:
        raise StorageError(
            "C741", where=number, number=number, event=index, cause=failed.code
        ) from failed
    reached("destroyed")
    remains = tuple(stores.search(wanted, digests))
    reached("searched")
    eraser.carried_out(stream, "done")
    reached("done")
    return replace(
        made,
        searched="values" if wanted else "digests",
        remains=remains,
        informed=tuple(eraser.given(digests)),
    )


def _wanted(ledger: Ledger, eraser: Eraser, stream: str) -> dict[bytes, str]:
    """Return every spelling of the person's values while they can still be read."""
    wanted: dict[bytes, str] = {}
    for disclosure in ledger.vault.of_subject(stream).values():
        wanted |= spellings(disclosure)
    if wanted:
        wanted |= dict.fromkeys(eraser.secrets(stream), "key or ciphertext")
    return wanted


def _digests(ledger: Ledger, stream: str) -> list[str]:
    return [digest for _, entry in ledger.read(stream) for digest in entry.payload.sd]


# -------------------------------------------------------------------- the decision


def _standing(ledger: Ledger, stream: str) -> Standing:
    return standing(ledger.histories().events(stream))


def _person(ledger: Ledger, stream: str) -> Pseudonymous:
    state = ledger.histories().state(stream)
    assert isinstance(state, Pseudonymous)  # noqa: S101 - of one of KINDS
    return state


def _require_request(ledger: Ledger, person: Pseudonymous, number: str) -> Request:
    """Return the request for erasure with that number, still to be decided.

    Raises:
        InputError: C166.
    """
    found = person.request(canonical_number(number))
    events = ledger.histories().events(person.stream)
    if found is None or not is_erasure(events, found.number):
        where = person.number
        raise InputError("C166", where=where, request=number, number=person.number)
    return found


def _require_period_over(
    ledger: Ledger, person: Pseudonymous, asked: Request, by: Sequence[SignAs], *, dry_run: bool
) -> None:
    """Refuse while any period runs, also of what was made from the cells; restrict use instead.

    A rule cannot look down at everything that came of a donation; here it is looked at.
    """
    kept = kept_until(ledger, person.stream)
    if kept.over(today(ledger)):
        return
    words = kept_so_long(kept)
    stop = Reason(
        "REC-002",
        person.stream,
        Words(
            f"the records of {person.number} are kept {words.en}",
            f"{person.number} 的记录{words.zh}",
        ),
        Words(
            "a missing or open period is recorded with custody retention set",
            "缺失或未起算的期限以 custody retention set 登记",
        ),
        KEEP,
    )
    number = person.number
    if dry_run or asked.decision == "restrict":
        raise RefusedError("C2706", where=number, reasons=[stop], number=number)
    until = kept.until.isoformat() if kept.until else None
    intent = _decision(
        ledger, person, asked.number, "restrict", "retention_period", words.en, until
    )
    act = ledger.record_decision(intent, by)
    raise RefusedError("C2705", where=number, reasons=[stop], number=number, event=act.main.index)


def _decision(
    ledger: Ledger,
    person: Pseudonymous,
    request: str,
    decision: str,
    ground: str,
    reason: str,
    until: str | None = None,
) -> Intent:
    body: dict[str, Any] = {
        "request": request,
        "decision": decision,
        "ground": ground,
        "reason": reason,
        "occurred_at": stamp(ledger.clock()),
    }
    return Intent(DECIDED, person.stream, {**body, "until": until} if until else body)


# -------------------------------------------------------------------- restricting


def restrict(
    ledger: Ledger,
    ref: str,
    request: str,
    by: Sequence[SignAs],
    *,
    reason: str,
    until: str | None = None,
    dry_run: bool = False,
) -> Act:
    """Keep the values of a donor or subject, and give them to nobody from now on.

    A request that is not on record yet is recorded first, as one for restriction.

    Raises:
        InputError: C140 or C141 no such person.
        RefusedError: C200 a rule or the request's standing forbids it.
    """
    stream = ledger.resolve(ref, KINDS)
    person = _person(ledger, stream)
    number = canonical_number(request)
    asked = person.request(number)
    if asked is None:
        body = {"request": number, "asks": "restriction", "occurred_at": stamp(ledger.clock())}
        received = Intent(RECEIVED, stream, body)
        act = ledger.record(received, [SignAs(by[0].signer)], dry_run=dry_run)
        if dry_run:  # the decision can only be judged once the request is there
            return act
    ground = "retention_period" if asked and asked.asks == "erasure" else "request_met"
    intent = _decision(ledger, person, number, "restrict", ground, reason, until)
    return ledger.record_decision(intent, by, dry_run=dry_run)


def lift(ledger: Ledger, ref: str, request: str, by: Sequence[SignAs], *, reason: str) -> Act:
    """End a restriction that a person asked for; the values may be used and disclosed again.

    Raises:
        InputError: C140 or C141 no such person.
        RefusedError: C2711 nothing is restricted by that request, or it asked for erasure; C200.
    """
    stream = ledger.resolve(ref, KINDS)
    person = _person(ledger, stream)
    asked = person.request(canonical_number(request))
    if asked is None or asked.decision != "restrict" or asked.asks == "erasure":
        number = person.number
        raise RefusedError("C2711", where=number, number=number, request=request)
    intent = _decision(ledger, person, asked.number, "refuse", "request_met", reason)
    return ledger.record_decision(intent, by)
