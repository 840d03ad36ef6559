"""My space beyond the overview: lists, mandates between persons, words and parcels of a case, progress by phone."""

from __future__ import annotations

import random
import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.faces.door import enter
from tests.faces.portal import road
from tests.support import builders
from tongban.demo import names, samples, stories
from tongban.ground import moment
from tongban.ground.errors import NotFound, Refusal
from tongban.ground.ledger.selectors import events_of
from tongban.ground.notifications import links
from tongban.ground.notifications.models import SandboxMessage, ShortLink
from tongban.ground.policy import Principal
from tongban.procedures.cases import drafts, selectors, services
from tongban.procedures.cases.models import Case, CaseMessage, Consignment, Draft
from tongban.registry.catalog import selectors as catalog
from tongban.registry.parties import mandates
from tongban.registry.parties.models import Mandate, Person, UserAccount
from tongban.registry.parties.selectors import principal_of

pytestmark = [pytest.mark.django_db, pytest.mark.aside]


def entered(who: Principal) -> Client:
    return enter(UserAccount.objects.get(pk=who.account_id))


def at(name: str, *args: object) -> str:
    return reverse(f"portal:{name}", args=args)


def again(who: Principal) -> Principal:
    return principal_of(UserAccount.objects.select_related("person").get(pk=who.account_id))


def id_number(who: Principal) -> str:
    return Person.objects.get(pk=who.person_id).id_number


def authorised(giver: str = "楼宝珍", agent: str = "郑国强") -> tuple[Principal, Principal]:
    """An old woman and the neighbour who acts for her."""
    old, young = builders.resident(giver), builders.resident(agent)
    until = moment.today() + timedelta(days=100)
    mandates.give(old, agent_name=young.name, agent_id_number=id_number(young), until=until)
    return old, again(young)


@pytest.mark.covers("XRG-02", "IDN-05")
def test_a_person_lets_another_act_and_both_stand_on_the_record() -> None:
    old, young = authorised()
    assert (old.person_id, old.name) in young.persons
    draft = drafts.start_draft(young, names.HYGIENE_SLUG, person_id=old.person_id)
    assert drafts.answers_of(draft)["applicant.name"] == old.name
    case_id = _submitted(young, draft)
    case = Case.objects.get(pk=case_id)
    assert (case.applicant_person_id, case.agent_person_id) == (old.person_id, young.person_id)
    first = events_of("case", case_id)[0]
    assert first.on_behalf_of == f"person:{old.person_id}"
    assert first.actor_id == young.account_id
    for who in (old, young):
        assert case.number in [one.number for one in selectors.my_cases(who).items]
        assert selectors.case_of(who, case.number).case.pk == case_id


def _submitted(who: Principal, draft: Draft) -> uuid.UUID:
    facts = drafts.facts_of(who, None, draft.person_id)
    answers = stories.answers(names.HYGIENE_SLUG, random.Random(3), facts, moment.today())
    draft = drafts.save_draft(who, draft.id, draft.revision, answers)
    assert who.account_id is not None
    for code in samples.wanted(names.HYGIENE_SLUG, drafts.answers_of(draft)):
        drafts.attach(who, draft.id, code, samples.file_for(code, answers, who.account_id))
    return services.submit(who, draft.id).id


def test_a_mandate_that_ends_stops_the_submission_and_keeps_the_draft() -> None:
    old, young = authorised()
    draft = drafts.start_draft(young, names.HYGIENE_SLUG, person_id=old.person_id)
    mandate = Mandate.objects.get(principal_person_id=old.person_id)
    mandates.revoke(old, mandate.pk)
    mandates.revoke(old, mandate.pk)
    assert [e.kind for e in events_of("person", old.person_id)].count("mandate.revoked") == 1
    with pytest.raises(Refusal, match="授权已经失效"):
        services.submit(again(young), draft.id)
    assert drafts.draft_of(young, draft.id)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"agent_name": "李四"}, "对不上"),
        ({"days": -1}, "到期日"),
        ({"days": 2000}, "最长三年"),
    ],
)
def test_a_mandate_that_cannot_be_given_says_why(change: dict[str, Any], said: str) -> None:
    old, young = builders.resident("楼宝珍"), builders.resident("郑国强")
    values = {"agent_name": young.name, "agent_id_number": id_number(young), "days": 0} | change
    values["until"] = moment.today() + timedelta(days=values.pop("days"))
    with pytest.raises(Refusal, match=said):
        mandates.give(old, **values)  # type: ignore[arg-type]
    assert not Mandate.objects.filter(principal_person_id=old.person_id).exists()


def test_nobody_ends_the_mandate_of_strangers() -> None:
    old, _young = authorised()
    mandate = Mandate.objects.get(principal_person_id=old.person_id)
    with pytest.raises(NotFound):
        mandates.revoke(builders.resident("何雨桐"), mandate.pk)


def test_the_page_of_mandates_gives_shows_and_ends_them() -> None:
    old, young = builders.resident("楼宝珍"), builders.resident("郑国强")
    client, agent = entered(old), entered(young)
    typed = {"action": "give", "agent_name": young.name, "agent_id_number": id_number(young)[:-1], "scope": "*"}
    refused = client.post(at("my_mandates"), typed | {"until": moment.today().isoformat()})
    assert refused.status_code == 422
    assert young.name in road.text_of(refused), "what was typed stays"
    good = typed | {"agent_id_number": id_number(young), "until": moment.today().isoformat()}
    assert client.post(at("my_mandates"), good).status_code == 303
    assert young.name in road.text_of(client.get(at("my_mandates")))
    start = road.text_of(agent.get(at("apply_start", names.ALLOWANCE_SLUG)))
    assert f"替 {old.name}" in start, "the agent's living session knows at once"
    key = Mandate.objects.get(principal_person_id=old.person_id).pk
    assert client.post(at("my_mandates"), {"action": "revoke", "mandate": key}).status_code == 303
    assert f"替 {old.name}" not in road.text_of(agent.get(at("apply_start", names.ALLOWANCE_SLUG)))


def test_my_cases_are_filtered_by_group_and_side() -> None:
    who = builders.resident("周𬭎")
    going, done = builders.a_submitted_case(who), builders.a_granted_case(who)
    services.deliver(who, done, mode="portal")
    numbers = dict(Case.objects.filter(pk__in=[going, done]).values_list("id", "number"))
    client = entered(who)
    page = road.text_of(client.get(at("my_cases"), {"group": "open"}))
    assert numbers[going] in page
    assert numbers[done] not in page
    page = road.text_of(client.get(at("my_cases"), {"whose": str(who.organisation_ids()[0])}))
    assert numbers[going] not in page


def test_own_cases_and_those_of_an_organisation_come_page_by_page_the_newest_first_each_once() -> None:
    who = builders.resident("周𬭎")
    made = [builders.a_submitted_case(who) for _ in range(4)]
    organisation = who.organisation_ids()[0]
    Case.objects.filter(pk__in=made[::2]).update(applicant_person=None, applicant_organisation=organisation)
    found, after = [], ""
    while True:
        page = selectors.my_cases(who, after=after, limit=2)
        found += [case.pk for case in page.items]
        if not page.next:
            break
        after = page.next
    assert found == sorted(found, reverse=True)
    assert set(made) <= set(found)
    own = [case.pk for case in selectors.my_cases(who, whose="self", limit=50).items]
    assert set(own) & set(made) == set(made[1::2])


@pytest.mark.covers("PRT-12")
def test_a_word_to_the_unit_is_kept_in_the_case_and_answered_once() -> None:
    who = builders.resident()
    case_id = builders.a_case_in_review(who)
    case = Case.objects.get(pk=case_id)
    client = entered(who)
    page = at("my_message", case.number)
    empty = client.post(page, {"department": case.department_id, "text": "  "})
    assert empty.status_code == 422
    assert client.post(page, {"department": case.department_id, "text": "现场哪天来看？"}).status_code == 303
    asked = CaseMessage.objects.get(case_id=case_id)
    handler = builders.holder_of(builders.load(case_id).open_tasks("handle")[0].post_id)
    material = catalog.content(case.version_id).materials[0].name
    with pytest.raises(Refusal, match="不能要材料"):
        services.answer_message(handler, asked.pk, f"请补交{material}")
    services.answer_message(handler, asked.pk, "后天上午，两个人来。")
    assert "后天上午" in road.text_of(client.get(at("my_case", case.number)))
    with pytest.raises(NotFound):
        services.write_message(builders.resident("何雨桐"), case_id, department_id=case.department_id, text="看看")


def test_a_waybill_is_kept_once_and_bad_input_keeps_what_was_typed() -> None:
    who = builders.resident()
    case_id = builders.a_submitted_case(who)
    case = Case.objects.get(pk=case_id)
    client, page = entered(who), at("my_consignment", case.number)
    bad = client.post(page, {"courier": "顺丰", "waybill": "？", "contents": "营业执照原件"})
    assert bad.status_code == 422
    assert "营业执照原件" in road.text_of(bad)
    good = {"courier": "顺丰", "waybill": "sf 1234567890", "contents": "营业执照原件"}
    assert client.post(page, good).status_code == 303
    assert client.post(page, good).status_code == 303
    parcel = Consignment.objects.get(case_id=case_id)
    assert (parcel.direction, parcel.waybill) == ("in", "SF1234567890")
    services.receive_consignment(builders.clerk(), parcel.pk, received_by="顾晚晴")
    assert "大厅已收到" in road.text_of(client.get(at("my_case", case.number)))


@pytest.mark.covers("PRT-08")
def test_a_result_by_post_needs_an_address_and_keeps_it_encrypted() -> None:
    who = builders.resident()
    draft = builders.a_complete_draft(who)
    client = entered(who)
    asked = {"consent": "yes", "delivery_mode": "post", "delivery_address": "远"}
    refused = client.post(at("apply_check", draft), asked)
    assert refused.status_code == 422
    assert "寄到哪里" in road.text_of(refused)
    address = "云溪市桥西区溪源路 21 号 8 幢 402 室 陆明远"
    assert client.post(at("apply_check", draft), asked | {"delivery_address": address}).status_code == 303
    case = Case.objects.get(applicant_person_id=who.person_id, delivery_mode="post")
    assert case.delivery_address == address


@pytest.mark.covers("PRT-12")
def test_progress_by_phone_tells_nobody_whether_number_and_phone_fit() -> None:
    who = builders.resident()
    number = Case.objects.get(pk=builders.a_submitted_case(who)).number
    mobile = Person.objects.get(pk=who.person_id).mobile
    client = Client()
    said = []
    for asked in (mobile, "13900000000"):
        SandboxMessage.objects.all().delete()
        said.append(road.text_of(client.post(at("progress_phone"), {"number": number, "mobile": asked})))
    assert said[0].replace(mobile, "") == said[1].replace("13900000000", "")


def test_progress_by_phone_shows_the_steps_with_the_code() -> None:
    who = builders.resident()
    number = Case.objects.get(pk=builders.a_submitted_case(who)).number
    mobile = Person.objects.get(pk=who.person_id).mobile
    client = Client()
    client.post(at("progress_phone"), {"number": number, "mobile": mobile})
    from tongban.ground.notifications.models import Notification

    newest = Notification.objects.filter(template="accounts.code").order_by("-id")[0]
    found = re.search(r"\d{6}", newest.text)
    assert found
    wrong = client.post(at("progress_phone"), {"number": number, "mobile": mobile, "code": "000000"})
    assert wrong.status_code == 422
    page = client.post(at("progress_phone"), {"number": number, "mobile": mobile, "code": found[0]})
    assert "办到哪一步了" in road.text_of(page)
    assert who.name not in road.text_of(page)


@pytest.mark.covers("MOB-04")
def test_a_short_link_leads_inside_and_wechat_gets_pictures_instead_of_files() -> None:
    who = builders.resident()
    case_id = builders.a_granted_case(who)
    number = Case.objects.get(pk=case_id).number
    link = links.short_link(at("my_case", number))
    assert links.short_link(at("my_case", number)) == link
    code = link.rsplit("/", 1)[1]
    assert Client().get(at("short_link", code)).headers["Location"] == at("my_case", number)
    assert Client().get(at("short_link", "zzzzzzzz")).status_code == 404
    with pytest.raises(ValueError, match="no path"):
        links.short_link("https://example.org/")
    assert ShortLink.objects.count() == 1
    client = entered(who)
    plain = road.text_of(client.get(at("my_case", number)))
    webview = road.text_of(client.get(at("my_case", number), headers={"user-agent": "Mozilla MicroMessenger/8.0"}))
    assert "打开 PDF" in plain
    assert "打开 PDF" not in webview
    assert "看图片" in webview
