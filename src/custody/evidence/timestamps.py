"""Time stamps (RFC 3161) over a checkpoint: were they given for it, and do they hold.

A token is evidence beside the ledger's own: it says that the checkpoint existed by then, in the
words of an authority that is no party. It proves nothing else, and its absence is no finding. How
a token is read is handed in, so that this module needs neither ASN.1 nor certificates.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from custody.errors import EvidenceError, Text
from custody.evidence.findings import Finding

TimestampCheck: TypeAlias = Callable[[bytes, bytes], int]
"""(DER response, body) → Unix seconds of the token.

Raises EvidenceError C449 with `detail` when it is not a token over the body by an authority that
the verifier named, valid at the token's own time.
"""


def check_timestamps(
    tokens: Sequence[bytes],
    body: bytes,
    check: TimestampCheck,
    *,
    seal_time: int,
    now: int,
    max_skew: int,
) -> tuple[list[Finding], list[int]]:
    """Return a finding E30 for each token that does not hold, and the times of those that do.

    Args:
        tokens: DER of RFC 3161 responses.
        body: the three lines of the checkpoint, which is what is stamped.
        seal_time, now, max_skew: Unix seconds and seconds; a token is not older than the seal it
            covers and not from the future.
    """
    findings: list[Finding] = []
    times: list[int] = []
    for number, token in enumerate(tokens, start=1):
        where = f"time stamp {number}"
        try:
            time = check(token, body)
        except EvidenceError as error:
            said = error.params.get("detail", "")
            detail = said.en if isinstance(said, Text) else str(said)
            findings.append(Finding("V8", "E30", where, detail))
            continue
        if time < seal_time - max_skew:
            findings.append(Finding("V8", "E30", where, "its time lies before the seal"))
        elif time > now + max_skew:
            findings.append(Finding("V8", "E30", where, "its time lies in the future"))
        else:
            times.append(time)
    return findings, times
