"""Where passphrases come from: a prompt, a file descriptor, or a command. Never a flag or variable.

Each source is a function from a key name to the passphrase bytes; it keeps nothing on disk.
"""

from __future__ import annotations

import getpass
import os
import shlex
import subprocess
import unicodedata
import warnings
from collections.abc import Callable

from custody.errors import SigningKeyError, Text

PassphraseSource = Callable[[str], bytes]

_LIMIT = 4096
_COMMAND_TIMEOUT = 60


def from_prompt(
    label: str = "Passphrase for {name}: ", again: str | None = None
) -> PassphraseSource:
    """Ask on the terminal without echo; with `again` (a second label) ask twice for a new key.

    Raises (when called):
        SigningKeyError: C607 empty, C608 no terminal, C612 the two answers differ.
    """

    def ask(name: str) -> bytes:
        said = _asked(label.format(name=name), name)
        if again is not None and _asked(again.format(name=name), name) != said:
            raise SigningKeyError("C612", where=name)
        return _encoded(said, name)

    return ask


def from_descriptor(descriptor: int) -> PassphraseSource:
    """Take the lines of a file descriptor in order, one per key; a single line serves all keys.

    A key asked for again gets its line again.

    Raises (when called):
        SigningKeyError: C607 empty line, C608 not readable, or more keys than lines.
    """
    given: dict[str, bytes] = {}
    lines: list[bytes] | None = None

    def take(name: str) -> bytes:
        nonlocal lines
        if lines is None:
            lines = _lines(descriptor)
        if name not in given:
            if len(lines) > 1 and len(given) >= len(lines):
                raise SigningKeyError(
                    "C608",
                    where=name,
                    detail=Text(
                        f"descriptor {descriptor} has no more lines",
                        f"描述符 {descriptor} 已无更多行",
                    ),
                )
            line = lines[0] if len(lines) == 1 else lines[len(given)]
            given[name] = line
        if not given[name]:
            raise SigningKeyError("C607", where=name)
        return given[name]

    return take


def from_command(command: str) -> PassphraseSource:
    """Run `command` without a shell, the key name in CUSTODY_KEY_NAME; take its first line.

    Raises (when called):
        SigningKeyError: C607 empty line, C608 the command cannot be run, fails or takes over a
            minute. Its output is never shown.
    """

    def run(name: str) -> bytes:
        try:
            done = subprocess.run(  # noqa: S603 - the person's own command, split, without a shell
                shlex.split(command),
                env={**os.environ, "CUSTODY_KEY_NAME": name},
                stdout=subprocess.PIPE,
                timeout=_COMMAND_TIMEOUT,
                check=False,
            )
        except (OSError, ValueError, IndexError, subprocess.TimeoutExpired) as error:
            reason = getattr(error, "strerror", None) or type(error).__name__
            raise SigningKeyError(
                "C608", where=name, detail=Text(f"the command: {reason}", f"所用命令：{reason}")
            ) from error
        if done.returncode != 0:
            raise SigningKeyError(
                "C608",
                where=name,
                detail=Text(
                    f"the command ended with status {done.returncode}",
                    f"所用命令以状态 {done.returncode} 结束",
                ),
            )
        said = done.stdout.split(b"\n", 1)[0].removesuffix(b"\r")
        if not said:
            raise SigningKeyError("C607", where=name)
        return said

    return run


def _asked(label: str, name: str) -> str:
    with warnings.catch_warnings():
        # Without a terminal getpass would warn and then echo what is typed.
        warnings.simplefilter("error", getpass.GetPassWarning)
        try:
            return getpass.getpass(label)
        except EOFError as error:
            ended = Text("the input ended before a passphrase", "未输入口令，输入已结束")
            raise SigningKeyError("C608", where=name, detail=ended) from error
        except (getpass.GetPassWarning, OSError) as error:
            nowhere = Text("there is no terminal", "没有终端")
            raise SigningKeyError("C608", where=name, detail=nowhere) from error


def _encoded(said: str, name: str) -> bytes:
    if not said:
        raise SigningKeyError("C607", where=name)
    # The same passphrase must open the key whichever input method composed its characters.
    return unicodedata.normalize("NFC", said).encode("utf-8", "surrogateescape")


def _lines(descriptor: int) -> list[bytes]:
    content = b""
    try:
        while len(content) <= _LIMIT and (chunk := os.read(descriptor, _LIMIT)):
            content += chunk
    except OSError as error:
        raise SigningKeyError(
            "C608",
            where=str(descriptor),
            detail=Text(
                f"descriptor {descriptor}: {error.strerror}",
                f"描述符 {descriptor}：{error.strerror}",
            ),
        ) from error
    lines = [line.removesuffix(b"\r") for line in content.split(b"\n")]
    if lines[-1] == b"":
        lines.pop()
    if not lines:
        raise SigningKeyError(
            "C608",
            where=str(descriptor),
            detail=Text(f"descriptor {descriptor} is empty", f"描述符 {descriptor} 为空"),
        )
    return lines
