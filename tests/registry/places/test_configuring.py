"""Branch halls: recorded under a parent, merged by date, still found by whoever looks for the old one (WIN-28)."""

from __future__ import annotations

import uuid
from datetime import date
from itertools import chain, repeat

import pytest

from tests.registry.places.scenes import city, clerk, on_monday
from tongban.ground.errors import Conflict, Refusal
from tongban.ground.ledger.selectors import events_of
from tongban.registry.places import ending, founding, selectors
from tongban.registry.places.founding import HallDraft
from tongban.registry.places.models import Hall

pytestmark = [pytest.mark.django_db, pytest.mark.covers("WIN-28")]


def a_branch(slug: str = "medical-branch", key: uuid.UUID | None = None) -> Hall:
    main = city()
    draft = HallDraft(
        slug, Hall.Kind.BRANCH, "云溪市政务服务中心医保分中心", "民生路 8 号", "0500-8200199", parent_id=main.pk
    )
    return Hall.objects.get(pk=founding.record_hall(clerk("方砚秋"), main.region, draft, key))


def names_of(main: Hall, *, ended: bool = False) -> list[str]:
    lines = selectors.halls(main.region.no, main.region.end_no, "医保分中心", ended=ended)
    return [line.hall.slug for line in lines]


def test_a_branch_has_a_parent_and_is_found_beside_it() -> None:
    with on_monday():
        branch = a_branch()
        assert branch.parent_id == city().pk
        assert names_of(city()) == ["medical-branch"]
        with pytest.raises(Conflict):
            a_branch()


def test_of_two_sendings_at_the_same_time_the_later_gets_the_hall_of_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    with on_monday():
        key = a_branch().pk
        looks = chain([lambda _: False], repeat(founding._recorded))  # the second looked before the first was done
        monkeypatch.setattr(founding, "_recorded", lambda at: next(looks)(at))
        assert a_branch(key=key).pk == key


def test_a_merged_branch_leaves_the_list_and_its_history_stays() -> None:
    with on_monday():
        branch, manager = a_branch(), clerk("方砚秋")
        with pytest.raises(Refusal):
            ending.merge_hall(manager, branch.pk, branch.pk, date(2026, 11, 16), "通知")
        ending.merge_hall(manager, branch.pk, city().pk, date(2026, 11, 16), "通知")
        branch.refresh_from_db()
        assert (branch.merged_into_id, branch.merged_on) == (city().pk, date(2026, 11, 16))
        assert names_of(city()) == []
        assert names_of(city(), ended=True) == ["medical-branch"]
        assert [event.kind for event in events_of("hall", branch.pk)] == ["hall.recorded", "hall.merged"]


def test_a_window_clerk_neither_records_nor_merges() -> None:
    with on_monday(), pytest.raises(Refusal):
        ending.merge_hall(clerk(), city().pk, city().pk, date(2026, 11, 16), "通知")
