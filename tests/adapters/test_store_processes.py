"""Several processes on one ledger file: races have one winner, killed writers lose nothing."""

from __future__ import annotations

import itertools
import os
import random
import signal
import time
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.children import Child
from adapters.entries import ORIGIN, following, signed, stream_named
from custody.adapters.store import LedgerStore
from custody.errors import ConflictError

if TYPE_CHECKING:
    from multiprocessing.synchronize import Barrier
    from pathlib import Path

PROCESSES = 8
VIALS = [stream_named(f"vial {number}") for number in range(15)]
DONORS = [stream_named(f"donor {number}", "donation") for number in range(25)]


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.db"
    LedgerStore.create(path, ORIGIN).close()
    return path


def barrier(parties: int) -> Barrier:
    from multiprocessing import get_context

    return get_context("fork").Barrier(parties, timeout=60)


def test_of_eight_processes_thawing_one_vial_exactly_one_succeeds(ledger: Path) -> None:
    with LedgerStore.open(ledger) as store:
        store.append([signed(vial, type_="vial.banked/v1") for vial in VIALS])
        banked = {vial: store.head(vial) for vial in VIALS}
    together = barrier(PROCESSES)

    def thaw(number: int) -> list[str]:
        key = Ed25519PrivateKey.from_private_bytes(bytes([number + 1]) * 32)
        outcomes = []
        with LedgerStore.open(ledger) as store:
            for vial in VIALS:
                head = banked[vial]
                assert head is not None
                entry = signed(vial, 1, head.leaf, key=key)
                together.wait()
                try:
                    store.append([entry])
                    outcomes.append("thawed")
                except ConflictError as error:
                    outcomes.append(error.code)
        return outcomes

    children = [Child(lambda number=number: thaw(number)) for number in range(PROCESSES)]
    outcomes = [child.result() for child in children]
    for vial in range(len(VIALS)):
        assert sorted(o[vial] for o in outcomes) == ["C301"] * (PROCESSES - 1) + ["thawed"]
    with LedgerStore.open(ledger) as store:
        assert store.size() == 2 * len(VIALS)
        assert store.check() == []


def test_no_release_is_recorded_after_the_donor_withdrew(ledger: Path) -> None:
    with LedgerStore.open(ledger) as store:
        store.append([signed(donor, type_="donation.accepted/v1") for donor in DONORS])
    together = barrier(4)

    def release(number: int) -> None:
        with LedgerStore.open(ledger) as store:
            for donor in DONORS:
                seen = store.head(donor)
                assert seen is not None
                together.wait()
                for batch in range(4):
                    stream = stream_named(f"{donor} {number} {batch}", "batch")
                    entry = signed(stream, links=[(donor, seen.leaf)])
                    try:
                        store.append([entry])
                    except ConflictError as error:
                        assert (error.code, error.where) == ("C302", donor)

    def withdraw() -> None:
        with LedgerStore.open(ledger) as store:
            for number, donor in enumerate(DONORS):
                entry = following(store, donor, type_="donation.withdrawn/v1")
                together.wait()
                time.sleep(0.0007 * (number % 5))
                store.append([entry])

    children = [Child(lambda number=number: release(number)) for number in range(3)]
    children.append(Child(withdraw))
    for child in children:
        child.result()
    with LedgerStore.open(ledger) as store:
        from custody.evidence.entry import Entry

        withdrawn: set[str] = set()
        released = 0
        for stored in store.scan():
            entry = Entry.parse(stored.wire)
            if entry.payload.type == "donation.withdrawn/v1":
                withdrawn.add(entry.payload.stream)
            for link in entry.payload.links:
                assert link.stream not in withdrawn
                released += 1
        assert len(withdrawn) == len(DONORS)
        assert 0 < released < len(DONORS) * 12, "the race must go both ways to prove anything"
        assert store.check() == []


def test_writers_killed_at_any_moment_lose_nothing_that_was_acknowledged(
    ledger: Path, tmp_path: Path
) -> None:
    log = os.open(tmp_path / "acknowledged", os.O_CREAT | os.O_RDWR | os.O_APPEND)

    def write(number: int) -> None:
        with LedgerStore.open(ledger) as store:
            for step in itertools.count():
                vial, batch = (stream_named(f"{number} {k}", k) for k in ("vial", "batch"))
                pair = [following(store, vial), following(store, batch)]
                store.append(pair)
                os.write(log, f"{pair[0].leaf.hex()} {pair[1].leaf.hex()}\n".encode())
                if step % 7 == number % 7:
                    store.seal(1_795_000_000)

    for _ in range(2):
        children = [Child(lambda number=number: write(number)) for number in range(5)]
        time.sleep(0.5)
        for child in random.sample(children, len(children)):
            time.sleep(random.random() * 0.05)  # noqa: S311 - a moment, not a secret
            child.kill(signal.SIGKILL)
    os.close(log)
    acknowledged = (tmp_path / "acknowledged").read_text().split()
    assert len(acknowledged) > 20
    with LedgerStore.open(ledger) as store:
        assert set(acknowledged) <= {stored.leaf.hex() for stored in store.scan()}
        for number in range(5):
            vial, batch = (store.head(stream_named(f"{number} {k}", k)) for k in ("vial", "batch"))
            assert (vial and vial.count) == (batch and batch.count)
        assert store.check() == []
        store.append([signed(stream_named("afterwards"))])


def test_a_writer_gives_up_after_a_bounded_wait(
    ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from custody.adapters import sqlite_schema
    from custody.errors import StorageError

    monkeypatch.setattr(sqlite_schema, "BUSY_TIMEOUT", 0.3)
    with LedgerStore.open(ledger) as holder, LedgerStore.open(ledger) as store:
        with holder._writer().immediate():
            started = time.monotonic()
            with pytest.raises(StorageError) as caught:
                store.append([signed(VIALS[0])])
            waited = time.monotonic() - started
            assert store.size() == 0, "reading goes on while another program writes"
        assert caught.value.code == "C703"
        assert 0.2 < waited < 5
        assert store.append([signed(VIALS[0])]) == [0]
