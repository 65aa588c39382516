"""The table of commands: which module holds each, and its one line on the front page.

Nothing heavy is imported here, so that the front page appears at once. Nouns are not listed: they
come from the contract, one command per event type.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from custody_cli.words import both


class Entry(NamedTuple):
    """One command of the root: where its Typer application lives, and what it does."""

    panel: str
    module: str
    line: str


PANELS: Final[dict[str, str]] = {
    "start": both("start and look after", "开始与维护"),
    "record": both("record", "记录"),
    "look": both("look", "查看"),
    "prove": both("prove", "证明"),
    "reference": both("reference", "参考"),
}

COMMANDS: Final[dict[str, Entry]] = {
    "demo": Entry(
        "start",
        "demo",
        both("play an invented ledger from donor to export", "演示：从供者到出口的虚构台账"),
    ),
    "init": Entry(
        "start",
        "ledger",
        both("create a ledger, its root keys and its trust file", "创建台账、根密钥与信任文件"),
    ),
    "key": Entry(
        "start",
        "keys",
        both("make, enrol, accept and revoke signing keys", "生成、登记、接受与吊销签名密钥"),
    ),
    "trust": Entry(
        "start",
        "trust",
        both("show the trust file, pass it on to its next version", "查看信任文件，交接至下一版"),
    ),
    "status": Entry(
        "start", "ledger", both("what is in the ledger and what to do next", "台账概况与待办事项")
    ),
    "record": Entry(
        "record",
        "record",
        both("record events given as JSON or JSON Lines", "以 JSON 或 JSON Lines 记录事件"),
    ),
    "correct": Entry(
        "record", "record", both("say how an earlier event is to be read", "更正较早的一条记录")
    ),
    "void": Entry(
        "record", "record", both("declare that an event did not happen", "声明一条记录并未发生")
    ),
    "reaffirm": Entry(
        "record",
        "record",
        both(
            "confirm a record signed by a key that is no longer believed",
            "确认由不再可信密钥签署的记录属实",
        ),
    ),
    "look-back": Entry(
        "record",
        "look_back",
        both("hold what came from an item that turned bad", "暂停源自问题物项者（追溯）"),
    ),
    "show": Entry(
        "look", "read", both("one item: its state and who signed what", "单个物项：状态与签名")
    ),
    "list": Entry("look", "read", both("all items of a kind", "某一类的全部物项")),
    "trace": Entry(
        "look", "trail", both("where an item came from and what became of it", "物项的来源与去向")
    ),
    "log": Entry("look", "trail", both("the audit trail, in order", "按顺序的审计追踪")),
    "due": Entry(
        "look",
        "due",
        both("what must be done until when, overdue first", "到期事项与截止日，逾期在前"),
    ),
    "rules": Entry(
        "look", "rules", both("rules, their sources and past rulings", "规则、依据与既往判定")
    ),
    "gate": Entry(
        "look", "gate", both("what stands in the way of a step, dry", "某步骤的阻碍（不作记录）")
    ),
    "audit": Entry(
        "prove",
        "audit",
        both("recompute everything from the events and compare", "由事件重算全部内容并比对"),
    ),
    "checkpoint": Entry(
        "prove", "ledger", both("seal and sign the ledger as it stands", "对台账现状封存并签名")
    ),
    "export": Entry(
        "prove",
        "export",
        both("write the handover folder of a shipment", "生成一次发运的交接文件夹"),
    ),
    "verify": Entry(
        "prove",
        "prove",
        both("judge a bundle with your own trust file", "用本方信任文件核验证据包"),
    ),
    "disclose": Entry(
        "prove",
        "disclose",
        both("give one recipient chosen private values", "向某一接收方披露选定的个人数据"),
    ),
    "witness": Entry(
        "prove",
        "witness",
        both("have checkpoints witnessed, or be a witness", "请他方见证检查点，或为他方见证"),
    ),
    "timestamp": Entry("prove", "timestamp", both("time stamps by an authority", "第三方时间戳")),
    "inspect": Entry(
        "prove",
        "prove",
        both("show what a bundle says, without judging it", "只看证据包内容，不作判断"),
    ),
    "verifier": Entry(
        "prove",
        "verifier",
        both("write the page that verifies bundles in a browser", "生成浏览器核验页"),
    ),
    "refresh": Entry(
        "prove",
        "receipt",
        both("show that nothing was added since a bundle", "证明证据包之后没有新增记录"),
    ),
    "receipt": Entry(
        "prove", "receipt", both("a signer's own proof of an event", "签名人自持的事件证明")
    ),
    "auditor": Entry(
        "prove",
        "auditor",
        both("replay a ledger from outside and co-sign it", "由外部重放台账并联署"),
    ),
    "fraud": Entry(
        "prove", "fraud", both("check a proof that an operator lied", "核对运营方造假的证明")
    ),
    "explain": Entry(
        "reference",
        "reference",
        both("explain an error, finding or rule code", "解释错误、核验或规则代码"),
    ),
    "schema": Entry(
        "reference",
        "reference",
        both("the published contract of an event type", "事件类型的公开格式"),
    ),
}

# Verbs of a noun that do more than record one event; the others come from the contract.
VERBS: Final[dict[str, dict[str, Entry]]] = {
    "subject": {
        "erase": Entry(
            "record",
            "subject_rights",
            both("destroy the private values of a donor or subject", "销毁供者或受试者的个人数据"),
        ),
        "restrict": Entry(
            "record",
            "subject_rights",
            both("keep the values and give them to nobody", "仅保存数据，不提供给任何人"),
        ),
        "lift": Entry(
            "record",
            "subject_rights",
            both("end a restriction that was asked for", "解除应请求作出的限制处理"),
        ),
    },
}

GLOBALS: Final[tuple[tuple[str, str], ...]] = (
    (
        "--ledger PATH",
        both("the ledger's folder (else found by walking up)", "台账文件夹（否则向上级目录查找）"),
    ),
    (
        "--lang en|zh",
        both("language of words; codes and data never change", "文字语言；代码与数据不变"),
    ),
    ("--json", both("one JSON document instead of text", "输出一个 JSON 文档")),
    ("--quiet", both("only data and errors", "只输出数据与错误")),
    ("--no-input", both("never ask; fail instead", "从不提问，缺少即报错")),
    ("--no-color", both("no colour (so does NO_COLOR)", "不用颜色（NO_COLOR 亦可）")),
    ("--help", both("this page", "显示本页")),
)
