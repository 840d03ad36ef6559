"""The road over the API: two machines take a case from the application to the decision, by the same rules as people."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

from tests.faces.openapi.machines import (
    LU,
    SHEN,
    VIEW,
    a_case,
    a_handler,
    a_machine,
    an_approver,
    an_examiner,
    application,
    picture,
    the_window,
)
from tests.support import builders
from tongban.demo import names, places
from tongban.ground.ledger.selectors import events_of
from tongban.procedures.cases.models import Case
from tongban.registry.licences.models import Licence
from tongban.registry.parties.models import Person

pytestmark = pytest.mark.django_db


def task_of(machine, number: str) -> str:
    """The id of the task that waits for the machine's post."""
    return machine.get(f"/cases/{number}").json()["tasks"][0]["id"]


def test_machines_take_a_case_from_application_to_sealed_licence() -> None:
    window = the_window()
    number = a_case(window)
    seen = window.get(f"/cases/{number}").json()
    assert (seen["state"], seen["channel"]) == ("submitted", "api")
    assert seen["clocks"][0]["kind"] == "acceptance"
    assert window.post(f"/cases/{number}/accept", {}).json()["state"] == "in_review"
    for machine in (a_handler(), an_examiner()):
        assert [t["number"] for t in machine.get("/tasks", limit=100).json()["items"]].count(number) == 1
        body = {"verdict": "pass", "text": "材料齐全，符合条件", "points": [{"point": "平面图一致", "ok": True}]}
        assert machine.post(f"/cases/{number}/steps/{task_of(machine, number)}", body).status_code == 200
    approver = an_approver()
    assert approver.post(f"/cases/{number}/decisions", {"outcome": "granted"}).json()["state"] == "decided"
    builders.settle(Case.objects.get(number=number).id)
    issuing = a_machine(names.GOVERNMENT_SERVICES, names.ISSUING_POST, *VIEW, "cases.case.deliver")
    papers = issuing.get(f"/cases/{number}").json()["papers"]
    assert {p["state"] for p in papers} == {"sealed"}
    licence_paper = next(p for p in papers if p["kind"] == "licence")
    pdf = issuing.get(f"/cases/{number}/papers/{licence_paper['id']}")
    assert pdf["Content-Type"] == "application/pdf"
    assert issuing.post(f"/cases/{number}/deliveries", {"received_by": LU.name}).json()["state"] == "delivered"
    verified(pdf.content, number)


def verified(pdf: bytes, number: str) -> None:
    """A stranger verifies by code and by file; an altered copy is told from the original."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    def by_file(content: bytes) -> dict[str, object]:
        file = SimpleUploadedFile("licence.pdf", content)
        return Client().post("/api/v1/licences/verify", {"file": file}).json()

    code = Licence.objects.get(case_id=Case.objects.get(number=number).id).code
    assert Client().get(f"/api/v1/licences/{code.lower()}").json()["genuine"] is True
    assert by_file(pdf)["genuine"] is True
    altered = by_file(pdf + b"\n% more\n")
    assert (altered["signature"], altered["content"], altered["genuine"]) == ("ok", "bad", False)
    unknown = by_file(b"%PDF-1.7 nothing of ours")
    assert unknown["found"] is None
    assert unknown["genuine"] is False


def test_the_same_key_gives_the_same_case_and_another_body_is_a_conflict() -> None:
    window = the_window()
    body, key = application(window), str(uuid.uuid4())
    first, second = window.post("/cases", body, key=key), window.post("/cases", body, key=key)
    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert second["Idempotency-Replayed"] == "true"
    assert Case.objects.filter(channel="api").count() == 1
    other = window.post("/cases", body | {"delivery_mode": "counter"}, key=key)
    assert other.status_code == 409
    assert other.json()["code"] == "idempotency.other_request"


def test_keys_of_two_machines_never_meet() -> None:
    one, two, key = the_window(), the_window(), "order-1"
    assert (
        one.post("/cases", application(one), key=key).json()["number"]
        != (two.post("/cases", application(two), key=key).json()["number"])
    )


def test_an_application_needs_a_key() -> None:
    window = the_window()
    answer = window.post("/cases", application(window))
    assert answer.status_code == 422
    assert answer.json()["field"] == "Idempotency-Key"


def test_a_repeated_act_with_its_key_gets_the_first_answer_and_without_is_refused() -> None:
    window = the_window()
    number = a_case(window)
    first = window.post(f"/cases/{number}/accept", {}, key="accept-1")
    again = window.post(f"/cases/{number}/accept", {}, key="accept-1")
    assert (first.status_code, first.content) == (again.status_code, again.content) == (200, first.content)
    bare = window.post(f"/cases/{number}/accept", {})
    assert (bare.status_code, bare.json()["code"]) == (422, "case.wrong_state")


@pytest.mark.covers("SEC-13")
def test_a_case_of_another_post_does_not_exist_for_a_machine() -> None:
    number = a_case(the_window())
    stranger = a_machine(names.TRAFFIC_POLICE, names.TRAFFIC_EXAMINE_POST, *VIEW, "cases.step.examine")
    assert stranger.get(f"/cases/{number}").status_code == 404
    assert stranger.post(f"/cases/{number}/steps/{uuid.uuid4()}", {"verdict": "pass", "text": "x"}).status_code == 404
    assert stranger.get("/cases/YX2026-0101-999999").status_code == 404


@pytest.mark.covers("DAT-08")
def test_a_machine_may_do_no_more_than_its_scopes() -> None:
    number = a_case(the_window())
    looking = a_machine(names.GOVERNMENT_SERVICES, names.WINDOW_POST, *VIEW)
    refused = looking.post(f"/cases/{number}/accept", {})
    assert (refused.status_code, refused.json()["code"]) == (403, "scope.missing")
    blind = a_machine(names.GOVERNMENT_SERVICES, names.WINDOW_POST, "work.task.view")
    assert blind.get(f"/cases/{number}").status_code == 403


def test_scopes_give_no_power_that_the_post_has_not() -> None:
    window = the_window()
    number = a_case(window)
    window.post(f"/cases/{number}/accept", {})
    handler = a_machine(names.HEALTH, names.HYGIENE_HANDLE_POST, *VIEW, "cases.case.decide")
    answer = handler.post(f"/cases/{number}/decisions", {"outcome": "granted"})
    assert (answer.status_code, answer.json()["code"]) == (422, "case.not_allowed")


def test_everything_that_is_missing_is_told_at_once() -> None:
    window = the_window()
    body = application(window)
    del body["answers"]["business.name"], body["files"]["floor_plan"]
    answer = window.post("/cases", body, key="k")
    assert answer.status_code == 422
    fields = {entry["field"] for entry in answer.json().get("errors", [])} | {answer.json().get("field")}
    assert "business.name" in fields
    body["answers"]["business.name"] = "明远理发店"
    answer = window.post("/cases", body, key="k")
    assert "floor_plan" in {entry["field"] for entry in answer.json()["errors"]}


def test_a_foreign_file_is_not_taken() -> None:
    window, other = the_window(), the_window()
    body = application(window)
    body["files"]["floor_plan"] = [other.upload(picture(), "x.png").json()["id"]]
    answer = window.post("/cases", body, key="k")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "files.unknown"


def test_an_exe_renamed_to_jpg_is_refused_in_chinese() -> None:
    answer = the_window().upload(b"MZ" + bytes(300), "photo.jpg")
    assert answer.status_code == 422
    assert "photo.jpg" in answer.json()["title"]


def test_a_name_that_is_not_the_registered_one_is_refused_without_telling_the_right_one() -> None:
    window = the_window()
    applicant = {"person": {"id_number": SHEN.id_number, "name": "陆明远"}}
    answer = window.post("/cases", application(window, applicant=applicant), key="k")
    assert (answer.status_code, answer.json()["code"]) == (422, "applicant.name")
    assert SHEN.name not in answer.content.decode()
    assert SHEN.id_number not in answer.content.decode()


def test_a_wrong_check_digit_is_refused() -> None:
    window = the_window()
    wrong = LU.id_number[:-1] + ("1" if LU.id_number[-1] != "1" else "2")
    applicant = {"person": {"id_number": wrong, "name": LU.name}}
    answer = window.post("/cases", application(window, applicant=applicant), key="k")
    assert (answer.status_code, answer.json()["code"]) == (422, "id_number.check_digit")


def test_a_person_who_is_new_is_registered_once() -> None:
    from tongban.ground.identifiers import id_check_digit

    body = "33990219900101333"
    applicant = {
        "person": {"id_number": body[:17] + id_check_digit(body[:17]), "name": "田一宁", "mobile": "13800098765"}
    }
    window, before = the_window(), Person.objects.count()
    for key in ("k1", "k2"):
        assert window.post("/cases", application(window, applicant=applicant), key=key).status_code == 201
    assert Person.objects.count() == before + 1


def test_an_organisation_is_represented_by_its_leader_or_mandated_agent_only() -> None:
    window = the_window()
    uscc = places.make_uscc("92", "339902", "MA7A0001")
    leader = {"organisation_uscc": uscc, "agent": {"id_number": SHEN.id_number, "name": SHEN.name}}
    number = a_case(window, applicant=leader)
    assert Case.objects.get(number=number).applicant_organisation.uscc == uscc
    other = {"organisation_uscc": uscc, "agent": {"id_number": LU.id_number, "name": LU.name}}
    answer = window.post("/cases", application(window, applicant=other), key="k")
    assert (answer.status_code, answer.json()["code"]) == (422, "applicant.agent_without_mandate")


@pytest.mark.covers("SEC-05", "SEC-06")
def test_personal_values_are_masked_and_the_read_is_on_record() -> None:
    window = the_window()
    number = a_case(window)
    text = window.get(f"/cases/{number}").content.decode()
    for value in (LU.id_number, LU.mobile):
        assert value not in text
    person_id = Case.objects.get(number=number).applicant_person_id
    assert events_of("person", person_id)[-1].kind == "person.viewed"


def test_one_notice_of_everything_and_no_second_with_new_points() -> None:
    window = the_window()
    number = a_case(window)
    item = {"target": "material", "code": "floor_plan", "fault": "没有标出消毒间", "remedy": "补画后重新上传"}
    told = window.post(f"/cases/{number}/corrections", {"items": [item]})
    assert told.json()["state"] == "correction_requested"
    unlisted = window.post(f"/cases/{number}/corrections", {"items": [item | {"code": "blood_test"}]})
    assert (unlisted.status_code, unlisted.json()["code"]) == (422, "notice.unlisted")


def test_a_refusal_of_acceptance_is_written() -> None:
    window = the_window()
    number = a_case(window)
    body = {"kind": "not_required", "reason": "只卖包装食品，不属于公共场所"}
    assert window.post(f"/cases/{number}/refusals-of-acceptance", body).json()["state"] == "not_accepted"


@pytest.mark.slow
def test_the_work_list_turns_its_pages_by_key() -> None:
    window = the_window()
    numbers = {a_case(window) for _ in range(3)}
    first = window.get("/tasks", limit=2).json()
    second = window.get("/tasks", limit=2, after=first["next"]).json()
    found = [task["number"] for task in first["items"] + second["items"]]
    assert len(first["items"]) == 2
    assert numbers <= set(found)
    assert window.get("/tasks", after="nonsense").status_code == 422
