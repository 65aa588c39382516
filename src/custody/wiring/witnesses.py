"""What others vouch for, put together: witnesses, their lines, and time stamps.

A witness is a folder of its own: ``witness.db`` (what it must not forget), ``keys/`` (encrypted)
and ``forks/`` (contradicting checkpoints, once there are any).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from custody.adapters import published
from custody.adapters.files import beside
from custody.adapters.keys import KeyFolder
from custody.adapters.witness_state import WitnessState
from custody.app.oversight import witnessing
from custody.app.oversight.witness import Served, Witness, public_keys, serve_ledger, witness_name
from custody.app.ports import Clock
from custody.errors import EvidenceError, InputError, StorageError
from custody.evidence.timestamps import TimestampCheck
from custody.evidence.trust import TrustRoot
from custody.wiring.ledger import KEYS, OpenLedger, wall_clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from custody.adapters.witness_http import Note, WitnessServer

Passphrase = Callable[[str], bytes]
ALGORITHMS: Final = ("ed25519", "mldsa44")


@dataclass(frozen=True, slots=True)
class WitnessCard:
    """A witness as others see it: its name, the keys to put into trust files, what it serves.

    `latest` maps the origin of a ledger to (size, time) of the last checkpoint signed, if any;
    `forks` are files with checkpoints that contradict each other.
    """

    name: str
    folder: Path
    keys: tuple[str, ...]
    ledgers: tuple[str, ...] = ()
    latest: dict[str, tuple[int, int] | None] | None = None
    forks: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time stamp that is kept: over which checkpoint, its time (Unix seconds), and its file."""

    size: int
    time: int
    path: Path
    checked: bool


# ------------------------------------------------------------------ the witness


def create_witness(
    folder: Path, name: str, passphrase: Passphrase, *, post_quantum: bool = False
) -> WitnessCard:
    """Make a witness in the new folder `folder`: its keys, encrypted, and its empty memory.

    Args:
        post_quantum: also make an ML-DSA-44 key, whose lines hold beyond quantum computers.

    Raises:
        InputError: C195 the name cannot stand on a signature line.
        StorageError: C731 something is there already, or the disk; nothing is left behind.
        SigningKeyError: a key cannot be made.
    """
    witness_name(name)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StorageError("C731", where=str(folder))
    wanted = ALGORITHMS if post_quantum else ALGORITHMS[:1]
    said = {algorithm: passphrase(_key_name(name, algorithm)) for algorithm in wanted}
    draft = beside(folder)
    try:
        try:
            draft.mkdir(mode=0o700, parents=True)
            keyring = KeyFolder(draft / KEYS)
            for algorithm in wanted:
                keyring.create(_key_name(name, algorithm), algorithm, said[algorithm])  # type: ignore[arg-type]
            WitnessState.create(draft, name)
            draft.rename(folder)
        except OSError as error:
            detail = error.strerror or ""
            raise StorageError("C734", where=str(folder), detail=detail) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return describe_witness(folder)


def _key_name(name: str, algorithm: str) -> str:
    return f"{name[:80]} {algorithm}"


def describe_witness(folder: Path) -> WitnessCard:
    """Return a witness as others see it; no key is unlocked.

    Raises:
        StorageError: C730 no witness there, C732, C734.
    """
    state = WitnessState(folder)
    cards = _cards(folder)
    served = state.ledgers()
    latest = {ledger.origin: state.latest(ledger.origin) for ledger in served}
    return WitnessCard(
        name=state.name,
        folder=folder,
        keys=tuple(key.text() for key in public_keys(state.name, cards)),
        ledgers=tuple(ledger.origin for ledger in served),
        latest={o: (seen.size, seen.time) if seen else None for o, seen in latest.items()},
        forks=tuple(state.forks()),
    )


def _cards(folder: Path) -> list[Any]:
    cards = {card.alg: card for card in KeyFolder(folder / KEYS).list()}
    return [cards[algorithm] for algorithm in ALGORITHMS if algorithm in cards]


def trust_ledger(folder: Path, trust: bytes, *, replace: bool = False) -> tuple[Served, TrustRoot]:
    """Let the witness in `folder` sign for the ledger of a trust file.

    Raises:
        TrustError: the trust file is not usable.
        InputError: C194 the ledger is served already, with other keys.
        StorageError: C730, C732, C734.
    """
    root = TrustRoot.parse(trust)
    return serve_ledger(WitnessState(folder), root, replace=replace), root


def open_witness(folder: Path, passphrase: Passphrase, clock: Clock = wall_clock) -> Witness:
    """Unlock the witness in `folder`.

    Raises:
        StorageError: C730, C732, C734.
        SigningKeyError: a key does not open.
    """
    state = WitnessState(folder)
    keyring = KeyFolder(folder / KEYS)
    signers = [keyring.unlock(card, passphrase) for card in _cards(folder)]
    if not signers:
        raise StorageError("C732", where=str(folder / KEYS), detail="no key is there")
    return Witness(state.name, signers, state, clock)


@contextmanager
def serving(witness: Witness, host: str, port: int, note: Note) -> Iterator[WitnessServer]:
    """Listen for requests; the caller runs ``serve_forever``. InputError C198 if it cannot."""
    from custody.adapters.witness_http import WitnessServer

    with WitnessServer(host, port, witness, note) as server:
        yield server


# ------------------------------------------------------------------ the ledger


def add_lines(ledger: OpenLedger, raw: bytes) -> tuple[witnessing.Added, Path]:
    """Take the lines of an answer into the ledger and into the published file.

    Raises as `custody.app.oversight.witnessing.add_lines`; StorageError C705, C706 for the file.
    """
    added = witnessing.add_lines(ledger, raw)
    return added, ledger.republish(added.size)


def ask_witness(ledger: OpenLedger, address: str) -> tuple[witnessing.Added, Path]:
    """Ask the witness at the URL `address` over the network and take its lines in.

    Raises as `custody.app.oversight.witnessing.ask`.
    """
    from custody.adapters.witness_http import poster

    added = witnessing.ask(ledger, poster(address), address)
    return added, ledger.republish(added.size)


# ------------------------------------------------------------------ time stamps


def stamp_request(ledger: OpenLedger) -> tuple[int, bytes]:
    """Return the size of the newest checkpoint and a request (DER) to stamp it.

    Raises:
        RefusedError: C2606 there is no checkpoint yet.
        InputError: C199 the library is not installed.
    """
    from custody.adapters import rfc3161

    size, body = _newest(ledger)
    return size, rfc3161.query(body)


def ask_stamp(ledger: OpenLedger, address: str, tsa: Sequence[bytes] = ()) -> Stamp:
    """Ask the authority at the URL `address` over the network and keep its reply.

    Raises as `stamp_request` and `add_stamp`; InputError C193, C197 for the line.
    """
    from custody.adapters import rfc3161

    _, body = _newest(ledger)
    return add_stamp(ledger, rfc3161.ask(address, body), tsa)


def add_stamp(ledger: OpenLedger, reply: bytes, tsa: Sequence[bytes] = ()) -> Stamp:
    """Keep a reply over one of the latest checkpoints.

    Args:
        tsa: PEM files of authorities; with them, the reply must hold as a verifier checks it.

    Raises:
        InputError: C196 a PEM file holds no certificate, C199 the library is not installed.
        RefusedError: C2606 there is no checkpoint yet.
        EvidenceError: C449 it is no granted reply, or over none of these checkpoints.
        StorageError: C705, C706.
    """
    from custody.adapters import rfc3161

    check = rfc3161.checker(tsa) if tsa else None
    wrong: EvidenceError | None = None
    for size, checkpoint in witnessing.latest(ledger):
        body = checkpoint.body()
        try:
            time = rfc3161.stamped(reply, body)
        except EvidenceError as error:
            wrong = wrong or error
            continue
        if check is not None:
            time = check(reply, body)
        path = published.keep_reply(ledger.folder / published.FOLDER, size, reply)
        return Stamp(size, time, path, bool(tsa))
    assert wrong is not None  # noqa: S101 - there is at least one checkpoint
    raise wrong


def stamps(ledger: OpenLedger) -> list[Stamp]:
    """Return the stamps kept over the newest checkpoint; empty without the library."""
    from custody.adapters import rfc3161

    size, body = _newest(ledger)
    found = []
    for path, reply in published.kept_replies(ledger.folder / published.FOLDER, size).items():
        with suppress(EvidenceError, InputError):
            found.append(Stamp(size, rfc3161.stamped(reply, body), path, checked=False))
    return found


def stamp_check(tsa: Sequence[bytes]) -> TimestampCheck:
    """Return how `verify` checks tokens against the PEM files of authorities.

    Raises InputError C196 and C199, see `custody.adapters.rfc3161.checker`.
    """
    from custody.adapters import rfc3161

    return rfc3161.checker(tsa)


def _newest(ledger: OpenLedger) -> tuple[int, bytes]:
    size, checkpoint = next(witnessing.latest(ledger))
    return size, checkpoint.body()
