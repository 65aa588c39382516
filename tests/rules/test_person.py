"""Rules about persons."""

import pytest

from domain.play import Play
from domain.stories import paper

QUALIFIED = {
    "qualification": "qa",
    "title": "senior",
    "valid_from": "2026-09-01",
    "documents": [paper("certificate")],
}
DISQUALIFIED = {"qualification": "qa", "reason": "resigned"}
ACTS = [("person.qualified/v1", QUALIFIED), ("person.disqualified/v1", DISQUALIFIED)]


@pytest.fixture
def play() -> Play:
    play = Play()
    for alias in ("N1", "N2"):
        play.add("person.registered/v1", alias, {"number": alias})
    return play


@pytest.mark.parametrize(("type_", "body"), ACTS)
def test_nobody_signs_a_record_about_their_own_qualification(
    play: Play, type_: str, body: dict[str, object]
) -> None:
    assert play.codes(type_, "N1", body, signers=[("N1", "qa", "approved")]) == {"PER-001"}


def test_a_second_signature_does_not_mend_signing_for_oneself(play: Play) -> None:
    both = [("N2", "qa", "approved"), ("N1", "system_admin", "approved")]
    assert play.codes("person.qualified/v1", "N1", QUALIFIED, signers=both) == {"PER-001"}


@pytest.mark.parametrize(("type_", "body"), ACTS)
def test_another_person_may_sign_it(play: Play, type_: str, body: dict[str, object]) -> None:
    assert play.codes(type_, "N1", body, signers=[("N2", "qa", "approved")]) == set()
