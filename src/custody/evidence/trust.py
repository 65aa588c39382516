"""The trust file: the keys and thresholds a verifier relies on, pinned by its SHA-256.

It names the ledger, its two checkpoint keys, the root keys behind all other keys, the witnesses
and auditors, and how old a checkpoint may be. Reads no file and asks nobody. Witness policies
follow C2SP tlog-policy (lines ``witness``, ``group``, ``quorum``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from custody.errors import EvidenceError, TrustError
from custody.evidence import canonical, names
from custody.evidence.encoding import HASH, b64, sha256, unb64
from custody.evidence.merkle import EMPTY
from custody.evidence.note import COSIGNATURE, ED25519, MLDSA44, VerifierKey
from custody.evidence.quorum import WitnessPolicy

if TYPE_CHECKING:
    from custody.evidence.canonical import JSON

FORMAT = "custody-trust-root/v1"
MAX_TRUST_FILE = 1 << 20
# An entry has at most four signers, so a higher threshold could never be met.
MAX_ROOT_THRESHOLD = 4
MAX_ROOTS = 16
NO_PREVIOUS = "0" * 64
_KEYS = frozenset(
    {
        "auditor_threshold",
        "auditors",
        "format",
        "known",
        "log_keys",
        "max_age",
        "max_skew",
        "origin",
        "prev",
        "root_threshold",
        "roots",
        "schema",
        "tlog_policy",
        "version",
    }
)
_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class TrustRoot:
    """One version of the trust file.

    Attributes:
        roots: kid -> raw Ed25519 public key of the root keys.
        log_keys: the ledger's Ed25519 and ML-DSA-44 key; both must sign every checkpoint.
        known: ``(size, root hash)`` of a checkpoint already trusted; size 0 means none.
        max_age: seconds a checkpoint may be old. `max_skew`: seconds clocks may differ.
        prev: hex SHA-256 of the trust file before this one, 64 zeros for the first.
        earlier: the trust files before this one as far as they are at hand, oldest first. They are
            no part of the file; see `after`.
    """

    origin: str
    version: int
    prev: str
    roots: Mapping[str, bytes]
    root_threshold: int
    log_keys: tuple[VerifierKey, VerifierKey]
    policy: WitnessPolicy
    auditors: tuple[VerifierKey, ...]
    auditor_threshold: int
    known: tuple[int, bytes]
    max_age: int
    max_skew: int
    earlier: tuple[TrustRoot, ...] = ()

    @classmethod
    def parse(cls, raw: bytes) -> TrustRoot:
        """Read and check a trust file.

        Raises:
            TrustError: C501 when it is malformed or contradicts itself, C502 for an unknown format.
        """
        try:
            return _read(raw)
        except EvidenceError as error:
            raise unfit(str(error.params.get("detail", error.code))) from error

    def to_bytes(self) -> bytes:
        """Return the canonical bytes of the file."""
        return canonical.dumps(
            {
                "auditor_threshold": self.auditor_threshold,
                "auditors": [key.text() for key in self.auditors],
                "format": FORMAT,
                "known": {"root": b64(self.known[1]), "size": self.known[0]},
                "log_keys": [key.text() for key in self.log_keys],
                "max_age": self.max_age,
                "max_skew": self.max_skew,
                "origin": self.origin,
                "prev": self.prev,
                "root_threshold": self.root_threshold,
                "roots": [{"kid": k, "pub": b64(pub)} for k, pub in sorted(self.roots.items())],
                "schema": 1,
                "tlog_policy": list(self.policy.lines),
                "version": self.version,
            }
        )

    @property
    def fingerprint(self) -> str:
        """Hex SHA-256 of the file, compared out of band by whoever receives it."""
        return sha256(self.to_bytes()).hex()

    @property
    def chain(self) -> tuple[TrustRoot, ...]:
        """The earlier trust files at hand and this one, oldest first."""
        return (*self.earlier, self)

    @property
    def every_root(self) -> dict[str, bytes]:
        """Kid -> raw public key of the root keys of this file and of the earlier ones at hand."""
        return {kid: pub for file in self.chain for kid, pub in file.roots.items()}

    def after(self, files: Sequence[bytes]) -> TrustRoot:
        """Return this trust file with the earlier ones it goes back to.

        A trust file names the SHA-256 of the one before it. So a file is believed, wherever it
        comes from, when the chain from this one leads to it; no signature is needed to look back.

        Args:
            files: earlier trust files in any order, without a gap up to this one.

        Raises:
            TrustError: C510 when one is not in the chain; C501 to C503 when one is not usable.
        """
        waiting = {sha256(raw).hex(): TrustRoot.parse(raw) for raw in files}
        chain: list[TrustRoot] = []
        last = self
        while last.prev in waiting:
            earlier = waiting.pop(last.prev)
            if earlier.origin != self.origin or earlier.version != last.version - 1:
                raise TrustError("C510", where="earlier trust file", version=earlier.version)
            chain.append(earlier)
            last = earlier
        for stray in waiting.values():
            raise TrustError("C510", where="earlier trust file", version=stray.version)
        return replace(self, earlier=tuple(reversed(chain)))


def unfit(detail: str) -> TrustError:
    """Return C501 with its reason."""
    return TrustError("C501", where="trust file", detail=detail)


def _read(raw: bytes) -> TrustRoot:
    fields = canonical.loads(raw, limit=MAX_TRUST_FILE, what="trust file")
    if not isinstance(fields, dict):
        raise unfit("it is not an object")
    shape = fields.get("format")
    if shape != FORMAT:
        if isinstance(shape, str) and re.fullmatch(r"custody-trust-root/v[0-9]{1,4}", shape):
            raise TrustError("C502", where="trust file", format=shape)
        raise unfit("it does not say that it is a trust file")
    if fields.keys() != _KEYS or fields["schema"] != 1 or fields["schema"] is True:
        raise unfit("it has other fields than a trust file of this version")
    origin = _text(fields, "origin")
    version = _number(fields, "version", 1, 1_000_000)
    prev = _text(fields, "prev")
    if not _HEX.fullmatch(prev) or (prev == NO_PREVIOUS) != (version == 1):
        raise unfit("the hash of the previous trust file is missing or not expected")
    roots = _roots(fields["roots"])
    log_keys = [VerifierKey.parse(line) for line in _texts(fields, "log_keys")]
    if [key.type for key in log_keys] != [ED25519, MLDSA44]:
        raise unfit("the ledger needs one Ed25519 and one ML-DSA-44 key, in this order")
    if any(key.name != origin for key in log_keys):
        raise unfit("a ledger key carries another name than the ledger")
    policy = WitnessPolicy.parse(_texts(fields, "tlog_policy"))
    auditors = tuple(VerifierKey.parse(line) for line in _texts(fields, "auditors"))
    for key in (*policy.witnesses.values(), *auditors):
        if key.type not in (COSIGNATURE, MLDSA44):
            raise unfit(f"{key.name} cannot co-sign with a key of this type")
    _all_different([*log_keys, *policy.witnesses.values(), *auditors])
    return TrustRoot(
        origin=origin,
        version=version,
        prev=prev,
        roots=roots,
        root_threshold=_number(fields, "root_threshold", 1, min(MAX_ROOT_THRESHOLD, len(roots))),
        log_keys=(log_keys[0], log_keys[1]),
        policy=policy,
        auditors=auditors,
        auditor_threshold=_number(fields, "auditor_threshold", 0, len(auditors)),
        known=_known(fields["known"]),
        max_age=_number(fields, "max_age", 60, 10 * 366 * 86_400),
        max_skew=_number(fields, "max_skew", 0, 86_400),
    )


def _roots(rows: JSON) -> dict[str, bytes]:
    if not isinstance(rows, list) or not 1 <= len(rows) <= MAX_ROOTS:
        raise unfit(f"between 1 and {MAX_ROOTS} root keys are needed")
    roots: dict[str, bytes] = {}
    for row in rows:
        if not isinstance(row, dict) or row.keys() != {"kid", "pub"}:
            raise unfit("a root key is an object of kid and pub")
        pub = unb64(_text(row, "pub"), HASH)
        names.check_public_key(pub)
        kid = names.kid(pub)
        if kid != row["kid"]:
            raise unfit("the kid of a root key does not belong to its public key")
        if roots and kid <= max(roots):
            raise unfit("the root keys are not sorted, or one is listed twice")
        roots[kid] = pub
    return roots


def _known(row: JSON) -> tuple[int, bytes]:
    if not isinstance(row, dict) or row.keys() != {"root", "size"}:
        raise unfit("known is an object of root and size")
    size = _number(row, "size", 0, 2**53 - 1)
    root = unb64(_text(row, "root"), HASH)
    if size == 0 and root != EMPTY:
        raise unfit("a ledger of size 0 has only one possible root hash")
    return size, root


def _all_different(keys: list[VerifierKey]) -> None:
    # One key under two names would count twice towards a quorum.
    if len({key.public for key in keys}) != len(keys):
        raise unfit("one public key is listed twice")
    if len({(key.name, key.keyid) for key in keys}) != len(keys):
        raise unfit("two keys have the same name and key number")


def _text(row: Mapping[str, JSON], key: str) -> str:
    value = row[key]
    if not isinstance(value, str):
        raise unfit(f"{key} is not a text")
    return value


def _texts(row: Mapping[str, JSON], key: str) -> list[str]:
    values = row[key]
    if not isinstance(values, list):
        raise unfit(f"{key} is not a list of texts")
    texts = [value for value in values if isinstance(value, str)]
    if len(texts) != len(values):
        raise unfit(f"{key} is not a list of texts")
    return texts


def _number(row: Mapping[str, JSON], key: str, low: int, high: int) -> int:
    value = row[key]
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise unfit(f"{key} is not a whole number from {low} to {high}")
    return value
