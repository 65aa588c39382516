"""Time stamps by an authority that is another program: read, checked, and never taken on trust."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from http.server import HTTPServer
from pathlib import Path

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.authority import Authority
from adapters.loopback import Odd, running
from custody.adapters import rfc3161
from custody.errors import CustodyError, EvidenceError, InputError

BODY = b"custody.example/site-1\n3\ntkN0ZC2UPE1Wdnw1s9Pmoz5jmnJN/vyc0KRSHzuarVc=\n"


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy of this machine stands between the two sides of a test."""
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("authorities")


@pytest.fixture(scope="module")
def authority(place: Path) -> Authority:
    return Authority(place / "good")


@pytest.fixture(scope="module")
def reply(authority: Authority) -> bytes:
    return authority.reply(rfc3161.query(BODY))


def refusal(error: pytest.ExceptionInfo[EvidenceError]) -> str:
    assert error.value.code == "C449"
    return error.value.render("en").why


def test_a_stamp_by_a_named_authority_holds_and_tells_its_time(
    authority: Authority, reply: bytes
) -> None:
    time = rfc3161.checker([authority.root])(reply, BODY)
    assert abs(time - datetime.now(UTC).timestamp()) < 120
    assert rfc3161.stamped(reply, BODY) == time


def test_the_program_openssl_agrees_about_our_request_and_its_reply(
    authority: Authority, reply: bytes
) -> None:
    files = {"body": BODY, "agreed.tsr": reply, "agreed.tsq": rfc3161.query(BODY)}
    for name, content in files.items():
        (authority.folder / name).write_bytes(content)
    for asked in (
        ["-verify", "-data", "body", "-in", "agreed.tsr", "-CAfile", "root.pem"],
        ["-query", "-in", "agreed.tsq", "-text"],
    ):
        done = subprocess.run(
            ["openssl", "ts", *asked], cwd=authority.folder, capture_output=True, timeout=30
        )
        assert done.returncode == 0, done.stderr


def test_a_stamp_over_anything_else_does_not_hold(authority: Authority, reply: bytes) -> None:
    for body in (BODY + b"\n", BODY.replace(b"3", b"4"), b""):
        with pytest.raises(EvidenceError) as error:
            rfc3161.checker([authority.root])(reply, body)
        assert "something else" in refusal(error)


def test_an_authority_that_nobody_named_vouches_for_nothing(
    place: Path, authority: Authority, reply: bytes
) -> None:
    other = Authority(place / "other")
    with pytest.raises(EvidenceError) as error:
        rfc3161.checker([other.root])(reply, BODY)
    assert "no authority named here" in refusal(error)
    assert rfc3161.checker([other.root, authority.root])(reply, BODY)
    third = Authority(place / "third", "Another TSA")
    assert rfc3161.checker([third.root + authority.root])(reply, BODY)


def test_a_certificate_that_had_run_out_at_the_time_of_the_stamp_vouches_for_nothing(
    place: Path,
) -> None:
    past = datetime.now(UTC) - timedelta(days=2)
    expired = Authority(place / "expired", start=past - timedelta(days=10), end=past)
    with pytest.raises(EvidenceError) as error:
        rfc3161.checker([expired.root])(expired.reply(rfc3161.query(BODY)), BODY)
    assert "no authority named here" in refusal(error)


def test_a_certificate_that_has_run_out_since_still_vouches(place: Path) -> None:
    """Records outlive certificates: the time of the token is what counts."""
    import time

    end = datetime.now(UTC) + timedelta(seconds=2)
    brief = Authority(place / "brief", end=end)
    token = brief.reply(rfc3161.query(BODY))
    time.sleep(max(0.0, (end - datetime.now(UTC)).total_seconds()) + 1.1)
    assert rfc3161.checker([brief.root])(token, BODY)


def test_a_certificate_for_another_purpose_vouches_for_nothing(place: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        server = Authority(place / "server", purpose=ExtendedKeyUsageOID.SERVER_AUTH)
        server.reply(rfc3161.query(BODY))  # not even openssl would sign with it


def test_a_reply_that_was_not_granted_holds_no_stamp(authority: Authority) -> None:
    rejected = authority.reply(b"not a request")
    with pytest.raises(EvidenceError) as error:
        rfc3161.stamped(rejected, BODY)
    assert refusal(error)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_the_bytes_only_our_own_error_comes_out(
    authority: Authority, reply: bytes, data: st.DataObject
) -> None:
    check = rfc3161.checker([authority.root])
    spoilt = bytearray(reply)
    for _ in range(data.draw(st.integers(1, 4))):
        spoilt[data.draw(st.integers(0, len(reply) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(spoilt[: data.draw(st.integers(0, len(reply)))])
    for content in (bytes(spoilt), cut, data.draw(st.binary(max_size=200))):
        try:
            check(content, BODY)
        except EvidenceError as error:
            assert error.code == "C449"


def test_a_reply_without_bound_is_refused_before_it_is_read() -> None:
    with pytest.raises(EvidenceError) as error:
        rfc3161.stamped(b"\x30" * 70_000, BODY)
    assert "longer than" in refusal(error)


@pytest.mark.parametrize("pem", [b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_a_file_without_certificates_is_refused(pem: bytes) -> None:
    with pytest.raises(InputError) as error:
        rfc3161.checker([pem])
    assert error.value.code == "C196"


def test_asking_over_the_network_gives_a_stamp(authority: Authority) -> None:
    with running(HTTPServer(("127.0.0.1", 0), authority.handler())) as url:
        reply = rfc3161.ask(url, BODY)
    assert rfc3161.checker([authority.root])(reply, BODY)


def test_the_reply_to_another_request_is_not_taken(reply: bytes) -> None:
    replayed = type("Replayed", (Odd,), {"media": "application/timestamp-reply", "body": reply})
    with running(HTTPServer(("127.0.0.1", 0), replayed)) as url, pytest.raises(CustodyError) as e:
        rfc3161.ask(url, BODY)
    assert "answers another request" in e.value.render("en").why


@pytest.mark.parametrize("answer", [{"status": 500}, {"media": "text/html"}])
def test_what_is_no_authority_is_told_in_words(answer: dict[str, object]) -> None:
    handler = type("Handler", (Odd,), answer)
    with running(HTTPServer(("127.0.0.1", 0), handler)) as url, pytest.raises(CustodyError) as e:
        rfc3161.ask(url, BODY)
    assert e.value.code == "C193"


def test_without_the_library_the_program_says_how_to_get_it() -> None:
    script = (
        "import sys; sys.modules['rfc3161_client'] = None\n"
        "from custody.adapters import rfc3161\n"
        "from custody.errors import InputError\n"
        "for call in (lambda: rfc3161.query(b''), lambda: rfc3161.stamped(b'', b''),\n"
        "             lambda: rfc3161.checker([])):\n"
        "    try:\n"
        "        call()\n"
        "    except InputError as error:\n"
        "        assert error.code == 'C199' and 'cell-custody[timestamp]' in error.render().fix\n"
        "    else:\n"
        "        raise SystemExit(1)\n"
    )
    assert subprocess.run([sys.executable, "-c", script]).returncode == 0
