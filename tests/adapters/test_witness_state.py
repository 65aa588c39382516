"""The memory of a witness: of many processes one moves on, and nothing signed is forgotten."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path

import pytest

from adapters.children import Child, as_other_user, open_place
from app.vouchers import LOG_KEYS, NOW, asked, grown, history, keys_of, small, unlocked, witness
from custody.adapters.witness_state import FORKS_MAX, STATE_FILE, WitnessState
from custody.app.oversight.witness import Seen, Served, Witness
from custody.errors import CustodyError, StorageError
from custody.evidence.checkpoint import verify_line
from custody.evidence.cosigning import parse_lines
from evidence.cast import ORIGIN

HISTORIES = 4


def signed(one: Witness, request: bytes) -> tuple[int, bytes] | None:
    """(size, root) when the witness gave a good line for it."""
    try:
        made = one.cosign(request)
    except CustodyError:
        return None
    (line,) = parse_lines(made.lines)
    assert verify_line(keys_of(one)[0], made.checkpoint, line) is not None
    return made.checkpoint.size, made.checkpoint.root


def test_of_many_processes_that_show_different_histories_only_one_history_is_signed(
    tmp_path: Path,
) -> None:
    witness(tmp_path)
    together = get_context("fork").Barrier(HISTORIES, timeout=60)
    requests = [history(number, 6) for number in range(HISTORIES)]

    def show(number: int) -> list[tuple[int, bytes] | None]:
        state = WitnessState(tmp_path / "witness-1")
        one = witness_over(state)
        outcomes = []
        for request in requests[number]:
            together.wait()
            outcomes.append(signed(one, request))
        return outcomes

    children = [Child(lambda number=number: show(number)) for number in range(HISTORIES)]
    told = [child.result() for child in children]
    for size in range(6):
        winners = [row[size] for row in told if row[size] is not None]
        assert len(winners) == 1, "one history, at every size"


def witness_over(state: WitnessState) -> Witness:
    """The invented witness of the fixtures with another process's view of its memory."""
    return Witness(state.name, [unlocked(0x91)], state, lambda: NOW)


def test_a_witness_killed_at_any_moment_never_signs_a_second_root(tmp_path: Path) -> None:
    """Whatever line got out before the kill, nothing after it contradicts it."""
    witness(tmp_path)
    requests = [history(number, 25) for number in range(2)]
    out = tmp_path / "lines"

    def run() -> None:
        one = witness_over(WitnessState(tmp_path / "witness-1"))
        with out.open("ab", buffering=0) as file:
            for size in range(25):
                for number in (0, 1) if os.getpid() % 2 else (1, 0):
                    got = signed(one, requests[number][size])
                    if got is not None:
                        file.write(b"%d %s\n" % (got[0], got[1].hex().encode()))

    kills = (0.0, 0.01, 0.02, 0.04, 0.06, 0.09, 0.12, 0.2)
    for wait in kills:
        child = Child(run)
        time.sleep(wait)
        child.kill(signal.SIGKILL)
    Child(run).result()
    roots: dict[bytes, set[bytes]] = {}
    for row in out.read_bytes().splitlines():
        size, _, root = row.partition(b" ")
        roots.setdefault(size, set()).add(root)
    # A kill between decision and line loses that line, which may be asked for again.
    assert 25 - len(kills) <= len(roots) <= 25
    assert b"50" in roots
    assert all(len(found) == 1 for found in roots.values())


def test_what_was_decided_is_on_disk_before_the_line_exists(tmp_path: Path) -> None:
    one = witness(tmp_path)
    seen: list[Seen | None] = []

    class Watched:
        """A key that looks at the file when it is asked to sign."""

        def __init__(self, inner: object) -> None:
            self.public = inner.public  # type: ignore[attr-defined]
            self._inner = inner

        @property
        def private(self) -> object:
            seen.append(WitnessState(tmp_path / "witness-1").latest(ORIGIN))
            return self._inner.private  # type: ignore[attr-defined]

    watched = Witness(one.name, [Watched(one._signers[0])], one.memory, one.clock)  # type: ignore[list-item]
    made = watched.cosign(asked(small()))
    assert seen[0] is not None
    assert (seen[0].size, seen[0].root) == (made.checkpoint.size, made.checkpoint.root)


def test_the_file_itself_refuses_to_go_back(tmp_path: Path) -> None:
    one = witness(tmp_path)
    ledger = small()
    one.cosign(asked(ledger))
    one.cosign(asked(grown(ledger), 4))
    with closing(sqlite3.connect(tmp_path / "witness-1" / STATE_FILE)) as db:
        for statement in (
            "UPDATE signed SET root = zeroblob(32)",
            "DELETE FROM signed",
            "INSERT INTO signed VALUES (3, ?1, 6, zeroblob(32), 1795600001, x'00')",
            "INSERT INTO signed VALUES (3, ?1, 8, zeroblob(32), 1795600001, x'00')",
            "INSERT INTO signed VALUES (3, ?1, 9, zeroblob(32), 1, x'00')",
            "INSERT OR REPLACE INTO signed VALUES (2, ?1, 9, zeroblob(32), 1795600001, x'00')",
        ):
            with pytest.raises(sqlite3.DatabaseError):
                db.execute(statement, (ORIGIN,) if "?1" in statement else ())


def test_asking_for_the_same_checkpoint_all_day_does_not_make_the_memory_grow(
    tmp_path: Path,
) -> None:
    one = witness(tmp_path)
    ledger = small()
    one.cosign(asked(ledger))
    size = (tmp_path / "witness-1" / STATE_FILE).stat().st_size
    for _ in range(50):
        one.cosign(asked(ledger, 4))
    assert (tmp_path / "witness-1" / STATE_FILE).stat().st_size == size


def test_an_error_while_judging_leaves_nothing_behind(tmp_path: Path) -> None:
    state = witness(tmp_path).memory

    def judge(last: Seen | None, same: Seen | None) -> Seen:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        state.advance(ORIGIN, 4, judge)
    assert state.latest(ORIGIN) is None
    assert state.advance(ORIGIN, 4, lambda *_: Seen(4, bytes(32), NOW, b"x")).size == 4


def test_proofs_of_forks_cannot_fill_the_disk(tmp_path: Path) -> None:
    state = WitnessState.create(tmp_path / "w", "witness.example/w1")
    for size in range(4, 4 + FORKS_MAX):
        state.keep_fork(ORIGIN, size, [b"one", b"another"])
    assert len(state.forks()) == FORKS_MAX
    state.keep_fork("another.example/ledger", 4, [b"one", b"another"])
    assert len(state.forks()) == FORKS_MAX + 2, "one ledger leaves room for the lies of another"


def test_each_way_a_memory_can_be_unusable_has_its_own_words(tmp_path: Path) -> None:
    def code(folder: Path) -> str:
        with pytest.raises(StorageError) as error:
            WitnessState(folder)
        return error.value.code

    assert code(tmp_path / "nowhere") == "C730"
    WitnessState.create(tmp_path / "w", "witness.example/w1")
    with pytest.raises(StorageError) as taken:
        WitnessState.create(tmp_path / "w", "witness.example/w1")
    assert taken.value.code == "C731"
    file = tmp_path / "w" / STATE_FILE
    good = file.read_bytes()
    file.write_bytes(b"not a database at all, but long enough to be looked at" * 40)
    assert code(tmp_path / "w") == "C732"
    file.write_bytes(good[:5000])
    assert code(tmp_path / "w") == "C732"
    with closing(sqlite3.connect(tmp_path / "other.db")) as db:
        db.execute("CREATE TABLE t (x)")
        db.commit()
    file.write_bytes((tmp_path / "other.db").read_bytes())
    assert code(tmp_path / "w") == "C732"


@pytest.mark.parametrize("mode", [0o555, 0o000])
def test_a_folder_that_cannot_be_written_or_entered_signs_nothing(mode: int) -> None:
    request = asked(small())
    with open_place() as place:
        one = witness(place)
        folder = place / "witness-1"
        (folder / STATE_FILE).chmod(0o444)
        folder.chmod(mode)

        def attempt() -> str:
            try:
                one.cosign(request)
            except StorageError as error:
                return error.code
            return "signed"

        try:
            assert as_other_user(attempt) == "C734"
        finally:
            folder.chmod(0o755)


def test_ledgers_are_kept_with_both_keys(tmp_path: Path) -> None:
    state = witness(tmp_path).memory
    other = Served("custody.example/other", LOG_KEYS)
    state.serve(other)
    state.serve(other)
    assert [ledger.origin for ledger in state.ledgers()] == ["custody.example/other", ORIGIN]
    assert state.ledgers()[0] == other
