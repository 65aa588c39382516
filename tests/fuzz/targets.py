"""What is fuzzed: every reader of bytes that a stranger may send, with seeds from the vectors.

A target fails when anything but the program's own errors comes out, or when bytes are accepted
that are not the one spelling of what was read from them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from custody.adapters import gs1
from custody.app.verification.verifying import inspect_bundle, verify_bundle
from custody.errors import CustodyError
from custody.evidence import canonical, cosigning, disclosure, headmap, names, note
from custody.evidence.acknowledgement import open_promise
from custody.evidence.bundle import Bundle
from custody.evidence.checkpoint import parse_checkpoint
from custody.evidence.encoding import unb64, unb64u, undecimal
from custody.evidence.entry import Entry
from custody.evidence.fraud import Fraud
from custody.evidence.fraud_proof import check_fraud
from custody.evidence.headmap import Head, MapProof
from custody.evidence.merkle import verify_consistency, verify_inclusion
from custody.evidence.payload import Payload
from custody.evidence.quorum import WitnessPolicy
from custody.evidence.receipt import Receipt
from custody.evidence.refresh import Refresh
from custody.evidence.seal import Seal
from custody.evidence.succession import accept_next
from custody.evidence.trust import TrustRoot
from custody_cli import incoming
from custody_cli.console import begin
from custody_cli.settings import Settings

EVENTS: Final = Path(__file__).parents[2] / "events"
VECTORS: Final = EVENTS / "vectors"
NOW: Final = 1_795_000_000


@dataclass(frozen=True)
class Target:
    """One reader; `read` raises nothing but CustodyError, whatever it is given."""

    read: Callable[[bytes], object]
    seeds: tuple[str, ...]  # globs below events/

    def seed_files(self) -> Iterator[Path]:
        """Yield the files to start from, the smaller ones first."""
        found = {path for pattern in self.seeds for path in EVENTS.glob(pattern)}
        yield from sorted(found, key=lambda path: (path.stat().st_size, path))[:80]

    def try_one(self, data: bytes) -> None:
        """Read `data`; the program's own refusals are answers."""
        try:
            self.read(data)
        except CustodyError as refused:
            refused.render("en")
            refused.render("zh")


@cache
def trust() -> TrustRoot:
    """Return the trust file of the examples."""
    return TrustRoot.parse((EVENTS / "trust/v1/example.json").read_bytes())


@cache
def bundle_bytes() -> bytes:
    """Return the bundle of the examples."""
    return (EVENTS / "bundle/v1/example.json").read_bytes()


def one_spelling(data: bytes, again: bytes) -> None:
    """Accepted bytes are the one spelling of what they say."""
    if data != again:
        raise AssertionError("bytes were accepted that are not the one spelling")


def _canonical(data: bytes) -> None:
    one_spelling(data, canonical.dumps(canonical.loads(data, limit=48_000, what="fuzz")))


def _payload(data: bytes) -> None:
    one_spelling(data, Payload.parse(data).to_bytes())


def _entry(data: bytes) -> None:
    one_spelling(data, Entry.parse(data).wire)


def _seal(data: bytes) -> None:
    one_spelling(data, Seal.parse(data).to_bytes())


def _checkpoint(data: bytes) -> None:
    head, signed = parse_checkpoint(data)
    one_spelling(data, note.encode(signed))
    one_spelling(signed.text.encode(), head.body())


def _key(data: bytes) -> None:
    key = note.VerifierKey.parse(data.decode("utf-8", "surrogateescape"))
    one_spelling(data, key.text().encode())


def _trust(data: bytes) -> None:
    one_spelling(data, TrustRoot.parse(data).to_bytes())


def _policy(data: bytes) -> None:
    policy = WitnessPolicy.parse(data.decode("utf-8", "replace").split("\n"))
    policy.satisfied_by(list(policy.witnesses))


def _bundle(data: bytes) -> None:
    inspect_bundle(data)
    one_spelling(data, Bundle.parse(data).to_bytes())


def _verify(data: bytes) -> None:
    report = verify_bundle(data, trust().to_bytes(), now=NOW)
    if report.genuine:
        raise AssertionError("a bundle that cannot be genuine was called so")
    report.plain()


def _disclosure(data: bytes) -> None:
    disclosure.open_disclosure(data.decode("utf-8", "surrogateescape"))


def _names(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    for read in (
        names.check_kid,
        names.check_origin,
        names.stream_kind,
        note.check_name,
        unb64,
        unb64u,
        undecimal,
    ):
        try:
            read(text)
        except CustodyError:
            continue
    names.check_public_key(data)


def _map(data: bytes) -> None:
    copath = tuple(data[at : at + 32] for at in range(0, min(len(data), 9_000), 32))
    stream = "batch:" + "ab" * 16
    size = int.from_bytes(data[:8])
    for head in (None, Head(size % 7, size, bytes(32))):
        for kind in ("present", "empty", "other"):
            other = (bytes(32), data[:32]) if kind == "other" else None
            if headmap.verify_map(bytes(32), stream, head, MapProof(kind, copath, other)):
                raise AssertionError("a path to nothing was accepted")
    if verify_inclusion(data[:32], size % 999, 1_000, copath, bytes(32)):
        raise AssertionError("a proof of nothing was accepted")
    verify_consistency(size % 999, 1_000, copath, data[:32], bytes(32))


def _succession(data: bytes) -> None:
    accept_next(trust(), data)


def _receipt(data: bytes) -> None:
    one_spelling(data, Receipt.parse(data).to_bytes())


def _refresh(data: bytes) -> None:
    one_spelling(data, Refresh.parse(data).to_bytes())


def _fraud(data: bytes) -> None:
    fraud = Fraud.parse(data)
    one_spelling(data, fraud.to_bytes())
    check_fraud(fraud, trust())


def _promise(data: bytes) -> None:
    open_promise(data, trust().log_keys[0])


def _request(data: bytes) -> None:
    request = cosigning.Request.parse(data)
    one_spelling(data, request.to_bytes())
    request.parts()


def _answer(data: bytes) -> None:
    cosigning.parse_lines(data)


def _barcode(data: bytes) -> None:
    gs1.read(data.decode("utf-8", "surrogateescape"))


def _incoming(data: bytes) -> None:
    begin(Settings())
    for _, record in incoming.parsed(data):
        json.dumps(record)


BUNDLES: Final = ("bundle/v1/example.json", "vectors/attacks/2*/bundle.custody.json")
TARGETS: Final = {
    "answer": Target(_answer, ("checkpoint/v1/example.txt",)),
    "barcode": Target(_barcode, ()),
    "bundle": Target(_bundle, BUNDLES),
    "canonical": Target(_canonical, ("vectors/canonical/*/input.bin",)),
    "checkpoint": Target(_checkpoint, ("vectors/checkpoint/*/checkpoint.txt",)),
    "disclosure": Target(_disclosure, ("vectors/disclosure/*/input.json",)),
    "entry": Target(_entry, ("vectors/entry/*/entry.bin",)),
    "fraud": Target(_fraud, ("fraud/v1/example.json",)),
    "incoming": Target(_incoming, ("vectors/names/*/input.json",)),
    "key": Target(_key, ("vectors/checkpoint/*/keys.json",)),
    "map": Target(_map, ("vectors/headmap/*/input.json",)),
    "names": Target(_names, ("vectors/names/*/input.json",)),
    "payload": Target(_payload, ("vectors/payload/*/payload.bin",)),
    "policy": Target(_policy, ("vectors/trust/ordinary/trust.json",)),
    "promise": Target(_promise, ("receipt/v1/promise.txt",)),
    "receipt": Target(_receipt, ("receipt/v1/example.tlog-proof",)),
    "refresh": Target(_refresh, ("refresh/v1/example.json",)),
    "request": Target(_request, ("checkpoint/v1/example.txt",)),
    "seal": Target(_seal, ("vectors/seal/*/seal.txt",)),
    "succession": Target(_succession, ("vectors/trust/*/trust.json",)),
    "trust": Target(_trust, ("vectors/trust/*/trust.json",)),
    "verify": Target(_verify, BUNDLES),
}
