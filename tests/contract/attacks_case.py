"""What the attack vectors share: a case with its number, its words and its one expected reason.

Attacks on bytes use the smallest ledger that still exports a whole bundle; attacks on the story use
the whole story, bent (`attacks_story`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Final

from contract.vector_cases import Vector
from contract.vector_ledger import VectorLedger, trust
from contract.vector_story import MAKER, SECOND, By
from custody.app.verification.verifying import verify_bundle
from custody.errors import CustodyError, EvidenceError, TrustError
from custody.evidence.bundle import Bundle, BundledEvent
from custody.evidence.encoding import sha256
from custody.evidence.entry import Entry, encode, pae
from custody.evidence.payload import time_of
from evidence.cast import Person
from evidence.checking import canonical_bytes

AREA: Final = "attacks"
SHIPMENT: Final = "shipment:" + "51" * 16
BATCH: Final = "batch:" + "ba" * 16
PLANNED: Final = "shipment.planned/v1"
STARTED: Final = "batch.started/v1"
BY_WAREHOUSE: Final[By] = [(MAKER, "performed", "warehouse")]
BY_BOTH: Final[By] = [(MAKER, "performed", "warehouse"), (SECOND, "verified", "verifier")]
# What the tiny ledger allows; as first published, so that new roles do not change its bytes.
POLICY: Final = [
    {
        "type": kind,
        "allowed": [
            {"meaning": "performed", "role": "warehouse"},
            {"meaning": "verified", "role": "verifier"},
        ],
        "minimum": 1,
        "distinct_person": False,
    }
    for kind in ("alias.claimed/v1", "batch.completed/v1", STARTED, PLANNED)
]
NOTHING_FOUND: Final[tuple[tuple[str, str], ...]] = ()


@dataclass
class Attack:
    """One attack; `code` is empty where the bundle must be accepted.

    Attributes:
        number: of the published catalogue, ``1`` to ``88`` and ``72b``; empty for the domain's own.
        en, zh: who does what, and what must catch it.
        also: further (step, code) that the same manipulation cannot avoid; the words say why.
        pin: hex SHA-256 that the trust file must have.
        published: False for a case that is tried and not written out, to keep the vectors small.
    """

    name: str
    number: str
    en: str
    zh: str
    bundle: bytes | Bundle | Callable[[], VectorLedger]
    step: str = ""
    code: str = ""
    also: tuple[tuple[str, str], ...] = NOTHING_FOUND
    open: bool = False
    trust: bytes = b""
    at: int = 0
    archive: bool = False
    pin: str = ""
    attachments: dict[str, bytes] = field(default_factory=dict)
    published: bool = True

    def vector(self) -> Vector:
        """Return the folder; the verifier must already say exactly what the case was made for."""
        raw = self.file()
        anchor = self.trust or trust().to_bytes()
        files = {"bundle.custody.json": raw, "trust.json": anchor}
        files |= {f"attachments/{name}": content for name, content in self.attachments.items()}
        name = f"{self.name}_fail" if self.code else self.name
        return Vector(AREA, name, f"{self.en}\n\n{self.zh}", files, self.expected(raw, anchor))

    def file(self) -> bytes:
        """Return the bytes of the bundle; a ledger that is not built yet is built for it."""
        if isinstance(self.bundle, bytes):
            return self.bundle
        whole = self.bundle if isinstance(self.bundle, Bundle) else self.bundle().export()
        return whole.to_bytes()

    def expected(self, raw: bytes, anchor: bytes) -> dict[str, Any]:
        """Return `expect.json`; AssertionError when the verifier says anything else."""
        at = self.at or _an_hour_after(raw)
        verdict = "genuine"
        if self.code:
            verdict = "cannot_tell" if self.open else "not_genuine"
        wanted = {(self.step, self.code), *self.also} if self.code else set()
        seen, found, details = self._seen(raw, anchor, at)
        if (seen, found) != (verdict, wanted):
            raise AssertionError(f"{self.name}: {seen}, {details or found}")
        expect: dict[str, Any] = {"at": time_of(at), "verdict": verdict, "found": _listed(found)}
        if self.code:
            expect |= {"step": self.step, "code": self.code}
        if self.archive:
            expect["archive"] = True
        if self.pin:
            expect["pin"] = self.pin
        if self.number:
            expect["number"] = self.number
        return expect

    def _seen(self, raw: bytes, anchor: bytes, at: int) -> tuple[str, set[tuple[str, str]], Any]:
        documents = {sha256(content).hex(): content for content in self.attachments.values()}
        try:
            report = verify_bundle(
                raw,
                anchor,
                now=at,
                archive=self.archive,
                attachments=documents,
                pin=self.pin or None,
            )
        except TrustError as unusable:
            return "cannot_tell", {("V2", unusable.code)}, None
        found = {(f.step, f.code) for f in report.findings}
        details = [(f.step, f.code, f.where, f.detail) for f in report.findings[:9]]
        return report.verdict.value, found, details


def _an_hour_after(raw: bytes) -> int:
    try:
        return int(Bundle.parse(raw).seal.split(b"\n")[3]) + 3_600
    except CustodyError:  # broken on purpose; any moment will do
        return tiny_sealed().clock + 3_600


def _listed(found: set[tuple[str, str]]) -> list[list[str]]:
    return [list(pair) for pair in sorted(found)]


def vectors_of(*groups: Callable[[], Iterator[Attack]]) -> Iterator[Vector]:
    """Yield the vectors of groups of attacks."""
    for attacks in groups:
        yield from (attack.vector() for attack in attacks() if attack.published)


# ---------------------------------------------------------------------- the tiny ledger


def tiny(*people: Person) -> VectorLedger:
    """Return a ledger with one event beside its authority and keys: a planned shipment."""
    ledger = VectorLedger().found(rules=POLICY)
    ledger.grant(MAKER, ["warehouse"])
    ledger.grant(SECOND, ["verifier"])
    for who in people:
        ledger.grant(who, ["verifier", "warehouse"])
    written(ledger, SHIPMENT, PLANNED, BY_BOTH)
    return ledger


def written(
    ledger: VectorLedger, stream: str, kind: str, by: By = BY_WAREHOUSE, **rest: Any
) -> int:
    """Append an event as it comes, whatever the domain would say; returns its index."""
    body = {"occurred_at": ledger.local(), **rest.pop("body", {})}
    return ledger.append(stream, kind, by, body=body, **rest)


@cache
def tiny_sealed() -> VectorLedger:
    """Return the tiny ledger under its first seal; read only."""
    ledger = tiny()
    ledger.seal()
    return ledger


def exported(ledger: VectorLedger, **rest: Any) -> Bundle:
    """Return the bundle of the tiny ledger's shipment."""
    return ledger.export(SHIPMENT, **rest)


def sealed(ledger: VectorLedger) -> Bundle:
    """Seal the ledger and return the bundle of its shipment."""
    ledger.seal()
    return exported(ledger)


def edited(whole: Bundle, edit: Callable[[dict[str, Any]], object]) -> bytes:
    """Return a bundle file after a change to its JSON."""
    fields = json.loads(whole.to_bytes())
    edit(fields)
    return canonical_bytes(fields)


def event_words(ledger: VectorLedger, **changes: Any) -> bytes:
    """Return the signed words that a further event of the shipment would have."""
    body = {"occurred_at": ledger.local(), **changes.pop("body", {})}
    return ledger.payload(SHIPMENT, PLANNED, BY_BOTH, body=body, **changes).to_bytes()


def signed(words: bytes, *people: Person) -> bytes:
    """Return an entry with good signatures over any words at all."""
    return encode(words, {who.kid: who.private.sign(pae(words)) for who in people})


def logged(ledger: VectorLedger, wire: bytes) -> Bundle:
    """Let a hostile operator log any bytes as the last event, seal over them, and export them.

    Tree, seal, map and checkpoint are genuine: only the event itself is not.
    """
    try:
        Entry.parse(wire)
    except EvidenceError:  # malformed on purpose
        index = ledger._leaf(wire)
        ledger.seal()
        size = len(ledger.leaves)
        row = BundledEvent(index, wire, tuple(ledger.inclusion(index, size)))
        whole = exported(ledger)
        return replace(whole, events=(*whole.events, row))
    ledger.add(wire)
    return sealed(ledger)
