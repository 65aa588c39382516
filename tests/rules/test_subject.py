"""Consent and identity at the bedside."""

from __future__ import annotations

import pytest

from domain.play import Play
from domain.stories import paper
from domain.studies import (
    active_study,
    completed_lot,
    dose_at_the_bedside,
    enrolled,
    giving,
)


@pytest.fixture
def play() -> Play:
    """A study under way; no rule is asked yet."""
    play = Play(gates=False)
    active_study(play)
    return play


def give(play: Play, rule: str, dose: str = "K1", subject: str = "J1", **body: object) -> str:
    play.gates = True
    return giving(play, rule, dose, subject, **body)


def consented(play: Play, version: str) -> None:
    body = {"consent_version": version, "guardian": False, "documents": [paper("consent_form")]}
    play.add("subject.consented/v1", "J1", body)


def allogeneic(play: Play, label: str | None = None, **subject: object) -> None:
    completed_lot(play)
    dose_at_the_bedside(play, coi=label)
    enrolled(play, **subject)


def autologous(play: Play) -> None:
    """Two patients with their own cells: donation D1 is J1's, donation D2 is J2's."""
    for donor, lot, dose, patient in (("D1", "X1", "K1", "J1"), ("D2", "X2", "K2", "J2")):
        completed_lot(play, lot, donor, relation="autologous")
        dose_at_the_bedside(play, dose, lot)
        enrolled(play, patient, donor)


def test_a_subject_who_signed_the_version_in_force_gets_the_dose(play: Play) -> None:
    allogeneic(play)
    assert give(play, "CON-001") == "satisfied"


def test_after_a_change_of_the_form_no_dose_is_given_before_consent_is_renewed(play: Play) -> None:
    allogeneic(play)
    change = {"protocol_version": "1.1", "substantive": False, "reason": "新增风险告知"}
    play.add("study.protocol_amended/v1", "T1", {**change, "consent_version": "2.0"})
    assert give(play, "CON-001") == "violated"
    consented(play, "2.0")
    assert give(play, "CON-001") == "satisfied"


def test_a_subject_who_withdrew_gets_no_dose(play: Play) -> None:
    allogeneic(play)
    play.add("subject.withdrawn/v1", "J1", {"reason": "本人要求"})
    assert give(play, "CON-001") == "violated"


def test_two_identifiers_are_compared_at_the_bedside(play: Play) -> None:
    allogeneic(play)
    assert give(play, "COI-001") == "satisfied"
    assert give(play, "COI-001", identifiers=["subject_number"]) == "violated"
    assert give(play, "COI-001", identifiers=["subject_number", "subject_number"]) == "violated"


def test_label_record_and_bedside_must_name_one_identity(play: Play) -> None:
    allogeneic(play, "COI-A", coi="COI-A")
    assert give(play, "COI-001") == "satisfied"
    assert give(play, "COI-001", coi="COI-A") == "satisfied"


def test_full_width_digits_make_no_other_identity(play: Play) -> None:
    allogeneic(play, "COI-0001", coi="ＣＯＩ－０００１")
    assert give(play, "COI-001", coi="coi-0001") == "satisfied"


@pytest.mark.parametrize(
    ("on_record", "read"), [("COI-B", None), ("COI-B", "COI-A"), ("COI-B", "COI-B")]
)
def test_a_dose_for_somebody_else_is_never_given(
    play: Play, on_record: str, read: str | None
) -> None:
    allogeneic(play, "COI-A", coi=on_record)
    body = {"coi": read} if read else {}
    play.gates = True
    if read == "COI-B":  # the dose itself refuses that, before any rule is asked
        found = play.codes(
            "dose.administered/v1",
            "K1",
            {"quantity": "5", "unit": "mL", "identifiers": ["a", "b"], **body},
            {"subject": "J1"},
        )
        assert found == {"C2221"}
        return
    assert give(play, "COI-001", **body) == "violated"


def test_without_any_identity_of_the_patient_a_labelled_dose_is_not_given(play: Play) -> None:
    allogeneic(play, "COI-A")
    assert give(play, "COI-001") == "unknown"


def test_a_patient_gets_the_own_cells(play: Play) -> None:
    autologous(play)
    assert give(play, "COI-001") == "satisfied"
    assert give(play, "COI-001", "K2", "J2") == "satisfied"


def test_an_autologous_dose_is_never_given_to_another_patient(play: Play) -> None:
    autologous(play)
    assert give(play, "COI-001", "K2", "J1") == "violated"
    assert give(play, "COI-001", "K1", "J2") == "violated"


def test_an_autologous_dose_is_not_given_while_the_own_donation_is_not_known(play: Play) -> None:
    completed_lot(play, relation="autologous")
    dose_at_the_bedside(play)
    enrolled(play)
    assert give(play, "COI-001") == "unknown"
