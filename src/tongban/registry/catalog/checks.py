"""What must hold before a version may be published: pure, each finding with its place and its remedy.

Sources: Licensing Law arts 32, 38, 42, 44, 58 (limits, papers, fees), the glossary's separation level (intake apart
from decision), the certificate-free rule (what the government itself issues is never asked for).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tongban.ground import expressions
from tongban.ground.errors import Refusal
from tongban.registry.catalog.findings import Finding
from tongban.registry.catalog.lawful import ResultPaper, lawful
from tongban.registry.catalog.prerequisites import Net, prerequisite_findings
from tongban.registry.catalog.reliefs import CHECKERS, relief_findings
from tongban.registry.catalog.version import TimeLimit, VersionContent

STEP_ROLES: Mapping[str, str] = {"handle": "handler", "examine": "examiner"}
PAPERS = (
    "receipt",
    "acceptance_notice",
    "correction_notice",
    "refusal_of_acceptance",
    "decision_grant",
    "decision_refuse",
)
_LIMIT_WORDS: Mapping[str, str] = {
    "acceptance_limit": "受理时限",
    "promised_limit": "承诺办结时限",
    "delivery_limit": "送达时限",
    "correction_limit": "补正时限",
}
NO_FEE = frozenset({"", "不收费"})
_DAYS: Mapping[str, float] = {
    "at_once": 0.0,
    "minute": 1 / 1440,
    "hour": 1 / 24,
    "calendar_day": 1.0,
    "working_day": 1.4,
    "month": 30.0,
    "year": 365.0,
}


@dataclass(frozen=True)
class World:
    """What the checks must know beside the content.

    :param post_roles: post id -> roles.
    :param issued_by_government: names of materials that the government issues.
    :param licence_papers: licence type code -> kind of its paper.
    :param paper_kinds: kinds of papers that can be made.
    :param result_paper: (legal regime, outcome, kind of option) -> kind of its paper, or ``KeyError``.
    :param net: the options in force and what each needs before it.
    """

    post_roles: Mapping[int, Collection[str]]
    issued_by_government: Collection[str]
    licence_papers: Mapping[str, str]
    paper_kinds: Collection[str]
    result_paper: ResultPaper
    net: Net = field(default_factory=Net)


def check(content: VersionContent, world: World) -> tuple[Finding, ...]:
    """Every finding; an empty answer means that it may be published."""
    return (
        *_words(content),
        *_rules(content),
        *_uniqueness(content),
        *_limits(content),
        *_basis_and_fee(content),
        *_materials(content, world),
        *_posts(content, world),
        *_result(content, world),
        *lawful(content, world.result_paper),
        *relief_findings(content),
        *prerequisite_findings(content, world.net),
    )


def _words(content: VersionContent) -> Iterator[Finding]:
    """What no guide can do without."""
    if not content.plain.strip():
        yield Finding("plain", "没有写一句话说明", "用办事人的话写清楚：谁，在什么时候，要办它")
    if not content.audience:
        yield Finding("audience", "没有选服务对象", "选个人、企业和单位，或者两个都选")
    if not content.conditions:
        yield Finding("conditions", "没有写申请条件", "一行写一条，都符合才能办；谁都能办的，写明谁可以办")
    if not content.result.name.strip():
        yield Finding("result.name", "没有写办成以后得到什么", "写结果的名称，例如 卫生许可证、备案回执")


def rule_places(content: VersionContent) -> dict[str, dict[str, Any]]:
    """Every rule of a version by its place: ``visible:<path>``, ``material:<code>``, ``situation:<key>``."""
    places = {f"visible:{f.path}": f.when for f in content.all_fields()}
    places |= {f"material:{m.code}": m.when for m in content.materials}
    places |= {f"situation:{s.key}": s.when for s in content.situations}
    return {place: when for place, when in places.items() if when is not None}


def _rules(content: VersionContent) -> Iterator[Finding]:
    parsed: dict[str, expressions.Expr] = {}
    for place, when in rule_places(content).items():
        try:
            rule = parsed[place] = expressions.from_json(when)
        except Refusal as refusal:
            yield Finding(place, refusal.sentence, refusal.remedy or "改正这条规则")
            continue
        if codes := expressions.parameters_of(rule):
            yield Finding(place, f"表单的规则不能用参数（{'、'.join(codes)}）", "改成固定的值，参数变了就发一版")
    for found in expressions.analyse(parsed, content.elements):
        yield Finding(found.place, found.sentence, found.remedy)


def _twice(values: Collection[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]


def _uniqueness(content: VersionContent) -> Iterator[Finding]:
    for path in _twice([f.path for f in content.all_fields()]):
        yield Finding(f"field:{path}", f"数据元 {path} 在表单里出现了两次", "同一件事只问一次，删掉一处")
    for code in _twice([m.code for m in content.materials]):
        yield Finding(f"material:{code}", f"材料代码 {code} 用了两次", "给其中一份换一个代码")
    for key in _twice([s.key for s in content.form]):
        yield Finding(f"form:{key}", f"表单里有两节都叫 {key}", "给其中一节换一个名字")
    if not content.form:
        yield Finding("form", "表单里一个栏目也没有", "至少放一节表单")
    if not content.aliases:
        yield Finding("aliases", "没有写老百姓的叫法", "写上几个常用说法，大家才搜得到")


def days(limit: TimeLimit) -> float:
    """Rough length in calendar days, for comparing limits of different units only."""
    return limit.n * _DAYS[limit.unit]


def _limits(content: VersionContent) -> Iterator[Finding]:
    named = {
        "acceptance_limit": content.acceptance_limit,
        "promised_limit": content.promised_limit,
        "delivery_limit": content.delivery_limit,
        "correction_limit": content.correction_limit,
    }
    if content.statutory_limit:
        named["statutory_limit"] = content.statutory_limit
    odd = {place: limit for place, limit in named.items() if limit.unit not in _DAYS or limit.n < 0}
    for place, limit in odd.items():
        yield Finding(place, f"时限「{limit.n} {limit.unit}」写法不对", "用工作日、日、月、年、小时或当场")
    for place in ("acceptance_limit", "promised_limit", "delivery_limit", "correction_limit"):
        if named[place].n == 0 and named[place].unit not in ("at_once", "minute", "hour"):
            yield Finding(place, f"没有写{_LIMIT_WORDS[place]}", "写几个工作日；当场办的，单位选“当场”")
    if content.legal_regime == "licensing" and content.statutory_limit is None:
        yield Finding("statutory_limit", "行政许可没有写法定时限", "按行政许可法第四十二条或专门规定写明")
    if odd or content.statutory_limit is None:
        return
    if content.legal_regime == "licensing" and days(content.delivery_limit) > days(TimeLimit(10, "working_day", "")):
        yield Finding("delivery_limit", "送达时限超过 10 个工作日", "按行政许可法第四十四条，10 个工作日内送达")


def _basis_and_fee(content: VersionContent) -> Iterator[Finding]:
    if not content.legal_basis:
        yield Finding("legal_basis", "没有写设定依据", "没有依据的事项不能公开办理，写明法律法规和条款")
    for n, basis in enumerate(content.legal_basis):
        if not basis.instrument or not basis.article:
            yield Finding(f"legal_basis[{n}]", "依据缺文件名或条款", "把文件名和第几条都写上")
    if content.fee not in NO_FEE and not content.fee_basis:
        yield Finding("fee", "写了收费，没有写收费依据", "没有法律、行政法规依据不得收费（行政许可法第五十八条）")


def _materials(content: VersionContent, world: World) -> Iterator[Finding]:
    for one in content.materials:
        place = f"material:{one.code}"
        if one.source == "uploaded" and one.name in world.issued_by_government:
            yield Finding(place, f"{one.name}是政府核发的，不能再向申请人要", "来源改为免提交或核验")
        if one.source == "uploaded" and not one.receipt_points:
            yield Finding(place, f"{one.name}没有写收件要点", "写明窗口收件时看什么")


def _posts(content: VersionContent, world: World) -> Iterator[Finding]:
    flow = content.flow
    if not flow.branches:
        yield Finding("flow.branches", "流程里没有审查环节", "至少设一个部门的一个环节")
    needs = [
        ("flow.acceptance", flow.acceptance_post_id, flow.acceptance_post_name, {"window_clerk"}),
        ("flow.decision", flow.decision_post_id, flow.decision_post_name, {"approver"}),
        ("flow.delivery", flow.delivery_post_id, flow.delivery_post_name, {"issuing_clerk", "window_clerk"}),
    ]
    for branch in flow.branches:
        if not branch.steps:
            yield Finding(f"flow:{branch.key}", f"「{branch.name}」这个分支没有环节", "加一个环节，或删掉这个分支")
        for step in branch.steps:
            role = STEP_ROLES.get(step.kind, "")
            needs.append((f"flow:{branch.key}.{step.key}", step.post_id, step.post_name, {role}))
    for place, post_id, name, roles in needs:
        if not roles & set(world.post_roles.get(post_id, ())):
            yield Finding(place, f"「{name}」这个岗位没有办这一步的权力", "换一个岗位，或在机构与人员里改岗位的角色")
    single = content.single_post
    if single and "chief_representative" not in world.post_roles.get(single.post_id, ()):
        yield Finding("single_post", f"「{single.post_name}」不是首席事务代表岗", "授权给首席事务代表岗")
    credit = content.credit
    if credit and credit.check_post_id and not CHECKERS & set(world.post_roles.get(credit.check_post_id, ())):
        yield Finding("credit", f"「{credit.check_post_name}」这个岗位没有事后核查的权力", "换一个监管岗位")
    yield from _apart(content)


def _apart(content: VersionContent) -> Iterator[Finding]:
    """Powers of one case stand at different posts (WIN-02); at ``single_post`` see ``lawful``."""
    flow = content.flow
    if content.separation_level != "single_post" and flow.acceptance_post_id == flow.decision_post_id:
        yield Finding("flow.decision", "受理和决定是同一个岗位", "受理和决定要分开，换一个岗位")
    for branch in flow.branches:
        for step in branch.steps:
            if content.separation_level == "strict" and step.post_id == flow.decision_post_id:
                place = f"flow:{branch.key}.{step.key}"
                yield Finding(place, f"「{step.name}」和决定是同一个岗位", "承办和批准要分开，换一个岗位")


def _result(content: VersionContent, world: World) -> Iterator[Finding]:
    for kind in PAPERS:
        if kind not in world.paper_kinds:
            yield Finding("papers", f"这一步的文书（{kind}）还没有模板", "先登记文书模板")
    paper = world.licence_papers.get(content.result.licence_type)
    if not content.result.licence_type and content.legal_regime != "licensing":
        return
    if not content.result.licence_type:
        remedy = "在「结果与收费」里写证照类型代码；还没有的，先登记证照类型"
        yield Finding("result", "没有写办成以后发哪一种证照", remedy)
    elif paper is None:
        yield Finding("result", f"办成以后的证件「{content.result.name}」没有对应的证照类型", "先登记证照类型")
    elif paper not in world.paper_kinds:
        yield Finding("result", f"「{content.result.name}」还没有证件模板", "先登记证件模板")
    asked = {f.path for f in content.all_fields()}
    for attribute, path in content.result.attributes.items():
        if path not in asked:
            yield Finding("result", f"证面上的「{attribute}」取自 {path}，表单里没有这一项", "在表单里加上，或改证面")
