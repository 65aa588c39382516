"""What the record says is erased, held against what the vault and the files still hold.

The decision to erase is an event, and an event is for ever; a vault can be an old copy. So every
opening carries out again what the vault in use has not carried out, and the audit looks for values
that are still somewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol

from custody.app.judgement.judging import judge
from custody.app.recording.intent import Intent
from custody.app.recording.people import People
from custody.domain.model import Event
from custody.domain.private_values import is_erasure, standing
from custody.domain.subject_request import KINDS
from custody.domain.values import canonical_number
from custody.errors import CustodyError
from custody.evidence.entry import Entry
from custody.evidence.findings import Finding

if TYPE_CHECKING:
    from custody.app.ledger import Ledger
    from custody.app.oversight.audit import AuditReport

DECIDED: Final = "request.decided/v1"
# So many new entries are looked through at an opening before the place is noted in the vault.
NOTE_EVERY: Final = 256
_OF_PERSONS: Final = tuple(f"{kind}:" for kind in KINDS)


class Eraser(Protocol):
    """The destroying side of the vault; see `custody.adapters.vault_erasure` for the promises."""

    def intend(self, subject: str, request: str) -> None: ...
    def stages(self) -> Mapping[str, str]: ...
    def applied(self) -> int: ...
    def holds(self, subject: str) -> bool: ...
    def secrets(self, subject: str) -> tuple[bytes, ...]: ...
    def destroy(self, subjects: Sequence[str]) -> None: ...
    def carried_out(self, subject: str, stage: str) -> None: ...
    def applied_below(self, size: int) -> None: ...
    def note_given(self, given: Sequence[tuple[str, str, str, str]]) -> None: ...
    def given(self, digests: Sequence[str]) -> Sequence[Informed]: ...


class Informed(Protocol):
    """One value that left the house: inside which bundle, and to whom."""

    @property
    def digest(self) -> str: ...
    @property
    def bundle(self) -> str: ...
    @property
    def shipment(self) -> str: ...
    @property
    def recipient(self) -> str: ...


class Remain(Protocol):
    """A file of the ledger in which something still stands, and what."""

    @property
    def path(self) -> str: ...
    @property
    def what(self) -> str: ...


Search = Callable[[Mapping[bytes, str], Collection[str]], Sequence[Remain]]


@dataclass(frozen=True, slots=True)
class Stores:
    """Where values are kept, and how everything the ledger keeps is searched."""

    eraser: Eraser
    search: Search


@dataclass(frozen=True, slots=True)
class Replayed:
    """Values that an event has erased and the vault held again, or still, until now.

    `interrupted` tells that their destruction had been begun in this vault and not finished.
    """

    number: str
    stream: str
    event: int
    interrupted: bool = False


def erases(ledger: Ledger, intent: Intent) -> bool:
    """Whether recording `intent` would decide that values are erased."""
    if intent.type != DECIDED or intent.body.get("decision") != "fulfil" or not intent.subject:
        return False
    stream = ledger.resolve(intent.subject, KINDS)
    try:
        number = canonical_number(str(intent.body.get("request", "")))
    except ValueError:
        return False
    return is_erasure(ledger.histories().events(stream), number)


def replay(ledger: Ledger, eraser: Eraser) -> tuple[Replayed, ...]:
    """Carry out every erasure on record that this vault has not carried out; return those.

    Cheap when nothing was decided since: only entries after the place noted in the vault are looked
    at. An old vault from a backup notes an older place.

    Raises:
        StorageError: the vault cannot be written. Reading goes on: what an event has erased is not
            shown, whatever the vault holds.
    """
    size, start = ledger.log.size(), eraser.applied()
    if start > size:  # the ledger itself is an older one
        start = 0
    streams: dict[str, None] = {}
    for stored in ledger.log.scan(start, size):
        stream = stored.stream or ""
        if stream.startswith(_OF_PERSONS) and Entry.parse(stored.wire).payload.type == DECIDED:
            streams[stream] = None
    made: list[Replayed] = []
    begun = {s for s, stage in eraser.stages().items() if stage == "intended"} if streams else ()
    for stream in streams:
        found = standing(ledger.histories().events(stream))
        if found.by is None or found.status != "erased":
            continue
        # Of a destruction that was killed, a journal may hold what the tables do not any more.
        if not eraser.holds(stream) and stream not in begun:
            continue
        if _lawful(ledger, found.by):
            number = ledger.number_of(stream)
            made.append(Replayed(number, stream, found.by.index, stream in begun))
            eraser.intend(stream, found.request)
    if made:
        eraser.destroy([each.stream for each in made])
        for each in made:
            eraser.carried_out(each.stream, "destroyed")
    if made or size - start >= NOTE_EVERY:
        eraser.applied_below(size)
    return tuple(made)


def carried_out(ledger: Ledger, eraser: Callable[[], Eraser]) -> tuple[Replayed, ...]:
    """Do the same at an opening, where a vault that is lost or cannot be written stops nothing.

    What an event has erased is not shown meanwhile, and the audit tells what is still held.
    """
    with suppress(CustodyError):
        return replay(ledger, eraser())
    return ()


def _lawful(ledger: Ledger, decision: Event) -> bool:
    """Whether `decision` was allowed where it stands: by its signers' roles, state and rules.

    Destroying cannot be undone, so an order that slipped in past the rules is not obeyed; the audit
    tells of it, and nothing is shown meanwhile.
    """
    below = decision.index

    def before(stream: str) -> list[tuple[int, Entry]]:
        return [placed for placed in ledger.read(stream) if placed[0] < below]

    law = People(before, ledger.trust).authority(s.kid for s in decision.signers)
    entry = next(e for i, e in ledger.read(decision.stream) if i == below)
    against = law.judge(below, entry)
    judged = judge(ledger.histories(), decision)
    return not against and all(j.kind == "pack" for j in judged)


def leftovers(ledger: Ledger, stores: Stores) -> list[tuple[str, str]]:
    """Return (place, what is wrong) of every value that an event has erased and a file still holds.

    Raises:
        StorageError: a file cannot be read.
    """
    found: list[tuple[str, str]] = []
    digests: set[str] = set()
    rows = ledger.models.entries(type=DECIDED)
    for stream in dict.fromkeys(row["stream"] for row in rows):
        held = standing(ledger.histories().events(stream))
        if held.by is None or held.status != "erased":
            continue
        digests |= {d for _, e in ledger.read(stream) for d in e.payload.sd}
        if stores.eraser.holds(stream):
            detail = f"the vault still holds values that event {held.by.index} erased"
            found.append((f"stream {stream}", detail))
    if digests:
        found += [
            (f"file {remain.path}", "it still holds a private value that was erased")
            for remain in stores.search({}, digests)
        ]
    return found


def audited(ledger: Ledger, report: AuditReport, stores: Callable[[], Stores]) -> AuditReport:
    """Return the audit's report with what was erased and is still held somewhere (A8).

    A vault that is lost holds nothing; a ledger that cannot be read has other findings already.

    Raises:
        StorageError: C743 a file cannot be read, while all else holds.
    """
    try:
        found = leftovers(ledger, stores())
    except CustodyError as broken:
        if broken.code != "C743" or report.findings:
            return report
        raise
    more = tuple(Finding("A8", "E36", where, detail) for where, detail in found)
    return replace(report, findings=(*report.findings, *more))
