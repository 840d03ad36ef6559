"""The catalogue over the API: list and filters, search, guide and tree, what is only listed; open to everybody."""

from __future__ import annotations

import csv
import io
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tongban.demo import names
from tongban.registry.catalog import directory, selectors
from tongban.registry.catalog.directory import Filters
from tongban.registry.catalog.models import HandlingOption
from tongban.registry.catalog.taxonomy import DOMAINS, ITEM_TYPES
from tongban.registry.parties.models import Department

pytestmark = [pytest.mark.django_db, pytest.mark.aside]


def listed(**query: Any) -> dict[str, Any]:
    """One page of the list."""
    answer = Client().get("/api/v1/items", query)
    assert answer.status_code == 200, answer.content.decode()
    found: dict[str, Any] = answer.json()
    return found


def everything(**query: Any) -> list[dict[str, Any]]:
    """All pages of the list."""
    seen: list[dict[str, Any]] = []
    page = listed(limit=100, **query)
    while True:
        seen += page["items"]
        if not page["next"]:
            return seen
        page = listed(limit=100, after=page["next"], **query)


def a_listed_slug() -> str:
    return HandlingOption.objects.filter(standing="listed", retired_at=None).values_list("slug", flat=True)[0]


def test_an_item_is_found_by_everyday_words() -> None:
    found = listed(q="开理发店")
    assert found["items"][0]["slug"] == "hygiene-licence"
    assert found["items"][0]["configured"] is True
    assert found["total"] == len(listed(q="开理发店", limit=100)["items"])


def test_a_search_is_narrowed_by_the_filters() -> None:
    assert {one["configured"] for one in listed(q="养老", standing="listed")["items"]} == {False}
    assert not listed(q="开理发店", item_type="award", standing="configured")["items"]


@pytest.mark.covers("CAT-01", "CAT-25")
def test_the_list_holds_everything_once_and_what_can_be_done_here_first() -> None:
    seen = everything()
    here = [one["configured"] for one in seen]
    assert here == sorted(here, reverse=True)
    assert len(seen) == len({one["slug"] for one in seen}) == listed()["total"]
    assert {one["slug"] for one in seen if one["configured"]} == set(selectors.guide_slugs())
    assert False in here


@pytest.mark.covers("CAT-01", "CAT-02")
@pytest.mark.parametrize(
    "query",
    [
        {"standing": "listed"},
        {"item_type": "licensing"},
        {"audience": "person", "theme": "housing"},
        {"stage": "retirement"},
        {"domain": "insurance"},
        {"level": "county"},
        {"region": "339921"},
        {"how": "online"},
    ],
)
def test_every_filter_of_the_catalogue_is_one_of_the_api(query: dict[str, str]) -> None:
    wanted = [entry.slug for entry in directory.page(Filters(**query), size=10_000).items]
    assert [one["slug"] for one in everything(**query)] == wanted
    assert listed(**query)["total"] == len(wanted)


def test_a_department_is_asked_for_by_its_credit_code() -> None:
    unit = Department.objects.get(short_name=names.HEALTH)
    found = everything(department=unit.uscc)
    assert {one["department"] for one in found} == {unit.name}
    assert "hygiene-licence" in {one["slug"] for one in found}
    assert not everything(department="91330000000000000X")


@pytest.mark.covers("CAT-01", "CAT-02")
def test_every_item_type_and_domain_may_be_asked_for() -> None:
    for key in ITEM_TYPES:
        listed(item_type=key, limit=1)
    for key in DOMAINS:
        listed(domain=key, limit=1)
    assert Client().get("/api/v1/items", {"item_type": "tax"}).status_code == 422


@pytest.mark.covers("CAT-25")
def test_the_open_data_of_the_same_items_is_linked_and_there() -> None:
    page = listed(item_type="award", standing="listed", limit=1)
    for kind in ("csv", "json"):
        parts = urlsplit(page["exports"][f"{kind}_url"])
        answer = Client().get(f"{parts.path}?{parts.query}")
        assert answer.status_code == 200
        content = b"".join(answer.streaming_content).decode()
        if kind == "csv":
            assert len(list(csv.reader(io.StringIO(content)))) == page["total"] + 1
        else:
            assert content.count('"option_code"') == page["total"]


@pytest.mark.covers("CAT-12")
def test_the_guide_tells_the_five_elements_fields_choices_and_materials() -> None:
    guide = Client().get("/api/v1/items/hygiene-licence").json()
    kind = next(f for f in guide["questions"] if f["path"] == "premises.kind")
    assert "hair_salon" in {choice["code"] for choice in kind["choices"]}
    assert {m["source"] for m in guide["materials"]} >= {"uploaded", "exempt"}
    content = selectors.version_in_force("hygiene-licence")[1]
    assert guide["case_type"] == content.case_type
    assert guide["promised_limit"]["n"] == content.promised_limit.n
    assert guide["online_depth"] == list(content.online_depth)
    assert guide["application_modes"] == list(content.application_modes)
    assert guide["visits_required"] == content.visits_required
    assert guide["acceptance_limit"] == {
        "n": 5,
        "unit": "working_day",
        "basis": "中华人民共和国行政许可法第三十二条",
    }
    for link in ("guide", "apply"):
        assert Client().get(urlsplit(guide[link]).path).status_code in {200, 302}


@pytest.mark.covers("CAT-15")
def test_the_tree_goes_from_the_item_to_its_handling_options_and_their_situations() -> None:
    for slug in selectors.guide_slugs():
        content = selectors.version_in_force(slug)[1]
        guide = Client().get(f"/api/v1/items/{slug}").json()
        tree = guide["tree"]
        own = next(one for one in tree["options"] if one["slug"] == slug)
        assert (tree["item_code"], tree["entry_code"]) == (content.item_code, content.entry_code)
        assert [one["key"] for one in own["situations"]] == [one.key for one in content.situations]
        assert [one["key"] for one in guide["situations"]] == [one.key for one in content.situations]
        assert own["configured"] is True
    siblings = HandlingOption.objects.filter(item__options__slug="hygiene-licence", retired_at=None)
    tree = Client().get("/api/v1/items/hygiene-licence").json()["tree"]
    assert {one["slug"] for one in tree["options"]} == set(siblings.values_list("slug", flat=True))


@pytest.mark.covers("CAT-12", "CAT-25")
def test_an_item_of_another_list_says_that_it_is_not_done_here_and_where_it_is() -> None:
    slug = a_listed_slug()
    guide = Client().get(f"/api/v1/items/{slug}").json()
    assert (guide["standing"], guide["configured"]) == ("listed", False)
    assert guide["note"].startswith("这个事项还不能在本平台申请")
    assert guide["where"]["phone"] and guide["where"]["address"]
    assert slug in {one["slug"] for one in guide["tree"]["options"]}
    entry = directory.listed_option(slug)
    assert entry is not None
    assert guide["visits_required"] == entry.listing.visits
    assert guide["case_type"] == entry.listing.case_type
    assert "form" not in guide


@pytest.mark.parametrize("path", ["/items", "/items/hygiene-licence", "/items/changes", "/items?standing=listed"])
def test_a_copy_that_is_still_true_is_not_sent_again(path: str) -> None:
    first = Client().get(f"/api/v1{path}")
    again = Client().get(f"/api/v1{path}", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert Client().get(f"/api/v1{path}", headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_guide_tells_when_its_version_came() -> None:
    assert Client().get("/api/v1/items/hygiene-licence")["Last-Modified"].endswith("GMT")
    assert Client().get(f"/api/v1/items/{a_listed_slug()}")["Last-Modified"].endswith("GMT")


def test_reading_the_catalogue_costs_few_queries() -> None:
    slug = a_listed_slug()
    for path, most in (
        ("/items?limit=100", 3),  # the stamp now and then, what can be done here, what is listed
        (f"/items?department={'9' * 18}", 4),
        ("/items?q=开店&limit=100", 4),  # the search's two
        ("/items/hygiene-licence", 2),  # the version in force, the tree
        (f"/items/{slug}", 3),
        ("/items/changes?limit=100", 3),
    ):
        assert Client().get(f"/api/v1{path}").status_code == 200
        assert min(queries(path), queries(path)) <= most, "what is kept of search and numbers is renewed now and then"


def queries(path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert Client().get(f"/api/v1{path}").status_code == 200
    return len(captured)


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


def test_head_is_answered_wherever_get_is() -> None:
    got = Client().get("/api/v1/items/hygiene-licence")
    head = Client().head("/api/v1/items/hygiene-licence")
    assert (head.status_code, head["ETag"], head.content) == (200, got["ETag"], b"")


def test_a_method_that_is_not_taken_is_a_problem_that_names_those_that_are() -> None:
    answer = Client().put("/api/v1/items")
    assert (answer.status_code, answer["Allow"]) == (405, "GET")
    assert answer["Content-Type"].startswith("application/problem+json")
    assert answer.json()["type"] == "urn:tongban:error:http.method_not_allowed"


def test_a_body_that_cannot_be_read_is_told_in_chinese() -> None:
    answer = Client().post("/api/v1/progress", "{bad", content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "http.bad_request")
    assert "JSON" in answer.json()["detail"] and "parse" not in answer.json()["detail"]
