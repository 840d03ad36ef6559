"""The grade as a table and as properties: every point has a line, every line has a reason."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.ground.errors import Refusal
from tongban.registry.credit import rules
from tongban.registry.credit.rules import BAD, GRADES, GRAVE, KINDS, Fact, grade, repairable_from
from tongban.registry.credit.selectors import shipped

RULE = shipped()[-1]
DAY = date(2026, 11, 18)


def fact(kind: str, gravity: str = "", on: date = date(2026, 10, 1), until: date | None = None, **more: object) -> Fact:
    return Fact(uuid.uuid4(), kind, gravity, on, until, title="消防检查", **more)  # type: ignore[arg-type]


CASES = [
    ([], "B", "nothing is known"),
    ([fact("commitment_made")], "B", "a promise alone says nothing"),
    ([fact("commitment_kept")], "B", "one promise kept"),
    ([fact("commitment_kept")] * 2, "A", "two promises kept"),
    ([fact("commitment_kept")] * 9, "A", "good facts are capped"),
    ([fact("red_list", until=date(2027, 1, 1))], "A", "on the red list"),
    ([fact("breach", "minor")], "C", "a small breach"),
    ([fact("breach", "general")], "C", "a breach"),
    ([fact("breach", "serious")], "D", "a grave breach"),
    ([fact("breach", "minor")] * 2, "C", "two small breaches"),
    ([fact("breach", "general"), fact("annulled_for_breach")], "D", "annulled"),
    ([fact("commitment_kept")] * 4 + [fact("black_list", until=date(2027, 1, 1))], "D", "a black list beats all"),
    ([fact("black_list", until=date(2026, 11, 17))], "B", "the list has ended"),
    ([fact("breach", "serious", until=DAY)], "D", "the last day counts"),
    ([fact("breach", "serious", until=DAY - timedelta(days=1))], "B", "the term is over"),
    ([fact("breach", "serious", ended_on=DAY, ended_by="repaired")], "B", "repaired today"),
    ([fact("breach", "serious", ended_on=DAY + timedelta(days=1), ended_by="repaired")], "D", "repaired tomorrow"),
    ([fact("breach", "serious", on=DAY + timedelta(days=1))], "B", "what has not happened yet"),
]


@pytest.mark.covers("NTC-14")
@pytest.mark.parametrize(("facts", "letter", "comment"), CASES, ids=[case[2] for case in CASES])
def test_the_grade_follows_from_the_facts(facts: list[Fact], letter: str, comment: str) -> None:
    assert grade(RULE, facts, DAY).letter == letter, comment


FACTS = st.lists(
    st.builds(
        lambda kind, gravity, back, term, ended: Fact(
            uuid.uuid4(),
            kind,
            gravity if kind in GRAVE else "",
            DAY - timedelta(days=back),
            None if term is None else DAY - timedelta(days=back) + timedelta(days=term),
            None if ended is None else DAY - timedelta(days=ended),
            "" if ended is None else "repaired",
        ),
        st.sampled_from(sorted(set(KINDS) - {"repaired", "struck"})),
        st.sampled_from(sorted(rules.GRAVITIES)),
        st.integers(-30, 1200),
        st.one_of(st.none(), st.integers(0, 1200)),
        st.one_of(st.none(), st.integers(-60, 1000)),
    ),
    max_size=12,
)


@given(FACTS)
def test_the_lines_sum_to_the_total(facts: list[Fact]) -> None:
    found = grade(RULE, facts, DAY)
    assert sum(line.delta for line in found.lines) == found.total
    assert [line.total for line in found.lines] == [
        sum(one.delta for one in found.lines[: n + 1]) for n in range(len(found.lines))
    ]


@given(FACTS, st.sampled_from([("breach", "minor"), ("breach", "serious"), ("annulled_for_breach", "")]))
def test_a_fact_against_somebody_never_makes_the_grade_better(facts: list[Fact], bad: tuple[str, str]) -> None:
    before = grade(RULE, facts, DAY)
    after = grade(RULE, [*facts, fact(*bad)], DAY)
    assert GRADES.index(after.letter) >= GRADES.index(before.letter)


@given(FACTS, st.data())
def test_a_repair_never_makes_the_grade_worse(facts: list[Fact], data: st.DataObject) -> None:
    against = [one for one in facts if one.kind in BAD]
    if not against:
        return
    one = data.draw(st.sampled_from(against))
    repaired = [
        Fact(f.id, f.kind, f.gravity, f.on, f.effect_until, DAY, "repaired") if f.id == one.id else f for f in facts
    ]
    before, after = grade(RULE, facts, DAY), grade(RULE, repaired, DAY)
    assert GRADES.index(after.letter) <= GRADES.index(before.letter)


@given(st.dates(date(2000, 1, 1), date(2090, 12, 31)), st.integers(0, 60))
def test_months_after_a_day_land_in_the_right_month(day: date, months: int) -> None:
    found = rules.months_after(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day == day.day or (found + timedelta(days=1)).day == 1


def test_only_facts_against_somebody_can_be_repaired_and_not_too_early() -> None:
    assert repairable_from(RULE, fact("commitment_kept")) is None
    assert repairable_from(RULE, fact("breach", "minor")) == date(2026, 10, 1)
    assert repairable_from(RULE, fact("breach", "general")) == date(2027, 1, 1)
    assert repairable_from(RULE, fact("annulled_for_breach")) == date(2027, 10, 1)
    assert repairable_from(RULE, fact("breach", "minor", ended_on=DAY, ended_by="repaired")) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"bounds": {"A": 90, "C": 70, "B": 50}},
        {"bounds": {"A": 60, "B": 70, "C": 50}},
        {"points": {"breach.minor": 5}},
        {"points": {"breach": -5}},
        {"points": {"murder": -5}},
        {"valid_from": "gestern"},
        {"answer_days": 0},
    ],
)
def test_a_malformed_rule_is_refused(wrong: dict[str, object]) -> None:
    plain = {
        "version": "t",
        "valid_from": "2026-01-01",
        "basis": "文件第一条",
        "start": 80,
        "bounds": {"A": 90, "B": 70, "C": 50},
        "points": {},
        "most_good": 20,
        "months": {},
        "public": [],
        "repair_after_months": {"minor": 0, "general": 3, "serious": 12},
        "rectified_repairs": [],
    }
    assert rules.from_json([plain])[0].start == 80
    assert rules.from_json([plain])[0].answer_days == rules.ANSWER_DAYS
    assert rules.from_json([plain | {"answer_days": 15}])[0].answer_days == 15
    with pytest.raises(Refusal, match="格式不对"):
        rules.from_json([plain | wrong])


def test_before_the_first_rule_there_is_no_grade() -> None:
    with pytest.raises(Refusal, match="还没有信用分级规则"):
        rules.rule_of(date(2010, 1, 1), shipped())
