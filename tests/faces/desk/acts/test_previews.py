"""The paper of an act before it is made: the very form, typeset, nothing written."""

from __future__ import annotations

from typing import Any

import pytest

from tests.faces.desk.acts import hall
from tests.support import builders
from tests.support.sparing import first_fast
from tongban.demo import names
from tongban.ground.documents.models import Document

pytestmark = pytest.mark.django_db
HANDLE, APPROVE, HEAD = names.HYGIENE_HANDLE_POST, names.HYGIENE_APPROVE_POST, names.HEALTH_HEAD_POST
STEP = {"kind": "testing", "branch_key": "health", "limit_n": "5", "limit_unit": "working_day", "reason": "抽检"}
PREVIEWS: list[tuple[str, str, dict[str, Any]]] = [
    (HANDLE, "suspend", {**STEP, "basis": "公共场所卫生管理条例第三条"}),
    (HANDLE, "request-supplement", {"target-0": "material:floor_plan", "fault-0": "看不清", "remedy-0": "重拍"}),
    (HANDLE, "tell-interested-party", {"name": "业主委员会", "interest": "影响出入"}),
    (HANDLE, "tell-hearing-right", {"reason": "涉及相邻住户", "basis": ""}),
    (HEAD, "extend", {"joint": "false", "days": "5", "reason": "等复核"}),
    (APPROVE, "terminate", {"kind": "object_gone", "facts": "已经拆除", "basis": ["0"]}),
    (APPROVE, "transfer", {"kind": "upward", "authority": "省卫健委", "reason": "由省级办理"}),
]


@pytest.mark.parametrize(("post", "act", "values"), first_fast(PREVIEWS), ids=[act for _post, act, _values in PREVIEWS])
def test_the_paper_is_shown_before_it_is_made(post: str, act: str, values: dict[str, Any]) -> None:
    case = builders.a_case_in_review()
    papers, seq = Document.objects.filter(subject_id=case).count(), hall.state(case).seq
    seen = hall.at(post).post(f"/desk/cases/{hall.number(case)}/acts/{act}/preview/", values)
    assert seen.status_code == 200, hall.problems(seen)
    assert seen.content.startswith(b"%PDF")
    assert (Document.objects.filter(subject_id=case).count(), hall.state(case).seq) == (papers, seq)
