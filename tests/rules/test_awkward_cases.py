"""Cases that real work produces and tidy examples leave out, where rules decide."""

from __future__ import annotations

import pytest

from domain.journeys import (
    made_batch,
    permit,
    qualified_authority,
    ready_shipment,
    thawed_vial,
)
from domain.play import Play
from domain.stories import (
    MARKERS,
    consented,
    received_sample,
    registered_donor,
    results,
)

SEALED = "shipment.sealed/v1"
SEAL = {"seal": "SEAL1", "quantity": "4"}
NEXT_DAY = "2026-09-02T09:00:00+08:00"


@pytest.mark.parametrize(
    ("first_day", "codes"),
    [("2023-09-01", set()), ("2023-09-02", {"QUA-001"}), ("2024-02-29", {"QUA-001"})],
)
def test_three_years_of_an_authority_that_complete_after_the_release_do_not_count(
    first_day: str, codes: set[str]
) -> None:
    play = Play()
    made_batch(play)
    del play.names["quality_authority"], play.streams["person:quality_authority"]
    qualified_authority(play, experience_from=first_day)
    play.signed_at = "2026-09-02T00:30:00Z"  # signed when they are complete, released before
    released = {"occurred_at": "2026-09-01T18:00:00+08:00"}
    assert play.codes("batch.released/v1", "X1", released) == codes


def test_three_years_that_begin_on_a_leap_day_complete_on_the_first_of_march() -> None:
    play = Play()
    made_batch(play)
    del play.names["quality_authority"], play.streams["person:quality_authority"]
    qualified_authority(play, experience_from="2024-02-29", valid_from="2025-01-01")
    found = {
        day: "QUA-001" in play.codes("batch.released/v1", "X1", {"occurred_at": f"{day}T08:00:00Z"})
        for day in ("2027-02-28", "2027-03-01")
    }
    assert found == {"2027-02-28": True, "2027-03-01": False}


def test_a_permit_that_expires_between_planning_and_sealing_stops_the_seal() -> None:
    play = Play()
    _, *others = ready_shipment(play)
    permit(play, "EX2", "export_filing", valid_until="2026-09-01")
    links = {"permit": ["EX2", *others]}
    assert play.codes(SEALED, "S-1", SEAL, links) == set()
    assert play.codes(SEALED, "S-1", {**SEAL, "occurred_at": NEXT_DAY}, links) == {"CUS-002"}


@pytest.mark.parametrize(("stated", "codes"), [("4", set()), ("3", {"C266", "CUS-002"})])
def test_a_permit_exceeded_by_one_dose_stops_the_seal(stated: str, codes: set[str]) -> None:
    play = Play()
    ready_shipment(play)
    permit(play, "HG2", "hgr_exit", quantity=stated, unit="dose")
    assert play.codes(SEALED, "S-1", SEAL, {"permit": ["EX1", "HG2", "SG1"]}) == codes


def test_consent_withdrawn_in_the_days_before_the_export_stops_it_until_given_anew() -> None:
    play = Play()
    links = {"permit": ready_shipment(play)}
    assert play.codes(SEALED, "S-1", SEAL, links) == set()
    play.add("donor.consent_withdrawn/v1", "D1", {"scopes": ["export"], "reason": "letter"})
    assert play.codes(SEALED, "S-1", SEAL, links) == {"HGR-003"}
    consented(play, "D1", "export")
    assert play.codes(SEALED, "S-1", SEAL, links) == set()


def test_consent_withdrawn_after_the_export_does_not_undo_it() -> None:
    play = Play()
    links = {"permit": ready_shipment(play)}
    play.add(SEALED, "S-1", SEAL, links)
    play.add("donor.consent_withdrawn/v1", "D1", {"scopes": ["export"], "reason": "letter"})
    assert play.state("S-1").status == "sealed"
    parties = {"giver": "MAKER", "receiver": "CARRIER"}
    body = {"seal": "SEAL1", "intact": True, "place": "gate"}
    assert play.codes("shipment.handed_over/v1", "S-1", body, parties) == set()


def test_a_result_from_the_window_before_antibodies_show_stops_the_next_use() -> None:
    play = Play()
    thawed_vial(play)
    late = {"results": results(["hiv"], "reactive")}
    play.add("donor.screened/v1", "D1", late)
    body = {"number": "X1", "process_version": "2", "planned_doses": 10}
    links = {"made_from": "V1", "product": "P1"}
    assert play.codes("batch.started/v1", "X1", body, links) == {"DON-001"}


def autologous_sample(play: Play, number: int, relation: str) -> str:
    """A received sample of a cleared donor; returns its alias."""
    donor, sample = f"D{number}", f"S{number}"
    registered_donor(play, donor, relation=relation)
    consented(play, donor)
    play.add("donor.screened/v1", donor, {"results": results(MARKERS)})
    play.add("donor.cleared/v1", donor, {"determination": "eligible"})
    received_sample(play, sample, donor)
    play.add("sample.retained/v1", sample, {"amount": "1", "unit": "mL", "position": "tank"})
    return sample


@pytest.mark.parametrize("second", ["autologous", "allogeneic"])
def test_cells_of_a_second_donor_never_get_into_an_autologous_batch(second: str) -> None:
    play = Play()
    thawed_vial(play, max_passage=8)
    own = autologous_sample(play, 2, "autologous")
    other = autologous_sample(play, 3, second)
    body = {"number": "X1", "process_version": "2", "planned_doses": 1}
    links = {"made_from": [own, other], "product": "P1"}
    assert play.codes("batch.started/v1", "X1", body, links) == {"COI-002"}
    assert play.codes("batch.started/v1", "X1", body, {**links, "made_from": own}) == set()


def test_a_second_donor_pooled_into_the_bank_is_found_behind_its_vial() -> None:
    play = Play()
    thawed_vial(play, max_passage=8)
    samples = [autologous_sample(play, 2, "autologous"), autologous_sample(play, 3, "allogeneic")]
    body = {"number": "B2", "level": "master", "passage": 1}
    play.gates = False  # as if the pooling had been recorded where nobody asked
    play.add("bank.established/v1", "B2", body, {"origin": samples})
    play.add("bank.qualified/v1", "B2")
    vial = {"number": "V2", "position": "tank", "cells": "1", "unit": "mL"}
    play.add("vial.frozen/v1", "V2", vial, {"bank": "B2"})
    play.add("vial.thawed/v1", "V2")
    play.gates = True
    body = {"number": "X1", "process_version": "2", "planned_doses": 1}
    links = {"made_from": "V2", "product": "P1"}
    assert play.codes("batch.started/v1", "X1", body, links) == {"COI-002"}


def test_donors_may_be_pooled_when_all_are_allogeneic_and_cleared() -> None:
    play = Play()
    thawed_vial(play, max_passage=8)
    samples = [autologous_sample(play, n, "allogeneic") for n in (2, 3)]
    body = {"number": "X1", "process_version": "2", "planned_doses": 1}
    links = {"made_from": samples, "product": "P1"}
    assert play.codes("batch.started/v1", "X1", body, links) == set()
