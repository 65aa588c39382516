"""The witness over HTTP: the statuses of the protocol, and nobody can wear it out."""

from __future__ import annotations

import http.client
import select
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.server import HTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from adapters.loopback import TEXT, Odd, running
from app.vouchers import NOW, asked, fork, grown, history, keys_of, small, witness
from custody.adapters import witness_http
from custody.adapters.post import post
from custody.adapters.witness_http import PATH, WitnessServer, poster
from custody.app.oversight.witness import Witness
from custody.errors import CustodyError, EvidenceError, InputError
from custody.evidence.checkpoint import verify_line
from custody.evidence.cosigning import REQUEST_LIMIT, Request, parse_lines

HEAD = "POST /add-checkpoint HTTP/1.1\r\nHost: here\r\n"


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy of this machine stands between the two sides of a test."""
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture
def one(tmp_path: Path) -> Witness:
    return witness(tmp_path)


@pytest.fixture
def notes() -> list[tuple[int, str, str]]:
    return []


@pytest.fixture
def address(one: Witness, notes: list[tuple[int, str, str]]) -> Iterator[str]:
    server = WitnessServer("127.0.0.1", 0, one, lambda *row: notes.append(row))
    with running(server) as url:
        assert url == server.address
        yield url


def ask(address: str, body: bytes) -> tuple[int, str, bytes]:
    answer = post(address + PATH, body, TEXT, limit=100_000)
    return answer.status, answer.media, answer.body


def raw(address: str, content: bytes, wait: float = 5) -> bytes:
    """Everything the server says to these bytes until it closes the connection."""
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port), timeout=wait) as line:
        said = b""
        try:
            line.sendall(content)
            while piece := line.recv(4096):
                said += piece
        except (ConnectionResetError, BrokenPipeError):
            pass
    return said


def test_a_good_request_is_answered_with_the_lines(address: str, one: Witness) -> None:
    request = asked(small())
    status, media, body = ask(address, request)
    assert (status, media) == (200, "text/plain")
    (line,) = parse_lines(body)
    assert verify_line(keys_of(one)[0], Request.parse(request).parts()[0], line) == NOW


def test_every_refusal_has_the_status_of_the_protocol(
    address: str, one: Witness, notes: list[tuple[int, str, str]]
) -> None:
    ledger = small()
    first = asked(ledger)
    unknown = Request.parse(first)
    unknown = replace(unknown, text=unknown.text.replace(b"site-1\n", b"site-9\n", 1))
    assert ask(address, b"old x\n")[0] == 400
    assert ask(address, asked(ledger, 4).replace(b"old 4", b"old 9"))[0] == 400
    assert ask(address, unknown.to_bytes())[0] == 404
    assert ask(address, asked(ledger, log=("ed25519",)))[0] == 403
    assert ask(address, first)[0] == 200
    other = asked(fork(ledger), 4)
    assert ask(address, asked(grown(ledger))) == (409, "text/x.tlog.size", b"4\n")
    assert ask(address, other) == (409, "text/x.tlog.size", b"4\n")
    broken = replace(Request.parse(asked(ledger, 4)), proof=(bytes(32),))
    assert ask(address, broken.to_bytes())[0] == 422
    assert ask(address, asked(ledger, 4))[0] == 200
    assert [(status, code) for status, _, code in notes] == [
        (400, "C186"),
        (400, "C186"),
        (404, "C187"),
        (403, "C446"),
        (200, ""),
        (409, "C189"),
        (409, "C447"),
        (422, "C448"),
        (200, ""),
    ]


def test_other_places_and_methods_are_refused(address: str) -> None:
    assert post(address + "/other", b"x", TEXT, limit=1000).status == 404
    assert raw(address, b"GET /add-checkpoint HTTP/1.1\r\nHost: x\r\n\r\n").startswith(
        b"HTTP/1.1 405"
    )
    assert raw(address, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").startswith(b"HTTP/1.1 404")
    assert b" 501 " in raw(address, b"DELETE / HTTP/1.1\r\nHost: x\r\n\r\n").split(b"\r\n")[0]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ("", b" 411 "),
        ("Content-Length: x\r\n", b" 411 "),
        ("Content-Length: -1\r\n", b" 411 "),
        ("Content-Length: +5\r\n", b" 411 "),
        ("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", b" 411 "),
        (f"Content-Length: {REQUEST_LIMIT + 1}\r\n", b" 413 "),
        ("Content-Length: 99999999999999999999\r\n", b" 413 "),
    ],
)
def test_a_body_without_length_or_bound_is_refused_before_it_is_read(
    address: str, headers: str, status: bytes
) -> None:
    said = raw(address, f"{HEAD}{headers}\r\n".encode())
    assert status in said.split(b"\r\n")[0]


def test_one_connection_may_carry_several_requests(address: str) -> None:
    parts = urlsplit(address)
    line = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=5)
    ledger = small()
    for old in (0, 4, 8):
        line.request("POST", PATH, asked(ledger, old), {"Content-Type": TEXT})
        answer = line.getresponse()
        assert (answer.status, answer.read()[:3]) == (200, "\u2014".encode())
        grown(ledger)
    line.close()


def test_whoever_trickles_or_stays_silent_is_cut_off(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(witness_http, "PATIENCE", 0.4)
    began = time.monotonic()
    assert raw(address, b"") == b""
    assert raw(address, f"{HEAD}Content-Length: 50\r\n\r\nold".encode()) == b""
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port), timeout=5) as line:
        # A byte in time, each time: the whole request still has to end.
        for _ in range(60):
            line.sendall(b"P")
            if select.select([line], [], [], 0.05)[0]:
                break
        assert line.recv(1) == b""
    assert time.monotonic() - began < 4


def test_more_connections_than_there_is_room_for_are_turned_away_and_the_rest_goes_on(
    one: Witness,
) -> None:
    server = WitnessServer("127.0.0.1", 0, one, lambda *_: None)
    server._free = threading.BoundedSemaphore(2)
    with running(server) as url:
        parts = urlsplit(url)
        held = [socket.create_connection((parts.hostname, parts.port), timeout=5) for _ in range(2)]
        for line in held:
            line.sendall(b"POST ")
        time.sleep(0.2)
        assert raw(url, b"GET / HTTP/1.1\r\n\r\n") == b""
        for line in held:
            line.close()
        time.sleep(0.2)
        assert ask(url, asked(small()))[0] == 200


def test_of_many_at_once_with_different_histories_one_is_signed_at_each_size(
    address: str,
) -> None:
    requests = [history(number, 4) for number in range(6)]

    def show(mine: list[bytes]) -> list[int]:
        return [ask(address, request)[0] for request in mine]

    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(show, requests))
    # Those that lost at size 2 hold other histories and may not win at any size.
    winners = [row for row in told if 200 in row]
    assert len(winners) == 1
    assert winners[0] == [200, 200, 200, 200]


def test_an_address_that_is_taken_or_not_ours_is_refused_in_words(
    one: Witness, address: str
) -> None:
    port = urlsplit(address).port
    for host, number in (("127.0.0.1", port), ("203.0.113.9", 8080), ("nowhere.invalid", 1)):
        with pytest.raises(InputError) as error:
            WitnessServer(host, number or 0, one, lambda *_: None)
        assert error.value.code == "C198"


# ------------------------------------------------------------------ the asking side


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"status": 500}, "C193"),
        ({"status": 404}, "C193"),
        ({"status": 403}, "C193"),
        ({"status": 302}, "C193"),
        ({"status": 307}, "C193"),
        ({"status": 204}, "C193"),
        ({"status": 422}, "C448"),
        ({"status": 409, "body": b"5\n"}, "C193"),
        ({"status": 409, "body": b"x\n", "media": "text/x.tlog.size"}, "C193"),
        ({"status": 409, "body": b"", "media": "text/x.tlog.size"}, "C193"),
        ({"status": 409, "body": b"9" * 40, "media": "text/x.tlog.size"}, "C193"),
        ({"status": 409, "body": "٣\n".encode(), "media": "text/x.tlog.size"}, "C193"),
        ({"status": 200, "body": b"x" * 200_000}, "C193"),
        ({"status": 200, "body": b"short", "length": 50}, "C193"),
    ],
)
def test_an_answer_that_is_none_is_told_in_words(answer: dict[str, object], code: str) -> None:
    handler = type("Handler", (Odd,), answer)
    with (
        running(HTTPServer(("127.0.0.1", 0), handler)) as url,
        pytest.raises(CustodyError) as error,
    ):
        poster(url)(asked(small()))
    assert error.value.code == code


def test_a_size_is_read_out_of_a_refusal(address: str) -> None:
    ledger = small()
    send = poster(address + "/")
    assert isinstance(send(asked(ledger)), bytes)
    assert poster(address + PATH)(asked(grown(ledger))) == 4
    assert isinstance(send(asked(ledger, 4)), bytes)


@pytest.mark.parametrize(
    "address",
    [
        "witness.example",
        "ftp://witness.example",
        "file:///etc/passwd",
        "http://",
        "http://a b",
        "http://user:secret@witness.example",
        "http://witness.example/#part",
        "http://witness.example:99999",
        "http://[::1",
        "http://witness.example/\r\nX: y",
        "",
        "http://a..b/",
        "http://" + "a" * 70 + ".example",
    ],
)
def test_what_is_no_address_is_refused_before_anything_is_sent(address: str) -> None:
    with pytest.raises(InputError) as error:
        post(address, b"", TEXT, limit=10)
    assert error.value.code == "C197"


def test_nobody_there_and_nobody_answering_are_told_apart_from_an_answer() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(InputError) as gone:
            post(url, b"", TEXT, limit=10)
        free.listen()
        with pytest.raises(InputError) as silent:
            post(url, b"", TEXT, limit=10, timeout=0.2)
    assert (gone.value.code, silent.value.code) == ("C193", "C193")
    assert "no whole answer within" in str(silent.value.params["detail"])
    assert not isinstance(gone.value, EvidenceError)


@pytest.mark.parametrize(
    ("begin", "piece"),
    [
        (b"HTTP/1.1 200 OK\r\n", b"X-More: of this\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["header lines", "promises"],
)
def test_an_answer_whose_beginning_never_ends_is_given_up(begin: bytes, piece: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        stop = threading.Event()

        def trickle() -> None:
            line, _ = server.accept()
            with line:
                try:
                    line.sendall(begin)
                    while not stop.wait(0.05):
                        line.sendall(piece)
                except OSError:
                    return

        thread = threading.Thread(target=trickle)
        thread.start()
        started = time.monotonic()
        try:
            with pytest.raises(InputError) as error:
                post(
                    f"http://127.0.0.1:{server.getsockname()[1]}", b"", TEXT, limit=10, timeout=0.2
                )
        finally:
            stop.set()
            thread.join()
    assert error.value.code == "C193"
    assert "no whole answer within" in str(error.value.params["detail"])
    assert time.monotonic() - started < 2


def test_a_flood_of_header_lines_is_cut_off_before_it_is_kept(address: str) -> None:
    line = b"X-Much: " + b"a" * 60_000 + b"\r\n"
    # Whoever is not cut off is waited for here, in vain.
    assert b" 200 " not in raw(address, HEAD.encode() + line * 8, wait=4)


def test_two_lengths_for_one_body_are_refused(address: str) -> None:
    lengths = "Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef"
    assert b" 411 " in raw(address, (HEAD + lengths).encode()).partition(b"\r\n")[0]
