"""Acts of a hearing (行政许可法 art. 46-48): right told, scheduled, held, given up. It is asked for in the portal."""

from __future__ import annotations

from uuid import UUID

from tongban.faces.acts.act import Act, Scene
from tongban.faces.acts.controls import Choice, Moment, People, Text, Tick, matter, true_or_false
from tongban.faces.desk.acts import lookups, options

GROUP = "听证"


def _basis_hint(scene: Scene) -> str:
    return "行政许可法第四十七条" if scene.content.law.hearing else ""


ACTS: tuple[Act, ...] = (
    Act(
        "tell_hearing_right",
        "告知听证权利",
        "决定涉及重大利益的，书面告知申请人、利害关系人可以在 5 个工作日内要求听证。",
        ("cases.hearing.tell",),
        (
            Text("reason", "为什么告知", "写清涉及谁的什么重大利益", long=True, most=1000),
            Text("basis", "依据", "法规名称和条款", optional=True, most=300, propose=_basis_hint),
        ),
        options.REVIEWING,
        ("handle", "examine", "decide"),
        offered=lambda scene: not scene.state.open_proceedings("hearing_right", "hearing"),
        group=GROUP,
        done="已告知听证权利，告知书正在制作",
        paper=True,
    ),
    Act(
        "schedule_hearing",
        "通知听证时间和地点",
        "提前 7 个工作日通知，主持人不能是审查这件办件的人员。可以重新安排，重新通知。",
        ("cases.hearing.schedule",),
        (
            matter("听证", options.matters("hearing")),
            Moment("held_at", "哪天举行"),
            Text("place", "地点"),
            Choice("officer_id", "主持人", options=lookups.hearing_officers, into=UUID, long=True),
            Choice(
                "public",
                "是否公开",
                options=lambda scene: (("true", "公开举行"), ("false", "不公开（涉及国家秘密、商业秘密、个人隐私）")),
                into=true_or_false,
            ),
        ),
        options.REVIEWING,
        offered=options.has_open("hearing"),
        group=GROUP,
        done="已通知听证，通知书正在制作",
        paper=True,
    ),
    Act(
        "hold_hearing",
        "登记听证笔录",
        "由主持人登记，参加人核对后签字。作决定要依据听证笔录。",
        ("cases.hearing.hold",),
        (
            matter("听证", options.matters("hearing")),
            People("participants", "参加听证的人员"),
            Text("minutes", "听证的经过", long=True, most=20000),
            Tick("signed", "签字", words="笔录已由参加人核对，签字或者盖章"),
        ),
        options.REVIEWING,
        offered=options.has_open("hearing"),
        group=GROUP,
        done="已登记听证笔录，办理继续",
        paper=True,
    ),
    Act(
        "waive_hearing",
        "登记没有举行听证",
        "期限内没有人要求，或者要求听证的人放弃了。",
        ("cases.hearing.waive",),
        (
            matter("哪一项", options.matters("hearing_right", "hearing")),
            Text("reason", "原因", long=True, most=1000),
        ),
        options.REVIEWING,
        offered=options.has_open("hearing_right", "hearing"),
        group=GROUP,
        done="已登记没有举行听证",
    ),
)
