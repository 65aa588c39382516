"""The ledger behind the vectors: seeded keys, a clock that is set, nothing that is random.

Built on the in-memory ledger of the evidence tests; adds signatures with ML-DSA-44 in their
deterministic variant, and acts as the application writes them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from dilithium_py.ml_dsa import ML_DSA_44

from custody import contract
from custody.app.judgement.histories import Histories
from custody.app.recording import acting
from custody.app.recording.founding import policy_rules
from custody.app.recording.intent import Intent, SignAs
from custody.evidence import names, note
from custody.evidence.authority import Authority
from custody.evidence.bundle import Attachment, Bundle
from custody.evidence.checkpoint import Checkpoint, _subtree, cosign_ed25519, sign_ed25519
from custody.evidence.entry import Entry
from custody.evidence.note import MLDSA44, Signature, SignedNote, VerifierKey
from custody.evidence.payload import seconds_of, time_of
from custody.evidence.trust import TrustRoot
from evidence import cast, ledgers
from evidence.cast import ROOTS, Person

ORIGIN: Final = "custody.example/site-1"
START: Final = seconds_of("2026-11-20T00:00:00Z")
REGISTRAR: Final = Person("Registrar Example", 0x01, "a1" * 16)
BY_REGISTRAR: Final = [(REGISTRAR, "approved", "registrar")]


@dataclass(frozen=True)
class Card:
    """The public side of a key, as the application's signers show it."""

    name: str
    kid: str
    public: bytes
    alg: str = "ed25519"


@dataclass(frozen=True)
class SeededSigner:
    """A person's key, unlocked."""

    who: Person

    @property
    def kid(self) -> str:
        """The key id."""
        return self.who.kid

    @property
    def public(self) -> Card:
        """The card of the key."""
        return Card(self.who.name, self.who.kid, self.who.public)

    def sign(self, message: bytes) -> bytes:
        """Return the Ed25519 signature over `message`."""
        return self.who.private.sign(message)


class Seeded:
    """Stands in for the module `secrets`: the same bytes in every run."""

    def __init__(self, seed: str) -> None:
        self.seed, self.count = seed, 0

    def token_bytes(self, size: int) -> bytes:
        """Return `size` bytes, up to 32."""
        self.count += 1
        return hashlib.sha256(f"{self.seed} {self.count}".encode()).digest()[:size]

    def token_hex(self, size: int) -> str:
        """Return `size` bytes in hex."""
        return self.token_bytes(size).hex()


@dataclass
class VectorLedger(ledgers.Ledger):
    """A ledger that can act like the application and, when asked, like an attacker."""

    origin: str = ORIGIN
    clock: int = START
    random: Seeded = field(default_factory=lambda: Seeded("story"))
    numbers: dict[str, str] = field(default_factory=dict)

    # ---- the application's own way of writing ----

    def act(
        self,
        type_name: str,
        subject: str,
        body: Mapping[str, Any],
        by: list[tuple[Person, str, str]],
        *,
        links: tuple[tuple[str, str], ...] = (),
        private: Mapping[str, str] | None = None,
        minutes: int = 10,
        lawless: bool = False,
    ) -> None:
        """Let the application draft one act, gates and companions and all, and append it.

        Args:
            subject, links: short names of items, or stream ids; a new name opens a stream.
            minutes: how long after the act before.
            lawless: write it although a rule forbids it, as a ledger made for that would.
        """
        self.clock += 60 * minutes
        law = Authority.start({r.kid: r.public for r in ROOTS}, 2)
        for index, entry in self.placed():
            law.apply(index, entry)
        draft = acting.Draft(
            origin=self.origin,
            size=len(self.leaves),
            now=self.clock,
            read=self.events,
            histories=Histories(self.events, law.person_of),
            law=law,
        )
        opens = acting.spec_of(type_name).opens
        intent = Intent(
            type_name,
            self.numbers.get(subject, subject if ":" in subject else None),
            {"occurred_at": self.local(), **body},
            tuple((rel, self.stream(target)) for rel, target in links),
            private or {},
        )
        judge = _nothing_against if lawless else acting.reasons
        with patch.multiple(acting, secrets=self.random, reasons=judge):
            drafted = draft.act(intent, [SignAs(SeededSigner(p), r, m) for p, r, m in by])
        for entry in drafted.entries:
            self.add(entry.wire)
        if opens:
            self.numbers[subject] = drafted.entries[drafted.main].payload.stream
        for leaf, _, _, disclosure in drafted.disclosures:
            self.disclosed.setdefault(ledgers.b64(leaf), []).append(disclosure)

    def stream(self, name: str) -> str:
        """Return the stream behind a short name."""
        return name if ":" in name else self.numbers[name]

    def placed(self) -> list[tuple[int, Entry]]:
        """Return all events in log order."""
        return sorted((p for events in self.streams.values() for p in events), key=lambda p: p[0])

    def local(self, seconds: int = 0) -> str:
        """Return the ledger's clock, or a moment after it, with the offset of the site."""
        moment = time_of(self.clock + seconds + 8 * 3_600)
        return moment.replace("Z", "+08:00")

    def reload(self, wires: list[bytes]) -> VectorLedger:
        """Append events as they were written before."""
        for wire in wires:
            entry = Entry.parse(wire)
            self.add(wire)
            self.clock = max(self.clock, seconds_of(entry.payload.time))
        return self

    # ---- the beginning of every ledger ----

    def found(self, *types: str, rules: list[Any] | None = None) -> VectorLedger:
        """Establish the authority, adopt the policy for `types` and enrol the registrar.

        Args:
            rules: a policy of an earlier day instead of the one that the declarations add up to.
        """
        at = {"occurred_at": self.local()}
        body = {"origin": self.origin, "organisation": "Harbour Cell Works"}
        self.append(
            names.AUTHORITY, "authority.established/v1", cast.by_roots(), body={**at, **body}
        )
        rules = rules or [rule for rule in policy_rules() if rule["type"] in types]
        self.append(
            names.AUTHORITY, "policy.adopted/v1", cast.by_roots(), body={**at, "rules": rules}
        )
        self.grant(REGISTRAR, ["registrar"], cast.by_roots())
        return self

    def grant(
        self,
        who: Person,
        roles: list[str],
        by: list[tuple[Person, str, str]] | None = None,
        **changes: Any,
    ) -> None:
        """Grant a key and let its holder accept it."""
        accept = changes.pop("accept", True)
        body = {"occurred_at": self.local(), **changes}
        self.enrol(who, roles, by or BY_REGISTRAR, accept=False, **body)
        if accept:
            at = {"occurred_at": self.local()}
            self.append(who.stream, "key.accepted/v1", [(who, "approved", "holder")], body=at)

    # ---- what a recipient gets ----

    def note(
        self,
        *,
        log: tuple[str, ...] = ("ed25519", "mldsa44"),
        witnesses: tuple[str, ...] = ("w1", "w2", "w3"),
        auditor: bool = False,
        grease: bool = False,
        time: int | None = None,
    ) -> bytes:
        """Return the checkpoint over the whole tree, the same bytes every time."""
        head = Checkpoint(self.origin, len(self.leaves), self.root(len(self.leaves)))
        when = self.clock + 5 if time is None else time
        lines: list[Signature] = []
        if grease:
            lines.append(Signature("grease.example", b"\x01\x02\x03\x04", b"not a signature"))
        if "ed25519" in log:
            key = cast._private(cast.LOG_SEED)
            lines.append(sign_ed25519(key, self.origin, head))
        if "mldsa44" in log:
            lines.append(signed_mldsa44(cast.LOG_MLDSA_SEED, self.origin, head, when))
        for short in witnesses:
            name, seed = cast.WITNESSES[short]
            lines.append(cosign_ed25519(cast._private(seed), name, head, when))
        if auditor:
            lines.append(signed_mldsa44(cast.AUDITOR[1], cast.AUDITOR[0], head, when))
        return note.encode(SignedNote(head.body().decode(), tuple(lines)))

    def export(self, shipment: str = "SHP-2026-007", **rest: Any) -> Bundle:
        """Return the bundle of a shipment under the last seal, without disclosures."""
        seal = self.seals[-1]
        made = {"checkpoint": self.note(), "disclosures": {}, **rest}
        return Bundle.build(
            self.stream(shipment),
            self,
            seal=self.wires[seal.index],
            seal_index=seal.index,
            alias_fields=contract.alias_fields,
            roots={root.kid for root in ROOTS},
            **made,
        )


def _nothing_against(_rulings: object) -> tuple[()]:
    return ()


def signed_mldsa44(seed: int, name: str, head: Checkpoint, time: int) -> Signature:
    """Return a line of type 0x06 in the deterministic variant of FIPS 204."""
    key = VerifierKey(name, MLDSA44, mldsa44(seed)[0])
    signature = ML_DSA_44.sign(mldsa44(seed)[1], _subtree(name, head, time), deterministic=True)
    return Signature(name, key.keyid, time.to_bytes(8) + signature)


@cache
def mldsa44(seed: int) -> tuple[bytes, bytes]:
    """Return public and private key of 32 equal bytes."""
    public, private = ML_DSA_44.key_derive(bytes([seed]) * 32)
    return public, private


def trust(**changes: Any) -> TrustRoot:
    """Return the trust file of the vectors' ledger."""
    return replace(cast.trust(), **{"origin": ORIGIN, **changes})


def attachment(content: bytes, media: str = "text/csv") -> Attachment:
    """Return the listing of a document in a bundle."""
    return Attachment(media, hashlib.sha256(content).hexdigest(), len(content))


def read(path: Path) -> Any:
    """Return a JSON file."""
    import json

    return json.loads(path.read_text(encoding="utf-8"))
