"""Personal data is refused in every event; business numbers that resemble it are not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from custody.domain.donation import DonorNoticeReceived, DonorRegistered
from custody.domain.identifier import mod10
from custody.domain.lint import KINDS, is_id_card, mod11_2, traces
from custody.domain.material import MaterialQuarantined, MaterialReceived
from custody.domain.permit import PermitRecorded
from custody.domain.record import RecordCorrected
from domain.play import Play, Refused
from domain.stories import paper, received_lot, registered_donor

MOMENT = "2026-09-01T08:00:00+08:00"
ID_CARD = "11010519491231002X"  # the example of the standard itself


def said(text: str, kind: str = "material") -> set[str]:
    """What is found in a sentence somebody wrote."""
    body = MaterialQuarantined.model_validate({"occurred_at": MOMENT, "reason": text})
    return {t.kind for t in traces(body, kind)}


def numbered(number: str) -> set[str]:
    """What is found in the number of a donation."""
    body = {"number": number, "relation": "allogeneic", "tissue": "blood", "leukocyte_rich": True}
    made = DonorRegistered.model_validate({"occurred_at": MOMENT, **body})
    return {t.kind for t in traces(made, "donation")}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"供者身份证 {ID_CARD}，已核对", "id_card"),
        ("identity 110105 19491231 002X checked", "id_card"),
        ("身份证１１０１０５１９４９１２３１００２Ｘ", "id_card"),
        ("旧身份证号：110105491231002", "id_card"),
        ("请联系13812345678确认", "mobile"),
        ("call +86 138 1234 5678 first", "mobile"),
        ("手机 138-1234-5678", "mobile"),
        ("13812345678", "mobile"),
        ("answer went to li.si@hospital.example.cn", "email"),
        ("ＬＩＳＩ＠ＥＸＡＭＰＬＥ．ＣＯＭ", "email"),
        ("SSN 123-45-6789 on the form", "ssn"),
        ("病历号：Z0012345", "medical_record"),
        ("住院号 20260017", "medical_record"),
        ("MRN: 4471203", "medical_record"),
        ("medical record number 00447", "medical_record"),
        ("姓名：张三", "name"),
        ("donor name: Wang Fang", "name"),
    ],
)
def test_personal_data_in_a_sentence_is_found(text: str, kind: str) -> None:
    assert kind in said(text)


@pytest.mark.parametrize(
    "text",
    [
        "pallet 106141412345678908 came with seal 4711",
        "批号 13812345678 已隔离",
        "lot no. 13812345678 is in quarantine",
        "AWB 176-12345678 to Singapore",
        "waybill 17612345678",
        "13800000000 cells in total",
        "1.5e10 个细胞，15000000000 个",
        "between 08:30 and 2026-11-24T08:30:00+08:00",
        "CAS 9002-07-7, catalogue 25200-056",
        "GTIN 06291041500213, GLN 6291041500213",
        "温度记录 13 次，均在 -196 至 -150 ℃",
        "order 110105194912310021",
        "登记号 CTR20261234",
        "the name of the product was misspelt",
        "sterility per chapter 71, method 2",
        "@ 37 Cel for 24 h",
    ],
)
def test_business_numbers_and_measurements_in_a_sentence_are_left_alone(text: str) -> None:
    assert said(text) == set()


@pytest.mark.parametrize("number", ["张三", "欧阳娜娜", "13812345678", ID_CARD, "王小明"])
def test_a_person_in_the_place_of_a_code_is_found(number: str) -> None:
    assert numbered(number)


@pytest.mark.parametrize(
    "number", ["DON-2026-001", "D1", "A999915000001M", "供者甲", "脐带血01", "061414100000000007"]
)
def test_a_pseudonymous_number_is_left_alone(number: str) -> None:
    assert numbered(number) == set()


def test_the_same_digits_are_a_lot_number_on_a_lot_and_a_phone_on_a_donation() -> None:
    lot = {
        "number": "13812345678",
        "item": "medium",
        "supplier_name": "Supplier",
        "grade": "medicinal",
        "contains_beta_lactam": False,
        "animal_origin": "none",
        "quantity": "13812345678",
        "unit": "mL",
        "expires_on": "2026-12-31",
        "documents": [paper("coa")],
    }
    made = MaterialReceived.model_validate({"occurred_at": MOMENT, **lot})
    assert list(traces(made, "material")) == []
    assert numbered("13812345678") == {"mobile"}


def test_the_finding_names_the_field_and_the_kind_and_never_the_value() -> None:
    play = Play(gates=False)
    registered_donor(play)
    body = {"notice": f"the donor, {ID_CARD}, was reactive", "status": "reactive"}
    with pytest.raises(Refused) as refused:
        play.add("donor.notice_received/v1", "D1", body)
    found = refused.value.reasons
    assert {r.code for r in found} == {"C2100"}
    for words in (found[0].why, found[0].fix):
        assert ID_CARD not in words.en + words.zh
    assert "notice" in found[0].why.en
    assert "身份证" in found[0].why.zh


@pytest.mark.parametrize("place", ["documents", "notice"])
def test_it_is_found_in_whatever_field_it_stands(place: str) -> None:
    body: dict[str, Any] = {"occurred_at": MOMENT, "notice": "late result", "status": "other"}
    if place == "documents":
        body["documents"] = [{**paper("report"), "name": f"result-{ID_CARD}.pdf"}]
    else:
        body["notice"] = ID_CARD
    made = DonorNoticeReceived.model_validate(body)
    assert [(t.field.split(".")[0], t.kind) for t in traces(made, "donation")] == [
        (place, "id_card")
    ]


def test_a_correction_cannot_bring_personal_data_in_by_the_back_door() -> None:
    play = Play(gates=False)
    received_lot(play)
    change = {"field": "supplier_name", "was": "Supplier", "now": "li.si@example.com"}
    fixed = {"corrects": play.events("L1")[0].leaf, "reason": "slip", "changes": [change]}
    assert play.codes("record.corrected/v1", "L1", fixed) == {"C2100"}
    made = RecordCorrected.model_validate({"occurred_at": MOMENT, **fixed})
    assert [t.field for t in traces(made, "material")] == ["changes.now"]


def test_what_the_machine_writes_is_not_read_for_persons() -> None:
    document = {**paper("permit"), "sha256": "13812345678".ljust(64, "0")}
    body = {"number": "P-1", "permit_kind": "hgr_exit", "authority": "NHC", "state": "issued"}
    body |= {"country": "SG", "documents": [document]}
    made = PermitRecorded.model_validate({"occurred_at": MOMENT, **body})
    assert list(traces(made, "permit")) == []


@given(st.integers(0, 10**17 - 1))
def test_a_number_of_a_logistic_unit_is_never_taken_for_a_phone_or_a_name(body: int) -> None:
    digits = str(body).zfill(17)
    unit = digits + mod10(digits)
    assume(not is_id_card(unit))
    assert said(f"unit {unit} was loaded") == set()


def test_a_logistic_unit_is_taken_for_an_identity_number_less_than_once_in_ten_thousand() -> None:
    """A code that is an identity number in every respect cannot be told apart; it is that rare."""
    prefix = "3691234"  # region and maker fit, so only day of birth and check character protect
    taken = 0
    for serial in range(0, 10**7, 101):
        digits = prefix + str(serial).zfill(10)
        taken += is_id_card(digits + mod10(digits))
    assert taken < 10


@given(
    st.sampled_from(["110105", "320106", "440305", "650102"]),
    st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    st.integers(0, 999),
    st.sampled_from(["{}", "供者{}。", "id:{}", "（{}）", "x {} y"]),
)
def test_every_well_formed_identity_number_is_found(
    region: str, born: date, serial: int, around: str
) -> None:
    digits = f"{region}{born:%Y%m%d}{serial:03}"
    assert "id_card" in said(around.format(digits + mod11_2(digits)))


@given(st.integers(0, 16), st.integers(1, 9))
def test_an_identity_number_with_one_wrong_digit_is_none(at: int, more: int) -> None:
    wrong = str((int(ID_CARD[at]) + more) % 10)
    assert not is_id_card(ID_CARD[:at] + wrong + ID_CARD[at + 1 :])


@given(st.text(max_size=500))
def test_no_text_makes_the_look_fail_and_each_kind_has_words(text: str) -> None:
    body = MaterialQuarantined.model_construct(occurred_at=MOMENT, reason=text)
    assert {t.kind for t in traces(body, "donation")} <= set(KINDS)
