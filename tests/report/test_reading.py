"""What the reading copy says: all facts of the story, bilingual, and that it is no proof."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from custody.errors import Text
from custody.report.reading import ReadingCopy, reading_copy
from custody.report.section import Section, Value
from custody.report.wording import document_kind, event_title, fingerprint, moment, status, term
from report.facts import SHA, STORY, handover


def values(copy: ReadingCopy) -> Iterator[Value]:
    for section in copy.sections:
        for label, value in section.facts:
            yield from (label, value)
        if section.table:
            yield from section.table.head
            for row in section.table.rows:
                yield from row


def section(copy: ReadingCopy, name: str) -> Section:
    return next(s for s in copy.sections if s.id == name)


def rows(copy: ReadingCopy, name: str) -> list[tuple[Value, ...]]:
    table = section(copy, name).table
    assert table is not None
    return list(table.rows)


def test_the_first_thing_said_is_that_it_is_not_proof_and_where_proof_is() -> None:
    copy = reading_copy(handover())
    assert "not proof" in copy.warning.en
    assert "不是证据" in copy.warning.zh
    assert "SHP-9.custody.json" in copy.how.en
    assert "SHP-9.custody.json" in copy.how.zh
    assert copy.sha256.replace(" ", "") == SHA


def test_no_words_tell_anybody_to_use_a_verifier_that_came_along() -> None:
    how = reading_copy(handover()).how
    assert "never with ones that came with the goods" in how.en
    assert "切勿使用随货附带的程序" in how.zh


def test_every_label_is_in_both_languages() -> None:
    copy = reading_copy(handover())
    labels = [v for v in values(copy) if isinstance(v, Text)]
    assert len(labels) > 60
    assert all(v.en.strip() and v.zh.strip() for v in labels)
    assert all(s.title.en and s.title.zh for s in copy.sections)


@pytest.mark.parametrize(
    "fact",
    ["Invented Cell Works", "Invented Trial Centre", "SEAL-9", "DECL-9", "300251", "TRIAL-9"],
)
def test_parties_seal_and_declaration_are_among_the_facts_of_the_shipment(fact: str) -> None:
    told = [v for _, v in section(reading_copy(handover()), "shipment").facts]
    assert any(isinstance(v, str) and fact in v for v in told)


def test_a_signature_is_shown_with_printed_name_time_and_meaning() -> None:
    (row,) = rows(reading_copy(handover()), "signatures")
    assert row[:3] == ("2026-03-02 01:00:30 UTC", "李维 Li Wei", Text("approved", "批准"))
    assert isinstance(row[5], Text)


def test_a_document_that_is_not_enclosed_is_listed_and_said_to_be_missing() -> None:
    enclosed, left_out = rows(reading_copy(handover()), "documents")
    assert enclosed[5] == "01-coa-B-9.pdf"
    assert left_out[5] == Text("not enclosed", "未附")
    assert left_out[0] == Text("consent form", "知情同意书")


def test_the_doses_of_a_batch_are_counted_over_its_containers() -> None:
    boxes = [{"serial": f"DEWAR-{n}", "logger": "TL-9", "doses": n, "batch": "B-9"} for n in (1, 3)]
    (batch,) = rows(reading_copy(handover(containers=boxes)), "batches")
    assert batch[2] == "4"
    assert batch[6] == "−196 … −150 °C"


def test_a_shipment_without_hand_overs_or_loggers_says_none_in_their_place() -> None:
    none = ("permits", "amendments", "signatures")
    nothing = {name: [] for name in ("hand_overs", "temperatures", *none)}
    copy = reading_copy(handover(**nothing))
    for name in ("custody", "temperature", *none):
        assert rows(copy, name)[0][0] == Text("none", "无")
    assert section(copy, "temperature").figure is None


def test_an_excursion_is_told_with_its_kind_its_extreme_and_the_judgement() -> None:
    excursion = {
        "logger": "TL-9",
        "kind": "too_warm",
        "from": "2026-03-02T20:00:00+08:00",
        "to": "",
        "extreme": "-120",
    }
    facts = section(reading_copy(handover(excursions=[excursion])), "temperature").facts
    told = [v for _, v in facts]
    assert isinstance(told[0], Text)
    assert told[0].en == "too warm: TL-9, 2026-03-02 20:00:00 +08:00, −120 °C"
    assert told[1] == Text("fit for use", "可以使用")


def test_a_correction_is_told_with_both_readings_the_reason_and_the_names() -> None:
    (row,) = rows(reading_copy(handover()), "amendments")
    assert row[1] == "MCB-9-001"
    assert row[2] == Text("vial frozen", "冻存管入库")
    assert row[3:5] == (Text("corrected", "更正"), "position: R1 → R2")
    assert row[5:] == ("typing error 录入错误", "李维 Li Wei, 陈宇 Chen Yu")


def test_a_void_of_a_record_that_is_not_in_the_bundle_is_told_as_well() -> None:
    void = {**STORY["amendments"][0], "act": "voided", "type": "", "told_at": "", "changes": []}
    (row,) = rows(reading_copy(handover(amendments=[void])), "amendments")
    assert row[2] == Text("an earlier record", "较早的记录")
    assert row[3:5] == (Text("voided", "作废"), "")


def test_readings_that_are_no_texts_are_words_on_paper() -> None:
    changes = [
        {"field": "intact", "was": True, "now": False},
        {"field": "gaps", "was": None, "now": 0},
    ]
    row = {**STORY["amendments"][0], "changes": changes}
    (told,) = rows(reading_copy(handover(amendments=[row])), "amendments")
    assert told[4] == "intact: yes 是 → no 否; gaps: – → 0"


def test_a_hand_over_that_nobody_accepted_is_said_to_be_open() -> None:
    legs = [{**STORY["hand_overs"][0], "accepted_at": "", "seal_intact": False}]
    (row,) = rows(reading_copy(handover(hand_overs=legs)), "custody")
    assert row[3] == Text("not yet", "尚未")
    assert row[5] == Text("no", "否")


def test_words_of_the_contract_are_used_and_codes_without_a_word_stay_readable() -> None:
    assert term("uses", "commercial") == Text("commercial supply", "商业供应")
    assert status("shipment", "in_transit") == Text("in transit", "运输中")
    assert document_kind("packing_list") == Text("packing list", "装箱单")
    assert document_kind("third_party_report") == "third party report"
    assert event_title("never.heard/v1") == "never.heard/v1"
    assert moment("2026-03-02T09:15:00+08:00") == "2026-03-02 09:15:00 +08:00"
    assert fingerprint(SHA) == "1f1f 1f1f 1f1f 1f1f 1f1f"
