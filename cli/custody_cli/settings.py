"""What holds for the whole call: flag, then environment, then the ledger's file, then default.

The options that every command knows are taken out of the arguments here, before Typer sees them, so
that they may stand before or after the command. Secrets are never settings. Only what starts
quickly is imported here: every call passes through.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from custody_cli.words import Lang

LANGS: Final = ("en", "zh")
FLAGS: Final = {"--json", "--quiet", "--no-input", "--no-color"}
VALUED: Final = {"--ledger", "--lang"}
LEDGER_FILE: Final = "ledger.db"
SETTINGS_FILE: Final = "custody.toml"
TRUE: Final = {"1", "true", "yes", "on"}


class Settings(NamedTuple):
    """The settings of one call. `wrong_lang` keeps an unknown language, to be refused."""

    lang: Lang = "en"
    ledger: str = ""
    json: bool = False
    quiet: bool = False
    no_input: bool = False
    colour: bool = False
    wrong_lang: str = ""


def split(argv: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Return the global options in `argv`, and the arguments without them.

    Everything after ``--`` is left alone. A valued option without value, or with an empty one,
    stays in the arguments, where it is refused like any other mistake.
    """
    given: dict[str, str] = {}
    rest: list[str] = []
    words = iter(enumerate(argv))
    for at, text in words:
        name, equals, value = text.partition("=")
        if text == "--":
            rest.extend(argv[at:])
            break
        if text in FLAGS:
            given[text] = "1"
        elif name in VALUED and equals and value:
            given[name] = value
        elif text in VALUED and at + 1 < len(argv) and argv[at + 1]:
            given[text] = next(words)[1]
        elif name in VALUED:
            rest.append(name)
        else:
            rest.append(text)
    return given, rest


def resolve(given: Mapping[str, str], env: Mapping[str, str], *, tty: bool) -> Settings:
    """Return the settings of a call from its flags, the environment and the ledger's own file."""
    place = given.get("--ledger") or env.get("CUSTODY_LEDGER") or ""
    lang = given.get("--lang") or env.get("CUSTODY_LANG") or ""
    if not lang:
        lang = str(_from_ledger(place).get("lang", "")) or _locale(env)
    known: Lang = "zh" if lang == "zh" else "en"
    plain = "--no-color" in given or bool(env.get("NO_COLOR")) or env.get("TERM") == "dumb"
    return Settings(
        lang=known,
        ledger=place,
        json="--json" in given or env.get("CUSTODY_JSON", "").lower() in TRUE,
        quiet="--quiet" in given,
        no_input="--no-input" in given,
        colour=tty and not plain,
        wrong_lang="" if lang in LANGS else lang,
    )


def of_call(argv: Sequence[str]) -> tuple[Settings, list[str]]:
    """Return the settings of this call and the arguments that are left for the command."""
    given, rest = split(argv)
    return resolve(given, os.environ, tty=_is_terminal()), rest


def _is_terminal() -> bool:
    return bool(sys.stdout) and sys.stdout.isatty()


def _locale(env: Mapping[str, str]) -> str:
    name = env.get("LC_ALL") or env.get("LC_MESSAGES") or env.get("LANG") or ""
    return "zh" if name.startswith("zh") else "en"


def _from_ledger(place: str) -> dict[str, object]:
    """Return `custody.toml` of the ledger this call is about; empty when there is none to read.

    Only the language is taken from it: a file in a folder one happens to stand in must not be able
    to run commands or point at keys.
    """
    try:
        folder = os.path.abspath(place or os.curdir)  # noqa: PTH100 - pathlib costs every start
        while not os.path.isfile(os.path.join(folder, LEDGER_FILE)):  # noqa: PTH113, PTH118
            above = os.path.dirname(folder)  # noqa: PTH120
            if place or above == folder:
                return {}
            folder = above
        path = os.path.join(folder, SETTINGS_FILE)  # noqa: PTH118
        if not os.path.isfile(path):  # noqa: PTH113
            return {}
        import tomllib

        with open(path, encoding="utf-8") as file:  # noqa: PTH123
            return tomllib.loads(file.read())
    except (OSError, ValueError):
        return {}
