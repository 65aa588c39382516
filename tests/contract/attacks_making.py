"""Attacks on the story up to the release: donors, materials, making, testing, releasing.

Told by a program without any check, under real keys; the verifier asks every rule again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract.attacks_case import Attack, vectors_of
from contract.attacks_story import Act, BentLedger, bent, nothing, saying, told_in
from contract.vector_cases import Vector
from contract.vector_story import ANALYST, BY_PHYSICIAN, BY_QA, MAKER, RELEASER, paper

BATCH = "B-2026-014"
DONOR = "DON-2026-001"
CONSENT = Act(
    "donor.consented/v1",
    DONOR,
    {
        "scopes": ["collection", "manufacture", "export"],
        "version": "ICF-3",
        "documents": [paper("consent_form")],
    },
    BY_PHYSICIAN,
)
WITHDRAWN = Act(
    "donor.consent_withdrawn/v1", DONOR, {"scopes": ["export"], "reason": "letter"}, BY_PHYSICIAN
)
DEVIATION = Act(
    "deviation.opened/v1",
    "DEV-2026-003",
    {
        "number": "DEV-2026-003",
        "title": "incubator door open",
        "severity": "major",
        "description": "open for two hours",
    },
    [(MAKER, "operator", "performed")],
    (("affects", BATCH),),
)


def vectors() -> Iterator[Vector]:
    """Yield the vectors of this file."""
    yield from vectors_of(*GROUPS)


def donors() -> Iterator[Attack]:
    yield told_in(
        "d01_no_consent",
        "Cells of a donor who never consented. Each gate that rests on consent says so: "
        "collection, manufacture (DON-004) and export (HGR-003).",
        "供者从未知情同意。凡以同意为前提的关口均指出：采集、制备（DON-004）与出境（HGR-003）。",
        bent({"donor.consented": nothing}),
        "DON-007",
        "DON-004",
        "HGR-003",
    )
    yield told_in(
        "d02_consent_after_collection",
        "The consent is written down after the cells were taken.",
        "采集之后才补记知情同意。",
        bent({"donor.consented": nothing, "sample.collected": lambda a: (a, CONSENT)}),
        "DON-007",
        published=False,
    )
    yield told_in(
        "d03_consent_not_for_export",
        "The donor consented to collection and manufacture, not to export.",
        "供者同意采集与制备，但未同意出境。",
        bent({"donor.consented": saying(scopes=["collection", "manufacture"])}),
        "HGR-003",
        published=False,
    )
    yield told_in(
        "d04_consent_withdrawn",
        "The donor took the consent to export back before the shipment was sealed.",
        "发运封箱之前，供者已撤回出境同意。",
        bent({"shipment.planned": lambda a: (WITHDRAWN, a)}, WITHDRAWN.type),
        "HGR-003",
        published=False,
    )
    yield told_in(
        "d05_one_marker_not_tested",
        "The donor was not tested for HIV, and cleared nevertheless.",
        "供者未检测 HIV 却被判定合格。",
        bent({"donor.screened": lambda a: (a.saying(results=a.body["results"][1:]),)}),
        "DON-001",
        published=False,
    )
    yield told_in(
        "d06_reactive_donor_cleared",
        "The donor was reactive for HIV, and cleared nevertheless.",
        "供者 HIV 呈反应性却被判定合格。",
        bent({"donor.screened": _reactive}),
        "DON-001",
    )
    yield told_in(
        "d07_donor_never_cleared",
        "Nobody ever determined whether the donor is eligible. What is made of it is asked about "
        "again at the release and at the border (REL-002).",
        "从未判定供者是否合格；放行与出境时再次追问其来源（REL-002）。",
        bent({"donor.cleared": nothing}),
        "DON-005",
        "REL-002",
        published=False,
    )
    yield told_in(
        "d08_nothing_retained",
        "No part of the donated sample was kept for later questions.",
        "捐献样本未留样备查。",
        bent({"sample.retained": nothing}),
        "BNK-002",
        published=False,
    )


def _reactive(act: Act) -> tuple[Act, ...]:
    first, *others = act.body["results"]
    return (act.saying(results=[{**first, "outcome": "reactive"}, *others]),)


def materials() -> Iterator[Attack]:
    yield told_in(
        "d09_lot_expired",
        "A lot of medium is accepted and used on the day after it expired.",
        "培养基过期次日仍被验收并使用。",
        bent({"material.received": saying(expires_on="2026-11-19")}),
        "MAT-005",
        published=False,
    )
    yield told_in(
        "d10_lot_not_accepted",
        "A lot is used that quality never accepted.",
        "使用未经质量验收的物料批。",
        bent({"material.accepted": nothing}),
        "E25",
        step="V7",
        published=False,
    )
    yield told_in(
        "d11_more_used_than_there_is",
        "A little more medium is used than the lot ever held.",
        "用量略多于该批的总量。",
        bent({"batch.material_consumed": saying(quantity="500.000000001")}),
        "E25",
        step="V7",
    )
    yield told_in(
        "d12_prohibited_antibiotic",
        "The medium holds a beta-lactam antibiotic.",
        "培养基含 β-内酰胺类抗生素。",
        bent({"material.received": saying(contains_beta_lactam=True)}),
        "MAT-002",
        published=False,
    )
    yield told_in(
        "d13_no_certificate",
        "A lot without a certificate of analysis is accepted.",
        "无检验报告的物料批被验收。",
        bent({"material.received": saying(documents=None)}),
        "MAT-006",
        published=False,
    )


def release() -> Iterator[Attack]:
    both = {MAKER: ["collector", "operator", "quality_authority", "warehouse"]}
    by_maker = [(MAKER, "quality_authority", "released")]
    yield told_in(
        "d14_released_by_the_maker",
        "The person who made the batch releases it, as quality authority nobody qualified "
        "(QUA-001).",
        "制备者本人放行该批次，且其质量受权人资质无人确认（QUA-001）。",
        bent({"batch.released": lambda a: (a.signed_by(*by_maker),)}, roles=both),
        "QUA-002",
        "QUA-001",
        published=False,
    )
    yield told_in(
        "d15_released_by_the_tester",
        "The quality authority releases what the same person tested.",
        "质量受权人放行本人检验的批次。",
        bent(
            {"batch.tested": lambda a: (a.signed_by((RELEASER, "qc_analyst", "performed")),)},
            roles={RELEASER: ["qc_analyst", "quality_authority"]},
        ),
        "QUA-002",
        published=False,
    )
    yield told_in(
        "d16_releaser_without_qualification",
        "The quality authority who releases was never qualified.",
        "放行的质量受权人从未取得资质。",
        bent({"person.qualified": nothing}),
        "QUA-001",
    )
    yield told_in(
        "d17_releaser_with_too_little_experience",
        "The quality authority has worked in quality management for two years.",
        "质量受权人从事质量管理仅两年。",
        bent({"person.qualified": saying(experience_from="2024-06-01")}),
        "QUA-001",
        published=False,
    )
    yield told_in(
        "d18_releaser_qualifies_oneself",
        "The quality authority signs the own qualification.",
        "质量受权人签署本人的资质。",
        bent(
            {"person.qualified": lambda a: (a.signed_by((RELEASER, "qa", "approved")),)},
            roles={RELEASER: ["qa", "quality_authority"]},
        ),
        "PER-001",
        published=False,
    )
    yield told_in(
        "d19_released_without_a_test",
        "The batch is released although its release test was never run; the export asks again "
        "(REL-008).",
        "未做放行检验即放行；出境时再次追问（REL-008）。",
        bent({"batch.tested": nothing, "batch.test_reviewed": nothing}),
        "REL-001",
        "REL-008",
        published=False,
    )
    yield told_in(
        "d20_failed_test_called_a_pass",
        "A viability of 79.9 % is called a pass; the specification demands 80. The export asks "
        "again (REL-008), and so does the story (E25).",
        "存活率 79.9% 被称为合格，而规格要求 80%。出境（REL-008）与全程核查（E25）再次指出。",
        bent({"batch.tested": saying(value="79.9")}),
        "REL-001",
        "REL-008",
        "E25",
    )
    yield told_in(
        "d21_test_failed_after_the_release",
        "A repeated test fails after the release, and nobody acts.",
        "放行后复检不合格，无人处理。",
        bent(then=lambda ledger: ledger.force(_failed())),
        "E25",
        published=False,
    )
    yield told_in(
        "d22_own_test_reviewed",
        "The analyst reviews the own test.",
        "检验员复核本人的检验。",
        bent(
            {"batch.test_reviewed": lambda a: (a.signed_by((ANALYST, "qc_reviewer", "reviewed")),)},
            roles={ANALYST: ["qc_analyst", "qc_reviewer"]},
        ),
        "E25",
        step="V7",
        published=False,
    )
    noted = ("deviation.opened/v1", "batch.deviation_noted/v1", "batch.held/v1")
    yield told_in(
        "d23_deviation_open",
        "A major deviation is open when the batch is released, and still at the export (REL-008).",
        "放行时重大偏差尚未关闭，出境时依然如此（REL-008）。",
        bent({"batch.reviewed": lambda a: (DEVIATION, a)}, *noted),
        "GMP-001",
        "REL-008",
        published=False,
    )
    yield told_in(
        "d24_line_not_cleared",
        "Nobody cleared the line before the batch was made.",
        "制备前未清场。",
        bent({"batch.line_cleared": nothing}),
        "GMP-001",
        published=False,
    )
    yield told_in(
        "d25_one_passage_too_many",
        "The cells were passaged once more than the product allows.",
        "细胞传代次数比规格多一次。",
        bent({"batch.completed": saying(passage=7)}),
        "REL-003",
        published=False,
    )
    yield told_in(
        "d26_released_again_after_a_recall",
        "A recalled batch is released a second time.",
        "已召回的批次再次放行。",
        bent(then=_released_again),
        "E25",
        step="V7",
        published=False,
    )


def _failed() -> Act:
    body = {
        "test": "viability",
        "value": "61.0",
        "unit": "%",
        "verdict": "fail",
        "method": "dye exclusion, SOP-QC-12",
        "sample": "QC-2",
    }
    return Act("batch.tested/v1", BATCH, body, [(ANALYST, "qc_analyst", "performed")])


def _released_again(ledger: BentLedger) -> None:
    ledger.force(Act("batch.recalled/v1", BATCH, {"reason": "sterility in doubt"}, BY_QA))
    by = [(RELEASER, "quality_authority", "released")]
    ledger.force(Act("batch.released/v1", BATCH, {}, by))


GROUPS: Final = (donors, materials, release)
