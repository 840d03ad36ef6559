"""Acts of a hearing (行政许可法 art. 46-48): right told, asked for on paper, scheduled, held, given up."""

from __future__ import annotations

from uuid import UUID

from tongban.faces.acts.act import Act, Scene
from tongban.faces.acts.controls import Choice, Moment, People, Text, Tick, matter, true_or_false
from tongban.faces.acts.uploads import Files
from tongban.faces.desk.acts import lookups, options
from tongban.procedures.cases.services.hearings import REQUEST_PROOF

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
        "enter_hearing_request",
        "登记书面的听证要求",
        "利害关系人（或者申请人）用书面要求听证的，由工作人员登记，申请书要上传。期限和申请人在网上要求的一样。",
        ("cases.hearing.enter",),
        (
            matter("要求的期限", options.matters("hearing_right")),
            Choice(
                "party_id",
                "谁要求听证",
                "申请人自己用书面要求的，不用选",
                optional=True,
                options=lookups.party_who_asks,
                into=lambda code: UUID(code) if code else None,
            ),
            Text("asked_by", "要求听证的人", "照申请书上的签名写", most=60),
            Files(
                "书面申请",
                options.proof(REQUEST_PROOF, "听证申请书", "签了名的申请书，拍照或扫描"),
                every=True,
            ),
        ),
        options.REVIEWING,
        offered=options.has_open("hearing_right"),
        group=GROUP,
        done="已登记听证要求，二十个工作日内组织听证",
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
