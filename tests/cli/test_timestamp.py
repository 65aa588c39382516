"""A time stamp over a checkpoint travels in the bundle and is worth what its authority is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import HTTPServer
from pathlib import Path

import pytest

from adapters.authority import Authority
from adapters.loopback import running
from app.vouchers import SHIPMENT, moved, newest, once_unlocked
from cli.stage import typed
from custody.adapters import rfc3161
from custody.app.verification.verifying import Report, verify_bundle
from custody.demo.play import passphrase
from custody.errors import EvidenceError, InputError
from custody.evidence.encoding import b64
from custody.wiring import witnesses as others
from custody.wiring.ledger import OpenLedger, open_ledger

KEY = ("--passphrase-command", "echo demo")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("authorities")


@pytest.fixture(scope="module")
def authority(place: Path) -> Authority:
    return Authority(place / "good")


@pytest.fixture
def book(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenLedger]:
    """A ledger of today, open: an authority stamps with the time of the machine."""
    with open_ledger(ledger) as opened:
        yield once_unlocked(opened, monkeypatch)


def verified(book: OpenLedger, data: bytes, *tsa: Authority) -> Report:
    return verify_bundle(
        data,
        book.trust.to_bytes(),
        now=book.clock() + 60,
        timestamps=others.stamp_check([a.root for a in tsa]) if tsa else None,
    )


def stamped(book: OpenLedger, authority: Authority) -> others.Stamp:
    _, query = others.stamp_request(book)
    return others.add_stamp(book, authority.reply(query))


def test_a_bundle_carries_its_stamp_and_a_verifier_who_knows_the_authority_checks_it(
    book: OpenLedger, authority: Authority, place: Path
) -> None:
    book.checkpoint(passphrase)
    stamp = stamped(book, authority)
    assert stamp.path.parent == book.folder / "checkpoints"
    assert [one.time for one in others.stamps(book)] == [stamp.time]
    data = book.export(SHIPMENT, passphrase).data
    unasked = verified(book, data)
    assert unasked.genuine
    assert unasked.plain()["timestamps"] == {"checked": [], "unchecked": 1}
    asked = verified(book, data, authority)
    assert asked.genuine
    assert asked.plain()["timestamps"] == {"checked": [stamp.time], "unchecked": 0}
    other = verified(book, data, Authority(place / "other", "Unknown TSA"))
    assert other.verdict.value == "cannot_tell"
    assert [(f.step, f.code) for f in other.findings] == [("V8", "E30")]
    assert "时间戳" in other.text_of(other.findings[0], "zh")["where"]
    assert book.audit().ok


def with_stamps(data: bytes, *tokens: bytes) -> bytes:
    """The bundle with other tokens in it, as whoever carries it could put there."""
    whole = json.loads(data)
    whole["timestamps"] = [b64(token) for token in tokens]
    return json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def test_stamps_that_were_swapped_or_spoilt_on_the_way_are_found(
    book: OpenLedger, authority: Authority, place: Path
) -> None:
    book.checkpoint(passphrase)
    data = book.export(SHIPMENT, passphrase).data
    _, query = others.stamp_request(book)
    past = datetime.now(UTC) - timedelta(days=2)
    expired = Authority(place / "expired", "Old TSA", start=past - timedelta(days=9), end=past)
    wrong = (
        (authority.reply(rfc3161.query(b"another text")), "it is over something else"),
        (b"\x00garbage", "it cannot be read"),
        (expired.reply(query), "no authority named here"),
    )
    for token, reason in wrong:
        spoilt = with_stamps(data, authority.reply(query), token)
        report = verified(book, spoilt, authority, expired)
        (finding,) = report.findings
        assert (finding.step, finding.code, finding.where) == ("V8", "E30", "time stamp 2")
        assert finding.detail.startswith(reason)
        assert report.verdict.value == "cannot_tell"
        said = report.text_of(finding, "zh")
        assert not any(word in said["why"] for word in reason.split())
        assert verified(book, spoilt).genuine


def test_a_reply_over_another_checkpoint_is_kept_there_and_does_not_travel_with_a_later_one(
    book: OpenLedger, authority: Authority
) -> None:
    book.checkpoint(passphrase)
    first = stamped(book, authority)
    _, query = others.stamp_request(book)
    late = authority.reply(query)
    moved(book)
    book.checkpoint(passphrase)
    assert others.add_stamp(book, late).size == first.size < newest(book)[0]
    assert json.loads(book.export(SHIPMENT, passphrase).data)["timestamps"] == []


def test_what_is_no_stamp_over_a_checkpoint_of_this_ledger_is_refused(
    book: OpenLedger, authority: Authority, place: Path
) -> None:
    book.checkpoint(passphrase)
    for reply in (b"", b"garbage", authority.reply(rfc3161.query(b"another text"))):
        with pytest.raises(EvidenceError) as error:
            others.add_stamp(book, reply)
        assert error.value.code == "C449"
    _, query = others.stamp_request(book)
    other = Authority(place / "third", "Third TSA")
    with pytest.raises(EvidenceError) as stranger:
        others.add_stamp(book, other.reply(query), [authority.root])
    assert stranger.value.code == "C449"
    with pytest.raises(InputError):
        others.add_stamp(book, other.reply(query), [b"no certificate"])
    assert others.stamps(book) == []
    assert others.add_stamp(book, other.reply(query), [other.root]).checked


def test_more_stamps_than_a_bundle_holds_do_not_spoil_it(
    book: OpenLedger, authority: Authority
) -> None:
    book.checkpoint(passphrase)
    for _ in range(18):
        stamped(book, authority)
    data = book.export(SHIPMENT, passphrase).data
    assert len(json.loads(data)["timestamps"]) == 16
    assert verified(book, data, authority).genuine


def test_the_commands_ask_an_authority_and_check_what_it_says(
    ledger: Path, authority: Authority, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    here = ("--ledger", str(ledger))
    monkeypatch.setenv("NO_PROXY", "*")
    root = str(authority.folder / "root.pem")
    assert typed(*here, "checkpoint", *KEY).code == 0
    query = tmp_path / "checkpoint.tsq"
    assert typed(*here, "timestamp", "request", "-o", str(query)).code == 0
    (tmp_path / "reply.tsr").write_bytes(authority.reply(query.read_bytes()))
    added = typed(*here, "timestamp", "add", str(tmp_path / "reply.tsr"), "--tsa", root, "--json")
    assert (added.code, added.object["kind"]) == (0, "custody.timestamp/v1")
    assert added.object["checked"] is True
    with running(HTTPServer(("127.0.0.1", 0), authority.handler())) as url:
        asked = typed(*here, "timestamp", "ask", url, "--lang", "zh")
    assert (asked.code, "已加盖时间戳" in asked.out, "未核对机构" in asked.err) == (0, True, True)
    shown = typed(*here, "witness", "status", "--json").object
    assert len(shown["timestamps"]) == 2
    garbage = typed(*here, "timestamp", "add", str(query), "--json")
    assert (garbage.code, garbage.error["code"]) == (3, "C449")

    exported = typed(*here, "export", SHIPMENT, "-o", str(tmp_path), "--bundle-only", *KEY)
    assert exported.code == 0, exported.err
    (bundle,) = tmp_path.glob("*.custody.json")
    verify = ("verify", str(bundle), "--trust", str(ledger / "trust.json"), "--memory", "none")
    plain = typed(*verify)
    assert (plain.code, "2 present, not checked" in plain.out) == (0, True)
    checked = typed(*verify, "--tsa", root)
    assert (checked.code, "not checked" in checked.out) == (0, False)
    other = Authority(tmp_path / "other", "Unknown TSA")
    unknown = typed(*verify, "--tsa", str(other.folder / "root.pem"), "--lang", "zh")
    assert (unknown.code, "E30" in unknown.out, "时间戳 1" in unknown.out) == (4, True, True)
