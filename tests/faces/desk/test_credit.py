"""The credit officer's pages: find, read and explain, enter, repair, answer, push; each post sees what it may."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.faces.desk.builders import APPROVER, CLERK, at_desk, resident, resident_principal
from tests.registry.credit.test_services import a_fact
from tongban.ground import moment
from tongban.ground.calendars.selectors import calendar_of
from tongban.ground.ledger.selectors import events_of
from tongban.registry.credit import dossiers, pushing, selectors, services
from tongban.registry.credit.models import CreditObjection, CreditPush, CreditRecord
from tongban.registry.credit.parties import Party
from tongban.registry.parties.models import Organisation
from tongban.registry.parties.selectors import access_history

pytestmark = [pytest.mark.django_db, pytest.mark.aside]

OFFICER, WHO = "YX0128", "陆明远"
GIVEN = {
    "key": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
    "kind": "imported_bad",
    "gravity": "minor",
    "title": "逾期未报年度报告",
    "source": "云溪市市场监督管理局",
    "paper_number": "云市监信〔2026〕9号",
    "on": "2026-01-05",
    "basis": "企业信息公示暂行条例第十七条",
}


def at(name: str, *args: object) -> str:
    return reverse(f"desk:{name}", args=args)


def recorded(**more: object) -> CreditRecord:
    """A breach of the resident, entered 150 days ago: it counts, and it may be repaired."""
    with moment.at(moment.now() - timedelta(days=150)):
        return services.record(a_fact(**more))  # type: ignore[arg-type]


def of_a_body(**more: object) -> CreditRecord:
    """A breach of an organisation."""
    body = Organisation.objects.order_by("uscc").first()
    assert body is not None
    return recorded(party=Party(organisation_id=body.pk), label=body.name, **more)


def dossier(who: str = WHO) -> str:
    return at("credit_party", "person", resident(who).id)


def text(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    return response.content.decode()


def test_every_page_is_closed_to_a_post_without_the_permission() -> None:
    made, party = recorded(), resident(WHO).id
    pages = [at("credit"), at("credit_objections"), at("credit_pushes"), at("credit_record", made.id)]
    pages += [at("credit_party", "person", party), at("credit_new", "person", party)]
    clerk = at_desk(CLERK)
    assert {page: clerk.get(page).status_code for page in pages} == dict.fromkeys(pages, 403)
    assert clerk.post(at("credit_find"), {"q": "云溪"}).status_code == 403
    assert clerk.post(at("credit_record", made.id), {"command": "repair"}).status_code == 403
    assert at("credit") not in text(clerk, "/desk/window/")
    officer = at_desk(OFFICER)
    assert {page: officer.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)
    assert f'href="{at("credit")}"' in text(officer, at("credit"))


def test_an_approver_reads_the_records_of_the_own_department_and_nothing_else() -> None:
    foreign, client = recorded(), at_desk(APPROVER)
    department = client.session["principal"]["department_id"]
    own = recorded(key="own", title="卫生承诺没有做到", department_id=department)
    page = text(client, at("credit"))
    assert own.title in page
    assert foreign.title not in page
    assert "查谁的信用" not in page
    assert client.get(at("credit_record", foreign.id)).status_code == 404
    seen = text(client, at("credit_record", own.id))
    assert 'value="repair"' not in seen
    assert (
        client.post(at("credit_record", own.id), {"command": "repair", "reason": "改", "basis": "办法"}).status_code
        == 404
    )
    own.refresh_from_db()
    assert own.ended_on is None
    for page in (at("credit_objections"), at("credit_pushes"), dossier()):
        assert client.get(page).status_code == 403


@pytest.mark.covers("REG-10", "DAT-18")
def test_somebody_is_found_by_number_read_masked_and_the_look_is_on_their_record() -> None:
    recorded()
    client, who = at_desk(OFFICER), resident(WHO)
    found = client.post(at("credit_find"), {"q": f" {who.id_number.lower()} "})
    assert (found.status_code, found["Location"]) == (303, dossier())
    page = text(client, dossier())
    for told in (
        "陆*远",
        "信用等级 C（55 分）",
        "没有履行承诺（一般）：公众聚集场所消防安全检查",
        "-25",
        "现在可以修复",
    ):
        assert told in page
    assert who.name not in page
    assert who.id_number not in page
    looks = [line for line in access_history(who.id).items if line.what == "信用记录"]
    assert [(line.purpose, line.case_id) for line in looks] == [("信用管理", None)]
    assert client.get(at("credit_party", "person", uuid.uuid4())).status_code == 404
    assert client.get(at("credit_party", "somebody", who.id)).status_code == 404


@pytest.mark.parametrize("typed", ["110105194912310021", "9133010000000000XX", "陆", ""])
def test_a_number_that_is_wrong_or_nothing_is_told_and_stays(typed: str) -> None:
    response = at_desk(OFFICER).post(at("credit_find"), {"q": typed})
    page = response.content.decode()
    assert response.status_code == 422
    assert "有错误：" in page
    assert f'name="q" value="{typed}"' in page


def test_a_name_finds_organisations_and_only_those_persons_of_whom_something_is_known() -> None:
    client = at_desk(OFFICER)
    body = Organisation.objects.order_by("uscc").first()
    assert body is not None
    assert at("credit_party", "organisation", body.pk) in _found(client, body.name)
    assert "没有查到" in _found(client, "不会有这样的单位")
    assert "没有查到" in _found(client, WHO)
    recorded()
    assert _found(client, WHO) == dossier()


def _found(client: Client, typed: str) -> str:
    response = client.post(at("credit_find"), {"q": typed})
    return str(response["Location"]) if response.status_code == 303 else response.content.decode()


@pytest.mark.covers("REG-10")
def test_a_fact_is_entered_once_with_basis_and_its_subject_reads_it() -> None:
    client, path = at_desk(OFFICER), at("credit_new", "person", resident(WHO).id)
    first, again = client.post(path, GIVEN), client.post(path, GIVEN)
    assert first.status_code == 303, first.content.decode()[:3000]
    assert first["Location"] == again["Location"]
    made = CreditRecord.objects.get(title=GIVEN["title"])
    assert (made.label, made.kind, made.gravity, made.paper_number) == (
        "陆*远",
        "imported_bad",
        "minor",
        "云市监信〔2026〕9号",
    )
    page = text(client, first["Location"])
    for told in ("已录入", GIVEN["basis"], GIVEN["source"], "计分中"):
        assert told in page


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"basis": ""}, "请写明依据"),
        ({"source": " "}, "请写明是哪个机关认定的"),
        ({"on": "去年"}, "没有看懂这个日期"),
        ({"on": "2999-01-01"}, "认定日期还没有到"),
        ({"on": "2001-01-01"}, "还没有信用分级规则"),
        ({"gravity": ""}, "失信记录要选择轻重"),
        ({"kind": "black_list"}, "列入名单要写明截止日期"),
        ({"kind": "black_list", "effect_until": "2020-01-01"}, "列入名单要写明截止日期"),
        ({"kind": "breach"}, "不能手工录入"),
        ({"paper_number": "文" * 81}, "最多写 80 个字"),
        ({"basis": "条" * 301}, "不超过 300 字"),
    ],
)
def test_wrong_input_is_told_and_keeps_what_was_typed(wrong: dict[str, str], told: str) -> None:
    before = CreditRecord.objects.count()
    response = at_desk(OFFICER).post(at("credit_new", "person", resident(WHO).id), {**GIVEN, **wrong})
    page = response.content.decode()
    assert response.status_code == 422
    assert told in page
    assert GIVEN["title"] in page
    assert GIVEN["key"] in page
    assert CreditRecord.objects.count() == before


def test_everything_that_is_missing_is_told_at_once() -> None:
    page = at_desk(OFFICER).post(at("credit_new", "person", resident(WHO).id), {}).content.decode()
    for told in (
        "有 5 处需要改",
        'href="#f-kind"',
        'href="#f-title"',
        'href="#f-source"',
        'href="#f-on"',
        'href="#f-basis"',
    ):
        assert told in page


@pytest.mark.covers("REG-10")
def test_a_record_is_repaired_with_reason_and_basis_and_not_before_its_day() -> None:
    client, early = at_desk(OFFICER), services.record(a_fact(key="new"))
    page = text(client, at("credit_record", early.id))
    assert "起才能修复" in page
    assert 'value="repair"' not in page
    refused = client.post(at("credit_record", early.id), {"command": "repair", "reason": "已改", "basis": "办法第十条"})
    assert refused.status_code == 422
    assert "才能修复" in refused.content.decode()
    made = recorded(key="old")
    lacking = client.post(at("credit_record", made.id), {"command": "repair", "reason": "", "basis": "办法第十条"})
    assert lacking.status_code == 422
    assert "请写明修复的理由" in lacking.content.decode()
    assert 'value="办法第十条"' in lacking.content.decode()
    done = client.post(
        at("credit_record", made.id), {"command": "repair", "reason": "已换灭火器", "basis": "办法第十条"}, follow=True
    )
    page = done.content.decode()
    for told in ("已修复：从今天起不再计分", "已换灭火器", "已修复，不再计分"):
        assert told in page
    made.refresh_from_db()
    assert made.ended_on == moment.today()


@pytest.mark.covers("REG-10")
def test_an_objection_waits_with_its_day_and_is_answered_in_words() -> None:
    made, client = recorded(), at_desk(OFFICER)
    services.object_to(resident_principal(WHO), made.id, "那天已经换了灭火器")
    (line,) = dossiers.with_due(CreditObjection.objects.filter(record=made))
    day = f"{line.due_on.month}月{line.due_on.day}日"
    for path in (at("credit_objections"), at("credit")):
        page = text(client, path).replace(" ", "")
        assert day in page
        assert at("credit_record", made.id) in page
    lacking = client.post(at("credit_record", made.id), {"command": "answer", "answer": "查过了", "verdict": ""})
    assert lacking.status_code == 422
    assert "请选择核实结果" in lacking.content.decode()
    assert "查过了" in lacking.content.decode()
    empty = client.post(at("credit_record", made.id), {"command": "answer", "answer": "", "verdict": "upheld"})
    assert "请写明核实的情况和答复" in empty.content.decode()
    given = {"command": "answer", "verdict": "upheld", "answer": "核实过发票，记录有误"}
    assert "已答复" in client.post(at("credit_record", made.id), given, follow=True).content.decode()
    again = client.post(at("credit_record", made.id), given)
    assert again.status_code == 422
    assert "已经答复过了" in again.content.decode()
    made.refresh_from_db()
    assert made.ended_on == moment.today()
    page = text(client, at("credit_objections"))
    assert "异议成立" in page
    assert "核实过发票" in page
    assert "没有等答复的异议" in page


def test_the_day_of_an_answer_counts_working_days() -> None:
    made = recorded()
    services.object_to(resident_principal(WHO), made.id, "不对")
    (line,) = dossiers.with_due(CreditObjection.objects.filter(record=made))
    made_on = moment.local(line.objection.made_at).date()
    calendar = calendar_of(made.region_no)
    assert calendar.working_days_between(made_on, line.due_on) == 7
    assert not line.late
    with moment.at(moment.now() + timedelta(days=60)):
        assert line.late


@pytest.mark.covers("NTC-13", "REG-11")
def test_what_the_platform_sent_back_is_seen_with_its_reason_and_pushed_again() -> None:
    made, client = of_a_body(), at_desk(OFFICER)
    push = CreditPush.objects.create(record=made, ordered_at=moment.now())
    assert "等下一批发出" in text(client, at("credit_record", made.id))
    batch = pushing.make_batch()
    assert batch is not None
    assert batch.number in text(client, at("credit_pushes"))
    push.refresh_from_db()
    push.state, push.reason = CreditPush.State.REJECTED, "统一社会信用代码不存在"
    push.save()
    for path in (at("credit_pushes"), at("credit_record", made.id)):
        page = text(client, path)
        assert "统一社会信用代码不存在" in page
    assert "对方退回" in text(client, at("credit_party", "organisation", made.organisation_id))
    again = client.post(at("credit_record", made.id), {"command": "push_again"}, follow=True)
    assert "已重新排队" in again.content.decode()
    push.refresh_from_db()
    assert push.state == CreditPush.State.PENDING
    assert client.post(at("credit_record", made.id), {"command": "push_again"}).status_code == 404


@pytest.mark.covers("NTC-14")
def test_a_grade_says_which_published_rules_use_it() -> None:
    letter = next(letter for letter in "DCBA" if dossiers.uses_of(letter))
    for use in dossiers.uses_of(letter):
        assert use.excluded or use.reliefs
        assert use.basis
    recorded(gravity="serious")
    services.record(a_fact(key="more", gravity="serious"))
    who = resident(WHO)
    grade = selectors.grade_of(Party(person_id=who.id), 0)
    assert grade.letter == "D"
    page = text(at_desk(OFFICER), dossier())
    assert "D 级现在影响什么" in page
    for use in dossiers.uses_of("D"):
        assert use.name in page
        assert use.basis in page


def test_a_command_that_is_none_is_refused_and_a_record_that_is_none_is_not_found() -> None:
    made, client = recorded(), at_desk(OFFICER)
    assert client.post(at("credit_record", made.id), {"command": "delete"}).status_code == 422
    assert client.get(at("credit_record", uuid.uuid4())).status_code == 404
    assert client.get(at("credit") + "?after=x").status_code == 422
    assert client.get(at("credit_objections") + "?after=x").status_code == 422
    assert client.get(at("credit") + "?kind=nothing&against=1").status_code == 200


def test_reading_a_record_of_a_person_is_noted_and_of_an_organisation_is_not() -> None:
    made, body, client = recorded(), of_a_body(key="body"), at_desk(OFFICER)
    who = resident(WHO)
    before = len(events_of("person", who.id))
    text(client, at("credit_record", made.id))
    text(client, at("credit_record", body.id))
    assert len(events_of("person", who.id)) == before + 1


def test_queries_do_not_grow_with_the_records(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    client = at_desk(OFFICER)
    body = of_a_body()
    for n in range(12):
        of_a_body(key=f"more{n}")
    party = at("credit_party", "organisation", body.organisation_id)
    for path, most in ((party, 9), (at("credit"), 12), (at("credit_record", body.id), 14), (at("credit_pushes"), 10)):
        text(client, path)
        with django_assert_max_num_queries(most):
            text(client, path)
