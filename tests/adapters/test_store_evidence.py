"""Roots and proofs of the store equal those computed in memory from the same leaves."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.entries import ORIGIN, following, signed, stream_named
from custody.adapters.sqlite_check import prefix_root
from custody.adapters.sqlite_schema import node_row
from custody.adapters.store import LedgerStore
from custody.errors import EvidenceError, StorageError
from custody.evidence import headmap, merkle
from custody.evidence.encoding import sha256
from custody.evidence.headmap import Head
from custody.evidence.seal import Seal

NOW = 1_795_000_000
NAMES = [stream_named(str(number)) for number in range(12)]

histories = st.lists(
    st.one_of(st.lists(st.sampled_from(NAMES), min_size=1, max_size=9).map(tuple), st.just("seal")),
    min_size=1,
    max_size=12,
)


def play(store: LedgerStore, history: list[object]) -> tuple[list[bytes], dict[str, Head]]:
    """Write `history`; return the leaves written and the heads under the last seal."""
    leaves: list[bytes] = []
    heads: dict[str, Head] = {}
    sealed: dict[str, Head] = {}
    for step in history:
        if step == "seal":
            if not heads:
                continue
            seal, _, root = store.seal(NOW)
            leaves.append(merkle.leaf_hash(seal.to_bytes()))
            assert root == merkle.root_of(leaves)
            sealed = dict(heads)
            assert seal.map_root == headmap.root_of(sealed)
            assert seal.streams == len(sealed)
            continue
        entries = []
        for name in step:  # type: ignore[attr-defined]
            head = heads.get(name)
            entry = signed(name, head.count, head.leaf) if head else signed(name)
            count = 1 if head is None else head.count + 1
            heads[name] = Head(count, len(leaves), entry.leaf)
            leaves.append(entry.leaf)
            entries.append(entry)
        store.append(entries)
    return leaves, sealed


@settings(max_examples=25, deadline=None)
@given(history=histories, data=st.data())
def test_every_proof_of_the_store_is_the_one_computed_in_memory(
    history: list[object], data: st.DataObject
) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        LedgerStore.create(Path(folder) / "ledger.db", ORIGIN) as store,
    ):
        leaves, sealed = play(store, history)
        assert store.check() == []
        size = data.draw(st.integers(1, len(leaves))) if leaves else 0
        root = merkle.root_of(leaves[:size])
        assert store.root(size) == root
        if size:
            index = data.draw(st.integers(0, size - 1))
            old = data.draw(st.integers(1, size))
            path = store.inclusion(index, size)
            assert merkle.verify_inclusion(leaves[index], index, size, path, root)
            between = store.consistency(old, size)
            before = merkle.root_of(leaves[:old])
            assert merkle.verify_consistency(old, size, between, before, root)
        if sealed:
            seal = store.last_seal()
            assert seal is not None
            for name in NAMES:
                head, proof = store.map_proof(name)
                assert head == sealed.get(name)
                assert headmap.verify_map(seal.map_root, name, head, proof)


@given(st.dictionaries(st.binary(min_size=1, max_size=3).map(sha256), st.binary(), max_size=40))
def test_the_one_pass_map_root_equals_the_map_written_node_by_node(
    values: dict[bytes, bytes],
) -> None:
    heads = {f"vial:{key.hex()[:32]}": Head(1, 0, sha256(v)) for key, v in values.items()}
    leaves = sorted(
        (headmap.map_key(s), sha256(b"\x02" + headmap.map_key(s) + headmap.map_value(s, h)))
        for s, h in heads.items()
    )
    assert prefix_root(leaves) == headmap.apply(headmap.DictNodes(), heads)


def test_the_one_pass_map_root_holds_for_keys_that_differ_only_at_the_end() -> None:
    def root(keys: list[int], bit: int = 255) -> bytes:
        """The recursive definition, written down plainly."""
        if bit < 255 and len(keys) <= 1:
            return sha256(keys[0].to_bytes(32)) if keys else bytes(32)
        zeros = [key for key in keys if not key >> bit & 1]
        ones = [key for key in keys if key >> bit & 1]
        return sha256(b"\x03" + root(zeros, bit - 1) + root(ones, bit - 1))

    for keys in ([2, 3], [0, 1, 2**255], [5, 6, 7, 2**255 + 1], [2**256 - 2, 2**256 - 1], [9], []):
        pairs = [(key.to_bytes(32), sha256(key.to_bytes(32))) for key in sorted(keys)]
        assert prefix_root(pairs) == root(keys)


def test_tree_nodes_are_numbered_in_the_order_they_become_complete() -> None:
    numbers = []
    for leaf in range(64):
        grown = merkle.grow(leaf, [bytes(32)], lambda _level, _position: bytes(32))
        numbers += [node_row(level, position) for level, position, _ in sorted(grown) if level]
    assert numbers == list(range(len(numbers)))


def test_proofs_under_the_last_seal_stay_possible_while_events_arrive(tmp_path: Path) -> None:
    with LedgerStore.create(tmp_path / "ledger.db", ORIGIN) as store:
        store.append([signed(NAMES[0])])
        seal, _, _ = store.seal(NOW)
        store.append([following(store, NAMES[0]), signed(NAMES[1])])
        head, proof = store.map_proof(NAMES[0])
        assert head is not None
        assert head.count == 1
        assert headmap.verify_map(seal.map_root, NAMES[0], head, proof)
        absent, proof = store.map_proof(NAMES[1])
        assert absent is None
        assert headmap.verify_map(seal.map_root, NAMES[1], None, proof)


def test_the_time_of_seals_never_goes_back(tmp_path: Path) -> None:
    with LedgerStore.create(tmp_path / "ledger.db", ORIGIN) as store:
        store.append([signed(NAMES[0])])
        store.seal(NOW)
        earlier, size, _ = store.seal(NOW - 3600)
        assert (earlier.time, earlier.index, earlier.previous) == (NOW, size - 1, 1)


def test_a_seal_reads_back_as_it_was_written(tmp_path: Path) -> None:
    with LedgerStore.create(tmp_path / "ledger.db", ORIGIN) as store:
        assert store.last_seal() is None
        store.append([signed(NAMES[0]), signed(NAMES[1])])
        seal, _, _ = store.seal(NOW)
        assert store.last_seal() == seal == Seal.parse(seal.to_bytes())
        assert seal.streams == 2


def test_an_empty_ledger_cannot_be_sealed_and_proves_nothing(tmp_path: Path) -> None:
    with LedgerStore.create(tmp_path / "ledger.db", ORIGIN) as store:
        with pytest.raises(StorageError) as caught:
            store.seal(NOW)
        assert caught.value.code == "C710"
        with pytest.raises(StorageError) as caught:
            store.map_proof(NAMES[0])
        assert caught.value.code == "C711"
        assert (store.size(), store.root(0)) == (0, merkle.EMPTY)
        assert store.check() == []


def test_a_seal_is_refused_when_the_stored_map_was_altered(tmp_path: Path) -> None:
    with LedgerStore.create(tmp_path / "ledger.db", ORIGIN) as store:
        store.append([signed(NAMES[0])])
        store.seal(NOW)
        store.append([signed(NAMES[1])])
        with store._writer().immediate() as cursor:
            cursor.execute("UPDATE map_nodes SET second = ? WHERE path = ''", (bytes(32),))
            cursor.execute("UPDATE map_nodes SET first = ? WHERE path = ''", (bytes(32),))
        with pytest.raises(EvidenceError) as caught:
            store.seal(NOW)
        assert caught.value.code == "C494"
        assert store.size() == 3


def test_checkpoints_are_kept_in_order_and_once(tmp_path: Path) -> None:
    with LedgerStore.create(tmp_path / "ledger.db", ORIGIN) as store:
        assert store.last_checkpoint() is None
        store.append([signed(name) for name in NAMES[:3]])
        store.save_checkpoint(b"one", 1)
        store.save_checkpoint(b"three", 3)
        store.save_checkpoint(b"three", 3)
        store.save_checkpoint(b"three, cosigned", 3)
        assert store.checkpoints() == [(1, b"one"), (3, b"three"), (3, b"three, cosigned")]
        assert store.last_checkpoint() == (3, b"three, cosigned")
        with pytest.raises(ValueError, match="outside"):
            store.save_checkpoint(b"four", 4)
