"""The rule list shows the rule against personal data, and the rule finds what the fold refuses."""

from __future__ import annotations

from dataclasses import replace

from custody.rules.model import Case, remarks
from domain.play import Play, World
from domain.stories import received_lot


def test_personal_data_that_is_on_record_is_remarked_without_repeating_it() -> None:
    play = Play(gates=False)
    received_lot(play)
    play.add("material.quarantined/v1", "L1", {"reason": "label unreadable"})
    clean = play.events("L1")[-1]
    number = "11010519491231002X"
    body = clean.body.model_copy(update={"reason": f"运送人身份证 {number}"})
    found = {}
    for name, event in (("clean", clean), ("dirty", replace(clean, body=body))):
        told = remarks(Case(event, play.state("L1"), World(play.streams)))
        found[name] = [a for r in told if r.rule.id == "PIP-001" for a in r.answers]
    assert found["clean"] == []
    assert len(found["dirty"]) == 1
    assert "reason" in found["dirty"][0].why.en
    assert number not in found["dirty"][0].why.en + found["dirty"][0].why.zh
