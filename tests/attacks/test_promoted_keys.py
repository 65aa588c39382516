"""A person's own key that becomes a root key: what it signed before stays as good as it was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from app.conftest import LATER
from app.test_trust_succession import OLD, by, signed_by
from attacks.insider import SHIPMENT as BUNDLED
from custody.app.verification.verifying import verify_bundle
from custody.demo.play import passphrase
from custody.evidence.fraud_proof import check_fraud
from custody.evidence.trust import TrustRoot
from custody.wiring.ledger import OpenLedger, open_ledger
from custody.wiring.trust import Changes, adopt
from evidence.accusations import authority
from evidence.cast import QUALITY, trust
from evidence.ledgers import SHIPMENT, Ledger
from page.browser import Case, verify_in_browser


def test_a_record_signed_by_somebody_who_holds_a_root_key_now_is_genuine(
    ledger: OpenLedger, folder: Path
) -> None:
    before = ledger.trust.to_bytes()
    changes = Changes(roots=(ledger.keys.find("Zhao Lan"),))
    adopt(ledger, signed_by(ledger, changes, *OLD), by(ledger, *OLD))
    with open_ledger(folder, clock=ledger.clock) as again:
        assert again.audit().ok
        data, after = again.export(BUNDLED, passphrase).data, again.trust.to_bytes()
    report = verify_bundle(data, after, now=LATER, earlier=[before])
    (page,) = verify_in_browser([Case(data, after, LATER, earlier=[before])])
    assert report.genuine, [(f.code, f.detail) for f in report.findings]
    assert page["verdict"] == "genuine"


def promoted() -> TrustRoot:
    """The trust file after the ledger's own, in which the quality authority's key is a root."""
    first = trust()
    roots = {**first.roots, QUALITY.kid: QUALITY.public}
    second = trust(version=2, prev=first.fingerprint, roots=dict(sorted(roots.items())))
    return replace(second, earlier=(first,))


def test_a_key_that_became_a_root_does_not_convict_the_ledger_that_believed_it() -> None:
    ledger = Ledger().establish().story()
    release = ledger.events(SHIPMENT)[-1][0]
    ledger.seal()
    for left_out in ((), (QUALITY.stream,)):
        assert not check_fraud(authority(ledger, release, *left_out), promoted()).proved
