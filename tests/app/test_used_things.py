"""Things that are used travel in a bundle without their early years, and nobody stumbles on it."""

from __future__ import annotations

from app.acts import do
from custody.app.histories import Histories
from custody.app.judging import judge
from custody.wiring import OpenLedger


def test_the_later_events_of_a_device_are_judged_without_its_beginning(ledger: OpenLedger) -> None:
    do(
        ledger,
        "equipment.registered/v1",
        "EQ-9",
        {"name": "incubator", "equipment_kind": "incubator", "calibrated": False},
        by=("Zhao Lan:qa:approved",),
    )
    for scope in ("installation", "operation", "performance"):
        do(ledger, "equipment.qualified/v1", "EQ-9", {"scope": scope}, by=("Zhao Lan",))
    found = next(i for i in ledger.queries.list("equipment") if i["number"] == "EQ-9")
    stream = found["stream"]
    histories = Histories(lambda s: ledger.read(s)[1 if s == stream else 0 :], lambda _kid: None)
    events = histories.events(stream)
    assert [e.seq for e in events] == [1, 2, 3]
    assert histories.state(stream) is None
    assert [finding for event in events for finding in judge(histories, event)] == []
