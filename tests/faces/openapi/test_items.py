"""The catalogue over the API: search, list and guide, open to everybody."""

from __future__ import annotations

import pytest
from django.test import Client

from tongban.registry.catalog.models import HandlingOption

pytestmark = pytest.mark.django_db


def test_an_item_is_found_by_everyday_words() -> None:
    found = Client().get("/api/v1/items", {"q": "开理发店"}).json()
    assert found["items"][0]["slug"] == "hygiene-licence"


def test_the_list_turns_its_pages_by_slug() -> None:
    seen: list[str] = []
    page = Client().get("/api/v1/items", {"limit": 1}).json()
    while True:
        seen += [item["slug"] for item in page["items"]]
        if not page["next"]:
            break
        page = Client().get("/api/v1/items", {"limit": 1, "after": page["next"]}).json()
    assert seen == sorted(HandlingOption.objects.filter(standing="configured").values_list("slug", flat=True))
    assert {"hygiene-licence", "road-permit"} <= set(seen)


def test_the_guide_tells_fields_choices_and_materials() -> None:
    guide = Client().get("/api/v1/items/hygiene-licence").json()
    kind = next(f for f in guide["questions"] if f["path"] == "premises.kind")
    assert "hair_salon" in {choice["code"] for choice in kind["choices"]}
    assert {m["source"] for m in guide["materials"]} >= {"uploaded", "exempt"}
    assert guide["acceptance_limit"] == {
        "n": 5,
        "unit": "working_day",
        "basis": "中华人民共和国行政许可法第三十二条",
    }


def test_an_unknown_item_is_a_problem_in_chinese() -> None:
    answer = Client().get("/api/v1/items/nothing")
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("application/problem+json")
    assert answer.json()["code"] == "catalog.option"


@pytest.mark.parametrize("limit", ["0", "-1", "101", "99999999999999999999", "x"])
def test_a_limit_out_of_bounds_is_refused(limit: str) -> None:
    answer = Client().get("/api/v1/items", {"limit": limit})
    assert answer.status_code == 422
    assert answer.json()["field"] == "limit"


@pytest.mark.slow
def test_no_page_of_the_framework_is_served() -> None:
    assert Client().get("/api/v1/docs").status_code == 404
    assert Client().get("/api/v1/openapi.json").json()["openapi"].startswith("3.")
