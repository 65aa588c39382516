"""The glue to `eventsourcing`: an application whose stored state is the entry, byte for byte.

It does not verify signatures and does not decide who may sign. One save is one transaction: the
chain of every stream and every link of every event are checked under the write lock, then the
events and the tree nodes they complete are written. The topic column holds the event type and is
never resolved to a Python object.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from eventsourcing.application import Application
from eventsourcing.persistence import Mapper, StoredEvent
from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteFactory,
)
from eventsourcing.utils import Environment

from custody.adapters import sqlite_rows as rows
from custody.adapters.sqlite_map import SqliteMapNodes
from custody.adapters.sqlite_schema import SEAL_STREAM, connect
from custody.errors import ConflictError, EvidenceError, StorageError
from custody.evidence import headmap, merkle
from custody.evidence.encoding import ZERO, unb64
from custody.evidence.entry import Entry
from custody.evidence.headmap import Head
from custody.evidence.seal import Seal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from eventsourcing.persistence import InfrastructureFactory
    from eventsourcing.utils import EnvType


@dataclass(frozen=True, slots=True)
class Record:
    """An entry in the shape the event library saves: stream, version from 1, type, bytes."""

    originator_id: str
    originator_version: int
    topic: str
    entry: Entry

    @classmethod
    def of(cls, entry: Entry) -> Record:
        """Return the record of `entry`; version n+1 holds the event with ``seq`` n."""
        said = entry.payload
        return cls(said.stream, said.seq + 1, said.type, entry)


class EntryMapper(Mapper[str]):
    """Identity on bytes: what was signed is what is stored."""

    def __init__(self) -> None:
        """Take no transcoder, cipher or compressor: none of them may touch the bytes."""

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        """Return the row of a `Record`."""
        return StoredEvent(
            domain_event.originator_id,
            domain_event.originator_version,
            domain_event.topic,
            domain_event.entry.wire,
        )

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        """Return the `Record` of a row, from its bytes alone."""
        return Record.of(Entry.parse(stored_event.state))


class LedgerPool(SQLiteConnectionPool):
    """Connections that never create the file and are durable and in WAL mode from the start."""

    path: Path

    def _create_connection(self) -> SQLiteConnection:
        connection = connect(self.path, write=True, threads=True)
        connection.row_factory = sqlite3.Row
        return SQLiteConnection(sqlite_conn=connection, max_age=None)


class LedgerRecorder(SQLiteApplicationRecorder):
    """Writes entries and seals; every write takes the lock before it reads anything."""

    @contextmanager
    def immediate(self) -> Iterator[SQLiteCursor]:
        """Hold the write lock for the block; all of it is committed, or nothing."""
        with self.datastore.get_connection(commit=True) as connection:
            cursor = connection.cursor()
            # A deferred BEGIN that reads first cannot wait for another writer: it would fail at
            # once with "database is locked", whatever the busy timeout says.
            cursor.execute("BEGIN IMMEDIATE")
            try:
                yield cursor
                connection.commit()
            except BaseException:
                connection.rollback()
                raise

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Append `stored_events`; ``reads`` carries the entries, whose links are the read set."""
        with self.immediate() as cursor:
            return self._insert_events(cursor, stored_events, **kwargs)

    def _insert_events(
        self, c: SQLiteCursor, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int]:
        entries: Sequence[Entry] = kwargs["reads"]
        query = c.sqlite_cursor.execute
        size = rows.size(query)
        stored = rows.already_stored(query, entries)
        if stored is not None:
            return stored
        judge(entries, size, rows.HeadCache(query))
        leaves = [entry.leaf for entry in entries]
        c.executemany(
            rows.INSERT_EVENT,
            [
                (size + i + 1, s.originator_id, s.originator_version, s.topic, leaf, s.state)
                for i, (s, leaf) in enumerate(zip(stored_events, leaves, strict=True))
            ],
        )
        rows.insert_nodes(c.sqlite_cursor, size, leaves)
        return [size + i + 1 for i in range(len(leaves))]

    def insert_seal(self, origin: str, now: int) -> tuple[Seal, int, bytes]:
        """Write a seal over everything before it; return it with the new size and tree root.

        Raises:
            StorageError: C710 when the ledger holds no event yet.
            EvidenceError: C494 when the stored map is not that of the previous seal.
        """
        with self.immediate() as cursor:
            query = cursor.sqlite_cursor.execute
            size = rows.size(query)
            previous = rows.last_seal(query)
            covered = 0 if previous is None else previous.index + 1
            streams = rows.births(query, covered) + (0 if previous is None else previous.streams)
            if streams == 0:
                raise StorageError("C710", where=origin)
            nodes = SqliteMapNodes(query)
            if previous is not None and headmap.root(nodes) != previous.map_root:
                # Building on altered nodes would put a false root under a signature.
                raise EvidenceError("C494", where=origin, detail="its root is not the last seal's")
            seal = Seal(
                origin=origin,
                index=size,
                time=now if previous is None else max(now, previous.time),
                map_root=headmap.apply(nodes, rows.heads_changed(query, covered)),
                streams=streams,
                previous=None if previous is None else previous.index,
            )
            wire = seal.to_bytes()
            leaf = merkle.leaf_hash(wire)
            cursor.execute(
                rows.INSERT_EVENT,
                (size + 1, SEAL_STREAM, rows.next_seal_version(query), SEAL_STREAM, leaf, wire),
            )
            rows.insert_nodes(cursor.sqlite_cursor, size, [leaf])
            return seal, size + 1, merkle.root_at(size + 1, rows.node_reader(query))


def judge(entries: Sequence[Entry], size: int, heads: rows.HeadCache) -> None:
    """Refuse the first entry that does not continue its stream or that relied on an old head.

    Entries of the same call count: entry k is judged as if entries 0..k-1 were stored. A link to
    a stream without events is satisfied by 32 zero bytes.

    Raises:
        ConflictError: C301 the stream moved on, C302 a link moved on, C303 the alias is taken.
    """
    for offset, entry in enumerate(entries):
        said = entry.payload
        head = heads[said.stream]
        count, tip = (0, ZERO) if head is None else (head.count, head.leaf)
        if said.seq == 0 and count > 0 and said.stream.startswith("alias:"):
            raise ConflictError("C303", where=said.stream, stream=said.stream)
        if said.seq != count or unb64(said.prev) != tip:
            raise ConflictError(
                "C301", where=said.stream, stream=said.stream, seq=said.seq, count=count
            )
        for link in said.links:
            seen = heads[link.stream]
            if unb64(link.head) != (ZERO if seen is None else seen.leaf):
                raise ConflictError(
                    "C302", where=link.stream, stream=link.stream, by=said.stream, rel=link.rel
                )
        heads[said.stream] = Head(count=count + 1, index=size + offset, leaf=entry.leaf)


class LedgerFactory(SQLiteFactory):
    """Builds the ledger's recorder over a pool that opens our own connections."""

    application_recorder_class = LedgerRecorder

    def __init__(self, env: Environment, path: Path) -> None:
        super().__init__(env)
        pool = LedgerPool(db_name=str(path), pool_size=1, max_overflow=0)
        pool.path = path
        self.datastore.pool = pool


class LedgerApplication(Application[str]):
    """The event library's application over one ledger file."""

    name = "ledger"

    def __init__(self, path: Path) -> None:
        self._path = path
        super().__init__(
            {
                "SQLITE_DBNAME": str(path),
                "ORIGINATOR_ID_TYPE": "text",
                "CREATE_TABLE": "no",
            }
        )

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """Use the given settings only: variables of the caller's shell could load foreign code."""
        return Environment(name, env)

    def construct_factory(self, env: Environment) -> InfrastructureFactory[Any]:
        """Return our factory by reference, not by an import path."""
        return LedgerFactory(env, self._path)

    def construct_mapper(self) -> Mapper[str]:
        """Return the identity mapper."""
        return EntryMapper()

    def append(self, entries: Sequence[Entry]) -> list[int]:
        """Save `entries` in one transaction; return their leaf indexes."""
        # `save` is the same call behind a run-time protocol check that costs a third of the time
        # of a bulk save, and then looks for snapshots and followers, of which there are none.
        recordings = self.events.put([Record.of(entry) for entry in entries], reads=entries)
        return [recording.notification.id - 1 for recording in recordings]

    def seal(self, origin: str, now: int) -> tuple[Seal, int, bytes]:
        """See `LedgerRecorder.insert_seal`."""
        return cast("LedgerRecorder", self.recorder).insert_seal(origin, now)

    @contextmanager
    def immediate(self) -> Iterator[SQLiteCursor]:
        """See `LedgerRecorder.immediate`."""
        with cast("LedgerRecorder", self.recorder).immediate() as cursor:
            yield cursor
