"""What the controls of the desk's acts offer, read from the case itself. Pure."""

from __future__ import annotations

from collections.abc import Callable

from tongban.faces.acts.act import Options, Scene
from tongban.ground.policy import PERMISSIONS
from tongban.procedures.cases.rules import gaps
from tongban.procedures.cases.rules.commitments import GRAVITIES
from tongban.procedures.cases.rules.proceedings import KINDS
from tongban.procedures.cases.rules.refusing import BARRED_ARTICLES
from tongban.procedures.cases.rules.state import ProceedingView, TaskView
from tongban.registry.catalog.special_steps import SPECIAL_STEPS
from tongban.registry.catalog.version import Material, SpecialStepRule, TimeLimit

ENTERED = ("submitted", "received")
REVIEWING = ("in_review", "suspended")
UNITS: Options = (("working_day", "工作日"), ("calendar_day", "自然日"), ("month", "个月"))
OUTCOME_WORDS = {
    "granted": "准予",
    "refused": "不予",
    "recorded": "予以备案",
    "provided": "已提供",
    "not_provided": "不能提供",
    "adjudicated": "作出裁决",
}
TASK_WORDS = {
    "accept": "受理",
    "handle": "承办",
    "examine": "审核",
    "decide": "审批",
    "deliver": "送达",
    "opinion": "答复征求意见",
    "commitment_check": "核查承诺",
    "after_check": "事后核查",
}


def receipt_points(scene: Scene) -> Options:
    """收件要点 of the item and of its materials."""
    own = (*scene.content.receipt_points, *(p for m in scene.content.materials for p in m.receipt_points))
    return tuple((point, point) for point in dict.fromkeys(own))


def listed(scene: Scene) -> Options:
    """Everything that the published list asks for, by its code or path."""
    materials = tuple((m.code, m.name) for m in scene.content.materials)
    return materials + tuple((f.path, f.label) for f in scene.content.all_fields())


def articles_that_bar(scene: Scene) -> Options:
    """Articles by which an applicant is barred for a time: those of the licensing law, and the item's own."""
    law = BARRED_ARTICLES.items() if scene.content.legal_regime == "licensing" else ()
    own = tuple((b.article, f"《{b.instrument}》{b.article}") for b in scene.content.legal_basis)
    return (*((article, f"行政许可法{article}：{words}") for article, words in law), *own)


def outcomes(scene: Scene) -> Options:
    """What may be decided in the regime of the item."""
    law = scene.content.law
    return tuple((code, OUTCOME_WORDS.get(code, code)) for code in (law.positive, law.negative) if code)


def matters(*kinds: str) -> Callable[[Scene], Options]:
    """Open side matters of these kinds (all kinds of special steps when none is named)."""
    wanted = kinds or tuple(SPECIAL_STEPS)

    def options(scene: Scene) -> Options:
        return tuple((str(p.id), words_of(scene, p)) for p in scene.state.open_proceedings(*wanted))

    return options


def words_of(scene: Scene, matter: ProceedingView) -> str:
    """A side matter in one line: what, of which part, until when."""
    parts = [KINDS.get(matter.kind, matter.kind)]
    if branch := next((b.name for b in scene.state.branches if b.key == matter.branch_key), ""):
        parts.append(branch)
    if material := scene.content.material(matter.key):
        parts.append(material.name)
    if matter.due_on:
        parts.append(f"{matter.due_on.isoformat()} 到期")
    return "，".join(parts)


def has_open(*kinds: str) -> Callable[[Scene], bool]:
    """Offered while a side matter of these kinds is open."""
    return lambda scene: bool(scene.state.open_proceedings(*kinds))


def own_tasks(scene: Scene, *kinds: str) -> tuple[TaskView, ...]:
    """Open tasks of the acting post."""
    return tuple(t for t in scene.state.open_tasks(*kinds) if t.post_id == scene.principal.post_id)


def step_options(scene: Scene) -> Options:
    """The steps that wait for the acting post."""
    return tuple((str(t.id), t.name) for t in own_tasks(scene, "handle", "examine"))


def own_branches(scene: Scene) -> Options:
    """Parts of the review that the acting post has open."""
    keys = {t.branch_key for t in own_tasks(scene, "handle", "examine")}
    return tuple((b.key, b.name) for b in scene.state.branches if b.key in keys)


def places(scene: Scene) -> Options:
    """Where a special step may lie: an own branch, or the whole case."""
    found = own_branches(scene)
    return (*found, (WHOLE, "整件办件"))


WHOLE = "-"
"""Code of "the whole case" in a form: an empty one would be no choice."""


def branch_key(code: str) -> str:
    """The service's name of a place."""
    return "" if code == WHOLE else code


def movable_tasks(scene: Scene) -> Options:
    """Tasks that the acting post may hand over: its own; for who oversees the hall, every open one."""
    all_of_them = "hall_manager" in scene.principal.roles
    tasks = scene.state.open_tasks() if all_of_them else own_tasks(scene)
    return tuple((str(t.id), f"{TASK_WORDS.get(t.kind, t.kind)}：{t.name}") for t in tasks)


def may_follow(scene: Scene) -> bool:
    """Whether something is missing that the version lets come later, by its list or for good credit. No query."""
    spare = (scene.content.material(code) for code in gaps.outstanding(scene.state))
    return bool(deferrable(scene)) or (bool(scene.content.reliefs) and any(m and m.relief for m in spare))


def proof(code: str, name: str, words: str) -> Callable[[Scene], tuple[Material, ...]]:
    """A paper that proves what staff enter for somebody, to be uploaded under a code of its own."""
    paper = Material(code, name, requirement=words, max_files=3)
    return lambda scene: (paper,)


def gravities(scene: Scene) -> Options:
    """How grave a breach is."""
    return tuple(GRAVITIES.items())


def deferrable(scene: Scene) -> tuple[Material, ...]:
    """Missing materials that the published version lets come later."""
    found = (scene.content.material(code) for code in gaps.outstanding(scene.state))
    return tuple(m for m in found if m and m.deferral and not m.essential)


def deferrable_options(scene: Scene) -> Options:
    """The same with their term."""
    return tuple((m.code, f"{m.name}（{term_of(m)}）") for m in deferrable(scene))


def term_of(material: Material) -> str:
    """Until when a deferred material must come, in words."""
    rule = material.deferral
    if rule and rule.due_rule == "by_date" and rule.limit:
        return f"受理后 {limit_words(rule.limit)}内补交"
    return "领取结果时补交"


def deferred(scene: Scene) -> tuple[Material, ...]:
    """Materials that are still owed."""
    owed = [p.key for p in scene.state.proceedings if p.kind == "deferral" and p.state in ("open", "lapsed")]
    found = (scene.content.material(code) for code in owed)
    return tuple(m for m in found if m)


def mendable(scene: Scene) -> tuple[Material, ...]:
    """Materials that may be mended at the counter: those that the notice names while one waits, else all uploads."""
    notice = scene.state.open_notice()
    named = {code for target, code in notice.targets if target == "material"} if notice else None
    return tuple(m for m in scene.content.materials if m.source == "uploaded" and (named is None or m.code in named))


def departments(scene: Scene) -> tuple[str, ...]:
    """The departments of the case: the deciding one and those that review."""
    names = (scene.content.authority.name, *(b.department_name for b in scene.content.flow.branches))
    return tuple(dict.fromkeys(names))


def published_steps(scene: Scene) -> tuple[str, ...]:
    """Special steps that the guide publishes, in words."""
    return tuple(f"{r.name}：不超过 {limit_words(r.limit)}，{_stops(r)}" for r in scene.content.flow.special_steps)


def limit_words(limit: TimeLimit) -> str:
    """``5 个工作日``, ``3 个月``."""
    return f"{limit.n} 个{dict(UNITS).get(limit.unit, limit.unit).removeprefix('个')}"


def _stops(rule: SpecialStepRule) -> str:
    if rule.stops_statutory:
        return f"停计法定时限和承诺时限（{rule.basis}）"
    return "停计承诺时限，法定时限照走" if rule.stops_promised else "不停计时限"


def review_points(scene: Scene) -> Options:
    """Review points of the own steps and of the materials."""
    keys = {(t.branch_key, t.step_key) for t in own_tasks(scene, "handle", "examine")}
    steps = (s for b in scene.content.flow.branches for s in b.steps if (b.key, s.key) in keys)
    found = [p for s in steps for p in s.review_points] + [p for m in scene.content.materials for p in m.review_points]
    return tuple((point, point) for point in dict.fromkeys(found))


def may(scene: Scene, permission: str) -> bool:
    """Whether a role of the acting post holds the permission at all."""
    return any(role in PERMISSIONS[permission] for role in scene.principal.roles)
