"""An event type is published whole: schema, example, failing body, README and labels for its codes.

Each finding names the type and what it lacks, so that whoever adds a type knows what is left to do.
"""

from __future__ import annotations

import re

import pytest

from contract.bodies import EXAMPLES, FAILS
from custody import contract
from custody.domain.fold import ASSESSMENT
from custody.domain.model import ANYONE, TYPES, TypeSpec
from custody_cli.surface import COMMANDS

CHINESE = re.compile(r"[\u4e00-\u9fff]")
SPECS = [TYPES[name] for name in sorted(TYPES)]
every_type = pytest.mark.parametrize("spec", SPECS, ids=lambda s: s.name)


def readme(spec: TypeSpec) -> tuple[str, str]:
    """Return the English and the Chinese half of a type's README."""
    place = contract.folder() / contract.types()[spec.name]["path"] / "README.md"
    english, mark, chinese = place.read_text(encoding="utf-8").partition("\n## ")
    assert mark, "there is no Chinese half"
    return english, chinese


@every_type
def test_a_type_is_published_with_its_four_files(spec: TypeSpec) -> None:
    assert spec.name in EXAMPLES, "add an example to tests/contract/examples.json"
    assert spec.name in FAILS, "add a body wrong in one place to tests/contract/fails.json"
    place = contract.folder() / contract.types()[spec.name]["path"]
    files = {path.name for path in place.iterdir()}
    assert files == {"schema.json", "example.json", "example_fail.json", "README.md"}


@every_type
def test_both_halves_of_a_readme_name_every_field_link_and_private_value(spec: TypeSpec) -> None:
    english, chinese = readme(spec)
    names = [*contract.schema(spec.name)["properties"], *(p.name for p in spec.private)]
    names += [rule.rel for rule in spec.links]
    for half in (english, chinese):
        assert [n for n in names if f"- `{n}`" not in half] == []
        assert [s for s in spec.signers if s.role != ANYONE and s.role not in half] == []
    assert spec.title.en in english and spec.meaning.en in english
    assert spec.title.zh in chinese and spec.meaning.zh in chinese
    assert CHINESE.search(spec.title.zh) and CHINESE.search(spec.meaning.zh)
    assert not CHINESE.search(english), "the English half must be English"


def test_a_number_may_be_claimed_for_every_kind_that_bears_one() -> None:
    numbered = {kind for spec in SPECS if spec.aliases for kind in spec.kinds}
    claimed = TYPES["alias.claimed/v1"].link("names")
    assert claimed is not None
    assert numbered - set(claimed.kinds) == set(), "custody.domain.alias.NUMBERED_KINDS"


@every_type
def test_every_code_of_a_type_has_a_label(spec: TypeSpec) -> None:
    used = {
        "kinds": set(spec.kinds) | {kind for rule in spec.links for kind in rule.kinds},
        "roles": {s.role for s in spec.signers},
        "meanings": {s.meaning for s in spec.signers},
        "relations": {r.rel for r in (*spec.links, ASSESSMENT)}
        | {c.back for c in spec.companions if c.back},
        "gates": {spec.gate} if spec.gate else set(),
        "numbers": set(spec.aliases.values()),
        "private_values": {p.name for p in spec.private},
        "statuses": {f"{k}.{s}" for k in spec.kinds for s in (*spec.when, spec.then) if s},
    }
    for name, terms in used.items():
        assert terms - set(contract.vocabulary(name)) == set(), f"events/vocabulary/{name}.json"


@every_type
def test_a_type_says_what_to_do_next_only_with_commands_that_exist(spec: TypeSpec) -> None:
    typed = {" ".join(other.command) for other in SPECS}
    by_hand = {name for name in spec.next if name.split()[0] in COMMANDS}
    assert set(spec.next) - typed - by_hand == set()
