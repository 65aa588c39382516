"""Looking things up, offline: what a code means, what an event type holds."""

from __future__ import annotations

from typing import Annotated, Any, Final

import typer

from custody.errors import FAMILIES, InputError, catalogue
from custody_cli import pages, root
from custody_cli.console import here
from custody_cli.exits import Exit, exit_of
from custody_cli.failures import close_to
from custody_cli.rulings import term
from custody_cli.words import both, pick

explain_app, schema_app = root.single(), root.single()
APPS: Final = {"explain": explain_app, "schema": schema_app}


@explain_app.command(
    cls=root.Command,
    help=both(
        "Explain a code: an error (C203), a finding of verify (E12), one of its steps (V4) or a "
        "rule (COC-003). Works offline, in both languages.",
        "解释代码：错误（C203）、核验发现（E12）、核验步骤（V4）或规则（COC-003）。可离线使用，两种语言。",
    ),
    epilog="custody explain C701",
)
def explain(
    code: Annotated[
        str, typer.Argument(metavar=both("CODE", "代码"), help=both("the code", "代码"))
    ],
) -> None:
    """Explain a code."""
    console = here()
    wanted = code.strip().upper()
    found = _error(wanted) or _finding(wanted) or _step(wanted) or _rule(wanted)
    if found is None:
        raise InputError("C118", where=code, typed=code, near=close_to(wanted, codes()) or "–")
    if console.json:
        console.document("explain", found)
        return
    for version in [*found.get("earlier", ()), found]:
        _tell(found["code"], version)


def _tell(code: str, found: dict[str, Any]) -> None:
    console = here()
    console.out(f"{console.paint(code, 'bold')}  {found['title'][console.lang]}")
    rows = [(console.word(k), found[k][console.lang]) for k in ("why", "fix") if found.get(k)]
    rows += [(LABELS[n][console.lang], _worded(n, found[n])) for n in LABELS if found.get(n)]
    console.fields(rows)


def _worded(name: str, value: Any) -> str:
    """Return a property of a rule in words; what has no vocabulary stays as it is."""
    if name == "gates":
        return ", ".join(term("gates", gate) for gate in str(value).split(", "))
    known = {"severity": "severities", "basis": "bases"}
    return term(known[name], str(value)) if name in known else str(value)


LABELS: Final = {
    "source": {"en": "source", "zh": "依据"},
    "severity": {"en": "severity", "zh": "效力"},
    "basis": {"en": "basis", "zh": "依据性质"},
    "exit": {"en": "exit code", "zh": "退出码"},
    "gates": {"en": "asked by", "zh": "适用关口"},
    "effective_from": {"en": "in force from", "zh": "生效日"},
    "effective_to": {"en": "until", "zh": "失效日"},
}


def codes() -> list[str]:
    """Return every code that can be explained."""
    from custody import contract
    from custody_cli.verdict import STEPS

    rules = [r.id for r in _rules()]
    errors = [code for family in FAMILIES for code in catalogue(family)]
    return sorted({*errors, *contract.vocabulary("findings"), *STEPS, *rules})


def _error(code: str) -> dict[str, Any] | None:
    for family, cls in FAMILIES.items():
        texts = catalogue(family).get(code)
        if texts:
            return {
                "code": code,
                "family": family,
                "exit": int(exit_of(cls(code))),
                "title": {lang: _unfilled(texts[lang]["what"]) for lang in ("en", "zh")},
                "why": {lang: _unfilled(texts[lang]["why"]) for lang in ("en", "zh")},
                "fix": {lang: _unfilled(texts[lang]["fix"]) for lang in ("en", "zh")},
            }
    return None


def _unfilled(text: str) -> str:
    """Return a text as it reads before it is known what it is about: an ellipsis for each value."""
    return text.format_map(_Gaps())


class _Gaps(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def _step(code: str) -> dict[str, Any] | None:
    """Return what a step of `verify` looks at."""
    from custody_cli.verdict import STEPS

    if code not in STEPS:
        return None
    title = {lang: pick(STEPS[code], lang) for lang in ("en", "zh")}
    why = {"en": "one of the nine steps of custody verify", "zh": "custody verify 九个步骤之一"}
    return {"code": code, "family": "step", "title": title, "why": why}


def _finding(code: str) -> dict[str, Any] | None:
    from custody import contract

    texts = contract.vocabulary("findings").get(code)
    if texts is None:
        return None
    return {
        "code": code,
        "family": "finding",
        "exit": f"{int(Exit.NOT_GENUINE)} / {int(Exit.CANNOT_TELL)}",
        "title": {lang: texts[lang]["title"] for lang in ("en", "zh")},
        "why": {lang: texts[lang]["why"] for lang in ("en", "zh")},
        "fix": {lang: texts[lang]["hint"] for lang in ("en", "zh")},
    }


def _rules() -> list[Any]:
    from custody.rules import pack  # noqa: F401 - importing declares every rule
    from custody.rules.model import RULES

    return RULES


def _rule(code: str) -> dict[str, Any] | None:
    """Return the rule as it is in force last; earlier or later readings stand below it."""
    versions = sorted((r for r in _rules() if r.id == code), key=lambda r: r.effective_from)
    if not versions:
        return None
    *earlier, last = (_rule_version(r) for r in versions)
    return {"code": code, "family": "rule", **last, "earlier": earlier}


def _rule_version(rule: Any) -> dict[str, Any]:
    return {
        "title": {"en": rule.title.en, "zh": rule.title.zh},
        "fix": {"en": rule.remedy.en, "zh": rule.remedy.zh},
        "source": rule.source,
        "severity": rule.severity.value,
        "basis": rule.basis.value,
        "gates": ", ".join(rule.gates),
        "effective_from": rule.effective_from.isoformat(),
        "effective_to": rule.effective_to.isoformat() if rule.effective_to else "",
    }


@schema_app.command(
    cls=root.Command,
    help=both(
        "Print the JSON Schema of an event type's body, or list all event types.",
        "输出事件类型内容的 JSON Schema，或列出全部事件类型。",
    ),
    epilog="custody schema vial.thawed/v1",
)
def schema(
    type_name: Annotated[
        str | None,
        typer.Argument(metavar=both("TYPE", "类型"), help=both("the event type", "事件类型")),
    ] = None,
) -> None:
    """Print the contract of an event type."""
    from custody import contract

    console = here()
    if type_name is not None:
        if not contract.is_known(type_name):
            near = close_to(type_name, tuple(contract.types())) or "–"
            raise InputError("C119", where=type_name, type=type_name, near=near)
        from custody_cli.console import as_json

        console.out(as_json(contract.schema(type_name)))
        return
    known = contract.types()
    if console.json:
        console.document("schema", {"types": list(known.values())})
        return
    head = [console.t("type", "类型"), console.t("command", "命令"), console.t("title", "名称")]
    console.table(
        head,
        [
            [name, "–" if e["plumbing"] else " ".join(e["command"]), pages.title_of(e)]
            for name, e in known.items()
        ],
    )
