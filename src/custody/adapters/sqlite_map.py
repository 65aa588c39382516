"""Keeps the nodes of the stream map (`evidence.headmap`) in a table of the ledger file.

The table always shows the state of the last seal, so proofs under that seal stay possible while new
events arrive. It is derived from the events and may be rebuilt; it is no evidence of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from custody.evidence.headmap import MapNode

if TYPE_CHECKING:
    from custody.adapters.sqlite_rows import Query


class SqliteMapNodes:
    """`MapNodes` over the table ``map_nodes``, inside the caller's transaction."""

    def __init__(self, query: Query) -> None:
        self._query = query

    def get(self, path: str) -> MapNode | None:
        """Return the node at `path`, or None where there is none."""
        row = self._query(
            "SELECT kind, first, second FROM map_nodes WHERE path = ?", (path,)
        ).fetchone()
        return None if row is None else MapNode(row[0], bytes(row[1]), bytes(row[2]))

    def put(self, path: str, node: MapNode) -> None:
        """Keep `node` at `path`, replacing what was there."""
        self._query(
            "INSERT INTO map_nodes (path, kind, first, second) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (path) DO UPDATE SET kind = excluded.kind, first = excluded.first, "
            "second = excluded.second",
            (path, node.kind, node.first, node.second),
        )
