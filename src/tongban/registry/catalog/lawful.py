"""What the law of its kind demands of a version before it is published. Pure; each finding names place and remedy.

Sources: 行政许可法 arts 32, 42, 44, 45, 50 (licensing only), glossary 8.2-8.3 (regime, stops), 国办发〔2020〕42号 for
commitments, clock conventions C6, C7, C12; requirements NTC-06, NTC-10, WIN-02, WIN-10.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from tongban.registry.catalog.findings import Finding
from tongban.registry.catalog.reachable import reachable
from tongban.registry.catalog.special_steps import SPECIAL_STEPS
from tongban.registry.catalog.version import CommitmentRule, SinglePostRule, TimeLimit, VersionContent

ResultPaper = Callable[[str, str, str], str]
"""(legal regime, outcome, kind of option) -> kind of the paper; ``KeyError`` when there is none."""

DUE_RULES = ("at_pickup", "by_date")
COMMITMENT_MODES = ("approval", "proof")
SEPARATION_LEVELS = ("strict", "two_posts_one_window", "single_post")
HEADS = ("authority_head", "government_head")
EXCLUDED_FIELDS: Mapping[str, str] = {
    "national_security": "国家安全",
    "state_secret": "国家秘密",
    "public_safety": "公共安全",
    "prudential_finance": "金融业审慎监管",
    "ecology": "生态环境保护",
    "life_and_property": "人身健康和生命财产安全",
    "foreign_affairs": "重要涉外",
}
"""Fields in which a promise takes the place of no check, unless a law itself says so (国办发〔2020〕42号)."""
_ARTICLE = re.compile(r"第[一二三四五六七八九十百零0-9]+条")
_LICENSING_LAW = "行政许可法"
_CALENDAR: Mapping[str, tuple[float, float]] = {
    "calendar_day": (1, 1),
    "month": (28, 31),
    "year": (365, 366),
    "hour": (1 / 24, 1 / 24),
    "minute": (1 / 1440, 1 / 1440),
}
"""Unit -> (fewest, most) calendar days of one."""


def lawful(content: VersionContent, result_paper: ResultPaper) -> tuple[Finding, ...]:
    """Every finding of law; empty: nothing stands in the way."""
    return (
        *_regime(content),
        *_outcomes(content, result_paper),
        *_limits(content),
        *_promise(content),
        *_stops(content),
        *_extension(content),
        *_deferrals(content),
        *_commitment(content),
        *_separation(content),
        *_dispute(content),
        *reachable(content),
    )


def cites(basis: str) -> bool:
    """Whether a basis names an article; a sentence without one is no basis of law."""
    return bool(_ARTICLE.search(basis))


def shortest(limit: TimeLimit) -> float:
    """The fewest calendar days that a limit can last: no holiday falls into it, make-up days fill its weekends."""
    if limit.unit == "working_day":
        return max(limit.n, limit.n + 2 * ((limit.n - 1) // 5) - 3)
    return limit.n * _CALENDAR.get(limit.unit, (0, 0))[0]


def longest(limit: TimeLimit) -> float:
    """The most calendar days that a limit can last: weekends, long holidays, a last day off that rolls on."""
    if limit.unit == "working_day":
        return limit.n + 2 * (limit.n // 5 + 1) + 9 + 4 * (limit.n // 50) if limit.n else 0
    days = limit.n * _CALENDAR.get(limit.unit, (0, 0))[1]
    return days + 9 if limit.roll_forward and limit.unit in ("calendar_day", "month", "year") else days


def exceeds(promise: TimeLimit, law: TimeLimit) -> bool:
    """Whether a promise may end after the law's limit; units that cannot be compared exactly are read cautiously."""
    if promise.unit == law.unit:
        return promise.n > law.n
    return longest(promise) > shortest(law)


def _regime(content: VersionContent) -> Iterator[Finding]:
    law = content.regime
    if law is None or law.code != content.legal_regime:
        remedy = "从许可、登记、确认、给付、奖励、裁决、备案、公共服务、其他行政权力中选一种"
        yield Finding("legal_regime", "没有写明法律制度", remedy)
        return
    claims = law.deemed_acceptance or law.deemed_renewal or law.lawful_stops or law.statutory_limit
    if claims and law.code != "licensing" and not any(cites(one.article) for one in law.basis):
        sentence = f"「{law.name}」写了视为受理、不计入的时间或者法定时限，没有写条款"
        yield Finding("legal_regime", sentence, "行政许可法只管许可；别的事项要引自己的法律、法规")
    if content.renewal_limit and content.kind not in ("renew", "renewal"):
        yield Finding("renewal_limit", "只有延续才有提前申请的期限", "把办理类别改为延续，或删掉这一项")
    if content.record_limit and law.positive != "recorded":
        yield Finding("record_limit", "只有备案才有备案时限", "删掉这一项，写承诺时限")
    if content.accept_on_receipt and not law.separate_acceptance:
        yield Finding("accept_on_receipt", f"「{law.name}」没有单独的受理，谈不上收件即受理", "删掉这一项")


def _outcomes(content: VersionContent, result_paper: ResultPaper) -> Iterator[Finding]:
    law = content.regime
    for outcome in (law.positive, law.negative) if law else ():
        if not outcome:
            continue
        try:
            result_paper(content.legal_regime, outcome, content.kind)
        except KeyError:
            yield Finding("papers", f"结果「{outcome}」没有对应的文书", "先登记这种文书的模板")


def _limits(content: VersionContent) -> Iterator[Finding]:
    """What the regime caps, and an article for each statutory limit."""
    law, statutory = content.regime, content.statutory_limit
    if law and law.acceptance_limit and exceeds(content.acceptance_limit, law.acceptance_limit):
        most = f"{law.acceptance_limit.n} 个工作日"
        remedy = f"按{law.acceptance_limit.basis}，{most}内一次告知"
        yield Finding("acceptance_limit", f"告知和受理的时限超过 {most}", remedy)
    if content.notice_limit and exceeds(content.notice_limit, content.acceptance_limit):
        yield Finding("notice_limit", "答复的承诺比受理时限还长", "缩短，或者删掉这一项")
    if statutory is None:
        return
    if not cites(statutory.basis):
        remedy = "写明法规名称和第几条；没有依据就只写承诺时限"
        yield Finding("statutory_limit", "法定时限没有写依据的条款", remedy)
    elif law and law.statutory_limit and _LICENSING_LAW in statutory.basis and exceeds(statutory, law.statutory_limit):
        sentence = f"法定时限比{law.statutory_limit.basis}的 {law.statutory_limit.n} 个工作日长"
        yield Finding("statutory_limit", sentence, "更长的要引专门的法律、法规")


def _promise(content: VersionContent) -> Iterator[Finding]:
    caps = {"法定时限": content.statutory_limit, "联合办理的总时限": content.joint_limit}
    for words, cap in caps.items():
        if cap and exceeds(content.promised_limit, cap):
            remedy = f"承诺时限要不长于{words}，最好用同一种单位"
            yield Finding("promised_limit", f"承诺时限可能比{words}还长", remedy)
    for branch in content.flow.branches:
        for step in branch.steps:
            if step.limit and content.statutory_limit and exceeds(step.limit, content.statutory_limit):
                place = f"flow:{branch.key}.{step.key}"
                yield Finding(place, f"「{step.name}」一步的时限比法定时限还长", "缩短这一步的时限")


def _stops(content: VersionContent) -> Iterator[Finding]:
    law = content.regime
    branches = {branch.key for branch in content.flow.branches}
    for n, rule in enumerate(content.flow.special_steps):
        place = f"flow.special_steps[{n}]"
        if rule.kind not in SPECIAL_STEPS:
            yield Finding(place, f"没有「{rule.kind}」这种特殊环节", "从清单里选一种")
            continue
        by_law = law is not None and rule.kind in law.lawful_stops
        if rule.stops_statutory and not by_law and not cites(rule.basis):
            remedy = "写明哪部法律法规哪一条允许不计入，或者不停"
            yield Finding(place, f"「{rule.name}」要停法定时限，没有写依据", remedy)
        if rule.stops_statutory and content.statutory_limit is None:
            remedy = "写明法定时限和依据，或者不停"
            yield Finding(place, f"「{rule.name}」要停法定时限，可是没有法定时限", remedy)
        if rule.branch_key and rule.branch_key not in branches:
            yield Finding(place, f"「{rule.name}」所在的分支不存在", "改成流程里有的分支")
        if rule.limit.n <= 0:
            yield Finding(place, f"「{rule.name}」没有写所需时间", "写明最多需要多久，书面告知要用")


def _extension(content: VersionContent) -> Iterator[Finding]:
    rule, law = content.extension, content.regime
    if rule is None:
        return
    ceiling = law.extension_max if law else None
    if not cites(rule.basis):
        yield Finding("extension", "写了可以延长，没有写依据的条款", "写明允许延长的法规和条款")
    elif ceiling is not None and rule.n > ceiling and _LICENSING_LAW in rule.basis:
        remedy = f"行政许可法第四十二条最多延长 {ceiling} 日；更长的要引专门法规"
        yield Finding("extension", f"延长超过 {ceiling} 个工作日", remedy)
    if rule.n <= 0 or rule.approver not in HEADS:
        remedy = "写明天数，由本机关负责人或者本级政府负责人批准"
        yield Finding("extension", "延长没有写清几天、由谁批准", remedy)


def _deferrals(content: VersionContent) -> Iterator[Finding]:
    for one in content.materials:
        rule = one.deferral
        if rule is None:
            continue
        place = f"material:{one.code}"
        if one.essential:
            yield Finding(place, f"{one.name}是主要材料，不能容缺", "只有次要材料才能后补")
        if rule.due_rule not in DUE_RULES or (rule.due_rule == "by_date" and rule.limit is None):
            yield Finding(place, f"{one.name}没有写明什么时候补交", "选领取结果时补交，或写明几日内补交")
        if rule.limit is not None and exceeds(rule.limit, content.promised_limit):
            yield Finding(place, f"{one.name}的补交期限比承诺办结时限还长", "缩短补交期限，最好用同一种单位")
        if not rule.consequence.strip():
            yield Finding(place, f"{one.name}没有写明逾期不补的后果", "写明不补交会怎样，让申请人选择前看到")


def _commitment(content: VersionContent) -> Iterator[Finding]:
    rule = content.commitment
    if rule is None:
        return
    if rule.mode not in COMMITMENT_MODES:
        yield Finding("commitment", "告知承诺的方式不对", "选许可承诺或证明事项承诺")
    for name, words in (("statement", "告知书"), ("letter", "承诺书"), ("liability", "不实承诺的后果")):
        if not any(text.strip() for text in getattr(rule, name)):
            yield Finding("commitment", f"没有写{words}", f"把{words}的内容写全，申请人签字前要看到")
    if not rule.pair_version.strip() or not rule.basis.strip():
        remedy = "写明告知书和承诺书的版本，以及实行承诺制的依据"
        yield Finding("commitment", "告知承诺没有写版本或依据", remedy)
    if rule.check_limit.n <= 0 or rule.rectification_limit.n <= 0:
        yield Finding("commitment", "告知承诺没有写核查或整改的期限", "写明多久内核查、不符的多久内整改")
    yield from _promised_materials(content, rule)
    yield from _excluded(content, rule)


def _promised_materials(content: VersionContent, rule: CommitmentRule) -> Iterator[Finding]:
    known = {one.code for one in content.materials}
    for code in rule.materials:
        if code not in known:
            yield Finding("commitment", f"承诺替代的材料 {code} 不在材料清单里", "从材料清单里选")
    if rule.mode == "proof" and not rule.materials:
        yield Finding("commitment", "证明事项承诺没有写替代哪些材料", "选出用承诺替代的材料")


def _excluded(content: VersionContent, rule: CommitmentRule) -> Iterator[Finding]:
    touched = [EXCLUDED_FIELDS.get(code, code) for code in content.excluded_fields]
    if touched and not rule.by_statute:
        remedy = "删掉告知承诺；法律自己规定承诺的，写明条款"
        yield Finding("commitment", f"事关{'、'.join(touched)}，不能实行告知承诺", remedy)
    if rule.by_statute and not cites(rule.basis):
        yield Finding("commitment", "写了法律规定的告知承诺，没有写条款", "写明法律名称和条款")


def _separation(content: VersionContent) -> Iterator[Finding]:
    level, rule = content.separation_level, content.single_post
    if level not in SEPARATION_LEVELS:
        yield Finding("separation_level", "受审分离级别不对", "选严格分离、同窗双岗或单岗办理")
    if level != "single_post" and rule is None:
        return
    if level != "single_post" or content.case_type != "instant":
        remedy = "改成即办件和单岗办理，或删掉这份授权"
        yield Finding("single_post", "只有即办件可以由一个岗位受理并办结", remedy)
    elif rule is None:
        yield Finding("single_post", "单岗办理没有书面授权", "写明授权文件、公布日期和起止日期")
    else:
        yield from _authorisation(content, rule)


def _dispute(content: VersionContent) -> Iterator[Finding]:
    """An adjudication says who claims what of whom: the papers name them (行政裁决书)."""
    rule, law = content.dispute, content.regime
    if rule is None:
        return
    if law is None or law.positive != "adjudicated":
        yield Finding("dispute", "只有行政裁决才有申请人和被申请人的争议", "删掉这一项")
    asked = {one.path for one in content.all_fields()}
    for path, words in ((rule.claim, "申请人的请求"), (rule.respondent, "被申请人"), (rule.answer, "被申请人的答辩")):
        if path and path not in asked:
            yield Finding("dispute", f"裁决书上的「{words}」取自 {path}，表单里没有这一项", "在表单里加上")
    if not rule.claim or not rule.respondent:
        yield Finding("dispute", "没有写哪一项是请求、哪一项是被申请人", "写明表单里的数据元")


def _authorisation(content: VersionContent, rule: SinglePostRule) -> Iterator[Finding]:
    days = (rule.published_on, rule.valid_from, rule.valid_until or "2999-12-31")
    if not rule.instrument.strip() or not all(_is_day(day) for day in days) or days[1] > days[2]:
        yield Finding("single_post", "单岗办理的授权没有写全", "写明授权文件、公布日期和起止日期")
    elif days[0] > days[1]:
        yield Finding("single_post", "授权还没有公布就生效", "先公布，后生效")
    if rule.post_id != content.flow.acceptance_post_id:
        sentence = f"授权给了「{rule.post_name}」，受理的却是另一个岗位"
        yield Finding("single_post", sentence, "授权和受理写同一个岗位")
    if content.flow.decision_post_id == content.flow.acceptance_post_id:
        yield Finding("flow.decision", "单岗只能准予，不予办理要由另一个岗位决定", "决定岗换成审批岗")


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
