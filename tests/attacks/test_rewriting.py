"""The past that decisions rested on is not rewritten, even with two honest signatures."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest

from app.acts import do, moment, sign
from attacks.insider import SHIPMENT, exported, found
from custody.domain.model import TYPES
from custody.errors import InputError, RefusedError
from custody.wiring.ledger import OpenLedger

BATCH = "B-2026-001"
BY = ("Zhao Lan:qa:approved", "Chen Yu:operator:performed")
REWRITES: list[tuple[str, int, dict[str, Any], str]] = [
    (BATCH, 0, {"planned_doses": 99}, "C2700"),
    ("PRD-MSC", 0, {"storage_max": "40"}, "C2703"),
    ("HGR-2026-0112", 0, {"valid_until": "2030-01-01"}, "C2703"),
    ("SG-2026-0345", 0, {"country": "US"}, "C2700"),
    ("WCB-01", 0, {"passage": 1}, "C2700"),
    ("DON-2026-001", 0, {"relation": "autologous"}, "C2700"),
    (SHIPMENT, 0, {"destination": "US"}, "C2700"),
]


def rewritten(ledger: OpenLedger, ref: str, seq: int, changes: dict[str, Any]) -> None:
    by = [sign(ledger, text) for text in BY]
    ledger.correct(ref, seq, changes, "typing error", moment(ledger), by)


@pytest.mark.parametrize(("ref", "seq", "changes", "code"), REWRITES)
def test_what_a_shipment_rests_on_is_not_corrected(
    ledger: OpenLedger, ref: str, seq: int, changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        rewritten(ledger, ref, seq, changes)
    assert code in {reason.code for reason in refused.value.reasons}


@pytest.mark.parametrize(("ref", "seq", "changes", "code"), REWRITES[:4])
def test_an_insiders_rewriting_of_it_is_not_genuine(
    ledger: OpenLedger, ref: str, seq: int, changes: dict[str, Any], code: str
) -> None:
    with patch("custody.app.recording.acting.objections", lambda *_: []):
        rewritten(ledger, ref, seq, changes)
    report = exported(ledger)
    assert report.verdict.value == "not_genuine", code
    assert ("V7", "E25") in found(report)
    assert not ledger.audit().ok


# what only the ledger writes

PLUMBING = sorted(name for name, spec in TYPES.items() if spec.plumbing)


@pytest.mark.parametrize("name", PLUMBING)
def test_what_the_ledger_writes_by_itself_cannot_be_recorded_as_an_act(
    ledger: OpenLedger, name: str
) -> None:
    size = ledger.log.size()
    with pytest.raises(InputError) as refused:
        do(ledger, name, f"{TYPES[name].kinds[0]}:{'0' * 32}", by=("Chen Yu",))
    assert refused.value.code == "C165"
    assert ledger.log.size() == size


def test_every_companion_is_either_plumbing_or_a_command_of_its_own() -> None:
    companions = {
        c.type.format(kind=kind)
        for spec in TYPES.values()
        for c in spec.companions
        for kind in (spec.link(c.rel) or spec.links[0]).kinds
    }
    assert {c for c in companions if not TYPES[c].plumbing} == set()
