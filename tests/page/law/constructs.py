"""Every construct of the subset, once or more, in functions that answer with plain JSON.

Nothing here means anything; `CASES` are run by Python and, translated, by the page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from page.law.constructs_of_calls import classes, functions, late_names, mappings
from page.law.constructs_of_flow import comprehensions, errors, generators, matching
from page.law.constructs_of_values import (
    collections_,
    days,
    equality,
    lists_and_tuples,
    order,
    texts,
    truth,
)

CASES: Final[tuple[Callable[[], list[Any]], ...]] = (
    *(truth, equality, order, collections_, lists_and_tuples, comprehensions, matching, errors),
    *(generators, functions, classes, texts, days, late_names, mappings),
)
