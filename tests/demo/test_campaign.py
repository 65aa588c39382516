"""The campaign tells what it promises: who is stopped and why, what is remarked, what is held."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from custody.demo import campaign
from custody.demo.play import ABROAD, SHIPMENT, DemoResult, Refusal
from custody.domain import nouns  # noqa: F401 - importing declares every type
from custody.domain.model import ANYONE, TYPES
from custody.evidence.entry import Entry
from custody.wiring.ledger import open_ledger

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ACTS = list(campaign.acts(datetime(2026, 11, 24, 9, tzinfo=UTC)))
STOPPED = {
    "BNK-001": "gene-edited cells straight from the donor",
    "BNK-002": "autologous cells without a retained sample",
    "BNK-003": "a vial of a bank on hold",
    "C2100": "a name and a telephone number in the clear",
    "C243": "a vial thawed twice",
    "GEN-001": "a release without the off-target report",
    "HGR-001": "an export without its certificate",
    "MAT-002": "penicillin in a cell bank",
}


@pytest.fixture(scope="module", params=sorted(STOPPED))
def refusal(request: pytest.FixtureRequest, played: DemoResult) -> Refusal:
    found = [r for r in played.stopped if r.code == request.param]
    assert len(found) == 1, request.param
    return found[0]


def test_the_violations_are_those_the_campaign_tells_of(played: DemoResult) -> None:
    assert sorted(r.code for r in played.stopped) == sorted(STOPPED)


def test_who_is_stopped_reads_why_and_the_way_out_in_both_languages(refusal: Refusal) -> None:
    for words in (refusal.say, refusal.reason.why, refusal.reason.fix):
        assert words.en and not CHINESE.search(words.en.replace("李", ""))
        assert CHINESE.search(words.zh)


def test_a_rule_that_stops_somebody_names_its_source(refusal: Refusal) -> None:
    if re.fullmatch("[A-Z]{3}-[0-9]{3}", refusal.code):
        basis, _, source = refusal.reason.source.partition(": ")
        assert basis and source


def test_nothing_of_what_was_stopped_is_in_the_ledger(played: DemoResult) -> None:
    with open_ledger(played.folder) as ledger:
        leaves = [leaf.wire for leaf in ledger.log.scan() if leaf.stream is not None]
    written = b"".join(Entry.parse(wire).payload_bytes for wire in leaves)
    assert len(leaves) > 300
    for word in (b"13800138000", b"B-2026-090", b"B-2026-091", b"SMP-2026-092"):
        assert word not in written


def test_a_wrong_citation_is_kept_word_for_word_and_remarked_upon(played: DemoResult) -> None:
    numbers = {r.number for r in played.remarks}
    assert numbers == {"CN.STATE-COUNCIL.ORDER.818-2025", "EXP-2026-0011"}
    assert {r.ruling.rule.id for r in played.remarks} == {"SRC-001"}
    assert not any(r.ruling.stops for r in played.remarks)
    with open_ledger(played.folder) as ledger:
        first = ledger.read(ledger.resolve("EXP-2026-0011", ("permit",)))[0][1]
    assert first.payload.body["reason"].startswith("filed under Order No. 789")


def test_bad_news_about_a_donor_holds_everything_below_in_the_same_act(played: DemoResult) -> None:
    (spread,) = played.spread
    assert {item.number for item in spread.held} == {
        "B-2026-005",
        "DOSE-005-01",
        "DOSE-005-02",
        "MCB-03",
        "SHP-2026-003",
    }
    with open_ledger(played.folder) as ledger:
        notice = ledger.read(ledger.resolve("DON-2026-004", ("donation",)))[-1][1]
        for item in spread.held:
            assert item.path[0] == "DON-2026-004" and item.path[-1] == item.number
            held = ledger.read(item.stream)[-1][1]
            assert held.payload.type.endswith(".held/v1"), item.number
            assert held.payload.time == notice.payload.time
            assert held.payload.signers == notice.payload.signers


def test_both_shipments_leave_with_a_genuine_bundle(played: DemoResult) -> None:
    assert [b.shipment for b in played.bundles] == [SHIPMENT, ABROAD]
    for bundle in played.bundles:
        assert bundle.report.genuine, [f.detail for f in bundle.report.findings]
        assert all(step.status.value == "passed" for step in bundle.report.steps)


def test_the_bundle_of_the_edited_cells_holds_their_whole_line_and_nobody_elses(
    played: DemoResult,
) -> None:
    inside = {row["number"] for row in played.bundles[1].report.story["lineage"]}
    line = {"B-2026-004", "WCB-02", "MCB-02", "CUL-2026-001", "DON-2026-003"}
    assert line | {"LOT-0007", "LOT-0008"} <= inside
    others = {"B-2026-001", "B-2026-003", "B-2026-005", "DON-2026-001", "DON-2026-004"}
    assert not inside & others


def test_each_forgery_is_caught_at_its_step(played: DemoResult) -> None:
    assert len(played.caught) == 5 and played.as_promised


def test_everything_in_the_played_ledger_holds_under_audit(played: DemoResult) -> None:
    with open_ledger(played.folder) as ledger:
        report = ledger.audit()
    assert report.ok, report.findings
    assert report.events == played.events


def test_acts_are_played_in_the_order_in_which_they_happened() -> None:
    moments = [act.moment for act in ACTS]
    assert moments == sorted(moments)


def test_every_act_is_signed_by_people_of_the_campaign_in_roles_they_hold() -> None:
    roles = {person.name: set(person.roles) for person in campaign.people()}
    for act in ACTS:
        accepted = {s.role for s in TYPES[act.type].signers}
        for name, role, _ in act.signers:
            held = {role} if role else roles[name] & accepted or roles[name]
            assert held <= roles[name], (act.number, name)
            assert ANYONE in accepted or act.type.startswith("record.") or held & accepted


def test_the_campaign_is_a_readable_list_of_acts_with_both_languages_for_what_is_shown() -> None:
    folder = Path(campaign.__file__).parent
    assert {p.name for p in folder.glob("*.jsonl")} == set(campaign.CHAPTERS)
    for name in campaign.CHAPTERS:
        for line in (folder / name).read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            shown = row.keys() & {"refused", "remarked", "held"}
            assert bool(shown) == ("say" in row), line
            assert set(row.get("say", {"en": "", "zh": ""})) == {"en", "zh"}
