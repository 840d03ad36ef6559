"""One mapper: HTML page, htmx partial, RFC 9457 JSON."""

from __future__ import annotations

import json

from django.http import HttpRequest
from django.test import RequestFactory

from tongban.faces import errors
from tongban.ground.errors import Conflict, NotFound, Refusal, Refusals, SignInNeeded, TooMany, Unavailable
from tongban.ground.policy import ANONYMOUS


def _request(path: str = "/my/", **headers: str) -> HttpRequest:
    request = RequestFactory().get(path, headers=headers)
    request.principal = ANONYMOUS  # type: ignore[attr-defined]
    return request


def test_a_refusal_says_what_is_wrong_and_what_to_do() -> None:
    response = errors.respond(_request(), Refusal("x.y", "设备布局图第 2 页没有标洗手池", remedy="补画后重新上传"))
    text = response.content.decode()
    assert response.status_code == 422
    assert "设备布局图第 2 页没有标洗手池" in text
    assert "补画后重新上传" in text
    assert text.count("<h1") == 1


def test_each_kind_has_its_status() -> None:
    for error, status in (
        (NotFound(), 404),
        (Conflict("a", "b"), 409),
        (TooMany("a", "b"), 429),
        (Unavailable("sms", "短信暂时发不出"), 503),
    ):
        assert errors.respond(_request(), error).status_code == status


def test_htmx_gets_only_the_partial() -> None:
    text = errors.respond(_request(**{"HX-Request": "true"}), Refusal("x.y", "不能这样")).content.decode()
    assert "<html" not in text
    assert 'role="alert"' in text


def test_the_api_gets_problem_details() -> None:
    several = Refusals((Refusal("a.b", "甲", field="p.q"), Refusal("c.d", "乙")))
    response = errors.respond(_request("/api/v1/cases"), several)
    body = json.loads(response.content)
    assert response.headers["Content-Type"].startswith("application/problem+json")
    assert body["type"] == "urn:tongban:error:several"
    assert body["status"] == 422
    assert [item["code"] for item in body["errors"]] == ["a.b", "c.d"]


def test_a_sign_in_is_asked_for_with_the_way_back() -> None:
    response = errors.respond(_request("/my/cases/YX1/?tab=2"), SignInNeeded())
    assert response.status_code == 302
    assert response.headers["Location"] == "/accounts/sign-in/?next=%2Fmy%2Fcases%2FYX1%2F%3Ftab%3D2"


def test_htmx_is_told_to_go_to_the_sign_in_with_the_page_it_stands_on() -> None:
    request = _request("/part/", **{"HX-Request": "true", "HX-Current-URL": "http://testserver/my/?a=1"})
    response = errors.respond(request, SignInNeeded())
    assert response.status_code == 401
    assert response.headers["HX-Redirect"] == "/accounts/sign-in/?next=%2Fmy%2F%3Fa%3D1"


def test_what_people_typed_is_never_part_of_an_error_page() -> None:
    request = RequestFactory().post("/x/", {"id_number": "11010519491231002X"})
    request.principal = ANONYMOUS  # type: ignore[attr-defined]
    assert "11010519491231002X" not in errors.server_error(request).content.decode()


def test_escaped_sentences() -> None:
    text = errors.respond(_request(), Refusal("x", "<script>alert(1)</script>")).content.decode()
    assert "<script>alert" not in text
