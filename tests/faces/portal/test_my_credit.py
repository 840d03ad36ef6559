"""My credit: what is on record about me and whom I act for, what it means, and saying that it is wrong."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.faces.door import enter
from tests.registry.credit.test_services import a_fact, officer
from tests.support import builders
from tongban.ground import moment
from tongban.ground.ledger.selectors import events_of
from tongban.ground.policy import Principal
from tongban.registry.credit import dossiers, reactions, services
from tongban.registry.credit.models import CreditObjection, CreditRecord
from tongban.registry.credit.parties import Party
from tongban.registry.parties.models import UserAccount

pytestmark = [pytest.mark.django_db, pytest.mark.aside]

MINE = reverse("portal:my_credit")


def entered(who: Principal) -> Client:
    return enter(UserAccount.objects.get(person_id=who.person_id))


def of(record: CreditRecord) -> str:
    return reverse("portal:my_credit_record", args=[record.id])


def recorded(days: int = 150, **more: object) -> CreditRecord:
    """A breach of the resident that was recorded some days ago."""
    with moment.at(moment.now() - timedelta(days=days)):
        return services.record(a_fact(**more))  # type: ignore[arg-type]


@pytest.mark.covers("REG-10", "NTC-14")
def test_i_read_what_is_recorded_what_it_means_until_when_and_how_it_is_repaired() -> None:
    made, client = recorded(), entered(builders.resident())
    page = client.get(MINE).content.decode()
    for told in ("我本人", "信用等级 C", made.title, "有效期到", of(made), "等级怎么来的（55 分）"):
        assert told in page
    for use in dossiers.uses_of("C"):
        assert use.name in page
    detail = client.get(of(made)).content.decode()
    for told in (made.basis, "现在就可以修复", "提交异议", "不公示"):
        assert told in detail
    assert f'href="{MINE}"' in client.get("/my/").content.decode()


def test_an_organisation_that_i_act_for_stands_beside_me() -> None:
    who = next(p for p in (builders.resident(name) for name in ("沈知夏", "陆明远")) if p.organisations)
    key, name = who.organisations[0]
    made = recorded(party=Party(organisation_id=key), label=name, gravity="serious", title="停用消防设施")
    client = entered(who)
    page = client.get(MINE).content.decode()
    assert name in page
    assert "停用消防设施" in page
    assert "属于公示范围" in client.get(of(made)).content.decode()


def test_a_foreign_record_is_not_found_and_a_stranger_signs_in_first() -> None:
    made, stranger = recorded(), entered(builders.resident("沈知夏"))
    assert stranger.get(of(made)).status_code == 404
    assert stranger.post(of(made), {"words": "不对"}).status_code == 404
    assert stranger.get(reverse("portal:my_credit_record", args=[uuid.uuid4()])).status_code == 404
    assert made.title not in stranger.get(MINE).content.decode()
    assert CreditObjection.objects.filter(record=made).count() == 0
    assert Client().get(MINE).status_code in (302, 303)
    staff = enter(UserAccount.objects.get(staff__name="黄雅琴"))
    assert staff.get(MINE).status_code == 403


@pytest.mark.covers("REG-10")
def test_i_object_in_words_wait_until_a_day_and_read_the_answer_from_the_message() -> None:
    who, made = builders.resident(), recorded()
    client = entered(who)
    empty = client.post(of(made), {"words": "  "})
    assert empty.status_code == 422
    assert "请写明哪里不对" in empty.content.decode()
    long = client.post(of(made), {"words": "长" * 2001})
    assert long.status_code == 422
    assert "长" * 2001 in long.content.decode()
    sent = client.post(of(made), {"words": "那天已经换了灭火器，有发票"})
    assert (sent.status_code, sent["Location"]) == (303, of(made) + "?done=objected")
    page = client.get(sent["Location"]).content.decode()
    for told in ("异议收到了", "那天已经换了灭火器", "等答复，"):
        assert told in page
    assert "提交异议" not in page
    twice = client.post(of(made), {"words": "再说一次"})
    assert twice.status_code == 409
    assert "正在等答复" in twice.content.decode()
    objection = CreditObjection.objects.get(record=made)
    services.answer_objection(officer(), objection.id, upheld=False, answer="现场照片是当天拍的")
    for event in events_of("credit_record", made.id):
        if event.kind in reactions.TOLD:
            reactions.tell(event)
    assert f'href="{of(made)}"' in client.get("/my/messages/").content.decode()
    page = client.get(of(made)).content.decode()
    for told in ("异议不成立", "现场照片是当天拍的", "提交异议"):
        assert told in page


def test_what_is_repaired_stays_readable_and_counts_no_more() -> None:
    made = recorded()
    services.repair(officer(), made.id, reason="已换灭火器", basis="办法第十条")
    client = entered(builders.resident())
    page = client.get(MINE).content.decode()
    assert "现在没有还在影响办事的记录" in page
    assert "不再影响办事的记录（1 条）" in page
    detail = client.get(of(made)).content.decode()
    assert "已换灭火器" in detail
    assert "怎么修复" not in detail


def test_queries_do_not_grow_with_the_records(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    made, client = recorded(), entered(builders.resident())
    for n in range(12):
        recorded(key=f"more{n}")
    for path, most in ((MINE, 14), (of(made), 12)):
        client.get(path)
        with django_assert_max_num_queries(most):
            assert client.get(path).status_code == 200
