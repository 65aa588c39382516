"""The exit codes, and which family of errors ends with which. An unknown code means failure.

Scripts at a border look at this number only: 0 is never reused for "verified, but untrusted", nor
when the reader of the answer went away (141 is 128 + SIGPIPE, as shells count).
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from custody.errors import CustodyError


class Exit(IntEnum):
    """Who must act next, as a number."""

    DONE = 0
    BUG = 1
    USAGE = 2
    NOT_GENUINE = 3
    CANNOT_TELL = 4
    REFUSED = 5
    INPUT = 6
    CONFLICT = 8
    SIGNING_KEY = 9
    NO_LEDGER = 10
    STORAGE = 11
    INTERRUPTED = 130
    CLOSED = 141


FAMILY: Final[dict[str, Exit]] = {
    "input": Exit.INPUT,
    "refused": Exit.REFUSED,
    "conflict": Exit.CONFLICT,
    "evidence": Exit.NOT_GENUINE,
    "trust": Exit.CANNOT_TELL,
    "key": Exit.SIGNING_KEY,
    "storage": Exit.STORAGE,
}
NO_LEDGER_CODE: Final = "C701"
DISK_CODE: Final = "C112"
USAGE_CODES: Final = frozenset({"C101", "C102", "C103", "C104", "C105", "C124", "C125"})
VERDICT: Final[dict[str, Exit]] = {
    "genuine": Exit.DONE,
    "not_genuine": Exit.NOT_GENUINE,
    "cannot_tell": Exit.CANNOT_TELL,
}


def exit_of(error: CustodyError) -> Exit:
    """Return the exit code of an error: by code where one code says more, else by family."""
    if error.code == NO_LEDGER_CODE:
        return Exit.NO_LEDGER
    if error.code == DISK_CODE:
        return Exit.STORAGE
    if error.code in USAGE_CODES:
        return Exit.USAGE
    return FAMILY.get(error.family, Exit.BUG)
