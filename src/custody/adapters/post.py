"""Sends one small request over HTTP and reads one small answer: the only way out of this program.

It is used by the commands that say so (`custody witness ask`, `custody timestamp ask`) and by
nothing else. It follows no redirection, sends no cookie and no password.
"""

from __future__ import annotations

import errno
import http.client
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, NoReturn, Self
from urllib.parse import urlsplit

from custody.errors import InputError

TIMEOUT: Final = 20.0
"""Seconds to wait for a connection, and for each piece of the answer."""

PATIENCE: Final = 3
"""How many times as long everything together may take."""


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


class _Deadline:
    """Ends the connections made under it when their time is over, however the peer trickles.

    A second descriptor of the same connection is shut down, so that TLS above it is not touched.
    """

    def __init__(self, seconds: float) -> None:
        self.over = False
        self._lines: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._timer.join()
        for line in self._lines:
            line.close()

    def connect(self, *given: Any, **named: Any) -> socket.socket:
        """Connect like `socket.create_connection`."""
        line = socket.create_connection(*given, **named)
        self._lines.append(line.dup())
        if self.over:
            self._end()
        return line

    def _end(self) -> None:
        self.over = True
        for line in list(self._lines):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def handlers(self) -> tuple[urllib.request.BaseHandler, ...]:
        """Return what opens connections of both schemes under this deadline."""
        return _Http(self), _Https(self)

    def watched(self, kind: Any) -> Callable[..., http.client.HTTPConnection]:
        """Return how connections of a class of `http.client` are made."""

        def make(*given: Any, **named: Any) -> http.client.HTTPConnection:
            made: http.client.HTTPConnection = kind(*given, **named)
            made._create_connection = self.connect  # type: ignore[attr-defined]  # noqa: SLF001
            return made

        return make


class _Http(urllib.request.HTTPHandler):
    def __init__(self, deadline: _Deadline) -> None:
        super().__init__()
        self._make = deadline.watched(http.client.HTTPConnection)

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(self._make, req)


class _Https(urllib.request.HTTPSHandler):
    def __init__(self, deadline: _Deadline) -> None:
        super().__init__()
        self._make = deadline.watched(http.client.HTTPSConnection)

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(self._make, req)


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
    deadline = _Deadline(PATIENCE * timeout)
    opener = urllib.request.build_opener(_Unmoved, *deadline.handlers())
    try:
        with deadline:
            try:
                response = opener.open(request, timeout=timeout)
            except urllib.error.HTTPError as error:
                response = error
            with response:
                content = _read(response, limit)
                status = int(response.status or 0)
                declared = str(response.headers.get("Content-Type") or "")
        if deadline.over:  # what ended with the connection looks whole where no length was given
            raise TimeoutError
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        if deadline.over or isinstance(reason, TimeoutError):
            _silent(address, f"no whole answer within {timeout:g} seconds")
        _silent(address, getattr(reason, "strerror", None) or str(reason) or type(reason).__name__)
    if len(content) > limit:
        _silent(address, f"the answer is longer than {limit} bytes")
    return Answer(status, declared.partition(";")[0].strip().lower(), content)


def _read(response: Any, limit: int) -> bytes:
    """Return the body, or its first bytes beyond `limit`; OSError when it ends early."""
    content = b""
    while len(content) <= limit and (piece := response.read1(65_536)):
        content += piece
    if len(content) <= limit and getattr(response, "length", None):
        raise ConnectionResetError(errno.ECONNRESET, "the answer was cut short")
    return content


def _checked(address: str) -> str:
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        plain = address.isascii() and address.isprintable() and " " not in address
        (parts.hostname or "").encode("idna")  # no empty label, none above 63 characters
    except ValueError:
        usable = plain = False
    if not usable or not plain or parts.username is not None or parts.fragment:
        raise InputError("C197", where=address, address=address)
    return address


def _silent(address: str, detail: str) -> NoReturn:
    raise InputError("C193", where=address, detail=detail)
