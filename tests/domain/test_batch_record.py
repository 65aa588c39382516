"""The rest of a batch record: labels, samples, investigations, shares; actions of deviations."""

from __future__ import annotations

import pytest

from domain.journeys import (
    completed_batch,
    deviation,
    organisation,
    qualified_authority,
    run_test,
    started_batch,
    thawed_vial,
)
from domain.play import Play

OOS = {"test": "viability", "description": "78 %"}
CLOSED = {"finding": "laboratory_error", "conclusion": "dilution"}


@pytest.fixture
def play() -> Play:
    """A completed batch of ten doses."""
    play = Play()
    qualified_authority(play)
    thawed_vial(play)
    started_batch(play)
    completed_batch(play)
    return play


@pytest.mark.parametrize(("used", "codes"), [(20, set()), (19, {"C2230"}), (21, {"C2230"})])
def test_labels_used_destroyed_and_kept_add_up_to_those_printed(
    play: Play, used: int, codes: set[str]
) -> None:
    play.add("batch.labels_printed/v1", "X1", {"printed": 20})
    play.add("batch.labels_printed/v1", "X1", {"printed": 4})
    body = {"used": used, "destroyed": 3, "kept": 1}
    assert play.codes("batch.labels_reconciled/v1", "X1", body) == codes


def test_labels_found_later_to_have_been_printed_are_missing_again(play: Play) -> None:
    printed = play.add("batch.labels_printed/v1", "X1", {"printed": 20})
    counted = {"used": 16, "destroyed": 3, "kept": 1}
    play.add("batch.labels_reconciled/v1", "X1", counted)
    assert play.state("X1").unreconciled == 0
    leaf = next(e.leaf for e in play.events("X1") if e.type == printed.type)
    change = {"field": "printed", "was": 20, "now": 21}
    body = {"corrects": leaf, "changes": [change], "reason": "one sheet was left out"}
    play.add("record.corrected/v1", "X1", body)
    assert play.state("X1").unreconciled == 1


def test_retained_and_sent_doses_are_taken_off_the_stock(play: Play) -> None:
    organisation(play, "LAB")
    kept = {"sample": "RET1", "quantity": "2", "unit": "dose", "position": "tank"}
    play.add("batch.sample_retained/v1", "X1", kept)
    sent = {"sample": "QC1", "quantity": "1", "unit": "dose", "tests": ["sterility"]}
    play.add("batch.sample_sent/v1", "X1", sent, {"laboratory": "LAB"})
    assert (play.state("X1").remaining, play.state("X1").retained) == (7, ("RET1",))
    for quantity in ("8", "0.5"):
        body = {**kept, "quantity": quantity}
        assert play.codes("batch.sample_retained/v1", "X1", body) == {"C2231"}
    volume = {**kept, "quantity": "0.5", "unit": "mL"}
    play.add("batch.sample_retained/v1", "X1", volume)
    assert play.state("X1").remaining == 7


def test_an_investigation_is_about_a_result_on_record_and_is_opened_once(play: Play) -> None:
    seq = run_test(play, "viability", value="78", unit="%", verdict="fail")
    assert play.codes("batch.oos_opened/v1", "X1", {**OOS, "seq": seq + 1}) == {"C2233"}
    play.add("batch.oos_opened/v1", "X1", {**OOS, "seq": seq})
    assert play.codes("batch.oos_opened/v1", "X1", {**OOS, "seq": seq}) == {"C2233"}
    assert play.codes("batch.oos_closed/v1", "X1", {**CLOSED, "seq": seq + 1}) == {"C2234"}
    same = [("qc_analyst", "qa", "approved")]
    closing = {**CLOSED, "seq": seq}
    assert play.codes("batch.oos_closed/v1", "X1", closing, signers=same) == {"C2235"}
    play.add("batch.oos_closed/v1", "X1", closing)
    assert play.codes("batch.oos_closed/v1", "X1", closing) == {"C2234"}


def test_no_more_doses_are_allocated_to_trials_than_there_are(play: Play) -> None:
    share = {"trial": "NCT00000001", "country": "SG", "doses": 8}
    play.add("batch.allocated/v1", "X1", share)
    for doses in (0, 3):
        body = {"trial": "NCT00000002", "country": "US", "doses": doses}
        assert play.codes("batch.allocated/v1", "X1", body) == {"C2236"}
    assert play.state("X1").allocations == (("NCT00000001", "SG", 8),)


def test_an_action_of_a_deviation_is_opened_and_closed_once(play: Play) -> None:
    deviation(play, "DEV1", "minor")
    opened = {"capa": "CAPA-1", "action": "alarm", "due_on": "2026-12-31"}
    closed = {"capa": "CAPA-1", "effect": "no recurrence"}
    assert play.codes("deviation.capa_closed/v1", "DEV1", closed) == {"C2241"}
    play.add("deviation.capa_opened/v1", "DEV1", opened)
    assert play.codes("deviation.capa_opened/v1", "DEV1", opened) == {"C2240"}
    assert play.state("DEV1").open_actions == ("CAPA-1",)
    play.add("deviation.capa_closed/v1", "DEV1", closed)
    assert play.codes("deviation.capa_closed/v1", "DEV1", closed) == {"C2241"}
