"""The public list, its open data, and the honest guide of what is handled elsewhere."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.faces.door import enter, resident_account
from tests.registry.catalog.imports import files, scenes
from tongban.demo import names
from tongban.faces import ready
from tongban.ground.moment import today
from tongban.registry.catalog import directory, selectors
from tongban.registry.catalog.directory import Filters
from tongban.registry.catalog.imports import services
from tongban.registry.catalog.models import HandlingOption
from tongban.registry.parties.models import Department

pytestmark = [pytest.mark.django_db, pytest.mark.covers("CAT-25"), pytest.mark.aside]
HEADINGS = (
    *files.HEADINGS, "办理地点", "办理时间", "咨询方式", "网办地址", "申请材料", "受理条件", "设定依据", "服务对象",
    "办理系统",
)  # fmt: skip
RICH = {
    "办理地点": "试验路 1 号", "办理时间": "工作日", "咨询方式": "0500-1234567、12345", "网办地址": "https://a.example/x",
    "申请材料": "申请表\n身份证", "受理条件": "年满 18 岁", "设定依据": "《试验法》第一条（未核对）",
    "服务对象": "外星人", "办理系统": "省试验系统", "备注": "经办人 13800002046",
}  # fmt: skip


@pytest.fixture(autouse=True)
def fresh_pages() -> Iterator[None]:
    ready.clear()
    yield
    ready.clear()


def listed(folder: Path, **record: Any) -> HandlingOption:
    """A listed option with this row."""
    content = files.as_csv([files.row(1, **record)], headings=HEADINGS)
    found, _ = scenes.bring(files.written(folder, "one.csv", content))
    assert found.good
    ready.clear()
    return HandlingOption.objects.get(code="1133990000TEST0001")


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_list_tells_its_true_number_and_leads_to_every_guide(client: Client) -> None:
    page = text(client, "/items/")
    counts = directory.counts(Filters(), selectors.publication_stamp())
    assert f"一共 {counts.total} 项，其中 {counts.by['standing']['configured']} 项能在这里办" in page
    assert f"/guide/{names.HYGIENE_SLUG}/" in page
    assert f"行政许可（{counts.by['item_type']['licensing']}）" in page


def test_filters_are_kept_told_and_taken_off_by_a_link(client: Client) -> None:
    page = text(client, "/items/?type=award&audience=person")
    assert '<option value="award" selected>' in page
    assert 'href="?audience=person"' in page
    assert "/items/items.csv?type=award&amp;audience=person" in page
    nothing = text(client, "/items/?type=award&theme=tax&stage=home")
    assert "没有符合这些条件的事项" in nothing
    assert "tel:12345" in nothing


@pytest.mark.parametrize(
    "query", ["type=nothing", "unit=x", "unit=99999999999999", "region=<b>", "after=zzz", "audience=%00"]
)
def test_filters_that_nobody_could_choose_do_no_harm(client: Client, query: str) -> None:
    assert client.get(f"/items/?{query}").status_code in (200, 422)


def test_a_filtered_page_costs_few_queries(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    client.get("/items/?theme=housing")
    with django_assert_num_queries(2):
        client.get("/items/?theme=housing&audience=person")


def test_paging_goes_on_behind_the_last_one(client: Client) -> None:
    first = client.get("/items/?type=licensing")
    page = first.context["page"]
    second = client.get(f"/items/?type=licensing&after={page.next}")
    assert not {row.slug for row in first.context["rows"]} & {row.slug for row in second.context["rows"]}


def test_a_theme_is_the_list_of_that_theme(client: Client) -> None:
    page = client.get("/themes/tax/")
    assert page.context["total"] == directory.counts(Filters(theme="tax"), selectors.publication_stamp()).total
    assert "纳税缴费" in page.content.decode()


def test_an_import_is_on_the_list_at_once_and_an_undo_takes_it_off(client: Client, tmp_path: Path) -> None:
    before = client.get("/items/").context["total"]
    _, key = scenes.bring(scenes.listing(tmp_path, files.rows(2)))
    ready.clear()
    assert client.get("/items/").context["total"] == before + 2
    assert key is not None
    services.take_back(key, scenes.OPERATOR)
    ready.clear()
    assert client.get("/items/").context["total"] == before


def test_the_guide_of_a_listed_option_says_what_is_told_and_where(client: Client, tmp_path: Path) -> None:
    option = listed(tmp_path, **RICH)
    page = text(client, f"/guide/{option.slug}/")
    for words in ("尚未在本平台配置", "试验路 1 号", "申请表", "年满 18 岁", "省试验系统", "云溪市政务服务事项清单"):
        assert words in page
    assert 'href="https://a.example/x" rel="noopener noreferrer nofollow"' in page
    assert 'href="tel:05001234567"' in page
    assert "《试验法》第一条" in page
    assert "条文核对中" in page
    assert "（未核对）" not in page
    assert "外星人" in page  # an element of every list, in its own words
    assert "13800002046" not in page  # a column that nobody knows is not published
    assert f"{today().isoformat()} 更新到本平台" in page
    assert "收不收费、办成以后拿到什么" in page  # what the list does not tell


def test_where_nothing_is_told_the_department_the_hall_and_12345_help(client: Client, tmp_path: Path) -> None:
    option = listed(tmp_path)
    page = text(client, f"/guide/{option.slug}/")
    unit = Department.objects.get(short_name=names.CIVIL_AFFAIRS)
    assert unit.phone in page
    assert unit.address in page
    assert "清单没有写办理地点" in page
    Department.objects.filter(pk=unit.pk).update(phone="", address="")
    ready.clear()
    bare = text(client, f"/guide/{option.slug}/")
    assert "云溪市政务服务中心" in bare
    assert 'href="tel:12345"' in bare


def test_nobody_can_apply_for_it_and_nobody_meets_a_dead_end(client: Client, tmp_path: Path) -> None:
    option = listed(tmp_path, **RICH)
    for visitor in (client, enter(resident_account())):
        page = text(visitor, f"/apply/{option.slug}/")
        assert "这个事项不能在这里提交申请" in page
        assert "试验路 1 号" in page
    assert client.post(f"/apply/{option.slug}/").status_code == 200


def test_a_listed_guide_is_a_ready_page(
    client: Client, tmp_path: Path, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    option = listed(tmp_path)
    first = client.get(f"/guide/{option.slug}/")
    with django_assert_num_queries(0):
        assert client.get(f"/guide/{option.slug}/").content == first.content


def test_what_has_left_the_list_is_not_found(client: Client, tmp_path: Path) -> None:
    option = listed(tmp_path)
    services.take_back(option.last_import_id, scenes.OPERATOR)
    ready.clear()
    for address in (f"/guide/{option.slug}/", f"/apply/{option.slug}/"):
        assert client.get(address).status_code == 404


def test_open_data_is_the_filtered_list_with_licence_and_day(client: Client) -> None:
    total = directory.counts(Filters(item_type="award"), selectors.publication_stamp()).total
    answer = client.get("/items/items.csv?type=award")
    assert 'rel="license"' in answer["Link"]
    assert today().strftime("%Y%m%d") in answer["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert len(rows) == total
    assert {(row["使用许可"], row["数据日期"]) for row in rows} == {("CC BY 4.0", today().isoformat())}
    data = json.loads(client.get("/items/items.json?type=award").getvalue())
    assert (data["licence"], data["date"], len(data["items"])) == ("CC BY 4.0", today().isoformat(), total)
    assert {item["item_type"] for item in data["items"]} == {"award"}


def test_open_data_holds_what_is_handled_here_too_and_no_unknown_column(client: Client, tmp_path: Path) -> None:
    listed(tmp_path, **RICH, 事项名称="=1+1")
    raw = client.get("/items/items.json").getvalue().decode()
    items = {item["name"]: item for item in json.loads(raw)["items"]}
    assert items["公共场所卫生许可（新办）"]["standing"] == "configured"
    assert items["=1+1"]["standing"] == "listed"
    table = client.get("/items/items.csv").getvalue().decode()
    assert "'=1+1" in table
    assert "13800002046" not in raw + table


def test_open_data_is_not_taken_again_and_again(client: Client) -> None:
    for _ in range(30):
        assert client.get("/items/items.json?type=adjudication&theme=tax").status_code == 200
    assert client.get("/items/items.json?type=adjudication").status_code == 429
