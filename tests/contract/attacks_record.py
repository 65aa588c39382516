"""Attacks on the record itself: corrections, dates, rulings, numbers and texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final
from unittest.mock import patch

from contract.attacks_case import Attack, vectors_of
from contract.attacks_story import (
    Act,
    BentLedger,
    bent,
    declaring,
    nothing,
    read_again,
    saying,
    told_in,
)
from contract.vector_cases import Vector
from contract.vector_ledger import VectorLedger
from contract.vector_story import ANALYST, MAKER, QA, By, story
from custody.domain import values
from custody.domain.values import RuleResult, Rulings
from custody.evidence.encoding import b64

BATCH: Final = "B-2026-014"
BY_TWO: Final[By] = [(QA, "qa", "approved"), (MAKER, "operator", "performed")]
IMAGE: Final = '<img src=x onerror="alert(1)">'
SCRIPT: Final = "</script><script>alert(1)</script>"
FORMULA: Final = '=HYPERLINK("//evil.example","ok")'


def vectors() -> Iterator[Vector]:
    """Yield the vectors of this file."""
    yield from vectors_of(*GROUPS)


def _leaf(ledger: BentLedger, stream: str, kind: str) -> str:
    events = ledger.events(ledger.stream(stream))
    return next(b64(entry.leaf) for _, entry in events if entry.payload.type == kind)


def _corrected(stream: str, kind: str, field: str, now: str) -> Callable[[], BentLedger]:
    def then(ledger: BentLedger) -> None:
        body = {
            "reason": "typing error",
            "corrects": _leaf(ledger, stream, kind),
            "changes": [{"field": field, "now": now}],
        }
        ledger.force(Act("record.corrected/v1", stream, body, BY_TWO))

    return bent(None, "record.corrected/v1", then=then)


def corrections() -> Iterator[Attack]:
    yield told_in(
        "d70_test_corrected_after_the_release",
        "The result of a test is corrected after the batch was released on it.",
        "批次据此放行之后更正检验结果。",
        _corrected(BATCH, "batch.tested/v1", "value", "99.1"),
        "E25",
        step="V7",
    )
    yield told_in(
        "d71_permit_corrected_after_its_use",
        "The quantity of a permit is corrected upwards after doses were written off it.",
        "许可数量在已扣减之后被更正为更大。",
        _corrected("HGR-2026-0117", "permit.recorded/v1", "quantity", "120"),
        "E25",
        step="V7",
        published=False,
    )

    def voided(ledger: BentLedger) -> None:
        body = {"reason": "wrong batch", "voids": _leaf(ledger, BATCH, "batch.tested/v1")}
        ledger.force(Act("record.voided/v1", BATCH, body, BY_TWO))

    yield told_in(
        "d72_test_voided_after_the_release",
        "A test is declared void after the batch was released on it.",
        "批次据此放行之后宣布检验作废。",
        bent(None, "record.voided/v1", then=voided),
        "E25",
        step="V7",
        published=False,
    )


def dates() -> Iterator[Attack]:
    early = "2026-11-18T11:00:00+08:00"
    yield told_in(
        "d73_release_dated_back",
        "The release is dated back by two days, with a reason: a decision is taken when it is "
        "signed.",
        "放行日期倒签两天并附理由：决定以签署之时为准。",
        bent({"batch.released": saying(occurred_at=early, reason="late entry")}),
        "E25",
        step="V7",
    )
    yield told_in(
        "d74_late_entry_without_a_reason",
        "Something done two days before is entered without a reason.",
        "补录两天前的操作而未说明理由。",
        bent({"batch.line_cleared": saying(occurred_at=early)}),
        "E25",
        step="V7",
        published=False,
    )
    yield told_in(
        "d75_happened_after_it_was_signed",
        "Something is signed an hour before it is said to have happened.",
        "签署时间比所述发生时间早一小时。",
        bent({"batch.line_cleared": saying(occurred_at="2026-11-20T12:00:00+08:00")}),
        "E25",
        step="V7",
        published=False,
    )


def clocks() -> Iterator[Attack]:
    ledger = story()
    late = ledger.clock + 3_600
    read_again(ledger, time=late)
    ledger.seal()
    yield told_in(
        "82_signed_after_its_seal",
        "An event claims to be signed an hour after the seal that stands above it.",
        "事件声称的签署时间比其上方的封印晚一小时。",
        ledger.export(),
        "E24",
        step="V7",
        number="82",
        at=late + 3_600,
    )

    ledger = story()
    _test_again(ledger, {}, time=ledger.clock + 1_800)
    read_again(ledger, links=[("considered", ledger.stream(BATCH))])
    ledger.clock += 3_600
    ledger.seal()
    yield told_in(
        "82_rests_on_a_later_record",
        "An event rests on a record that was signed half an hour after it.",
        "事件所依据的记录在其半小时之后才签署。",
        ledger.export(),
        "E24",
        step="V7",
        number="82",
    )
    ledger = story()
    ledger.seal()
    yield told_in(
        "55_co_signed_before_the_seal",
        "The co-signatures are an hour older than the seal they are said to have seen. A clock "
        "may be wrong, so nobody can tell.",
        "共同签名比其所见封印早一小时；可能是时钟有误，无法判断。",
        ledger.export(checkpoint=ledger.note(time=ledger.clock - 3_600)),
        "E10",
        step="V2",
        number="55",
        open=True,
    )


def _also(rule: str, outcome: Any) -> Callable[[Rulings], Rulings]:
    def told(rulings: Rulings) -> Rulings:
        more = RuleResult(rule=rule, outcome=outcome, evidence=())
        rows = sorted([*rulings.results, more], key=lambda row: row.rule)
        return Rulings(pack=rulings.pack, results=tuple(rows))

    return told


def rulings() -> Iterator[Attack]:
    yield told_in(
        "d76_rule_said_to_be_satisfied",
        "The release says that the line clearance was satisfied; nobody cleared the line.",
        "放行事件称清场规则已满足，实际无人清场。",
        bent(
            {"batch.line_cleared": nothing}, ruled={"batch.released": _also("GMP-001", "satisfied")}
        ),
        "GMP-001",
    )
    yield told_in(
        "d77_rule_lifted_by_nothing",
        "A missing test of the donor is said to be covered by an assessment that is not there.",
        "供者缺少的检测据称已有评估，而评估并不存在。",
        bent(
            {"donor.screened": lambda a: (a.saying(results=a.body["results"][1:]),)},
            ruled={"batch.started": _also("DON-001", "risk_assessed")},
        ),
        "DON-001",
        published=False,
    )
    yield told_in(
        "d78_rule_passed_over",
        "The release does not say what one of the rules answered.",
        "放行事件未写明其中一条规则的结果。",
        bent(
            ruled={"batch.released": lambda r: r.model_copy(update={"results": r.results[1:]})},
        ),
        "EQP-001",
        published=False,
    )
    yield told_in(
        "d79_rules_of_another_pack",
        "The release was ruled by a pack of rules this program does not have.",
        "放行所用规则包为本程序所无。",
        bent(ruled={"batch.released": lambda r: r.model_copy(update={"pack": "2027.1"})}),
        "E31",
        open=True,
    )


def numbers() -> Iterator[Attack]:
    lookalike = "\u0412-2026-014"  # begins with the Cyrillic letter
    second = "SMP-2026-002"
    yield told_in(
        "d80_number_that_looks_like_another",
        "A second batch, never released, has a number that looks like the first one's; the "
        "shipment and the label say that number.",
        "另一从未放行的批次，其批号看似前一批号；发运与标签均写该批号。",
        _telling_apart(
            bent(
                {
                    "sample.collected": lambda a: (
                        a,
                        replace(a, subject=second).saying(number=second),
                    ),
                    "sample.received": lambda a: (a, replace(a, subject=second)),
                    "sample.retained": lambda a: (a, replace(a, subject=second)),
                    "batch.started": lambda a: (
                        a,
                        replace(a, subject="X").saying(number=lookalike).to(made_from=second),
                    ),
                    "shipment.planned": lambda a: (a.to(batch="X"),),
                    "shipment.packed": lambda a: (a.to(batch="X"),),
                    "shipment.declared": declaring(lot=lookalike),
                }
            )
        ),
        "E25",
        step="V7",
    )
    yield told_in(
        "d81_number_in_small_letters",
        "A number is written in another spelling than the one it has: two spellings, two items.",
        "编号采用另一写法：两种写法即两个物项。",
        _raw_test(sample="qc-1"),
        "E25",
        step="V7",
        published=False,
    )
    yield told_in(
        "d82_true_for_one",
        "A truth value stands where a text belongs; other programs read it as a number.",
        "应为文本之处写入真值；其他程序会读作数字。",
        _raw_test(verdict=True),
        "E25",
        step="V7",
        published=False,
    )
    yield told_in(
        "d83_unknown_field",
        "A signed event holds a field that its type does not know.",
        "已签署事件含其类型所无的字段。",
        _raw_test(approved="yes"),
        "E25",
        step="V7",
        published=False,
    )


def others() -> Iterator[Attack]:
    """What is nobody's fault: a permit that is for somebody else's goods as well."""
    second = "PRD-UC-02"
    yield told_in(
        "d90_permit_for_another_product_as_well",
        "The exit certificate also covers a product of another customer. That product does not "
        "travel with this shipment, and the bundle is whole without it.",
        "出境证明同时涵盖另一客户的产品；该产品不随本次发运，证据包无需包含它亦完整。",
        bent(
            {
                "product.specified": lambda a: (
                    a,
                    replace(a, subject=second).saying(number=second),
                ),
                "permit.recorded HGR-2026-0117": lambda a: (a.to(product=["PRD-UC-01", second]),),
            }
        ),
        "",
        step="",
    )


def _telling_apart(build: Callable[[], BentLedger]) -> Callable[[], BentLedger]:
    """Return what builds a story with a program that takes letters for what they are."""

    def built() -> BentLedger:
        with patch.dict(values._ALIKE, clear=True):
            return build()

    return built


def _raw_test(**changes: Any) -> Callable[[], VectorLedger]:
    """Return what builds a story with one more test result, written byte by byte."""
    return lambda: _tested(changes)


def _tested(changes: dict[str, Any]) -> VectorLedger:
    ledger = story()
    _test_again(ledger, changes)
    ledger.seal()
    return ledger


def _test_again(ledger: VectorLedger, changes: dict[str, Any], **rest: Any) -> None:
    body = {
        "occurred_at": ledger.local(),
        "test": "viability",
        "value": "93.0",
        "unit": "%",
        "verdict": "pass",
        "method": "dye exclusion, SOP-QC-12",
        "sample": "QC-1",
        **changes,
    }
    by: By = [(ANALYST, "performed", "qc_analyst")]
    ledger.append(ledger.stream(BATCH), "batch.tested/v1", by, body=body, **rest)


def texts() -> Iterator[Attack]:
    words = {
        "organisation.registered ORG-001": saying(legal_name=IMAGE),
        "organisation.registered ORG-002": saying(legal_name=SCRIPT),
        "product.specified": saying(name=IMAGE),
        "shipment.accepted": saying(place="null"),
        "sample.collected": saying(container=SCRIPT),
        "batch.line_cleared": saying(area=IMAGE),
        "batch.tested": saying(method="javascript:alert(1)"),
        "shipment.handed_over": saying(place=SCRIPT),
        "shipment.scope_decided": saying(reason=SCRIPT),
    }
    yield told_in(
        "88_pages_in_every_text",
        "Every text of the story holds a piece of a page that would run a program. It is text, "
        "and must be shown as text.",
        "故事中的每段文本都含可执行的网页片段。它只是文本，必须按文本显示。",
        bent(words),
        "",
        step="",
        number="88",
    )
    yield told_in(
        "88_formulas_in_every_text",
        "Texts that a spreadsheet would run as formulas: harmless here, and to be kept so "
        "wherever they are written out.",
        "电子表格会当作公式执行的文本：此处无害，写出时也须保持无害。",
        bent(
            {
                "organisation.registered ORG-001": saying(legal_name=FORMULA),
                "organisation.registered ORG-002": saying(legal_name="+1+1"),
                "product.specified": saying(name="@SUM(A1:A9)"),
                "batch.line_cleared": saying(area="-2+3"),
                "shipment.handed_over": saying(place="=1+1"),
            }
        ),
        "",
        step="",
        number="88",
    )
    yield told_in(
        "d84_identity_number_in_the_clear",
        "Somebody wrote an identity number into a text.",
        "有人把身份证号码写入文本。",
        bent({"batch.line_cleared": saying(area="see 11010519491231002X")}),
        "E25",
        step="V7",
    )


GROUPS: Final = (corrections, dates, clocks, rulings, numbers, others, texts)
