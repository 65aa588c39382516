"""Give one recipient chosen private values of a shipment's record, and put that on record.

A bundle holds digests of private values and, besides the names of signers, none of the values. Here
some are added for one recipient: the same events under the same checkpoint, with the disclosure
strings of exactly those values. The act of giving is an event of its own, `shipment.bundle_issued`,
so the rules on personal data that leave are asked before anything is handed out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from custody.app.recording.bodies import spec_of, stamp
from custody.app.recording.intent import Act, Intent, SignAs
from custody.app.recording.naming import schemes
from custody.app.verification.verifying import verify_bundle
from custody.domain.private_values import standing
from custody.errors import InputError, RefusedError
from custody.evidence.bundle import Bundle
from custody.evidence.disclosure import open_disclosure
from custody.evidence.encoding import b64
from custody.evidence.entry import Entry

if TYPE_CHECKING:
    from custody.app.ledger import Ledger
    from custody.app.privacy.erased import Eraser

ISSUED: Final = "shipment.bundle_issued/v1"
# What makes a file a bundle of this ledger, whole and for the shipment it names. Whether people
# were allowed to sign and the goods are fit to travel (V6, V7, V9) is the recipient's to judge.
OURS: Final = frozenset({"V1", "V2", "V3", "V4", "V5", "V8"})


@dataclass(frozen=True, slots=True)
class Wish:
    """One value to be disclosed: the name of the field, and whose (a number, or an event)."""

    field: str
    of: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """One value as it was found: the event that committed to it, and what opens its digest."""

    field: str
    number: str
    stream: str
    event: int
    leaf: str
    digest: str
    disclosure: str


@dataclass(frozen=True, slots=True)
class Disclosure:
    """A bundle with chosen values, ready to be given to one recipient; nothing is recorded yet."""

    number: str
    shipment: str
    data: bytes
    sha256: str
    events: int
    chosen: tuple[Chosen, ...]


def choose(ledger: Ledger, wishes: Sequence[Wish]) -> tuple[Chosen, ...]:
    """Return what opens the values that are wished for.

    Raises:
        InputError: C140 or C141 no such item, C167 no such event, C172 no such private value.
        RefusedError: C2709 use of the person's data is restricted, C2710 they were erased, C2712
            the vault does not hold the value.
    """
    return tuple(_chosen(ledger, wish) for wish in dict.fromkeys(wishes))


def _chosen(ledger: Ledger, wish: Wish) -> Chosen:
    entries = _entries(ledger, wish.of)
    stream = entries[0][1].payload.stream
    number = ledger.number_of(stream)
    field = wish.field.strip().replace("-", "_")
    known = {p.name: i for i, e in entries for p in spec_of(e.payload.type).private}
    if field not in known:
        listed = ", ".join(known) or "–"
        raise InputError("C172", where=wish.of, of=wish.of, field=wish.field, known=listed)
    _require_not_withheld(ledger, stream, number, field)
    for index, entry in entries:
        for digest, disclosure in ledger.vault.by_leaf(entry.leaf).items():
            if digest in entry.payload.sd and open_disclosure(disclosure)[0] == field:
                return Chosen(field, number, stream, index, b64(entry.leaf), digest, disclosure)
    raise RefusedError("C2712", where=number, number=number, field=field)


def _entries(ledger: Ledger, of: str) -> list[tuple[int, Entry]]:
    """Return the events of an item, or the one event whose index in the log is given."""
    try:
        return ledger.read(ledger.resolve(of, (*schemes(), "key")))
    except InputError:
        if not (of.isascii() and of.isdigit()) or int(of) >= ledger.log.size():
            raise
    index = int(of)
    for stored in ledger.log.scan(index, index + 1):
        if stored.stream is not None:
            return [(stored.index, Entry.parse(stored.wire))]
    raise InputError("C167", where=of, of=of)


def _require_not_withheld(ledger: Ledger, stream: str, number: str, field: str) -> None:
    found = standing(ledger.histories().events(stream))
    if found.given_out or found.by is None:
        return
    code = "C2710" if found.status == "erased" else "C2709"
    raise RefusedError(code, where=number, number=number, field=field, event=found.by.index)


def from_ledger(
    ledger: Ledger,
    shipment: str,
    chosen: Sequence[Chosen],
    export: Callable[[str], Any],
) -> Disclosure:
    """Return the bundle of a shipment, made now, with the chosen values.

    Args:
        export: number → the exported bundle, as `app.publication.publishing.export` makes it.

    Raises:
        InputError: C167 a value's event is not in the record; others as `export`.
    """
    return _with_values(ledger, export(shipment).data, chosen)


def from_bundle(ledger: Ledger, data: bytes, chosen: Sequence[Chosen]) -> Disclosure:
    """Return the bundle `data` of this ledger with the chosen values in addition.

    Raises:
        InputError: C173 it is no bundle of this ledger, or not as it was made; C167 a value's event
            is not in it.
    """
    report = verify_bundle(data, ledger.trust.to_bytes(), now=ledger.clock(), archive=True)
    for finding in report.findings:
        if finding.step in OURS:
            said = ": ".join(part for part in (finding.where, finding.detail) if part)
            raise InputError(
                "C173", where="bundle", detail=f"{finding.step} {finding.code}: {said}"
            )
    return _with_values(ledger, data, chosen)


def _with_values(ledger: Ledger, data: bytes, chosen: Sequence[Chosen]) -> Disclosure:
    bundle = Bundle.parse(data)
    entries = [Entry.parse(event.wire) for event in bundle.events]
    streams = {b64(entry.leaf): entry.payload.stream for entry in entries}
    added = {leaf: set(strings) for leaf, strings in bundle.disclosures.items()}
    for leaf, strings in added.items():  # given out once; that may have been forbidden since
        for name in sorted(open_disclosure(string)[0] for string in strings):
            stream = streams.get(leaf, "")
            _require_not_withheld(ledger, stream, ledger.number_of(stream), name)
    for each in chosen:
        if each.leaf not in streams:
            raise InputError("C167", where=each.number, of=each.number)
        added.setdefault(each.leaf, set()).add(each.disclosure)
    disclosures = {leaf: tuple(sorted(strings)) for leaf, strings in added.items()}
    made = replace(bundle, disclosures=disclosures).to_bytes()
    return Disclosure(
        number=ledger.number_of(bundle.shipment),
        shipment=bundle.shipment,
        data=made,
        sha256=hashlib.sha256(made).hexdigest(),
        events=len(bundle.events),
        chosen=tuple(chosen),
    )


def record(
    ledger: Ledger,
    made: Disclosure,
    by: Sequence[SignAs],
    *,
    recipient: str,
    purpose: str,
    basis: str | None = None,
    genetic: bool = False,
    dry_run: bool = False,
) -> Act:
    """Put on record that this bundle is given to `recipient`; call it before the file appears.

    Args:
        recipient: who gets it: an office or organisation, no personal names.
        purpose: what for.
        basis: basis for sending personal data abroad, where they leave the country.
        genetic: the values hold genetic information of a donor.

    Raises:
        RefusedError: C200 a rule forbids it, such as PIP-002; C2709 or C2710 the values were
            restricted or erased since they were chosen; nothing is written.
    """
    for each in made.chosen:  # somebody may have sat at a passphrase for an hour
        _require_not_withheld(ledger, each.stream, each.number, each.field)
    fields: Mapping[str, Any] = {
        "sha256": made.sha256,
        "events": made.events,
        "redaction": "some_disclosed",
        "genetic_information": genetic,
        "personal_data": True,
        "reason": f"{purpose}; given to {recipient}",
        "occurred_at": stamp(ledger.clock()),
    }
    body = {**fields, "transfer_basis": basis} if basis else fields
    return ledger.record(Intent(ISSUED, made.shipment, body), by, dry_run=dry_run)


def note_given(eraser: Eraser, made: Disclosure, recipient: str) -> None:
    """Keep beside the values to whom they were given; those are told of an erasure.

    Raises:
        StorageError: the vault cannot be written.
    """
    eraser.note_given([(c.digest, made.sha256, made.number, recipient) for c in made.chosen])
