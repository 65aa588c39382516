"""Cell banks: master and working banks, what they came from, their tests and their standing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from custody.domain.holding import CAUSE, look_back_holds, put_on_hold
from custody.domain.invalidation import BankTestInvalidated
from custody.domain.model import (
    Body,
    Companion,
    Event,
    LinkRule,
    Sig,
    State,
    checks,
    event_type,
    evolves,
    said,
)
from custody.domain.third_party import (
    LABORATORY,
    RECEIVERS,
    Report,
    ThirdPartyReported,
    report_of,
)
from custody.domain.values import Amount, Code, Count, Document, Name, Number, Text, Unit
from custody.errors import Reason, reason

BY_QUALITY = (Sig("qa", "approved"), Sig("quality_authority", "approved"))
CUSTODIAN_AND_VERIFIER = (Sig("bank_custodian", "performed"), Sig("verifier", "verified"))
ORIGIN = {"master": ("sample", "culture"), "working": ("vial", "culture")}


@event_type(
    "bank.established/v1",
    kind="bank",
    command="bank establish",
    en="cell bank established",
    zh="细胞库建立",
    meaning_zh="细胞库已建立：主库源自样品，工作库源自主库的冻存管；其间的培养物亦可。",
    signers=CUSTODIAN_AND_VERIFIER,
    every=True,
    opens=True,
    then="established",
    links=(
        LinkRule(
            "origin",
            ("sample", "vial", "culture"),
            "the samples, vials or cultures it came from",
            "来源样品、冻存管或培养物",
            most=50,
            lineage=True,
        ),
        LinkRule("product", ("product",), "the product it is for", "用于何产品", least=0),
    ),
    companions=(Companion("origin", "{kind}.used/v1"),),
    gate="bank",
    next=("vial freeze", "bank test"),
)
class BankEstablished(Body):
    """A bank was made: a master bank from samples, a working bank from vials of a master bank.

    A culture in between may stand for either.
    """

    number: Number = said("bank number", "细胞库编号", alias="bank-no")
    level: Literal["master", "working"] = said(
        "master or working bank", "主细胞库或工作细胞库", decisive="bank reject"
    )
    passage: Count = said("passage at freezing", "冻存时代次", decisive="bank reject")


@event_type(
    "bank.material_consumed/v1",
    kind="bank",
    command="bank consume",
    en="material consumed for a bank",
    zh="建库领用物料",
    meaning_zh="建库时使用了某批物料的一定数量。",
    signers=CUSTODIAN_AND_VERIFIER,
    every=True,
    when=("established",),
    links=(LinkRule("material", ("material",), "the material lot", "物料批", lineage=True),),
    companions=(Companion("material", "material.drawn/v1", copy=("quantity", "unit")),),
    gate="consume",
    next=("bank consume", "vial freeze"),
)
class BankMaterialConsumed(Body):
    """A quantity of a material lot went into the bank."""

    quantity: Amount = said("quantity used", "使用数量")
    unit: Unit = said("unit of that quantity", "单位")


@event_type(
    "bank.tested/v1",
    kind="bank",
    command="bank test",
    en="cell bank tested",
    zh="细胞库检定",
    meaning_zh="细胞库的一项检定结果已记录，附报告。",
    signers=(
        Sig("qc_analyst", "performed"),
        Sig("qc_reviewer", "reviewed"),
        Sig("lab_external", "performed"),
    ),
    when=("established", "qualified", "held"),
    links=(LinkRule("laboratory", ("organisation",), "the laboratory", "检验机构", least=0),),
    next=("bank qualify",),
)
class BankTested(Body):
    """The result of one test of the bank was recorded, with its report."""

    test: Code = said(
        "code of the test, for example sterility",
        "检验项目代码，例如 sterility",
        decisive="bank test",
    )
    verdict: Literal["pass", "fail", "invalid"] = said("verdict", "结论", decisive="bank test")
    method: Name | None = said("method", "检验方法", default=None)
    documents: tuple[Document, ...] = said(
        "the test report", "检验报告", min_length=1, max_length=20
    )


@event_type(
    "bank.third_party_reported/v1",
    kind="bank",
    command="bank record-report",
    en="third-party report on the bank",
    zh="细胞库第三方检验报告",
    meaning_zh="已收到第三方检验机构对本细胞库的复核报告。",
    signers=RECEIVERS,
    when=("established", "qualified", "held"),
    links=(LABORATORY,),
    next=("bank qualify", "vial thaw"),
)
class BankThirdPartyReported(ThirdPartyReported):
    """The report of an outside laboratory on this bank came in."""


@event_type(
    "bank.qualified/v1",
    kind="bank",
    command="bank qualify",
    en="cell bank qualified",
    zh="细胞库放行",
    meaning_zh="细胞库经质量部门批准，可取用；亦用于解除暂停。",
    signers=BY_QUALITY,
    when=("established", "held"),
    then="qualified",
    gate="qualify-bank",
    next=("vial thaw",),
)
class BankQualified(Body):
    """Quality approved the bank for use; this also ends a hold."""


@event_type(
    "bank.held/v1",
    kind="bank",
    command="bank hold",
    en="cell bank put on hold",
    zh="细胞库暂停使用",
    meaning_zh="细胞库暂停使用，直至再次批准。",
    signers=BY_QUALITY,
    when=("established", "qualified", "held"),
    then="held",
    links=(CAUSE,),
    next=("bank qualify", "bank reject"),
)
class BankHeld(Body):
    """The bank may not be used until it is qualified again."""

    reason: Text = said("why it is put on hold", "暂停理由")


@event_type(
    "bank.rejected/v1",
    kind="bank",
    command="bank reject",
    en="cell bank rejected",
    zh="细胞库拒绝",
    meaning_zh="细胞库不合格，永不得使用。",
    signers=(Sig("qa", "rejected"), Sig("quality_authority", "rejected")),
    when=("established", "qualified", "held"),
    then="rejected",
    next=("trace",),
)
class BankRejected(Body):
    """Quality rejected the bank for good."""

    reason: Text = said("why it was rejected", "拒绝理由")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank(State):
    """A bank: its origins, the lots it consumed, and each test with its verdict, oldest first.

    `makers` are the persons who made it, `reports` those of outside laboratories.
    """

    level: str
    origins: tuple[str, ...]
    product: str
    passage: int
    materials: tuple[str, ...] = ()
    tests: tuple[tuple[str, str], ...] = ()
    makers: tuple[str, ...] = ()
    reports: tuple[Report, ...] = ()

    @property
    def parents(self) -> tuple[str, ...]:
        """The samples, vials or cultures it came from, then the material lots it consumed."""
        return (*self.origins, *self.materials)

    @property
    def verdicts(self) -> dict[str, str]:
        """The latest verdict of every test."""
        return dict(self.tests)

    @property
    def failed(self) -> tuple[str, ...]:
        """The tests that no passing run or report has taken back since they failed, by anybody."""
        last = {test: verdict for test, verdict in self.tests if verdict != "invalid"}
        told = (t for report in self.reports for t in report.tests)
        outside = {test: verdict for test, verdict in told if verdict != "invalid"}
        both = (*last.items(), *outside.items())
        return tuple(dict.fromkeys(test for test, verdict in both if verdict == "fail"))


@checks("bank")
def contradictions(state: Bank | None, event: Event) -> Iterable[Reason]:
    """Yield why a bank cannot have these origins, a test be invalidated, or a hold be ended.

    Master banks need samples, working ones vials. A hold that answers bad news about something
    the bank came from ends only by a decision of the quality authority.
    """
    match event.body:
        case BankEstablished() as body:
            yield from _origin_fits_level(event, body.level)
        case BankTestInvalidated() as body if state is not None:
            if body.test not in state.verdicts:
                yield reason("C2408", event.stream, test=body.test)
        case BankQualified() if look_back_holds(state):
            if all(s.role != "quality_authority" for s in event.signers):
                yield reason("C2409", event.stream)


def _origin_fits_level(event: Event, level: str) -> Iterable[Reason]:
    wanted = ORIGIN[level]
    if any(o.partition(":")[0] not in wanted for o in event.linked("origin")):
        zh = {"sample": "样品", "vial": "冻存管"}[wanted[0]]
        yield reason("C269", event.stream, level=level, wanted=wanted[0], wanted_zh=zh)


@evolves("bank")
def evolve(state: Bank | None, event: Event) -> Bank:
    """Return the bank after `event`."""
    match event.body:
        case BankEstablished() as body:
            return Bank(
                stream=event.stream,
                number=body.number,
                status="established",
                opened=body.occurred_at,
                level=body.level,
                origins=event.linked("origin"),
                product=next(iter(event.linked("product")), ""),
                passage=body.passage,
                makers=tuple(dict.fromkeys(event.persons())),
            )
        case BankMaterialConsumed() if state is not None:
            materials = dict.fromkeys((*state.materials, *event.linked("material")))
            return replace(state, materials=tuple(materials))
        case BankTested() as body if state is not None:
            return replace(state, tests=(*state.tests, (body.test, body.verdict)))
        case BankThirdPartyReported() as body if state is not None:
            return replace(state, reports=(*state.reports, report_of(event, body)))
        case BankTestInvalidated() as body if state is not None:
            return replace(state, tests=(*state.tests, (body.test, "invalid")))
        case BankHeld() if state is not None:
            return put_on_hold(state, event)
        case BankQualified() if state is not None:
            return replace(state, holds=())
    assert state is not None  # noqa: S101 - `fold.step` opens every stream first
    return state
