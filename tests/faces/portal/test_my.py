"""My space and my case: what waits for me first, nothing of anybody else, and taking an application back."""

from __future__ import annotations

import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from tests.faces.door import enter, resident_account
from tests.faces.portal import road
from tests.support import builders
from tests.support.sparing import first_fast
from tongban.demo import names
from tongban.ground.documents.models import Document
from tongban.ground.policy import Principal
from tongban.procedures.cases import selectors, services
from tongban.procedures.cases.models import Case, ServiceProof
from tongban.registry.parties.models import Person, UserAccount

pytestmark = [pytest.mark.django_db, pytest.mark.aside]
FAULTS = (
    {"target": "material", "code": "floor_plan", "fault": "第 2 页没有标洗手池", "remedy": "标出洗手池后重新上传"},
    {"target": "field", "code": "premises.address", "fault": "没有写门牌号", "remedy": "写到门牌号"},
)


def entered(who: Principal) -> Client:
    return enter(UserAccount.objects.get(pk=who.account_id))


def other() -> Client:
    return enter(resident_account())


def number(case_id: uuid.UUID) -> str:
    return str(Case.objects.values_list("number", flat=True).get(pk=case_id))


def a_case_to_correct(who: Principal) -> str:
    case_id = builders.a_submitted_case(who)
    services.request_correction(builders.clerk(), case_id, items=FAULTS)
    return number(case_id)


def at(name: str, *args: object) -> str:
    return reverse(f"portal:{name}", args=args)


@pytest.mark.covers("PRT-14")
def test_what_waits_for_me_stands_first_with_its_date() -> None:
    who = builders.resident()
    wanted = a_case_to_correct(who)
    page = road.text_of(entered(who).get(at("my")))
    todo = page.split('id="todo-h"')[1].split("</section>")[0]
    assert wanted in todo
    assert "有 2 处要您补正" in todo
    assert at("correct", wanted) in todo


def test_an_empty_space_offers_the_next_step() -> None:
    page = road.text_of(entered(builders.resident("欧阳娜")).get(at("my")))
    assert "现在没有要您办的" in page
    assert "去找要办的事" in page


@pytest.mark.slow
def test_the_list_goes_on_by_key_and_shows_each_case_once() -> None:
    who = builders.resident()
    numbers = {number(builders.a_submitted_case(who)) for _ in range(3)}
    first = selectors.my_cases(who, limit=2)
    second = selectors.my_cases(who, after=first.next, limit=2)
    assert {case.number for case in (*first.items, *second.items)} >= numbers
    page = road.text_of(entered(who).get(at("my_cases"), {"after": first.next}))
    assert page.count(f'href="{at("my_case", second.items[0].number)}"') == 1
    assert first.items[0].number not in page
    assert entered(who).get(at("my_cases"), {"after": "nonsense"}).status_code == 422


def test_papers_stand_newest_first_and_only_mine_that_are_sealed(django_assert_num_queries: object) -> None:
    who, stranger = builders.resident(), builders.resident("欧阳娜")
    first, second = builders.a_case_in_review(who), builders.a_case_in_review(who)
    for case_id in (first, second, builders.a_case_in_review(stranger)):
        builders.settle(case_id)
    sealed = Document.objects.filter(subject_id__in=(first, second), state="sealed").order_by("-id")
    between_units = sealed[1]
    Document.objects.filter(pk=between_units.pk).update(kind=selectors.FOR_OTHERS[0])
    mine = [paper.pk for paper in sealed if paper.pk != between_units.pk]
    with django_assert_num_queries(1):  # type: ignore[operator]
        page = selectors.my_papers(who, limit=1)
    rest = selectors.my_papers(who, after=page.next)
    assert [paper.pk for paper in (*page.items, *rest.items)][: len(mine)] == mine
    assert len(mine) >= 3
    assert entered(who).get(at("my_papers"), {"after": "nonsense"}).status_code == 422


@pytest.mark.slow
def test_my_space_takes_the_same_number_of_queries_for_one_case_and_for_many(
    django_assert_max_num_queries: object,
) -> None:
    who = builders.resident()
    client = entered(who)
    for _ in range(4):
        builders.a_submitted_case(who)
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        client.get(at("my"))


def test_a_draft_says_what_is_missing_and_goes_on_where_it_stopped() -> None:
    client = road.browser()
    draft = road.begin(client)
    road.post(client, "questions", draft, road.QUESTIONS)
    page = road.text_of(client.get(at("my")))
    assert road.url("applicant", draft) in page
    assert "还差" in page


@pytest.mark.parametrize("page", first_fast(["my_case", "receipt", "correct", "withdraw"]))
def test_a_foreign_case_answers_not_found_with_a_way_out(page: str) -> None:
    wanted = a_case_to_correct(builders.resident())
    for response in (other().get(at(page, wanted)), other().get(at(page, "YX2026-0000-999999"))):
        assert response.status_code == 404
        assert "看全部事项" in road.text_of(response)
    if page != "receipt":
        assert other().post(at(page, wanted), {"action": "submit"}).status_code == 404


def test_my_case_says_which_step_how_long_and_who() -> None:
    who = builders.resident()
    wanted = number(builders.a_case_in_review(who, names.ROAD_SLUG))
    response = entered(who).get(at("my_case", wanted))
    page = road.text_of(response)
    assert response.headers["Cache-Control"] == "no-store, private"
    assert 'aria-current="step"' in page
    assert "云溪市公安局交通警察支队" in page
    assert "承诺办结的期限" in page
    assert "这一天怎么算出来的" in page


@pytest.mark.slow
def test_internal_opinions_never_reach_the_applicant() -> None:
    who = builders.resident()
    case_id = builders.a_case_to_decide(who)
    page = road.text_of(entered(who).get(at("my_case", number(case_id))))
    assert "符合条件" not in page


def test_the_correction_page_names_only_what_the_notice_names() -> None:
    who = builders.resident()
    wanted = a_case_to_correct(who)
    page = road.text_of(entered(who).get(at("correct", wanted)))
    assert "第 2 页没有标洗手池" in page
    assert "写到门牌号" in page
    assert 'name="file:floor_plan"' in page
    assert 'name="premises.address"' in page
    assert "premises.name" not in page
    assert "hygiene_report" not in page


@pytest.mark.slow
def test_a_correction_with_a_refused_file_keeps_everything_else() -> None:
    who = builders.resident()
    wanted = a_case_to_correct(who)
    client = entered(who)
    given = {"premises.address": "云溪市桥西区溪源路 8 号"}
    files = [road.picture("改好的.png"), road.program("坏的.jpg")]
    response = client.post(at("correct", wanted), {"action": "submit", "file:floor_plan": files, **given})
    page = road.text_of(response)
    assert response.status_code == 422
    assert "坏的.jpg" in page
    assert "溪源路 8 号" in page
    kept = page.split('name="kept:floor_plan" value="')[1].split('"')[0]
    again = client.post(at("correct", wanted), {"action": "submit", "kept:floor_plan": kept, **given})
    assert again.headers["Location"] == at("my_case", wanted)
    assert Case.objects.get(number=wanted).state == "received"


def test_a_correction_must_answer_every_point() -> None:
    who = builders.resident()
    wanted = a_case_to_correct(who)
    response = entered(who).post(at("correct", wanted), {"action": "submit", "premises.address": "溪源路 8 号"})
    assert response.status_code == 422
    assert "请上传改好的" in road.text_of(response)
    assert Case.objects.get(number=wanted).state == "correction_requested"


@pytest.mark.slow
def test_nobody_hands_in_a_file_of_somebody_else() -> None:
    who = builders.resident()
    wanted = a_case_to_correct(who)
    stranger = road.browser()
    draft = road.begin(stranger)
    road.upload(stranger, draft, "floor_plan", road.picture())
    from tongban.procedures.cases.models import Draft

    (foreign,) = Draft.objects.get(pk=draft).files["floor_plan"]
    values = {"action": "submit", "premises.address": "溪源路 8 号", "kept:floor_plan": foreign}
    assert entered(who).post(at("correct", wanted), values).status_code == 422


@pytest.mark.slow
def test_a_second_press_of_the_correction_leads_to_the_case() -> None:
    who = builders.resident()
    wanted = a_case_to_correct(who)
    client = entered(who)
    values = {"action": "submit", "premises.address": "溪源路 8 号"}
    client.post(at("correct", wanted), {**values, "file:floor_plan": road.picture()})
    response = client.post(at("correct", wanted), {**values, "file:floor_plan": road.picture()})
    assert response.headers["Location"] == at("my_case", wanted)


def test_taking_it_back_asks_first_and_then_ends_the_case() -> None:
    who = builders.resident()
    case_id = builders.a_submitted_case(who)
    client, address = entered(who), at("withdraw", number(case_id))
    assert "不能恢复" in road.text_of(client.get(address))
    assert Case.objects.get(pk=case_id).state == "submitted"
    assert client.post(address, {"reason": "不开店了"}).headers["Location"] == at("my_case", number(case_id))
    assert Case.objects.get(pk=case_id).state == "withdrawn"
    late = client.post(address)
    assert late.status_code == 422
    assert "不能再撤回" in road.text_of(late)


@pytest.mark.slow
def test_the_receipt_asks_again_until_its_paper_is_sealed() -> None:
    who = builders.resident()
    case_id = builders.a_submitted_case(who)
    client, address = entered(who), at("receipt", number(case_id))
    waiting = road.text_of(client.get(address, headers={"HX-Request": "true"}))
    assert "every 3s" in waiting
    assert "<html" not in waiting
    builders.settle(case_id)
    ready = road.text_of(client.get(address, headers={"HX-Request": "true"}))
    assert "every 3s" not in ready
    paper = Document.objects.get(subject_id=case_id, kind="receipt")
    pdf = client.get(at("paper", paper.pk))
    assert pdf.content.startswith(b"%PDF")
    assert pdf.headers["Cache-Control"] == "no-store, private"
    assert "attachment" in client.get(at("paper", paper.pk), {"save": "1"}).headers["Content-Disposition"]
    assert other().get(at("paper", paper.pk)).status_code == 404
    assert other().get(at("paper_pictures", paper.pk)).status_code == 404


@pytest.mark.slow
@pytest.mark.needs_tool("pdftoppm")
def test_a_paper_is_also_a_picture_of_each_page() -> None:
    who = builders.resident()
    case_id = builders.a_submitted_case(who)
    builders.settle(case_id)
    paper = Document.objects.get(subject_id=case_id, kind="receipt")
    client, address = entered(who), at("paper_pictures", paper.pk)
    assert 'src="?page=1"' in road.text_of(client.get(address))
    picture = client.get(address, {"page": "1"})
    assert picture.headers["Content-Type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")
    assert client.get(address, {"page": "99"}).status_code == 404
    assert client.get(address, {"page": "../1"}).status_code == 404


def test_receiving_the_result_is_recorded_as_served() -> None:
    who = builders.resident()
    case_id = builders.a_granted_case(who)
    client, address = entered(who), at("my_case", number(case_id))
    assert "签收结果" in road.text_of(client.get(address))
    assert client.post(address).status_code == 303
    proof = ServiceProof.objects.get(case_id=case_id)
    assert proof.mode == "portal"
    assert client.post(address).status_code == 303, "pressing twice changes nothing"
    assert ServiceProof.objects.filter(case_id=case_id).count() == 1
    space = road.text_of(client.get(at("my")))
    assert "公共场所卫生许可证" in space.split('id="licences-h"')[1]


@pytest.mark.slow
def test_messages_lead_to_their_case_and_are_marked_as_read() -> None:
    who = builders.resident()
    case_id = builders.a_submitted_case(who)
    builders.settle(case_id)
    client = entered(who)
    page = road.text_of(client.get(at("my"))).split('id="messages"')[1]
    assert at("my_case", number(case_id)) in page
    assert "未读" in page
    inbox = road.text_of(client.get(at("my_messages")))
    shown = re.findall(r'name="message" value="([0-9a-f-]{36})"', inbox)
    assert shown
    assert client.post(at("my_messages"), {"message": [*shown, "nonsense"]}).status_code == 303
    assert "未读" not in road.text_of(client.get(at("my_messages")))


@pytest.mark.covers("PRT-14")
def test_who_looked_at_my_data_is_listed_with_purpose_and_case() -> None:
    who = builders.resident()
    case_id = builders.a_submitted_case(who)
    selectors.case_of(builders.clerk(), case_id)
    page = road.text_of(entered(who).get(at("access_history")))
    assert "综合窗口受理岗" in page
    assert "办理办件" in page
    assert number(case_id) in page


def test_pages_of_mine_show_no_full_identity_number() -> None:
    who = builders.resident()
    person = Person.objects.get(pk=who.person_id)
    case_id = builders.a_submitted_case(who)
    client = entered(who)
    for address in (at("my"), at("my_case", number(case_id)), at("receipt", number(case_id))):
        assert person.id_number not in road.text_of(client.get(address))


def test_staff_and_strangers_do_not_come_here() -> None:
    assert Client().get(at("my")).status_code == 302
    clerk = builders.clerk()
    assert enter(UserAccount.objects.get(pk=clerk.account_id)).get(at("my")).status_code == 403


@pytest.mark.parametrize(
    "address", ["/my/cases/%00/", "/my/cases/YX%00/receipt/", "/my/?after=%00", "/verify/AB%00CD/"]
)
def test_addresses_that_no_page_ever_made_are_answered_calmly(address: str) -> None:
    assert other().get(address).status_code in (404, 422)


def test_a_reason_that_cannot_be_stored_is_refused_and_nothing_happens() -> None:
    who = builders.resident()
    case_id = builders.a_submitted_case(who)
    assert entered(who).post(at("withdraw", number(case_id)), {"reason": "不\x00办了"}).status_code == 422
    assert Case.objects.get(pk=case_id).state == "submitted"
