"""The rule against personal data in events, as the rule list shows it.

The refusal itself is part of the state machine, so that nothing with personal data is ever written,
whatever its gate; audit and verification find it again by the same look.
"""

from __future__ import annotations

from collections.abc import Iterable

from custody.domain.lint import KINDS, traces
from custody.rules.model import ANY, Answer, Basis, Case, rule, violated


@rule(
    "PIP-001",
    ANY,
    en="no personal data stands in an event in the clear",
    zh="事件中不得以明文记载个人信息",
    source="Personal Information Protection Law, Articles 28 and 51; 21 CFR 1271.290(c)",
    basis=Basis.PRIMARY,
    remedy_en="use a pseudonymous code; keep the value private or in a document",
    remedy_zh="请使用假名代码；原值以保密值或文件保存",
)
def nothing_names_a_person(case: Case) -> Iterable[Answer]:
    """Identity, phone and record numbers, addresses and names in codes; the value is not shown."""
    for trace in traces(case.event.body, case.event.kind):
        found = KINDS[trace.kind]
        yield violated(
            case.event.stream,
            f"the field {trace.field} seems to hold {found.en}",
            f"字段 {trace.field} 似含有{found.zh}",
        )
