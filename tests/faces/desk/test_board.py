"""The board, the finder, the roster and the register of delegations, as the people of the desk see them."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.faces.desk.acts import hall
from tests.support import builders
from tongban.demo import names
from tongban.ground import moment
from tongban.ground.ledger.selectors import events_of
from tongban.insight.indicators import reactions
from tongban.insight.indicators.models import CaseFigure, DayFigure
from tongban.procedures.cases.models import Case
from tongban.procedures.work.models import ClockRow
from tongban.registry.parties.models import Delegation, Post, Staff, Substitution

pytestmark = [pytest.mark.django_db, pytest.mark.aside]


def _overdue(case: Any, level: str) -> None:
    clock = ClockRow.objects.get(subject_id=case, kind="promised")
    ClockRow.objects.filter(pk=clock.pk).update(due_at=moment.now() - timedelta(days=9), told=level)


def follow_all() -> None:
    """Tell every case there is to the figures, as their reader does."""
    for case_id in Case.objects.values_list("id", flat=True):
        for row in events_of("case", case_id):
            reactions.on_events([row])


@pytest.fixture(scope="module")
def scene(kept: Callable[[Callable[[], object]], object]) -> dict[str, uuid.UUID]:
    """A case beyond its promise, one that only nears it, one granted; told to the figures."""

    def make() -> dict[str, uuid.UUID]:
        found = {
            "late": builders.a_case_in_review(),
            "calm": builders.a_case_in_review(slug=names.ROAD_SLUG),
            "granted": builders.a_granted_case(),
        }
        _overdue(found["late"], "yellow")
        ClockRow.objects.filter(subject_id=found["calm"], kind="promised").update(told="warning")
        follow_all()
        return found

    return kept(make)  # type: ignore[return-value]


def _text(client: Client, address: str, **values: str) -> str:
    answer = client.get(address, values, headers={"Accept-Language": "zh-CN"})
    assert answer.status_code == 200, address
    return answer.content.decode()


def _links(page: str) -> set[tuple[str, str]]:
    """Every number of a board that leads to a list, with its address."""
    found = re.findall(r'<a(?: class="num")? href="(/desk/board/cases/\?[^"]*)">([\d,]+)(?: 件)?</a>', page)
    return {(html.unescape(address), number.replace(",", "")) for address, number in found}


def _length(client: Client, address: str) -> int:
    """How many rows a list has, page by page."""
    rows = 0
    while address:
        page = client.get(address).content.decode()
        rows += page.count("<tr data-row>")
        more = re.search(r'href="(\?[^"]*after=[^"]*)">下一页', page)
        address = f"/desk/board/cases/{html.unescape(more[1])}" if more else ""
    return rows


@pytest.mark.covers("EFF-01", "EFF-06")
@pytest.mark.parametrize("narrowed", ["", "department", "item", "area", "day"])
def test_every_number_is_as_long_as_the_list_behind_it(scene: dict[str, uuid.UUID], narrowed: str) -> None:
    supervisor = hall.at(names.SUPERVISION_POST)
    late = CaseFigure.objects.select_related("option").get(case_id=scene["late"])
    value = {
        "department": str(late.department_id),
        "item": late.option.slug,
        "area": str(late.region_no),
        "day": (moment.today() - timedelta(days=3)).isoformat(),
    }.get(narrowed, "")
    page = _text(supervisor, "/desk/board/", span="year", **({narrowed: value} if narrowed else {}))
    links = _links(page)
    assert len(links) >= (3 if narrowed == "day" else 8)
    assert {re.search(r"list=(\w+)", address)[1] for address, _n in links} >= {"open", "yellow"}  # type: ignore[index]
    for address, number in links:
        assert _length(supervisor, address) == int(number), (address, number)


def test_the_worst_stands_first_and_a_level_lists_only_its_own(scene: dict[str, uuid.UUID]) -> None:
    supervisor = hall.at(names.SUPERVISION_POST)
    page = _text(supervisor, "/desk/board/")
    cards = page.partition('id="cards-h"')[2].partition("</section>")[0]
    assert cards.index("黄牌</span>") < cards.index("预警</span>")
    yellow = _text(supervisor, "/desk/board/cases/", list="yellow")
    assert hall.number(scene["late"]) in yellow
    assert hall.number(scene["calm"]) not in yellow
    assert hall.number(scene["calm"]) in _text(supervisor, "/desk/board/cases/", list="warning")
    assert hall.number(scene["late"]) in _text(supervisor, "/desk/board/cases/", list="overdue")


def test_filters_narrow_everything_and_strange_ones_are_refused(scene: dict[str, uuid.UUID]) -> None:
    supervisor = hall.at(names.SUPERVISION_POST)
    calm = CaseFigure.objects.select_related("option").get(case_id=scene["calm"])
    narrowed = _text(supervisor, "/desk/board/", item=calm.option.slug)
    assert "黄牌 0" in narrowed
    for values in ({"area": "99999"}, {"item": "nothing"}):
        assert supervisor.get("/desk/board/", values).status_code == 404
    assert supervisor.get("/desk/board/cases/", {"list": "nothing"}).status_code == 404
    assert supervisor.get("/desk/board/cases/", {"list": "red", "after": "1_x_y"}).status_code == 404
    wrong = supervisor.get("/desk/board/", {"day": "2099-01-01"})
    assert wrong.status_code == 422
    assert "只能看今天和以前的日子" in wrong.content.decode()
    assert hall.at(names.WINDOW_POST).get("/desk/board/").status_code == 403
    assert hall.at(names.WINDOW_POST).get("/desk/board/cases/?list=red").status_code == 403


def test_late_data_stands_apart_and_leads_to_its_cases(scene: dict[str, uuid.UUID]) -> None:
    CaseFigure.objects.filter(case_id=scene["calm"]).update(data_late_on=moment.today())
    figure = CaseFigure.objects.get(case_id=scene["calm"])
    place = {"region_no": figure.region_no, "department_id": figure.department_id, "option_id": figure.option_id}
    DayFigure.objects.update_or_create(day=moment.today(), **place, defaults={"data_late": 1})
    supervisor = hall.at(names.SUPERVISION_POST)
    address = next(a for a, n in _links(_text(supervisor, "/desk/board/")) if "list=data_late" in a and n == "1")
    assert hall.number(scene["calm"]) in supervisor.get(address).content.decode()


def test_the_board_costs_as_many_queries_with_many_cases_as_with_few(
    scene: dict[str, uuid.UUID], django_assert_num_queries: Any
) -> None:
    supervisor = hall.at(names.SUPERVISION_POST)
    supervisor.get("/desk/board/")
    with django_assert_num_queries(19):
        supervisor.get("/desk/board/")
    for code in ("open", "yellow", "overdue"):
        with django_assert_num_queries(5):
            supervisor.get("/desk/board/cases/", {"list": code})


def test_a_chart_is_told_in_words_and_numbers_too(scene: dict[str, uuid.UUID]) -> None:
    page = _text(hall.at(names.SUPERVISION_POST), "/desk/board/")
    assert page.count("<title id=") == page.count("<desc id=") == 1
    assert "看表格" in page
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=", page)


@pytest.mark.slow
@pytest.mark.covers("WIN-29")
def test_every_decision_came_in_by_hall_network_or_machine() -> None:
    builders.a_granted_case()
    follow_all()
    page = hall.at(names.SUPERVISION_POST).get("/desk/board/channels/", follow=True).content.decode()
    assert "大厅以外" in page
    assert '<td data-n data-l="大厅以外">0</td>' in page


def test_a_case_is_found_by_its_number_and_a_foreign_one_is_not() -> None:
    case = builders.a_case_in_review()
    head = hall.at(names.HEALTH_HEAD_POST)
    found = head.get("/desk/cases/", {"number": hall.number(case).lower()})
    assert found.status_code == 302
    assert found["Location"] == f"/desk/review/{hall.number(case)}/"
    assert head.get(found["Location"]).status_code == 200
    assert hall.at(names.FIRE_HEAD_POST).get("/desk/cases/", {"number": hall.number(case)}).status_code == 404
    assert head.get("/desk/cases/").status_code == 200


def _stand_in(client: Client, **changes: str) -> Any:
    post = Post.objects.get(name=names.HYGIENE_HANDLE_POST)
    holders = list(Staff.objects.filter(held_posts__post=post).order_by("number"))
    other = Staff.objects.filter(held_posts__post__name=names.HYGIENE_EXAMINE_POST).order_by("number")[0]
    today = moment.today()
    values = {
        "post": str(post.pk),
        "absent": str(holders[0].pk),
        "substitute": str(other.pk),
        "first": today.isoformat(),
        "until": (today + timedelta(days=2)).isoformat(),
        "reason": "leave",
    }
    return client.post("/desk/substitutions/", {**values, **changes})


@pytest.mark.slow
@pytest.mark.covers("WIN-14")
def test_a_leave_is_entered_with_who_stands_in_and_ended_early() -> None:
    head = hall.at(names.HEALTH_HEAD_POST)
    empty = head.post("/desk/substitutions/", {})
    assert empty.status_code == 422
    assert len(hall.problems(empty)) == 6
    backwards = _stand_in(head, until=(moment.today() - timedelta(days=1)).isoformat())
    assert any("起止日期不对" in sentence for sentence in hall.problems(backwards))
    hall.done(_stand_in(head))
    made = Substitution.objects.get()
    assert made.substitute.name in head.get("/desk/substitutions/").content.decode()
    assert head.post(f"/desk/substitutions/{made.pk}/end/").status_code == 303
    assert hall.at(names.WINDOW_POST).get("/desk/substitutions/").status_code == 403


@pytest.mark.slow
@pytest.mark.covers("WIN-10")
def test_powers_are_given_in_public_and_taken_back() -> None:
    head = hall.at(names.HEALTH_HEAD_POST)
    post = Post.objects.get(name=names.HYGIENE_HANDLE_POST)
    today = moment.today()
    values = {
        "kind": "internal_authorisation",
        "receiver": f"post:{post.pk}",
        "powers": ["decide_instantly"],
        "published_on": today.isoformat(),
        "first": today.isoformat(),
        "instrument": "云卫发〔2026〕18号",
    }
    late = head.post("/desk/delegations/", {**values, "published_on": (today + timedelta(days=3)).isoformat()})
    assert late.status_code == 422
    assert any("先公布" in sentence for sentence in hall.problems(late))
    hall.done(head.post("/desk/delegations/", values))
    public = Client().get("/lists/delegations/", {"q": "卫生"}).content.decode()
    assert "云卫发〔2026〕18号" in public
    made = Delegation.objects.get(instrument="云卫发〔2026〕18号")
    assert head.post(f"/desk/delegations/{made.pk}/revoke/").status_code == 303
    assert "云卫发〔2026〕18号" not in Client().get("/lists/delegations/").content.decode()
