"""Who may decide what others, or they themselves, have accepted and handled (受审分离). Pure. WIN-02, WIN-10.

``strict``: nobody accepts or handles, and decides. ``two_posts_one_window``: the same person may, from two posts.
``single_post``: the same post may, under a written, published and dated authorisation; instant items, grants only,
sampled afterwards.
"""

from __future__ import annotations

import hashlib
from datetime import date

from tongban.ground.errors import Refusal
from tongban.procedures.cases.rules.state import CaseState, Setting
from tongban.registry.catalog.version import SinglePostRule

SAMPLE_ONE_IN = 5


def require_apart(state: CaseState, outcome: str, setting: Setting) -> None:
    """Raise unless the separation level of the version lets this person decide this case."""
    level, own = setting.content.separation_level, _own_work(state, setting)
    if not own:
        return
    if level == "two_posts_one_window":
        _from_two_posts(state, setting)
    elif level == "single_post":
        require_single_post(outcome, setting)
    elif "accept" in own:
        raise Refusal(
            "separation.same_person",
            "这件办件是您受理的，不能再由您审批",
            remedy="受理和审批要由不同的人办理，请交给同岗位的另一位同事",
        )
    else:
        raise Refusal(
            "separation.handled",
            "这件办件是您承办的，不能再由您作决定",
            remedy="承办和批准要由不同的人办理，请交给另一位批准人",
        )


def _own_work(state: CaseState, setting: Setting) -> set[str]:
    """What the deciding person did on the case before: ``accept``, ``handle``."""
    staff_id = setting.principal.staff_id
    own = {t.kind for t in state.tasks if t.done and t.done_by == staff_id and t.kind in ("accept", "handle")}
    return own | {"accept"} if staff_id is not None and staff_id == state.accepted_by else own


def _from_two_posts(state: CaseState, setting: Setting) -> None:
    principal = setting.principal
    posts = {t.post_id for t in state.tasks if t.done_by == principal.staff_id and t.kind in ("accept", "handle")}
    if principal.post_id in posts:
        raise Refusal(
            "separation.same_post",
            "您是用这个岗位受理或者承办的，不能再用同一个岗位作决定",
            remedy="请切换到批准岗位，或交给另一位批准人",
        )


def require_single_post(outcome: str, setting: Setting) -> None:
    """Raise unless one post may accept and decide this: authorised, in force today, an instant item, a grant."""
    content, principal = setting.content, setting.principal
    rule = content.single_post
    if content.separation_level != "single_post" or rule is None or not _in_force(rule, setting.today):
        problem = "没有现行有效的单岗通办授权"
    elif principal.post_id != rule.post_id:
        problem = f"单岗通办只授权给了「{rule.post_name}」"
    elif content.case_type != "instant":
        problem = "只有即办件可以单岗通办"
    elif outcome != content.law.positive:
        problem = "单岗通办只能准予，不能由同一岗位作不予决定"
    else:
        return
    raise Refusal(
        "separation.single_post", f"{problem}，您不能既受理又作决定", remedy="请交给另一位有审批权限的同事作决定"
    )


def _in_force(rule: SinglePostRule, day: date) -> bool:
    until = rule.valid_until
    return date.fromisoformat(rule.valid_from) <= day and (not until or day <= date.fromisoformat(until))


def sampled(state: CaseState) -> bool:
    """Whether a case decided by one post is looked at afterwards: one in five, by its id, repeatable."""
    return hashlib.sha256(state.id.bytes).digest()[0] % SAMPLE_ONE_IN == 0
