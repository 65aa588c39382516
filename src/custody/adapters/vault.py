"""Keeps the values behind disclosures, each person's under a key of its own that can be destroyed.

Nothing here is evidence: without the vault every signature and proof stays valid. A disclosure is
stored as AES-256-GCM ciphertext (NIST SP 800-38D) with its leaf hash and digest as associated data;
the data key of a subject is wrapped by the key in ``vault.key``. Overwriting one wrapped key makes
all values of that subject unreadable for good.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from custody.adapters.files import beside, publish, write_once
from custody.adapters.sqlite_errors import storage_errors as sqlite_errors
from custody.errors import EvidenceError, StorageError, Text
from custody.evidence.encoding import b64, b64u, sha256, unb64

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from types import TracebackType

VAULT_FILE, KEY_FILE = "vault.db", "vault.key"
APPLICATION_ID: Final = 0x43555656
_KEY, _NONCE = 32, 12
_HEADER = "custody-vault-key/v1\n"

_TABLES = """
CREATE TABLE subjects (subject TEXT PRIMARY KEY, nonce BLOB, wrapped BLOB) STRICT, WITHOUT ROWID;
CREATE TABLE disclosures (digest TEXT, leaf TEXT, subject TEXT NOT NULL
    REFERENCES subjects (subject), nonce BLOB NOT NULL, ciphertext BLOB NOT NULL,
    PRIMARY KEY (digest, leaf)) STRICT, WITHOUT ROWID;
CREATE INDEX disclosures_by_leaf ON disclosures (leaf);
CREATE INDEX disclosures_by_subject ON disclosures (subject);
"""


class Vault:
    """The open vault of one ledger folder. Close it or use it in a ``with``.

    Every method may raise `StorageError` (C70x) when the file, the disk or another program is in
    the way, and C723 when a value does not open with the vault key.
    """

    trouble: None = None
    """What is missing: nothing. A vault that is lost has a stand-in, `adapters.lenient_vault`."""

    def __init__(self, path: Path, key: bytes) -> None:
        self.path = path
        self._wrapping = AESGCM(key)
        self._connection = connected(path)

    @classmethod
    def create(cls, folder: Path) -> Self:
        """Create ``vault.key`` and ``vault.db`` in `folder` and open the vault.

        Raises:
            StorageError: C721 one of them exists, C706 the folder cannot be written.
        """
        path, key_path = folder / VAULT_FILE, folder / KEY_FILE
        if path.exists() or key_path.exists():
            raise StorageError("C721", where=str(folder))
        key, draft = AESGCM.generate_key(8 * _KEY), beside(path)
        try:
            with storage_errors(path):
                _create_tables(draft)
            # The key's name decides among racing creators; the database then follows it.
            write_once(key_path, (_HEADER + b64(key) + "\n").encode(), 0o600)
            publish(draft, path)
        except FileExistsError as error:
            raise StorageError("C721", where=str(folder)) from error
        except OSError as error:
            raise StorageError("C706", where=str(folder), detail=error.strerror or "") from error
        finally:
            draft.unlink(missing_ok=True)
        return cls(path, key)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the vault in `folder`; it is never created here.

        Raises:
            StorageError: C720 there is none, C722 its key file is missing, malformed or readable
                by others.
        """
        path = folder / VAULT_FILE
        if not path.is_file():
            raise StorageError("C720", where=str(folder))
        return cls(path, _read_key(folder / KEY_FILE))

    def close(self) -> None:
        """Close the file; safe to call twice."""
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

    def put(self, leaf: bytes, digest: str, subject: str, disclosure: str) -> None:
        """Keep the text `disclosure` of `subject` for the event with leaf hash `leaf` (32 bytes).

        Raises:
            ValueError: `digest` is not that of `disclosure`.
            StorageError: C724 the subject was erased.
        """
        self.put_all([(leaf, digest, subject, disclosure)])

    def put_all(self, rows: Iterable[tuple[bytes, str, str, str]]) -> None:
        """Keep many (leaf, digest, subject, disclosure) in one transaction; see `put`."""
        with storage_errors(self.path), self._writing():
            for leaf, digest, subject, disclosure in rows:
                if b64u(sha256(disclosure.encode("ascii"))) != digest:
                    raise ValueError("the digest is not that of the disclosure")
                nonce = os.urandom(_NONCE)
                hidden = self._subject_key(subject).encrypt(
                    nonce, disclosure.encode("ascii"), leaf + digest.encode("ascii")
                )
                self._connection.execute(
                    "INSERT INTO disclosures VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                    (digest, b64(leaf), subject, nonce, hidden),
                )

    def get(self, digest: str) -> str | None:
        """Return the disclosure with this digest, or None when it is not here or was erased."""
        return next(iter(self._opened("digest = ?", digest).values()), None)

    def by_leaf(self, leaf: bytes) -> dict[str, str]:
        """Return {digest: disclosure} of one event, without those that were erased."""
        return self._opened("leaf = ?", b64(leaf))

    def of_subject(self, subject: str) -> dict[str, str]:
        """Return {digest: disclosure} of one person, empty when nothing is here or was erased."""
        return self._opened("subject = ?", subject)

    def _opened(self, where: str, value: str) -> dict[str, str]:
        found: dict[str, str] = {}
        with storage_errors(self.path):
            rows = self._connection.execute(_SELECT + where, (value,)).fetchall()
        for digest, leaf, subject, nonce, hidden, key_nonce, wrapped in rows:
            if wrapped is None:
                continue
            try:
                key = AESGCM(self._unwrapped(subject, key_nonce, wrapped))
                bound = unb64(leaf) + digest.encode("ascii")
                said = key.decrypt(nonce, hidden, bound).decode("ascii")
            except (InvalidTag, ValueError, EvidenceError) as error:
                raise StorageError("C723", where=str(self.path), digest=digest) from error
            found[digest] = said
        return found

    def _subject_key(self, subject: str) -> AESGCM:
        row = self._connection.execute(
            "SELECT nonce, wrapped FROM subjects WHERE subject = ?", (subject,)
        ).fetchone()
        if row is None:
            key, nonce = AESGCM.generate_key(8 * _KEY), os.urandom(_NONCE)
            wrapped = self._wrapping.encrypt(nonce, key, _wrapped_for(subject))
            self._connection.execute(
                "INSERT INTO subjects VALUES (?, ?, ?)", (subject, nonce, wrapped)
            )
            return AESGCM(key)
        if row[1] is None:
            raise StorageError("C724", where=str(self.path))
        try:
            return AESGCM(self._unwrapped(subject, row[0], row[1]))
        except (InvalidTag, ValueError) as error:
            raise StorageError("C723", where=str(self.path), digest="-") from error

    def _unwrapped(self, subject: str, nonce: bytes, wrapped: bytes) -> bytes:
        return self._wrapping.decrypt(nonce, wrapped, _wrapped_for(subject))

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise


_SELECT: Final = (
    "SELECT d.digest, d.leaf, d.subject, d.nonce, d.ciphertext, s.nonce, s.wrapped "
    "FROM disclosures d JOIN subjects s ON s.subject = d.subject WHERE d."
)


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn SQLite failures into storage errors that speak of the vault, not of a ledger.

    Raises:
        StorageError: C720 not a vault, C725 damaged, else as `sqlite_errors`.
    """
    try:
        with sqlite_errors(path):
            yield
    except StorageError as error:
        if error.code in ("C701", "C702"):
            raise StorageError("C720", where=str(path)) from error
        if error.code == "C704":
            detail = error.params.get("detail", "")
            raise StorageError("C725", where=str(path), detail=detail) from error
        raise


def _wrapped_for(subject: str) -> bytes:
    return f"custody-vault-subject/v1\n{subject}\n".encode()


def connected(path: Path) -> sqlite3.Connection:
    """Return a connection to the vault at `path`, set up to leave nothing behind.

    Raises:
        StorageError: as `storage_errors`.
    """
    with storage_errors(path):
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=15, isolation_level=None
        )
        try:
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            if application != APPLICATION_ID:
                raise StorageError("C720", where=str(path.parent))
            connection.execute("PRAGMA trusted_schema=OFF")
            connection.execute("PRAGMA foreign_keys=ON")
            connection.execute("PRAGMA synchronous=FULL")
            # Freed pages must not keep an erased key; a write-ahead log would keep old pages, too.
            connection.execute("PRAGMA secure_delete=ON")
        except BaseException:
            connection.close()
            raise
    return connection


def _create_tables(path: Path) -> None:
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        for statement in _TABLES.split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        connection.execute("COMMIT")


def _read_key(path: Path) -> bytes:
    def unusable(reason: str | Text) -> StorageError:
        return StorageError("C722", where=str(path), detail=reason)

    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise unusable(Text("other users can read it", "其他用户可以读取它"))
        text = path.read_text("ascii")
        if not text.startswith(_HEADER):
            raise unusable(Text("it is not a vault key", "它不是保管库密钥"))
        return unb64(text.removeprefix(_HEADER).removesuffix("\n"), _KEY)
    except OSError as error:
        raise unusable(error.strerror or "") from error
    except (ValueError, EvidenceError) as error:
        raise unusable(Text("it is not a vault key", "它不是保管库密钥")) from error
