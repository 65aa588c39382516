"""What the bundle vectors share: a case with its verdict, the two ledgers, ways to change a bundle.

Cases in which an early step fails use a short ledger, to keep the folder small; those that reach
the times, the states or the story itself use the whole one.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from contract.vector_cases import Vector
from contract.vector_ledger import VectorLedger, trust
from contract.vector_story import MAKER, QA, SECOND, By, story
from custody.app.verification.verifying import Report, verify_bundle
from custody.errors import CustodyError
from custody.evidence import names
from custody.evidence.bundle import Bundle
from custody.evidence.encoding import sha256
from custody.evidence.payload import time_of
from custody.evidence.trust import TrustRoot
from evidence.cast import Person
from evidence.checking import canonical_bytes

Edit = Callable[[dict[str, Any]], None]
BATCH: Final = "batch:" + "ba" * 16
SAMPLE: Final = "sample:" + "5a" * 16
OTHER_SAMPLE: Final = "sample:" + "5b" * 16
SHIPMENT: Final = "shipment:" + "51" * 16
BY_MAKER: Final[By] = [(MAKER, "performed", "operator"), (SECOND, "verified", "verifier")]
BY_COLLECTOR: Final[By] = [(MAKER, "performed", "collector"), (SECOND, "verified", "verifier")]
BY_WAREHOUSE: Final[By] = [(MAKER, "performed", "warehouse")]
# The policy of the short ledger as first published: its examples are final, however many roles
# and event types come after.
SHORT_POLICY: Final = Path(__file__).parent / "short_policy.json"


@dataclass
class Case:
    """One bundle and what a verifier must say of it; `code` is empty for a genuine one."""

    name: str
    why: str
    bundle: bytes | Bundle
    code: str = ""
    step: str = ""
    open: bool = False
    trust: TrustRoot = field(default_factory=trust)
    at: int = 0
    archive: bool = False
    attachments: dict[str, bytes] = field(default_factory=dict)

    def vector(self) -> Vector:
        """Return the folder; the library's verdict must be the one the case was made for."""
        raw = self.bundle.to_bytes() if isinstance(self.bundle, Bundle) else self.bundle
        documents = {sha256(content).hex(): content for content in self.attachments.values()}
        report = verify_bundle(
            raw, self.trust.to_bytes(), now=self.at, archive=self.archive, attachments=documents
        )
        expect = {"at": time_of(self.at), **self._expected(report)}
        files = {"bundle.custody.json": raw, "trust.json": self.trust.to_bytes()}
        files |= {f"attachments/{name}": content for name, content in self.attachments.items()}
        name = f"{self.name}_fail" if self.code else self.name
        return Vector("bundle", name, self.why, files, expect)

    def _expected(self, report: Report) -> dict[str, Any]:
        verdict = "genuine"
        if self.code:
            verdict = "cannot_tell" if self.open else "not_genuine"
        found = sorted({(f.step, f.code) for f in report.findings})
        wanted = {(self.step, self.code)} if self.code else set()
        if report.verdict.value != verdict or not wanted <= set(found) or (not wanted and found):
            details = [(f.step, f.code, f.where, f.detail) for f in report.findings[:5]]
            raise AssertionError(f"{self.name}: {report.verdict.value}, {details}")
        expect: dict[str, Any] = {"verdict": verdict, "found": [list(pair) for pair in found]}
        if self.code:
            expect |= {"step": self.step, "code": self.code}
        if self.archive:
            expect["archive"] = True
        return expect


# ---------------------------------------------------------------------- the two ledgers


def short(*people: Person) -> VectorLedger:
    """Return a ledger of a sample, a batch and a shipment; not sealed."""
    ledger = VectorLedger().found(rules=json.loads(SHORT_POLICY.read_text(encoding="utf-8")))
    ledger.grant(MAKER, ["collector", "operator", "warehouse"])
    ledger.grant(SECOND, ["verifier"])
    ledger.grant(QA, ["quality_authority"])
    for who in people:
        ledger.grant(who, ["operator", "quality_authority", "verifier", "warehouse"])
    write(ledger, SAMPLE, "sample.collected/v1", BY_COLLECTOR)
    write(ledger, BATCH, "batch.started/v1", BY_MAKER, links=[("made_from", SAMPLE)])
    claim(ledger, BATCH)
    write(ledger, BATCH, "batch.completed/v1", BY_MAKER)
    write(ledger, SHIPMENT, "shipment.planned/v1", BY_WAREHOUSE, links=[("batch", BATCH)])
    return ledger


def write(
    ledger: VectorLedger,
    stream: str,
    kind: str,
    by: list[tuple[Person, str, str]],
    **rest: Any,
) -> int:
    """Append an event as it comes, whatever the rules say."""
    body = {"occurred_at": ledger.local(), **rest.pop("body", {})}
    if kind == "batch.started/v1":
        body["number"] = "B-2026-014"
    return ledger.append(stream, kind, by, body=body, **rest)


def claim(ledger: VectorLedger, stream: str) -> None:
    """Claim the batch number for `stream`."""
    alias = names.alias_stream("batch-no", "B-2026-014")
    body = {"scheme": "batch-no", "value": "B-2026-014"}
    write(ledger, alias, "alias.claimed/v1", BY_MAKER, links=[("names", stream)], body=body)


def sealed(ledger: VectorLedger) -> VectorLedger:
    """Seal and return the ledger."""
    ledger.seal()
    return ledger


@cache
def short_sealed() -> VectorLedger:
    """Return the short ledger under its first seal; read only."""
    return sealed(short())


@cache
def told() -> VectorLedger:
    """Return the whole story under its first seal; read only."""
    return sealed(story())


def bundle(ledger: VectorLedger, **rest: Any) -> Bundle:
    """Return the bundle of a short ledger."""
    return ledger.export(SHIPMENT, **rest)


def edited(whole: Bundle, edit: Edit) -> bytes:
    """Return a bundle file after a change to its JSON."""
    fields = json.loads(whole.to_bytes())
    edit(fields)
    return canonical_bytes(fields)


def payload_of(wire: bytes) -> bytes:
    """Return the signed words of an entry."""
    return base64.b64decode(json.loads(wire)["payload"])


def type_of(wire: bytes) -> str:
    """Return the type of an entry."""
    return str(json.loads(payload_of(wire))["type"])


def made(*groups: Callable[[], Iterator[Case]]) -> Iterator[Vector]:
    """Yield the vectors of groups of cases."""
    for cases in groups:
        for case in cases():
            case.at = case.at or at_of(case)
            yield case.vector()


def at_of(case: Case) -> int:
    """Return an hour after the checkpoint of the bundle, or of the story for broken files."""
    try:
        read = case.bundle if isinstance(case.bundle, Bundle) else Bundle.parse(case.bundle)
        return int(read.seal.split(b"\n")[3]) + 3_600
    except CustodyError:  # broken on purpose; any moment will do
        return told().clock + 3_600
