"""What the law is asked about a bundle, and what Python answers: both as plain JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from custody import contract
from custody.app.verification.expectations import Expected
from custody.app.verification.particulars import Particulars
from custody.app.verification.replaying import replay
from custody.errors import Text
from custody.evidence.authority import Authority
from custody.evidence.encoding import b64
from custody.evidence.entry import Entry
from custody.evidence.findings import Finding
from custody.evidence.payload import seconds_of
from custody.evidence.trust import TrustRoot
from custody.evidence.verify import EvidenceReport, verify_evidence

Ask = Callable[[str, Any], Any]
# The words of findings by rules: why and fix by code, place and detail.
Words = Mapping[tuple[str, str, str], tuple[Text, Text]]
VECTORS = Path(__file__).parents[3] / "events" / "vectors" / "bundle"
JUDGE = """async (cases) => {
  const answers = [];
  for (const one of cases) {
    answers.push(await law.judgeProved({
      ...one,
      disclosures: new Map(one.disclosures),
      shown: new Map(one.shown),
      personOf: (kid) => one.persons[kid] ?? null,
    }));
  }
  return answers;
}"""


def of_bundle(bundle: bytes, trust: bytes, now: int, *, archive: bool) -> EvidenceReport:
    """Return what V1 to V8 make of a bundle."""
    return verify_evidence(
        bundle,
        TrustRoot.parse(trust),
        now,
        alias_fields=contract.alias_fields,
        known_types=contract.is_known,
        private_fields=contract.private_names,
        archive=archive,
    )


def question(evidence: EvidenceReport, trust: bytes) -> dict[str, Any]:
    """Return what `judgeProved` is given; persons as a table from key to person."""
    root = TrustRoot.parse(trust)
    authority = Authority.under(root)
    for index, entry in evidence.proved:
        authority.apply(index, entry)
    keys = {s.kid for _, entry in evidence.proved for s in entry.payload.signers}
    return {
        "proved": [proved(index, entry) for index, entry in evidence.proved],
        "disclosures": [[index, dict(v)] for index, v in evidence.disclosures.items()],
        "shown": [[index, list(counts)] for index, counts in evidence.shown.items()],
        "asOf": evidence.as_of,
        "shipment": evidence.shipment,
        "persons": {kid: authority.person_of(kid) for kid in sorted(keys)},
    }


def proved(index: int, entry: Entry) -> dict[str, Any]:
    """Return one proved entry as the page hands it over."""
    payload = entry.payload
    return {
        "index": index,
        "leaf": b64(entry.leaf),
        "payload": {
            "v": 1,
            "log": payload.log,
            "stream": payload.stream,
            "seq": payload.seq,
            "prev": payload.prev,
            "type": payload.type,
            "time": payload.time,
            "signers": [
                {"kid": s.kid, "role": s.role, "meaning": s.meaning} for s in payload.signers
            ],
            "links": [{"rel": k.rel, "stream": k.stream, "head": k.head} for k in payload.links],
            "body": dict(payload.body),
            "sd": list(payload.sd),
        },
        "payloadText": entry.payload_bytes.decode(),
    }


def answer(
    evidence: EvidenceReport,
    trust: bytes,
    expected: Expected = Expected(),  # noqa: B008 - frozen
) -> dict[str, Any]:
    """Return what Python answers to `question`."""
    made = replay(evidence, TrustRoot.parse(trust), expected)
    return answered(made.states, made.rules, made.story, made.words, made.particulars)


def answered(
    states: Sequence[Finding],
    told: Sequence[Finding],
    story: Mapping[str, Any],
    words: Words,
    said: Particulars,
) -> dict[str, Any]:
    """Return an answer as JSON."""
    return {
        "states": [_plain(f) for f in states],
        "told": [_plain(f) for f in told],
        "story": story,
        "words": worded(words),
        "particulars": {
            "number": said.number,
            "declaration": said.declaration,
            "erased": said.erased,
            "remarks": [dict(row) for row in said.remarks],
        },
    }


def worded(words: Words) -> list[list[Any]]:
    """Return the words of findings by rules as [code, where, detail, why, fix]."""
    return [
        [*key, {"en": why.en, "zh": why.zh}, {"en": fix.en, "zh": fix.zh}]
        for key, (why, fix) in words.items()
    ]


def _plain(finding: Finding) -> dict[str, str]:
    return {
        "step": finding.step,
        "code": finding.code,
        "where": finding.where,
        "detail": finding.detail,
        "verdict": finding.verdict.value,
    }


def vectors() -> Iterator[tuple[str, bytes, bytes, int, bool]]:
    """Yield name, bundle, trust file, clock and whether an old record is looked at on purpose."""
    for folder in sorted(VECTORS.iterdir()):
        expect = json.loads((folder / "expect.json").read_bytes())
        bundle = (folder / "bundle.custody.json").read_bytes()
        trust = (folder / "trust.json").read_bytes()
        archive = bool(expect.get("archive"))
        yield folder.name, bundle, trust, seconds_of(expect["at"]), archive


def differing(ask: Ask, cases: Mapping[str, tuple[Any, Any]]) -> dict[str, Any]:
    """Return the cases in which the page answers otherwise than Python, with both answers."""
    answers = ask(JUDGE, [q for q, _ in cases.values()])
    both = zip(cases.items(), answers, strict=True)
    return {name: (mine, theirs) for (name, (_, mine)), theirs in both if mine != theirs}
