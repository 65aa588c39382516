"""A vault that may be lost or damaged: reading goes on without its values, writing does not.

It repairs nothing and makes no new vault. Whoever needs every value asks `trouble` afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from custody.adapters.vault import Vault
from custody.adapters.vault_erasure import VaultErasure
from custody.errors import StorageError

BUSY = "C703"
T = TypeVar("T")


class LenientVault:
    """The vault in `folder`, or what is left of it."""

    def __init__(self, folder: Path) -> None:
        self._vault: Vault | None = None
        self.trouble: StorageError | None = None
        try:
            self._vault = Vault.open(folder)
        except StorageError as lost:
            self._note(lost)

    def close(self) -> None:
        """Close the file; safe to call twice."""
        if self._vault is not None:
            self._vault.close()

    def put_all(self, rows: Iterable[tuple[bytes, str, str, str]]) -> None:
        """Keep values; see `Vault.put_all`.

        Raises:
            StorageError: as the vault, or why there is none; nothing is kept.
        """
        self._present().put_all(rows)

    def get(self, digest: str) -> str | None:
        """Return the disclosure with this digest, or None when it is not to be had."""
        return self._read(lambda vault: vault.get(digest), None)

    def by_leaf(self, leaf: bytes) -> dict[str, str]:
        """Return {digest: disclosure} of one event, as far as they are to be had."""
        return self._read(lambda vault: vault.by_leaf(leaf), {})

    def of_subject(self, subject: str) -> dict[str, str]:
        """Return {digest: disclosure} of one person, as far as they are to be had."""
        return self._read(lambda vault: vault.of_subject(subject), {})

    def erasing(self) -> VaultErasure:
        """Return what destroys values here.

        Raises:
            StorageError: why there is no vault to destroy anything in.
        """
        return VaultErasure(self._present())

    def _present(self) -> Vault:
        if self._vault is None:
            assert self.trouble is not None  # noqa: S101 - one of the two is set
            raise self.trouble
        return self._vault

    def _read(self, ask: Callable[[Vault], T], nothing: T) -> T:
        if self._vault is None:
            return nothing
        try:
            return ask(self._vault)
        except StorageError as broken:
            self._note(broken)
            return nothing

    def _note(self, trouble: StorageError) -> None:
        if trouble.code == BUSY:  # another program is at it: waiting helps, going without does not
            raise trouble
        self.trouble = trouble
