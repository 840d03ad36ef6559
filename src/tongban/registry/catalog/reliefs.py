"""Reliefs by risk and credit, and what must hold before they may be published (NTC-14). Pure.

003 方案二(二)2: 申请材料后补或免交、实质审查后置或豁免, by difficulty, risk and the applicant's credit. A relief never
touches what the law lets nobody promise away, and never a main material.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from tongban.registry.catalog.findings import Finding
from tongban.registry.catalog.version import VersionContent

GRADES = ("A", "B", "C", "D")
"""Credit grades, the best first."""
SUPPLY_LATER, WAIVE_MATERIAL = "supply_later", "waive_material"
REVIEW_LATER, WAIVE_REVIEW = "review_later", "waive_review"
RELIEFS: Mapping[str, str] = {
    SUPPLY_LATER: "材料后补",
    WAIVE_MATERIAL: "材料免交",
    REVIEW_LATER: "审查后置",
    WAIVE_REVIEW: "书面审查豁免",
}
RISKS: Mapping[str, str] = {"low": "低风险", "medium": "中风险", "high": "高风险"}
MATRIX: Mapping[str, tuple[str, ...]] = {
    "low": tuple(RELIEFS),
    "medium": (SUPPLY_LATER, WAIVE_MATERIAL, REVIEW_LATER),
    "high": (SUPPLY_LATER,),
}
"""Risk level -> the reliefs that an item of that risk may give at all."""
CHECKERS = frozenset({"inspector", "handler", "examiner"})
"""Roles of which one lets a post check afterwards."""


def earned(content: VersionContent, grade: str) -> tuple[str, ...]:
    """The reliefs that the version gives to a grade; none without a grade."""
    return content.reliefs.get(grade, ()) if grade else ()


def excluded(content: VersionContent, grade: str) -> bool:
    """Whether the published rule keeps a grade from deferral and commitment."""
    return content.credit is not None and grade in content.credit.excluded_grades


def spared(content: VersionContent, grade: str, code: str) -> tuple[str, ...]:
    """What a grade earns for a material: ``supply_later``, ``waive_material``, both or none; never for a main one."""
    material = content.material(code)
    if material is None or material.essential or not material.relief:
        return ()
    reach = (SUPPLY_LATER,) if material.relief == SUPPLY_LATER else (SUPPLY_LATER, WAIVE_MATERIAL)
    return tuple(relief for relief in reach if relief in earned(content, grade))


def uses_credit(content: VersionContent) -> bool:
    """Whether the applicant's grade decides anything here: only then is it looked up."""
    return bool(content.reliefs) or bool(content.credit and content.credit.excluded_grades)


def relief_findings(content: VersionContent) -> Iterator[Finding]:
    """Every finding about risk, reliefs and exclusion."""
    if content.risk_level and content.risk_level not in RISKS:
        yield Finding("risk_level", f"没有「{content.risk_level}」这种风险等级", "从低、中、高里选一种")
        return
    yield from _grounds(content)
    yield from _grades(content)
    yield from _materials(content)
    yield from _reviews(content)
    yield from _exclusion(content)


def _grounds(content: VersionContent) -> Iterator[Finding]:
    rule, law = content.credit, content.regime
    if content.reliefs and not content.risk_level:
        yield Finding("risk_level", "写了信用激励，没有写风险等级", "先评估事项的风险等级，再定激励")
    if content.reliefs and (rule is None or not rule.basis.strip()):
        yield Finding("credit", "写了信用激励，没有写依据", "写明实行信用激励的文件和条款")
    elif rule is not None and not rule.basis.strip():
        yield Finding("credit", "写了信用规则，没有写依据", "写明文件和条款")
    if content.reliefs and law is not None and not law.separate_acceptance:
        yield Finding("reliefs", f"「{law.name}」没有受理环节，不能在受理时给信用激励", "删掉信用激励")


def _grades(content: VersionContent) -> Iterator[Finding]:
    allowed = MATRIX.get(content.risk_level, ())
    for grade, given in content.reliefs.items():
        place = f"reliefs:{grade}"
        if grade not in GRADES:
            yield Finding(place, f"没有 {grade} 这个信用等级", "等级写 A、B、C")
            continue
        if given and grade == GRADES[-1]:
            yield Finding(place, "最低的信用等级不能有激励", "删掉 D 级的激励")
        for relief in given:
            if relief not in RELIEFS:
                yield Finding(place, f"没有「{relief}」这种激励", "从后补、免交、后置、豁免里选")
            elif content.risk_level and relief not in allowed:
                words = f"{RISKS[content.risk_level]}的事项不能有「{RELIEFS[relief]}」"
                yield Finding(place, words, "换一种激励，或者重新评估风险等级")
            elif content.excluded_fields and relief in (REVIEW_LATER, WAIVE_REVIEW):
                yield Finding(place, f"事项涉及高风险领域，不能有「{RELIEFS[relief]}」", "删掉这种激励")
    yield from _monotone(content)


def _monotone(content: VersionContent) -> Iterator[Finding]:
    for better, worse in pairwise(GRADES):
        if missing := set(content.reliefs.get(worse, ())) - set(content.reliefs.get(better, ())):
            words = "、".join(RELIEFS.get(relief, relief) for relief in sorted(missing))
            yield Finding(f"reliefs:{better}", f"{worse} 级有「{words}」，更好的 {better} 级却没有", "信用好的不能更少")


def _given(content: VersionContent) -> set[str]:
    return {relief for given in content.reliefs.values() for relief in given}


def _materials(content: VersionContent) -> Iterator[Finding]:
    given = _given(content)
    of_materials = (SUPPLY_LATER, WAIVE_MATERIAL)
    by_relief = {relief: [m for m in content.materials if m.relief == relief] for relief in of_materials}
    for one in content.materials:
        place = f"material:{one.code}"
        if one.relief and one.relief not in by_relief:
            yield Finding(place, f"{one.name}的信用减免写得不对", "写后补或者免交")
        elif one.relief and one.essential:
            yield Finding(place, f"{one.name}是主要材料，不能凭信用后补或免交", "只有次要材料可以")
        elif one.relief and one.source != "uploaded":
            yield Finding(place, f"{one.name}本来就不用交，谈不上信用减免", "删掉这一项")
        elif one.relief and one.relief not in given:
            yield Finding(place, f"{one.name}写了信用减免，没有一个等级享受", "在信用激励里写明等级，或删掉这一项")
    if WAIVE_MATERIAL in given and not by_relief[WAIVE_MATERIAL]:
        yield Finding("reliefs", "写了材料免交，没有写哪份材料可以免交", "在材料里标明")
    if SUPPLY_LATER in given and not any(by_relief.values()):
        yield Finding("reliefs", "写了材料后补，没有写哪份材料可以后补", "在材料里标明")


def _reviews(content: VersionContent) -> Iterator[Finding]:
    given, rule, law = _given(content), content.credit, content.regime
    only = [branch for branch in content.flow.branches if branch.document_only]
    if WAIVE_REVIEW in given and not only:
        yield Finding("reliefs", "写了书面审查豁免，没有一个部门只审材料", "标明哪个分支只审材料")
    for branch in only:
        if any(step.branch_key in ("", branch.key) for step in content.flow.special_steps):
            place = f"flow:{branch.key}"
            yield Finding(place, f"「{branch.name}」有特殊环节，不是只审材料", "去掉特殊环节，或不标只审材料")
    if REVIEW_LATER in given and law is not None and law.code != "licensing":
        yield Finding("reliefs", "审查后置只用于行政许可：事后发现不符的可以依法撤销", "删掉审查后置")
    if REVIEW_LATER in given and (rule is None or rule.check_limit is None or not rule.check_post_id):
        yield Finding("credit", "写了审查后置，没有写由谁在多久内核查", "写明核查岗位和核查期限")


def _exclusion(content: VersionContent) -> Iterator[Finding]:
    rule = content.credit
    if rule is None:
        return
    if rule.check_limit is not None and rule.check_limit.n <= 0:
        yield Finding("credit", "事后核查的期限写得不对", "写明几个工作日内核查")
    barred = rule.excluded_grades
    if not barred:
        return
    if tuple(grade for grade in GRADES if grade in barred) != GRADES[len(GRADES) - len(set(barred)) :] or "A" in barred:
        yield Finding("credit", "不适用容缺和承诺的等级要从最差的写起", "写 D，或者 C 和 D")
    if any(content.reliefs.get(grade) for grade in barred):
        yield Finding("credit", "同一个等级既有激励又被排除", "删掉一处")
    if content.commitment is None and not any(m.deferral or m.relief for m in content.materials):
        yield Finding("credit", "本事项没有容缺和承诺，不用写排除哪些等级", "删掉这一项")
