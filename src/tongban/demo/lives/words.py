"""What people of 云溪市 write while a case goes on: faults, opinions, reasons, questions. All of it is invented."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from tongban.demo import names
from tongban.registry.catalog.version import VersionContent

WITHDRAWALS = (
    "店面没谈下来，先不办了",
    "填错了一项，改好再重新申请",
    "暂时不开工了",
    "家里有事，过段时间再办",
    "已经在别处办好了",
)
EXTENSIONS = ("需要复核的数据较多", "现场情况复杂，要再看一次", "等待检测机构出具结果", "涉及单位多，意见还没有收齐")
SUSPENSIONS: dict[str, str] = {
    "site_check": "需要到现场核对设施和图纸是否一致",
    "expert_review": "事项专业性强，请专家评审",
    "testing": "抽样送检，等检测结果",
    "publicity": "按规定在社区和网上公示",
    "referral": "涉及政策适用，向上级请示",
}
RECORDS: dict[str, str] = {
    "site_check": "两名工作人员到场，现场和申请材料一致，拍照留存。",
    "expert_review": "专家查阅材料并提问，一致认为符合条件，提出两条改进建议。",
    "testing": "送检样品全部合格，报告已归入办件。",
    "publicity": "公示期满，没有收到异议。",
    "referral": "上级已经答复，可以按现行规定办理。",
}
EXPERTS = ("省建筑设计院 郭工", "云溪学院 林教授", "市第一人民医院 高主任", "省特检院 余工", "云溪质协 傅工")
QUESTIONS = (
    "占道期间是否影响消防通道",
    "门前临时停车有没有影响",
    "这处管线和在建工程是否冲突",
    "场所上一年度有没有处罚记录",
)
ANSWERS_GIVEN = ("没有影响，同意。", "按方案实施可行，注意夜间警示。", "查过记录，没有异常，同意。")
PARTIES = ("平桥路 9 号业主委员会", "隔壁商户", "楼上住户代表", "相邻单位")
INTERESTS = ("排风口正对住户窗户", "施工期间影响出入", "夜间噪声", "共用通道被占用")
STATEMENTS = ("希望装消声设备，其他没有意见。", "同意，施工结束要恢复原样。", "担心夜里吵，请规定营业时间。")
HEARING_REASONS = ("涉及申请人和相邻住户的重大利益", "设立娱乐场所，依法告知听证权利")
MINUTES = "主持人宣布听证事项和纪律，承办人陈述审查意见，申请人和住户代表先后陈述、质证，各方核对笔录后签名。"
DISPUTES = "图纸没有标出消毒设施，窗口受理时没有看出来"
RULINGS = (("window", "图纸确有缺漏，受理时应当看出，由窗口改进。"), ("department", "清单没有要求这一项，受理正确。"))
HAND_OVERS = (("leave", "承办人休假"), ("workload", "本周办件集中，调整工作量"), ("roster", "轮班"))
ENDINGS: dict[str, str] = {
    "object_gone": "申请的场所已经退租，申请的对象不存在。",
    "duplicate": "同一事项已经另行提交并受理，本件重复。",
}
CHECKS = "到场核查，承诺的内容都已做到，没有发现问题。"
BREACH = "核查时二楼安全出口被货架堵住，和承诺不符。"
DEFENCE = "货架已经移走，安全出口恢复畅通，照片附后，今后每天检查。"
ASKED: tuple[tuple[str, str], ...] = (
    (names.HYGIENE_SLUG, "开理发店要办什么证，多久能下来"),
    (names.FOOD_SLUG, "小吃店转让，食品证能不能直接过户"),
    (names.ROAD_SLUG, "门头换招牌要搭脚手架，占人行道要不要批"),
    (names.REGISTRATION_SLUG, "在家里开网店要不要办执照"),
    (names.FUND_SLUG, "租房提公积金要带什么，能不能叫人代办"),
    (names.ALLOWANCE_SLUG, "母亲户口在乡下，人住在城里，高龄津贴在哪里领"),
    (names.RESIDENCE_SLUG, "孩子秋天上学，居住证还来得及吗"),
    (names.ILLNESS_SLUG, "糖尿病门诊的药能不能按住院报"),
    (names.ADVERTISING_SLUG, "开业挂三天横幅也要批吗"),
    (names.VEHICLE_SLUG, "货车年审过期十天，会不会罚款"),
    (names.BIRTH_SLUG, "还没领结婚证，能不能先做生育登记"),
    (names.SURVIVOR_SLUG, "父亲走了，丧葬费怎么领"),
)
OTHER_QUESTIONS = (
    "不动产登记中心在几楼",
    "公交卡在哪里充值",
    "今天停车场为什么满了",
    "身份证丢了，户籍科在哪个窗口",
    "有没有代写文书的地方",
)
COURIER = "邮政特快专递"
MESSAGES: tuple[tuple[str, str], ...] = (
    ("月底前要用，能不能在那之前办好？", "已经在审查，没有发现问题，按承诺的期限不会拖到月底。"),
    ("昨天打电话没人接，想问现在到哪一步了。", "现在由承办人审查，每一步都记在办件页上，刷新就能看到。"),
    ("我填的手机号要换，结果短信发到新号行不行？", "可以，在“我的信息”里改好手机号，以后的短信就发到新号。"),
    ("现场核查会提前通知吗？我白天不在店里。", "会提前一天打电话约时间，您可以委托店员在场。"),
    ("审查期间店里可以先装修吗？", "可以装修，取得许可以前不能营业。"),
    ("领取的时候本人去不了，家里人代领要怎么办？", "代领人凭自己的身份证和您写的委托就能领。"),
    ("申请人名字里有个生僻字，证上会不会打错？", "已经核对过身份登记，证上的字和身份证一致。"),
    ("听说新规定下个月实施，我这件按哪个办？", "按受理那天有效的规定办，不受新规定影响。"),
)
"""What applicants ask the authority about a case, and its answer."""
SENT_IN = ("签过字的申请书原件一份", "加盖公章的复印件一套", "照片两张", "委托书原件一份")
"""What applicants send on paper."""
PHONE_WORDS = "打电话来问，讲了办事指南里的材料和时限，已经发短信附上指南地址。"
NEGATIVE_WORDS = ("场所在居民楼里，条例规定不能设立。", "申请人户籍不在云溪，不符合发放条件。")


def faults(content: VersionContent, given: Sequence[str], chance: random.Random) -> list[dict[str, str]]:
    """Items of a one-time notice: one or two of the given materials, each by a point of the published list."""
    known = [m for m in content.materials if m.code in given and m.receipt_points]
    chosen = chance.sample(known, k=min(len(known), chance.choice((1, 1, 1, 2))))
    return [
        {
            "target": "material",
            "code": one.code,
            "fault": _FAULTS.get(one.code) or f"看不出“{chance.choice(one.receipt_points)}”",
            "remedy": f"照示例补上：{one.sample}" if one.sample else "补齐后重新拍照上传",
        }
        for one in chosen
    ]


_FAULTS = {
    "floor_plan": "第 2 页没有标出消毒间的位置",
    "hygiene_report": "报告的检测日期已超过一年",
    "hygiene_rules": "没有写顾客用品的消毒办法",
    "site_plan": "没有标出占用范围的长和宽",
    "work_plan": "没有写路面恢复的时间",
    "traffic_plan": "没有画出行人绕行路线",
    "food_layout": "没有标出餐具洗消的位置",
    "bankbook": "照片反光，账号看不清",
    "photo": "背景不是白色，脸上有阴影",
    "residence_evidence": "租赁合同缺最后一页签名",
}


def gaps(content: VersionContent, missing: Sequence[str]) -> list[dict[str, str]]:
    """Items of a notice for what was not handed in at all."""
    named = {m.code: m for m in content.materials}
    return [
        {
            "target": "material",
            "code": code,
            "fault": f"没有交{named[code].name}",
            "remedy": named[code].todo or "拍照后上传",
        }
        for code in missing
        if code in named
    ]


_NOT_REQUIRED = {
    names.HYGIENE_SLUG: "申请的场所只经营预包装食品，不属于公共场所卫生许可的范围。",
    names.FOOD_SLUG: "只销售预包装食品，依法办理备案即可，不需要取得食品经营许可。",
    names.ADVERTISING_SLUG: "门店招牌不属于大型户外广告，办理招牌备案即可。",
    names.BUILDING_SLUG: "工程投资额在三十万元以下，依法不需要申领施工许可证。",
}
_ELSEWHERE = {
    names.ROAD_SLUG: ("申请占用的路段是省道，不属于城市道路，本机关没有审批权限。", "云溪市公路事业发展中心"),
    names.FUND_SLUG: ("您的公积金缴存在省直分中心，不由本中心管理。", "省直住房资金管理中心"),
    names.ILLNESS_SLUG: ("您参加的是省直医保，不由本市认定。", "省医疗保障事业中心"),
    names.VEHICLE_SLUG: ("车籍在外市，应当在车籍所在地审验。", "车籍所在地交通运输局"),
}


def refusal_of_acceptance(slug: str, chance: random.Random) -> dict[str, str]:
    """A written refusal of acceptance that fits the item."""
    if slug in _NOT_REQUIRED and (slug not in _ELSEWHERE or chance.random() < 0.5):
        return {"kind": "not_required", "reason": _NOT_REQUIRED[slug]}
    reason, authority = _ELSEWHERE.get(
        slug, ("申请的事项属于县（市、区）办理的范围。", "申请人所在县（市、区）主管部门")
    )
    return {"kind": "no_jurisdiction", "reason": reason, "right_authority": authority}


def opinion(content: VersionContent, step_key: str, branch_key: str, verdict: str, chance: random.Random) -> str:
    """What a reviewer notes in a step, by its published points."""
    points = next(
        (s.review_points for b in content.flow.branches if b.key == branch_key for s in b.steps if s.key == step_key),
        (),
    )
    if verdict == "object":
        broken = chance.choice(points) if points else "申请条件"
        return f"核查发现：“{broken}”做不到，和申请材料不一致，建议不予通过。"
    said = "、".join(points)
    return chance.choice(
        (
            f"已逐项核对：{said}，符合要求，同意。",
            f"材料和现场一致，{said}，建议同意。",
            "按审查要点逐项核对，没有发现问题，同意。",
        )
    )


def refusal(content: VersionContent) -> dict[str, Any]:
    """A reasoned negative decision."""
    basis = content.legal_basis[0]
    condition = content.conditions[0] if content.conditions else "申请条件"
    return {
        "outcome": content.law.negative,
        "facts": "经审查和核查，申请材料与实际情况不一致，有一项条件没有达到。",
        "reasons": f"不符合“{condition}”这一条件。整改或者补足条件以后，可以重新申请。",
        "basis": [{"instrument": basis.instrument, "article": basis.article}],
    }


def without_prerequisite(content: VersionContent, name: str) -> dict[str, Any]:
    """A negative decision because what must come before has not come in time."""
    basis = next(need.basis for need in content.prerequisites if need.name == name)
    return refusal(content) | {
        "facts": f"到决定之日，申请人没有办好前置的“{name}”。",
        "reasons": f"依照{basis}，应当先办好“{name}”。办好以后，可以重新申请。",
    }


def ruling(content: VersionContent) -> dict[str, Any]:
    """The reasons of an adjudication, which decides a dispute and so always gives them."""
    basis = content.legal_basis[0]
    return {
        "outcome": content.law.positive,
        "facts": "经调查、勘测和双方陈述，申请人提交的底册记载的四至与现场相符，对方没有提出相反的凭证。",
        "reasons": "争议地块历来由申请人使用，凭证清楚，应归申请人使用；双方共用的通道维持现状。",
        "basis": [{"instrument": basis.instrument, "article": basis.article}],
    }
