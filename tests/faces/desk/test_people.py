"""People and posts at the desk: coming, changing, leaving; powers stay apart, nobody changes their own."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.faces.door import enter, staff_account
from tongban.demo import names
from tongban.ground.parameters.models import Parameter
from tongban.registry.parties.models import Post, Staff, StaffPost

pytestmark = [pytest.mark.django_db, pytest.mark.aside]


@pytest.fixture
def admin() -> Client:
    return enter(staff_account("魏承志"))


def post_id(name: str) -> str:
    return str(Post.objects.get(name=name).pk)


def test_somebody_new_gets_posts_and_credentials_that_are_shown_once(admin: Client) -> None:
    unit = str(Staff.objects.get(name="顾晚晴").employer_id)
    typed = {"number": "YX9901", "name": "梁小满", "employer": unit, "posts": [post_id(names.WINDOW_POST)]}
    shown = admin.post("/desk/people/new/", typed).content.decode()
    assert "只显示这一次" in shown
    made = Staff.objects.get(number="YX9901")
    assert StaffPost.objects.filter(staff=made, post__name=names.WINDOW_POST).exists()
    again = admin.post("/desk/people/new/", typed)
    assert again.status_code == 422
    assert "已经有人用了" in again.content.decode()
    assert "梁小满" in again.content.decode()


def test_administration_is_never_joined_with_business(admin: Client) -> None:
    person = Staff.objects.get(name="顾晚晴")
    both = [post_id(names.WINDOW_POST), post_id(names.AUDIT_ADMIN_POST)]
    answer = admin.post(f"/desk/people/{person.number}/", {"do": "posts", "posts": both})
    assert answer.status_code == 422
    assert "不能由同一个人担任" in answer.content.decode()


def test_who_leaves_signs_in_no_more_and_what_was_done_stays(admin: Client) -> None:
    person = Staff.objects.get(name="顾晚晴")
    theirs = enter(staff_account("顾晚晴"))
    assert theirs.get("/desk/").status_code == 200
    for _ in range(2):
        assert admin.post(f"/desk/people/{person.number}/", {"do": "retire"}).status_code == 303
    assert theirs.get("/desk/").status_code == 302
    assert "已经离岗" in admin.get(f"/desk/people/{person.number}/").content.decode()


def test_nobody_changes_their_own_posts_or_authenticator(admin: Client) -> None:
    me = Staff.objects.get(name="魏承志")
    for do in ("posts", "factor", "retire"):
        answer = admin.post(f"/desk/people/{me.number}/", {"do": do, "posts": []})
        assert answer.status_code == 422, do


def test_a_posts_powers_change_for_everybody_who_holds_it_and_say_what_they_open(admin: Client) -> None:
    key = post_id(names.ISSUING_POST)
    page = admin.get(f"/desk/people/posts/{key}/").content.decode()
    assert "cases.case.deliver" in page
    assert admin.post(f"/desk/people/posts/{key}/", {"roles": ["issuing_clerk", "guide"]}).status_code == 303
    assert Post.objects.get(pk=key).roles == ["guide", "issuing_clerk"]
    assert admin.post(f"/desk/people/posts/{key}/", {"roles": ["king"]}).status_code == 422
    assert admin.post(f"/desk/people/posts/{key}/", {}).status_code == 422


def test_a_parameter_has_a_basis_and_a_day_and_never_changes_the_past(admin: Client) -> None:
    typed = {"code": "case.correction_days", "value": "15", "unit": "working_day", "valid_from": "2026-12-01"}
    refused = admin.post("/desk/parameters/", typed)
    assert refused.status_code == 422
    assert "没有写明依据" in refused.content.decode()
    assert admin.post("/desk/parameters/", typed | {"basis": "云溪市一次性告知办法第三条"}).status_code == 303
    assert Parameter.objects.get(code="case.correction_days").value == 15
    earlier = admin.post("/desk/parameters/", typed | {"basis": "补", "valid_from": "2026-01-01"})
    assert earlier.status_code == 422


def test_a_parameter_of_the_house_is_chosen_and_its_value_tried_before_it_is_kept(admin: Client) -> None:
    page = admin.get("/desk/parameters/", {"known": "cases.held_months"}).content.decode()
    assert "材料多久内不用再交" in page
    assert "照这个样子写：12" in page
    typed = {"known": "cases.held_months", "value": "一年", "basis": "云溪市规定", "valid_from": "2026-12-01"}
    refused = admin.post("/desk/parameters/", typed)
    assert refused.status_code == 422
    assert "「材料多久内不用再交」的取值不对" in refused.content.decode()
    assert 'value="一年"' in refused.content.decode()
    for wrong in ('[{"halls": 1}]', "[" * 5000, "NaN", '{"a":' * 3000):
        assert admin.post("/desk/parameters/", typed | {"value": wrong}).status_code == 422
    assert admin.post("/desk/parameters/", typed | {"value": "6"}).status_code == 303
    assert Parameter.objects.get(code="cases.held_months").value == 6
    assert admin.post("/desk/parameters/", typed | {"known": "work.card_rule"}).status_code == 422
    assert admin.post("/desk/parameters/", typed | {"known": "no.such"}).status_code == 422
    assert admin.post("/desk/parameters/", typed | {"known": ""}).status_code == 422


@pytest.mark.parametrize("address", ["/desk/people/", "/desk/people/posts/", "/desk/parameters/"])
def test_only_administrators_come_here(address: str) -> None:
    assert enter(staff_account("顾晚晴")).get(address).status_code == 403


def test_the_list_is_found_by_post_and_takes_few_queries(admin: Client, django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(5):  # type: ignore[operator]
        page = admin.get("/desk/people/", {"q": names.WINDOW_POST}).content.decode()
    assert "顾晚晴" in page
    assert "魏承志" not in page.split("<main", 1)[1]
