"""The README of an event type, in English and Chinese, from its declaration and its schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from custody.domain.model import Sig, TypeSpec


def readme_of(spec: TypeSpec, schema: Mapping[str, Any]) -> str:
    """Return the page: meaning, who signs, links, fields; English first."""
    how_en = "all of" if spec.every else f"at least {spec.minimum} of"
    how_zh = "全部" if spec.every else f"至少 {spec.minimum} 名"
    kinds = ", ".join(spec.kinds)
    links = spec.links
    by_en, by_zh = _signers(spec.signers, "any role"), _signers(spec.signers, "任何角色")
    keys_en = f" In a key stream by: {_signers(spec.in_keys, 'any role')}." if spec.in_keys else ""
    keys_zh = f"密钥流中由 {_signers(spec.in_keys, '任何角色')} 签名。" if spec.in_keys else ""
    links_en = [
        f"- `{r.rel}` → {', '.join(r.kinds)} ({r.least} to {r.most}): {r.en}" for r in links
    ]
    links_zh = [
        f"- `{r.rel}` → {', '.join(r.kinds)}（{r.least} 至 {r.most}）：{r.zh}" for r in links
    ]
    gate_en = f" Gate: `{spec.gate}`." if spec.gate else ""
    gate_zh = f"关口：`{spec.gate}`。" if spec.gate else ""
    lines = [
        f"# {spec.name}",
        "",
        f"{spec.title.en}. {spec.meaning.en}",
        "",
        f"Written to: {kinds}. Signed by {how_en}: {by_en}.{keys_en}{gate_en}",
        "",
        *(["Links:", "", *links_en, ""] if links_en else []),
        "Body:",
        "",
        *_fields(schema, "description", " (optional)", ": "),
        *[f"- `{p.name}` (private, digest only): {p.en}" for p in spec.private],
        "",
        f"## {spec.title.zh}",
        "",
        spec.meaning.zh,
        "",
        f"写入：{kinds}。签名（{how_zh}）：{by_zh}。{keys_zh}{gate_zh}",
        "",
        *(["关联：", "", *links_zh, ""] if links_zh else []),
        "内容：",
        "",
        *_fields(schema, "description_zh", "（可选）", "："),
        *[f"- `{p.name}`（保密，仅存摘要）：{p.zh}" for p in spec.private],
    ]
    return "\n".join(lines) + "\n"


def _signers(accepted: Sequence[Sig], anybody: str) -> str:
    return ", ".join(f"{anybody if s.role == '*' else s.role} ({s.meaning})" for s in accepted)


def _fields(schema: Mapping[str, Any], key: str, optional: str, colon: str) -> list[str]:
    required = set(schema["required"])
    return [
        f"- `{name}`{'' if name in required else optional}{colon}{part[key]}"
        for name, part in schema["properties"].items()
    ]
