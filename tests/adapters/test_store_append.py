"""What the store accepts, what it refuses, and that a refusal leaves nothing behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from adapters.entries import ORIGIN, chain, following, signed, stream_named
from custody.adapters.store import LedgerStore
from custody.errors import ConflictError, EvidenceError, StorageError
from custody.evidence.encoding import ZERO
from custody.evidence.headmap import Head
from custody.evidence.names import alias_stream

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VIAL, BATCH, DONOR = stream_named("v"), stream_named("b", "batch"), stream_named("d", "donation")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LedgerStore]:
    with LedgerStore.create(tmp_path / "ledger.db", ORIGIN) as made:
        yield made


def refused(store: LedgerStore, *entries: object) -> ConflictError:
    """Append, expect a conflict, and prove that the ledger did not move."""
    before = store.size()
    with pytest.raises(ConflictError) as caught:
        store.append(entries)  # type: ignore[arg-type]
    assert store.size() == before
    assert store.check() == []
    return caught.value


def test_an_event_is_read_back_byte_for_byte(store: LedgerStore) -> None:
    made = chain(VIAL, 3)
    assert store.append(made) == [0, 1, 2]
    assert [s.wire for s in store.stream(VIAL)] == [e.wire for e in made]
    assert [s.leaf for s in store.scan()] == [e.leaf for e in made]
    assert store.head(VIAL) == Head(count=3, index=2, leaf=made[-1].leaf)


def test_a_ledger_keeps_its_events_and_origin_when_it_is_opened_again(tmp_path: Path) -> None:
    with LedgerStore.create(tmp_path / "ledger.db", ORIGIN) as first:
        first.append(chain(VIAL, 2))
    with LedgerStore.open(tmp_path / "ledger.db", readonly=True) as again:
        assert again.origin == ORIGIN
        assert again.size() == 2
        assert [s.seq for s in again.stream(VIAL)] == [0, 1]


def test_a_vial_cannot_be_thawed_twice(store: LedgerStore) -> None:
    store.append([signed(VIAL, type_="vial.banked/v1")])
    banked = store.head(VIAL)
    assert banked is not None
    store.append([signed(VIAL, 1, banked.leaf, body={"bath": "a"})])
    error = refused(store, signed(VIAL, 1, banked.leaf, body={"bath": "b"}))
    assert (error.code, error.where) == ("C301", VIAL)


def test_an_event_with_a_number_from_the_future_is_refused(store: LedgerStore) -> None:
    assert refused(store, signed(VIAL, 1, bytes([7]) * 32)).code == "C301"


def test_an_event_that_names_another_predecessor_is_refused(store: LedgerStore) -> None:
    store.append([signed(VIAL)])
    assert refused(store, signed(VIAL, 1, bytes([7]) * 32)).code == "C301"


def test_a_release_that_relied_on_an_older_state_of_the_donor_is_refused(
    store: LedgerStore,
) -> None:
    store.append([signed(DONOR, type_="donation.accepted/v1")])
    seen = store.head(DONOR)
    assert seen is not None
    store.append([following(store, DONOR, type_="donation.withdrawn/v1")])
    error = refused(store, signed(BATCH, links=[(DONOR, seen.leaf)]))
    assert (error.code, error.where) == ("C302", DONOR)


def test_a_link_to_the_present_head_is_accepted(store: LedgerStore) -> None:
    store.append([signed(DONOR)])
    store.append([signed(BATCH, links=[(DONOR, store.head(DONOR).leaf)])])  # type: ignore[union-attr]
    assert store.size() == 2


def test_a_link_can_rely_on_a_stream_having_no_event(store: LedgerStore) -> None:
    store.append([signed(BATCH, links=[(DONOR, ZERO)])])
    store.append([signed(DONOR)])
    error = refused(store, signed(VIAL, links=[(DONOR, ZERO)]))
    assert error.code == "C302"


def test_links_count_events_of_the_same_save(store: LedgerStore) -> None:
    first = signed(VIAL)
    store.append([first, signed(BATCH, links=[(VIAL, first.leaf)])])
    assert store.size() == 2
    second = following(store, VIAL)
    error = refused(store, second, signed(DONOR, links=[(VIAL, first.leaf)]))
    assert error.code == "C302"


def test_a_save_is_all_or_nothing(store: LedgerStore) -> None:
    store.append([signed(VIAL)])
    refused(store, signed(BATCH), signed(VIAL, body={"again": True}))
    assert store.head(BATCH) is None


def test_a_number_cannot_be_used_twice(store: LedgerStore) -> None:
    alias = alias_stream("batch-no", "CT-2026-0042")
    store.append([signed(alias, type_="alias.claimed/v1", body={"target": "one"})])
    error = refused(store, signed(alias, type_="alias.claimed/v1", body={"target": "two"}))
    assert error.code == "C303"


def test_repeating_a_save_whose_answer_was_lost_succeeds_without_a_second_event(
    store: LedgerStore,
) -> None:
    made = chain(VIAL, 2)
    store.append(made)
    store.append([signed(BATCH)])
    assert store.append(made) == [0, 1]
    assert store.size() == 3


def test_a_save_that_is_only_partly_stored_already_is_refused(store: LedgerStore) -> None:
    made = chain(VIAL, 2)
    store.append(made[:1])
    assert refused(store, *made).code == "C301"


def test_an_event_signed_for_another_ledger_is_refused(store: LedgerStore) -> None:
    with pytest.raises(EvidenceError) as caught:
        store.append([signed(VIAL, log="custody.example/site-2")])
    assert caught.value.code == "C491"
    assert store.size() == 0


def test_saving_nothing_changes_nothing(store: LedgerStore) -> None:
    assert store.append([]) == []
    assert store.size() == 0


def test_a_ledger_opened_for_reading_refuses_to_write(tmp_path: Path) -> None:
    LedgerStore.create(tmp_path / "ledger.db", ORIGIN).close()
    with LedgerStore.open(tmp_path / "ledger.db", readonly=True) as store:
        with pytest.raises(StorageError) as caught:
            store.append([signed(VIAL)])
        assert caught.value.code == "C714"
        assert store.size() == 0


def test_a_scan_takes_any_part_of_the_ledger_in_order(store: LedgerStore) -> None:
    store.append(chain(VIAL, 7))
    assert [s.index for s in store.scan(batch=3)] == list(range(7))
    assert [s.index for s in store.scan(2, 6, batch=3)] == [2, 3, 4, 5]
    assert list(store.scan(7)) == []


def test_seals_stand_in_the_scan_but_belong_to_no_stream(store: LedgerStore) -> None:
    store.append([signed(VIAL)])
    seal, size, _ = store.seal(1_795_000_000)
    last = list(store.scan())[-1]
    assert (last.index, last.stream, last.seq, last.wire) == (1, None, None, seal.to_bytes())
    assert size == 2
    assert store.stream("seal") == []
    assert store.head("seal") is None


def test_reads_of_one_block_see_one_state(store: LedgerStore, tmp_path: Path) -> None:
    store.append([signed(VIAL)])
    with LedgerStore.open(tmp_path / "ledger.db") as other, store.reading():
        assert store.size() == 1
        other.append([following(other, VIAL)])
        assert store.size() == 1
    assert store.size() == 2


def test_settings_of_the_shell_do_not_reach_the_event_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PERSISTENCE_MODULE", "MAPPER_TOPIC", "COMPRESSOR_TOPIC", "LEDGER_SQLITE_DBNAME"):
        monkeypatch.setenv(name, "somewhere.else")
    with LedgerStore.create(tmp_path / "ledger.db", ORIGIN) as store:
        store.append([signed(VIAL)])
        assert store.stream(VIAL)[0].wire == signed(VIAL).wire
    assert sorted(p.name for p in tmp_path.iterdir()) == ["ledger.db"]


def test_the_event_library_reads_the_same_events_back(store: LedgerStore) -> None:
    from custody.adapters.sqlite_recorder import LedgerApplication

    made = chain(VIAL, 2)
    store.append(made)
    application = LedgerApplication(store.path)
    try:
        assert [r.entry for r in application.events.get(VIAL)] == made  # type: ignore[attr-defined]
        log = application.recorder.select_notifications(start=1, limit=10)
        assert [(n.id, n.topic) for n in log] == [(1, "vial.thawed/v1"), (2, "vial.thawed/v1")]
    finally:
        application.close()
