"""Short stories that bring a `Play` to where a test begins; every value can be overridden."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from domain.play import Play

MARKERS = ("hiv", "hbv", "hcv", "syphilis")
SAFETY = ("sterility", "mycoplasma", "endotoxin", "adventitious_virus")


def paper(kind: str) -> dict[str, Any]:
    """Return a document of that kind."""
    name = f"{kind}.pdf"
    return {
        "kind": kind,
        "name": name,
        "media_type": "application/pdf",
        "size": 1,
        "sha256": "0" * 64,
    }


def results(markers: Iterable[str], outcome: str = "non_reactive") -> list[dict[str, Any]]:
    """Return one screening result per marker."""
    return [
        {"marker": m, "outcome": outcome, "method": "CLIA", "sampled_on": "2026-08-20"}
        for m in markers
    ]


def registered_donor(play: Play, alias: str = "D1", **body: Any) -> None:
    """A donation is registered."""
    usual = {
        "number": alias,
        "relation": "allogeneic",
        "tissue": "umbilical_cord",
        "leukocyte_rich": False,
    }
    play.add("donor.registered/v1", alias, {**usual, **body})


def consented(play: Play, alias: str = "D1", *scopes: str) -> None:
    """The donor agrees in writing."""
    body = {"scopes": scopes or ("collection", "manufacture"), "version": "1"}
    play.add("donor.consented/v1", alias, {**body, "documents": [paper("consent_form")]})


def cleared_donor(play: Play, alias: str = "D1", **body: Any) -> None:
    """A donation is registered, agreed to, screened without a finding and cleared."""
    registered_donor(play, alias, **body)
    consented(play, alias)
    play.add("donor.screened/v1", alias, {"results": results(MARKERS)})
    play.add("donor.cleared/v1", alias, {"determination": "eligible"})


def collected_sample(play: Play, alias: str = "S1", donation: str = "D1") -> None:
    """A sample of ten millilitres is taken."""
    body = {"number": alias, "volume": "10", "unit": "mL", "container": "tube 1"}
    play.add("sample.collected/v1", alias, body, {"donation": donation})


def received_sample(play: Play, alias: str = "S1", donation: str = "D1") -> None:
    """A sample is taken and arrives."""
    collected_sample(play, alias, donation)
    play.add("sample.received/v1", alias, {"condition": "intact"})


def established_bank(play: Play, alias: str = "B1", sample: str = "S1") -> None:
    """A master bank is made of a sample."""
    body = {"number": alias, "level": "master", "passage": 2}
    play.add("bank.established/v1", alias, body, {"origin": sample})


def passed_tests(play: Play, alias: str = "B1", tests: Iterable[str] = SAFETY) -> None:
    """The bank passes its tests."""
    for test in tests:
        body = {"test": test, "verdict": "pass", "documents": [paper("report")]}
        play.add("bank.tested/v1", alias, body)


def qualified_bank(play: Play, alias: str = "B1") -> None:
    """From a cleared donor over a sample to a qualified master bank."""
    cleared_donor(play)
    received_sample(play)
    established_bank(play, alias)
    passed_tests(play, alias)
    play.add("bank.qualified/v1", alias)


def frozen_vial(play: Play, alias: str = "V1", bank: str = "B1") -> None:
    """A vial of the bank is frozen."""
    body = {"number": alias, "position": "tank 1", "cells": "1000000", "unit": "{cells}"}
    play.add("vial.frozen/v1", alias, body, {"bank": bank})


def received_lot(play: Play, alias: str = "L1", **body: Any) -> None:
    """A lot of medicinal grade with its certificate arrives."""
    usual = {
        "number": alias,
        "item": "basal medium",
        "supplier_name": "Supplier",
        "grade": "medicinal",
        "contains_beta_lactam": False,
        "animal_origin": "none",
        "quantity": "500",
        "unit": "mL",
        "expires_on": "2026-12-31",
        "documents": [paper("coa")],
    }
    play.add("material.received/v1", alias, {**usual, **body})


def accepted_lot(play: Play, alias: str = "L1", **body: Any) -> None:
    """A lot arrives and quality accepts it."""
    received_lot(play, alias, **body)
    play.add("material.accepted/v1", alias)


PROCESS = {
    "number": "PR1",
    "name": "expansion in flasks",
    "version": "2",
    "steps": ["thaw", "expand", "harvest", "fill"],
    "autologous": False,
    "long_expansion": True,
    "genetic_modification": False,
    "clone_screening": False,
    "low_manipulation": False,
    "short_cycle": False,
    "vector_type": "none",
    "max_passage": 6,
}
SPARING = {
    "autologous": True,
    "long_expansion": False,
    "low_manipulation": True,
    "short_cycle": True,
}


def approved_process(play: Play, alias: str = "PR1", **flags: Any) -> None:
    """A process of product P1 is approved in version 2."""
    body = {**PROCESS, "number": alias, **flags}
    play.add("process.approved/v1", alias, body, {"product": "P1"})


def specified_product(play: Play, alias: str = "P1", **body: Any) -> None:
    """A product is specified, with what is done to its cells."""
    usual = {"number": alias, "manipulations": ["expansion"]}
    play.add("product.specified/v1", alias, specification(**{**usual, **body}))


def specification(**body: Any) -> dict[str, Any]:
    """Return the body of a product's first specification."""
    usual = {
        "number": "P1",
        "name": "cord cell injection",
        "product_class": "stem_cell_preparation",
        "intended_use": "overseas_clinical_trial",
        "version": "1.0",
        "storage_min": "-196",
        "storage_max": "-150",
        "release_tests": [
            {"test": "sterility", "expected": "negative"},
            {"test": "viability", "unit": "%", "minimum": "80"},
        ],
    }
    return {**usual, **body}


def assessment(
    play: Play, alias: str, rule: str, covers: str, purpose: str = "risk_assessment"
) -> None:
    """Quality approves an assessment of one rule for one item."""
    body = {"number": alias, "purpose": purpose, "rule": rule, "conclusion": "acceptable"}
    play.add("assessment.approved/v1", alias, body, {"covers": covers})
