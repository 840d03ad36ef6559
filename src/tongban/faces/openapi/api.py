"""The open API, version 1: one road, the same services, the same rules as the pages."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from tongban.faces.openapi import problems, telling
from tongban.faces.openapi.calling import Bearer
from tongban.faces.openapi.views import (
    acts,
    acts_offered,
    case_lists,
    files,
    items,
    licences,
    places,
    progress,
    tasks,
    tokens,
    webhooks,
)

MODULES = (tokens, items, places, files, case_lists, acts, acts_offered, tasks, progress, licences, webhooks)


class OpenAPI(NinjaAPI):
    """Describes refusals with the media type that they really have."""

    _document: OpenAPISchema | None = None

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """The OpenAPI document in words, with examples; problem details are ``application/problem+json``.

        It is made once a process: nothing of it changes while the program runs.
        """
        if self._document is None:
            self._document = self._made(**options)
        return self._document

    def _made(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        for methods in schema["paths"].values():
            for operation in methods.values():
                for answer in operation["responses"].values():
                    _name_problem(answer)
        telling.tell(schema)
        return schema


def _name_problem(answer: dict[str, Any]) -> None:
    content = answer.get("content", {})
    reference = content.get("application/json", {}).get("schema", {}).get("$ref", "")
    if reference.endswith("/Problem"):
        content[problems.MEDIA_TYPE] = content.pop("application/json")


api = OpenAPI(
    title="通办开放接口",
    version="1",
    description=telling.WHOLE,
    docs_url=None,
    urls_namespace="openapi-v1",
    auth=Bearer(),
)
problems.install(api)
for module in MODULES:
    api.add_router("", module.router)
