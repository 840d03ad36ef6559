"""Errors of the API: everything goes through the one mapper of the faces and leaves as RFC 9457 problem details."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import Field

from tongban.faces import errors
from tongban.ground.errors import NotFound, Refusal, Refusals, SignInNeeded, TongbanError

MEDIA_TYPE = "application/problem+json"


class ProblemEntry(Schema):
    """One of several things that stand in the way."""

    code: str
    field: str | None = None
    detail: str


class Problem(Schema):
    """RFC 9457: ``title`` is the Chinese sentence for people, ``detail`` says what to do, ``code`` is for programs."""

    type: str = Field(examples=["urn:tongban:error:case.wrong_state"])
    title: str
    status: int
    code: str
    detail: str | None = None
    field: str | None = None
    errors: list[ProblemEntry] = []
    instance: str | None = None


PUBLIC = {frozenset({400, 404, 405, 422, 429, 503}): Problem}
SIGNED = {frozenset({400, 401, 403, 404, 405, 409, 422, 429, 503}): Problem}


def install(api: NinjaAPI) -> None:
    """Let the one mapper answer for our own errors and for those of the framework."""
    handlers: dict[type[Exception], Any] = {
        TongbanError: errors.respond,
        Http404: lambda request, _error: errors.respond(request, NotFound()),
        AuthenticationError: _unauthenticated,
        SignInNeeded: _refused_client,
        HttpError: _malformed,
        ValidationError: _invalid,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)


def _unauthenticated(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    wanted = SignInNeeded("token.invalid", "访问令牌不对或已经过期")
    wanted.remedy = "请先调用 POST /api/v1/token 换取新的令牌"
    return _refused_client(request, wanted)


def _refused_client(request: HttpRequest, error: SignInNeeded) -> HttpResponse:
    response = errors.respond(request, error)
    response["WWW-Authenticate"] = 'Bearer realm="tongban"'
    return response


def _malformed(request: HttpRequest, error: HttpError) -> HttpResponse:
    status = HTTPStatus(error.status_code)
    remedy = "请检查请求体是不是完整的 JSON（表单的按表单），编码用 UTF-8"
    problem = TongbanError(f"http.{status.phrase.lower().replace(' ', '_')}", "请求的格式看不懂", remedy=remedy)
    problem.status = error.status_code
    return errors.respond(request, problem)


def of_methods(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view of the framework with HTTP's manners: HEAD where there is a GET, and a 405 that is a problem too."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = request.method
        request.method = "GET" if asked == "HEAD" else asked
        response = view(request, *args, **kwargs)
        request.method = asked  # the server leaves the body of a HEAD away
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return response
        allowed = response["Allow"]
        problem = TongbanError("http.method_not_allowed", "这个地址不接受这种请求方法", remedy=f"这里可以用 {allowed}")
        problem.status = HTTPStatus.METHOD_NOT_ALLOWED
        refused = errors.respond(request, problem)
        refused["Allow"] = allowed
        return refused

    return answer


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    items = tuple(_refusal(entry) for entry in error.errors)
    return errors.respond(request, items[0] if len(items) == 1 else Refusals(items))


_SENTENCES = {
    "missing": "缺少「{field}」",
    "extra_forbidden": "不认识「{field}」这一项",
    "string_too_long": "「{field}」最多 {max_length} 个字符",
    "string_too_short": "「{field}」不能为空",
    "too_long": "「{field}」最多 {max_length} 项",
    "too_short": "「{field}」至少要有 {min_length} 项",
    "greater_than_equal": "「{field}」不能小于 {ge}",
    "less_than_equal": "「{field}」不能大于 {le}",
    "string_pattern_mismatch": "「{field}」的写法不对",
    "uuid_parsing": "「{field}」应为 UUID",
    "literal_error": "「{field}」只能是:{expected}",
    "enum": "「{field}」只能是:{expected}",
}


def _refusal(entry: dict[str, Any]) -> Refusal:
    """One finding of the schema check in our words; what was sent is never repeated."""
    field = ".".join(str(part) for part in entry["loc"][1:] if part not in ("body", "payload")) or "body"
    known = _SENTENCES.get(entry["type"], "「{field}」的类型或写法不对")
    sentence = known.format(field=field, **{k: v for k, v in entry.get("ctx", {}).items() if k != "field"})
    return Refusal("request.invalid", sentence, field=field, remedy="请对照 /api/v1/openapi.json 修改")
