"""Sends one small request over HTTP and reads one small answer: the only way out of this program.

It is used by the commands that say so (`custody witness ask`, `custody timestamp ask`) and by
nothing else. It follows no redirection, sends no cookie and no password.
"""

from __future__ import annotations

import errno
import http.client
import socket
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any, Final, NoReturn
from urllib.parse import urlsplit

from custody.errors import InputError

TIMEOUT: Final = 20.0
"""Seconds to wait for a connection, and for each piece of the answer."""

PATIENCE: Final = 3
"""How many times as long the whole answer may take."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer: its status, media type without parameters, and body."""

    status: int
    media: str
    body: bytes


class _Unmoved(urllib.request.HTTPRedirectHandler):
    """A redirection would turn the POST into a GET, at an address nobody chose."""

    def redirect_request(self, *_: object, **__: object) -> None:
        """Take the redirection itself as the answer."""
        return


def post(address: str, body: bytes, media: str, *, limit: int, timeout: float = TIMEOUT) -> Answer:
    """Send `body` to `address` and return the answer, whatever its status.

    Args:
        address: a URL with ``http`` or ``https``.
        media: media type of the body.
        limit: most bytes of the answer.

    Raises:
        InputError: C197 not such an address, C193 nobody answers, or too much.
    """
    request = urllib.request.Request(  # noqa: S310 - the scheme is checked
        _checked(address), data=body, headers={"Content-Type": media}, method="POST"
    )
    opener = urllib.request.build_opener(_Unmoved)
    try:
        try:
            response = opener.open(request, timeout=timeout)
        except urllib.error.HTTPError as error:
            response = error
        with response:
            content = _read(response, limit, time.monotonic() + PATIENCE * timeout)
            status = int(response.status or 0)
            declared = str(response.headers.get("Content-Type") or "")
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        if isinstance(reason, TimeoutError | socket.timeout):
            _silent(address, f"no whole answer within {timeout:g} seconds")
        _silent(address, getattr(reason, "strerror", None) or str(reason) or type(reason).__name__)
    if len(content) > limit:
        _silent(address, f"the answer is longer than {limit} bytes")
    return Answer(status, declared.partition(";")[0].strip().lower(), content)


def _read(response: Any, limit: int, until: float) -> bytes:
    """Return the body, or its first bytes beyond `limit`; OSError when it ends early or crawls."""
    content = b""
    while len(content) <= limit and (piece := response.read1(65_536)):
        content += piece
        if time.monotonic() > until:
            raise TimeoutError
    if len(content) <= limit and getattr(response, "length", None):
        raise ConnectionResetError(errno.ECONNRESET, "the answer was cut short")
    return content


def _checked(address: str) -> str:
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        plain = address.isascii() and address.isprintable() and " " not in address
    except ValueError:
        usable = plain = False
    if not usable or not plain or parts.username is not None or parts.fragment:
        raise InputError("C197", where=address, address=address)
    return address


def _silent(address: str, detail: str) -> NoReturn:
    raise InputError("C193", where=address, detail=detail)
