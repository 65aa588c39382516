"""From Typer's complaints about the command line to errors of our own, in both languages."""

from __future__ import annotations

import re
from typing import Any, Final

from custody.errors import InputError
from custody_cli.console import here
from custody_cli.failures import close_to
from custody_cli.settings import VALUED

_EXTRA: Final = re.compile(r"extra argument\(?s?\)? \((?P<words>.*)\)$")


def explained(mistake: Any) -> InputError:
    """Return the input error (C101 to C105) for a usage mistake that Typer found.

    Typer has one class per kind of mistake but publishes only their base, so they are told apart
    by what they carry.
    """
    context = getattr(mistake, "ctx", None)
    where = str(context.command_path) if context else "custody"
    option = getattr(mistake, "option_name", "")
    parameter = getattr(mistake, "param", None)
    if option in VALUED:  # known everywhere, so it is here without its value
        return InputError("C103", where=where, name=option)
    if option and hasattr(mistake, "possibilities"):
        known = _options(context)
        near = close_to(option, known) or ", ".join(mistake.possibilities or ()) or "--help"
        return InputError("C102", where=where, option=option, near=near)
    if option:
        return InputError("C103", where=where, name=option)
    if parameter is not None and getattr(mistake, "param_type", "no") != "no":
        return InputError("C103", where=where, name=_name(parameter))
    extra = _EXTRA.search(mistake.message)
    if extra is not None:
        return InputError("C124", where=where, extra=extra["words"])
    if parameter is not None and "greater than or equal" in mistake.message:
        needed = here().t("a number from 1 on is needed", "此处需要不小于 1 的整数")
        return InputError("C105", where=f"{where} {_name(parameter)}", detail=needed)
    if parameter is not None and "valid integer" in mistake.message:
        needed = here().t("a whole number is needed", "此处需要整数")
        return InputError("C105", where=f"{where} {_name(parameter)}", detail=needed)
    if parameter is not None:
        return InputError("C105", where=f"{where} {_name(parameter)}", detail=mistake.message)
    return InputError("C105", where=where, detail=mistake.format_message().rstrip("."))


def _options(context: Any) -> list[str]:
    if context is None:
        return []
    return [o for p in context.command.get_params(context) for o in (*p.opts, *p.secondary_opts)]


def _name(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return here().pick(parameter.metavar or parameter.name.upper())
    return str(parameter.opts[0])
