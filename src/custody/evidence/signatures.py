"""Step V5: every signature is by the key it names, and every granted key is safe to use.

Public keys come from the pinned roots and from the record itself: a key id is the hash of its key,
so no one can pass off another key under it. Whether a key *may* sign is a later step.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from custody.evidence import grants, names
from custody.evidence.authority import check_key_form
from custody.evidence.entry import pae, verify_ed25519
from custody.evidence.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from custody.evidence.closure import Placed

# Below this, starting threads costs more than they save.
WORTH_THREADS = 64


def granted_keys(
    events: Iterable[Placed], roots: Mapping[str, bytes]
) -> tuple[dict[str, bytes], list[Finding]]:
    """Return kid -> raw public key of roots and granted keys, and E20 for keys that are unfit."""
    keys, findings = dict(roots), []
    for _, entry in events:
        if entry.payload.type == grants.GRANTED:
            unfit = check_key_form(entry.payload)
            findings += unfit
            if not unfit:
                public = grants.granted_public_key(entry.payload)
                keys[names.kid(public)] = public
    return keys, findings


@contextmanager
def checking_signatures(
    events: Sequence[Placed], keys: Mapping[str, bytes]
) -> Iterator[Callable[[], list[Finding]]]:
    """Verify every signature of every event (E19) beside whatever the ``with`` block does.

    A key that nobody granted verifies nothing. The block gets a function that waits for the answer.
    """
    # OpenSSL works outside the interpreter lock, so threads use every core.
    workers = min(8, os.cpu_count() or 1)
    if workers == 1 or len(events) < WORTH_THREADS:
        yield lambda: _check(events, keys)
        return
    from concurrent.futures import ThreadPoolExecutor

    share = -(-len(events) // workers)
    parts = [events[start : start + share] for start in range(0, len(events), share)]
    with ThreadPoolExecutor(workers) as pool:
        running = [pool.submit(_check, part, keys) for part in parts]
        yield lambda: [f for part in running for f in part.result()]
        for part in running:
            part.cancel()


def _check(events: Sequence[Placed], keys: Mapping[str, bytes]) -> list[Finding]:
    findings = []
    for index, entry in events:
        signed = pae(entry.payload_bytes)
        for kid, signature in entry.signatures:
            public = keys.get(kid)
            if public is None:
                detail = f"no public key {kid[:8]} was granted in this record"
            elif verify_ed25519(public, signature, signed):
                continue
            else:
                detail = f"the signature of key {kid[:8]} is false"
            findings.append(Finding("V5", "E19", f"event {index}", detail))
    return findings
