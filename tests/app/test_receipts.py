"""What a signer takes home, made by the ledger and checked without it."""

from __future__ import annotations

import pytest

from app.acts import moved
from app.conftest import LATER
from custody.app.publication import receipts
from custody.demo.play import DemoResult, passphrase
from custody.errors import InputError
from custody.evidence.acknowledgement import open_promise
from custody.wiring.ledger import OpenLedger


def recorded(ledger: OpenLedger) -> int:
    moved(ledger)
    return ledger.log.size() - 1


def test_every_signer_can_get_a_receipt_and_check_it_without_the_ledger(
    ledger: OpenLedger, played: DemoResult
) -> None:
    trust = played.trust.read_bytes()
    for index in (0, 100, 214, played.events - 1):
        made = receipts.receipt(ledger, index)
        report = receipts.verify_receipt(made.data, trust, LATER)
        assert report.verdict.value == "genuine", report.findings
        told = receipts.plain(report)
        assert (told["event"], told["type"]) == (index, made.type)
        assert told["single_operator"]


def test_an_event_that_no_checkpoint_covers_gets_a_promise_first_and_a_receipt_later(
    ledger: OpenLedger, played: DemoResult
) -> None:
    index = recorded(ledger)
    with pytest.raises(InputError) as refused:
        receipts.receipt(ledger, index)
    assert refused.value.code == "C132"
    made = receipts.promise(ledger, index, 24, passphrase)
    promise = open_promise(made.data, ledger.trust.log_keys[0])
    assert promise.deadline == made.deadline
    assert 0 <= ledger.clock() - (promise.deadline - 24 * 3_600) < 60
    (stored,) = ledger.log.scan(index, index + 1)
    assert (promise.stream, promise.seq, promise.leaf) == (stored.stream, stored.seq, stored.leaf)
    ledger.checkpoint(passphrase)
    assert receipts.receipt(ledger, index).size == ledger.log.size()
    with pytest.raises(InputError) as late:
        receipts.promise(ledger, index, 24, passphrase)
    assert late.value.code == "C133"


@pytest.mark.parametrize("index", [-1, 999_999])
def test_there_is_no_receipt_for_what_is_not_there(ledger: OpenLedger, index: int) -> None:
    for make in (
        lambda: receipts.receipt(ledger, index),
        lambda: receipts.promise(ledger, index, 24, passphrase),
    ):
        with pytest.raises(InputError) as refused:
            make()
        assert refused.value.code == "C131"


def test_a_seal_is_no_event_to_get_a_receipt_for(ledger: OpenLedger) -> None:
    seal = ledger.log.last_seal()
    assert seal is not None
    with pytest.raises(InputError) as refused:
        receipts.receipt(ledger, seal.index)
    assert refused.value.code == "C131"


@pytest.mark.parametrize("hours", [0, -5, 721])
def test_a_promise_has_a_sensible_deadline(ledger: OpenLedger, hours: int) -> None:
    index = recorded(ledger)
    with pytest.raises(InputError) as refused:
        receipts.promise(ledger, index, hours, passphrase)
    assert refused.value.code == "C134"
