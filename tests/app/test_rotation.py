"""A person gets a new key; what the old one signed stays valid, what it signs later does not."""

from __future__ import annotations

import pytest

from app.acts import do, sign
from custody.app.recording.reaffirming import Doubted, doubted
from custody.app.recording.rotation import rotate
from custody.app.verification.verifying import verify_bundle
from custody.demo.play import passphrase
from custody.errors import CustodyError
from custody.evidence.findings import Verdict
from custody.wiring.ledger import OpenLedger

TEST = {"test": "sterility", "outcome": "negative", "verdict": "pass", "sample": "QC-9"}
BODY = {**TEST, "method": "compendial"}


def rotated(ledger: OpenLedger, old: str = "Zhou Ping", new: str = "Zhou Ping 2") -> int:
    ledger.keys.create(new, "ed25519", passphrase(new))
    acts = rotate(ledger, old, new, [sign(ledger, "Wang Min")], sign(ledger, new))
    return len(acts)


def test_a_new_key_signs_with_the_same_roles_and_the_old_one_no_more(ledger: OpenLedger) -> None:
    before = ledger.printed_name(ledger.keys.find("Zhou Ping").kid)
    assert rotated(ledger) == 3
    do(ledger, "batch.tested/v1", "B-2026-001", BODY, by=("Zhou Ping 2",))
    with pytest.raises(CustodyError) as refused:
        do(ledger, "batch.tested/v1", "B-2026-001", BODY, by=("Zhou Ping",))
    assert refused.value.code == "C204"
    assert ledger.printed_name(ledger.keys.find("Zhou Ping 2").kid) == before
    data = ledger.export("SHP-2026-001", passphrase).data
    report = verify_bundle(data, ledger.trust.to_bytes(), now=ledger.clock() + 60)
    assert report.verdict is Verdict.GENUINE
    assert ledger.audit().ok


def test_stopped_half_way_the_same_command_goes_on(ledger: OpenLedger) -> None:
    ledger.keys.create("Zhou Ping 2", "ed25519", passphrase(""))
    registrar, holder = [sign(ledger, "Wang Min")], sign(ledger, "Zhou Ping 2")
    key = ledger.people.authority([kid := ledger.keys.find("Zhou Ping").kid]).key(kid)
    assert key is not None
    ledger.enrol(
        "Zhou Ping 2",
        person=ledger.number_of(f"person:{key.person}"),
        printed_name="Zhou Ping",
        roles=sorted(key.roles),
        scope=sorted(key.scope),
        by=registrar,
    )
    acts = rotate(ledger, "Zhou Ping", "Zhou Ping 2", registrar, holder)
    assert [act.events[0].type for act in acts] == ["key.accepted/v1", "key.revoked/v1"]


def test_a_key_of_somebody_else_takes_nobodys_place(ledger: OpenLedger) -> None:
    with pytest.raises(CustodyError) as refused:
        rotate(
            ledger, "Zhou Ping", "Zhao Lan", [sign(ledger, "Wang Min")], sign(ledger, "Zhao Lan")
        )
    assert refused.value.code == "C628"


def test_a_revoked_key_cannot_be_replaced(ledger: OpenLedger) -> None:
    rotated(ledger)
    with pytest.raises(CustodyError) as refused:
        rotated(ledger, new="Zhou Ping 3")
    assert refused.value.code == "C627"


def test_what_a_stolen_key_signed_is_listed_and_can_be_reaffirmed(ledger: OpenLedger) -> None:
    act = do(ledger, "batch.tested/v1", "B-2026-001", BODY, by=("Zhou Ping",))
    index = act.events[-1].index
    seq = len(ledger.read(ledger.resolve("B-2026-001"))) - 1
    listed = doubted(ledger, "Zhou Ping", index)
    assert listed == [Doubted(index, "batch.tested/v1", "B-2026-001", seq)]
    ledger.revoke("Zhou Ping", "compromised", index, [sign(ledger, "Wang Min")])
    trust, now = ledger.trust.to_bytes(), ledger.clock() + 60

    def verified() -> tuple[Verdict, set[str]]:
        report = verify_bundle(ledger.export("SHP-2026-001", passphrase).data, trust, now=now)
        return report.verdict, {f.code for f in report.findings}

    assert verified() == (Verdict.NOT_GENUINE, {"E22"})
    when = "2026-11-24T10:00:00+00:00"
    by = [sign(ledger, "Zhao Lan:qa:approved")]
    ledger.reaffirm("B-2026-001", seq, "checked against the raw data, form F-13", when, by)
    # The record counts again. The look-back's hold stays until quality lifts it.
    assert verified() == (Verdict.NOT_GENUINE, {"E25"})


def test_a_key_does_not_take_its_own_place(ledger: OpenLedger) -> None:
    hands = [sign(ledger, "Wang Min")], sign(ledger, "Zhou Ping")
    with pytest.raises(CustodyError) as refused:
        rotate(ledger, "Zhou Ping", "Zhou Ping", *hands)
    assert refused.value.code == "C628"
    kid = ledger.keys.find("Zhou Ping").kid
    standing = ledger.people.authority([kid]).key(kid)
    assert standing is not None
    assert standing.revoked is None


def test_a_key_with_other_roles_takes_nobodys_place(ledger: OpenLedger) -> None:
    ledger.keys.create("Zhou Ping 2", "ed25519", passphrase(""))
    registrar, holder = [sign(ledger, "Wang Min")], sign(ledger, "Zhou Ping 2")
    key = ledger.people.authority([kid := ledger.keys.find("Zhou Ping").kid]).key(kid)
    assert key is not None
    person = ledger.number_of(f"person:{key.person}")
    ledger.enrol(
        "Zhou Ping 2", person=person, printed_name="Zhou Ping", roles=["operator"], by=registrar
    )
    with pytest.raises(CustodyError) as refused:
        rotate(ledger, "Zhou Ping", "Zhou Ping 2", registrar, holder)
    assert refused.value.code == "C628"
