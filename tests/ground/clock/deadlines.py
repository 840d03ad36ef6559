"""The periods of the law and of the local rules as facts (copied from the reference table, which names the texts read).

Every due date was counted by hand on a wall calendar of 2026 (Mid-autumn 25-27 September, National Day 1-7 October,
20 September and 10 October worked). Working days and what is on the spot start on Wednesday 16 September, calendar
days, months and years on Wednesday 2 September, hours and minutes on 30 September at 22:30; a period that is counted
back ends before 20 October.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Deadline:
    """One period.

    :param due: counted by hand; ``extended``: with the whole extension, granted on the due day.
    :param backward: counted back from an anchor (notice of a hearing, renewal).
    :param proven: False where no text of the rule itself was read: then it is a parameter.
    """

    code: str
    n: int
    unit: str
    article: str
    due: date | None
    extension: int = 0
    extended: date | None = None
    backward: bool = False
    counts_day_zero: bool = False
    proven: bool = True


def _d(month: int, day: int, year: int = 2026) -> date:
    return date(year, month, day)


DEADLINES = (
    Deadline("XK-ONSPOT-REFUSE", 0, "at_once", "行政许可法32条", _d(9, 16)),
    Deadline("XK-CORRECT", 5, "working_day", "行政许可法32条(四)、82条", _d(9, 22)),
    Deadline("XK-RECEIPT", 0, "at_once", "行政许可法32条末款", _d(9, 16)),
    Deadline("XK-DECIDE", 20, "working_day", "行政许可法42条", _d(10, 20), 10, _d(11, 3)),
    Deadline("XK-JOINT", 45, "working_day", "行政许可法42条二款、26条", _d(11, 24), 15, _d(12, 15)),
    Deadline("XK-LOWER", 20, "working_day", "行政许可法43条", _d(10, 20)),
    Deadline("XK-ISSUE", 10, "working_day", "行政许可法44条", _d(9, 30)),
    Deadline("XK-HEAR-APPLY", 5, "working_day", "行政许可法47条", _d(9, 22)),
    Deadline("XK-HEAR-HOLD", 20, "working_day", "行政许可法47条", _d(10, 20)),
    Deadline("XK-HEAR-NOTICE", 7, "working_day", "行政许可法48条", _d(10, 10), backward=True),
    Deadline("XK-RENEW", 30, "calendar_day", "行政许可法50条(82条只管行政机关的期限)", _d(9, 20), backward=True),
    Deadline("XK-RENEW-RADIO", 30, "working_day", "无线电管理条例19、33条", _d(9, 2), backward=True),
    Deadline("XK-RENEW-HAZWASTE", 30, "working_day", "危险废物经营许可证管理办法13条", _d(9, 2), backward=True),
    Deadline("XK-RENEW-MEDDEV", 30, "working_day", "医疗器械经营监督管理办法16条", _d(9, 2), backward=True),
    Deadline("XK-INSPECT", 5, "working_day", "行政许可法55条", _d(9, 22)),
    Deadline("REG-ONSITE", 0, "at_once", "市场主体登记管理条例19条", _d(9, 16)),
    Deadline("REG-3", 3, "working_day", "市场主体登记管理条例19条;实施细则18条", _d(9, 20), 3, _d(9, 23)),
    Deadline("REG-CHANGE", 30, "calendar_day", "市场主体登记管理条例24条", _d(10, 8)),
    Deadline("REG-SIMPLE-CANCEL", 20, "calendar_day", "市场主体登记管理条例33条", _d(9, 22)),
    Deadline("REG-PAUSE", 3, "year", "市场主体登记管理条例30条", _d(9, 3, 2029)),
    Deadline("CONF-WORKINJURY", 60, "calendar_day", "工伤保险条例20条", _d(11, 2)),
    Deadline("PS-HOUSINGFUND", 3, "calendar_day", "住房公积金管理条例25条", _d(9, 7)),
    Deadline("GK-ANSWER", 20, "working_day", "政府信息公开条例33条", _d(10, 20), 20, _d(11, 17)),
    Deadline("GK-CORRECT", 7, "working_day", "政府信息公开条例30条", _d(9, 24)),
    Deadline("XF-TRANSFER", 15, "calendar_day", "信访工作条例22、23条", _d(9, 17)),
    Deadline("XF-OBJECT", 5, "working_day", "信访工作条例23条", _d(9, 22)),
    Deadline("XF-DONE", 60, "calendar_day", "信访工作条例34条", _d(11, 2), 30, _d(12, 1)),
    Deadline("XF-REVIEW", 30, "calendar_day", "信访工作条例35、36条", _d(10, 8)),
    Deadline("FY-APPLY", 60, "calendar_day", "行政复议法(2023)20条", _d(11, 2)),
    Deadline("FY-ACCEPT", 5, "working_day", "行政复议法30条、88条", _d(9, 22)),
    Deadline("FY-DECIDE", 60, "calendar_day", "行政复议法62条", _d(11, 2), 30, _d(12, 1)),
    Deadline("SS-SUE", 6, "month", "行政诉讼法46条", _d(3, 2, 2027), proven=False),
    Deadline("HCP-RECTIFY-LOCAL1", 5, "working_day", "德州市好差评工作方案 2020 (ceirp.cn 转载)", _d(9, 22)),
    Deadline("HCP-RECTIFY-LOCAL2", 7, "calendar_day", "zixun.wlchinahnzz.com 新闻", _d(9, 9)),
    Deadline("HCP-SUPPLEMENT", 5, "working_day", "种子文档000(洛宁县2020)", _d(9, 22)),
    Deadline("HL-URGENT", 2, "hour", "同上", _d(10, 1)),
    Deadline("HL-UTILITY", 24, "hour", "同上", _d(10, 1)),
    Deadline("HL-NORMAL", 7, "calendar_day", "同上", _d(9, 9)),
    Deadline("HL-HARD", 15, "calendar_day", "同上", _d(9, 17)),
    Deadline("HL-LOCAL-A", 3, "working_day", "fsou.com 地方规定 lar/172733", _d(9, 20)),
    Deadline("BBC-5", 5, "working_day", "news.022china.com 2021-08-07", _d(9, 22), 10, _d(10, 13)),
    Deadline(
        "BBC-15",
        15,
        "working_day",
        '江苏省"办不成事"反映窗口建设运行工作规范(试行) 2023-04-10起 (新闻转载)',
        _d(10, 13),
    ),
    Deadline("ONCE-2", 2, "working_day", "种子文档001(嘉峪关2022)", _d(9, 17), counts_day_zero=True),
    Deadline("HL-GB-SMS", 3, "minute", "GB/T 33358-2016(同上)", _d(9, 30)),
    Deadline("HL-GB-MAIL", 24, "hour", "GB/T 33358-2016(百科转载)", _d(10, 1), proven=False),
    Deadline("BDC-REG", 30, "working_day", "不动产登记暂行条例20条", _d(11, 3)),
    Deadline("HZ-DECIDE", 20, "working_day", "企业投资项目核准和备案管理条例10条", _d(10, 20), 40, _d(12, 15)),
    Deadline("JG-RECORD", 15, "calendar_day", "建设工程质量管理条例49条", _d(9, 17)),
)

NO_CLOCK = {
    "XK-EXCLUDE": "what does not count: the pauses of a clock, no period",
    "RQ-NOTICE": "a rule: not later than the promised limit of the item",
    "HL-ANSWER": "seconds of ringing: measured by the telephone exchange",
    "HL-GB-ANSWER": "seconds of ringing: measured by the telephone exchange",
}
"""Rows that are no limit of a clock, and why."""
