"""The rule list shows the rules on records and signatures; they find what is refused elsewhere."""

from __future__ import annotations

from dataclasses import replace

from custody.domain.model import Event
from custody.domain.record import RecordCorrected
from custody.rules.model import Case, remarks
from domain.play import Play, World
from domain.stories import received_lot


def told(play: Play, event: Event) -> list[str]:
    """Return the rules on records and signatures that have something to say about an event."""
    case = Case(event, play.state("L1"), World(play.streams))
    return [r.rule.id for r in remarks(case) if r.rule.id in ("REC-001", "SIG-001")]


def received(play: Play) -> Event:
    received_lot(play)
    return play.events("L1")[0]


def corrected(event: Event, reason: str) -> Event:
    body = RecordCorrected.model_construct(
        occurred_at=event.body.occurred_at, corrects="A" * 43 + "=", reason=reason, changes=()
    )
    return replace(event, type="record.corrected/v1", seq=1, body=body)


def test_a_correction_without_a_reason_is_found() -> None:
    play = Play(gates=False)
    event = received(play)
    assert told(play, corrected(event, " ")) == ["REC-001"]


def test_a_correction_that_comes_before_any_record_is_found() -> None:
    play = Play(gates=False)
    event = corrected(received(play), "label misread")
    assert told(play, replace(event, seq=0)) == ["REC-001"]


def test_a_correction_with_its_reason_and_its_record_is_in_order() -> None:
    play = Play(gates=False)
    assert told(play, corrected(received(play), "label misread")) == []


def test_a_signature_in_a_role_the_event_does_not_provide_for_is_found() -> None:
    play = Play(gates=False)
    event = received(play)
    signer = replace(event.signers[0], role="courier")
    assert told(play, replace(event, signers=(signer,))) == ["SIG-001"]


def test_a_signature_nobody_stands_behind_is_found() -> None:
    play = Play(gates=False)
    event = received(play)
    signer = replace(event.signers[0], person="")
    assert told(play, replace(event, signers=(signer,))) == ["SIG-001"]


def test_the_signature_of_an_enrolled_person_in_its_role_is_in_order() -> None:
    play = Play(gates=False)
    assert told(play, received(play)) == []
