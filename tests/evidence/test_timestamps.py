"""Time stamps in a bundle: each is judged, and none makes a bundle look better than it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from custody.errors import EvidenceError, Text
from custody.evidence.findings import Verdict
from custody.evidence.timestamps import TimestampCheck, check_timestamps
from custody.evidence.verify import EvidenceReport, verify_evidence
from evidence.cast import trust
from evidence.checking import TYPES, private_fields
from evidence.ledgers import Ledger, alias_fields

SEAL, NOW, SKEW = 1_000_000, 1_010_000, 300


def by_content(token: bytes, body: bytes) -> int:
    """A stand-in for an authority: the token is the body and a time."""
    said, _, time = token.rpartition(b"|")
    if said != body:
        raise EvidenceError("C449", detail=Text("it is over something else", "它针对的是其他内容"))
    return int(time)


def judged(*tokens: bytes) -> tuple[list[tuple[str, str, str]], list[int]]:
    found, times = check_timestamps(
        tokens, b"body", by_content, seal_time=SEAL, now=NOW, max_skew=SKEW
    )
    assert all(finding.verdict is Verdict.CANNOT_TELL for finding in found)
    return [(f.step, f.code, f"{f.where}: {f.detail}") for f in found], times


@pytest.mark.parametrize("time", [SEAL - SKEW, SEAL, NOW, NOW + SKEW])
def test_a_stamp_between_the_seal_and_now_holds(time: int) -> None:
    assert judged(b"body|%d" % time) == ([], [time])


@pytest.mark.parametrize(
    ("token", "detail"),
    [
        (b"body|%d" % (SEAL - SKEW - 1), "its time lies before the seal"),
        (b"body|%d" % (NOW + SKEW + 1), "its time lies in the future"),
        (b"other|%d" % NOW, "it is over something else"),
    ],
)
def test_a_stamp_that_does_not_hold_is_named_with_its_reason(token: bytes, detail: str) -> None:
    good = b"body|%d" % NOW
    assert judged(good, token) == ([("V8", "E30", f"time stamp 2: {detail}")], [NOW])


def report(tokens: tuple[bytes, ...], check: TimestampCheck | None) -> EvidenceReport:
    ledger = Ledger().establish().story()
    ledger.seal()
    raw = replace(ledger.bundle(), timestamps=tokens).to_bytes()
    return verify_evidence(
        raw,
        trust(),
        ledger.clock + 60,
        alias_fields=alias_fields,
        known_types=TYPES.__contains__,
        private_fields=private_fields,
        timestamps=check,
    )


def test_stamps_nobody_asked_about_are_counted_and_change_nothing() -> None:
    found = report((b"one", b"another"), None)
    assert (found.verdict, found.unchecked_timestamps) == (Verdict.GENUINE, 2)
    assert found.timestamps == ()


def test_a_stamp_that_does_not_hold_leaves_the_question_open_and_the_steps_running() -> None:
    def never(token: bytes, body: bytes) -> int:
        raise EvidenceError("C449", detail="garbage")

    found = report((b"garbage",), never)
    assert found.verdict is Verdict.CANNOT_TELL
    assert [(f.step, f.code) for f in found.findings] == [("V8", "E30")]
    assert [step.status.value for step in found.steps] == ["passed"] * 7 + ["failed"]


def test_what_is_stamped_is_the_three_lines_of_the_checkpoint() -> None:
    seen: list[bytes] = []

    def look(token: bytes, body: bytes) -> int:
        seen.append(body)
        return found_at

    ledger = Ledger().establish().story()
    ledger.seal()
    found_at = ledger.clock
    body = ledger.checkpoint().partition(b"\n\n")[0] + b"\n"
    found = report((b"token",), look)
    assert seen == [body]
    assert (found.timestamps, found.unchecked_timestamps) == ((found_at,), 0)
    assert found.verdict is Verdict.GENUINE
