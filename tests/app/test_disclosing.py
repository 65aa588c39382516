"""Disclosure of private values to one recipient: chosen, recorded, judged, or refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.acts import paper
from app.erasing import (
    ABROAD,
    DONOR_ABROAD,
    appoint,
    at,
    deciders,
    hand,
    write,
)
from custody.app.privacy import disclosing, erasure
from custody.app.privacy.disclosing import Disclosure, Wish
from custody.app.recording.intent import Act
from custody.app.verification.verifying import inspect_bundle, verify_bundle
from custody.demo.play import passphrase
from custody.errors import InputError, RefusedError
from custody.evidence import canonical
from custody.evidence.bundle import Bundle
from custody.wiring.ledger import OpenLedger, open_ledger

CUSTOMS, WHAT_FOR = "customs (invented)", "identity of the donor"


def allow_abroad(ledger: OpenLedger) -> None:
    """Let the donor agree that values may leave the country."""
    body = {
        "version": "4",
        "added": ["cross_border_transfer"],
        "reason": "asked again",
        "documents": [paper("consent_form")],
    }
    write(
        ledger, "donor.consent_amended/v1", DONOR_ABROAD, body, "Xu Hai:donor_physician:performed"
    )


def made(ledger: OpenLedger, field: str = "donor_code", of: str = DONOR_ABROAD) -> Disclosure:
    chosen = disclosing.choose(ledger, [Wish(field, of)])
    return disclosing.from_ledger(
        ledger, ABROAD, chosen, lambda number: ledger.export(number, passphrase)
    )


def record(ledger: OpenLedger, given: Disclosure, basis: str | None = "standard_contract") -> Act:
    by = [hand(ledger, "Gao Lin:regulatory_affairs:approved")]
    return disclosing.record(ledger, given, by, recipient=CUSTOMS, purpose=WHAT_FOR, basis=basis)


def test_a_chosen_value_is_opened_for_one_recipient_and_the_bundle_stays_genuine(
    ledger: OpenLedger, folder: Path
) -> None:
    plain = ledger.export(ABROAD, passphrase).data
    given = made(ledger)
    trust = (folder / "trust.json").read_bytes()
    before, after = (verify_bundle(d, trust, now=ledger.clock()) for d in (plain, given.data))
    assert (before.verdict, after.verdict) == ("genuine", "genuine")
    assert after.values[0] == before.values[0] + 1
    [chosen] = given.chosen
    assert after.evidence.disclosures[chosen.event]["donor_code"] == "INVENTED-DONOR-C"
    assert b"INVENTED-DONOR-C" not in plain
    told = {e["event"]: e["private"] for e in inspect_bundle(given.data)["events"]}
    assert told[chosen.event] == {"disclosed": ["donor_code"], "withheld": 3, "erased_by": None}


def test_nothing_but_the_disclosures_differs_from_the_bundle_everybody_gets(
    ledger: OpenLedger,
) -> None:
    plain = ledger.export(ABROAD, passphrase).data
    chosen = disclosing.choose(ledger, [Wish("donor-code", DONOR_ABROAD)])
    added = disclosing.from_bundle(ledger, plain, chosen)
    assert added.data == made(ledger).data
    one, two = Bundle.parse(plain), Bundle.parse(added.data)
    assert (one.events, one.streams, one.checkpoint) == (two.events, two.streams, two.checkpoint)
    assert set(two.disclosures) - set(one.disclosures) == {chosen[0].leaf}


def test_giving_a_value_abroad_needs_consent_and_a_basis_and_is_put_on_record(
    ledger: OpenLedger,
) -> None:
    with pytest.raises(RefusedError) as refused:
        record(ledger, made(ledger), None)
    assert {r.code for r in refused.value.reasons} == {"PIP-002"}
    allow_abroad(ledger)
    given = made(ledger)
    act = record(ledger, given)
    [entry] = [e for i, e in ledger.read(act.main.stream) if i == act.main.index]
    body = entry.payload.body
    assert (body["sha256"], body["redaction"], body["personal_data"]) == (
        given.sha256,
        "some_disclosed",
        True,
    )
    assert CUSTOMS in str(body["reason"])
    assert ledger.audit().ok


def test_an_event_can_be_named_by_its_place_in_the_log(ledger: OpenLedger) -> None:
    [chosen] = disclosing.choose(ledger, [Wish("donor_code", DONOR_ABROAD)])
    assert disclosing.choose(ledger, [Wish("donor_code", str(chosen.event))]) == (chosen,)


@pytest.mark.parametrize(
    ("field", "of", "code"),
    [
        ("weight", DONOR_ABROAD, "C172"),
        ("donor_code", "DON-2099-001", "C140"),
        ("donor_code", "99999999", "C140"),
        ("donor_code", "DON-2026-002", "C167"),  # not behind this shipment
    ],
)
def test_a_value_that_is_not_there_to_be_given_is_an_error(
    ledger: OpenLedger, field: str, of: str, code: str
) -> None:
    with pytest.raises(InputError) as wrong:
        made(ledger, field, of)
    assert wrong.value.code == code


def test_the_bundle_of_another_ledger_or_another_file_is_not_added_to(ledger: OpenLedger) -> None:
    chosen = disclosing.choose(ledger, [Wish("donor_code", DONOR_ABROAD)])
    plain = ledger.export(ABROAD, passphrase).data
    for data in (b"{}", plain.replace(ledger.origin.encode(), b"x" * len(ledger.origin), 1)):
        with pytest.raises(InputError) as wrong:
            disclosing.from_bundle(ledger, data, chosen)
        assert wrong.value.code == "C173"


def doctored(plain: bytes, change: str) -> bytes:
    """Return a bundle that somebody has worked on since it was exported."""
    content = json.loads(plain)
    match change:
        case "another shipment":  # whose donors agreed, while this one's values would leave
            content["shipment"] = "shipment:" + "0" * 32
        case "a history left out":
            content["streams"].pop()
        case "a value of another event":
            one, two = content["disclosures"][:2]
            one["d"], two["d"] = two["d"], one["d"]
        case "no disclosure at all":
            content["disclosures"][0]["d"] = ["!"]
    return canonical.dumps(content)


@pytest.mark.parametrize(
    "change",
    ["another shipment", "a history left out", "a value of another event", "no disclosure at all"],
)
def test_a_bundle_that_is_not_as_it_was_made_is_not_added_to(
    ledger: OpenLedger, change: str
) -> None:
    chosen = disclosing.choose(ledger, [Wish("donor_code", DONOR_ABROAD)])
    plain = ledger.export(ABROAD, passphrase).data
    with pytest.raises(InputError) as wrong:
        disclosing.from_bundle(ledger, doctored(plain, change), chosen)
    assert wrong.value.code == "C173"


def test_restricted_values_are_not_disclosed_also_not_once_more(ledger: OpenLedger) -> None:
    appoint(ledger)
    chosen = disclosing.choose(ledger, [Wish("donor_code", DONOR_ABROAD)])
    given = made(ledger)
    erasure.restrict(
        ledger, DONOR_ABROAD, "DSR-7", deciders(ledger), reason="accuracy is contested"
    )
    for again in (
        lambda: disclosing.choose(ledger, [Wish("donor_code", DONOR_ABROAD)]),
        lambda: disclosing.from_bundle(ledger, given.data, ()),
    ):
        with pytest.raises(RefusedError) as refused:
            again()
        assert refused.value.code == "C2709"
    assert chosen[0].disclosure not in ledger.export(ABROAD, passphrase).data.decode()


def test_a_value_that_was_restricted_after_it_was_chosen_is_given_to_nobody(
    ledger: OpenLedger,
) -> None:
    appoint(ledger)
    allow_abroad(ledger)
    given = made(ledger)
    erasure.restrict(
        ledger, DONOR_ABROAD, "DSR-7", deciders(ledger), reason="accuracy is contested"
    )
    before = ledger.log.size()
    with pytest.raises(RefusedError) as refused:
        record(ledger, given)
    assert refused.value.code == "C2709"
    assert ledger.log.size() == before


def test_those_who_were_given_a_value_are_named_when_it_is_erased(later: Path) -> None:
    with open_ledger(later, clock=at()) as ledger:
        allow_abroad(ledger)
        given = made(ledger)
        record(ledger, given)
        stores, by = ledger.stores(), deciders(ledger)
        disclosing.note_given(stores.eraser, given, CUSTOMS)
        erased = erasure.erase(ledger, stores, DONOR_ABROAD, "DSR-1", by, reason="over")
        [told] = erased.informed
        assert (told.recipient, told.shipment, told.bundle) == (CUSTOMS, ABROAD, given.sha256)
        with pytest.raises(RefusedError) as refused:
            made(ledger)
        assert refused.value.code == "C2710"
        # The recipient's copy stays genuine, and says by itself what was opened.
        trust = (later / "trust.json").read_bytes()
        report = verify_bundle(given.data, trust, now=ledger.clock())
    assert report.verdict == "genuine"
    assert report.evidence.disclosures[given.chosen[0].event]["donor_code"] == "INVENTED-DONOR-C"


def test_a_value_the_vault_lost_is_not_given(ledger: OpenLedger, folder: Path) -> None:
    appoint(ledger)
    stream = ledger.resolve(DONOR_ABROAD, ("donation",))
    ledger.stores().eraser.destroy([stream])  # without any decision
    with pytest.raises(RefusedError) as refused:
        disclosing.choose(ledger, [Wish("donor_code", DONOR_ABROAD)])
    assert refused.value.code == "C2712"
