"""Every report: opens for supervision, asks the database a bounded number of times, and each figure is its list."""

from __future__ import annotations

import csv
import io
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.faces.desk.acts import hall
from tests.insight.indicators.test_figures import follow, histories
from tongban.demo import names
from tongban.insight.indicators.reports import REPORTS

pytestmark = [pytest.mark.django_db, pytest.mark.aside]
MOST_QUERIES = 16
FIGURE = re.compile(r'href="(/desk/reports/[a-z_]+/cases/\?[^"]+)">([\d,]+)<')


@pytest.fixture(scope="module")
def told(kept: Callable[[Callable[[], object]], object]) -> list[uuid.UUID]:
    def make() -> list[uuid.UUID]:
        made = histories()
        follow(made)
        return made

    return kept(make)  # type: ignore[return-value]


@pytest.fixture
def supervision(told: list[uuid.UUID]) -> Client:
    return hall.at(names.SUPERVISION_POST)


def test_the_list_names_every_report(supervision: Client) -> None:
    page = supervision.get("/desk/reports/").content.decode()
    for kept in REPORTS.values():
        assert f'href="/desk/reports/{kept.code}/"' in page
        assert kept.title in page


@pytest.mark.covers("APR-14", "APR-16", "WIN-09")
@pytest.mark.parametrize("code", REPORTS)
def test_a_report_opens_with_a_bounded_number_of_queries(supervision: Client, code: str) -> None:
    supervision.get(f"/desk/reports/{code}/")  # the process now knows the published versions
    with CaptureQueriesContext(connection) as asked:
        answer = supervision.get(f"/desk/reports/{code}/")
    assert answer.status_code == 200
    assert REPORTS[code].title in answer.content.decode()
    assert len(asked) <= MOST_QUERIES


@pytest.mark.parametrize("code", REPORTS)
def test_a_figure_that_leads_to_cases_counts_exactly_those(supervision: Client, code: str) -> None:
    page = supervision.get(f"/desk/reports/{code}/").content.decode()
    for address, figure in FIGURE.findall(page):
        cases = supervision.get(address.replace("&amp;", "&"))
        assert cases.status_code == 200
        assert cases.content.decode().count('<th scope="row" class="num">') == int(figure.replace(",", "")), address


def test_the_volumes_lead_to_cases(supervision: Client) -> None:
    assert FIGURE.findall(supervision.get("/desk/reports/volumes/").content.decode())


@pytest.mark.covers("APR-16")
def test_the_register_of_seals_names_the_case_of_every_use(supervision: Client, told: list[uuid.UUID]) -> None:
    page = supervision.get("/desk/reports/seals/").content.decode()
    assert "用印登记簿" in page
    assert hall.number(told[0]) in page


@pytest.mark.parametrize("code", REPORTS)
def test_the_file_holds_the_definitions_and_no_formula(supervision: Client, code: str) -> None:
    answer = supervision.get(f"/desk/reports/{code}/", {"format": "csv"})
    assert answer["Content-Type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][0] == REPORTS[code].title
    assert [row[0] for row in rows if row[:1] == ["口径"]] == ["口径"]
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "@")]


@pytest.mark.parametrize(
    "query",
    [{"first": "2026-02-30"}, {"first": "昨天"}, {"first": "2026-05-02", "last": "2026-05-01"}, {"last": "9" * 300}],
)
def test_a_period_that_cannot_be_is_said_and_the_report_still_shows(supervision: Client, query: Any) -> None:
    answer = supervision.get("/desk/reports/volumes/", query)
    assert answer.status_code == 422
    assert "办件总量" in answer.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/desk/reports/nothing/",
        "/desk/reports/volumes/cases/",
        "/desk/reports/volumes/cases/?list=nothing",
        "/desk/reports/volumes/cases/?list=decided&after=xx",
        "/desk/reports/seals/?after=xx",
    ],
)
def test_what_does_not_exist_is_not_found(supervision: Client, address: str) -> None:
    assert supervision.get(address).status_code == 404


@pytest.mark.parametrize("department", ["x", "9" * 40, "-1", "0"])
def test_an_invented_department_is_no_error(supervision: Client, department: str) -> None:
    assert supervision.get("/desk/reports/volumes/", {"department": department}).status_code == 200


def test_a_window_reads_no_reports(told: list[uuid.UUID]) -> None:
    window = hall.at(names.WINDOW_POST)
    assert window.get("/desk/reports/").status_code == 403
    assert window.get("/desk/reports/volumes/").status_code == 403
    assert window.get("/desk/reports/volumes/cases/?list=decided").status_code == 403
