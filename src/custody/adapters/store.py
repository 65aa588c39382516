"""The ledger in one SQLite file: append, read, prove, seal, check.

It verifies no signatures and knows no rules; it keeps bytes, their order and their hashes, and
refuses an event that no longer fits the streams it continues or relied on. Standards: RFC 6962
section 2.1 for the tree, draft-ietf-keytrans-protocol for the hashing of the stream map.
"""

from __future__ import annotations

import contextlib
import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Self

from custody.adapters import sqlite_rows as rows
from custody.adapters.files import beside, publish
from custody.adapters.sqlite_check import StoreFinding, findings
from custody.adapters.sqlite_errors import storage_errors
from custody.adapters.sqlite_map import SqliteMapNodes
from custody.adapters.sqlite_rows import Stored
from custody.adapters.sqlite_schema import connect, create_tables, require_full_length
from custody.errors import EvidenceError, StorageError, Text
from custody.evidence import headmap, merkle
from custody.evidence.names import check_origin, stream_kind

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path
    from types import TracebackType

    from custody.adapters.sqlite_recorder import LedgerApplication
    from custody.evidence.entry import Entry
    from custody.evidence.headmap import Head, MapProof
    from custody.evidence.seal import Seal

__all__ = ["LedgerStore", "StoreFinding", "Stored"]

_LAST_NOTE: Final = "SELECT note FROM checkpoints WHERE size = ? ORDER BY id DESC LIMIT 1"
_KEEP_NOTE: Final = (
    "INSERT INTO checkpoints (id, size, note) "
    "SELECT coalesce(max(id), 0) + 1, ?, ? FROM checkpoints"
)


class LedgerStore:
    """One open ledger file. Use it in one thread, and close it or use it in a ``with``.

    Every method may raise `StorageError` (C70x) when the file, the disk or another program is in
    the way, and `EvidenceError` (C49x) when rows were altered.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, *, readonly: bool) -> None:
        self.path = path
        self.readonly = readonly
        self._connection = connection
        self._application: LedgerApplication | None = None
        self._depth = 0
        with storage_errors(path):
            row = connection.execute("SELECT origin FROM ledger").fetchone()
        if row is None:
            raise StorageError(
                "C704", where=str(path), detail=Text("the origin is missing", "缺少台账名称")
            )
        self.origin: str = row[0]

    @classmethod
    def create(cls, path: Path, origin: str) -> LedgerStore:
        """Create an empty ledger named `origin` at `path` and open it.

        Raises:
            EvidenceError: C401 when `origin` cannot name a log.
            StorageError: C709 something is at `path` already, C705, C706, C707, C713.
        """
        check_origin(origin)
        if path.exists():
            raise StorageError("C709", where=str(path))
        if not path.parent.is_dir():
            raise StorageError("C713", where=str(path.parent))
        draft = beside(path)
        try:
            create_tables(draft, origin)
            publish(draft, path)
        except FileExistsError as error:
            raise StorageError("C709", where=str(path)) from error
        except OSError as error:
            code = {errno.ENOSPC: "C705", errno.EIO: "C707"}.get(error.errno or 0, "C706")
            raise StorageError(code, where=str(path), detail=error.strerror or "") from error
        finally:
            for suffix in ("", "-wal", "-shm"):
                with contextlib.suppress(OSError):
                    draft.with_name(draft.name + suffix).unlink()
        return cls.open(path)

    @classmethod
    def open(cls, path: Path, *, readonly: bool = False, whole: bool = True) -> LedgerStore:
        """Open the ledger at `path`; it is never created here.

        A file that lost its end is refused, unless `whole` is False: an audit lists what is gone.

        Raises:
            StorageError: C701 no ledger, C702 another kind of file, C704 damaged, C706 not
                permitted, C712 written by a newer version.
            EvidenceError: C492 its last entries are gone.
        """
        connection = connect(path, write=not readonly)
        try:
            if whole:
                with storage_errors(path):
                    require_full_length(connection, path)
                    rows.require_whole(connection.execute)
            return cls(path, connection, readonly=readonly)
        except BaseException:
            connection.close()
            raise

    def close(self) -> None:
        """Close the file; safe to call twice."""
        if self._application is not None:
            self._application.close()
            self._application = None
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Let all reads of the block see one and the same state, whatever others append."""
        with storage_errors(self.path):
            if self._depth == 0:
                self._connection.execute("BEGIN")
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if self._depth == 0 and self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    # ------------------------------------------------------------------ events

    def size(self) -> int:
        """Return the number of leaves, seals included."""
        with storage_errors(self.path):
            return rows.size(self._connection.execute)

    def events(self) -> int:
        """Return the number of events, seals not counted."""
        with self.reading():
            query = self._connection.execute
            return rows.size(query) - rows.seals(query)

    def head(self, stream: str) -> Head | None:
        """Return the present head of `stream`, or None when it has no event."""
        with storage_errors(self.path):
            return rows.head(self._connection.execute, stream)

    def stream(self, stream: str) -> list[Stored]:
        """Return every event of `stream` in order; each is hashed again.

        Raises:
            EvidenceError: C490 altered, C493 an event of the stream is missing.
        """
        with storage_errors(self.path):
            return rows.stream(self._connection.execute, stream)

    def scan(self, start: int = 0, stop: int | None = None, batch: int = 1000) -> Iterator[Stored]:
        """Yield the leaves from index `start` up to `stop` (default: the size now), in order.

        Raises:
            EvidenceError: C490 altered, C492 missing.
        """
        end = self.size() if stop is None else stop
        with storage_errors(self.path):
            yield from rows.pages(self._connection.execute, start, end, batch)

    def append(self, entries: Sequence[Entry]) -> list[int]:
        """Write `entries` in one transaction, durably, and return their leaf indexes.

        Each must continue its stream and link to the present heads, entries of the same call
        counted. When exactly these bytes are stored already, that counts as success.

        Raises:
            ConflictError: C301 the stream moved on, C302 a linked stream moved on, C303 the
                business number is taken. Nothing is written then.
            EvidenceError: C491 an entry was signed for another ledger.
        """
        for entry in entries:
            if entry.payload.log != self.origin:
                raise EvidenceError(
                    "C491", where=entry.payload.stream, log=entry.payload.log, origin=self.origin
                )
        if not entries:
            return []
        with storage_errors(self.path):
            return self._writer().append(entries)

    # ---------------------------------------------------------------- evidence

    def seal(self, now: int) -> tuple[Seal, int, bytes]:
        """Write a seal at Unix time `now` (seconds); return it, the new size and the tree root.

        A clock that went back does not show: the time of the previous seal is repeated.

        Raises:
            StorageError: C710 when there is no event yet.
        """
        with storage_errors(self.path):
            return self._writer().seal(self.origin, now)

    def last_seal(self) -> Seal | None:
        """Return the newest seal; the checkpoint over it has size ``index + 1``."""
        with storage_errors(self.path):
            return rows.last_seal(self._connection.execute)

    def map_proof(self, stream: str) -> tuple[Head | None, MapProof]:
        """Return the head of `stream` under the last seal (None: no event by then) and its proof.

        Call it inside `reading()` together with `last_seal()` when others may be sealing.

        Raises:
            StorageError: C711 when there is no seal yet.
            EvidenceError: C401 `stream` is malformed, C494 the stored map has holes.
        """
        with self.reading():
            query = self._connection.execute
            seal = rows.last_seal(query)
            if seal is None:
                raise StorageError("C711", where=str(self.path))
            stream_kind(stream)
            try:
                proof = headmap.prove(SqliteMapNodes(query), stream)
            except EvidenceError as error:
                raise EvidenceError("C494", where=str(self.path), detail=str(error)) from error
            return rows.head(query, stream, below=seal.index), proof

    def root(self, size: int) -> bytes:
        """Return the tree root over the first `size` leaves."""
        with self.reading():
            self._require_size(size)
            return merkle.root_at(size, self._nodes())

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """Return the audit path of leaf `index` in the tree of `size` (RFC 6962, 2.1.1)."""
        with self.reading():
            self._require_size(size)
            return merkle.inclusion_path(index, size, self._nodes())

    def consistency(self, old: int, new: int) -> list[bytes]:
        """Return the proof that the tree of `old` leaves is a prefix of `new` (RFC 6962, 2.1.2)."""
        with self.reading():
            self._require_size(new)
            return merkle.consistency_path(old, new, self._nodes())

    def save_checkpoint(self, text: bytes, size: int) -> None:
        """Keep the published checkpoint note `text` over `size` leaves; the same twice is one."""
        self._require_size(size)
        with storage_errors(self.path), self._writer().immediate() as cursor:
            cursor.execute("SELECT 1 FROM checkpoints WHERE size = ? AND note = ?", (size, text))
            if cursor.fetchone() is None:
                cursor.execute(_KEEP_NOTE, (size, text))

    def extend_checkpoint(self, size: int, extend: Callable[[bytes], bytes]) -> bytes:
        """Keep the last note of `size` leaves as `extend` makes it, and return it.

        Read and written under one lock, so that of two callers neither loses the other's lines. The
        notes before it stay in the file; StorageError C711 when there is none of this size.
        """
        with storage_errors(self.path), self._writer().immediate() as cursor:
            cursor.execute(_LAST_NOTE, (size,))
            row = cursor.fetchone()
            if row is None:
                raise StorageError("C711", where=str(self.path))
            before = bytes(row[0])
            after = extend(before)
            if after != before:
                cursor.execute(_KEEP_NOTE, (size, after))
            return after

    def checkpoints(self) -> list[tuple[int, bytes]]:
        """Return (size, note) of every kept checkpoint, in the order they were kept."""
        with storage_errors(self.path):
            query = self._connection.execute("SELECT size, note FROM checkpoints ORDER BY id")
            return [(size, bytes(note)) for size, note in query.fetchall()]

    def checkpoint_sizes(self) -> list[int]:
        """Return the sizes of the kept checkpoints, each once, growing."""
        with storage_errors(self.path):
            query = self._connection.execute("SELECT DISTINCT size FROM checkpoints ORDER BY size")
            return [size for (size,) in query.fetchall()]

    def checkpoint(self, size: int) -> bytes | None:
        """Return the last kept note over `size` leaves, or None."""
        with storage_errors(self.path):
            row = self._connection.execute(_LAST_NOTE, (size,)).fetchone()
            return None if row is None else bytes(row[0])

    def last_checkpoint(self) -> tuple[int, bytes] | None:
        """Return (size, note) of the largest checkpoint, the last kept one of that size."""
        with storage_errors(self.path):
            row = self._connection.execute(
                "SELECT size, note FROM checkpoints ORDER BY size DESC, id DESC LIMIT 1"
            ).fetchone()
            return None if row is None else (row[0], bytes(row[1]))

    def check(self) -> list[StoreFinding]:
        """Recompute everything the file derives from its events and return what differs."""
        with self.reading():
            return list(findings(self._connection, self.path))

    # ------------------------------------------------------------------ inside

    def _nodes(self) -> merkle.NodeReader:
        return rows.node_reader(self._connection.execute)

    def _require_size(self, size: int) -> None:
        if not 0 <= size <= self.size():
            raise ValueError(f"size {size} is outside 0..{self.size()}")

    def _writer(self) -> LedgerApplication:
        if self.readonly:
            raise StorageError("C714", where=str(self.path))
        if self._application is None:
            # Imported here: commands that only read start in half the time without it.
            from custody.adapters.sqlite_recorder import LedgerApplication

            self._application = LedgerApplication(self.path)
        return self._application
