"""A small ledger in memory with seeded keys: honest by default, as hostile as a test wants.

It enforces no rule at all, so a test can record what a real ledger would refuse.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from custody.evidence import headmap, merkle, names
from custody.evidence.bundle import Bundle
from custody.evidence.checkpoint import Checkpoint, cosign_ed25519, sign_ed25519, sign_mldsa44
from custody.evidence.disclosure import commit
from custody.evidence.encoding import b64
from custody.evidence.entry import Entry, encode, pae
from custody.evidence.headmap import DictNodes, Head
from custody.evidence.note import Signature, SignedNote
from custody.evidence.note import encode as encode_note
from custody.evidence.payload import Link, Payload, Signer, seconds_of, time_of
from custody.evidence.seal import Seal
from evidence.cast import (
    AUDITOR,
    LOG_MLDSA_SEED,
    LOG_SEED,
    OPERATOR,
    ORIGIN,
    POLICY,
    QUALITY,
    REGISTRAR,
    ROOTS,
    WITNESSES,
    Person,
    _mldsa,
    _private,
    by_registrar,
    by_roots,
)

START = seconds_of("2026-11-24T08:00:00Z")
SHIPMENT = "shipment:" + "51" * 16
BATCH = "batch:" + "ba" * 16
DONATION = "donation:" + "d0" * 16
FREEZER = "equipment:" + "ef" * 16
OTHER_BATCH = "batch:" + "0b" * 16


@dataclass
class Ledger:
    """Leaves in order, with everything a bundle needs."""

    origin: str = ORIGIN
    clock: int = START
    wires: list[bytes] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)
    tree: dict[tuple[int, int], bytes] = field(default_factory=dict)
    streams: dict[str, list[tuple[int, Entry]]] = field(default_factory=dict)
    sealed: DictNodes = field(default_factory=DictNodes)
    sealed_heads: dict[str, Head] = field(default_factory=dict)
    seals: list[Seal] = field(default_factory=list)
    disclosed: dict[str, list[str]] = field(default_factory=dict)

    # ---- writing ----

    def head(self, stream: str) -> Head | None:
        events = self.streams.get(stream)
        if not events:
            return None
        index, entry = events[-1]
        return Head(len(events), index, entry.leaf)

    def payload(
        self,
        stream: str,
        event_type: str,
        signers: list[tuple[Person, str, str]],
        *,
        links: list[tuple[str, str]] = (),
        body: dict[str, Any] | None = None,
        private: dict[str, Any] | None = None,
        time: int | None = None,
        **changes: Any,
    ) -> Payload:
        self.clock += 60
        head = self.head(stream)
        strings = [
            commit(name, value, bytes([len(self.wires) % 251]) * 31 + bytes([n]))
            for n, (name, value) in enumerate((private or {}).items())
        ]
        if strings:
            self._pending = [string for string, _ in strings]
        return replace(
            Payload(
                log=self.origin,
                stream=stream,
                seq=head.count if head else 0,
                prev=b64(head.leaf if head else bytes(32)),
                type=event_type,
                time=time_of(self.clock if time is None else time),
                signers=tuple(
                    sorted((Signer(p.kid, m, r) for p, m, r in signers), key=lambda s: s.kid)
                ),
                links=tuple(
                    Link(b64(self.streams[target][-1][1].leaf), rel, target)
                    for rel, target in sorted(links, key=lambda link: (link[1], link[0]))
                ),
                body=body or {},
                sd=tuple(sorted(digest for _, digest in strings)),
            ),
            **changes,
        )

    def append(
        self, stream: str, event_type: str, signers: list[tuple[Person, str, str]], **rest: Any
    ) -> int:
        """Sign and append an event; returns its index."""
        self._pending: list[str] = []
        payload = self.payload(stream, event_type, signers, **rest)
        index = self.add(sign(payload, [person for person, _, _ in signers]))
        if self._pending:
            leaf = b64(self.streams[stream][-1][1].leaf)
            self.disclosed[leaf] = sorted(self._pending)
        return index

    def add(self, wire: bytes, as_stream: str | None = None) -> int:
        """Append entry bytes as they are."""
        entry = Entry.parse(wire)
        index = self._leaf(wire)
        self.streams.setdefault(as_stream or entry.payload.stream, []).append((index, entry))
        return index

    def _leaf(self, wire: bytes) -> int:
        index, leaf = len(self.leaves), merkle.leaf_hash(wire)
        for level, position, node in merkle.grow(index, [leaf], self.node):
            self.tree[level, position] = node
        self.wires.append(wire)
        self.leaves.append(leaf)
        return index

    def node(self, level: int, position: int) -> bytes:
        return self.tree[level, position]

    def seal(self, time: int | None = None, **changes: Any) -> Seal:
        """Append the seal over everything so far."""
        heads = {s: h for s in self.streams if (h := self.head(s)) is not None}
        root = headmap.apply(self.sealed, heads)
        self.sealed_heads = heads
        self.clock += 60
        seal = Seal(
            self.origin,
            len(self.leaves),
            self.clock if time is None else time,
            root,
            len(heads),
            self.seals[-1].index if self.seals else None,
        )
        seal = replace(seal, **changes)
        self._leaf(seal.to_bytes())
        self.seals.append(seal)
        return seal

    # ---- proofs: what a bundle asks of a ledger ----

    def events(self, stream: str) -> list[tuple[int, Entry]]:
        return self.streams.get(stream, [])

    def map_proof(self, stream: str) -> tuple[Head, headmap.MapProof]:
        return self.sealed_heads[stream], headmap.prove(self.sealed, stream)

    def inclusion(self, index: int, size: int) -> list[bytes]:
        return merkle.inclusion_path(index, size, self.node)

    def consistency(self, old: int, new: int) -> list[bytes]:
        return merkle.consistency_path(old, new, self.node)

    def root(self, size: int) -> bytes:
        return merkle.root_at(size, self.node)

    def checkpoint(
        self,
        *,
        origin: str | None = None,
        time: int | None = None,
        witnesses: tuple[str, ...] = ("w1", "w2", "w3"),
        auditors: bool = False,
        log: tuple[str, ...] = ("ed25519", "mldsa44"),
        grease: bool = False,
    ) -> bytes:
        """Return the signed note over the whole tree."""
        head = Checkpoint(self.origin, len(self.leaves), self.root(len(self.leaves)))
        when = self.clock + 5 if time is None else time
        name = origin or self.origin
        lines: list[Signature] = []
        if grease:
            lines.append(Signature("grease.example", b"\x01\x02\x03\x04", b"anything at all"))
        if "ed25519" in log:
            lines.append(sign_ed25519(_private(LOG_SEED), name, head))
        if "mldsa44" in log:
            lines.append(sign_mldsa44(_mldsa(LOG_MLDSA_SEED), name, head, when))
        for host, seed in (WITNESSES[short] for short in witnesses):
            lines += [cosign_ed25519(_private(seed), host, head, when)]
        if auditors:
            lines.append(sign_mldsa44(_mldsa(AUDITOR[1]), AUDITOR[0], head, when))
        return encode_note(SignedNote(head.body().decode(), tuple(lines)))

    def bundle(
        self, shipment: str = SHIPMENT, checkpoint: bytes | None = None, **rest: Any
    ) -> Bundle:
        """Return the bundle under the last seal."""
        seal = self.seals[-1]
        return Bundle.build(
            shipment,
            self,
            checkpoint=self.checkpoint() if checkpoint is None else checkpoint,
            seal=self.wires[seal.index],
            seal_index=seal.index,
            **{
                "alias_fields": alias_fields,
                "disclosures": self.disclosed,
                "roots": {root.kid for root in ROOTS},
                **rest,
            },
        )

    # ---- the usual beginning ----

    def establish(self) -> Ledger:
        """Record the authority, a policy and three people's keys."""
        self.append(names.AUTHORITY, "authority.established/v1", by_roots())
        self.append(names.AUTHORITY, "policy.adopted/v1", by_roots(), body={"rules": POLICY})
        self.enrol(REGISTRAR, ["registrar"], by_roots())
        self.enrol(OPERATOR, ["operator"], by_registrar())
        self.enrol(QUALITY, ["quality_authority"], by_registrar())
        return self

    def enrol(
        self,
        who: Person,
        roles: list[str],
        signers: list[tuple[Person, str, str]],
        scope: list[str] | None = None,
        accept: bool = True,
        **changes: Any,
    ) -> int:
        """Grant a key and let its holder accept it; returns the index of the grant."""
        body = {
            "alg": "ed25519",
            "pub": b64(who.public),
            "person": who.person,
            "roles": roles,
            "scope": scope or ["*"],
            **changes,
        }
        private = {"printed_name": who.name}
        index = self.append(who.stream, "key.granted/v1", signers, body=body, private=private)
        if accept:
            self.append(who.stream, "key.accepted/v1", [(who, "approved", "holder")])
        return index

    def revoke(
        self,
        who: Person,
        reason: str = "left",
        distrust_from: int = -1,
        by: list[tuple[Person, str, str]] | None = None,
    ) -> int:
        body = {"reason": reason, "distrust_from": distrust_from}
        return self.append(who.stream, "key.revoked/v1", by or by_registrar(), body=body)

    def story(self) -> Ledger:
        """Record a donation, a batch made from it, and its shipment."""
        performed = [(OPERATOR, "performed", "operator")]
        for _ in range(3):
            self.append(FREEZER, "equipment.calibrated/v1", performed)
        self.append(
            DONATION,
            "donation.collected/v1",
            performed,
            body={"volume": "50", "unit": "mL"},
            private={"family_name": "Example", "given_name": "Ada"},
        )
        self.append(
            BATCH,
            "batch.opened/v1",
            performed,
            links=[("derived_from", DONATION)],
            body={"batch_number": "CT-2026-0042"},
        )
        self.append(
            names.alias_stream("batch-no", "CT-2026-0042"),
            "alias.claimed/v1",
            performed,
            links=[("names", BATCH)],
        )
        self.append(OTHER_BATCH, "batch.opened/v1", performed)
        self.append(
            BATCH,
            "batch.released/v1",
            [(OPERATOR, "reviewed", "operator"), (QUALITY, "released", "quality_authority")],
        )
        self.append(
            SHIPMENT,
            "shipment.packed/v1",
            performed,
            links=[("contains", BATCH), ("uses", FREEZER)],
            body={"documents": [document(b"a packing list")]},
        )
        self.append(FREEZER, "equipment.calibrated/v1", performed)
        self.append(SHIPMENT, "shipment.released/v1", [(QUALITY, "released", "quality_authority")])
        return self


def sign(payload: Payload, people: list[Person]) -> bytes:
    raw = payload.to_bytes()
    return encode(raw, {person.kid: person.private.sign(pae(raw)) for person in people})


def document(content: bytes) -> dict[str, Any]:
    from hashlib import sha256

    return {
        "kind": "packing_list",
        "media_type": "application/pdf",
        "name": "list.pdf",
        "sha256": sha256(content).hexdigest(),
        "size": len(content),
    }


def alias_fields(event_type: str) -> dict[str, str]:
    return {"batch_number": "batch-no"} if event_type == "batch.opened/v1" else {}


def sealed_story() -> Ledger:
    ledger = Ledger().establish().story()
    ledger.seal()
    return ledger


@cache
def good_bundle() -> bytes:
    """Return a good bundle with a document and disclosures, made once."""
    from custody.evidence.bundle import Attachment

    row = document(b"a packing list")
    attachment = Attachment(row["media_type"], row["sha256"], row["size"])
    return sealed_story().bundle(attachments=[attachment]).to_bytes()
