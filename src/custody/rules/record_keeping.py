"""The rules on records and signatures, as the rule list shows them.

Both are enforced before any gate is asked: the log only grows, the state machine refuses a
correction that names no reason or no earlier event, and the signing policy refuses a signature in
another role or meaning. Audit and verification find it again by the same look.
"""

from __future__ import annotations

from collections.abc import Iterable

from custody.domain.model import ANYONE
from custody.domain.record import RecordCorrected, RecordVoided
from custody.rules.model import ANY, Answer, Basis, Case, rule, satisfied, unknown, violated

# These sign by what they hold, not by who they are: root keys, and a key when it is accepted.
WITHOUT_PERSON = ("root", "holder")


@rule(
    "REC-001",
    ANY,
    en="no record is deleted or changed; a correction names its reason and the record it is about",
    zh="记录不得删除或更改；更正须注明理由与所涉记录",
    source="Order No. 818, Article 22; 21 CFR 11.10(e)",
    basis=Basis.PRIMARY,
    remedy_en="correct with a reason, signed by quality assurance and another: custody correct",
    remedy_zh="请注明理由，由质量保证与另一人签名更正：custody correct",
    signer_roles=("qa",),
)
def corrections_point_and_explain(case: Case) -> Iterable[Answer]:
    """A correction or void comes after the record it is about and says why."""
    body = case.event.body
    if not isinstance(body, RecordCorrected | RecordVoided):
        return
    stream = case.event.stream
    if not body.reason.strip():
        yield violated(stream, "the correction gives no reason", "更正未注明理由")
    elif case.event.seq == 0:
        yield violated(
            stream, "there is no earlier record it could be about", "没有可更正的较早记录"
        )
    else:
        yield satisfied(stream)


@rule(
    "SIG-001",
    ANY,
    en="every signature is by an enrolled person, in a role and with a meaning the event allows",
    zh="每个签名均由已登记人员以该事件允许的角色与含义作出",
    source="Electronic Signature Law, Article 13; 21 CFR 11.50",
    basis=Basis.PRIMARY,
    remedy_en="let a person sign whose key is accepted and holds the role: custody key list",
    remedy_zh="请由密钥已启用且具有相应角色的人员签名：custody key list",
)
def signatures_say_who_and_what(case: Case) -> Iterable[Answer]:
    """Printed name, time and meaning hang on the person behind the key and on the meaning."""
    event = case.event
    if event.spec.plumbing:
        return  # signed by whoever signs the event it goes with
    for signed in event.signers:
        allowed = any(
            sig.meaning == signed.meaning and sig.role in (ANYONE, signed.role)
            for sig in event.spec.signers
        )
        if not allowed:
            yield violated(
                event.stream,
                f"it is signed as {signed.role} ({signed.meaning}), which it does not provide for",
                f"以“{signed.role}”（“{signed.meaning}”）签名，该事件未作此规定",
            )
        elif not signed.person and signed.role not in WITHOUT_PERSON:
            yield unknown(event.stream, "nobody is on record behind a key", "有密钥未登记持有人")
        else:
            yield satisfied(event.stream)
