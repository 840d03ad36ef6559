"""Deferral, commitment, filing, instant handling, service of the result and archive, pressed by their people."""

from __future__ import annotations

import pytest

from tests.faces.desk.acts import hall
from tests.support import builders
from tongban.demo import names
from tongban.procedures.cases import services

pytestmark = pytest.mark.django_db
WINDOW = names.WINDOW_POST


@pytest.mark.slow
@pytest.mark.covers("NTC-06", "NTC-07")
def test_a_missing_secondary_material_follows_later_when_the_applicant_signs_for_it() -> None:
    who = builders.resident()
    case = hall.applied(names.RENEWAL_SLUG, "hygiene_rules", who=who)
    clerk = hall.at(WINDOW)
    assert {"accept-with-deferral", "accept"} <= hall.offered(clerk, case)
    incomplete = hall.press(clerk, case, "accept")
    assert any("卫生管理制度" in sentence for sentence in hall.problems(incomplete))
    unsigned = hall.press(clerk, case, "accept-with-deferral")
    assert hall.problems(unsigned) == ["请填写：签名人"]
    hall.done(hall.press(clerk, case, "accept-with-deferral", signed_by="陆明远"))
    mine = hall.browser_of(who)
    page = mine.get(f"/my/cases/{hall.number(case)}/").content.decode()
    assert "后补材料" in page
    assert "补交后补的材料" in page
    assert "settle-deferral" in hall.offered(mine, case, "/my/cases/")
    none = hall.press(mine, case, "settle-deferral", "/my/cases/")
    assert none.status_code == 422
    hall.done(hall.press(mine, case, "settle-deferral", "/my/cases/", file__hygiene_rules=hall.upload()))
    assert "settle-deferral" not in hall.offered(mine, case, "/my/cases/")


@pytest.mark.slow
@pytest.mark.covers("NTC-10")
def test_a_promise_is_told_signed_checked_ordered_defended_and_ended() -> None:
    who = builders.resident()
    case = hall.applied(names.FIRE_SLUG, who=who)
    clerk, fire, chief = hall.at(WINDOW), hall.at(names.FIRE_HANDLE_POST), hall.at(names.FIRE_APPROVE_POST)
    form = clerk.get(f"/desk/cases/{hall.number(case)}/acts/accept-with-commitment/").content.decode()
    assert "申请人承诺：" in form
    assert hall.problems(hall.press(clerk, case, "accept-with-commitment")) == ["请填写：签名人"]
    hall.done(hall.press(clerk, case, "accept-with-commitment", signed_by="陆明远"))
    services.decide(builders.approver_of(case), case, outcome="granted")
    builders.settle(case)
    assert "check-commitment" in hall.offered(fire, case)
    assert hall.press(fire, case, "check-commitment", result="breached").status_code == 422
    hall.done(hall.press(fire, case, "check-commitment", result="breached", gravity="general", facts="灭火器过期"))
    early = hall.press(chief, case, "conclude-breach", outcome="annul", facts="没有改", reasons="危险", basis=["0"])
    assert any("责令整改" in sentence for sentence in hall.problems(early))
    hall.done(hall.press(chief, case, "order-rectification", facts="灭火器过期", basis=["0"]))
    assert "order-rectification" not in hall.offered(chief, case)
    mine = hall.browser_of(who)
    assert hall.press(mine, case, "defend", "/my/cases/").status_code == 422
    hall.done(hall.press(mine, case, "defend", "/my/cases/", text="换了新的", rectified="yes"))
    hall.done(hall.press(chief, case, "conclude-breach", outcome="rectified", facts="复查合格"))
    assert not hall.state(case).open_proceedings("breach")


@pytest.mark.covers("WIN-10")
def test_one_authorised_post_decides_at_once_and_a_filing_is_recorded() -> None:
    certificate = hall.applied(names.CERTIFICATE_SLUG)
    assert hall.press(hall.at(WINDOW), certificate, "decide-instantly").status_code in (404, 422)
    hall.done(hall.press(hall.at(names.LABOUR_REPRESENTATIVE_POST), certificate, "decide-instantly"))
    assert hall.state(certificate).decided_at is not None
    filed = hall.applied(names.PAUSE_SLUG)
    clerk = hall.browser_of(builders.holder_of(hall.state(filed).open_tasks("accept")[0].post_id))
    assert "record" in hall.offered(clerk, filed)
    assert "decide-instantly" not in hall.offered(clerk, filed)
    hall.done(hall.press(clerk, filed, "record"))
    assert hall.state(filed).outcome == "recorded"


@pytest.mark.slow
def test_a_supplement_is_handed_in_whole_or_not_at_all() -> None:
    who = builders.resident()
    case = builders.a_case_in_review(who)
    items = [
        {"target": "material", "code": "floor_plan", "fault": "看不清消毒间", "remedy": "重新拍照上传"},
        {"target": "field", "code": "premises.name", "fault": "和招牌不一致", "remedy": "按招牌填写"},
    ]
    services.request_supplement(builders.holder_of(hall.state(case).open_tasks("handle")[0].post_id), case, items=items)
    mine = hall.browser_of(who)
    page = mine.get(f"/my/cases/{hall.number(case)}/").content.decode()
    assert "提交补充材料" in page
    form = mine.get(f"/my/cases/{hall.number(case)}/acts/supplement/").content.decode()
    assert "看不清消毒间" in form
    half = hall.press(mine, case, "supplement", "/my/cases/", **{"premises.name": "明远理发"})
    assert half.status_code == 422
    assert any("请上传" in sentence for sentence in hall.problems(half))
    assert "明远理发" in half.content.decode()
    whole = {"premises.name": "明远理发", "file__floor_plan": hall.upload()}
    hall.done(hall.press(mine, case, "supplement", "/my/cases/", **whole))
    assert not hall.state(case).open_proceedings("supplement")


def test_a_stranger_sees_no_act_and_a_refused_file_says_why() -> None:
    case = builders.a_case_in_review()
    stranger = hall.browser_of(builders.resident("沈知夏"))
    assert stranger.get(f"/my/cases/{hall.number(case)}/acts/").status_code == 404
    assert stranger.post(f"/my/cases/{hall.number(case)}/acts/withdraw/", {}).status_code == 404
    from django.core.files.uploadedfile import SimpleUploadedFile

    clerk_case = builders.a_submitted_case()
    bad = SimpleUploadedFile("图.png", b"not a picture", content_type="image/png")
    clerk = hall.at(WINDOW)
    refused = hall.press(clerk, clerk_case, "correct-on-the-spot", signed_by="陆明远", file__floor_plan=bad)
    assert refused.status_code == 422
    assert hall.problems(refused)


def test_the_applicant_withdraws_once() -> None:
    who = builders.resident()
    case = builders.a_case_in_review(who)
    mine = hall.browser_of(who)
    hall.done(hall.press(mine, case, "withdraw", "/my/cases/", reason="先不办了"))
    assert hall.press(mine, case, "withdraw", "/my/cases/").status_code == 404
    assert "已撤回申请" in mine.get(f"/my/cases/{hall.number(case)}/").content.decode()


@pytest.mark.slow
@pytest.mark.covers("ARC-01")
def test_the_archivist_archives_what_is_closed_once() -> None:
    case = builders.a_granted_case()
    issuing, archivist = hall.at(names.ISSUING_POST), hall.at(names.ARCHIVE_POST)
    assert hall.offered(archivist, case) == set()
    hall.done(hall.press(issuing, case, "deliver", mode="counter", received_by="陆明远"))
    builders.settle(case)
    assert hall.state(case).state == "closed"
    assert hall.offered(archivist, case) == {"archive"}
    hall.done(hall.press(archivist, case, "archive"))
    assert hall.press(archivist, case, "archive").status_code == 404
