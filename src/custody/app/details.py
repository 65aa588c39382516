"""The details of findings in Chinese: what was seen, and where.

Findings keep one English clause, which a verifier elsewhere can compare byte by byte. A clause that
is not known here stays as it is.
"""

from __future__ import annotations

import re
from typing import Final

from custody.errors import Text as Words

_PLACES: Final = (
    (r"event (\d+)", r"事件 \1"),
    (r"event (\d+) \((.+)\)", r"事件 \1（\2）"),
    (r"stream (\S+)", r"流 \1"),
    (r"leaf (\S+)", r"叶 \1"),
    (r"document (\S+)", r"文件 \1"),
    (r"(\S+) checkpoint", r"\1 的检查点"),
    (r"checkpoint", "检查点"),
    (r"seal", "封印"),
    (r"bundle", "证据包"),
    (r"trust file", "信任文件"),
    (r"entry (\d+)", r"第 \1 条记录"),
)
_DETAILS: Final = (
    # V1, V2: file, trust file, checkpoint
    (r"this program does not know (.+)", r"本程序不认识 \1"),
    (r"its SHA-256 is not the pinned one", "其 SHA-256 与指定的指纹不符"),
    (r"it is of ledger (\S+), the trust file of (\S+)", r"它属于台账 \1，而信任文件属于 \2"),
    (r"(.+) signs it twice with one key", r"\1 用同一密钥签名两次"),
    (
        r"no line is by a key of this ledger that the trust file knows",
        "没有一行签名来自信任文件所列的台账密钥",
    ),
    (r"the ledger's (\S+) signature is missing", r"缺少台账的 \1 签名"),
    (r"the ledger's (\S+) signature is false", r"台账的 \1 签名不成立"),
    (r"the signature of (?!key )(.+) is false", r"\1 的签名不成立"),
    (
        r"(\d+) known witnesses signed it, which is not enough",
        r"仅有 \1 个已知见证方签名，数量不足",
    ),
    (r"(.+) knows another ledger of this size", r"\1 所知的同规模台账内容不同"),
    (r"(.+) knows a later state of this ledger", r"\1 已知该台账更晚的状态"),
    (
        r"there is no proof that it continues the state (.+) knows",
        r"没有证明表明它延续了 \1 所知的状态",
    ),
    (
        r"the proof that it continues the state (.+) knows is false",
        r"所附“延续 \1 所知状态”的证明不成立",
    ),
    (r"it is (\d+) hours old", r"距今已 \1 小时"),
    (r"the time of (.+) lies in the future", r"\1 的时间在将来"),
    (r"the time of (.+) lies before the seal", r"\1 的时间早于封印"),
    # V3: inclusion
    (r"it was signed for (\S+)", r"它是为 \1 签署的"),
    (
        r"it is not at this place in the ledger the checkpoint signs",
        "检查点所签台账的该位置上不是这条记录",
    ),
    (r"this program does not know the event type (\S+)", r"本程序不认识事件类型 \1"),
    # V4: streams
    (r"has events here but is not listed", "证据包含有其事件，但未列出该流"),
    (r"is listed but has no events here", "已列出该流，但证据包中没有其事件"),
    (r"its last record is not the one under the seal", "其最后一条记录与封印所载不符"),
    (r"the shipment rests on it, but it was left out", "该发运以其为依据，但被略去"),
    (r"nothing in this shipment rests on it", "该发运与其无关"),
    (
        r"record (\d+) is missing or out of order at event (\d+)",
        r"第 \1 条记录缺失或次序有误（事件 \2）",
    ),
    (r"event (\d+) does not follow the record before it", r"事件 \1 未接续前一条记录"),
    (r"its last record here is not its listed head", "其在此处的最后一条记录与所列不符"),
    (r"begins at record (\d+) instead of (\d+)", r"自第 \1 条记录开始，应为第 \2 条"),
    (
        r"does not rest on the latest record of (\S+) before it",
        r"未以 \1 在其之前的最新记录为依据",
    ),
    (r"its business number does not belong to (.+)", r"其业务编号不属于 \1"),
    # V5, V6: signatures and authority
    (r"the signature of key (\S+) (?:is false|does not hold)", r"密钥 \1 的签名不成立"),
    (r"no public key (\S+) was granted in this record", r"本记录中没有授予公钥 \1"),
    (r"(\S+) does not belong in a stream of kind (\S+)", r"\1 不应出现在类别为 \2 的流中"),
    (
        r"an authority is established by its first event, and only once",
        "台账管理机构须由其首个事件设立，且仅一次",
    ),
    (r"a root key takes no other part in the record", "根密钥不得参与其他记录"),
    (
        r"a key is granted by the first event of its stream, once",
        "密钥须由其流的首个事件授予，且仅一次",
    ),
    (r"the key was never granted", "该密钥从未被授予"),
    (r"the key was revoked before; a revocation is final", "该密钥此前已被吊销；吊销不可撤回"),
    (r"only root keys may sign (\S+) here", r"此处仅根密钥可签署 \1"),
    (
        r"a root key signs with role root and meaning approved",
        "根密钥须以角色 root、含义“批准”签名",
    ),
    (r"(\d+) root keys must agree, (\d+) did", r"须有 \1 把根密钥一致，实有 \2 把"),
    (
        r"keys are granted with role registrar and meaning approved",
        "授予密钥须以角色“密钥登记员”、含义“批准”签名",
    ),
    (r"nobody grants a key or role to themselves", "任何人不得为本人授予密钥或角色"),
    (r"a key is accepted in its own stream", "密钥须在其自身的流中接受"),
    (r"a key is accepted by its holder alone, role holder", "密钥仅可由持有人以角色 holder 接受"),
    (r"the key was revoked before it was accepted", "该密钥在接受之前已被吊销"),
    (r"the key was accepted before", "该密钥此前已接受"),
    (r"the policy in force has no rule for (\S+)", r"现行策略没有针对 \1 的规定"),
    (r"(\S+) needs (\d+) signatures", r"\1 需要 \2 个签名"),
    (r"no key (\S+) was granted before this event", r"本事件之前没有授予密钥 \1"),
    (r"key (\S+) was revoked at event (\d+)", r"密钥 \1 已在事件 \2 被吊销"),
    (r"key (\S+) was not yet accepted by its holder", r"密钥 \1 尚未由持有人接受"),
    (r"key (\S+) was compromised when this was signed", r"签署时密钥 \1 已泄露"),
    (r"key (\S+) does not hold the role (\S+)", r"密钥 \1 不具备角色 \2"),
    (r"one person signed twice, as (\S+) and as (\S+)", r"同一人签名两次：\1 与 \2"),
    # V7: times
    (r"it claims a later time than the seal above it", "其所称时间晚于其上的封印"),
    (r"it was signed at an earlier time than the record before it", "其签署时间早于前一条记录"),
    (r"was signed at an earlier time than the one before it", "其签署时间早于前一条记录"),
    (
        r"it claims an earlier time than the record of (\S+) it rests on",
        r"其所称时间早于所依据的 \1 的记录",
    ),
    # V8: names and documents
    (r"shares a digest with event (\d+)", r"与事件 \1 使用同一摘要"),
    (r"discloses values of an event that is not in the bundle", "披露了不在证据包中的事件的内容"),
    (r"a disclosed value was not committed to by this event", "所披露的内容未由本事件承诺"),
    (r"discloses (\S+) twice", r"\1 被披露两次"),
    (r"the disclosed (\S+) hides a field of the event", r"所披露的 \1 遮盖了事件的字段"),
    (r"an event of type (\S+) has no private (\S+)", r"\1 类型的事件没有保密字段 \2"),
    (r"no record of this shipment speaks of it", "该发运没有记录提及它"),
    (
        r"no record of this shipment speaks of it, and a listed one is not here",
        "该发运没有记录提及它，且所列文件有缺",
    ),
    (r"the record gives it another size or kind", "记录所载的大小或类型与其不同"),
    (r"it was handed over as (.+)", r"它以 \1 的名义提供"),
    (r"it has another size than recorded", "其大小与记录不符"),
    (r"(\d+) more findings of this kind", r"另有 \1 处同类发现"),
    # the audit
    (r"was signed for another ledger", "是为另一台账签署的"),
    (r"is of another ledger", "属于另一台账"),
    (r"does not continue (\S+)", r"未接续 \1"),
    (r"does not rest on the latest of (\S+)", r"未以 \1 的最新记录为依据"),
    (r"was signed before what it rests on: (\S+)", r"签署早于其所依据的 \1"),
    (r"number (.+) belongs to another item", r"编号 \1 属于其他物项"),
    (r"its business number is not claimed for it", "其业务编号未为其占用"),
    (r"does not state the stream heads of the events before", "未载明此前事件的流头"),
    (r"its time is before that of the seal before", "其时间早于前一封印"),
    (r"an event below it was signed later than it", "其下有事件的签署时间晚于它"),
    (r"covers (\d+) entries; the ledger has only (\d+)", r"涵盖 \1 条记录，而台账仅有 \2 条"),
    (r"a ledger key \((.+)\) did not sign it", r"台账密钥（\1）未签名"),
    (r"the ledger's entries do not have this root", "台账记录的根与此不符"),
    (
        r"differs from a rebuild; delete the read models file",
        "与重算结果不同；请删除查询表文件",
    ),
)


def detail_zh(detail: str) -> str | None:
    """Return the clause of a finding in Chinese, None when it is not known here."""
    return _filled(_DETAILS, detail)


def place_zh(where: str) -> str:
    """Return the place of a finding in Chinese; a number or name stays as it is."""
    return _filled(_PLACES, where) or where


def in_both(detail: str) -> Words:
    """Return the clause of a finding in both languages, English where there is no other."""
    return Words(detail, detail_zh(detail) or detail)


def _filled(table: tuple[tuple[str, str], ...], text: str) -> str | None:
    for pattern, zh in table:
        match = re.fullmatch(pattern, text)
        if match is not None:
            return match.expand(zh)
    return None
