"""Operations, audit and people: figures that are there, verdicts that can fail, pages that stay closed to others."""

from __future__ import annotations

import pytest
from django.db import connection
from django.urls import reverse

from tests.faces.desk import builders
from tongban.faces.desk.views.administration import READERS
from tongban.ground.documents.models import Document
from tongban.ground.documents.services import wait
from tongban.ground.ledger import consumers

pytestmark = [pytest.mark.django_db, pytest.mark.aside]

SYSTEM, AUDITOR = "YX0901", "YX0903"


def test_the_audit_of_a_case_shows_its_events_with_a_whole_chain() -> None:
    case = builders.a_case_in_review()
    text = builders.at_desk(AUDITOR).get(reverse("desk:audit"), {"q": case.number}).content.decode()
    assert "链完整" in text
    assert "case.accepted" in text
    assert "顾晚晴" in text


def test_the_audit_finds_a_head_that_was_set_back() -> None:
    case = builders.a_case_in_review()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET head = '\\x00' WHERE id = %s", [case.pk])
    text = builders.at_desk(AUDITOR).get(reverse("desk:audit"), {"q": case.number}).content.decode()
    assert "链有问题" in text
    assert "链完整" not in text


def test_an_unknown_number_is_told_beside_the_field() -> None:
    answer = builders.at_desk(AUDITOR).get(reverse("desk:audit"), {"q": "YX2000-0101-000001"})
    assert answer.status_code == 422
    assert "没有这个办件编号" in answer.content.decode()


def test_the_operations_page_shows_a_paper_that_waits_and_why() -> None:
    builders.a_case_received()
    paper = Document.objects.order_by("-id").first()
    assert paper is not None
    wait(paper.pk, "字库里没有「㼆」字，请安装含有这个字的字体")
    text = builders.at_desk(SYSTEM).get(reverse("desk:operations")).content.decode()
    assert "字库里没有「㼆」字" in text
    assert "ledger.sealer" in text


def test_the_people_page_lists_posts_with_powers_and_holders() -> None:
    text = builders.at_desk(SYSTEM).get(reverse("desk:people"), {"q": "许知行"}).content.decode()
    assert "卫生许可审批岗" in text
    assert "许知行" in text


@pytest.mark.parametrize("name", ["desk:operations", "desk:audit", "desk:people"])
def test_a_clerk_may_not_open_the_administration(name: str) -> None:
    assert builders.at_desk(builders.CLERK).get(reverse(name)).status_code == 403


def test_every_reader_of_the_ledger_has_a_name_that_says_what_it_does() -> None:
    assert set(consumers.names()) <= set(READERS)
    page = builders.at_desk(SYSTEM).get(reverse("desk:operations")).content.decode()
    assert "搜索索引" in page
