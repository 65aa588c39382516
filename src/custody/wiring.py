"""Composition root: the only module that knows which adapter fills which port.

A ledger is a folder: ``ledger.db`` (the log), ``vault.db`` and ``vault.key`` (private values),
``keys/`` (encrypted keys), ``trust.json`` (what verifiers pin), ``checkpoints/`` (published notes),
``read-models.db`` (derived, may be deleted). What only some commands need is imported by them.
"""

from __future__ import annotations

import re
import secrets
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from custody.adapters import passphrases as passphrases  # noqa: PLC0414 - for the command line
from custody.adapters.files import write_once
from custody.adapters.keys import KeyFolder
from custody.adapters.readmodels import SqliteReadModels
from custody.adapters.store import LedgerStore
from custody.adapters.vault import Vault
from custody.app.ledger import Ledger
from custody.app.ports import Clock
from custody.errors import InputError, StorageError
from custody.evidence.trust import TrustRoot

if TYPE_CHECKING:
    from custody.app.audit import AuditReport
    from custody.app.publishing import CheckpointView, Exported

DATABASE: Final = "ledger.db"
TRUST: Final = "trust.json"
Passphrase = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Created:
    """A new ledger: its origin, its trust file and the names of the keys made for it."""

    origin: str
    folder: Path
    trust_path: Path
    fingerprint: str
    keys: tuple[str, ...]


def wall_clock() -> int:
    """Return the machine's time as Unix seconds."""
    return int(time.time())


def find_ledger(start: Path) -> Path:
    """Return the ledger folder at `start` or above, as git looks for a repository.

    Raises:
        StorageError: C701 there is none.
    """
    for folder in (start, *start.resolve().parents):
        if (folder / DATABASE).is_file():
            return folder
    raise StorageError("C701", where=str(start))


def create_ledger(
    folder: Path,
    *,
    organisation: str,
    passphrase: Passphrase,
    origin: str | None = None,
    roots: int = 3,
    threshold: int = 2,
    registrar: str | None = None,
    keys: Path | None = None,
    clock: Clock = wall_clock,
) -> Created:
    """Create a ledger in `folder`: root and ledger keys, authority, policy, trust file.

    Args:
        roots, threshold: how many root keys, and how many of them must agree (1 to 4).
        registrar: name of the first person who may enrol others; None leaves the ledger without.

    Raises:
        InputError: C154 impossible numbers, C155 an origin that cannot name a log.
        StorageError: something is there already, or the disk; what was begun is taken back.
        SigningKeyError: a key cannot be made.
    """
    from custody.app.founding import Founder, found, trust_file

    if not 1 <= threshold <= roots <= 16 or threshold > 4:
        raise InputError("C154", where="init", roots=roots, threshold=threshold)
    name = origin or _origin(organisation)
    if not re.fullmatch(r"[a-z0-9][a-z0-9./_-]{0,119}", name):
        raise InputError("C155", where=name, origin=name)
    if (folder / DATABASE).exists() or (folder / TRUST).exists():
        raise StorageError("C709", where=str(folder / DATABASE))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError("C706", where=str(folder), detail=error.strerror or "") from error
    keyring = KeyFolder(keys or folder / "keys")
    root_names = [f"root-{n + 1}" for n in range(roots)]
    log_names = (f"ledger {name} ed25519", f"ledger {name} mldsa44")
    cards = [keyring.create(n, "ed25519", passphrase(n)) for n in root_names]
    log_cards = (
        keyring.create(log_names[0], "ed25519", passphrase(log_names[0])),
        keyring.create(log_names[1], "mldsa44", passphrase(log_names[1])),
    )
    trust = trust_file(name, cards, threshold, log_cards)
    signers = [keyring.unlock(card, passphrase) for card in cards[:threshold]]
    founder = None
    if registrar:
        card = keyring.create(registrar, "ed25519", passphrase(registrar))
        founder = Founder(keyring.unlock(card, passphrase), card.name)
    vault = Vault.create(folder)
    # The database comes last: a folder without it is not a ledger, so a broken start is no ledger.
    write_once(folder / TRUST, trust.to_bytes(), 0o644)
    store = LedgerStore.create(folder / DATABASE, name)
    try:
        found(store, vault, clock, organisation=organisation, roots=signers, founder=founder)
    finally:
        store.close()
        vault.close()
    made = (*root_names, *log_names, *((registrar,) if registrar else ()))
    return Created(name, folder, folder / TRUST, trust.fingerprint, made)


def _origin(organisation: str) -> str:
    """Return an origin nobody else has: the organisation's name in ASCII and random digits."""
    plain = unicodedata.normalize("NFKD", organisation).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40] or "ledger"
    return f"{slug}.custody/{secrets.token_hex(4)}"


class OpenLedger(Ledger):
    """A ledger with its folder: adds what touches files."""

    def __init__(self, folder: Path, **parts: Any) -> None:
        super().__init__(**parts)
        self.folder = folder

    def checkpoint(self, passphrase: Passphrase) -> tuple[CheckpointView, Path]:
        """Seal and sign; also keep the note as a file that can be sent to others."""
        from custody.app.publishing import checkpoint

        view = checkpoint(self, passphrase)
        return view, self._publish(view.size, view.text)

    def _publish(self, size: int, text: bytes) -> Path:
        place = self.folder / "checkpoints" / f"{size:010d}.txt"
        try:
            place.parent.mkdir(exist_ok=True)
            if not place.exists():
                write_once(place, text, 0o644)
        except OSError as error:
            raise StorageError("C706", where=str(place), detail=error.strerror or "") from error
        return place

    def export(self, shipment: str, passphrase: Passphrase) -> Exported:
        """Make the bundle of a shipment; see `custody.app.publishing.export`."""
        from custody.app.publishing import export

        made = export(self, shipment, passphrase)
        last = self.log.last_checkpoint()
        if last is not None:
            self._publish(*last)
        return made

    def audit(self, progress: Callable[[int, int], None] | None = None) -> AuditReport:
        """Audit everything, with the checkpoints kept as files beside the database."""
        from custody.app.audit import audit

        folder = self.folder / "checkpoints"
        notes = [p.read_bytes() for p in sorted(folder.glob("*.txt"))] if folder.is_dir() else []
        return audit(self, notes, progress)


@contextmanager
def open_ledger(
    folder: Path,
    *,
    keys: Path | None = None,
    readonly: bool = False,
    clock: Clock = wall_clock,
) -> Iterator[OpenLedger]:
    """Open the ledger in `folder` for the length of a ``with`` block.

    Raises:
        StorageError: no ledger there (C701), damaged, or not permitted.
        TrustError: its trust file is missing or malformed.
    """
    store = LedgerStore.open(folder / DATABASE, readonly=readonly)
    vault = models = None
    try:
        trust = read_trust(folder / TRUST)
        if trust.origin != store.origin:
            raise InputError("C156", where=str(folder / TRUST), origin=store.origin)
        vault = Vault.open(folder)
        models = SqliteReadModels(folder / "read-models.db", store, _nobody)
        ledger = OpenLedger(
            folder,
            log=store,
            vault=vault,
            keys=KeyFolder(keys or folder / "keys"),
            models=models,
            clock=clock,
            trust=trust,
        )
        models.person_of = ledger.people.person_of
        yield ledger
    finally:
        for part in (models, vault, store):
            if part is not None:
                part.close()


def _nobody(kid: str) -> str | None:
    raise AssertionError(f"read models used before the ledger was wired: {kid}")


def read_trust(path: Path) -> TrustRoot:
    """Read a trust file; InputError C157 when there is none, TrustError when malformed."""
    return TrustRoot.parse(read_file(path))


def read_file(path: Path, limit: int = 64 << 20) -> bytes:
    """Return the content of a file people named.

    Raises:
        InputError: C157 missing, C158 not readable, C159 larger than `limit` bytes.
    """
    try:
        if path.is_dir():
            raise InputError("C158", where=str(path), detail="it is a folder")
        with path.open("rb") as stream:
            content = stream.read(limit + 1)
    except FileNotFoundError:
        raise InputError("C157", where=str(path)) from None
    except (OSError, ValueError) as error:
        detail = getattr(error, "strerror", None) or str(error)
        raise InputError("C158", where=str(path), detail=detail) from error
    if len(content) > limit:
        raise InputError("C159", where=str(path), limit=limit)
    return content
