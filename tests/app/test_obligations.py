"""Obligations and periods of keeping, read from a real ledger."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.acts import do
from custody.adapters.working_days import ChineseWorkingDays
from custody.app.asking import obligations
from custody.domain.obligation import DUTIES, ORDER
from custody.errors import InputError
from custody.wiring.ledger import OpenLedger

QA = "Zhao Lan:qa:performed"
DONATION, SHIPMENT = "DON-2026-001", "SHP-2026-001"


def of(found: dict[str, Any], kind: str, number: str = "") -> list[dict[str, Any]]:
    return [o for o in found["obligations"] if o["kind"] == kind and number in ("", o["number"])]


def test_obligations_are_told_as_of_the_day_in_china(ledger: OpenLedger) -> None:
    found = ledger.due()
    assert found["today"] == "2026-11-24"
    ranks = [ORDER.index(o["status"]) for o in found["obligations"]]
    assert ranks == sorted(ranks)
    [review] = of(found, "rule_pack_review")
    assert (review["due"], review["status"], review["days_left"]) == ("2026-12-31", "open", 37)
    assert of(found, "qualification_expiry") or of(found, "partner_assessment_expiry")


def test_what_is_due_later_can_be_left_out(ledger: OpenLedger) -> None:
    near = ledger.due(date(2026, 12, 31))["obligations"]
    assert 0 < len(near) < len(ledger.due()["obligations"])
    assert all(o["due"] is None or o["due"] <= "2026-12-31" for o in near)


def test_a_request_is_owed_an_answer_from_the_moment_it_is_recorded(ledger: OpenLedger) -> None:
    assert of(ledger.due(), "request") == []
    body = {"request": "DSR-2026-001", "asks": "erasure"}
    do(ledger, "request.received/v1", DONATION, body, by=(QA,))
    [request] = of(ledger.due(), "request", DONATION)
    assert (request["due"], request["status"]) == ("2026-12-24", "open")


def test_the_rules_are_overdue_for_review_after_their_day(ledger: OpenLedger) -> None:
    ledger.clock.moment = ledger.clock.moment.replace(year=2027)  # type: ignore[attr-defined]
    found = ledger.due()
    assert of(found, "rule_pack_review")[0]["status"] == "overdue"
    assert found["overdue"] == sum(o["status"] == "overdue" for o in found["obligations"])


def test_every_kind_of_state_with_a_duty_is_looked_at() -> None:
    kinds = {kind.__name__.lower() for kind in DUTIES} - {"pseudonymous"}
    assert kinds <= set(obligations.KINDS)
    assert {"donation", "subject"} <= set(obligations.KINDS)


def test_a_shipment_is_kept_three_years_by_customs_law(ledger: OpenLedger) -> None:
    found = ledger.retention(SHIPMENT)
    assert found["standing"] == "until"
    [period] = found["periods"]
    assert period["basis"] == found["basis"] == "gacc_281"
    assert int(found["until"][:4]) == int(period["starts_on"][:4]) + 3


def test_a_donation_is_kept_as_long_as_anything_made_of_it(ledger: OpenLedger) -> None:
    assert ledger.retention(DONATION)["standing"] == "not_set"  # as long as nobody said so
    body = {"basis": "order_818_study"}
    do(ledger, "retention.set/v1", DONATION, body, by=("Zhao Lan:qa:approved",))
    found = ledger.retention(DONATION)
    assert {p["basis"] for p in found["periods"]} >= {"order_818_study", "gacc_281"}
    assert (found["standing"], found["until"]) == ("not_yet_running", None)


def test_a_number_that_names_nothing_has_no_period(ledger: OpenLedger) -> None:
    with pytest.raises(InputError) as refused:
        ledger.retention("NOBODY-1")
    assert refused.value.code == "C140"


def test_the_calendar_of_the_ledger_is_that_of_china() -> None:
    assert ChineseWorkingDays().is_working_day(date(2026, 10, 10)) is True
