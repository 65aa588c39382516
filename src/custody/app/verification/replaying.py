"""Judge the proved events of a bundle again: their states, their rules, and the story they tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from custody.app.judgement.histories import Histories, decode
from custody.app.judgement.judging import Judged, judge
from custody.app.verification.expectations import Expected, differing
from custody.app.verification.particulars import NOTHING, Particulars, particulars
from custody.app.verification.story import check, tell
from custody.domain.model import Event
from custody.domain.values import Document, RuleResult, Rulings
from custody.errors import EvidenceError
from custody.errors import Text as Words
from custody.evidence.authority import Authority
from custody.evidence.findings import Finding, Verdict
from custody.evidence.trust import TrustRoot
from custody.evidence.verify import EvidenceReport

BothWords = dict[tuple[str, str, str], tuple[Words, Words]]


@dataclass(frozen=True, slots=True)
class Replay:
    """What judging the events of `evidence` again came to.

    Attributes:
        states: findings of V7. `rules`: findings of V9, which mean little beside a state that may
            not be. `whole`: everything was asked.
        words: (code, where, detail) of a finding -> what does not hold, and what to do about it.
    """

    evidence: EvidenceReport | None
    states: Sequence[Finding] = ()
    rules: Sequence[Finding] = ()
    story: Mapping[str, Any] = field(default_factory=dict)
    particulars: Particulars = NOTHING
    words: Mapping[tuple[str, str, str], tuple[Words, Words]] = field(default_factory=dict)
    whole: bool = False


NOT_REPLAYED = Replay(None)


def replay(evidence: EvidenceReport, trust: TrustRoot, expected: Expected) -> Replay:
    """Judge the proved events again, at the moment of the report; never raises because of them."""
    try:
        return _replay(evidence, trust, expected)
    except EvidenceError as unfit:
        unknown = unfit.code in ("C440", "C445")
        verdict = Verdict.CANNOT_TELL if unknown else Verdict.NOT_GENUINE
        detail = unfit.render("en").why
        return Replay(evidence, [Finding("V7", "E25", unfit.where, detail, verdict)])
    except Exception as mistake:  # whatever the bytes, the answer is a report
        detail = f"this program could not judge it ({type(mistake).__name__})"
        return Replay(evidence, rules=[Finding("V9", "E25", "bundle", detail, Verdict.CANNOT_TELL)])


def _replay(evidence: EvidenceReport, trust: TrustRoot, expected: Expected) -> Replay:
    law = Authority.under(trust)
    names: dict[str, str] = {}
    for index, entry in evidence.proved:
        law.apply(index, entry)
        value = evidence.disclosures.get(index, {}).get("printed_name")
        if isinstance(value, str):
            names[entry.payload.stream.partition(":")[2]] = value
    # Every body holds these; once they are complete they are not made anew inside each type.
    for part in (Document, RuleResult, Rulings):
        part.model_rebuild()
    words: BothWords = {}
    events = [decode(i, e, law.person_of) for i, e in evidence.proved]
    histories = Histories.of(events)
    states, rules = judge_all(histories, events, words)
    if evidence.as_of is not None and not states:
        story = [
            *check(histories, evidence.shipment, events, evidence.as_of),
            *differing(histories.world(), evidence.shipment, expected),
        ]
        rules += [told_as_finding(judged, judged.where, words) for judged in story]
    # Remarks look back in time, and what lies later would have to be folded again.
    told = tell(histories, evidence.shipment, events, _printed(names))
    said = particulars(histories, evidence.shipment, events, evidence.shown)
    return Replay(evidence, states, rules, told, said, words, whole=True)


def judge_all(
    histories: Histories, events: Sequence[Event], words: BothWords
) -> tuple[list[Finding], list[Finding]]:
    """Return the findings of states (V7) and of rules (V9), event by event."""
    states: list[Finding] = []
    told: list[Finding] = []
    numbers: dict[str, str] = {}
    for event in events:
        if event.stream not in numbers:
            numbers[event.stream] = getattr(event.body, "number", "") or event.stream
        for judged in judge(histories, event):
            where = f"event {event.index} ({event.type}, {numbers[event.stream]})"
            finding = told_as_finding(judged, where, words)
            (states if finding.step == "V7" else told).append(finding)
    return states, told


def told_as_finding(judged: Judged, where: str, words: BothWords) -> Finding:
    """Return a finding of V7 or V9, and keep its words in both languages."""
    step, code = ("V7", "E25") if judged.kind == "state" else ("V9", judged.code)
    still_open = judged.kind in ("pack", "open")
    verdict = Verdict.CANNOT_TELL if still_open else Verdict.NOT_GENUINE
    words[(code, where, judged.why.en)] = (judged.why, judged.fix)
    return Finding(step, code, where, judged.why.en, verdict)


def _printed(names: Mapping[str, str]) -> Callable[[str], str]:
    def printed(kid: str) -> str:
        return names.get(kid, kid[:8])

    return printed
