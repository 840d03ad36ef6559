"""What may be answered, as tables: no database."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.procedures.cases import pure
from tongban.ground import moment
from tongban.ground.errors import Refusal, Refusals
from tongban.ground.policy import Principal
from tongban.procedures.contacts import rules
from tongban.procedures.contacts.rules import Answer, Check, ContactState, NegativeView, Register, Returned, Setting

NOW = datetime(2026, 9, 7, 10, 0, tzinfo=moment.SHANGHAI)
CLERK, MANAGER, OTHER = 1, 2, 3
FIRST_BASIS = {"instrument": "测试条例", "article": "第一条"}
GOOD = {
    "guidance": Answer("guidance"),
    "handed_back": Answer("handed_back", returned=(Returned("平面图", 1, "看不清"),), agreed=True),
    "negative_answer": Answer("negative_answer", words="不符合第一条", basis=(FIRST_BASIS,)),
    "passed_on": Answer("passed_on", passed_to=OTHER),
    "answered": Answer("answered", words="明天上午开门"),
}


def who(post: int = CLERK, role: str = "window_clerk", region: int = 10) -> Principal:
    return Principal(
        kind="staff",
        staff_id=uuid.UUID(int=post),
        post_id=post,
        department_id=1,
        roles=frozenset({role}),
        region_no=region,
        region_end_no=region,
    )


def setting(principal: Principal | None = None, *, with_item: bool = True) -> Setting:
    return Setting(principal or who(), NOW, pure.content() if with_item else None)


def command(given: Answer, **changes: Any) -> Register:
    values: dict[str, Any] = {
        "contact_id": uuid.UUID(int=7),
        "number": "FC2026-0907-0001",
        "submission_key": uuid.UUID(int=8),
        "region_id": 1,
        "asked_at": NOW,
        "channel": "window",
        "question": "怎么办",
        "answer": given,
        "version_id": uuid.UUID(int=9),
        "person_name": "张三丰",
        "person_phone": "13800138000",
        **changes,
    }
    return Register(**values)


def codes(given: Answer, at: Setting | None = None, **changes: Any) -> list[str]:
    """The codes of everything that is refused."""
    asked, place = command(given, **changes), at or setting()
    try:
        rules.register(rules.begin(asked, place), asked, place)
    except Refusals as several:
        return [one.code for one in several.items]
    except Refusal as one:
        return [one.code]
    return []


@pytest.mark.covers("NTC-01", "NTC-02", "NTC-05")
@pytest.mark.parametrize("outcome", GOOD)
def test_every_outcome_can_be_recorded_whole(outcome: str) -> None:
    assert codes(GOOD[outcome]) == []


TABLE = [
    # what is answered, what is refused, why
    (Answer("refused"), "contact.outcome", "a window does not refuse: that is a written act on a case"),
    (Answer("answered"), "contact.words", "an answer says something"),
    (Answer("negative_answer", words="不行"), "contact.basis", "a no rests on an article"),
    (
        Answer("negative_answer", words="不行", basis=({"instrument": "窗口经验", "article": "历来如此"},)),
        "contact.basis",
        "the article is one of the item's own",
    ),
    (Answer("negative_answer", basis=(FIRST_BASIS,)), "contact.reason", "and gives its reason once"),
    (
        Answer("handed_back", returned=(Returned("平面图", 1, "看不清"),)),
        "contact.not_agreed",
        "whoever wants to hand in, hands in: the window receives (art. 32)",
    ),
    (Answer("handed_back", agreed=True), "contact.returned", "the list names what goes back"),
    (Answer("handed_back", returned=(Returned("平面图"),), agreed=True), "contact.returned_fault", "and why"),
    (Answer("passed_on"), "contact.passed_to", "passed on to somebody"),
    (Answer("passed_on", passed_to=CLERK), "contact.passed_back", "not to oneself"),
]


@pytest.mark.covers("NTC-01", "NTC-05")
@pytest.mark.parametrize(("given", "code", "why"), TABLE, ids=[row[2] for row in TABLE])
def test_what_is_missing_is_told(given: Answer, code: str, why: str) -> None:
    assert codes(given) == [code]


@pytest.mark.parametrize("outcome", ["guidance", "handed_back", "negative_answer"])
def test_a_slip_needs_an_item(outcome: str) -> None:
    assert codes(GOOD[outcome], setting(with_item=False), version_id=None) == ["contact.item"]


@pytest.mark.parametrize("outcome", ["passed_on", "answered"])
def test_a_question_about_no_item_is_answered_or_passed_on(outcome: str) -> None:
    assert codes(GOOD[outcome], setting(with_item=False), version_id=None) == []


def test_everything_missing_is_told_at_once() -> None:
    later = NOW + timedelta(minutes=1)
    found = codes(Answer("answered"), channel="", question="", asked_at=later)
    assert found == ["contact.channel", "contact.question", "contact.asked_at", "contact.words"]


def test_a_steward_registers_no_contact() -> None:
    assert codes(GOOD["answered"], setting(who(role="data_steward"))) == ["contact.not_allowed"]


@pytest.mark.covers("NTC-01")
def test_the_ledger_holds_no_word_of_the_person() -> None:
    asked = command(GOOD["passed_on"], question="我叫张三丰，电话 13800138000")
    outcome = rules.register(rules.begin(asked, setting()), asked, setting())
    told = repr([event.body for event in outcome.events])
    assert "张三丰" not in told
    assert "13800138000" not in told
    assert outcome.events[0].body["passed_to"] == OTHER


def held(by: int = OTHER, **changes: Any) -> ContactState:
    values: dict[str, Any] = {
        "id": uuid.UUID(int=7),
        "number": "FC2026-0907-0001",
        "seq": 1,
        "head": b"x",
        "region_no": 10,
        "holder_post_id": by,
        "rounds": 1,
        "post_ids": (CLERK,),
        "passed_by": (CLERK,),
        **changes,
    }
    return ContactState(**values)


@pytest.mark.covers("NTC-01")
def test_a_question_is_never_passed_back() -> None:
    with pytest.raises(Refusals) as found:
        rules.answer(held(), Answer("passed_on", passed_to=CLERK), setting(who(OTHER, "handler")))
    assert [one.code for one in found.value.items] == ["contact.passed_back"]


def test_only_the_post_that_holds_it_answers() -> None:
    with pytest.raises(Refusal) as found:
        rules.answer(held(), GOOD["answered"], setting(who(CLERK)))
    assert found.value.code == "contact.not_allowed"


def test_an_answered_question_is_answered_once() -> None:
    with pytest.raises(Refusal) as found:
        rules.answer(held(None), GOOD["answered"], setting(who(OTHER, "handler")))  # type: ignore[arg-type]
    assert found.value.code == "contact.concluded"


def reported(checked: bool = False) -> ContactState:
    no = NegativeView(uuid.UUID(int=70), uuid.UUID(int=71), CLERK, checked)
    return held(None, passed_by=(), negatives=(no,))  # type: ignore[arg-type]


def verdict(state: ContactState, verdict: str, words: str = "", principal: Principal | None = None) -> Any:
    return rules.check(
        state, Check(uuid.UUID(int=70), verdict, words), setting(principal or who(MANAGER, "hall_manager"))
    )


@pytest.mark.covers("NTC-05")
def test_an_overturned_no_goes_back_to_whoever_gave_it() -> None:
    outcome = verdict(reported(), "overturned", "可以容缺受理")
    contact = next(change for change in outcome.changes if change.model == rules.MODEL)
    assert contact.values == {"holder_post_id": CLERK, "concluded_at": None}


def test_an_upheld_no_leaves_the_contact_as_it_is() -> None:
    assert [change.model for change in verdict(reported(), "upheld").changes] == [rules.NEGATIVE_MODEL]


@pytest.mark.parametrize(
    ("state", "given", "words", "principal", "code"),
    [
        (reported(), "overturned", "", None, "contact.verdict_words"),
        (reported(), "maybe", "", None, "contact.verdict"),
        (reported(checked=True), "upheld", "", None, "contact.checked"),
        (reported(), "upheld", "", who(CLERK), "contact.not_allowed"),
        (reported(), "upheld", "", who(MANAGER, "hall_manager", region=20), "contact.not_allowed"),
    ],
    ids=["overturned without words", "no verdict", "checked before", "a clerk", "a manager of another region"],
)
def test_a_verdict_that_is_refused(
    state: ContactState, given: str, words: str, principal: Principal | None, code: str
) -> None:
    with pytest.raises(Refusal) as found:
        verdict(state, given, words, principal)
    assert found.value.code == code
