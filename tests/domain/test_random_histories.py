"""Whatever is attempted on a lot, a vial and a batch, in any order, the record stays sound.

Hypothesis plays legal and illegal steps; the only answer besides success is a refusal that writes
nothing.
"""

from __future__ import annotations

from decimal import Decimal
from functools import reduce
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from custody.domain.fold import fold, step
from custody.domain.model import State
from custody.domain.record import RecordCorrected, RecordVoided
from domain.journeys import EXPIRY
from domain.play import Play, Refused
from domain.stories import frozen_vial, received_lot

SIGNERS = [("qa", "qa", "approved"), ("operator", "operator", "performed")]
WHY = {"reason": "why"}
TEST = {"test": "sterility", "verdict": "pass", "method": "m", "sample": "Q", "outcome": "negative"}

LOT: dict[str, dict[str, Any]] = {
    "material.accepted/v1": {},
    "material.rejected/v1": WHY,
    "material.quarantined/v1": WHY,
    "material.recalled/v1": WHY,
}
VIAL: dict[str, dict[str, Any]] = {
    "vial.moved/v1": {"position": "tank 7"},
    "vial.thawed/v1": {},
    "vial.used/v1": {},
    "vial.discarded/v1": {"method": "incineration"},
}
BATCH: dict[str, dict[str, Any]] = {
    "batch.step_executed/v1": {"step": "expand", "description": "d", "passage": 3},
    "batch.completed/v1": {"doses": 5, "expires_at": EXPIRY, "passage": 4},
    "batch.tested/v1": TEST,
    "batch.reviewed/v1": {},
    "batch.released/v1": {},
    "batch.rejected/v1": WHY,
    "batch.held/v1": WHY,
    "batch.hold_lifted/v1": WHY,
    "batch.recalled/v1": WHY,
}
ONWARDS = {
    "started": "batch.completed/v1",
    "completed": "batch.reviewed/v1",
    "reviewed": "batch.released/v1",
    "held": "batch.hold_lifted/v1",
}
AMOUNTS = st.sampled_from(["0", "2.5", "6", "10", "10.000000001", "12.125"])


class Histories(RuleBasedStateMachine):
    """Random steps on lot L1 (10 mL), vial V1 and batch X1."""

    def __init__(self) -> None:
        super().__init__()
        self.play = Play(gates=False)
        received_lot(self.play, quantity="10")
        for alias, kind in (("B1", "bank"), ("P1", "product"), ("X1", "batch")):
            self.play.names[alias] = f"{kind}:{alias}"
        frozen_vial(self.play)
        self.thawed = False
        self.fallen = ""

    def attempt(self, type_: str, alias: str, body: Any, links: Any = None, by: Any = None) -> bool:
        """Try one event; whether it was written. A refusal must write nothing."""
        before = self.play.count
        try:
            self.play.add(type_, alias, body, links, by)
        except Refused as refused:
            assert refused.codes
            assert self.play.count == before
            return False
        return True

    def status(self, alias: str) -> str:
        stream = self.play.names.get(alias, "")
        return self.play.state(alias).status if stream in self.play.streams else ""

    @rule()
    def carry_on_as_planned(self) -> None:
        """The next step of an undisturbed production, so that random play gets far enough."""
        if self.status("L1") in ("received", "quarantined"):
            self.attempt("material.accepted/v1", "L1", {})
        if self.status("V1") == "frozen":
            self.handle_the_vial("vial.thawed/v1")
        elif not self.status("X1"):
            self.start_the_batch()
        elif self.status("X1") in ONWARDS:
            self.work_on_the_batch(ONWARDS[self.status("X1")])
        else:
            self.take_doses(2)

    @rule(type_=st.sampled_from(sorted(LOT)))
    def decide_about_the_lot(self, type_: str) -> None:
        self.attempt(type_, "L1", LOT[type_])

    @rule(quantity=AMOUNTS, unit=st.sampled_from(["mL", "mL", "L"]))
    def draw_from_the_lot(self, quantity: str, unit: str) -> None:
        body = {"quantity": quantity, "unit": unit}
        usable = self.status("L1") == "accepted"
        assert not self.attempt("material.drawn/v1", "L1", body) or usable

    @rule(type_=st.sampled_from(sorted(VIAL)))
    def handle_the_vial(self, type_: str) -> None:
        written = self.attempt(type_, "V1", VIAL[type_])
        if type_ == "vial.thawed/v1":
            assert not (written and self.thawed), "thawed twice"
            self.thawed = self.thawed or written

    @rule()
    def freeze_the_vial_again(self) -> None:
        body = {"number": "V1", "position": "tank 1", "cells": "1", "unit": "mL"}
        assert not self.attempt("vial.frozen/v1", "V1", body, {"bank": "B1"})

    @rule()
    def start_the_batch(self) -> None:
        body = {"number": "X1", "process_version": "1", "planned_doses": 5}
        links = {"made_from": "V1", "product": "P1"}
        fit = self.status("V1") == "thawed"
        assert not self.attempt("batch.started/v1", "X1", body, links) or fit

    @rule(quantity=AMOUNTS)
    def consume_the_lot(self, quantity: str) -> None:
        body = {"quantity": quantity, "unit": "mL"}
        self.attempt("batch.material_consumed/v1", "X1", body, {"material": "L1"})

    @rule(type_=st.sampled_from(sorted(BATCH)))
    def work_on_the_batch(self, type_: str) -> None:
        self.attempt(type_, "X1", BATCH[type_])

    @rule(quantity=st.integers(1, 6))
    def take_doses(self, quantity: int) -> None:
        released = self.status("X1") == "released"
        assert not self.attempt("batch.drawn/v1", "X1", {"quantity": str(quantity)}) or released

    @rule(severity=st.sampled_from(["minor", "major", "critical"]))
    def open_a_deviation(self, severity: str) -> None:
        alias = f"DEV{self.play.count}"
        body = {"number": alias, "title": "t", "severity": severity, "description": "d"}
        self.attempt("deviation.opened/v1", alias, body, {"affects": "X1"})

    @rule(alias=st.sampled_from(["L1", "V1", "X1"]), place=st.integers(0, 30))
    def void_an_event(self, alias: str, place: int) -> None:
        events = self.play.streams.get(self.play.names.get(alias, ""), [])
        leaf = events[place % len(events)].leaf if events else "A" * 43 + "="
        self.attempt("record.voided/v1", alias, {"voids": leaf, **WHY}, by=SIGNERS)

    @rule(
        alias=st.sampled_from(["L1", "V1", "X1"]),
        place=st.integers(0, 30),
        field=st.sampled_from(["position", "passage", "item", "doses", "number", "planned_doses"]),
        now=st.sampled_from(["tank 8", 2, None]),
    )
    def correct_an_event(self, alias: str, place: int, field: str, now: Any) -> None:
        events = self.play.streams.get(self.play.names.get(alias, ""), [])
        event = events[place % len(events)] if events else None
        was = event.body.plain().get(field) if event else None
        change = {"field": field, "was": was, "now": now}
        leaf = event.leaf if event else "A" * 43 + "="
        body = {"corrects": leaf, "changes": [change], **WHY}
        self.attempt("record.corrected/v1", alias, body, by=SIGNERS)

    @invariant()
    def quantities_are_never_negative_and_nothing_is_lost(self) -> None:
        lot = self.play.state("L1")
        drawn = [e.body for e in self.play.events("L1") if e.type == "material.drawn/v1"]
        taken = sum((Decimal(b.quantity) for b in drawn), Decimal(0))  # type: ignore[attr-defined]
        assert lot.remaining >= 0
        assert lot.remaining + taken == Decimal(10)
        if self.status("X1"):
            batch = self.play.state("X1")
            assert 0 <= batch.remaining <= batch.doses

    @invariant()
    def a_rejected_or_recalled_batch_stays_so(self) -> None:
        status = self.status("X1")
        assert status == self.fallen or not self.fallen
        self.fallen = status if status in ("rejected", "recalled") else ""

    @invariant()
    def reading_event_by_event_gives_the_same_state_as_reading_at_once(self) -> None:
        for events in self.play.streams.values():
            if not any(isinstance(e.body, RecordCorrected | RecordVoided) for e in events):
                start: State | None = None
                assert reduce(step, events, start) == fold(events)


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
