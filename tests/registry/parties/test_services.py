"""Registration, separated administration, sessions, unmasking: what the parties room promises."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from pytest_django import DjangoAssertNumQueries

from tongban.ground import moment
from tongban.ground.errors import Conflict, NotFound, Refusal
from tongban.ground.identifiers import id_check_digit
from tongban.ground.ids import uuid7
from tongban.ground.ledger.selectors import events_of
from tongban.ground.policy import Target
from tongban.registry.parties import selectors, services
from tongban.registry.parties.models import (
    Department,
    Mandate,
    Organisation,
    Person,
    Post,
    Staff,
    StaffPost,
    UserAccount,
)

pytestmark = pytest.mark.django_db

NUMBER = "33990219770101007"
NUMBER += id_check_digit(NUMBER)
WEIRD_NAMES = ("周𬭎", "林㼆", "阿卜杜拉·买买提", "O'Connor")


def _person(name: str = "某某", number: str = NUMBER, mobile: str = "13712345678") -> Person:
    return services.register_person(name, number, mobile, address="云溪市桥西区溪源路 1 号")


def _staff(name: str) -> Staff:
    return Staff.objects.select_related("account").get(name=name)


@pytest.mark.covers("IDN-01")
def test_one_row_per_id_number_however_it_is_typed() -> None:
    _person()
    with pytest.raises(Conflict) as refused:
        _person(number=f"{NUMBER[:6]} {NUMBER[6:14]}-{NUMBER[14:].lower()}")
    assert refused.value.code == "person.exists"
    assert NUMBER not in refused.value.sentence


@pytest.mark.covers("SEC-05")
def test_personal_values_are_ciphertext_in_the_table() -> None:
    person = _person("周𬭎")
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(p)::text FROM parties_person p WHERE id = %s", [person.pk])
        stored = cursor.fetchone()[0]
    for clear in ("周𬭎", NUMBER, "13712345678", "溪源路"):
        assert clear not in stored


@pytest.mark.parametrize("name", WEIRD_NAMES)
def test_rare_names_survive(name: str) -> None:
    assert selectors.person(_person(name).pk).name == name


def test_a_person_without_a_name_or_with_a_wrong_number_is_refused() -> None:
    with pytest.raises(Refusal):
        _person(name="  ")
    with pytest.raises(Refusal):
        _person(number="110105194912310021")


def test_a_person_has_one_account_and_a_mobile_too() -> None:
    first = _person()
    services.open_account(first, mobile="13712345678")
    with pytest.raises(Conflict) as second:
        services.open_account(first, mobile="13712345679")
    assert second.value.code == "account.exists"
    other_number = "33990219770101015"
    other = services.register_person("另一人", other_number + id_check_digit(other_number))
    with pytest.raises(Conflict) as taken:
        services.open_account(other, mobile="137 1234 5678")
    assert taken.value.code == "account.mobile_taken"


def test_registration_and_account_stand_in_the_ledger_without_personal_values() -> None:
    person = _person()
    account = services.open_account(person, mobile="13712345678")
    events = events_of("person", person.pk) + events_of("account", account.pk)
    assert [event.kind for event in events] == ["person.registered", "account.opened"]
    assert "13712345678" not in str([event.body for event in events])


@pytest.mark.covers("IDN-04")
def test_one_row_per_credit_code() -> None:
    leader = _person()
    services.register_organisation("91330100MA2GHJKL94", "某某有限公司", "enterprise", leader)
    with pytest.raises(Conflict):
        services.register_organisation("91330100ma2ghjkl94", "又一家", "enterprise", leader)
    with pytest.raises(Refusal):
        services.register_organisation("91350100M000100Y4A", "错码", "enterprise", leader)


@pytest.mark.parametrize(
    "posts",
    [
        ("系统管理岗", "安全管理岗"),
        ("安全管理岗", "审计管理岗"),
        ("系统管理岗", "综合窗口受理岗"),
        ("审计管理岗", "卫生许可审批岗"),
    ],
)
def test_administration_is_never_joined_with_another_power(posts: tuple[str, ...]) -> None:
    with pytest.raises(Refusal) as refused:
        services.add_staff(
            "YX7777",
            "某某",
            Department.objects.order_by("pk").first() or pytest.fail("no department"),
            list(Post.objects.filter(name__in=posts)),
            password="一句很长的口令 88",
        )
    assert refused.value.code == "staff.three_administrators"


def test_an_administrator_cannot_give_themselves_posts_and_a_clerk_nobody() -> None:
    administrator = selectors.principal_of(_staff("魏承志").account)
    window = list(Post.objects.filter(name="综合窗口受理岗"))
    with pytest.raises(Refusal) as own:
        services.set_posts(_staff("魏承志"), window, principal=administrator)
    assert own.value.code == "staff.own_posts"
    with pytest.raises(Refusal) as clerk:
        services.set_posts(_staff("许知行"), window, principal=selectors.principal_of(_staff("顾晚晴").account))
    assert clerk.value.code == "staff.not_allowed"


def test_a_principal_costs_few_queries(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    clerk = _staff("沈清和").account
    resident = UserAccount.objects.select_related("person").filter(person__isnull=False).first()
    assert resident is not None
    with django_assert_num_queries(3):
        assert selectors.principal_of(clerk).roles == {"window_clerk"}
    with django_assert_num_queries(3):
        selectors.principal_of(resident)


def test_a_post_counts_only_in_its_term() -> None:
    staff = _staff("顾晚晴")
    StaffPost.objects.filter(staff=staff).update(valid=DateRange(date(2020, 1, 1), moment.today()))
    principal = selectors.principal_of(staff.account)
    assert principal.roles == frozenset()
    assert principal.post_id is None


def test_a_mandate_counts_only_in_its_period_and_both_stay_named() -> None:
    agent = _person()
    account = services.open_account(agent, mobile="13712345678")
    organisation = Organisation.objects.order_by("pk").first()
    assert organisation is not None
    today = moment.today()
    mandate = Mandate.objects.create(
        organisation=organisation, agent=agent, valid=DateRange(today, today + timedelta(days=1)), given_at=moment.now()
    )
    principal = selectors.principal_of(account)
    assert principal.organisation_ids() == (organisation.pk,)
    assert "agent" in principal.roles
    mandate.valid = DateRange(today - timedelta(days=9), today)
    mandate.save()
    assert selectors.principal_of(account).organisation_ids() == ()


def test_a_principal_survives_the_session_row() -> None:
    principal = selectors.principal_of(_staff("沈清和").account)
    assert type(principal).from_json(principal.to_json()) == principal


def _unmask(name: str, person: Person, **changes: object) -> str:
    principal = selectors.principal_of(_staff(name).account)
    values = {
        "field": "id_number",
        "purpose": "与身份证原件核对",
        "case_id": uuid7(),
        "target": Target(post_ids=(principal.post_id or 0,), person_ids=(person.pk,)),
        **changes,
    }
    return services.unmask(principal, person.pk, **values)  # type: ignore[arg-type]


@pytest.mark.covers("SEC-06")
def test_unmasking_needs_power_purpose_and_the_case_and_leaves_one_event() -> None:
    person = _person()
    case_id = uuid.uuid4()
    assert _unmask("顾晚晴", person, case_id=case_id) == NUMBER
    last = events_of("person", person.pk)[-1]
    assert last.kind == "person.unmasked"
    assert last.body == {"field": "id_number", "purpose": "与身份证原件核对", "case_id": str(case_id)}
    seen = len(events_of("person", person.pk))
    refusals: tuple[tuple[str, dict[str, object], type[Exception]], ...] = (
        ("顾晚晴", {"purpose": " "}, Refusal),
        ("顾晚晴", {"purpose": f"核对 {NUMBER}"}, Refusal),
        ("顾晚晴", {"field": "id_number_index"}, Refusal),
        ("顾晚晴", {"target": Target(post_ids=(999,), person_ids=(person.pk,))}, NotFound),
        ("顾晚晴", {"target": Target(person_ids=(person.pk,))}, NotFound),
        ("方砚秋", {}, NotFound),
        ("魏承志", {}, NotFound),
    )
    for name, changes, expected in refusals:
        with pytest.raises(expected):
            _unmask(name, person, **changes)
    assert len(events_of("person", person.pk)) == seen


@pytest.mark.covers("SEC-02")
def test_a_person_sees_who_saw_their_data_newest_first_page_by_page() -> None:
    person = _person()
    principal = selectors.principal_of(_staff("顾晚晴").account)
    case_id = uuid.uuid4()
    services.record_view(principal, [person.pk], case_id=case_id, purpose="受理审查")
    _unmask("顾晚晴", person, case_id=case_id)
    first = selectors.access_history(person.pk, limit=1)
    assert first.items[0].what == "完整的身份证号码"
    assert first.items[0].department == "云溪市政务服务管理局"
    assert first.items[0].case_id == case_id
    second = selectors.access_history(person.pk, after=first.next, limit=1)
    assert second.items[0].purpose == "受理审查"
    assert second.next == ""


def test_the_password_check_works_as_long_for_an_unknown_login(monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []

    def make_password(password: str) -> str:
        hashed.append(password)
        return ""

    monkeypatch.setattr(services, "make_password", make_password)
    with pytest.raises(Refusal):
        services.authenticate("nobody", "some password")
    assert hashed == ["some password"]
