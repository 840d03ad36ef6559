"""Imports at the desk: from the file to the list and back, every step an address that keeps what was chosen."""

from __future__ import annotations

import csv
import io
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.faces.door import enter, staff_account
from tests.registry.catalog.imports import files, scenes
from tongban.ground.ledger.chain import Actor
from tongban.ground.ledger.selectors import events_of
from tongban.registry.catalog.imports import opening, runs
from tongban.registry.catalog.models import CatalogueImport, HandlingOption
from tongban.registry.parties.models import Department, Region

pytestmark = [pytest.mark.django_db, pytest.mark.covers("CAT-12", "CAT-32"), pytest.mark.aside]
ACTOR = Actor("system", role="system")


@pytest.fixture
def steward() -> Client:
    return enter(staff_account("唐宇轩"))


def upload(browser: Client, content: bytes, name: str = "list.csv", **form: Any) -> HttpResponse:
    region = form.pop("region", str(scenes.city().pk))
    return browser.post("/desk/imports/new/", {"region": region, "file": SimpleUploadedFile(name, content), **form})


def worked(batch: CatalogueImport) -> CatalogueImport:
    """What the job process does next with it."""
    runs.survey(batch.pk)
    runs.check(batch.pk, ACTOR)
    runs.apply(batch.pk, ACTOR)
    batch.refresh_from_db()
    return batch


def surveyed(browser: Client, content: bytes, name: str = "list.csv", **form: Any) -> CatalogueImport:
    assert upload(browser, content, name, **form).status_code == 303
    return worked(CatalogueImport.objects.latest("begun_at"))


def columns(batch: CatalogueImport, **changed: str) -> dict[str, str]:
    """The form of the columns as it is proposed, with some choices of one's own by heading."""
    fields = {heading: key for key, heading in batch.mapping.items()}
    headings = batch.survey["headings"]
    return {f"column-{n}": changed.get(heading, fields.get(heading, "")) for n, heading in enumerate(headings)}


def checked(browser: Client, batch: CatalogueImport, **changed: str) -> CatalogueImport:
    answer = browser.post(f"/desk/imports/{batch.pk}/columns/", columns(batch, **changed))
    assert answer.status_code == 303, answer.content.decode()
    return worked(batch)


def page(browser: Client, batch: CatalogueImport, rest: str = "") -> str:
    return browser.get(f"/desk/imports/{batch.pk}/{rest}").content.decode()


def test_a_list_goes_from_the_file_to_the_catalogue_and_back(steward: Client) -> None:
    batch = surveyed(steward, files.one_sheet(files.table(files.rows(4))), "清单.xlsx", source="试验清单")
    assert "表头读好了" in page(steward, batch)
    shown = page(steward, batch, "columns/")
    assert "第1号事项 ｜ 第2号事项" in shown
    assert checked(steward, batch).state == "checked"
    assert "新增 4，更新 0，未变 0，跳过 0" in page(steward, batch)
    assert steward.post(f"/desk/imports/{batch.pk}/apply/").status_code == 303
    assert worked(batch).state == "applied"
    option = HandlingOption.objects.get(code="1133990000TEST0001")
    assert (option.last_import_id, option.listing["source"]) == (batch.pk, "试验清单")
    assert "移出清单" in page(steward, batch, "undo/")
    assert steward.post(f"/desk/imports/{batch.pk}/undo/").status_code == 303
    batch.refresh_from_db()
    assert batch.state == "undone"
    assert HandlingOption.objects.get(pk=option.pk).retired_at is not None
    kinds = [event.kind for event in events_of("catalogue_import", batch.pk)]
    assert kinds == ["catalogue_import.checked", "catalogue_import.applied", "catalogue_import.undone"]


def test_every_step_orders_its_job(steward: Client) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    batch = checked(steward, surveyed(steward, files.as_csv(files.rows(1))))
    steward.post(f"/desk/imports/{batch.pk}/apply/")
    jobs = ProcrastinateJob.objects.filter(task_name__startswith="catalog.", queueing_lock__endswith=str(batch.pk))
    assert set(jobs.values_list("task_name", flat=True)) == {
        "catalog.survey_import", "catalog.check_import", "catalog.apply_import",
    }  # fmt: skip


def test_pressed_twice_it_is_done_once(steward: Client) -> None:
    batch = checked(steward, surveyed(steward, files.as_csv(files.rows(2))))
    for _ in range(2):
        assert steward.post(f"/desk/imports/{batch.pk}/apply/").status_code == 303
    worked(batch)
    assert steward.post(f"/desk/imports/{batch.pk}/apply/").status_code == 303
    runs.apply(batch.pk, ACTOR)  # the job runs again after its process died
    assert [event.kind for event in events_of("catalogue_import", batch.pk)].count("catalogue_import.applied") == 1


def test_a_job_that_was_cut_off_leaves_nothing_half_and_goes_on(steward: Client, monkeypatch: Any) -> None:
    batch = checked(steward, surveyed(steward, files.as_csv(files.rows(3))))
    before = scenes.state()
    steward.post(f"/desk/imports/{batch.pk}/apply/")

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("tongban.registry.catalog.imports.runs._append", dies)
        with pytest.raises(KeyboardInterrupt):
            runs.apply(batch.pk, ACTOR)
    assert scenes.state() == before
    batch.refresh_from_db()
    assert batch.state == "applying"
    assert worked(batch).state == "applied"


def test_a_broken_file_is_told_and_loads_nothing(steward: Client) -> None:
    batch = surveyed(steward, files.one_sheet(files.table(files.rows(3)))[:900], "cut.xlsx")
    assert batch.state == "faulty"
    shown = page(steward, batch)
    assert "文件不完整或已经损坏" in shown
    assert "一行也没有导入" in shown


def test_faults_are_shown_and_downloaded_by_row_and_column(steward: Client) -> None:
    rows = [files.row(1), files.row(2, 事项类型="=行政处罚"), files.row(3, 到办事现场次数="多次")]
    batch = checked(steward, surveyed(steward, files.as_csv(rows)))
    assert (batch.state, batch.faults_total) == ("faulty", 2)
    shown = page(steward, batch)
    assert "第 3 行" in shown
    assert "到办事现场次数" in shown
    answer = steward.get(f"/desk/imports/{batch.pk}/faults.csv")
    table = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert [row[:2] for row in table] == [["行", "列"], ["3", "事项类型"], ["4", "到办事现场次数"]]


def test_columns_can_be_chosen_left_out_and_are_remembered(steward: Client) -> None:
    headings = ["甲", "乙", "丙", "丁", "戊"]
    record = {"甲": "COL-1", "乙": "自定标题", "丙": "公共服务", "丁": "云溪市民政局", "戊": "秘密"}
    content = files.as_csv([record], headings=headings)
    batch = surveyed(steward, content)
    chosen = {"甲": "item_code", "乙": "item_name", "丙": "item_type", "丁": "department", "戊": "-"}
    batch = checked(steward, batch, **chosen)
    assert batch.state == "checked"
    steward.post(f"/desk/imports/{batch.pk}/apply/")
    worked(batch)
    assert "other" not in HandlingOption.objects.get(code="COL-1").listing
    again = surveyed(steward, content, "again.csv")
    assert again.mapping == {key: heading for heading, key in chosen.items() if key != "-"}
    assert again.left_out == ["戊"]


def test_one_field_for_two_columns_is_refused_and_nothing_chosen_is_lost(steward: Client) -> None:
    batch = surveyed(steward, files.as_csv(files.rows(1)))
    form = columns(batch, 备注="item_name", 办件类型="-")
    answer = steward.post(f"/desk/imports/{batch.pk}/columns/", form)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "「事项名称」选了不止一列" in shown
    assert shown.count("这一项选了不止一列") == 2
    assert '<option value="-" selected>' in shown


def test_a_column_that_is_needed_is_asked_for(steward: Client) -> None:
    batch = surveyed(steward, files.as_csv(files.rows(1)))
    answer = steward.post(f"/desk/imports/{batch.pk}/columns/", columns(batch, 实施主体=""))
    assert answer.status_code == 422
    assert "还没有指出「实施主体」在哪一列" in answer.content.decode()


def test_unknown_departments_are_matched_or_made_and_remembered(steward: Client) -> None:
    rows = [files.row(1, 实施主体="民政口"), files.row(2, 实施主体="云溪市侨务办公室")]
    batch = checked(steward, surveyed(steward, files.as_csv(rows)))
    assert (batch.state, [one["name"] for one in batch.unmatched]) == ("faulty", ["民政口", "云溪市侨务办公室"])
    assert "核对部门" in page(steward, batch)
    known = Department.objects.get(name="云溪市民政局")
    form = {"department-0": str(known.pk), "rest": "make"}
    assert steward.post(f"/desk/imports/{batch.pk}/departments/", form).status_code == 303
    assert worked(batch).state == "checked"
    steward.post(f"/desk/imports/{batch.pk}/apply/")
    worked(batch)
    assert HandlingOption.objects.get(code="1133990000TEST0001").item.authority_id == known.pk
    assert Department.objects.filter(name="云溪市侨务办公室").count() == 1
    again = surveyed(steward, files.as_csv([files.row(3, 实施主体="民政口")]), "again.csv")
    assert checked(steward, again).state == "checked"


def test_a_department_that_nobody_may_choose_is_refused(steward: Client) -> None:
    batch = checked(steward, surveyed(steward, files.as_csv([files.row(1, 实施主体="民政口")])))
    answer = steward.post(f"/desk/imports/{batch.pk}/departments/", {"department-0": "999999"})
    assert answer.status_code == 422
    assert "选的部门不存在" in answer.content.decode()


def test_nothing_to_change_offers_nothing_to_do(steward: Client, tmp_path: Path) -> None:
    scenes.bring(scenes.listing(tmp_path, files.rows(2)))
    batch = checked(steward, surveyed(steward, files.as_csv(files.rows(2))))
    shown = page(steward, batch)
    assert "没有要导入的" in shown
    assert "/apply/" not in shown


def test_undo_names_what_rests_on_it(steward: Client, tmp_path: Path) -> None:
    batch = checked(steward, surveyed(steward, files.as_csv(files.rows(2))))
    steward.post(f"/desk/imports/{batch.pk}/apply/")
    worked(batch)
    scenes.bring(scenes.listing(tmp_path, [files.row(2, 到办事现场次数="0")], "later.csv"))
    answer = steward.post(f"/desk/imports/{batch.pk}/undo/")
    assert answer.status_code == 422
    assert "后来的导入“later.csv”又改过它" in answer.content.decode()
    batch.refresh_from_db()
    assert batch.state == "applied"


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, "还没有选文件"),
        ({"file": SimpleUploadedFile("a.csv", b""), "region": "1"}, ""),
        ({"file": SimpleUploadedFile("a.csv", b"x"), "region": "999999"}, "没有选清单的地区"),
        ({"file": SimpleUploadedFile("a.csv", b"x"), "region": "x", "source": "长" * 101}, "没有选清单的地区"),
    ],
)
def test_a_form_that_lacks_something_comes_back_with_what_was_typed(
    steward: Client, form: dict[str, Any], words: str
) -> None:
    answer = steward.post("/desk/imports/new/", {"source": "我的清单", **form})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    if "source" not in form:
        assert "我的清单" in answer.content.decode()


def test_a_body_beyond_the_limit_is_refused_before_it_is_read(steward: Client) -> None:
    told = str(opening.MOST_BYTES + 3 * 1024 * 1024)
    for address in ("/desk/imports/new/", "/search/"):
        answer = steward.post(address, data=b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=told)
        assert answer.status_code == 413
        assert "最多收" in answer.content.decode()


def test_only_a_steward_may_hand_in_a_body_of_hundreds_of_megabytes(client: Client) -> None:
    told = str(290 * 1024 * 1024)
    answer = client.post(
        "/desk/imports/new/", data=b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=told
    )
    assert answer.status_code == 413


def test_the_progress_asks_again_until_the_job_has_ended(steward: Client) -> None:
    upload(steward, files.as_csv(files.rows(1)))
    batch = CatalogueImport.objects.latest("begun_at")
    running = steward.get(f"/desk/imports/{batch.pk}/progress/")
    assert 'hx-trigger="every 1s"' in running.content.decode()
    worked(batch)
    assert steward.get(f"/desk/imports/{batch.pk}/progress/")["HX-Refresh"] == "true"


def test_an_import_whose_job_died_for_good_can_go_on(steward: Client) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    batch = surveyed(steward, files.as_csv(files.rows(1)))
    steward.post(f"/desk/imports/{batch.pk}/columns/", columns(batch))
    assert "后台任务停了" not in page(steward, batch)
    own = ProcrastinateJob.objects.filter(queueing_lock=f"catalog.check_import:{batch.pk}")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE queueing_lock LIKE %s", [f"%{batch.pk}"])
    assert steward.get(f"/desk/imports/{batch.pk}/progress/")["HX-Refresh"] == "true"
    assert "后台任务停了" in page(steward, batch)
    for _ in range(2):
        assert steward.post(f"/desk/imports/{batch.pk}/resume/").status_code == 303
    assert own.filter(status="todo").count() == 1
    assert worked(batch).state == "checked"


def test_imports_are_listed_in_two_queries(
    steward: Client, tmp_path: Path, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    from tests.support.builders import staff
    from tongban.registry.catalog.imports import selectors

    for n in range(3):
        scenes.bring(scenes.listing(tmp_path, [files.row(n)], f"{n}.csv"))
    principal = staff("唐宇轩")
    with django_assert_num_queries(2):
        listing = selectors.imports(principal)
    assert [line.file_name for line in listing.items[:3]] == ["2.csv", "1.csv", "0.csv"]


@pytest.mark.parametrize("name", ["苏静姝", "顾晚晴", "韩野"])
def test_nobody_else_may_import(name: str) -> None:
    browser = enter(staff_account(name))
    assert browser.get("/desk/imports/").status_code == 403
    assert upload(browser, files.as_csv(files.rows(1))).status_code == 403


def test_an_import_of_another_region_is_not_found(steward: Client, tmp_path: Path) -> None:
    _, key = scenes.bring(scenes.listing(tmp_path, files.rows(1)))
    other = Region.objects.create(code="330000", name="省", level="province", no=1, end_no=1)
    CatalogueImport.objects.filter(pk=key).update(region=other, region_no=other.no)
    for rest in ("", "columns/", "undo/", "faults.csv", "progress/"):
        assert steward.get(f"/desk/imports/{key}/{rest}").status_code == 404
    assert steward.post(f"/desk/imports/{key}/undo/").status_code == 404
    assert steward.get(f"/desk/imports/{uuid.uuid4()}/").status_code == 404


def test_the_report_leads_to_the_items_behind_each_figure(steward: Client) -> None:
    report = steward.get("/desk/quality/").content.decode()
    assert "element=visits&amp;state=empty&amp;unit=0" in report
    rows = steward.get("/desk/quality/rows/?element=promised&state=contradictory").content.decode()
    assert "建设工程规划核实" in rows
    assert "改原清单，再导入" in rows
    assert steward.get("/desk/quality/rows/?element=x&state=empty").status_code == 404
    assert "受理条件" in steward.get("/desk/quality/?more=1").content.decode()


def test_the_log_is_a_page_of_the_steward(steward: Client) -> None:
    shown = steward.get("/desk/publications/").content.decode()
    assert "listed_items.csv" in shown
    assert "唐宇轩" in shown
