"""The campaign's fixtures, shared: every attack is tried on a copy of the same ledger."""

from __future__ import annotations

from app.conftest import at, clock, expired, folder, later, ledger, played

__all__ = ["at", "clock", "expired", "folder", "later", "ledger", "played"]
