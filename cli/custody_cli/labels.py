"""What codes of the contract are called on a Chinese screen: kinds, statuses, roles, meanings.

In English the code is the label, its underscores spaces. Codes stay codes in JSON, in options and
in every file; a label that is missing here shows the code.
"""

from __future__ import annotations

from typing import Final

from custody_cli.console import here

KINDS: Final = {
    "organisation": "机构",
    "person": "人员",
    "product": "产品",
    "donation": "供者捐献",
    "sample": "样本",
    "material": "物料",
    "bank": "细胞库",
    "vial": "冻存管",
    "batch": "批次",
    "deviation": "偏差",
    "assessment": "评估",
    "permit": "许可",
    "shipment": "发运",
    "key": "密钥",
    "authority": "权限",
    "alias": "编号",
}
STATUSES: Final = {
    "accepted": "已接受",
    "active": "有效",
    "approved": "已批准",
    "assessed": "已评估",
    "autologous_exempt": "自体豁免",
    "cancelled": "已取消",
    "claimed": "已占用",
    "closed": "已关闭",
    "collected": "已采集",
    "completed": "已完成",
    "consented": "已同意",
    "consultation": "咨询中",
    "discarded": "已销毁",
    "eligible": "合格",
    "established": "已建立",
    "frozen": "已冻存",
    "granted": "已授予",
    "held": "暂停",
    "in_transit": "运输中",
    "ineligible": "不合格",
    "issued": "已签发",
    "on_hold": "暂停",
    "open": "未关闭",
    "packed": "已装箱",
    "planned": "已计划",
    "qualified": "已确认合格",
    "quarantined": "隔离",
    "recalled": "已召回",
    "received": "已接收",
    "refused": "不予许可",
    "registered": "已登记",
    "rejected": "已拒收",
    "released": "已放行",
    "reviewed": "已审核",
    "revoked": "已吊销",
    "sealed": "已施封",
    "specified": "已制定",
    "started": "生产中",
    "submitted": "已提交",
    "thawed": "已复苏",
    "used": "已使用",
    "voided": "已作废",
    "withdrawn": "已撤回",
}
ROLES: Final = {
    "*": "任意角色",
    "bank_custodian": "细胞库管理员",
    "clinician": "临床医师",
    "collector": "采集人",
    "courier": "承运人",
    "donor_physician": "供者医师",
    "holder": "密钥持有人",
    "lab_external": "外部实验室",
    "operator": "操作人",
    "qa": "质量保证",
    "qc_analyst": "检验员",
    "qc_reviewer": "检验复核人",
    "quality_authority": "质量受权人",
    "receiver": "收货人",
    "registrar": "登记员",
    "regulatory_affairs": "注册事务",
    "root": "根密钥",
    "system_admin": "系统管理员",
    "verifier": "复核人",
    "warehouse": "仓库",
}
MEANINGS: Final = {
    "performed": "执行",
    "witnessed": "见证",
    "verified": "复核",
    "reviewed": "审核",
    "approved": "批准",
    "released": "放行",
    "rejected": "拒绝",
    "given": "交出",
    "received": "接收",
}
RELATIONS: Final = {
    "affects": "影响",
    "bank": "所属细胞库",
    "batch": "批次",
    "carrier": "承运人",
    "consignee": "收货方",
    "covers": "涵盖",
    "deviation": "偏差",
    "donation": "来自捐献",
    "employer": "所属机构",
    "giver": "交出方",
    "laboratory": "实验室",
    "made_from": "制自",
    "material": "所用物料",
    "names": "命名",
    "origin": "来源",
    "permit": "许可",
    "product": "产品",
    "receiver": "接收方",
    "shipper": "发运方",
    "site": "地点",
    "supplier": "供应商",
}


def kind(code: str) -> str:
    """Return the label of a kind of item."""
    return _label(KINDS, code)


def status(code: str) -> str:
    """Return the label of a status."""
    return _label(STATUSES, code)


def role(code: str) -> str:
    """Return the label of a role: the code itself in English, because people type it."""
    return ROLES.get(code, code) if here().lang == "zh" else code


def meaning(code: str) -> str:
    """Return the label of a signature's meaning."""
    return _label(MEANINGS, code)


def relation(code: str) -> str:
    """Return the label of a relation between items."""
    return _label(RELATIONS, code)


def _label(labels: dict[str, str], code: str) -> str:
    return labels.get(code, code) if here().lang == "zh" else code.replace("_", " ")
