"""What the facts of items are called on a Chinese screen, and how their values are said.

Names are codes of the contract; in English their underscores are spaces. Values that belong to a
vocabulary are shown by its label; numbers, names and places stay as they were recorded.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from custody import contract
from custody_cli import labels
from custody_cli.console import here

_NAMES: Final = """
accepted 已采纳|accepted_at 接收时间|accredited_until 资质有效期至|actions 纠正预防措施
activity 出境活动|administered_at 使用时间|affects 影响|agreements 协议|aliases 引用方式
allocations 分配|amendments 修订|analysts 检验员|animal_origin 动物来源|approver_roles 批准角色
assessed_on 评估日期|assessments 评估|authorisation 境外试验许可|authority 主管机关
autologous 自体|balanced 已平衡|bank 细胞库|batch 批次|batches 批次|belongs_to 所属
biosafety_mark 生物安全标识|bundles 证据包|calibrations 校准|capabilities 条件|carriers 承运方
cell_source 细胞来源|cells 细胞数|changes 变更|checked_on 检查日期|chosen 选定|cited_in 引用处
claim 主张|claims 主张|cleared 清场|clone_screening 克隆筛查|closed 已关闭|code 代码
coi 身份链标识|completed_at 完成时间|completed_on 完成日期|conclusion 结论|condition 状况
consent_version 同意书版本
consented_on 同意日期|consents 知情同意|consignee 收货方|container 容器|containers 容器
contains_beta_lactam 含 β-内酰胺类|control_codes 监管条件代码|controlled_by 控制方
cooperation 国际合作|country 国家|covers 涵盖|criteria 标准|custodian 当前保管方|customs 海关
dangerous_goods 危险品分类|declaration 报关单|destination 目的地|destroyed 已销毁
determination 判定|deviations 偏差|devices 设备|directives 监管要求|disposition 处置
distrust_from 自此不可信|donation 捐献|donor_relation 供受者关系|donor_code 供者代码|doses 剂数
dossier 资料|drawn 已取用|earlier 先前有效期|dsmb 数据与安全监察委员会|employer 所属机构
ended 结束|ended_at 结束时间
epidemic_area 疫区|equipment_kind 设备类别|evidence 依据|excursions 温度偏离|expected 预期结果
experience_from 经验起始|expires_at 有效期至|expires_on 有效期至|failed 不合格|faults 故障
filed_on 备案日期|filing 备案|filled 已分装|follow_up_items 随访项目|follow_up_months 随访月数
follows 承接研究|foreign_controlled 外方控制|former 原值|full_copy 完整副本|gaps 间断
genetic_modification 基因修饰|given 已移交|given_at 移交时间|giver 移交方|givers 移交人
gln 全球位置码|goods 货物|grade 级别|hold_hours 保温时长（小时）|holds 暂停|hs_code 海关编码
identifiers 标识|in_force_from 生效日|in_force_until 失效日|index 事件|ingredient 成分
institution 牵头研究机构|instrument_kind 法规类别|intact 完好|intended_use 预期用途
investigations 调查|invalidated 已撤回|investigator 主要研究者|issuer 发布机关|item 物项|kind 类别
laboratory 检验机构|last_administration_on 末次给药日期|leak_proof 防漏|legal_name 法定名称
legs 运输段|leukocyte_rich 富含白细胞|level 级别|logger 记录仪|logs 温度记录
long_expansion 长期扩增|long_surviving 长期存活|lot 批号|low_manipulation 低操作
made_from 所用起始物|makers 生产人员|manipulations 操作|marker 标志物|materials 物料
max_passage 最高代次|maximum 最高|method 方法|minimum 最低|must_be_calibrated 须校准|name 名称
names 名称|notices 通知|number 编号|open_actions 未关闭措施|opened 登记于|openers 开启人
operator 运营机构|order_number 令号|organisation 机构|origin_country 原产国|origins 来源
outcome 结果|packs 规则包|paediatric 儿科|papers 随货单证|participants 参与机构|parties 当事方
partners 合作方|passage 代次|path 技术路径|pending 未完成检验|permit_kind 许可种类|permits 许可
person 人员|place 地点|planned_doses 计划剂数|planned_on 计划日期|policies 策略|position 储存位置
process 工艺|process_version 工艺版本|producer 生产者|product 产品|product_class 产品类别
products 产品|promulgated 公布日期|protocol_version 方案版本|purpose 用途|qualifications 资格
qualified_until 确认有效期至|quantity 数量|rationale 理由|rcv_verdict 复制型病毒检测
reactions 反应|readings 读数|reagent 试剂|receiver 接收方|received_doses 实收剂数
reconciled 已核对|refreeze_allowed 允许再冻|relation 供受者关系|release_tests 放行检验
released_at 放行时间|released_index 放行事件|remaining 余量|reported_on 报告日期|reports 报告
requalified_on 再确认日期|requests 请求|results 结果|resume 恢复|retained 留样|retention 保存
retired_at 退役时间|reviewed 已审核|reviewers 审核人员|reviews 审查|risk 风险
roles 角色|route 审查途径|rule 规则
sampled_on 采样日期|scheme 编号体系|scope 备案范围|seal 封签|sealed_at 施封时间|seq 序号
sequence 序列|serial 序列号|serum 血清|severity 严重程度|shelf_life_hours 有效期（小时）
shipment 发运|shipper 发货方|short_cycle 短周期|since 起始|site 场所|slots 资料项|source 来源
source_kind 来源类别|sources 来源|specification 规格|specification_version 标准版本
sponsor 发起机构|stage 阶段|standing 状态|started_at 开始时间|started_on 开始日期|statement 陈述
status 状态|steps 步骤|storage_max 储存上限|storage_min 储存下限|storage_unit 储存温度单位
study 研究|subject 受试者|subject_code 受试者代码|submitted_on 提交日期|supplier 供应商
support 支持程度|suspensions 暂停|terminated_on 终止日期|termination_cause 终止原因|test 检验项目
testers 检验人员|tests 检验|text_as_cited 引用文字|text_form 文本形式|text_language 文本语言
thawed 已复苏|tissue 组织|title 标题|title_en 英文标题|title_zh 中文标题|tool 工具|tools 工具
trainings 培训|transit_hours 运输时长（小时）|trial 试验|trust_sha256 信任文件指纹
trust_version 信任文件版本|unit 单位|units 单元|unreconciled 未核对|until 截止|valid_from 生效日
valid_until 失效日|validated 已验证|value 数值|vector_type 载体类型|verdict 判定|version 版本
versions 版本|visits 随访|volume 体积|withdrawn 已撤回|printed_name 签名姓名|reason 理由
occurred_at 发生时间|alg 算法|documents 附件|amount 数量|agreement 协议|area 场所区域
asks 请求内容|basis 依据|capability 条件|cause 原因|certificate 证书|classification 分类
decision 决定|description 说明|doublings 倍增数|due_on 到期日|effect 影响|excursion 偏离
finding 结论|ground 理由|highest 最高|impact 影响|items 项目|lowest 最低|mean 平均|month 月份
months 月数|new_seal 新封签|notice 通知|office 机关|paper 单证|parameters 参数
paper_number 单证编号|planned 计划|qualification 资格|redaction 遮盖|relatedness 相关性
report 报告|request 请求|review_route 审查途径|sample 样品|slot 资料项|state 状态|step 步骤
template 模板|temperature 温度|unit_code 单元代码|unit_kind 单元类别|used 已用|vessel 容器
viability 活率|private_values 个人数据|decided_on 决定日期|received_on 收到日期
"""
_ZH: Final = dict(
    pair.split(" ", 1) for pair in _NAMES.strip().replace("\n", "|").split("|") if " " in pair
)
# Facts whose values stand in a vocabulary under another name than in a body.
_VOCABULARIES: Final = {
    "test": ("tests",),
    "marker": ("markers",),
    "outcome": ("screening_outcomes", "results", "rule_outcomes"),
    "verdict": ("results",),
    "kind": ("permit_kinds", "paper_kinds", "document_kinds", "report_kinds", "kinds"),
    "dangerous_goods": ("dangerous_goods_classes",),
    "consents": ("consent_scopes",),
    "holds": ("kinds",),
    "roles": ("roles", "organisation_roles"),
    "tests": ("tests", "results"),
    "capabilities": ("capabilities", "results"),
    "purpose": ("uses", "assessment_purposes"),
    "standing": ("alias_standings",),
    "meaning": ("meanings",),
    "approver_roles": ("roles",),
    "manipulations": ("steps",),
}


def name(code: str) -> str:
    """Return what a fact is called."""
    return _ZH.get(code, code.replace("_", " ")) if here().lang == "zh" else code.replace("_", " ")


def value(code: str, given: Any, kind: str = "") -> Any:
    """Return the value of the fact `code` of a `kind` of item as people say it, lists as well."""
    if isinstance(given, dict):
        return {name(k): value(k, v, kind) for k, v in given.items()}
    if isinstance(given, list | tuple):
        return [value(code, part, kind) for part in given]
    if not isinstance(given, str) or here().lang != "zh":
        return given
    for vocabulary in _vocabularies(code, kind):
        said = term(vocabulary, given)
        if said != given and given != "%":
            return said
    return given


def term(vocabulary: str, code: str) -> str:
    """Return the Chinese label of a term, its code when the vocabulary has none."""
    family, _, kind = vocabulary.partition("/")
    return contract.label(family, f"{kind}.{code}" if kind else code, "zh")


@cache
def _vocabularies(code: str, kind: str) -> tuple[str, ...]:
    """Return the vocabularies a value may be of: those of this kind of item first."""
    noun = labels.NOUNS.get(kind, kind)
    fields = contract.vocabulary("index")["fields"]
    own = [v for place, v in fields.items() if place.endswith(f".{code}")]
    own.sort(key=lambda v: not any(p.startswith(f"{noun}.") for p, w in fields.items() if w == v))
    return tuple(dict.fromkeys((*own, *_VOCABULARIES.get(code, ()))))
