"""Rules about processes: the version a batch or culture names must be on record and be its own.

What the flags of a version ask for is judged in `bank`, `gene` and `release`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from custody.domain.process import Process, Version
from custody.domain.values import canonical_number
from custody.rules.model import Answer, Basis, Case, rule, satisfied, unknown, violated


@rule(
    "PRC-001",
    "culture",
    "start",
    en="the process version named is approved, and makes this product",
    zh="所注明的工艺版本已批准，且用于该产品",
    source="house rule: good manufacturing practice, work to an approved process",
    basis=Basis.HOUSE,
    remedy_en="name an approved version of the product's process: custody process approve|revise",
    remedy_zh="请注明该产品工艺的已批准版本：custody process approve 或 revise",
    signer_roles=("qa", "quality_authority"),
)
def process_is_approved(case: Case) -> Iterable[Answer]:
    """Asked only where a process is named; without one, the version is free text."""
    products = case.event.linked("product")
    for stream in case.event.linked("process"):
        if not isinstance(case.world.get(stream), Process):
            yield unknown(stream, "the process is not on record", "该工艺未登记")
    for process, version in processes(case):
        named = _named(case)
        if version is None:
            yield violated(
                process.stream,
                f"process {process.number} has no version {named or '(none named)'}",
                f"工艺 {process.number} 无版本 {named or '（未注明）'}",
            )
        elif process.product and products and process.product not in products:
            yield violated(
                process.stream,
                f"process {process.number} makes another product",
                f"工艺 {process.number} 用于另一产品",
            )
        else:
            yield satisfied(process.stream)


def processes(case: Case) -> Iterator[tuple[Process, Version | None]]:
    """Yield the processes an event names, each with the version it names."""
    for process in case.linked("process"):
        if isinstance(process, Process):
            yield process, process.named(_named(case))


def process_of(case: Case, stream: str, version: str) -> Version | None:
    """Return a version of the process at `stream`, None when either is not on record."""
    process = case.world.get(stream) if stream else None
    return process.named(canonical_number(version)) if isinstance(process, Process) else None


def _named(case: Case) -> str:
    """The version in the event; a batch states it as text, a process as a number."""
    return canonical_number(getattr(case.event.body, "process_version", None) or "")
