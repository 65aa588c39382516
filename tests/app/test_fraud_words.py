"""What a fraud proof shows, or lacks, is said in Chinese as well."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from custody.app.details import detail_zh
from custody.evidence import fraud_proof

SOURCE = Path(fraud_proof.__file__).read_text(encoding="utf-8")
CLAUSES = [
    re.sub(r"\{[^}]*\}", "7", text)
    for text in re.findall(r'(?:Error\(f?|return f?)"([^"]{15,})"', SOURCE)
]


def test_the_clauses_were_found() -> None:
    assert len(CLAUSES) > 25


@pytest.mark.parametrize("clause", CLAUSES)
def test_every_clause_has_its_chinese(clause: str) -> None:
    assert detail_zh(clause), clause
