"""What was ruled can be read again, and the ledger's own sources stand beside those known here."""

from __future__ import annotations

from typing import Any

import pytest

from app.acts import do, paper
from custody.app.asking.rulebook import pack_digest, remarks_on, why
from custody.app.asking.sources import sources, turnaround
from custody.errors import InputError
from custody.rules.model import PACK
from custody.wiring.ledger import OpenLedger

BODY = {
    "instrument_kind": "guideline",
    "title_en": "guide to Order No. 789 on biomedical technologies",
    "title_zh": "指导原则",
    "issuer": "a centre",
    "source": "a news item",
    "text_form": "summary",
}
CLAIM = {
    "claim": "CLM-9001",
    "statement": "the filing is “accepted” — 已受理",
    "source": "a news item",
    "source_kind": "secondary",
    "support": "absent",
    "checked_on": "2026-11-24",
}


@pytest.fixture
def signer(ledger: OpenLedger) -> tuple[str, ...]:
    """The key that signs for regulatory affairs, as on the permits."""
    permit = next(iter(ledger.queries.log(type="permit.recorded/v1")))
    return (f"{permit['signers'][0]['kid']}:regulatory_affairs:approved",)


def registered(ledger: OpenLedger, signer: tuple[str, ...], number: str, **body: Any) -> None:
    do(ledger, "instrument.registered/v1", number, {**BODY, **body}, by=signer)


def test_why_tells_every_gated_event_of_an_item_with_its_evidence(ledger: OpenLedger) -> None:
    shipment = ledger.queries.list("shipment")[0]["number"]
    sealed = next(e for e in why(ledger, shipment)["events"] if e["gate"] == "export")
    assert sealed["pack"] == PACK
    assert {r["outcome"] for r in sealed["rulings"]} <= {
        *("satisfied", "risk_assessed", "overridden", "not_applicable"),
    }
    numbers = {e["number"] for r in sealed["rulings"] for e in r["evidence"]}
    assert not any(":" in number for number in numbers)
    assert why(ledger, str(sealed["event"]))["events"] == [sealed]


def test_why_of_something_that_is_not_there_is_an_input_error(ledger: OpenLedger) -> None:
    with pytest.raises(InputError) as caught:
        why(ledger, "NO-SUCH-1")
    assert caught.value.code == "C140"


def test_a_wrong_citation_is_stored_as_written_and_remarked_on_wherever_it_is_read(
    ledger: OpenLedger, signer: tuple[str, ...]
) -> None:
    registered(ledger, signer, "GUIDE-9")
    stream = ledger.resolve("GUIDE-9")
    histories = ledger.histories()
    (event,) = histories.events(stream)
    assert event.body.plain()["title_en"] == BODY["title_en"]
    assert event.body.rulings is None
    told = [r["rule"] for r in remarks_on(histories, event)]
    assert told == ["SRC-001", "SRC-010"]
    shown = ledger.queries.show("GUIDE-9")["history"][0]["remarks"]
    assert [r["rule"] for r in shown] == told
    assert [r["rule"] for r in why(ledger, "GUIDE-9")["events"][0]["remarks"]] == told
    assert ledger.audit().ok


def test_the_ledgers_own_claims_stand_word_for_word_beside_those_known_here(
    ledger: OpenLedger, signer: tuple[str, ...]
) -> None:
    before = len(sources(ledger)["claims"])
    registered(ledger, signer, "GUIDE-9")
    do(ledger, "instrument.claim_recorded/v1", "GUIDE-9", CLAIM, by=signer)
    chosen = {"claim": "CLM-9001", "chosen": "not accepted", "rationale": "no document"}
    do(ledger, "instrument.claim_resolved/v1", "GUIDE-9", chosen, by=signer)
    found = sources(ledger)
    assert len(found["claims"]) == before + 1
    ours = found["claims"][-1]
    assert ours["statement"] == CLAIM["statement"]
    assert ours["resolution"]["en"] == "not accepted"
    assert "GUIDE-9" in {row["id"] for row in found["instruments"]}


@pytest.mark.parametrize(("version", "same"), [(PACK, True), ("2025.9", None)])
def test_an_adopted_pack_is_compared_with_the_one_this_program_has(
    ledger: OpenLedger, signer: tuple[str, ...], version: str, same: bool | None
) -> None:
    registered(ledger, signer, "OUR-RULES", instrument_kind="rule_pack")
    body = {"pack": version, "sha256": pack_digest()}
    do(ledger, "instrument.pack_adopted/v1", "OUR-RULES", body, by=signer)
    assert sources(ledger)["adopted"][-1]["matches"] is same
    other = {"pack": PACK, "sha256": "0" * 64}
    do(ledger, "instrument.pack_adopted/v1", "OUR-RULES", other, by=signer)
    assert sources(ledger)["adopted"][-1]["matches"] is False


def test_the_time_from_submission_to_decision_is_measured_by_kind_of_permit(
    ledger: OpenLedger, signer: tuple[str, ...]
) -> None:
    letter = paper("permit_letter")
    base = {"permit_kind": "change_filing", "authority": "National Health Commission"}
    for number, decided in (("CF-1", "14"), ("CF-2", "18"), ("CF-3", "24")):
        late = {"reason": "entered later"}
        first = {**base, **late, "state": "submitted", "occurred_at": "2026-11-10T09:00:00+08:00"}
        do(ledger, "permit.recorded/v1", number, first, by=signer)
        moment = f"2026-11-{decided}T09:00:00+08:00"
        then = {**late, "state": "accepted", "documents": [letter], "occurred_at": moment}
        do(ledger, "permit.updated/v1", number, then, by=signer)
    (row,) = [r for r in turnaround(ledger) if r["permit_kind"] == "change_filing"]
    assert (row["cases"], row["median_days"]) == (3, 8)
