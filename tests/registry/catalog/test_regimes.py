"""The law of each kind of item: dated data with its articles; nothing is deemed or stopped outside licensing."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from tongban.ground.errors import Refusal
from tongban.registry.catalog.lawful import cites
from tongban.registry.catalog.regimes import regime_of
from tongban.registry.catalog.special_steps import SPECIAL_STEPS

DAY = date(2026, 6, 1)
OTHERS = (
    "registration",
    "confirmation",
    "payment",
    "award",
    "adjudication",
    "filing",
    "public_service",
    "other_power",
)
ARTICLE_45 = {
    "hearing",
    "tender",
    "auction",
    "conformity_inspection",
    "testing",
    "quarantine",
    "appraisal",
    "expert_review",
}


def test_licensing_says_what_the_licensing_law_says() -> None:
    law = regime_of("licensing", DAY)
    limits = (law.acceptance_limit, law.statutory_limit, law.joint_limit, law.delivery_limit)
    assert [(told.n, told.unit) for told in limits if told] == [(n, "working_day") for n in (5, 20, 45, 10)]
    assert [told.basis for told in limits if told] == [
        "行政许可法第三十二条",
        "行政许可法第四十二条",
        "行政许可法第四十二条第二款",
        "行政许可法第四十四条",
    ]
    assert (law.extension_max, law.joint_extension_max) == (10, 15)
    assert set(law.lawful_stops) == ARTICLE_45 < set(SPECIAL_STEPS)
    assert {one.article for one in law.basis} == {f"第{n}条" for n in ("三十二", "四十二", "四十四", "四十五", "五十")}
    assert law.deemed_acceptance
    assert law.deemed_renewal


@pytest.mark.needs_shared
def test_its_days_are_those_of_the_table_of_deadlines(shared: Path) -> None:
    rows = {
        row["code"]: row for row in csv.DictReader((shared / "reference/data/deadlines.csv").open(encoding="utf-8"))
    }
    law = regime_of("licensing", DAY)
    told = {
        "XK-CORRECT": (law.acceptance_limit, None),
        "XK-DECIDE": (law.statutory_limit, law.extension_max),
        "XK-JOINT": (law.joint_limit, law.joint_extension_max),
        "XK-ISSUE": (law.delivery_limit, None),
    }
    for code, (limit, extension) in told.items():
        assert limit
        assert (str(limit.n), limit.unit) == (rows[code]["days"], "working_day"), code
        assert rows[code]["extension"] == (str(extension) if extension else ""), code


@pytest.mark.parametrize("code", OTHERS)
def test_outside_licensing_nothing_is_deemed_statutory_or_stopped_by_the_regime(code: str) -> None:
    law = regime_of(code, DAY)
    assert not law.deemed_acceptance
    assert not law.deemed_renewal
    assert law.lawful_stops == ()
    assert (law.acceptance_limit, law.statutory_limit, law.joint_limit, law.delivery_limit) == (None,) * 4
    assert (law.extension_max, law.joint_extension_max) == (None, None)


def test_only_registration_and_filing_know_no_acceptance_of_their_own() -> None:
    separate = {code for code in ("licensing", *OTHERS) if regime_of(code, DAY).separate_acceptance}
    assert set(OTHERS) - separate == {"registration", "filing"}


def test_a_filing_and_an_adjudication_are_never_refused() -> None:
    assert {code for code in OTHERS if not regime_of(code, DAY).negative} == {"filing", "adjudication"}


def test_whoever_gets_no_decision_may_only_complain() -> None:
    assert {code for code in OTHERS if regime_of(code, DAY).remedies == "complaint"} == {"filing", "public_service"}


def test_a_regime_is_dated_and_an_unknown_one_is_refused() -> None:
    assert regime_of("licensing", date(2004, 7, 1)).code == "licensing"
    for code, day in (("licensing", date(2004, 6, 30)), ("favour", DAY), ("", DAY)):
        with pytest.raises(Refusal, match=r"catalog\.regime"):
            regime_of(code, day)


def test_every_value_of_law_names_its_article() -> None:
    law = regime_of("licensing", DAY)
    for limit in (law.acceptance_limit, law.statutory_limit, law.joint_limit, law.delivery_limit):
        assert limit
        assert cites(limit.basis)
    assert all(one.check == "checked" for one in law.basis)
