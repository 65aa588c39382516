"""Every check of the verifier is needed: without it, a published vector comes out differently."""

from __future__ import annotations

import pytest

from mutation.mutants import MODULES, alive, corpus, killers, mutants, noticed, outcome, wanted
from mutation.spared import SPARED

MUTANTS = list(mutants())
KILLERS = killers()


@pytest.mark.parametrize("module", MODULES)
def test_no_check_of_a_module_can_be_left_out_unnoticed(module: str) -> None:
    alive_still = [
        mutant.name
        for mutant in MUTANTS
        if mutant.module == module and mutant.name not in SPARED and not noticed(mutant, KILLERS)
    ]
    assert alive_still == [], "a check without a vector needs one, or a reason in spared.py"


def test_what_is_spared_is_there_and_has_no_killer() -> None:
    names = {mutant.name for mutant in MUTANTS}
    assert sorted(SPARED.keys() - names) == []
    assert sorted(name for name in SPARED if KILLERS.get(name)) == []
    assert all(reason for reason in SPARED.values())


def test_without_a_mutant_the_killers_come_out_as_they_must() -> None:
    used = {name for name in KILLERS.values() if name}
    assert len(used) > 60
    assert [
        name for name in sorted(used) if outcome(corpus()[name]) != wanted(corpus()[name])
    ] == []


def test_a_mutant_leaves_no_trace_behind() -> None:
    mutant = next(m for m in MUTANTS if KILLERS.get(m.name))
    folder = corpus()[KILLERS[mutant.name]]
    with alive(mutant):
        assert outcome(folder) != wanted(folder)
    assert outcome(folder) == wanted(folder)
