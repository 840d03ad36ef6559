"""The applicant's acts while a case goes on, and what their forms ask for.

Correcting after a notice has a page of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from tongban.faces.acts.act import Act, Options, Scene
from tongban.faces.acts.controls import Note, Text, Tick, matter
from tongban.faces.acts.uploads import Answers, Files
from tongban.faces.templatetags.tongban import date_zh
from tongban.procedures.cases.models import Proceeding
from tongban.procedures.cases.papers_data.source import told
from tongban.procedures.cases.rules.deferrals import SETTLED_IN
from tongban.procedures.cases.rules.ending import BEFORE_DECISION
from tongban.procedures.cases.rules.state import ProceedingView
from tongban.registry.catalog.version import FormField, Material

REVIEWING = ("in_review", "suspended")
AFTER_DECISION = ("decided", "issued", "delivered", "closed")


def owed(scene: Scene) -> tuple[ProceedingView, ...]:
    """Deferrals that are not settled."""
    return tuple(p for p in scene.state.proceedings if p.kind == "deferral" and p.state in ("open", "lapsed"))


def _owed_materials(scene: Scene) -> tuple[Material, ...]:
    found = (scene.content.material(p.key) for p in owed(scene))
    return tuple(m for m in found if m)


def _asked(scene: Scene, target: str) -> set[str]:
    open_ = scene.state.open_proceedings("supplement")
    return {code for p in open_ for kind, code in p.data.get("targets", ()) if kind == target}


def _asked_fields(scene: Scene) -> tuple[FormField, ...]:
    wanted = _asked(scene, "field")
    return tuple(f for f in scene.content.all_fields() if f.path in wanted)


def _asked_materials(scene: Scene) -> tuple[Material, ...]:
    wanted = _asked(scene, "material")
    return tuple(m for m in scene.content.materials if m.code in wanted)


def _request(scene: Scene) -> tuple[str, ...]:
    """What the written request says, point by point; one query."""
    rows = Proceeding.objects.filter(case_id=scene.id, kind="supplement", state="open")
    items = [item for row in rows for item in told(row).words.get("items", ())]
    return tuple(f"{item['name']}：{item['fault']}。{item['remedy']}" for item in items)


def _matters(kind: str) -> Any:
    def options(scene: Scene) -> Options:
        return tuple((str(p.id), _until(p)) for p in scene.state.open_proceedings(kind))

    return options


def _until(matter_: ProceedingView) -> str:
    if matter_.due_on is None:
        return now_("现在就可以")
    return now_("到 %(day)s为止") % {"day": date_zh(matter_.due_on)}


def _ordered(scene: Scene) -> bool:
    breaches = scene.state.open_proceedings("breach")
    return any(p.data.get("ordered_on") or p.data.get("annulment_told_on") for p in breaches)


def _myself(scene: Scene) -> Mapping[str, Any]:
    return {"asked_by": scene.principal.name}


ACTS: tuple[Act, ...] = (
    Act(
        "supplement",
        _("提交补充材料"),
        _("审查中还需要您补充下面这些，一次交齐。别的都不用改。"),
        ("cases.case.supplement",),
        (
            Note(_("要补充什么"), _request),
            matter(_("补充期限"), _matters("supplement")),
            Answers(_("要重新填写的"), _asked_fields, every=True),
            Files(_("要上传的材料"), _asked_materials, every=True),
        ),
        REVIEWING,
        offered=lambda scene: bool(scene.state.open_proceedings("supplement")),
        done=_("已提交补充材料"),
        channel="portal",
    ),
    Act(
        "settle_deferral",
        _("补交后补的材料"),
        _("受理时您选择了先受理、后补交。补齐以后才能拿到结果。"),
        ("cases.deferral.settle",),
        (Files(_("要补交的材料"), _owed_materials),),
        SETTLED_IN,
        offered=lambda scene: bool(owed(scene)),
        done=_("已收下您补交的材料"),
        channel="portal",
    ),
    Act(
        "ask_hearing",
        _("要求听证"),
        _("听证由没有参加审查的人主持，您可以当面陈述、申辩和质证，不收费。听证的时间不算在办理时间里。"),
        ("cases.hearing.ask",),
        (matter(_("要求的期限"), _matters("hearing_right")),),
        REVIEWING,
        offered=lambda scene: bool(scene.state.open_proceedings("hearing_right")),
        fixed=_myself,
        done=_("已收到您的听证要求，时间和地点会书面通知您"),
        channel="portal",
    ),
    Act(
        "defend",
        _("陈述和申辩"),
        _("对责令整改、拟撤销有话要说，或者已经整改好了，写在这里。机关作处理前必须听取。"),
        ("cases.commitment.defend",),
        (
            matter(_("整改期限"), _matters("breach")),
            Text("text", _("您的陈述、申辩，或者整改的情况"), long=True, most=4000),
            Tick("rectified", _("整改"), optional=True, words=_("已经整改好了")),
        ),
        AFTER_DECISION,
        offered=_ordered,
        done=_("已收到您的陈述和申辩"),
        channel="portal",
    ),
    Act(
        "deliver",
        _("签收结果"),
        _("签收后随时可以下载，盖了电子印章，和纸质的一样有效。"),
        ("cases.case.deliver",),
        states=("issued",),
        offered=lambda scene: not owed(scene),
        fixed=lambda scene: {"mode": "portal", "received_by": scene.principal.name},
        done=_("已签收"),
        channel="portal",
    ),
    Act(
        "withdraw",
        _("撤回申请"),
        _("撤回后马上停止办理，不能恢复；还要办，可以重新申请。会给您一份撤回凭证。"),
        ("cases.case.withdraw",),
        (Text("reason", _("撤回的原因"), optional=True, long=True, most=500),),
        BEFORE_DECISION,
        done=_("已撤回申请"),
        ends=True,
        channel="portal",
    ),
)
BY_SLUG: dict[str, Act] = {act.slug: act for act in ACTS}


def possible(scene: Scene) -> tuple[Act, ...]:
    """What the applicant may do now; what is not possible is not shown."""
    return tuple(act for act in ACTS if act.possible(scene))


def done_words(slug: str) -> str:
    """What is told after an act; empty for an unknown one."""
    act = BY_SLUG.get(slug)
    return str(act.done) if act else ""
