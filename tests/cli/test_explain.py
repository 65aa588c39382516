"""Every code can be looked up, offline, in both languages."""

from __future__ import annotations

import re
import subprocess

import pytest

from cli.stage import CUSTODY, typed
from custody import contract
from custody.errors import FAMILIES, catalogue
from custody_cli.commands import reference

CODES = sorted((family, code) for family in FAMILIES for code in catalogue(family))


@pytest.mark.parametrize(("family", "code"), CODES)
def test_every_error_has_all_six_texts_without_blame_or_capital(family: str, code: str) -> None:
    texts = catalogue(family)[code]
    for lang in ("en", "zh"):
        assert set(texts[lang]) == {"what", "why", "fix"}
        assert all(text.strip() for text in texts[lang].values())
    assert not texts["en"]["what"][0].isupper() or texts["en"]["what"].split()[0].isupper()


def test_every_error_and_finding_can_be_explained_in_both_languages() -> None:
    codes = [code for _, code in CODES] + sorted(contract.vocabulary("findings"))
    for lang in ("en", "zh"):
        for code in codes:
            said = typed("explain", code, "--lang", lang)
            assert said.code == 0, code
            assert said.out.startswith(f"{code}  "), code


def test_every_rule_can_be_explained_with_its_source() -> None:
    from custody.rules import pack  # noqa: F401 - importing declares every rule
    from custody.rules.model import RULES

    for rule in RULES:
        found = typed("explain", rule.id, "--json").object
        told = {v["source"]: v["title"] for v in [found, *found["earlier"]]}
        assert told[rule.source] == {"en": rule.title.en, "zh": rule.title.zh}


def test_a_code_typed_in_small_letters_is_found() -> None:
    assert typed("explain", "c101").out == typed("explain", "C101").out


def test_a_code_that_does_not_exist_is_an_input_error() -> None:
    said = typed("explain", "C999", "--json")
    assert (said.code, said.error["code"]) == (6, "C118")


def test_the_schema_of_a_type_is_the_published_one() -> None:
    assert typed("schema", "vial.thawed/v1").object == contract.schema("vial.thawed/v1")


def test_all_types_are_listed_with_their_command() -> None:
    said = typed("schema")
    assert "vial.thawed/v1" in said.out
    assert "vial thaw" in said.out
    assert {t["type"] for t in typed("schema", "--json").object["types"]} == set(contract.types())


@pytest.mark.parametrize(("family", "code"), CODES)
def test_no_explanation_shows_a_template(family: str, code: str) -> None:
    told = reference._error(code)
    assert told is not None
    for part in ("title", "why", "fix"):
        for text in told[part].values():
            assert not re.search(r"\{\w*\}", text)


def test_a_rule_is_explained_by_a_program_that_has_done_nothing_else_yet() -> None:
    done = subprocess.run([CUSTODY, "explain", "DON-007"], capture_output=True, timeout=60)
    assert done.returncode == 0
    assert b"DON-007" in done.stdout
