"""Cases on the side roads of the law: stopped, extended, asked for more, deferred, disputed; for the pages' tests."""

from __future__ import annotations

import uuid

from tests.support import builders
from tongban.demo import names
from tongban.ground.policy import Principal
from tongban.procedures.cases import services
from tongban.procedures.cases.loading import load


def make(who: Principal) -> dict[str, str]:
    """Number of a case in each of these situations."""
    made = {"special": _special(who), "asked": _asked(who), "deferred": _deferred(who), "disputed": _disputed(who)}
    return {name: load(key).number for name, key in made.items()}


def _handler(case_id: uuid.UUID) -> Principal:
    return builders.holder_of(load(case_id).open_tasks("handle")[0].post_id)


def _special(who: Principal) -> uuid.UUID:
    """Extended by the head, another unit asked, a third person told, and standing still for a test."""
    case = builders.a_case_in_review(who)
    handler = _handler(case)
    head = builders.holder_of(_post(names.HEALTH_HEAD_POST))
    services.extend(head, case, days=5, reason="检测机构排期较长，需要等待复核结果")
    services.request_opinion(
        handler,
        case,
        branch_key="health",
        post_id=_post(names.TRAFFIC_EXAMINE_POST),
        question="门前临时停车有没有影响",
        limit_n=5,
    )
    services.tell_interested_party(handler, case, name="平桥路 9 号业主委员会", interest="排风口正对住户窗户")
    services.suspend(
        handler,
        case,
        kind="testing",
        reason="抽检公共用品用具",
        basis="公共场所卫生管理条例实施细则第二十三条",
        limit_n=10,
        limit_unit="working_day",
        branch_key="health",
    )
    return case


def _asked(who: Principal) -> uuid.UUID:
    """The applicant is asked for a material and a field, and told of the right to a hearing."""
    case = builders.a_case_in_review(who)
    items = [
        {"target": "material", "code": "floor_plan", "fault": "看不清消毒间的位置", "remedy": "重新拍照上传"},
        {"target": "field", "code": "premises.name", "fault": "和招牌不一致", "remedy": "按招牌填写"},
    ]
    services.request_supplement(_handler(case), case, items=items)
    services.tell_hearing_right(_handler(case), case, reason="涉及相邻住户的重大利益")
    return case


def _deferred(who: Principal) -> uuid.UUID:
    """Accepted without a secondary material."""
    from tests.faces.desk.acts import hall

    case = hall.applied(names.RENEWAL_SLUG, "hygiene_rules", who=who)
    services.accept_with_deferral(builders.clerk(), case, materials=["hygiene_rules"], signed_by=who.name)
    return case


def _disputed(who: Principal) -> uuid.UUID:
    """The department holds the acceptance to be wrong."""
    case = builders.a_case_in_review(who)
    services.raise_dispute(_handler(case), case, points=["floor_plan"], reason="平面图没有标消毒间")
    return case


def _post(name: str) -> int:
    from tongban.registry.parties.models import Post

    return int(Post.objects.get(name=name).pk)
