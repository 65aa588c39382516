"""The roles a key can be given, checked before anything is signed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from custody import contract
from custody.errors import InputError, Text
from custody_cli.failures import close_matches

NOT_GIVEN: Final = ("root", "holder", "*")
"""Roles nobody is given: what a root key is, what an enrolled key is by itself, and any role."""


def require_roles(given: Sequence[str]) -> None:
    """Refuse a role that no policy can name: it would be on record for good and open nothing.

    Raises:
        InputError: C178, with the roles that look most like it by their code or either label.
    """
    known = {
        code: row for code, row in contract.vocabulary("roles").items() if code not in NOT_GIVEN
    }
    wrong = next((role for role in given if role not in known), None)
    if wrong is None:
        return
    called = {name: code for code, row in known.items() for name in (row["en"], row["zh"], code)}
    near = [called[name] for name in close_matches(wrong.lower(), list(called))]
    codes = list(dict.fromkeys(near)) or list(known)
    listed = Text(", ".join(codes), "、".join(f"{code}（{known[code]['zh']}）" for code in codes))
    raise InputError("C178", where="--role", value=wrong, near=listed)
