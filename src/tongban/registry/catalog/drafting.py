"""Which parts a draft has and of what kind each field is: the shape by which it is edited. Pure data.

A draft is JSON with the keys of ``version.VersionContent``; what no form here covers (commitment, reliefs, samples ...)
is edited as JSON in the last part, with the same checks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tongban.registry.catalog.special_steps import SPECIAL_STEPS
from tongban.registry.catalog.taxonomy import APPLICATION_MODES, DOMAINS, LIFE_STAGES, SCOPES, Category
from tongban.registry.catalog.themes import THEMES

Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Spec:
    """One field of a draft.

    :param key: its key, dotted from the draft (or from its row).
    :param kind: ``text``, ``long``, ``lines``, ``choice``, ``choices``, ``yes_no``, ``number``, ``limit``, ``post``,
        ``element``, ``condition``, ``rows``, ``group``.
    :param optional: left out of the draft when it is empty.
    :param parts: fields of a row or group.
    :param row: what one row is called.
    """

    key: str
    label: str
    kind: str = "text"
    hint: str = ""
    optional: bool = False
    options: Options = ()
    parts: tuple[Spec, ...] = ()
    row: str = ""


@dataclass(frozen=True)
class Part:
    """A page of the editor."""

    key: str
    title: str
    fields: tuple[Spec, ...]


def _options(words: Mapping[str, str]) -> Options:
    return tuple(words.items())


def _named(categories: Mapping[str, Category]) -> Options:
    return tuple((one.key, one.name) for one in categories.values())


SEPARATION: Options = (
    ("strict", "受理和审批分开"),
    ("two_posts_one_window", "一个窗口两个岗"),
    ("single_post", "单岗办理"),
)
UNITS: Options = (
    ("working_day", "个工作日"),
    ("calendar_day", "日（自然日）"),
    ("month", "个月"),
    ("year", "年"),
    ("hour", "小时"),
    ("minute", "分钟"),
    ("at_once", "当场"),
)
REGIMES: Options = (
    ("licensing", "行政许可"),
    ("registration", "登记"),
    ("confirmation", "行政确认"),
    ("payment", "行政给付"),
    ("award", "行政奖励"),
    ("adjudication", "行政裁决"),
    ("filing", "备案"),
    ("public_service", "公共服务"),
    ("other_power", "其他行政权力"),
)
DEPTH: Options = (
    ("consult", "网上咨询"),
    ("book", "网上预约"),
    ("submit", "网上提交"),
    ("precheck", "网上预审"),
    ("accept", "网上受理"),
    ("handle", "网上办理"),
    ("result", "网上反馈结果"),
    ("licence", "电子证照"),
)
_WHEN = Spec("when", "什么情况下要", "condition", "不填就是都要", optional=True)
_BASIS_CHECK: Options = (("checked", "条文已核对"), ("unchecked", "还没有核对"))
_FILE_TYPES: Options = (("pdf", "PDF"), ("jpeg", "JPG"), ("png", "PNG"))
_SOURCES: Options = (("uploaded", "申请人上传"), ("exempt", "免提交"), ("verified", "数据核验"))
PREFILLS: Options = (
    ("person.name", "申请人姓名"),
    ("person.id_number", "申请人身份证号"),
    ("person.mobile", "申请人手机"),
    ("person.address", "申请人住址"),
    ("organisation.name", "单位名称"),
    ("organisation.uscc", "统一社会信用代码"),
    ("organisation.address", "单位住所"),
    ("organisation.legal_representative", "法定代表人"),
    ("applicant.name", "申请人名称"),
    ("applicant.number", "申请人号码"),
)

BASIC = Part(
    "basic",
    "基本信息",
    (
        Spec("plain", "一句话说明", "long", "用办事人的话，写清楚谁在什么时候要办它"),
        Spec("aliases", "大家的叫法", "lines", "一行一个，搜索用"),
        Spec("themes", "主题", "choices", options=tuple((t.key, t.name) for t in THEMES.values())),
        Spec("life_stages", "人生或经营阶段", "choices", options=_named(LIFE_STAGES)),
        Spec("domain", "公共服务领域", "choice", optional=True, options=_named(DOMAINS)),
        Spec("industries", "所属行业", "lines", "国民经济行业分类的门类字母或代码，一行一个", optional=True),
        Spec("audience", "服务对象", "choices", options=(("person", "个人"), ("organisation", "企业和单位"))),
        Spec("case_type", "办件类型", "choice", options=(("promised", "承诺件"), ("instant", "即办件"))),
        Spec("legal_regime", "法律制度", "choice", "决定受理时限、延长、特殊环节和救济途径", options=REGIMES),
        Spec(
            "separation_level",
            "受审分离级别",
            "choice",
            options=SEPARATION,
        ),
        Spec("application_modes", "申请方式", "choices", options=_options(APPLICATION_MODES)),
        Spec("service_scope", "通办范围", "choice", optional=True, options=_options(SCOPES)),
        Spec("online_depth", "网上能办到哪一步", "choices", options=DEPTH),
        Spec("visits_required", "要跑几次", "number"),
        Spec(
            "assurance_level",
            "要求的实名等级",
            "choice",
            options=(("1", "手机号"), ("2", "姓名和身份证已核对"), ("3", "人脸或持证核验")),
        ),
        Spec("retention", "保管期限", optional=True),
    ),
)
LAW = Part(
    "law",
    "依据",
    (
        Spec(
            "legal_basis",
            "设定和实施依据",
            "rows",
            row="一条依据",
            parts=(
                Spec("instrument", "文件名称"),
                Spec("article", "条款"),
                Spec("text", "条文", "long", optional=True),
                Spec("check", "核对", "choice", options=_BASIS_CHECK),
            ),
        ),
    ),
)
LIMITS = Part(
    "limits",
    "时限",
    (
        Spec("acceptance_limit", "受理时限", "limit"),
        Spec("statutory_limit", "法定办结时限", "limit", "没有法定时限的不填", optional=True),
        Spec("promised_limit", "承诺办结时限", "limit", "不能长于法定时限"),
        Spec("delivery_limit", "送达时限", "limit"),
        Spec("correction_limit", "补正时限", "limit"),
        Spec("notice_limit", "答复承诺", "limit", "例如两个工作日，当日算起", optional=True),
        Spec("supplement_limit", "补充材料时限", "limit", optional=True),
        Spec("record_limit", "备案时限", "limit", "只用于备案", optional=True),
        Spec("renewal_limit", "要提前多久申请延续", "limit", "只用于延续", optional=True),
    ),
)
CONDITIONS = Part(
    "conditions",
    "条件",
    (
        Spec("conditions", "申请条件", "lines", "一行一条，都符合才能办"),
        Spec("exclusions", "这些情况办不了", "lines", "一行一条", optional=True),
        Spec("receipt_points", "收件要点", "lines", "窗口核对的，只核形式"),
    ),
)
MATERIALS = Part(
    "materials",
    "材料",
    (
        Spec(
            "materials",
            "申请材料",
            "rows",
            row="一份材料",
            parts=(
                Spec("code", "代码", hint="小写字母和下划线，发布后不要改"),
                Spec("name", "名称"),
                Spec("source", "从哪里来", "choice", options=_SOURCES),
                Spec("essential", "主要材料", "yes_no", "主要材料不能容缺"),
                Spec("requirement", "要求", optional=True),
                Spec("todo", "申请人要做什么", optional=True),
                Spec("sample", "什么样的合格", "long", optional=True),
                Spec("types", "收什么文件", "choices", optional=True, options=_FILE_TYPES),
                Spec("max_files", "最多几个文件", "number", optional=True),
                Spec("max_pages", "最多几页", "number", optional=True),
                _WHEN,
                Spec("receipt_points", "收件要点", "lines", optional=True),
                Spec("review_points", "审查要点", "lines", optional=True),
                Spec(
                    "deferral",
                    "可以容缺",
                    "group",
                    "只有次要材料可以，不填就是不可以",
                    optional=True,
                    parts=(
                        Spec(
                            "due_rule",
                            "什么时候补",
                            "choice",
                            optional=True,
                            options=(("at_pickup", "取证时一次补齐"), ("by_date", "约定日期前")),
                        ),
                        Spec("limit", "补交期限", "limit", optional=True),
                        Spec("consequence", "逾期后果", optional=True),
                        Spec("basis", "依据", optional=True),
                    ),
                ),
            ),
        ),
    ),
)
_FIELD = (
    Spec("path", "数据元", "element"),
    Spec("label", "怎么问"),
    Spec("hint", "提示", optional=True),
    Spec("optional", "选填", "yes_no", optional=True),
)
QUESTIONS = Part(
    "questions",
    "问题与情形",
    (
        Spec("questions", "先问的问题", "rows", row="一个问题", parts=(*_FIELD, _WHEN)),
        Spec(
            "situations",
            "办理情形",
            "rows",
            row="一种情形",
            parts=(Spec("key", "代码"), Spec("name", "名称"), Spec("when", "什么时候是它", "condition")),
        ),
    ),
)
FORM = Part(
    "form",
    "表单",
    (
        Spec(
            "form",
            "申请表",
            "rows",
            row="一页",
            parts=(
                Spec("key", "代码"),
                Spec("title", "标题"),
                Spec("intro", "说明", optional=True),
                Spec(
                    "fields",
                    "字段",
                    "rows",
                    row="一个字段",
                    parts=(*_FIELD, Spec("prefill", "从哪里预填", "choice", optional=True, options=PREFILLS), _WHEN),
                ),
            ),
        ),
    ),
)
FLOW = Part(
    "flow",
    "流程",
    (
        Spec("flow.acceptance", "受理岗位", "post"),
        Spec(
            "flow.branches",
            "审查分支",
            "rows",
            "几个部门同时审查的，每个部门一条分支",
            row="一条分支",
            parts=(
                Spec("key", "代码"),
                Spec("name", "名称"),
                Spec(
                    "steps",
                    "环节",
                    "rows",
                    row="一个环节",
                    parts=(
                        Spec("key", "代码"),
                        Spec("kind", "种类", "choice", options=(("handle", "承办"), ("examine", "审核"))),
                        Spec("name", "名称"),
                        Spec("post", "岗位", "post"),
                        Spec("limit", "时限", "limit", optional=True),
                        Spec("review_points", "审查要点", "lines", optional=True),
                    ),
                ),
            ),
        ),
        Spec("flow.decision", "决定岗位", "post"),
        Spec("flow.delivery", "送达岗位", "post"),
        Spec(
            "flow.special_steps",
            "特殊环节",
            "rows",
            "现场勘验、检验检测、专家评审、听证等，各有自己的时限",
            row="一个特殊环节",
            parts=(
                Spec("kind", "种类", "choice", options=_options(SPECIAL_STEPS)),
                Spec("name", "名称"),
                Spec("limit", "时限", "limit"),
                Spec("branch_key", "哪条分支", optional=True),
                Spec("stops_statutory", "法定时限停下", "yes_no", "只有法律写明的才能停", optional=True),
                Spec("stops_promised", "承诺时限停下", "yes_no", "要在指南里公布", optional=True),
                Spec("basis", "依据", optional=True),
            ),
        ),
    ),
)
RESULT = Part(
    "result",
    "结果与收费",
    (
        Spec("result.licence_type", "证照类型代码", hint="没有证照的不填", optional=False),
        Spec("result.name", "结果名称"),
        Spec("result.validity_months", "有效期（月）", "number", optional=True),
        Spec("fee", "收费", hint="不收费就写「不收费」"),
        Spec("fee_basis", "收费依据", hint="收费的一定要写"),
        Spec(
            "places",
            "到哪里办",
            "rows",
            row="一个地点",
            parts=(
                Spec("name", "名称"),
                Spec("address", "地址"),
                Spec("hours", "时间"),
                Spec("phone", "电话", optional=True),
            ),
        ),
        Spec("faq", "常见问题", "rows", row="一问一答", parts=(Spec("question", "问"), Spec("answer", "答", "long"))),
    ),
)
PARTS: Mapping[str, Part] = {
    part.key: part for part in (BASIC, LAW, LIMITS, CONDITIONS, MATERIALS, QUESTIONS, FORM, FLOW, RESULT)
}
"""Pages of the editor in order; ``source`` (the whole draft as JSON) comes after them."""
