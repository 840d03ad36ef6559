"""The trial run at the desk: dates, the old system's list whole or not at all, the comparison, the file."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.faces.door import enter, staff_account
from tests.support import builders
from tongban.faces.desk import trial_run
from tongban.ground import moment
from tongban.ground.ledger.selectors import events_of
from tongban.insight.trials.models import TrialCase, TrialList
from tongban.insight.trials.rules import Counts
from tongban.procedures.cases.models import Case

pytestmark = [pytest.mark.django_db, pytest.mark.covers("WIN-23"), pytest.mark.aside]
SUPERVISOR, ADMINISTRATOR, CLERK = "程怀瑾", "魏承志", "顾晚晴"
HEADINGS = ["旧系统编号", "事项", "申请人", "受理时间", "办结时间", "结果"]
MOST_QUERIES = 12


@pytest.fixture
def case() -> Case:
    """A granted case of 陆明远, decided today."""
    return Case.objects.select_related("version__option__item").get(pk=builders.a_granted_case())


def row(case: Case, number: str = "OLD-1", **changed: str) -> list[str]:
    """The case as the old system tells it."""
    today = moment.today().isoformat()
    told = dict(zip(HEADINGS, (number, case.version.option.item.code, "陆明远", today, today, "准予"), strict=True))
    return [*(told | changed).values()]


def upload(client: Client, *rows: list[str], name: str = "旧系统.csv", encoding: str = "gb18030") -> HttpResponse:
    out = io.StringIO()
    csv.writer(out).writerows([HEADINGS, *rows])
    file = SimpleUploadedFile(name, out.getvalue().encode(encoding))
    return client.post(reverse("desk:trial_run"), {"what": "list", "file": file})  # type: ignore[return-value]


def begin(client: Client, months: str = "3", **more: str) -> HttpResponse:
    values = {
        "what": "span",
        "start": moment.today().isoformat(),
        "months": months,
        "basis": "云溪市试运行方案",
        **more,
    }
    return client.post(reverse("desk:trial_run"), values)  # type: ignore[return-value]


def page(client: Client) -> str:
    return client.get(reverse("desk:trial_run")).content.decode()


def test_supervisors_and_administrators_come_in_and_nobody_else() -> None:
    for name, status in ((SUPERVISOR, 200), (ADMINISTRATOR, 200), (CLERK, 403)):
        assert enter(staff_account(name)).get(reverse("desk:trial_run")).status_code == status
    assert "试运行" in page(enter(staff_account(SUPERVISOR))).partition("<main")[0]
    assert enter(staff_account(ADMINISTRATOR)).get(reverse("desk:trial_run_file")).status_code == 403
    assert enter(staff_account(SUPERVISOR)).get(reverse("desk:trial_run_file")).status_code == 404


def test_the_dates_are_a_parameter_and_may_be_corrected_on_the_same_day() -> None:
    client = enter(staff_account(SUPERVISOR))
    assert begin(client).status_code == 303
    first = moment.today() - timedelta(days=30)
    assert begin(client, start=first.isoformat(), months="2").status_code == 303
    assert first.isoformat() in page(client)
    for wrong in ({"months": "0"}, {"months": "三"}, {"start": "下周"}):
        answer = begin(client, **wrong)
        assert answer.status_code == 422
        assert "aria-invalid" in answer.content.decode()


def test_a_list_is_compared_and_says_in_one_sentence_whether_to_switch(case: Case) -> None:
    client = enter(staff_account(SUPERVISOR))
    begin(client)
    assert upload(client, row(case), encoding="utf-8").status_code == 303
    assert "目前一致（100.0%），没有漏件" in page(client)
    begin(client, start=(moment.today() - timedelta(days=60)).isoformat())
    upload(client, row(case), row(case, "OLD-2", 申请人="沈知夏"), row(case, "OLD-3", 申请人="周国强", 结果="不予"))
    text = page(client)
    assert "还不能切换：旧系统里有 2 件本系统没有" in text
    assert "OLD-2" in text
    assert "沈*夏" in text
    assert "沈知夏" not in text
    upload(client, row(case, 结果="不予"))
    assert "1 件结果不一样" in page(client)


def test_the_same_file_twice_changes_nothing_and_a_new_one_replaces_the_old(case: Case) -> None:
    client = enter(staff_account(SUPERVISOR))
    begin(client)
    upload(client, row(case))
    assert upload(client, row(case))["Location"].endswith("?done=same")
    assert TrialList.objects.count() == 1
    upload(client, row(case, "OLD-9"))
    assert [*TrialCase.objects.values_list("old_number", flat=True)] == ["OLD-9"]
    stored = "SELECT applicant FROM trials_trialcase"
    with connection.cursor() as cursor:
        cursor.execute(stored)
        assert cursor.fetchone()[0].startswith("enc:")


def test_one_fault_and_no_row_is_loaded(case: Case) -> None:
    client = enter(staff_account(SUPERVISOR))
    begin(client)
    upload(client, row(case))
    answer = upload(client, row(case, "OLD-2"), row(case, "OLD-3", 事项="没有的事项", 结果="不知道"))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "有 2 处错误，一行也没有读入" in text
    assert "第 3 行" in text
    assert "本站没有这个事项" in text
    assert [*TrialCase.objects.values_list("old_number", flat=True)] == ["OLD-1"]
    for file in (None, SimpleUploadedFile("图.csv", b"\x89PNG\r\n"), SimpleUploadedFile("空.csv", b"")):
        values: dict[str, Any] = {"what": "list"} | ({"file": file} if file else {})
        assert client.post(reverse("desk:trial_run"), values).status_code == 422


def test_each_read_of_names_is_on_record_and_the_number_of_queries_is_bounded(case: Case) -> None:
    client = enter(staff_account(SUPERVISOR))
    begin(client)
    upload(client, *[row(case, f"OLD-{n}", 申请人=f"周国{n}") for n in range(30)])
    with CaptureQueriesContext(
        connection,
    ) as told:
        page(client)
    assert len(told) <= MOST_QUERIES
    read = TrialList.objects.get()
    assert [event.kind for event in events_of("trial_list", read.pk)] == ["trial_list.loaded", "trial_list.read"]
    file = client.get(reverse("desk:trial_run_file"))
    lines = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert sum(line[:1] == ["只在旧系统"] for line in lines) == 30
    assert "周国" not in file.content.decode("utf-8-sig")
    assert events_of("trial_list", read.pk)[-1].body["how"] == "file"


def test_when_the_months_are_over_and_all_is_equal_the_switch_is_justified() -> None:
    justified, sentence = trial_run.verdict(Counts(equal=99, time=1), over=True)
    assert justified
    assert sentence == "可以切换：试运行期满，没有漏件，结果都一样，99.0% 的办件完全一致。"


def test_an_administrator_sees_counts_and_no_case(case: Case) -> None:
    client = enter(staff_account(ADMINISTRATOR))
    begin(client)
    assert upload(client, row(case, "OLD-7", 申请人="周国强")).status_code == 303
    text = page(client)
    assert "还不能切换" in text
    assert "OLD-7" not in text
    assert "周*强" not in text
