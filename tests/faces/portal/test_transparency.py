"""The transparency pages over HTTP: only what is public, true numbers, few queries, whole without a script."""

from __future__ import annotations

import csv
import io
import re
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.faces.desk.acts import hall
from tests.insight.indicators.test_figures import follow
from tests.support import builders
from tongban.demo import names
from tongban.faces import ready
from tongban.ground import moment
from tongban.insight.indicators import durations as times
from tongban.insight.indicators.models import CaseFigure, DayFigure, SplitFigure
from tongban.insight.indicators.selectors import EVERYWHERE, Period
from tongban.insight.publicity import selectors as publicity
from tongban.procedures.cases import services
from tongban.procedures.cases.models import Case
from tongban.registry.parties.models import Department

pytestmark = [pytest.mark.django_db, pytest.mark.aside]
PAGES = ("/open/cases/", "/open/times/", "/open/data/")


@pytest.fixture(autouse=True)
def fresh_pages() -> Iterator[None]:
    ready.clear()
    publicity.closed_options.cache_clear()
    yield
    ready.clear()
    publicity.closed_options.cache_clear()


@pytest.fixture(scope="module")
def told(kept: Callable[[Callable[[], object]], object]) -> dict[str, uuid.UUID]:
    """One licence of a person granted, one of an organisation refused, one case open; all told to the figures."""

    def make() -> dict[str, uuid.UUID]:
        granted = builders.a_granted_case()
        refused = builders.a_case_to_decide(slug=names.ROAD_SLUG)
        basis = [{"instrument": "城市道路管理条例", "article": "第三十一条"}]
        approver = builders.approver_of(refused)
        services.decide(approver, refused, outcome="refused", facts="路口太近", reasons="影响通行", basis=basis)
        found = {"granted": granted, "refused": refused, "open": builders.a_submitted_case()}
        follow(list(found.values()))
        return found

    return kept(make)  # type: ignore[return-value]


def page(address: str, **values: Any) -> str:
    answer = Client().get(address, values, headers={"Accept-Language": "zh-CN"})
    assert answer.status_code == 200, address
    return answer.content.decode()


def shown(text: str) -> list[str]:
    """The numbers of the cases that a list shows."""
    return re.findall(r'href="/open/cases/([^"/?]+)/"', text)


def total(text: str) -> int:
    found = re.search(r'一共 <b class="num">([\d,]+)</b> 件', text)
    assert found
    return int(found[1].replace(",", ""))


def rows(address: str, **values: Any) -> list[dict[str, str]]:
    answer = Client().get(address, values)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(text)))


def test_only_decided_cases_are_listed_and_as_many_as_the_page_says(told: dict[str, uuid.UUID]) -> None:
    text = page("/open/cases/")
    assert set(shown(text)) == {hall.number(told["granted"]), hall.number(told["refused"])}
    assert total(text) == 2


@pytest.mark.parametrize("result", ["positive", "negative"])
def test_every_filter_lists_exactly_what_it_counts(told: dict[str, uuid.UUID], result: str) -> None:
    own = {"positive": "granted", "negative": "refused"}[result]
    figure = CaseFigure.objects.select_related("department", "option").get(case_id=told[own])
    month = f"{moment.today():%Y-%m}"
    for values in (
        {"result": result},
        {"department": figure.department.uscc},
        {"item": figure.option.slug},
        {"item": figure.option.slug, "month": month, "result": result, "department": figure.department.uscc},
    ):
        text = page("/open/cases/", **values)
        assert shown(text) == [hall.number(told[own])], values
        assert total(text) == 1
    assert total(page("/open/cases/", month="2019-01")) == 0


def test_an_organisation_stands_in_full_with_a_licence_and_a_person_never_does(told: dict[str, uuid.UUID]) -> None:
    for key, case_id in told.items():
        case = Case.objects.select_related("applicant_organisation", "applicant_person").get(id=case_id)
        if key == "open":
            assert Client().get(f"/open/cases/{case.number}/").status_code == 404
            continue
        text = page(f"/open/cases/{case.number}/")
        if case.applicant_person:
            assert case.applicant_person.name not in text
        if case.applicant_organisation:
            assert (case.applicant_organisation.name in text) == (key == "granted")
            assert (case.applicant_organisation.uscc in text) == (key == "granted")
        assert case.query_password not in text
    granted = page(f"/open/cases/{hall.number(told['granted'])}/")
    assert "决定书文号" in granted
    assert "取得的证照" in granted
    assert "取得的证照" not in page(f"/open/cases/{hall.number(told['refused'])}/")


def test_a_dispute_is_not_public_and_is_not_counted(told: dict[str, uuid.UUID]) -> None:
    option = CaseFigure.objects.get(case_id=told["granted"]).option
    for version in option.versions.all():
        version.__class__.objects.filter(pk=version.pk).update(
            content={**version.content, "legal_regime": "adjudication"}
        )
    publicity.closed_options.cache_clear()
    text = page("/open/cases/")
    assert shown(text) == [hall.number(told["refused"])]
    assert total(text) == 1
    assert Client().get(f"/open/cases/{hall.number(told['granted'])}/").status_code == 404


def test_pages_follow_each_other_by_key(told: dict[str, uuid.UUID]) -> None:
    first = publicity.results(publicity.Asked(), limit=1)
    second = publicity.results(publicity.Asked(), after=first.next, limit=1)
    assert {first.items[0].case_id, second.items[0].case_id} == {told["granted"], told["refused"]}
    assert second.next == ""
    assert [one.case_id for one in publicity.every_result(publicity.Asked(), block=1)] == [
        first.items[0].case_id,
        second.items[0].case_id,
    ]
    assert Client().get("/open/cases/", {"after": "nonsense"}).status_code == 404


@pytest.mark.parametrize(("address", "most"), [("/open/cases/", 11), ("/open/times/", 10), ("/open/data/", 4)])
def test_a_page_costs_few_queries_and_the_second_visitor_none(
    told: dict[str, uuid.UUID],
    address: str,
    most: int,
    django_assert_max_num_queries: Any,
    django_assert_num_queries: Any,
) -> None:
    with django_assert_max_num_queries(most):
        first = Client().get(address)
    with django_assert_num_queries(0):
        assert Client().get(address).content == first.content
    ready.current_stamp()
    with django_assert_max_num_queries(most):
        assert Client().get(address, {"month": "2026-11", "span": "month"}).status_code == 200


def test_a_case_of_its_own_costs_three_queries(told: dict[str, uuid.UUID], django_assert_max_num_queries: Any) -> None:
    number = hall.number(told["granted"])
    page(f"/open/cases/{number}/")
    with django_assert_max_num_queries(4):  # the stamp of publications, the case, its paper, its licences
        page(f"/open/cases/{number}/")


@pytest.mark.parametrize("address", PAGES)
def test_a_page_has_one_heading_no_inline_code_and_a_way_to_print(told: dict[str, uuid.UUID], address: str) -> None:
    text = re.sub(r'<link rel="canonical"[^>]*>|rel="license"', "", page(address))
    assert text.count("<h1") == 1
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\ssrc=)", text)
    for other in PAGES:
        assert f'href="{other}"' in text


def _many(option: CaseFigure, days: dict[str, int], on: Any) -> None:
    """So many decisions of one day in the roll-ups, by the days that they took."""
    place = {"region_no": option.region_no, "department_id": option.department_id, "option_id": option.option_id}
    n = sum(days.values())
    DayFigure.objects.update_or_create(
        day=on, **place, defaults={"granted": n, "timed": n, "used_days": n, "promised_days": 5 * n, "compared": n,
                                   "statutory_days": 20 * n, "overdue_promised": 1}
    )  # fmt: skip
    for key, count in days.items():
        SplitFigure.objects.create(day=on, measure="used_bucket", key=key, n=count, **place)


@pytest.mark.covers("APR-14")
def test_times_tell_the_middle_and_the_slow_and_nothing_of_few(told: dict[str, uuid.UUID]) -> None:
    figure = CaseFigure.objects.select_related("option", "department").get(case_id=told["granted"])
    other = CaseFigure.objects.select_related("option").get(case_id=told["refused"])
    yesterday = moment.today() - timedelta(days=1)
    _many(figure, {"1": 6, "3": 2, "8": 2}, yesterday)
    _many(other, {"0": 4}, yesterday)
    found = times.durations(EVERYWHERE, Period(yesterday, yesterday))
    first, second = found.items
    assert (first.name, first.decided, first.middle, first.slow) == (figure.option.name, 10, 1, 8)
    assert (first.promised, first.statutory, first.on_time) == (5.0, 20.0, 0.9)
    assert (second.few, second.middle, second.on_time) == (True, None, None)
    text = page("/open/times/")
    assert "少于 5" in text
    assert "8—9 天" in text
    assert "90.0%" in text
    narrowed = page("/open/times/", department=figure.department.uscc, span="month")
    assert figure.option.name in narrowed.partition("各部门")[0]
    assert other.option.name not in re.sub(r"<select.*?</select>", "", narrowed, flags=re.S)


def test_what_can_be_downloaded_is_what_the_pages_show(told: dict[str, uuid.UUID]) -> None:
    month = f"{moment.today():%Y-%m}"
    results = rows("/open/data/results.csv", month=month)
    assert {row["办件编号"] for row in results} == set(shown(page("/open/cases/")))
    assert {row["使用许可"] for row in results} == {"CC BY 4.0"}
    figures = [row for row in rows("/open/data/figures.csv") if row["月份"] == month]
    assert sum(int(row["作出决定（件）"]) for row in figures) == 2
    assert all(row["地区"] and row["部门"] for row in figures)
    assert any("超过承诺期限" in row["口径"] for row in rows("/open/data/definitions.csv"))
    assert isinstance(rows("/open/data/times.csv"), list)
    assert Client().get("/open/data/nothing.csv").status_code == 404
    page_text = page("/open/data/")
    for row in ("results", "figures", "times", "definitions"):
        assert f"/open/data/{row}.csv" in page_text
    for name in results[0]:
        assert name in page_text or name in ("数据日期", "使用许可")


def test_home_tells_yesterday_out_of_the_roll_ups(
    told: dict[str, uuid.UUID], django_assert_max_num_queries: Any
) -> None:
    figure = CaseFigure.objects.get(case_id=told["granted"])
    _many(figure, {"1": 6, "3": 2, "8": 2}, moment.today() - timedelta(days=1))
    with django_assert_max_num_queries(24):
        answer = Client().get("/", headers={"Accept-Language": "zh-CN", "Accept-Encoding": "gzip"})
    assert len(answer.content) < 50_000
    text = page("/")
    assert re.search(r'作出决定</h3><p class="value">10<small>', text)
    assert "按承诺期限办结" in text
    assert Department.objects.exists()
