"""Verify Ed25519 signatures: one here, many on another core while this one goes on.

Threads would not do: the interpreter lets one of them run at a time, and a signature is too short
to be worth the change. A copy of the process would have each page copied that both touch. So a
second interpreter is started that loads nothing but this file.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from threading import Timer
from typing import IO, TYPE_CHECKING, Final, Self

import cryptography
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

if TYPE_CHECKING:
    from collections.abc import Sequence
    from subprocess import Popen

Signed = tuple[bytes, bytes, bytes]
"""A public key (32 bytes), a signature (64 bytes) and the message it should be over."""

WORTH_ANOTHER_CORE: Final = 400
"""So many signatures take as long as an interpreter takes to start."""

_KEY, _SIGNATURE, _LENGTH = 32, 64, 4
_HEAD: Final = _KEY + _SIGNATURE + _LENGTH
_FALSE, _TRUE = b"01"
# Isolated: no variable of the environment and no file beside the bundle decides what is loaded. The
# folders are those this very code came from, as they were then, behind the standard library: what a
# program puts on its search path later, or a change of its working folder, must not matter.
_START: Final = (
    "import sys; sys.path += sys.argv[1:];"
    " from custody.evidence.ed25519 import serve; serve(sys.stdin.buffer, sys.stdout.buffer)"
)
_FOLDERS: Final = dict.fromkeys(
    str(Path(file).resolve().parents[up])
    for file, up in (
        (__file__, 2),
        (cryptography.__file__, 1),
        (getattr(sys.modules.get("_cffi_backend"), "__file__", None), 0),
    )
    if file
)
# Seconds until the other interpreter is given up: it may be stopped, or starved.
_PATIENCE, _PATIENCE_EACH = 5.0, 0.002


def verify_ed25519(public: bytes, signature: bytes, message: bytes) -> bool:
    """Tell whether `signature` over `message` is by `public` (RFC 8032); never raises.

    Give only keys that passed `names.check_public_key`: about others, implementations disagree.
    """
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


class Verification:
    """The verification of many signatures, beside whatever else its ``with`` block does.

    Where no second interpreter can be had, and when it ends before its answer is whole (killed, too
    slow, or short of memory), `answers` does the work itself: the other core only ever saves time.
    """

    def __init__(self, expected: int) -> None:
        """Begin to get ready for about `expected` signatures."""
        self._signed: Sequence[Signed] = ()
        self._other = _another() if expected >= WORTH_ANOTHER_CORE else None
        self._limit: Timer | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._limit is not None:
            self._limit.cancel()
        if self._other is not None:
            with suppress(OSError), self._other:
                self._other.kill()

    def give(self, signed: Sequence[Signed]) -> None:
        """Hand over what is to be verified; once."""
        self._signed = signed
        if self._other is not None and self._other.stdin is not None:
            self._limit = Timer(_PATIENCE + _PATIENCE_EACH * len(signed), self._other.kill)
            self._limit.daemon = True
            self._limit.start()
            with suppress(OSError), self._other.stdin as pipe:  # if it is gone, so is its answer
                pipe.write(b"".join(map(_row, signed)))

    def answers(self) -> list[bool]:
        """Wait, and tell of each signature that was given whether it holds."""
        if self._other is not None and self._other.stdout is not None:
            found = self._other.stdout.read()
            if len(found) == len(self._signed) and not found.strip(b"01"):
                return [answer == _TRUE for answer in found]
        return [verify_ed25519(*signed) for signed in self._signed]


def serve(source: IO[bytes], target: IO[bytes]) -> None:
    """Be the second interpreter: read what was given to the end, and answer."""
    given = source.read()
    answers = bytearray()
    at = 0
    while at < len(given):
        length = int.from_bytes(given[at + _HEAD - _LENGTH : at + _HEAD], "big")
        key, signature = given[at : at + _KEY], given[at + _KEY : at + _KEY + _SIGNATURE]
        message = given[at + _HEAD : at + _HEAD + length]
        answers.append(_TRUE if verify_ed25519(key, signature, message) else _FALSE)
        at += _HEAD + length
    target.write(answers)
    target.flush()


def _row(signed: Signed) -> bytes:
    public, signature, message = signed
    return b"".join((public, signature, len(message).to_bytes(_LENGTH, "big"), message))


def _another() -> Popen[bytes] | None:
    if _cores() == 1 or not sys.executable:
        return None
    from subprocess import DEVNULL, PIPE, Popen

    command = [sys.executable, "-I", "-S", "-c", _START, *_FOLDERS]
    try:
        return Popen(command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL)  # noqa: S603 - ourselves
    except OSError:
        return None


def _cores() -> int:
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
