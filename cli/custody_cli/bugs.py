"""What is saved of a mistake of ours: where it happened, and no word of what people typed.

The message of an exception can quote any value, a patient's code as well; it is left out, and so
are the variables of all frames. The lines of the program that were running say enough.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator


def traced(bug: BaseException) -> str:
    """Return the kinds of exceptions behind `bug`, the first cause first, with their frames."""
    parts = []
    for each in reversed(list(_chain(bug))):
        name = f"{type(each).__module__}.{type(each).__qualname__}"
        frames = "".join(traceback.format_tb(each.__traceback__))
        parts.append(f"{name} (its message is left out: it may quote personal data)\n{frames}")
    return "\nand then\n\n".join(parts)


def _chain(bug: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    each: BaseException | None = bug
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        yield each
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
