"""Any mutation of a genuine bundle: the page says what Python says, finding for finding."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from page.browser import Case, verify_in_browser
from properties.mutations import DOCUMENT, MUTATIONS, genuine, now, same_in_meaning, trust_file
from properties.test_any_mutation import judged

BATCH = 50
BATCHES = 40 if "CUSTODY_FUZZ" in os.environ else 3


def in_browser(raws: list[bytes]) -> list[dict[str, Any]]:
    """Judge bundles in one page, with the clock, trust file and document of the Python half."""
    return verify_in_browser(
        [Case(raw, trust_file(), now(), documents=[DOCUMENT]) for raw in raws],
    )


def test_what_is_mutated_is_genuine_in_the_page() -> None:
    (report,) = in_browser([genuine()])
    assert (report["verdict"], report["level"]) == ("genuine", "L5")


# Failing batches are not made smaller: each try would open the page anew.
@settings(
    max_examples=BATCHES,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.lists(MUTATIONS, min_size=BATCH, max_size=BATCH))
def test_any_mutation_gets_the_same_answer_in_both_verifiers(raws: list[bytes]) -> None:
    for raw, report in zip(raws, in_browser(raws), strict=True):
        wanted = judged(raw).plain()
        assert {key: report[key] for key in wanted} == wanted
        if report["verdict"] == "genuine":
            assert same_in_meaning(raw)
