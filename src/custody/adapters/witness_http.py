"""The witness over HTTP: a small server for a partner to run, and what a ledger says to one.

It moves bytes; every decision is `custody.app.oversight.witness`'s. Protocol: C2SP tlog-witness,
``add-checkpoint`` only. The server speaks plain HTTP: put it behind whatever terminates TLS.
"""

from __future__ import annotations

import io
import socket
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from custody.adapters.post import Answer, post
from custody.app.oversight.witness import Witness
from custody.errors import CustodyError, EvidenceError, InputError, Text
from custody.evidence.cosigning import ANSWER_LIMIT, REQUEST_LIMIT, Request
from custody.evidence.encoding import INTEGER_MAX

PATH: Final = "/add-checkpoint"
SIZE_MEDIA: Final = "text/x.tlog.size"
TEXT_MEDIA: Final = "text/plain"

PATIENCE: Final = 15.0
"""Seconds in which a whole request must have come; the time between two requests counts, too."""

HEAD_LIMIT: Final = 32 * 1024
"""Most bytes of a request before its body."""

CONNECTIONS: Final = 64
"""Most connections at a time; one more is closed at once."""

_STATUS: Final = {
    "C186": 400,
    "C187": 404,
    "C189": 409,
    "C446": 403,
    "C447": 409,
    "C448": 422,
    "C733": 503,
    "C734": 503,
}
Note = Callable[[int, str, str], None]
"""Is told status, origin or place, and error code ("" for none) of every request."""


class WitnessServer(ThreadingHTTPServer):
    """Serves one witness until `shutdown`; requests run side by side, bounded in size and time.

    Raises InputError C198 when the address cannot be had.
    """

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 16

    def __init__(self, host: str, port: int, witness: Witness, note: Note) -> None:
        self.witness, self.note = witness, note
        self._free = threading.BoundedSemaphore(CONNECTIONS)
        self._served: set[Any] = set()
        if ":" in host:
            self.address_family = socket.AF_INET6
        try:
            super().__init__((host, port), _Handler)
        except (OSError, OverflowError) as error:
            detail = getattr(error, "strerror", None) or str(error)
            raise InputError("C198", where=f"{host} {port}", detail=detail) from error

    @property
    def address(self) -> str:
        """The URL prefix of this server, with the port the system chose for port 0."""
        host, port = self.server_address[:2]
        shown = f"[{host!s}]" if self.address_family == socket.AF_INET6 else str(host)
        return f"http://{shown}:{port}"

    def verify_request(self, request: Any, client_address: Any) -> bool:  # noqa: ARG002
        """Whether there is room for one more connection; the server closes it otherwise."""
        if not self._free.acquire(blocking=False):
            return False
        self._served.add(request)
        return True

    def shutdown_request(self, request: Any) -> None:
        """Close a connection, however it ended, and make room for another."""
        if request in self._served:
            self._served.discard(request)
            self._free.release()
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of connections that broke off; whatever was decided is kept already."""

    def server_bind(self) -> None:
        """Bind without asking the name service for this machine's name."""
        if self.allow_reuse_address:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()


class _Punctual(io.RawIOBase):
    """The incoming side of a connection; it ends when its time is over or its room is used up."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.begin()

    def begin(self) -> None:
        """Give the next request its time and its room."""
        self.until = time.monotonic() + PATIENCE
        self.room = REQUEST_LIMIT + HEAD_LIMIT

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)
        came = self._connection.recv_into(memoryview(buffer)[: self.room])
        self.room -= came
        return came


class _Handler(BaseHTTPRequestHandler):
    server: WitnessServer
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "custody-witness", ""
    timeout = PATIENCE

    def setup(self) -> None:
        super().setup()
        self._incoming = _Punctual(self.connection)
        self.rfile = io.BufferedReader(self._incoming)

    def handle_one_request(self) -> None:
        self._incoming.begin()
        super().handle_one_request()

    def do_POST(self) -> None:
        body = self._body()
        if body is None:
            return
        if self.path != PATH:
            self._answer(404, b"no such place\n")
            return
        try:
            made = self.server.witness.cosign(body)
        except CustodyError as error:
            self._refuse(error)
            return
        self.server.note(200, made.checkpoint.origin, "")
        self._answer(200, made.lines)

    def do_GET(self) -> None:
        self.close_connection = True
        self._answer(405 if self.path == PATH else 404, b"POST a checkpoint to /add-checkpoint\n")

    def _body(self) -> bytes | None:
        """Return the body; None after refusing one without length, or too long."""
        declared = ", ".join(self.headers.get_all("Content-Length", ()))
        if not (declared.isascii() and declared.isdigit()) or "Transfer-Encoding" in self.headers:
            self.close_connection = True
            self._answer(411, b"Content-Length is needed\n")
            return None
        if len(declared) > 9 or int(declared) > REQUEST_LIMIT:
            self.close_connection = True
            self._answer(413, b"the request is too long\n")
            return None
        body = self.rfile.read(int(declared))
        if len(body) != int(declared):
            self.close_connection = True
            return None
        return body

    def _refuse(self, error: CustodyError) -> None:
        status = _STATUS.get(error.code, 500)
        self.server.note(status, error.where, error.code)
        if status == 409:
            self._answer(409, f"{error.params['size']}\n".encode("ascii"), SIZE_MEDIA)
        else:
            said = error.render("en")
            self._answer(status, f"{said.code} {said.what}\n".encode())

    def _answer(self, status: int, body: bytes, media: str = TEXT_MEDIA) -> None:
        self.send_response(status)
        self.send_header(
            "Content-Type", media if media == SIZE_MEDIA else f"{media}; charset=utf-8"
        )
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Keep addresses of callers and whatever they send out of the terminal."""


def poster(prefix: str) -> Callable[[bytes], bytes | int]:
    """Return how a ledger sends requests to the witness at the URL `prefix`.

    The function returns the lines of the answer, or the size the witness signed last (status 409).
    It raises InputError C197 for an unusable address, C193 for no usable answer, and EvidenceError
    C448 when the witness says that the ledger does not continue what it signed (status 422).
    """

    def send(body: bytes) -> bytes | int:
        address = prefix.rstrip("/").removesuffix(PATH) + PATH
        answer = post(address, body, TEXT_MEDIA, limit=ANSWER_LIMIT)
        if answer.status == 422:
            asked = Request.parse(body)
            at = asked.parts()[0].size
            raise EvidenceError("C448", where=prefix, size=asked.old, at=at)
        return _said(prefix, answer)

    return send


def _said(prefix: str, answer: Answer) -> bytes | int:
    if answer.status == 200:
        return answer.body
    if answer.status == 409 and answer.media == SIZE_MEDIA:
        text = answer.body.removesuffix(b"\n")
        if text.isdigit() and len(text) <= 16 and int(text) <= INTEGER_MAX:
            return int(text)
    detail = _MEANS.get(answer.status, Text("it is no witness", "它不是见证方"))
    status = Text(f" (status {answer.status})", f"（状态 {answer.status}）")
    raise InputError(
        "C193", where=prefix, detail=Text(detail.en + status.en, detail.zh + status.zh)
    )


_MEANS: Final = {
    400: Text("it cannot read the request", "它无法读取该请求"),
    403: Text("it does not know the keys that signed the checkpoint", "它不认识签署检查点的密钥"),
    404: Text(
        "it does not serve this ledger, or nothing is at this address",
        "它不为本台账见证，或该地址无此服务",
    ),
    503: Text("it cannot sign now", "它目前无法签名"),
}
