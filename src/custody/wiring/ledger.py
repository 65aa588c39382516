"""A ledger as a folder: made, found, opened, with everything that touches its files.

``ledger.db`` (the log), ``vault.db`` and ``vault.key`` (private values), ``keys/`` (encrypted
keys), ``trust.json`` (what verifiers pin) and ``earlier-trust/`` (what they pinned before),
``checkpoints/`` (published notes), ``read-models.db`` (derived, may be deleted).
"""

from __future__ import annotations

import errno
import re
import secrets
import shutil
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from custody.adapters import passphrases as passphrases  # noqa: PLC0414 - for the command line
from custody.adapters.files import beside, publish, write_once
from custody.adapters.keys import KeyFolder
from custody.adapters.lenient_vault import LenientVault
from custody.adapters.published import FOLDER, kept_replies, republish
from custody.adapters.readmodels import SqliteReadModels
from custody.adapters.store import LedgerStore
from custody.adapters.vault import KEY_FILE, VAULT_FILE, Vault
from custody.app.ledger import Ledger
from custody.app.ports import Clock
from custody.app.privacy.erased import Replayed, Stores, audited, carried_out
from custody.errors import InputError, StorageError, TrustError
from custody.evidence.trust import TrustRoot

if TYPE_CHECKING:
    from custody.app.oversight.audit import AuditReport
    from custody.app.publication.publishing import CheckpointView, Exported
    from custody.app.recording.acting import Draft, Drafted
    from custody.app.recording.intent import Act

DATABASE: Final = "ledger.db"
TRUST: Final = "trust.json"
EARLIER: Final = "earlier-trust"
KEYS: Final = "keys"
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
    clock: Clock = wall_clock,
) -> Created:
    """Create a ledger in `folder`: root and ledger keys, authority, policy, trust file.

    Args:
        roots, threshold: how many root keys, and how many of them must agree (1 to 4).
        registrar: name of the first person who may enrol others; None leaves the ledger without.

    Raises:
        InputError: C154 impossible numbers, C155 an origin that cannot name a log.
        StorageError: C709 a ledger is there already, C715 the rest of one, or the disk; what was
            begun is taken back, whatever ends it.
        SigningKeyError: a key cannot be made.
    """
    if not 1 <= threshold <= roots <= 16 or threshold > 4:
        raise InputError("C154", where="init", roots=roots, threshold=threshold)
    name = origin or _origin(organisation)
    if not re.fullmatch(r"[a-z0-9][a-z0-9./_-]{0,119}", name):
        raise InputError("C155", where=name, origin=name)
    names = _Names(
        roots=tuple(f"root-{n + 1}" for n in range(roots)),
        log=(f"ledger {name} ed25519", f"ledger {name} mldsa44"),
        registrar=registrar or "",
    )
    _require_free(folder, names)
    # Asked before anything is made: whoever mistypes or goes away leaves nothing behind.
    said = {key: passphrase(key) for key in names.all}
    with _disk(folder):
        made_folder = not folder.exists()
        folder.mkdir(parents=True, exist_ok=True)
    draft = beside(folder / "new")
    try:
        with _disk(folder):
            draft.mkdir(mode=0o700)
            trust = _build(draft, name, organisation, names, threshold, said.__getitem__, clock)
            _move_in(draft, folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        if made_folder:
            with suppress(OSError):
                folder.rmdir()
        raise
    shutil.rmtree(draft, ignore_errors=True)
    return Created(name, folder, folder / TRUST, trust.fingerprint, names.all)


@dataclass(frozen=True, slots=True)
class _Names:
    """The names of the keys a new ledger is made with; `registrar` may be empty."""

    roots: tuple[str, ...]
    log: tuple[str, str]
    registrar: str

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.roots, *self.log, *((self.registrar,) if self.registrar else ()))


def _require_free(folder: Path, names: _Names) -> None:
    """Refuse a folder that holds a ledger, or what is left of a start that was killed."""
    if (folder / DATABASE).exists():
        raise StorageError("C709", where=str(folder / DATABASE))
    left = [name for name in (TRUST, VAULT_FILE, KEY_FILE) if (folder / name).exists()]
    taken = {key.name for key in KeyFolder(folder / KEYS).list()}
    if taken & set(names.all):
        left.append(f"{KEYS}/")
    if left:
        raise StorageError("C715", where=str(folder), found=", ".join(left))


@contextmanager
def _disk(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        code = "C705" if error.errno == errno.ENOSPC else "C706"
        raise StorageError(code, where=str(folder), detail=error.strerror or "") from error


def _build(
    draft: Path,
    origin: str,
    organisation: str,
    names: _Names,
    threshold: int,
    passphrase: Passphrase,
    clock: Clock,
) -> TrustRoot:
    """Make every part of a ledger in the folder `draft`; return its trust file."""
    from custody.app.recording.founding import Founder, found, trust_file

    keyring = KeyFolder(draft / KEYS)
    first, second = names.log
    cards = [keyring.create(n, "ed25519", passphrase(n)) for n in names.roots]
    log_cards = (
        keyring.create(first, "ed25519", passphrase(first)),
        keyring.create(second, "mldsa44", passphrase(second)),
    )
    trust = trust_file(origin, cards, threshold, log_cards)
    signers = [keyring.unlock(card, passphrase) for card in cards[:threshold]]
    founder = None
    if names.registrar:
        card = keyring.create(names.registrar, "ed25519", passphrase(names.registrar))
        founder = Founder(keyring.unlock(card, passphrase), card.name)
    write_once(draft / TRUST, trust.to_bytes(), 0o644)
    with Vault.create(draft) as vault, LedgerStore.create(draft / DATABASE, origin) as store:
        found(store, vault, clock, organisation=organisation, roots=signers, founder=founder)
    return trust


def _move_in(draft: Path, folder: Path) -> None:
    """Give the finished parts their places in `folder`; all of them, or none.

    The database comes last: a folder without it is not a ledger.
    """
    (folder / KEYS).mkdir(mode=0o700, exist_ok=True)
    parts = [f"{KEYS}/{file.name}" for file in sorted((draft / KEYS).iterdir())]
    moved: list[Path] = []
    try:
        for part in (*parts, KEY_FILE, VAULT_FILE, TRUST, DATABASE):
            place = folder / part
            if place.exists():
                raise StorageError("C709", where=str(place))
            moved.append(place)
            publish(draft / part, place)
    except BaseException:
        for place in moved:
            with suppress(OSError):
                place.unlink()
        with suppress(OSError):
            (folder / KEYS).rmdir()
        raise


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
        self.private: LenientVault = parts["vault"]
        self.replayed: tuple[Replayed, ...] = ()
        """Values that the vault held again although an event has erased them, until now."""
        self.committed: list[int] = []
        """Indexes of the events written since it was opened, companions included."""

    def _write(
        self, make: Callable[[Draft], Drafted], kids: Sequence[str], dry_run: bool
    ) -> tuple[Act, Drafted]:
        act, drafted = super()._write(make, kids, dry_run)
        if not dry_run:
            self.committed += [written.index for written in act.events]
        return act, drafted

    def checkpoint(self, passphrase: Passphrase) -> tuple[CheckpointView, Path]:
        """Seal and sign; also keep the note as a file that can be sent to others."""
        from custody.app.publication.publishing import checkpoint

        view = checkpoint(self, passphrase)
        return view, self.republish(view.size, view.text)

    def republish(self, size: int, text: bytes = b"") -> Path:
        """Write the note of this size as a file; `text` stands in for one that is not kept."""
        return republish(self.folder, size, lambda: self.log.checkpoint(size) or text)

    def export(self, shipment: str, passphrase: Passphrase, known: Sequence[int] = ()) -> Exported:
        """Make the bundle of a shipment; see `custody.app.publication.publishing.export`."""
        from custody.app.publication.publishing import export

        def stamps(size: int) -> list[bytes]:
            return list(kept_replies(self.folder / FOLDER, size).values())

        made = export(self, shipment, passphrase, known, stamps=stamps)
        last = self.log.last_checkpoint()
        if last is not None:
            self.republish(*last)
        return made

    def due(self, by: date | None = None) -> dict[str, Any]:
        """Return what is to be done, by the working days of China; see `app.obligations.due`."""
        from custody.adapters.working_days import ChineseWorkingDays
        from custody.app.asking.obligations import due

        return due(self, ChineseWorkingDays(), by)

    def retention(self, ref: str) -> dict[str, Any]:
        """Return how long the records of an item are kept; see `app.obligations.retention`."""
        from custody.app.asking.obligations import retention

        return retention(self, ref)

    def stores(self) -> Stores:
        """Return what destroys private values, and the search through every file of the folder.

        Raises:
            StorageError: C72x there is no vault to destroy anything in.
        """
        from custody.adapters.remains import search

        return Stores(self.private.erasing(), partial(search, self.folder))

    def audit(self, progress: Callable[[int, int], None] | None = None) -> AuditReport:
        """Audit everything, with the checkpoints kept as files beside the database."""
        from custody.app.oversight.audit import audit

        folder = self.folder / FOLDER
        notes = [p.read_bytes() for p in sorted(folder.glob("*.txt"))] if folder.is_dir() else []
        return audited(self, audit(self, notes, progress), self.stores)


@contextmanager
def open_ledger(
    folder: Path,
    *,
    keys: Path | None = None,
    readonly: bool = False,
    whole: bool = True,
    clock: Clock = wall_clock,
) -> Iterator[OpenLedger]:
    """Open the ledger in `folder` for the length of a ``with`` block.

    A vault that is lost or damaged does not stop it: private values are missing from answers and
    `ledger.vault.trouble` says why. `whole=False` opens a file that lost its end, for an audit.

    Raises:
        StorageError: no ledger there (C701), damaged, or not permitted.
        EvidenceError: C492 its last entries are gone.
        TrustError: its trust file is missing or malformed.
    """
    store = LedgerStore.open(folder / DATABASE, readonly=readonly, whole=whole)
    vault = models = None
    try:
        trust = read_trust(folder / TRUST).after(earlier_trust(folder))
        if trust.origin != store.origin:
            raise InputError("C156", where=str(folder / TRUST), origin=store.origin)
        vault = LenientVault(folder)
        models = SqliteReadModels(folder / "read-models.db", store, _nobody)
        ledger = OpenLedger(
            folder,
            log=store,
            vault=vault,
            keys=KeyFolder(keys or folder / KEYS),
            models=models,
            clock=clock,
            trust=trust,
        )
        models.person_of = ledger.people.person_of
        ledger.replayed = carried_out(ledger, vault.erasing)
        yield ledger
    finally:
        for part in (models, vault, store):
            if part is not None:
                part.close()


def _nobody(kid: str) -> str | None:
    raise AssertionError(f"read models used before the ledger was wired: {kid}")


def earlier_trust(folder: Path) -> list[bytes]:
    """Return the trust files that were in force before, as the ledger keeps them."""
    return [read_file(path) for path in sorted((folder / EARLIER).glob("*.json"))]


def read_trust(path: Path) -> TrustRoot:
    """Read a trust file; InputError C157 when there is none, TrustError when malformed."""
    try:
        return TrustRoot.parse(read_file(path))
    except TrustError as error:
        error.where = str(path)
        raise


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
