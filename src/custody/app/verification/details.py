"""The details of findings in Chinese: what was seen, and where.

Findings keep one English clause, which a verifier elsewhere can compare byte by byte. A clause that
is not known here stays as it is.
"""

from __future__ import annotations

import re
from typing import Final

from custody.app.verification.details_of_form import FORM
from custody.errors import Text as Words

_PLACES: Final = (
    (r"event (\d+)", r"事件 \1"),
    (r"event (\d+) \((.+)\)", r"事件 \1（\2）"),
    (r"stream (\S+)", r"流 \1"),
    (r"leaf (\S+)", r"叶 \1"),
    (r"document (\S+)", r"文件 \1"),
    (r"time stamp (\d+)", r"时间戳 \1"),
    (r"(\S+) checkpoint", r"\1 的检查点"),
    (r"checkpoint", "检查点"),
    (r"seal", "封印"),
    (r"seal of the refresh file", "更新文件的封印"),
    (r"refresh file", "更新文件"),
    (r"receipt", "回执"),
    (r"bundle", "证据包"),
    (r"trust file", "信任文件"),
    (r"entry (\d+)", r"第 \1 条记录"),
    (r"file (.+)", r"文件 \1"),
)
_DETAILS: Final = (
    # V1, V2: file, trust file, checkpoint
    (r"this program does not know (.+)", r"本程序不认识 \1"),
    (r"its SHA-256 is not the pinned one", "其 SHA-256 与指定的指纹不符"),
    (r"it is of ledger (\S+), the trust file of (\S+)", r"它属于台账 \1，而信任文件属于 \2"),
    (r"this program could not judge it \((\w+)\)", r"本程序未能判断（\1）"),
    (r"(.+) signs it twice with one key", r"\1 用同一密钥签名两次"),
    (
        r"the ledger announced version (\d+); the trust file given is (\d+)",
        r"台账已公告第 \1 版；所给信任文件为第 \2 版",
    ),
    (
        r"root keys acted that only a trust file before version (\d+) names",
        r"有根密钥的签署须凭第 \1 版之前的信任文件方可判断",
    ),
    (
        r"version (\d+) is not announced in this record; the root keys of version (\d+) are in .+",
        r"本记录未公告第 \1 版；第 \2 版的根密钥仍然有效",
    ),
    (
        r"another trust file of version (\d+) is announced",
        r"所公告的第 \1 版是另一份信任文件",
    ),
    (
        r"the announcement does not give a version and a SHA-256",
        "公告未给出版本与 SHA-256",
    ),
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
    (r"this browser cannot check Ed25519 signatures", "此浏览器无法核验 Ed25519 签名"),
    (
        r"this browser and this page disagree about the ML-DSA-44 signature of (.+)",
        r"此浏览器与本页面对 \1 的 ML-DSA-44 签名结论不一",
    ),
    (r"the time of (.+) lies in the future", r"\1 的时间在将来"),
    (r"the time of (.+) lies before the seal", r"\1 的时间早于封印"),
    (r"the refresh file is older than the bundle", "更新文件早于证据包"),
    (r"the refresh file is for another shipment", "更新文件属于另一发运"),
    (r"the refresh file does not speak of it", "更新文件未提及它"),
    (
        r"the later seal knows fewer or other records of it than the bundle proves",
        "较晚的封印所载记录少于或不同于证据包所证明者",
    ),
    (r"(\d+) later records were added to it", r"此后新增 \1 条记录"),
    (r"it does not carry the entry it is about", "其中未附所指的记录"),
    # fraud proofs: what was done
    (
        r"the ledger signed two different histories of (\d+) entries",
        r"台账为同样 \1 条记录签署了两份不同的历史",
    ),
    (
        r"the seal denies (\S+), of which event (\d+) is in the log before it",
        r"封印否认 \1 的存在，而其事件 \2 在封印之前已在台账中",
    ),
    (
        r"the seal hides event (\d+) of (\S+): it counts (\d+) records",
        r"封印隐匿了 \2 的事件 \1：其中只计 \3 条记录",
    ),
    (
        r"the seal names another last record of (\S+) than event (\d+)",
        r"封印所载 \1 的最后一条记录并非事件 \2",
    ),
    (
        r"events (\d+) and (\d+) are both record (\d+) of (\S+)",
        r"事件 \1 与 \2 同为 \4 的第 \3 号记录",
    ),
    (
        r"event (\d+) stands before event (\d+), which it follows",
        r"事件 \1 位于其所接续的事件 \2 之前",
    ),
    (
        r"event (\d+) does not follow event (\d+), the record before it",
        r"事件 \1 未接续其前一条记录（事件 \2）",
    ),
    (
        r"event (\d+) was taken in with a false signature of key (\S+)",
        r"事件 \1 带有密钥 \2 的不实签名而被收录",
    ),
    (r"event (\d+) was taken in without authority: .+", r"事件 \1 未经授权签署而被收录"),
    (
        r"record (\d+) of (\S+) was promised and is not under the seal",
        r"所承诺的 \2 第 \1 号记录不在封印之下",
    ),
    (
        r"event (\d+) took the place that was promised to another record",
        r"事件 \1 占据了承诺给另一记录的位置",
    ),
    # fraud proofs: what is lacking
    (
        r"it is about ledger (\S+), the trust file of (\S+)",
        r"它涉及台账 \1，而信任文件属于 \2",
    ),
    (r"a checkpoint is not signed by both keys of the ledger", "有检查点未由台账两把密钥签名"),
    (r"a checkpoint is malformed: .*", "有检查点格式不正确"),
    (r"the two checkpoints are of different sizes", "两个检查点大小不同"),
    (r"the two checkpoints are of the same ledger", "两个检查点属于同一历史"),
    (r"the event is not one that the seal speaks of", "该事件不在封印所述范围内"),
    (r"the map does not contradict the event", "映射与该事件并不矛盾"),
    (r"two events are needed", "须有两个事件"),
    (r"the two events have different places", "两个事件的位置不同"),
    (r"what the map says of (\S+) is not shown", r"未出示映射对 \1 的记载"),
    (r"(\S+) is not shown (?:from its beginning without a gap|to its end)", r"未完整出示 \1"),
    (
        r"the event breaks no chain, its signatures hold, and it was authorised",
        "该事件未断链，签名成立，且经授权",
    ),
    (r"the seal is not later than the deadline of the promise", "封印不晚于承诺期限"),
    (r"the map answer is about another stream than the promise", "映射记载与承诺所指的流不同"),
    (r"the promise was kept", "承诺已兑现"),
    (
        r"the stream has that many records, and the one promised is not shown",
        "该流已有这些记录，但未出示所承诺的一条",
    ),
    (r"the seal is not in the ledger the checkpoint signs", "封印不在检查点所签台账中"),
    (r"one answer of the map is needed", "须有一项映射记载"),
    (r"the map under the seal does not say so", "封印下的映射并无此记载"),
    (r"event (\d+) was signed for another ledger", r"事件 \1 是为另一台账签署的"),
    (
        r"event (\d+) is not in the ledger the checkpoint signs",
        r"事件 \1 不在检查点所签台账中",
    ),
    (r"the accused event is not shown", "未出示被指事件"),
    (r"it is not signed by this ledger", "它并非由该台账签名"),
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
    (r"its time lies before the seal", "其时间早于封印"),
    (r"its time lies in the future", "其时间在将来"),
    (r"it is over something else", "它针对的是其他内容"),
    (r"its digest is of a kind not known here", "其摘要算法未知"),
    (r"it is longer than (\d+) bytes", r"其长度超过 \1 字节"),
    (r"the authority did not grant it \(status (.+)\)", r"机构未予签发（状态 \1）"),
    (r"no authority named here vouches for it \((.+)\)", r"此处指定的机构均不能证明它（\1）"),
    (
        r"it cannot be read as a reply in strict DER \((.+)\)",
        r"无法按严格的 DER 读取该回复（\1）",
    ),
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
        r"the vault still holds values that event (\d+) erased",
        r"保管库仍存有事件 \1 已删除的数据",
    ),
    (r"it still holds a private value that was erased", "其中仍有已删除的个人数据"),
    (
        r"differs from a rebuild; delete the read models file",
        "与重算结果不同；请删除查询表文件",
    ),
)


# Who knows another state of a ledger: their names stand inside clauses.
_KNOWERS: Final = (
    ("an earlier check", "先前的核验"),
    ("the trust file", "信任文件"),
    ("the bundle", "证据包"),
    ("the ledger", "台账"),
)


def detail_zh(detail: str) -> str | None:
    """Return the clause of a finding in Chinese, None when it is not known here."""
    said = _filled(_DETAILS, detail) or _filled(FORM, detail)
    for en, zh in _KNOWERS if said else ():
        said = said.replace(en, zh) if said else said
    return said


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
