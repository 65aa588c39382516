"""How rulings are told: one line each, with its reasons, its ground and its remedy below.

Words and marks only; what was ruled is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from custody_cli import labels
from custody_cli.console import here, hung, padded

COLOURS: Final = {True: "green", False: "red"}


def source_of(ruling: Mapping[str, Any]) -> tuple[str, str]:
    """Return the row that says where a rule comes from and how firm that ground is."""
    source = str(ruling["source"])
    basis = term("bases", ruling["basis"]) if ruling["basis"] else ""
    told = source if source.startswith(basis) else f"{basis}: {source}"
    return (here().word("source"), told)


def ruled(good: bool | None, rule: str, outcome: str, title: str) -> None:
    """Write one ruling: mark (none for a remark), rule, outcome, and what was asked or found."""
    c = here()
    word = padded(c.t("remark", "提示") if good is None else term("rule_outcomes", outcome), 12)
    mark = c.paint("!", "yellow") if good is None else c.paint(c.mark(good), COLOURS[good])
    for line in hung(f"  {mark} {c.paint(rule, 'bold')}  {word}  ", title, c.width):
        c.out(line)


def below(rows: Iterable[tuple[str, str]], indent: int = 13) -> None:
    """Write labelled texts below a ruling; rows without text are left out."""
    c = here()
    for label, text in rows:
        if not text:
            continue
        lead = f"{c.paint(label, 'dim')}  " if label else ""
        for line in hung(" " * indent + lead, text, c.width):
            c.out(line)


def tell_remark(remark: Mapping[str, Any]) -> None:
    """Write what is remarked beside an event; the event keeps its words."""
    c = here()
    ruled(None, remark["rule"], "remark", labels.sentence(remark["why"][c.lang]))


def term(vocabulary: str, code: str) -> str:
    """Return the label of a code in the language of the call, the code where there is none."""
    from custody import contract

    return contract.label(vocabulary, code, here().lang)
