"""The page judges a change of root keys as Python does, whichever trust files are at hand."""

from __future__ import annotations

from app.conftest import clock, folder, ledger
from app.test_trust_succession import LATER, NEW, OLD, SHIPMENT, by, other_roots, signed_by
from custody.app.verification.verifying import verify_bundle
from custody.demo.play import passphrase
from custody.wiring.ledger import OpenLedger
from custody.wiring.trust import adopt
from page.browser import Case, verify_in_browser
from page.officer import as_file, before

__all__ = ["clock", "folder", "ledger"]


def test_a_ledger_whose_roots_were_handed_on_gets_the_same_answers(ledger: OpenLedger) -> None:
    first = ledger.trust.to_bytes()
    following, _ = adopt(
        ledger, signed_by(ledger, other_roots(ledger), *OLD, *NEW), by(ledger, *OLD)
    )
    data, new = ledger.export(SHIPMENT, passphrase).data, following.to_bytes()
    cases = [Case(data, new, LATER, earlier=[first]), *(Case(data, f, LATER) for f in (new, first))]
    for case, shown in zip(cases, verify_in_browser(cases), strict=True):
        report = verify_bundle(data, case.trust, now=LATER, earlier=case.earlier)
        said = [(s["step"], f["code"], f["detail"]) for s in shown["steps"] for f in s["findings"]]
        found = [(f.step, f.code, f.detail) for step in report.steps for f in step.findings]
        assert (shown["verdict"], said) == (report.verdict.value, found)


def test_whoever_has_the_earlier_trust_file_gives_it_beside_the_new_one(
    ledger: OpenLedger,
) -> None:
    first = ledger.trust.to_bytes()
    following, _ = adopt(
        ledger, signed_by(ledger, other_roots(ledger), *OLD, *NEW), by(ledger, *OLD)
    )
    data, new = ledger.export(SHIPMENT, passphrase).data, following.to_bytes()
    earlier = [as_file("trust-1.json", first)]
    with before(at=LATER) as officer:
        assert officer.judges(data, new) == "CANNOT TELL"
        officer.page.click("text=Add documents or change options")
        officer.page.set_input_files("#earlier-file", earlier)
        officer.page.wait_for_selector("#earlier-name:has-text('1 earlier')", state="attached")
        officer.page.click("#verify")
        officer.page.wait_for_selector("#verdict-word:text-is('GENUINE')")
    with before(at=LATER) as officer:
        officer.page.set_input_files("#earlier-file", earlier)
        officer.page.wait_for_selector("#earlier-name:has-text('1 earlier')", state="attached")
        assert officer.judges(data, first) == "CANNOT TELL"  # it leads to no earlier file
