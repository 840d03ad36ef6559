"""Acts of the review: opinion, decision, special steps, extension, supplements, opinions of others, parties."""

from __future__ import annotations

from uuid import UUID

from tongban.faces.acts.act import Act, Options, Scene
from tongban.faces.acts.controls import Choice, Day, Note, Number, Only, People, Points, Text, matter, true_or_false
from tongban.faces.acts.targets import Articles, ByDepartment, Faults
from tongban.faces.desk.acts import lookups, options
from tongban.procedures.cases.rules.specials import RESULTS
from tongban.procedures.cases.rules.supplements import ANSWERS
from tongban.registry.catalog.special_steps import SPECIAL_STEPS

GROUP = "审查和决定"
LIMIT_UNIT = Choice("limit_unit", "单位", options=lambda scene: options.UNITS, first=True)
_OPENED_BY_ITS_OWN_ACT = ("hearing",)


def _special_kinds(scene: Scene) -> Options:
    return tuple((kind, words) for kind, words in SPECIAL_STEPS.items() if kind not in _OPENED_BY_ITS_OWN_ACT)


def _resumable(scene: Scene) -> Options:
    """Special steps that are ended here; a hearing ends with its record."""
    kinds = tuple(kind for kind in SPECIAL_STEPS if kind not in _OPENED_BY_ITS_OWN_ACT)
    return options.matters(*kinds)(scene)


def _extensions(scene: Scene) -> Options:
    own = (("false", "本机关的办理期限（法定、承诺）"),) if options.may(scene, "cases.case.extend") else ()
    joint = (("true", "联合办理的总期限"),) if options.may(scene, "cases.case.extend_joint") else ()
    rule = scene.content.extension
    if rule and rule.approver == "government_head" and joint:
        own = (("false", "本事项自己的办理期限"),)
    return (*own, *(joint if scene.state.clock("joint") else ()))


def _ceiling(scene: Scene) -> tuple[str, ...]:
    content, law = scene.content, scene.content.law
    if content.extension:
        return (f"本事项最多延长 {content.extension.n} 个工作日（{content.extension.basis}），只能一次。",)
    if not law.extension_max:
        return ("本事项没有可以延长期限的规定。",)
    joint = f"，联合办理的总期限最多延长 {law.joint_extension_max} 个工作日" if law.joint_extension_max else ""
    return (f"最多延长 {law.extension_max} 个工作日{joint}，只能一次，理由要书面告知申请人。",)


def _adjudicates(scene: Scene) -> bool:
    """Whether a dispute between two parties is decided."""
    return scene.content.dispute is not None


ACTS: tuple[Act, ...] = (
    Act(
        "complete_step",
        "提交审查意见",
        "您这一步的结论。不通过的，要写清依据，之后不能作准予的决定。",
        ("cases.step.handle", "cases.step.examine"),
        (
            Choice("task_id", "哪一步", options=options.step_options, into=UUID),
            Points("points", "核过的审查要点", optional=True, options=options.review_points),
            Choice("verdict", "结论", options=lambda scene: (("pass", "通过"), ("object", "不通过"))),
            Text("text", "审查意见", "只供内部，申请人看不到", long=True),
        ),
        ("in_review",),
        ("handle", "examine"),
        offered=lambda scene: bool(options.own_tasks(scene, "handle", "examine")),
        group=GROUP,
        done="已提交审查意见",
    ),
    Act(
        "decide",
        "作出决定",
        "全部审查完成后作出书面决定。不予的，要写明事实、依据和理由，并告知救济途径。",
        ("cases.case.decide",),
        (
            Choice("outcome", "决定", options=options.outcomes),
            Text("facts", "查明的事实", "不予、不能提供、裁决时必填", optional=True, long=True),
            Only(_adjudicates, Text("ruling", "裁决的内容", "逐项写清支持什么、不支持什么", optional=True, long=True)),
            Articles(optional=True),
            Text("reasons", "理由", "不予、不能提供、裁决时必填", optional=True, long=True),
        ),
        ("in_review",),
        ("decide",),
        group=GROUP,
        done="已作出决定，决定书正在制作",
        paper=True,
    ),
    Act(
        "suspend",
        "开始特殊环节",
        "检验、检测、勘验、评审、公示等环节所需时间要书面告知申请人。有法定依据的才停计法定时限。",
        ("cases.case.suspend",),
        (
            Note("办事指南公布的特殊环节", options.published_steps),
            Choice("kind", "种类", options=_special_kinds),
            Choice("branch_key", "属于哪一部分", options=options.places, into=options.branch_key, first=True),
            Text("reason", "为什么需要", "申请人要能看懂", long=True, most=1000),
            Number("limit_n", "需要多少时间"),
            LIMIT_UNIT,
            Text("basis", "依据", "法规名称和条款。没有依据不能停计法定时限", optional=True, most=300),
            Day("held_on", "哪天进行", optional=True),
            Text("place", "地点", optional=True),
            People("people", "参加人员", "一行写一个人。现场勘验要两名以上，专家评审写外部专家", optional=True),
        ),
        options.REVIEWING,
        ("handle", "examine"),
        group=GROUP,
        done="已开始特殊环节，告知书正在制作",
        paper=True,
    ),
    Act(
        "resume",
        "结束特殊环节",
        "写下经过和结论，停计的期限从今天继续走。",
        ("cases.case.resume",),
        (
            matter("哪个环节", _resumable),
            Choice("result", "结果", options=lambda scene: tuple(RESULTS.items())),
            Text("record", "经过和结论", long=True),
            People("people", "实际参加的人员", "和开始时登记的一样的，可以不填", optional=True),
        ),
        options.REVIEWING,
        offered=lambda scene: bool(_resumable(scene)),
        group=GROUP,
        done="已结束特殊环节，办理继续",
    ),
    Act(
        "extend",
        "延长办理期限",
        "期限届满前由有权的负责人批准，只能一次，理由书面告知申请人。",
        ("cases.case.extend", "cases.case.extend_joint"),
        (
            Note("可以延长多少", _ceiling),
            Choice("joint", "延长哪个期限", options=_extensions, into=true_or_false),
            Number("days", "延长多少", unit="个工作日"),
            Text("reason", "理由", "写进告知书，申请人要能看懂", long=True, most=1000),
        ),
        options.REVIEWING,
        offered=lambda scene: bool(_extensions(scene)),
        group=GROUP,
        done="已延长办理期限，告知书正在制作",
        paper=True,
    ),
    Act(
        "request_supplement",
        "要求补充材料",
        "审查中请申请人补充。法定时限照走，只能要求公布的清单里有的内容，一次只发一份。",
        ("cases.case.request_supplement",),
        (Faults("items", "要补充的内容"),),
        options.REVIEWING,
        ("handle", "examine"),
        offered=lambda scene: not scene.state.open_proceedings("supplement"),
        group=GROUP,
        done="已通知申请人补充，通知书正在制作",
        paper=True,
    ),
    Act(
        "request_opinion",
        "征求其他单位意见",
        "向别的岗位发征求意见函，对方会收到一项待办。答复前不能作决定，期限届满除外。",
        ("cases.opinion.request",),
        (
            Choice("branch_key", "为哪一部分征求", options=options.own_branches),
            Choice("post_id", "征求谁的意见", options=lookups.posts_to_ask, into=int, long=True),
            Text("question", "征求什么意见", long=True, most=1000),
            Number("limit_n", "多少时间内答复"),
            LIMIT_UNIT,
        ),
        options.REVIEWING,
        ("handle", "examine"),
        group=GROUP,
        done="已发出征求意见函",
        paper=True,
    ),
    Act(
        "give_opinion",
        "答复征求意见",
        "被征求意见的岗位在期限内答复。逾期的答复，在作决定前仍然有效。",
        ("cases.opinion.give",),
        (
            matter("征求的问题", lookups.opinions_asked),
            Choice("answer", "答复", options=lambda scene: tuple(ANSWERS.items())),
            Text("text", "意见和理由", "没有意见的可以不写", optional=True, long=True, most=2000),
        ),
        options.REVIEWING,
        ("opinion",),
        offered=lambda scene: bool(options.own_tasks(scene, "opinion")),
        group=GROUP,
        done="已答复征求意见",
    ),
    Act(
        "hold_joint_meeting",
        "登记联合会商",
        "一次会商，各部门的意见和结论都写进纪要。不代替各部门自己的审查意见。",
        ("cases.meeting.hold",),
        (
            Day("held_on", "会商日期"),
            Text("place", "地点"),
            ByDepartment("opinions", "各部门的意见", "至少两个部门", options.departments),
            Text("conclusion", "结论", long=True, most=2000),
        ),
        options.REVIEWING,
        ("handle", "examine", "decide"),
        offered=lambda scene: len(options.departments(scene)) > 1,
        group=GROUP,
        done="已登记联合会商，纪要正在制作",
        paper=True,
    ),
    Act(
        "tell_interested_party",
        "告知利害关系人",
        "决定直接关系他人重大利益的，告知他人并听取意见。听取之前、期限届满之前不能作决定。",
        ("cases.party.tell",),
        (
            Text("name", "利害关系人", most=60),
            Text("interest", "涉及的重大利益", long=True, most=1000),
        ),
        options.REVIEWING,
        ("handle", "examine", "decide"),
        group=GROUP,
        done="已告知利害关系人，告知书正在制作",
        paper=True,
    ),
    Act(
        "hear_party",
        "登记利害关系人的意见",
        "写下对方的陈述；期限届满仍没有说的，留空登记。",
        ("cases.party.hear",),
        (
            matter("利害关系人", lookups.parties),
            Text("statement", "陈述的意见", "期限届满没有陈述的，可以留空", optional=True, long=True, most=2000),
        ),
        options.REVIEWING,
        offered=options.has_open("interested_party"),
        group=GROUP,
        done="已登记利害关系人的意见",
    ),
)
