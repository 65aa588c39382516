"""What an insider can do: write any bytes under real keys, past every check of the program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from app.acts import lawless, unlocked
from app.conftest import LATER
from custody.app.recording.acting import Draft
from custody.app.recording.bodies import stamp
from custody.app.verification.verifying import Report, verify_bundle
from custody.demo.play import passphrase
from custody.evidence import payload as wire
from custody.evidence.encoding import ZERO, b64
from custody.evidence.entry import Entry, encode, pae
from custody.wiring.ledger import OpenLedger

SHIPMENT = "SHP-2026-001"


def exported(ledger: OpenLedger, shipment: str = SHIPMENT, now: int = LATER) -> Report:
    """Export a shipment and verify the bundle as its recipient would."""
    data = ledger.export(shipment, passphrase).data
    return verify_bundle(data, (ledger.folder / "trust.json").read_bytes(), now=now)


def found(report: Report) -> set[tuple[str, str]]:
    """Return (step, code) of all findings."""
    return {(f.step, f.code) for f in report.findings}


@contextmanager
def without_companions(*types: str) -> Iterator[None]:
    """Run the program without its checks and without the companions named (none named: all)."""
    real = Draft._companion

    def chosen(self: Draft, companion: Any, target: str, *rest: Any) -> None:
        if types and companion.type.format(kind=target.partition(":")[0]) not in types:
            real(self, companion, target, *rest)

    with lawless(), patch.object(Draft, "_companion", chosen):
        yield


def write(
    ledger: OpenLedger,
    type_name: str,
    stream: str,
    body: Mapping[str, Any],
    by: Sequence[tuple[str, str, str]],
    links: Sequence[tuple[str, str]] = (),
) -> None:
    """Append one event with exactly this body, signed with the real keys of `by`."""
    events = ledger.read(stream)
    signers = {ledger.keys.find(name).kid: unlocked(ledger, name) for name, _, _ in by}
    named = [wire.Signer(ledger.keys.find(n).kid, meaning, role) for n, role, meaning in by]
    payload = wire.Payload(
        log=ledger.origin,
        stream=stream,
        seq=len(events),
        prev=b64(events[-1][1].leaf) if events else b64(ZERO),
        type=type_name,
        time=stamp(ledger.clock()),
        signers=tuple(sorted(named, key=lambda s: s.kid)),
        links=tuple(
            sorted(
                (wire.Link(b64(ledger.read(to)[-1][1].leaf), rel, to) for rel, to in links),
                key=lambda link: (link.stream, link.rel),
            )
        ),
        body=dict(body),
    )
    raw = payload.to_bytes()
    signed = {kid: signer.sign(pae(raw)) for kid, signer in signers.items()}
    ledger.log.append([Entry.parse(encode(raw, signed))])
