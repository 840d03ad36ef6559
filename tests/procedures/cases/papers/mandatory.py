"""What each paper must say, beside the law: kind -> (how the rows come about, words that must stand on it)."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from tests.procedures.cases.papers import rows
from tongban.procedures.cases.selectors import CaseDetail

LAW = "《中华人民共和国行政许可法》"
REMEDIES = ("60日内，向云溪市人民政府申请行政复议", "6个月内，依法向", "人民法院提起行政诉讼")
OWN = "《公共场所卫生管理条例》第四条"


@dataclass(frozen=True)
class Wanted:
    """``told``: words of this kind; ``never``: what must not stand on it."""

    given: Callable[[CaseDetail], object]
    told: tuple[str, ...]
    never: tuple[str, ...] = ()


def _nothing(detail: CaseDetail) -> None:
    pass


def _archived(detail: CaseDetail) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        entries = [{"category": "form"}, {"category": "paper"}, {"category": "paper"}]
        package.writestr("manifest.json", json.dumps({"entries": entries}))
    rows.archived(detail, out.getvalue())


def _positive(regime: str, outcome: str = "granted") -> Callable[[CaseDetail], object]:
    def given(detail: CaseDetail) -> None:
        rows.of_regime(detail, regime)
        rows.decided(detail, outcome)

    return given


def _decided(outcome: str, kind: str = "", **values: str) -> Callable[[CaseDetail], object]:
    return lambda detail: rows.decided(detail, outcome, kind=kind, **values)


def _extension(detail: CaseDetail) -> None:
    rows.accepted(detail)
    data = {"days": 10, "from_due": "2026-12-18", "new_due": "2027-01-04"}
    rows.a_proceeding(detail, "extension", {"approver": "岳峰"}, data=data, reason="需要核实现场排水条件。")


def _hearing_right(detail: CaseDetail) -> None:
    rows.accepted(detail)
    due = rows.date(2026, 11, 27)
    rows.a_proceeding(detail, "hearing_right", reason="经营场所与他人住宅相邻。", due_on=due)


def _party(detail: CaseDetail) -> None:
    rows.accepted(detail)
    words = {"name": "马晓东", "interest": "经营场所与你的住宅相邻，可能影响通风。"}
    rows.a_proceeding(detail, "interested_party", words, due_on=rows.date(2026, 12, 1))


def _supplement(detail: CaseDetail) -> None:
    rows.accepted(detail)
    words = {"items": [{"name": "平面布局图", "fault": "标注不清", "remedy": "标明消毒间面积"}]}
    rows.a_proceeding(detail, "supplement", words, due_on=rows.date(2026, 12, 1))


def _opinion(detail: CaseDetail) -> None:
    rows.accepted(detail)
    words = {"department_name": "云溪市住房和城乡建设局", "question": "该房屋是否可以用于经营？"}
    rows.a_proceeding(detail, "opinion", words, due_on=rows.date(2026, 12, 1))


def _meeting(detail: CaseDetail) -> None:
    rows.accepted(detail)
    words = {
        "place": "二楼会议室",
        "chair": "岳峰",
        "opinions": {"云溪市住房和城乡建设局": "同意，要求夜间施工。", "云溪市公安局交通警察支队": "同意。"},
        "conclusion": "一致同意办理。",
    }
    rows.a_proceeding(detail, "joint_meeting", words, data={"held_on": "2026-11-19"})


def _left_behind(detail: CaseDetail) -> None:
    witnesses = ["马晓东（解放路社区居民委员会）", "何雨桐（解放路社区居民委员会）"]
    rows.served(detail, "left_behind", place="云溪市云台区解放路88号", witnesses=witnesses)


_SPECIAL = {"stops": ["statutory", "joint", "promised"]}

WANTED: dict[str, Wanted] = {
    "receipt": Wanted(_nothing, ("查询密码", "不表示申请已经受理", "5个工作日内", "即为受理", "材料名称")),
    "correction_notice": Wanted(
        rows.a_notice,
        (f"{LAW}第三十二条第一款第四项", "现一次告知需要补正的全部内容", "材料10", "2026年12月4日", "逾期没有补正的"),
    ),
    "acceptance_notice": Wanted(
        rows.accepted, (f"{LAW}第三十二条第一款第五项", "予以受理", "承诺办理时限", "法定办理时限", "陈述权、申辩权")
    ),
    "deferral_acceptance": Wanted(
        rows.deferrals,
        ("容缺受理", "健康合格证明", "2026年11月27日", "不发给许可证件", "《云溪市容缺受理办法》第五条", "一式两份"),
    ),
    "deferral_letter": Wanted(
        rows.deferrals, ("承诺按期补交", "健康合格证明", "2026年11月27日", "逾期的后果", "承诺人", "签名")
    ),
    "requirement_statement": Wanted(
        rows.commitment,
        (
            "2026年第1版",
            "设有独立的消毒间",
            "不实承诺的责任",
            "撤销行政许可决定",
            "《云溪市告知承诺制实施办法》第八条",
            "2个月",
        ),
    ),
    "commitment_letter": Wanted(
        rows.commitment, ("2026年第1版", "具备告知书所列的全部条件", "违反承诺的责任", "承诺人", "签名", "一式两份")
    ),
    "refusal_of_acceptance": Wanted(
        _decided("not_accepted", "no_jurisdiction", reasons="石桥县卫生健康局"),
        (OWN, rows.FACTS, "不予受理", "石桥县卫生健康局办理", *REMEDIES),
    ),
    "withdrawal_receipt": Wanted(_nothing, ("撤回", "不影响你（单位）再次提出申请")),
    "void_record": Wanted(
        _decided("void", reasons=""), ("作废时间", "岳峰", rows.FACTS, "不再使用", "录入人", "批准人")
    ),
    "extension_notice": Wanted(
        _extension,
        (
            f"{LAW}第四十二条第一款",
            "10个工作日",
            "2026年12月18日",
            "2027年1月4日",
            "本机关负责人（岳峰）",
            "需要核实现场排水条件",
        ),
    ),
    "special_step_notice": Wanted(
        lambda d: rows.special(d, "testing", **_SPECIAL),
        (
            f"{LAW}第四十五条",
            "检测",
            "15个工作日",
            "2026年12月11日",
            "不计算在法定办理期限和承诺办理期限内",
            "检测报告",
        ),
    ),
    "site_check_notice": Wanted(
        lambda d: rows.special(d, "site_check"),
        (f"{LAW}第三十四条第三款", "2026年11月25日", "解放路88号", "许知行", "傅文澜", "2名工作人员", "期限照常计算"),
    ),
    "site_check_record": Wanted(
        lambda d: rows.special(d, "site_check", {"words": rows.FACTS}),
        (f"{LAW}第三十四条第三款", "许知行", "傅文澜", rows.FACTS, "整改后符合", "申请人（在场人）", "签名"),
    ),
    "expert_review_record": Wanted(
        lambda d: rows.special(d, "expert_review", {"words": rows.FACTS, "dissent": "一名专家认为应当增设排风。"}),
        ("评审专家", "许知行", rows.FACTS, "评审结论", "应当增设排风", "签名"),
    ),
    "joint_meeting_record": Wanted(
        _meeting, ("2026年11月19日", "岳峰", "要求夜间施工", "云溪市公安局交通警察支队", "一致同意办理", "签名")
    ),
    "hearing_right_notice": Wanted(
        _hearing_right,
        (f"{LAW}第四十七条第一款", "要求听证的权利", "5日内", "2026年11月27日", "20日内组织听证", "不承担", "住宅相邻"),
    ),
    "hearing_notice": Wanted(
        rows.hearing,
        (
            f"{LAW}第四十八条第一款第一项",
            "2026年12月8日09:00",
            "三楼听证室",
            "公开举行",
            "岳峰",
            "申请回避",
            "申辩和质证",
        ),
    ),
    "hearing_record": Wanted(
        rows.hearing,
        (f"{LAW}第四十八条第一款第五项", "岳峰", "马晓东", "担心夜间噪声", "确认无误后签字或者盖章", "签名"),
    ),
    "interested_party_notice": Wanted(
        _party,
        (f"{LAW}第三十六条", "马晓东：", "可能影响通风", "陈述和申辩", "2026年12月1日", rows.APPLICANT),
        never=("身份证号",),
    ),
    "supplement_notice": Wanted(_supplement, ("平面布局图", "标明消毒间面积", "2026年12月1日", "法定办理期限照常计算")),
    "opinion_request": Wanted(
        _opinion, ("云溪市住房和城乡建设局：", "是否可以用于经营", "2026年12月1日"), never=("身份证号",)
    ),
    "transfer_notice": Wanted(
        _decided("transferred", "upward", reasons="甘肃省卫生健康委员会"),
        ("转报", "甘肃省卫生健康委员会", f"{LAW}第三十五条", rows.FACTS, "不得要求重复提供"),
    ),
    "termination_decision": Wanted(
        _decided("terminated", "duplicate"), ("终止办理", "同一申请重复提交", rows.FACTS, OWN, *REMEDIES)
    ),
    "decision_grant": Wanted(
        _decided("granted"),
        (OWN, f"{LAW}第三十八条第一款", "准予周𬭎的上述行政许可申请", "有效期限", "10个工作日内", "公开"),
    ),
    "decision_refuse": Wanted(
        _decided("refused"), (OWN, f"{LAW}第三十八条第二款", rows.FACTS, rows.REASONS, "不予行政许可", *REMEDIES)
    ),
    "change_decision": Wanted(_decided("granted"), (f"{LAW}第四十九条", "变更", OWN, *REMEDIES)),
    "renewal_decision": Wanted(
        _decided("granted", "deemed"), (f"{LAW}第五十条第二款", "依法视为准予延续", OWN, *REMEDIES)
    ),
    "cancellation_decision": Wanted(
        _decided("granted", facts="有效期届满未延续"),
        (f"{LAW}第七十条", "有效期届满未延续", "自注销之日起失效", *REMEDIES),
    ),
    "registration_decision": Wanted(_positive("registration"), ("予以登记", OWN, *REMEDIES), never=(LAW,)),
    "registration_refusal": Wanted(
        _positive("registration", "refused"), ("不予登记", rows.REASONS, OWN, *REMEDIES), never=(LAW,)
    ),
    "confirmation_decision": Wanted(_positive("confirmation"), ("予以确认", rows.FACTS, OWN, *REMEDIES), never=(LAW,)),
    "confirmation_refusal": Wanted(
        _positive("confirmation", "refused"), ("不予确认", rows.FACTS, rows.REASONS, OWN, *REMEDIES), never=(LAW,)
    ),
    "payment_decision": Wanted(_positive("payment"), ("给付", rows.FACTS, OWN, *REMEDIES), never=(LAW,)),
    "payment_refusal": Wanted(
        _positive("payment", "refused"), ("不予给付", rows.FACTS, rows.REASONS, OWN, *REMEDIES), never=(LAW,)
    ),
    "award_decision": Wanted(_positive("award"), ("予以奖励", rows.FACTS, OWN, *REMEDIES), never=(LAW,)),
    "award_refusal": Wanted(
        _positive("award", "refused"), ("不予奖励", rows.FACTS, rows.REASONS, OWN, *REMEDIES), never=(LAW,)
    ),
    "power_decision": Wanted(_decided("granted"), (rows.FACTS, OWN, *REMEDIES)),
    "power_refusal": Wanted(_decided("refused"), ("不予办理", rows.FACTS, rows.REASONS, OWN, *REMEDIES)),
    "adjudication_decision": Wanted(
        _positive("adjudication", "adjudicated"),
        (rows.FACTS, rows.REASONS, OWN, "如不服本裁决", *REMEDIES),
        never=(LAW,),
    ),
    "filing_receipt": Wanted(
        _positive("filing", "recorded"),
        ("予以备案", "备案编号", "2026年11月20日", OWN, "不是行政许可"),
        never=(LAW, "行政复议"),
    ),
    "service_result": Wanted(
        _positive("public_service", "not_provided"),
        ("不能提供", rows.REASONS, OWN, "12345政务服务便民热线"),
        never=(LAW, "行政复议", "行政诉讼"),
    ),
    "rectification_order": Wanted(
        rows.breach,
        ("责令", "2026年12月10日", rows.FACTS, "设有独立的消毒间", "逾期不改正", "第六十九条第二款", *REMEDIES),
    ),
    "annulment_prior_notice": Wanted(
        rows.breach, (rows.FACTS, rows.REASONS, f"{LAW}第七条", "2026年12月10日", "陈述、申辩", "不是最终决定")
    ),
    "annulment_decision": Wanted(
        rows.breach, (rows.FACTS, rows.REASONS, "第六十九条第二款", "已经补装了排水管", "撤销", *REMEDIES)
    ),
    "service_proof": Wanted(
        _left_behind,
        ("留置送达", "申请材料接收凭证", "解放路88号", "拒绝签收", "马晓东（解放路社区居民委员会）", "顾晚晴", "签名"),
    ),
    "archive_receipt": Wanted(
        _archived,
        ("云卫许档〔2026〕1号", "9f86d081884c7d659a2feaa0c55ad015", "30年", "2056年12月31日", "23个", "真实性、完整性"),
    ),
    "materials_return_list": Wanted(_nothing, ("材料名称", "领取人", "签名", "不是对申请的答复", "一式两份")),
    "handover_list": Wanted(_nothing, ("材料名称", "移交人", "接收人", "签名", "一式两份")),
}
