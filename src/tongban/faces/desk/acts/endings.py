"""Acts at the end and beside the road: delivery, hand-over, transfer, termination, archive; promises checked."""

from __future__ import annotations

from uuid import UUID

from tongban.faces.acts.act import Act, Scene
from tongban.faces.acts.controls import Choice, People, Text, Tick, matter
from tongban.faces.acts.targets import Articles
from tongban.faces.acts.uploads import Files
from tongban.faces.desk.acts import lookups, options
from tongban.procedures.cases.rules.aftercare import RESULTS
from tongban.procedures.cases.rules.ending import TERMINATIONS, TRANSFERS
from tongban.procedures.cases.rules.handover import REASONS
from tongban.procedures.cases.rules.result import MODES
from tongban.procedures.cases.services.endings import CONSENT_PROOF

DELIVERY, ENDING, PROMISE, CHECKS = "送达和归档", "移交和终止", "告知承诺的核查", "事后核查"
AFTER_DECISION = ("decided", "issued", "delivered", "closed")


def _archived(scene: Scene) -> bool:
    return any(paper.kind == "archive_receipt" for paper in scene.state.papers)


ACTS: tuple[Act, ...] = (
    Act(
        "notify_ready",
        "通知领取",
        "结果可以到窗口领取。通知以后，送达期限停着等申请人。",
        ("cases.case.deliver",),
        states=("issued",),
        tasks=("deliver",),
        offered=lambda scene: not scene.state.open_proceedings("pickup"),
        group=DELIVERY,
        done="已通知申请人领取",
        channel="window",
    ),
    Act(
        "deliver",
        "登记送达",
        "当面签收、邮寄或者留置送达。容缺的材料没有补齐前不能送达。",
        ("cases.case.deliver",),
        (
            Choice("mode", "方式", options=lambda scene: tuple((m, w) for m, w in MODES.items() if m != "portal")),
            Text("received_by", "签收人", "窗口领取时填写", optional=True, most=60),
            Text("waybill", "邮件单号", "邮寄时填写", optional=True, most=60),
            People("witnesses", "见证人", "留置送达时填写，一行写一个人：姓名和单位", optional=True),
        ),
        ("issued",),
        ("deliver",),
        group=DELIVERY,
        done="已登记送达，送达回证正在制作",
        paper=True,
        channel="window",
    ),
    Act(
        "archive",
        "归档",
        "把申请、材料、意见、文书和记录打包归档，出具归档回执。",
        ("cases.case.archive",),
        states=("closed", "void"),
        offered=lambda scene: not _archived(scene),
        group=DELIVERY,
        done="已归档，归档回执正在制作",
    ),
    Act(
        "supplement_archive",
        "补充归档",
        "归档以后又发生的事（违诺处理、撤销、事后核查）另打一个包归档，有自己的回执。",
        ("cases.case.archive",),
        states=("closed", "void"),
        offered=lambda scene: _archived(scene) and not scene.state.open_proceedings(),
        group=DELIVERY,
        done="已补充归档，归档回执正在制作",
    ),
    Act(
        "hand_over",
        "移交任务",
        "轮班、请假、回避或者调整工作量时，把任务交给另一个岗位。谁负责，记录里写得清楚。",
        ("cases.task.hand_over",),
        (
            Choice("task_id", "哪一项任务", options=options.movable_tasks, into=UUID),
            Choice("post_id", "交给哪个岗位", options=lookups.posts_to_take_over, into=int, long=True),
            Choice("reason_code", "原因", options=lambda scene: tuple(REASONS.items())),
            Text("reason", "说明", long=True, most=500),
        ),
        offered=lambda scene: bool(options.movable_tasks(scene)),
        group=ENDING,
        done="任务已经移交",
    ),
    Act(
        "transfer",
        "移送或转报",
        "整件移送其他机关。受理前要有申请人同意，或者是我方分送错误；不属于本机关职权的，应当不予受理。",
        ("cases.case.transfer",),
        (
            Choice("kind", "种类", options=lambda scene: tuple(TRANSFERS.items())),
            Text("authority", "移送给哪个机关", most=100),
            Text("reason", "理由", long=True, most=1000),
            Tick("consented", "申请人的意见", optional=True, words="申请人同意移送"),
            Text("consent_by", "谁同意的", "申请人同意移送时填写", optional=True, most=60),
            Files(
                "同意书",
                options.proof(CONSENT_PROOF, "申请人签名的同意书", "申请人同意移送时上传，拍照或扫描"),
                optional=True,
            ),
            Tick("own_misrouting", "我方原因", optional=True, words="是我方分送错误"),
        ),
        ("received", "accepted", "in_review"),
        group=ENDING,
        done="已移送，通知书正在制作",
        paper=True,
        ends=True,
    ),
    Act(
        "terminate",
        "终止办理",
        "没有结论地结束，必须有法定情形，书面作出并告知救济途径。",
        ("cases.case.terminate",),
        (
            Choice("kind", "情形", options=lambda scene: tuple(TERMINATIONS.items())),
            Text("facts", "事实和理由", "写清发生了什么，有什么证明", long=True),
            Articles(),
        ),
        ("correction_requested", "accepted", "in_review", "suspended"),
        group=ENDING,
        done="已终止办理，决定书正在制作",
        paper=True,
        ends=True,
    ),
    Act(
        "check_commitment",
        "登记承诺核查结果",
        "作出决定后核查申请人的承诺。没有履行的，先责令整改、听取申辩。",
        ("cases.commitment.check",),
        (
            matter("承诺", options.matters("commitment")),
            Choice("result", "结果", options=lambda scene: (("kept", "履行了承诺"), ("breached", "没有履行承诺"))),
            Choice(
                "gravity", "没有履行的轻重", "没有履行时选择，记入信用记录", optional=True, options=options.gravities
            ),
            Text("facts", "核查的事实", "什么时候、看了什么、与承诺的哪一条对照", long=True),
        ),
        AFTER_DECISION,
        offered=options.has_open("commitment"),
        group=PROMISE,
        done="已登记核查结果",
    ),
    Act(
        "record_after_check",
        "登记事后核查结果",
        "抽中的、单岗办结的或者审查后置的办件，核查后登记。结果记入申请人的信用记录。",
        ("cases.after_check.record",),
        (
            matter("哪一项核查", options.matters("after_check")),
            Choice("result", "结果", options=lambda scene: tuple(RESULTS.items())),
            Choice("gravity", "问题的轻重", "不合格时选择", optional=True, options=options.gravities),
            Text("facts", "核查的事实", "什么时候、看了什么、结论是什么", long=True),
        ),
        AFTER_DECISION,
        ("after_check",),
        offered=options.has_open("after_check"),
        group=CHECKS,
        done="已登记核查结果",
    ),
    Act(
        "order_rectification",
        "责令限期整改",
        "书面写明事实、依据和期限，告知陈述、申辩的权利。",
        ("cases.commitment.rectify",),
        (
            matter("违反的承诺", options.matters("breach")),
            Text("facts", "违反承诺的事实", long=True),
            Articles(),
        ),
        AFTER_DECISION,
        offered=lambda scene: any(not p.data.get("ordered_on") for p in scene.state.open_proceedings("breach")),
        group=PROMISE,
        done="已责令限期整改，通知书正在制作",
        paper=True,
    ),
    Act(
        "tell_annulment",
        "告知拟撤销",
        "撤销以前书面告知事实、理由和依据，申请人可以陈述、申辩。整改没有用的，不责令整改也可以告知。",
        ("cases.commitment.annul",),
        (
            matter("哪一项", options.matters("breach")),
            Text("facts", "查明的事实", long=True),
            Text("reasons", "拟撤销的理由", long=True),
            Articles(),
        ),
        AFTER_DECISION,
        offered=lambda scene: any(not p.data.get("annulment_told_on") for p in scene.state.open_proceedings("breach")),
        group=PROMISE,
        done="已告知拟撤销，告知书正在制作",
        paper=True,
    ),
    Act(
        "conclude_breach",
        "处理违诺",
        "已经整改的结案；期满没有整改的撤销决定，连同证照一并撤销。",
        ("cases.commitment.annul",),
        (
            matter("违反的承诺", options.matters("breach")),
            Choice("outcome", "处理", options=lambda scene: (("rectified", "已经整改，结案"), ("annul", "撤销"))),
            Text("facts", "查明的事实", long=True),
            Text("reasons", "撤销的理由", "写明对陈述、申辩的意见；已经整改的不用写", optional=True, long=True),
            Articles(optional=True),
        ),
        AFTER_DECISION,
        offered=options.has_open("breach"),
        group=PROMISE,
        done="已处理违诺",
        paper=True,
        ends=True,
    ),
)
