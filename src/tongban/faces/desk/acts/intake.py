"""Acts of the intake: receive, accept in its modes, notice, correction at the counter, refusal, disputes."""

from __future__ import annotations

from tongban.faces.acts.act import Act, Scene
from tongban.faces.acts.controls import Choice, Note, Text, Ticks, matter
from tongban.faces.acts.targets import Faults
from tongban.faces.acts.uploads import Answers, Files
from tongban.faces.desk.acts import lookups, options
from tongban.procedures.cases.rules.deferrals import SETTLED_IN
from tongban.procedures.cases.rules.disputes import SIDES
from tongban.procedures.cases.rules.refusing import REFUSAL_KINDS
from tongban.registry.catalog import forms
from tongban.registry.catalog.version import FormField

GROUP = "收件和受理"
POINTS = Ticks("points", "核过的收件要点", optional=True, options=options.receipt_points)
CREDIT = Note("申请人的信用", lookups.credit_note)
RELIEFS = Ticks(
    "reliefs",
    "享受哪些信用激励",
    "按公布的规则，由申请人的信用等级决定；不想享受的可以去掉",
    optional=True,
    options=lookups.reliefs,
    all_at_first=True,
)
SIGNED = Text("signed_by", "签名人", "申请人（或经办人）核对后签名，写明姓名", most=60)


def _commitment_offered(scene: Scene) -> bool:
    return scene.content.commitment is not None and scene.content.law.separate_acceptance


def _statement(scene: Scene) -> tuple[str, ...]:
    rule = scene.content.commitment
    return (*rule.statement, *(f"申请人承诺：{line}" for line in rule.letter)) if rule else ()


def _liability(scene: Scene) -> tuple[str, ...]:
    return scene.content.commitment.liability if scene.content.commitment else ()


def _pair(scene: Scene) -> tuple[tuple[str, str], ...]:
    rule = scene.content.commitment
    return ((rule.pair_version, f"第 {rule.pair_version} 版"),) if rule else ()


def _mendable_fields(scene: Scene) -> tuple[FormField, ...]:
    notice = scene.state.open_notice()
    if notice:
        named = {code for target, code in notice.targets if target == "field"}
        return tuple(f for f in scene.content.all_fields() if f.path in named)
    locked = ("person.", "organisation.", "applicant.")
    return tuple(f for f in forms.visible_fields(scene.content, scene.answers()) if not f.prefill.startswith(locked))


ACTS: tuple[Act, ...] = (
    Act(
        "receive",
        "确认收件",
        "网上提交的申请已经看到。不改变任何期限，期限从提交之日起算。",
        ("cases.case.receive",),
        states=("submitted",),
        tasks=("accept",),
        group=GROUP,
        done="已确认收件",
        channel="window",
    ),
    Act(
        "accept",
        "受理",
        "材料齐全、符合形式，当场受理并出具受理通知书，审查马上开始。",
        ("cases.case.accept",),
        (CREDIT, RELIEFS, POINTS),
        options.ENTERED,
        ("accept",),
        group=GROUP,
        done="已受理，受理通知书正在制作",
        paper=True,
        channel="window",
    ),
    Act(
        "request_correction",
        "一次性告知补正",
        "把全部问题一次写清：哪里不对、怎么补。第二次只能写上次没有改好的内容。",
        ("cases.case.request_correction",),
        (Faults("items", "要补正的地方", "只能要求公布的清单里有的内容"),),
        options.ENTERED,
        ("accept",),
        group=GROUP,
        done="已发出一次性告知，全部问题都写在告知书里",
        paper=True,
        channel="window",
    ),
    Act(
        "correct_on_the_spot",
        "当场更正",
        "申请人在窗口当场改正并签名，不用发告知书，也不影响期限。已经发过告知书的，等于补正。",
        ("cases.case.correct_on_the_spot",),
        (
            Answers("申请表里要改的内容", _mendable_fields, "只改有问题的地方，没有改的不算更正"),
            Files("要换的材料", options.mendable, "只上传改好的，旧的留在记录里", optional=True),
            SIGNED,
        ),
        (*options.ENTERED, "correction_requested"),
        group=GROUP,
        done="已登记当场更正",
        channel="window",
    ),
    Act(
        "accept_with_deferral",
        "容缺受理",
        "只缺公布的次要材料，申请人自己选择先受理、后补交，并在容缺承诺书上签名。材料补齐前不发结果。",
        ("cases.case.accept_with_deferral",),
        (
            CREDIT,
            Ticks("materials", "申请人选择后补的材料", options=lookups.later_on_credit, all_at_first=True),
            RELIEFS,
            Text("signed_by", "签名人", "申请人知道补交期限和后果，自己选择容缺，在承诺书上签名", most=60),
            POINTS,
        ),
        options.ENTERED,
        ("accept",),
        offered=lambda scene: scene.content.law.separate_acceptance and options.may_follow(scene),
        group=GROUP,
        done="已容缺受理，容缺受理通知书和承诺书正在制作",
        paper=True,
        channel="window",
    ),
    Act(
        "accept_with_commitment",
        "告知承诺受理",
        "向申请人告知条件和后果，申请人书面承诺后受理，作出决定后再核查。",
        ("cases.case.accept_with_commitment",),
        (
            CREDIT,
            Note("告知的内容", _statement),
            Note("违反承诺的后果", _liability),
            Choice("pair_version", "告知书和承诺书", "两份文书是同一版，申请人都要签", options=_pair),
            SIGNED,
            POINTS,
        ),
        options.ENTERED,
        ("accept",),
        offered=_commitment_offered,
        group=GROUP,
        done="已按告知承诺受理，告知书和承诺书正在制作",
        paper=True,
        channel="window",
    ),
    Act(
        "decide_instantly",
        "当场办结",
        "即办件：受理、决定、出证一次完成。只能准予；事后抽查。",
        ("cases.case.decide_instantly",),
        (
            POINTS,
            Text(
                "received_by",
                "谁在窗口等候领取",
                "申请人当面等着的，写签收人姓名：文书盖好章就登记送达，不用再点一次。不等的留空",
                optional=True,
                most=60,
            ),
        ),
        options.ENTERED,
        ("accept",),
        offered=lambda scene: scene.content.case_type == "instant",
        group=GROUP,
        done="已当场办结，结果正在制作",
        channel="window",
    ),
    Act(
        "record",
        "当场备案",
        "备案只核形式：材料齐全的当场备案，出具备案凭证。",
        ("cases.case.record",),
        states=options.ENTERED,
        tasks=("accept",),
        offered=lambda scene: scene.content.law.positive == "recorded",
        group=GROUP,
        done="已备案，备案凭证正在制作",
        paper=True,
        channel="window",
    ),
    Act(
        "refuse_acceptance",
        "不予受理",
        "只有四种情形，要书面写明理由和救济途径；不能因为实质条件不够而不予受理。",
        ("cases.case.refuse_acceptance",),
        (
            Choice("kind", "情形", options=lambda scene: tuple(REFUSAL_KINDS.items())),
            Text("reason", "理由", "写进决定书，申请人要能看懂", long=True, most=2000),
            Text("right_authority", "应当向哪个机关申请", "不属于本机关职权范围时填写", optional=True, most=100),
            Choice(
                "article",
                "禁止申请的依据",
                "在禁止申请的期限内时选择",
                optional=True,
                options=options.articles_that_bar,
            ),
        ),
        (*options.ENTERED, "correction_requested"),
        group=GROUP,
        done="已作出不予受理决定，决定书正在制作",
        paper=True,
        ends=True,
        channel="window",
    ),
    Act(
        "settle_deferral",
        "收下容缺补交的材料",
        "申请人到窗口补交受理时欠缺的材料。补齐后才能送达结果。",
        ("cases.deferral.settle",),
        (Files("补交的材料", options.deferred),),
        SETTLED_IN,
        offered=lambda scene: bool(options.deferred(scene)),
        group=GROUP,
        done="已收下补交的材料",
        channel="window",
    ),
    Act(
        "void_entry",
        "作废录入",
        "窗口录错了人或者事项，录入当天、还没有发出文书时作废。编号不再使用，记录保留。",
        ("cases.case.void_entry",),
        (Text("reason", "为什么作废", "例如：选错了事项，或者录错了申请人", long=True, most=500),),
        options.ENTERED,
        group=GROUP,
        done="已作废录入",
        paper=True,
        ends=True,
    ),
    Act(
        "raise_dispute",
        "提出受理争议",
        "认为窗口受理时材料不齐全。由大厅管理岗一个工作日内裁定，申请人不受影响，期限照走。",
        ("cases.dispute.raise",),
        (
            Ticks("points", "清单里哪一项不齐全", options=options.listed),
            Text("reason", "理由", long=True, most=1000),
        ),
        ("in_review",),
        ("handle", "examine"),
        offered=lambda scene: not scene.state.open_proceedings("dispute"),
        group=GROUP,
        done="已提出受理争议，等大厅管理岗裁定",
    ),
    Act(
        "rule_dispute",
        "裁定受理争议",
        "一个工作日内裁定由窗口还是部门承担。受理有效，申请人不受影响。",
        ("cases.dispute.rule",),
        (
            matter("争议", options.matters("dispute")),
            Choice("fault", "由哪一方承担", options=lambda scene: tuple(SIDES.items())),
            Text("words", "裁定的理由", long=True, most=1000),
        ),
        offered=options.has_open("dispute"),
        group=GROUP,
        done="已裁定受理争议",
    ),
)
