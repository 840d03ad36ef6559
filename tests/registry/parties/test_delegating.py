"""Delegations: four kinds with their own bounds, published, dated, revocable; never entrusted on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.support import builders
from tongban.demo import names
from tongban.ground import moment
from tongban.ground.errors import NotFound, Refusal
from tongban.ground.ids import uuid7
from tongban.ground.ledger.selectors import events_of
from tongban.registry.catalog import services as catalog
from tongban.registry.catalog.models import HandlingOption
from tongban.registry.parties import delegating, delegation
from tongban.registry.parties.delegation import AGENCY, ENTRUSTED, INTERNAL, TRANSFERRED, Terms
from tongban.registry.parties.models import Delegation, Department, Post

DAY = date(2026, 6, 1)
TERMS = Terms(ENTRUSTED, 1, 2, False, ("X",), ("accept",), DAY, None, "某公告", DAY)


@pytest.mark.covers("XRG-14")
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": "favour"}, "delegation.kind"),
        ({"powers": ()}, "delegation.powers"),
        ({"powers": ("rule",)}, "delegation.powers"),
        ({"instrument": " "}, "delegation.instrument"),
        ({"until": DAY - timedelta(days=1)}, "delegation.valid"),
        ({"published_on": DAY + timedelta(days=1)}, "delegation.published_on"),
        ({"kind": INTERNAL}, "delegation.to"),
        ({"kind": INTERNAL, "to_department": 1}, "delegation.to"),
        ({"to_department": 1}, "delegation.to"),
        ({"kind": TRANSFERRED, "to_a_post": True}, "delegation.to"),
        ({"kind": AGENCY}, "delegation.powers"),
        ({"powers": ("decide_instantly",)}, "delegation.powers"),
    ],
)
def test_unlawful_terms_are_refused_with_the_remedy(changes: dict[str, object], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        delegation.check(replace(TERMS, **changes), ())  # type: ignore[arg-type]
    assert refused.value.code == code
    assert refused.value.remedy


@pytest.mark.parametrize(
    "terms",
    [
        TERMS,
        replace(TERMS, kind=AGENCY, powers=("receive", "issue", "serve"), to_a_post=True),
        replace(TERMS, kind=TRANSFERRED, powers=("decide",)),
        replace(TERMS, kind=INTERNAL, to_department=1, to_a_post=True, powers=("decide_instantly",)),
    ],
)
def test_each_kind_has_a_lawful_form(terms: Terms) -> None:
    delegation.check(terms, ())


def test_what_was_entrusted_is_never_entrusted_on() -> None:
    with pytest.raises(Refusal, match=r"delegation\.option_codes"):
        delegation.check(TERMS, ("X",))


# ---- on the demo city ----------------------------------------------------------------------------------------------

db = pytest.mark.django_db
HEAD = {names.HEALTH: "陆景行", names.MARKET: "宋秉文", names.LABOUR: "季怀安"}


def code_of(slug: str) -> str:
    return HandlingOption.objects.get(slug=slug).code


def unit(short_name: str) -> Department:
    return Department.objects.select_related("region").get(short_name=short_name)


def post(name: str) -> int:
    return Post.objects.get(name=name).pk


def given(giver: str, receiver: Department | Post, kind: str = ENTRUSTED, **terms: object) -> Delegation:
    values: dict[str, object] = {
        "powers": ["accept"],
        "first": DAY,
        "instrument": "关于委托的公告",
        "published_on": DAY,
        **terms,
    }
    return delegating.give(builders.staff(HEAD[giver]), kind, unit(giver), receiver, **values)  # type: ignore[arg-type]


@db
@pytest.mark.covers("WIN-07")
def test_the_window_accepts_for_the_departments_that_entrusted_it() -> None:
    window = post(names.WINDOW_POST)
    assert delegating.authorised(window, code_of(names.FUND_SLUG), "accept", DAY)
    assert not delegating.authorised(window, code_of(names.FUND_SLUG), "decide", DAY)
    assert delegating.authorised(window, code_of(names.PAUSE_SLUG), "record", DAY)
    assert not delegating.authorised(window, code_of(names.FUND_SLUG), "accept", date(2029, 1, 1))


@db
@pytest.mark.covers("WIN-10")
def test_only_the_authorised_post_decides_instantly_even_inside_the_authority() -> None:
    code = code_of(names.CERTIFICATE_SLUG)
    assert delegating.authorised(post(names.LABOUR_REPRESENTATIVE_POST), code, "decide_instantly", DAY)
    assert not delegating.authorised(post(names.LABOUR_APPROVE_POST), code, "decide_instantly", DAY)
    assert delegating.authorised(post(names.LABOUR_APPROVE_POST), code, "decide", DAY)


@db
@pytest.mark.covers("XRG-02", "XRG-14")
def test_a_delegation_names_its_items_and_days_and_stands_in_the_ledger() -> None:
    code, other = code_of(names.PAUSE_SLUG), code_of(names.REGISTRATION_SLUG)
    receiver = Post.objects.get(name=names.HYGIENE_HANDLE_POST)
    made = given(names.MARKET, receiver, powers=["accept"], option_codes=[code], until=DAY + timedelta(days=9))
    held = {
        (item, day): delegating.authorised(receiver.pk, item, "accept", day)
        for item in (code, other)
        for day in (DAY - timedelta(days=1), DAY, DAY + timedelta(days=9), DAY + timedelta(days=10))
    }
    assert [key for key, yes in held.items() if yes] == [(code, DAY), (code, DAY + timedelta(days=9))]
    event = events_of("delegation", made.pk)[0]
    assert (event.kind, event.body["options"], event.body["powers"]) == ("delegation.given", [code], ["accept"])


@db
def test_a_revoked_delegation_gives_no_power_from_that_day_on() -> None:
    window, code = post(names.WINDOW_POST), code_of(names.PAUSE_SLUG)
    made = Delegation.objects.get(from_department=unit(names.MARKET), kind=ENTRUSTED)
    today = moment.today()
    delegating.revoke(builders.staff("宋秉文"), made.pk)
    assert not delegating.authorised(window, code, "record", today)
    assert delegating.authorised(window, code, "record", today - timedelta(days=1))
    assert events_of("delegation", made.pk)[-1].kind == "delegation.revoked"
    with pytest.raises(Refusal, match=r"delegation\.ended"):
        delegating.revoke(builders.staff("宋秉文"), made.pk)


@db
def test_only_the_head_of_the_authority_gives_and_revokes() -> None:
    made = Delegation.objects.get(from_department=unit(names.MARKET), kind=ENTRUSTED)
    for name in ("季怀安", "钟毓", "苏静姝"):
        with pytest.raises(Refusal, match=r"delegation\.not_allowed"):
            delegating.revoke(builders.staff(name), made.pk)
    with pytest.raises(NotFound):
        delegating.revoke(builders.staff("宋秉文"), uuid7(moment.now()))


@db
@pytest.mark.covers("XRG-14")
def test_an_entrusted_department_cannot_entrust_the_item_on() -> None:
    with pytest.raises(Refusal, match=r"delegation\.option_codes"):
        given(names.MARKET, unit(names.LABOUR), option_codes=[code_of(names.RENEWAL_SLUG)])
    with pytest.raises(Refusal, match=r"delegation\.option_codes"):
        given(names.MARKET, unit(names.LABOUR), option_codes=["no such option"])


@db
@pytest.mark.covers("XRG-14")
def test_a_transferred_power_makes_the_receiver_the_authority() -> None:
    option, today = HandlingOption.objects.get(slug=names.RENEWAL_SLUG), moment.today()
    assert delegating.authority_of(option.code, today) == unit(names.HEALTH).pk
    told = {"powers": ["decide"], "option_codes": [option.code], "first": today, "published_on": today}
    given(names.HEALTH, unit(names.TRAFFIC_POLICE), TRANSFERRED, **told)
    assert delegating.authority_of(option.code, today) == unit(names.TRAFFIC_POLICE).pk
    assert delegating.authority_of(option.code, today - timedelta(days=1)) == unit(names.HEALTH).pk
    assert delegating.authorised(post(names.TRAFFIC_EXAMINE_POST), option.code, "decide", today)
    assert not delegating.authorised(post(names.HYGIENE_APPROVE_POST), option.code, "decide", today)
    assert catalog.compile(option).authority.short_name == names.TRAFFIC_POLICE
    # what the old authority entrusted to the window ended with its power
    assert not delegating.authorised(post(names.WINDOW_POST), option.code, "accept", today)


@db
def test_the_public_register_shows_what_is_in_force() -> None:
    rows = delegating.in_force(DAY)
    assert {row.kind for row in rows} == {ENTRUSTED, INTERNAL, TRANSFERRED, AGENCY}
    assert [row.from_department.short_name for row in delegating.in_force(DAY, unit(names.FIRE).pk)] == [names.FIRE]
    assert delegating.in_force(date(2020, 1, 1)) == ()


@db
def test_the_table_itself_refuses_a_delegation_to_nobody_and_to_two() -> None:
    row = Delegation.objects.filter(to_post=None).first()
    assert row is not None
    for values in ({"to_department": None}, {"to_post": Post.objects.first()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Delegation.objects.filter(pk=row.pk).update(**values)
