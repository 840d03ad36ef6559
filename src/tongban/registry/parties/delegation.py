"""What a department may let others do for it, and how: the four kinds of delegation as rules. Pure.

Sources: 行政许可法 art. 24 (entrusted: another organ, in the name of the one that entrusts, published, never entrusted
on), 25 (powers concentrated in one organ: it becomes the authority), 26 (one window receives and serves); requirements
XRG-02, XRG-14, WIN-07, WIN-10.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from tongban.ground.errors import Refusal

INTERNAL, ENTRUSTED, TRANSFERRED, AGENCY = (
    "internal_authorisation",
    "entrusted",
    "transferred_power",
    "window_agency",
)
POWERS: Mapping[str, str] = {
    "receive": "收件",
    "accept": "受理",
    "record": "当场备案",
    "handle": "承办",
    "decide": "决定",
    "decide_instantly": "当场办结",
    "issue": "出证",
    "serve": "送达",
}
"""Power -> words. ``decide_instantly``: accept and grant in one act at one post (WIN-10)."""
OF_AN_AGENCY = frozenset({"receive", "issue", "serve"})
"""What a window may do without an entrustment: hand things in and out (art. 26)."""
OF_THE_AUTHORITY = frozenset(POWERS) - {"decide_instantly"}
"""What posts of the authority may do without an instrument; to decide instantly always needs one."""


@dataclass(frozen=True)
class Terms:
    """What a delegation says, before it is given. ``until`` is the last day; None: until it is revoked."""

    kind: str
    from_department: int
    to_department: int
    """The department that receives it, or that of the post."""
    to_a_post: bool
    option_codes: tuple[str, ...]
    powers: tuple[str, ...]
    first: date
    until: date | None
    instrument: str
    published_on: date


def check(terms: Terms, foreign: Collection[str]) -> None:
    """Raise unless the terms are lawful.

    :param foreign: codes among ``option_codes`` over which the giving department is not the authority.
    :raises Refusal: ``delegation.*``, with what to mend.
    """
    if terms.kind not in (INTERNAL, ENTRUSTED, TRANSFERRED, AGENCY):
        raise _refusal("kind", "没有这种授权方式", "从内部授权、委托、划转、窗口代收代发里选一种")
    unknown = [power for power in terms.powers if power not in POWERS]
    if not terms.powers or unknown:
        raise _refusal("powers", "没有写清授权做什么", "从清单里至少选一项权限")
    if not terms.instrument.strip():
        raise _refusal("instrument", "授权要有书面文件", "写明文件名称和文号")
    if terms.until is not None and terms.until < terms.first:
        raise _refusal("valid", "截止日期早于开始日期", "改正起止日期")
    if terms.published_on > terms.first:
        raise _refusal("published_on", "授权要先公布，后生效", "把生效日期改到公布当天或以后")
    if foreign:
        raise _refusal(
            "option_codes",
            "受委托的事项不能再委托（行政许可法第二十四条）；只有实施机关才能授权",
            "去掉不是本机关实施的事项",
        )
    _check_ends(terms)


def _check_ends(terms: Terms) -> None:
    """Who may receive which kind."""
    within = terms.from_department == terms.to_department
    if terms.kind == INTERNAL:
        if not within or not terms.to_a_post:
            raise _refusal("to", "内部授权只能给本机关的岗位", "选本机关的一个岗位；给别的机关要用委托")
        return
    if within:
        raise _refusal("to", "这种方式要给另一个机关", "选另一个机关；给本机关的岗位要用内部授权")
    if terms.kind == TRANSFERRED and terms.to_a_post:
        raise _refusal("to", "划转的权力归机关，不归岗位", "选接收权力的机关")
    if terms.kind == AGENCY and not set(terms.powers) <= OF_AN_AGENCY:
        raise _refusal("powers", "代收代发只能收件、出证、送达", "要受理或者决定，须另行委托")
    if terms.kind == ENTRUSTED and "decide_instantly" in terms.powers:
        raise _refusal("powers", "当场办结要由实施机关内部授权给岗位", "改用内部授权")


def _refusal(field: str, sentence: str, remedy: str) -> Refusal:
    return Refusal(f"delegation.{field}", sentence, field=field, remedy=remedy)
