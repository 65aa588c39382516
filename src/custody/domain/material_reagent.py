"""Vectors and gene-editing tools: what a lot of them is and what it was tested for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from custody.domain.model import Body, Sig, event_type, said
from custody.domain.process import VectorType
from custody.domain.values import Digest, Document, Name


@event_type(
    "material.characterised/v1",
    kind="material",
    command="material characterise",
    en="vector or editing tool characterised",
    zh="载体或编辑工具表征",
    meaning_zh="该批载体或编辑工具已表征：载体类型、序列摘要与复制型病毒检测结论。",
    signers=(Sig("qc_analyst", "performed"), Sig("qc_reviewer", "approved"), Sig("qa", "approved")),
    when=("received", "quarantined", "accepted"),
    next=("material accept", "culture modify"),
)
class MaterialCharacterised(Body):
    """A lot of a vector or editing tool: its type, its sequence, its test for live virus."""

    reagent: Literal["vector", "editing_tool"] = said(
        "what it is", "类别", decisive="material recall"
    )
    vector_type: VectorType = said("type of the vector", "载体类型", decisive="material recall")
    tool: Name | None = said(
        "editing tool, for example Cas9",
        "编辑工具，例如 Cas9",
        decisive="material recall",
        default=None,
    )
    sequence_sha256: Digest | None = said(
        "SHA-256 of the sequence file",
        "序列文件的 SHA-256",
        decisive="material recall",
        default=None,
    )
    rcv_verdict: Literal["pass", "fail", "not_tested"] = said(
        "test for replication-competent virus", "复制型病毒检测结论", decisive="material recall"
    )
    documents: tuple[Document, ...] = said(
        "the test report", "检验报告", min_length=1, max_length=20
    )


@dataclass(frozen=True, slots=True)
class Reagent:
    """What a vector or tool lot is; `sequence` and `tool` are empty when not stated."""

    kind: str
    vector_type: str
    tool: str
    sequence: str
    rcv_verdict: str


def reagent_of(body: MaterialCharacterised) -> Reagent:
    """Return what a characterisation says."""
    return Reagent(
        kind=body.reagent,
        vector_type=body.vector_type,
        tool=body.tool or "",
        sequence=body.sequence_sha256 or "",
        rcv_verdict=body.rcv_verdict,
    )
