"""What the law makes public: a table of regime, result and kind of applicant; masked names stay masked."""

from __future__ import annotations

from datetime import date

import pytest

from tongban.insight.publicity import rules

RULE = rules.rule_in_force(rules.shipped(), date(2026, 11, 29))


@pytest.mark.parametrize(
    ("regime", "outcome", "organisation", "name", "uscc"),
    [
        ("licensing", "granted", True, "云溪云边茶舍有限公司", "91330102MA2XXXXX1A"),
        ("licensing", "granted", False, "陆*远", ""),
        ("licensing", "refused", True, "", ""),
        ("licensing", "refused", False, "", ""),
        ("payment", "granted", False, "", ""),
        ("payment", "granted", True, "云*********", ""),
        ("confirmation", "granted", False, "", ""),
        ("filing", "recorded", True, "云*********", ""),
        ("award", "granted", False, "陆*远", ""),
        ("adjudication", "adjudicated", True, "", ""),
        ("unheard_of", "granted", True, "", ""),
    ],
)
def test_who_applied_is_shown_as_the_law_of_the_item_says(
    regime: str, outcome: str, organisation: bool, name: str, uscc: str
) -> None:
    label = "云溪云边茶舍有限公司" if organisation else "陆明远"
    told = rules.applicant(
        RULE, regime, outcome, label=label, organisation=organisation, uscc="91330102MA2XXXXX1A" if organisation else ""
    )
    assert (told.name, told.uscc) == (name, uscc)


def test_a_name_that_is_masked_already_is_not_changed() -> None:
    for label in ("陆*远", "张*", "欧阳**"):
        told = rules.applicant(RULE, "licensing", "granted", label=label, organisation=False)
        assert told.name == label


def test_a_dispute_between_parties_is_closed_and_licences_are_open() -> None:
    assert RULE.is_open("licensing")
    assert not RULE.is_open("adjudication")
    assert any("第四十条" in line for line in RULE.basis)
