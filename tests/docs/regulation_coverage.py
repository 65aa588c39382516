"""The page that tells, sentence by sentence, which rule answers an article and what proves it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules import coverage

ARTICLES: Final = {
    "A": "news item on the export of cell products for trials abroad",
    "B": "summary of the guideline on tissue stem cell therapy, version 1",
}


def page() -> list[str]:
    """Return the lines of `docs/reference/regulation-coverage.md`."""
    rows = coverage.rows()
    asking = [r for r in rows if r.kind == "rule"]
    done = sum(not r.missing for r in asking)
    lines = [
        "# Coverage of the two source articles",
        "",
        f"{len(rows)} sentences; {len(asking)} ask for something, {done} of them have a rule and",
        "tests of both answers. The sentences are told in our own words. *Blocks* lists the tests",
        "that prove that the rule says no (or, for an advisory, speaks), *passes* those that prove",
        "that it lets the right case through. An engineer's reading; not legal advice.",
    ]
    for letter, title in ARTICLES.items():
        lines += ["", f"## {letter}: {title}"]
        for row in rows:
            if row.id.startswith(letter):
                lines += ["", f"### {row.id}", "", f"{row.gist['en']} · {row.gist['zh']}", ""]
                lines += facts(row)
    return lines


def facts(row: coverage.Row) -> Iterator[str]:
    """Yield what stands below a sentence."""
    if row.kind == "context":
        yield "- context; nothing to check"
        return
    for rule in row.rules:
        anchor = rule.id.lower()
        strength = f"{rule.severity.value}, {rule.basis.value}"
        yield f"- [{rule.id}](rules.md#{anchor}) ({strength}): {rule.title.en}; {rule.source}"
    for proof in coverage.PROOFS:
        for place in getattr(row, proof):
            file, _, name = place.partition("::")
            yield f"- {proof}: `{name}` in `tests/{file}`"
    if row.missing:
        yield f"- missing: {', '.join(row.missing)}"
