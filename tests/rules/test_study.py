"""When a study may start: path, stage, monitoring, follow-up."""

from __future__ import annotations

from typing import Any

import pytest

from domain.play import Play
from domain.stories import assessment, paper, specification
from domain.studies import drafted_study, follow_up, ready_study, starting, study_permit

CHILDREN = ("growth", "neurocognition", "reproduction")


@pytest.fixture
def play() -> Play:
    return Play(gates=False)


def asked(play: Play, rule: str, alias: str = "T1", assessment: str = "", day: str = "") -> str:
    play.gates = True
    return starting(play, rule, alias, assessment, day)


@pytest.mark.sentence("B3", "blocks")
@pytest.mark.sentence("B5", "blocks")
@pytest.mark.sentence("B7", "blocks")
@pytest.mark.parametrize(
    ("path", "outcome"),
    [
        ("undecided", "unknown"),
        ("routine_care", "violated"),
        ("drug_828", "violated"),
        ("device", "violated"),
    ],
)
def test_a_study_whose_path_is_open_or_another_does_not_start_under_a_technology_filing(
    play: Play, path: str, outcome: str
) -> None:
    ready_study(play, path=path)
    assert asked(play, "PTH-001") == outcome


@pytest.mark.sentence("B3", "passes")
@pytest.mark.sentence("B5", "passes")
def test_a_technology_study_with_its_own_filing_starts(play: Play) -> None:
    ready_study(play)
    assert asked(play, "PTH-001") == "satisfied"


@pytest.mark.sentence("B7", "passes")
def test_a_registration_trial_starts_with_its_trial_approval_and_without_the_filing_rules(
    play: Play,
) -> None:
    drafted_study(play, path="drug_828")
    assert asked(play, "PTH-001") == "violated"
    play.gates = False
    ready_study(play, "T2", path="drug_828")
    study_permit(play, "CTA1", "ind_cta")
    play.add("study.filing_refused/v1", "T2", {"reason": "归药品注册路径"})
    play.add("study.filed/v1", "T2", {}, {"permit": "CTA1"})
    assert asked(play, "PTH-001", "T2") == "satisfied"
    rules = [r for r in play.rulings if r.rule.id.startswith(("FIL", "NCL", "FUP"))]
    assert {r.answers for r in rules} == {()}


def test_a_technology_study_does_not_start_under_a_trial_approval(play: Play) -> None:
    ready_study(play)
    study_permit(play, "CTA1", "ind_cta")
    play.add("study.filing_refused/v1", "T1", {"reason": "路径错误"})
    play.add("study.filed/v1", "T1", {}, {"permit": "CTA1"})
    assert asked(play, "PTH-001") == "violated"


def test_a_path_decided_later_opens_the_start(play: Play) -> None:
    ready_study(play, path="undecided")
    body = {"path": "technology_filing_818", "rationale": "依据边界指导原则"}
    play.add("study.path_decided/v1", "T1", body)
    assert asked(play, "PTH-001") == "satisfied"


def test_before_the_order_a_study_started_without_its_rules(play: Play) -> None:
    drafted_study(play)
    for rule in ("PTH-001", "FIL-001", "FIL-002", "NCL-003", "FUP-001"):
        play.gates = True
        body = {"occurred_at": "2026-04-30T09:00:00+08:00", "reason": "late entry"}
        assert play.codes("study.started/v1", "T1", body) == set()
        assert play.outcome(rule) == ""


@pytest.mark.sentence("B35", "blocks")
def test_a_confirmatory_study_without_an_exploratory_result_does_not_start(play: Play) -> None:
    ready_study(play, stage="confirmatory")
    assert asked(play, "STU-001") == "violated"


@pytest.mark.sentence("B35", "blocks")
def test_an_exploratory_study_still_under_way_is_no_result(play: Play) -> None:
    ready_study(play, "T0")
    play.add("study.started/v1", "T0")
    ready_study(play, "T1", "T0", stage="confirmatory")
    assert asked(play, "STU-001") == "violated"


@pytest.mark.sentence("B35", "passes")
def test_a_confirmatory_study_follows_a_completed_exploratory_one(play: Play) -> None:
    ready_study(play, "T0")
    play.add("study.started/v1", "T0")
    done = {"last_administration_on": "2026-09-01", "subjects": 3}
    play.add("study.completed/v1", "T0", done)
    ready_study(play, "T1", "T0", stage="confirmatory")
    assert asked(play, "STU-001") == "satisfied"


@pytest.mark.sentence("B35", "passes")
@pytest.mark.parametrize(
    "body",
    [
        {"stage": "exploratory"},
        {"stage": "confirmatory", "documents": [paper("exploratory_report")]},
    ],
    ids=["exploratory", "report attached"],
)
def test_an_exploratory_study_or_one_with_the_report_attached_starts(
    play: Play, body: dict[str, Any]
) -> None:
    ready_study(play, **body)
    assert asked(play, "STU-001") == "satisfied"


def board(play: Play, independent: bool) -> None:
    body = {"members": 3, "independent": independent, "documents": [paper("charter")]}
    play.add("study.dsmb_established/v1", "T1", body)


@pytest.mark.sentence("B39", "blocks")
def test_a_high_risk_study_without_an_independent_board_does_not_start(play: Play) -> None:
    ready_study(play, risk="high")
    assert asked(play, "STU-002") == "violated"
    board(play, independent=False)
    assert asked(play, "STU-002") == "violated"


@pytest.mark.sentence("B39", "passes")
@pytest.mark.parametrize("risk", ["low", "high"])
def test_a_low_risk_study_or_one_with_an_independent_board_starts(play: Play, risk: str) -> None:
    ready_study(play, risk=risk)
    if risk == "high":
        board(play, independent=True)
    assert asked(play, "STU-002") == "satisfied"


@pytest.mark.sentence("B36", "blocks")
@pytest.mark.parametrize("months", [0, 18, 23])
def test_follow_up_shorter_than_two_years_stops_the_start(play: Play, months: int) -> None:
    drafted_study(play)
    if months:
        follow_up(play, months)
    assert asked(play, "FUP-001") == "violated"


@pytest.mark.sentence("B36", "passes")
def test_follow_up_of_two_years_is_enough_for_unmodified_cells(play: Play) -> None:
    ready_study(play)
    assert asked(play, "FUP-001") == "satisfied"
    assert asked(play, "FUP-002") == "satisfied"


def process(play: Play, modified: bool) -> None:
    play.add(
        "process.approved/v1",
        "PR1",
        {
            "number": "PR1",
            "name": "expansion",
            "version": "2",
            "steps": ["expand"],
            "autologous": False,
            "long_expansion": False,
            "genetic_modification": modified,
            "clone_screening": False,
            "low_manipulation": False,
            "short_cycle": True,
            "vector_type": "lentivirus" if modified else "none",
            "max_passage": 5,
        },
    )


def modified_study(play: Play, what: str) -> None:
    """A study that needs five years, for one of the reasons there are."""
    if what == "product":
        product = specification(product_class="gene_edited_cell")
        play.add("product.specified/v1", "P1", product)
    body = {"risk": "high"} if what == "risk" else {}
    drafted_study(play, long_surviving=what == "survival", **body)


@pytest.mark.sentence("B37", "blocks")
@pytest.mark.parametrize("what", ["product", "risk", "survival"])
def test_modified_long_surviving_or_high_risk_cells_need_five_years(play: Play, what: str) -> None:
    modified_study(play, what)
    follow_up(play, 59)
    assert asked(play, "FUP-002") == "violated"
    assert play.outcome("FUP-001") == "satisfied"


@pytest.mark.sentence("B37", "passes")
@pytest.mark.parametrize("what", ["product", "risk", "survival"])
def test_five_years_of_follow_up_are_enough(play: Play, what: str) -> None:
    modified_study(play, what)
    follow_up(play, 60)
    assert asked(play, "FUP-002") == "satisfied"


@pytest.mark.parametrize(("modified", "outcome"), [(True, "violated"), (False, "satisfied")])
def test_a_process_that_modifies_genes_needs_five_years_whatever_the_product_says(
    play: Play, modified: bool, outcome: str
) -> None:
    drafted_study(play)
    process(play, modified)
    play.add(
        "study.drafted/v1",
        "T3",
        {**play.events("T1")[0].body.plain(), "number": "T3"},
        {
            "sponsor": "H1",
            "institution": "H1",
            "investigator": "pi",
            "product": "P1",
            "process": "PR1",
        },
    )
    follow_up(play, 24, alias="T3")
    assert asked(play, "FUP-002", "T3") == outcome


@pytest.mark.sentence("B38", "blocks")
@pytest.mark.parametrize(
    ("months", "items"), [(36, CHILDREN[:2]), (24, CHILDREN)], ids=["item missing", "no longer"]
)
def test_a_study_with_children_needs_their_items_and_a_longer_follow_up(
    play: Play, months: int, items: tuple[str, ...]
) -> None:
    drafted_study(play, paediatric=True)
    follow_up(play, months, *items)
    assert asked(play, "FUP-003") == "violated"


@pytest.mark.sentence("B38", "passes")
def test_a_study_with_children_followed_up_longer_for_all_three_items_starts(play: Play) -> None:
    drafted_study(play, paediatric=True)
    follow_up(play, 36, *CHILDREN)
    assert asked(play, "FUP-003") == "satisfied"


@pytest.mark.sentence("B38", "passes")
def test_a_risk_assessment_can_stand_for_an_item_of_children(play: Play) -> None:
    drafted_study(play, paediatric=True)
    follow_up(play, 36, *CHILDREN[:2])
    assessment(play, "RA1", "FUP-003", "T1")
    assert asked(play, "FUP-003", assessment="RA1") == "risk_assessed"
