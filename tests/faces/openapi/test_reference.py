"""The reference page names every operation that there is, and no other."""

from __future__ import annotations

import re

import pytest

from tests.support.databases import ROOT
from tongban.faces.openapi.api import api
from tongban.ground.policy import PERMISSIONS

PAGE = ROOT / "docs" / "reference" / "api.md"
ROW = re.compile(r"^\| `(GET|POST) (/[^`]*)` \| ([^|]+) \|", re.M)


@pytest.mark.slow
def test_the_reference_page_names_every_operation() -> None:
    paths = api.get_openapi_schema()["paths"]
    offered = {(m.upper(), path.removeprefix("/api/v1")) for path, methods in paths.items() for m in methods}
    named = {(method, path) for method, path, _ in ROW.findall(PAGE.read_text(encoding="utf-8"))}
    assert named == offered


def test_every_scope_on_the_page_is_a_permission() -> None:
    scopes = {s for *_, words in ROW.findall(PAGE.read_text(encoding="utf-8")) for s in re.findall(r"`([^`]+)`", words)}
    assert scopes
    assert scopes <= PERMISSIONS.keys()
