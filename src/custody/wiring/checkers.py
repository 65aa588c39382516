"""Composition root of those who check others: a verifier with a memory, and a map auditor.

An auditor is a folder of its own: ``keys/`` (one key, made for nothing else) and ``audited.db``
(what was signed last, per ledger). What only some commands need is imported by them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from custody.errors import EvidenceError, InputError, StorageError

if TYPE_CHECKING:
    from custody.app.oversight.audit import Progress
    from custody.app.oversight.auditing import Replay
    from custody.app.verification.memory import VerifierMemory
    from custody.evidence.fraud import Fraud
    from custody.evidence.note import VerifierKey

NONE: Final = "none"
KEYS: Final = "keys"
AUDITED: Final = "audited.db"
Passphrase = Callable[[str], bytes]
Algorithm = Literal["mldsa44", "ed25519"]
# No space and no plus, as signature lines demand; short enough for the name of a key.
_NAME = re.compile(r"[^\s+\x00-\x1f\x7f]{1,100}")


@contextmanager
def verifier_memory(place: str) -> Iterator[VerifierMemory]:
    """Open the memory of this verifier; its `trouble` says why it keeps nothing, if it does not.

    Args:
        place: a file, ``none``, or empty for the usual place of this person.

    Raises:
        StorageError: C735 it is damaged; C736, C737 a place that was named cannot be used.
    """
    from custody.adapters.verifier_memory import SqliteVerifierMemory, usual_place
    from custody.app.verification.memory import Forgetful

    if place == NONE:
        yield Forgetful()
        return
    try:
        path = Path(place).expanduser() if place else usual_place(os.environ, Path.home())
        memory = SqliteVerifierMemory(path, lenient=not place)
    except StorageError as error:
        if place or error.code == "C735":
            raise
        yield Forgetful(error)
        return
    try:
        yield memory
    finally:
        memory.close()


@dataclass(frozen=True, slots=True)
class AuditorCard:
    """An auditor as others see it: its name, and the key to put into trust files."""

    name: str
    folder: Path
    key: VerifierKey


def create_auditor(
    folder: Path, name: str, passphrase: Passphrase, algorithm: Algorithm = "mldsa44"
) -> AuditorCard:
    """Make an auditor in `folder` with a key of its own.

    Args:
        algorithm: ``mldsa44`` gives lines of type 0x06, which outlast quantum computers;
            ``ed25519`` lines of type 0x04.

    Raises:
        InputError: C136 one is there already, C137 the name cannot stand on a signature line.
        SigningKeyError: the key cannot be made.
    """
    from custody.adapters.keys import KeyFolder

    if not _NAME.fullmatch(name):
        raise InputError("C137", where="--name", name=name)
    keyring = KeyFolder(folder / KEYS)
    known = keyring.list()
    if known:
        raise InputError("C136", where=str(folder), key=known[0].name)
    keyring.create(name, algorithm, passphrase(name))
    return describe_auditor(folder)


def describe_auditor(folder: Path) -> AuditorCard:
    """Return the auditor in `folder`; no key is unlocked. InputError C135 when there is none."""
    from custody.adapters.keys import KeyFolder
    from custody.evidence.note import COSIGNATURE, MLDSA44, VerifierKey

    known = KeyFolder(folder / KEYS).list()
    if len(known) != 1:
        raise InputError("C135", where=str(folder))
    card = known[0]
    kind = MLDSA44 if card.alg == "mldsa44" else COSIGNATURE
    return AuditorCard(card.name, folder, VerifierKey(card.name, kind, card.public))


@dataclass(frozen=True, slots=True)
class Audited:
    """What an auditor found in a copy: a replay, or the proof that it is another history."""

    auditor: AuditorCard
    named: bool
    replay: Replay | None = None
    fork: Fraud | None = None
    broken: EvidenceError | None = None


def audit_copy(
    auditor: Path,
    copy: Path,
    trust: Path,
    passphrase: Passphrase,
    progress: Progress | None = None,
) -> Audited:
    """Replay the ledger copy at `copy` (its folder or its file) and co-sign it when it is honest.

    `named` says whether the trust file names this auditor: else nobody will count its line.

    Raises:
        InputError: C135 no auditor, C138 no checkpoint, C139 another ledger.
        StorageError: the copy, or what the auditor remembers, cannot be read.
        TrustError: the trust file is not usable.
        SigningKeyError: the auditor's key does not open.
    """
    from custody.adapters.keys import KeyFolder
    from custody.adapters.verifier_memory import SqliteVerifierMemory
    from custody.app.oversight import auditing

    with _copy(copy, trust) as ledger:
        card = describe_auditor(auditor)
        keyring = KeyFolder(auditor / KEYS)
        named = card.key in ledger.trust.auditors
        memory = SqliteVerifierMemory(auditor / AUDITED)
        try:
            found = auditing.replay(
                ledger,
                memory,
                card.name,
                lambda: keyring.unlock(keyring.find(card.name), passphrase),
                progress,
            )
        except EvidenceError as error:
            if error.code != "C453":
                raise
            return Audited(card, named, None, auditing.fork(ledger, memory), error)
        finally:
            memory.close()
    return Audited(card, named, found)


class NoVault:
    """Where a copy has its private values: nowhere. An auditor has no business with them."""

    trouble = None

    def put_all(self, rows: Iterable[tuple[bytes, str, str, str]]) -> None:
        """Keep nothing; a copy is not written to."""

    def get(self, digest: str) -> str | None:  # noqa: ARG002
        """Return None."""
        return None

    def by_leaf(self, leaf: bytes) -> dict[str, str]:  # noqa: ARG002
        """Return nothing."""
        return {}

    def of_subject(self, subject: str) -> dict[str, str]:  # noqa: ARG002
        """Return nothing."""
        return {}


@contextmanager
def _copy(place: Path, trust: Path) -> Iterator[Any]:
    """Open a copy of a ledger for reading, with a trust file from elsewhere, without its vault."""
    from custody.adapters.keys import KeyFolder
    from custody.adapters.readmodels import SqliteReadModels
    from custody.adapters.store import LedgerStore
    from custody.app.ledger import Ledger
    from custody.wiring.ledger import DATABASE, earlier_trust, read_trust, wall_clock

    file = place / DATABASE if place.is_dir() else place
    store = LedgerStore.open(file, readonly=True, whole=False)
    models = SqliteReadModels(":memory:", store, lambda _: None)
    try:
        pinned = read_trust(trust).after(earlier_trust(file.parent))
        yield Ledger(
            log=store,
            vault=NoVault(),
            keys=KeyFolder(file.parent / KEYS),
            models=models,
            clock=wall_clock,
            trust=pinned,
        )
    finally:
        models.close()
        store.close()
