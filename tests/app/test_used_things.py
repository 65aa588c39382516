"""Things that are used travel in a bundle without their early years, and nobody stumbles on it."""

from __future__ import annotations

from dataclasses import replace

from app.acts import do
from app.conftest import LATER
from custody.app.judgement.histories import Histories
from custody.app.judgement.judging import judge
from custody.app.verification.verifying import verify_bundle
from custody.demo.play import passphrase
from custody.evidence.bundle import Bundle
from custody.evidence.entry import Entry
from custody.evidence.findings import Verdict
from custody.wiring.ledger import OpenLedger


def qualified(ledger: OpenLedger) -> str:
    """Register a device and qualify it three times; return its stream."""
    do(
        ledger,
        "equipment.registered/v1",
        "EQ-9",
        {"name": "incubator", "equipment_kind": "incubator", "calibrated": False},
        by=("Zhao Lan:qa:approved",),
    )
    for scope in ("installation", "operation", "performance"):
        do(ledger, "equipment.qualified/v1", "EQ-9", {"scope": scope}, by=("Zhao Lan",))
    return ledger.resolve("EQ-9")


def test_the_later_events_of_a_device_are_judged_without_its_beginning(ledger: OpenLedger) -> None:
    stream = qualified(ledger)
    histories = Histories(lambda s: ledger.read(s)[1 if s == stream else 0 :], lambda _kid: None)
    events = histories.events(stream)
    assert [e.seq for e in events] == [1, 2, 3]
    assert histories.state(stream) is None
    assert [finding for event in events for finding in judge(histories, event)] == []


def used_after_release(ledger: OpenLedger) -> str:
    """Use a new device for one more test of a released batch; return its stream."""
    device = qualified(ledger)
    test = {"test": "sterility", "outcome": "negative", "verdict": "pass", "sample": "QC-STAB-1"}
    do(
        ledger,
        "batch.tested/v1",
        "B-2026-001",
        {**test, "method": "compendial"},
        links={"uses": ["EQ-9"]},
        by=("Zhou Ping",),
    )
    return device


def test_a_device_travels_from_its_first_use_on_and_the_bundle_is_still_complete(
    ledger: OpenLedger,
) -> None:
    device = used_after_release(ledger)
    do(ledger, "equipment.qualified/v1", "EQ-9", {"scope": "performance"}, by=("Zhao Lan",))
    bundle = Bundle.parse(ledger.export("SHP-2026-001", passphrase).data)
    row = next(s for s in bundle.streams if s.stream == device)
    assert (row.first, row.head.count) == (3, 5)
    assert [e.payload.seq for e in events_of(bundle, device)] == [3, 4]
    assert verdict_of(bundle, ledger) == (Verdict.GENUINE, set())


def test_a_device_that_a_decision_looked_at_travels_whole(ledger: OpenLedger) -> None:
    # Whoever verifies asks the rules again, and they need its calibrations before the use.
    bundle = Bundle.parse(ledger.export("SHP-2026-001", passphrase).data)
    devices = [s for s in bundle.streams if s.stream.startswith("equipment:")]
    assert devices
    assert all(row.first == 0 and row.head.count > 1 for row in devices)


def test_what_was_found_wrong_with_a_device_after_its_use_cannot_be_left_out(
    ledger: OpenLedger,
) -> None:
    device = used_after_release(ledger)
    do(ledger, "equipment.qualified/v1", "EQ-9", {"scope": "performance"}, by=("Zhao Lan",))
    whole = Bundle.parse(ledger.export("SHP-2026-001", passphrase).data)
    last = max(e.index for e in whole.events if on(e.wire, device))
    shorter = replace(whole, events=tuple(e for e in whole.events if e.index != last))
    assert verdict_of(shorter, ledger) == (Verdict.NOT_GENUINE, {("V4", "E15")})


def test_a_device_may_not_begin_after_its_first_use(ledger: OpenLedger) -> None:
    device = used_after_release(ledger)
    do(ledger, "equipment.qualified/v1", "EQ-9", {"scope": "performance"}, by=("Zhao Lan",))
    whole = Bundle.parse(ledger.export("SHP-2026-001", passphrase).data)
    first = min(e.index for e in whole.events if on(e.wire, device))
    later = replace(
        whole,
        events=tuple(e for e in whole.events if e.index != first),
        streams=tuple(
            replace(s, first=s.first + 1) if s.stream == device else s for s in whole.streams
        ),
    )
    verdict, found = verdict_of(later, ledger)
    assert verdict is Verdict.NOT_GENUINE
    assert ("V4", "E15") in found


def events_of(bundle: Bundle, stream: str) -> list[Entry]:
    return [Entry.parse(e.wire) for e in bundle.events if on(e.wire, stream)]


def on(wire: bytes, stream: str) -> bool:
    return Entry.parse(wire).payload.stream == stream


def verdict_of(bundle: Bundle, ledger: OpenLedger) -> tuple[Verdict, set[tuple[str, str]]]:
    trust = (ledger.folder / "trust.json").read_bytes()
    report = verify_bundle(bundle.to_bytes(), trust, now=LATER)
    return report.verdict, {(f.step, f.code) for f in report.findings}
