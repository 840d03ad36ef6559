"""Lists, events, messages, every act of the desk's table, and progress without an account, over the API."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.faces.openapi.machines import (
    VIEW,
    WINDOW_SCOPES,
    Machine,
    a_case,
    a_handler,
    a_machine,
    application,
    picture,
    the_window,
)
from tongban.demo import names
from tongban.procedures.cases.models import Case
from tongban.registry.parties.models import ApiClient

pytestmark = [pytest.mark.django_db, pytest.mark.aside]


def numbers(machine: Machine, **query: object) -> list[str]:
    """Numbers on the first page of the list."""
    return [entry["number"] for entry in machine.get("/cases", **query).json()["items"]]


def test_a_post_lists_the_cases_it_has_to_do_with_and_no_other() -> None:
    window = the_window()
    first, second = a_case(window), a_case(window)
    assert numbers(window, limit=2) == [second, first]
    page = window.get("/cases", limit=1).json()
    assert [entry["number"] for entry in window.get("/cases", limit=1, after=page["next"]).json()["items"]] == [first]
    assert first not in numbers(a_handler(), limit=100)
    window.post(f"/cases/{first}/accept", {})
    assert numbers(a_handler(), limit=100)[0] == first
    assert first not in numbers(a_machine(names.ROADS, names.ROAD_HANDLE_POST, *VIEW), limit=100)
    assert window.get("/cases", limit=1).json()["items"][0]["applicant"] != "陆明远"


def test_the_list_is_narrowed_by_state_item_and_days() -> None:
    window = the_window()
    number = a_case(window)
    assert numbers(window, state="submitted", limit=1) == [number]
    assert number not in numbers(window, state="in_review", limit=100)
    assert numbers(window, item=names.HYGIENE_SLUG, limit=1) == [number]
    assert numbers(window, item="no-such-item") == []
    assert numbers(window, submitted_from="2000-01-01", submitted_until="2000-12-31") == []
    assert window.get("/cases", state="invented").status_code == 422
    assert window.get("/cases", submitted_from="yesterday").status_code == 422


def test_the_list_is_one_query_beside_the_token(django_assert_num_queries: object) -> None:
    window = the_window()
    a_case(window)
    window.get("/cases")
    with django_assert_num_queries(2):  # type: ignore[operator]
        window.get("/cases", limit=50)


def test_events_tell_what_happened_in_order_and_from_where_one_has_been() -> None:
    window = the_window()
    number = a_case(window)
    window.post(f"/cases/{number}/accept", {})
    events = window.get(f"/cases/{number}/events").json()
    kinds = [event["kind"] for event in events]
    assert kinds[0] == "case.submitted"
    assert "case.accepted" in kinds
    rest = window.get(f"/cases/{number}/events", after=events[0]["sequence"]).json()
    assert [event["id"] for event in rest] == [event["id"] for event in events[1:]]
    assert "陆明远" not in str(events)


def test_every_act_of_the_table_is_offered_with_its_values_and_can_be_done() -> None:
    window = the_window()
    number = a_case(window)
    offered = {act["act"]: act for act in window.get(f"/cases/{number}/acts").json()}
    assert {"accept", "request-correction", "refuse-acceptance"} <= offered.keys()
    assert "correct-on-the-spot" not in offered  # its scope was not given
    faults = offered["request-correction"]
    assert faults["more_rows"]
    target = next(value for value in faults["values"] if value["name"] == "target-0")
    code = target["options"][0]["code"]
    refused = window.post(f"/cases/{number}/acts/request-correction", {"values": {"target-0": code}})
    assert refused.status_code == 422
    assert {error["field"] for error in refused.json()["errors"]} == {"fault-0", "remedy-0"}
    assert refused["Content-Type"].startswith("application/problem+json")
    values = {"target-0": code, "fault-0": "平面图缺少尺寸", "remedy-0": "标注每个房间的长和宽"}
    first = window.post(f"/cases/{number}/acts/request-correction", {"values": values}, key="once")
    again = window.post(f"/cases/{number}/acts/request-correction", {"values": values}, key="once")
    assert (first.status_code, first.json()["state"]) == (200, "correction_requested")
    assert again.json() == first.json()
    assert again["Idempotency-Replayed"] == "true"
    assert window.post(f"/cases/{number}/acts/accept", {}).status_code == 404
    assert Case.objects.get(number=number).corrections == 1


def test_an_act_takes_files_that_the_caller_uploaded_and_no_other() -> None:
    window = a_machine(names.GOVERNMENT_SERVICES, names.WINDOW_POST, *WINDOW_SCOPES, "cases.case.correct_on_the_spot")
    number = a_case(window)
    foreign = the_window().upload(picture(), "其他系统的.png").json()["id"]
    values = {"signed_by": "陆明远"}
    body = {"values": values, "files": {"floor_plan": [foreign]}}
    assert window.post(f"/cases/{number}/acts/correct-on-the-spot", body).json()["code"] == "files.unknown"
    body = {"values": values, "files": {"passport": [foreign]}}
    assert window.post(f"/cases/{number}/acts/correct-on-the-spot", body).json()["code"] == "act.files"
    mine = window.upload(picture(), "平面图.png").json()["id"]
    body = {"values": values, "files": {"floor_plan": [mine]}}
    done = window.post(f"/cases/{number}/acts/correct-on-the-spot", body)
    assert done.status_code == 200, done.content.decode()
    materials = window.get(f"/cases/{number}").json()["materials"]
    assert [f["id"] for m in materials if m["code"] == "floor_plan" for f in m["files"]] == [mine]


@pytest.mark.covers("MOB-01", "PRT-12")
def test_progress_needs_the_query_password_and_names_nobody() -> None:
    window = the_window()
    made = window.post("/cases", application(window), key="progress").json()
    body = {"number": made["number"], "query_password": made["query_password"]}
    shown = Client().post("/api/v1/progress", body, content_type="application/json")
    assert shown.status_code == 200
    assert shown.json()["state_words"] == "已提交"
    assert "陆明远" not in shown.content.decode()
    wrong = {**body, "query_password": "000000"}
    answers = [Client().post("/api/v1/progress", wrong, content_type="application/json") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [404, 404, 404, 429]


@pytest.mark.covers("NEA-01")
def test_departments_and_the_tree_of_regions_are_open() -> None:
    regions = Client().get("/api/v1/regions").json()
    assert regions[0]["parent"] == "" or regions[0]["level"] in {"province", "city"}
    assert {region["level"] for region in regions} >= {"city", "county", "township"}
    codes = {region["code"] for region in regions}
    assert all(region["parent"] in codes for region in regions[1:])
    departments = Client().get("/api/v1/departments").json()
    assert {"uscc", "name", "phone"} <= departments[0].keys()
    one = Client().get("/api/v1/departments", {"region": departments[0]["region"]}).json()
    assert {entry["region"] for entry in one} == {departments[0]["region"]}


def test_a_client_that_is_switched_off_is_out_at_once() -> None:
    window = the_window()
    ApiClient.objects.filter(client_id=window.client_id).update(is_active=False)
    assert window.get("/cases").status_code == 401
