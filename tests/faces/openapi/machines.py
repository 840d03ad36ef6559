"""Machines of the demo city's departments, signed in, and what they send."""

from __future__ import annotations

import io
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from tongban.demo import names, people
from tongban.registry.parties import services
from tongban.registry.parties.models import Post

VIEW = ("cases.case.view", "work.task.view")
WINDOW_SCOPES = (
    *VIEW,
    "cases.case.submit",
    "cases.case.accept",
    "cases.case.request_correction",
    "cases.case.refuse_acceptance",
)
LU = next(one for one in people.RESIDENTS if one.name == "陆明远")
SHEN = next(one for one in people.RESIDENTS if one.name == "沈知夏")


@dataclass
class Machine:
    """A caller with its token."""

    client_id: str
    secret: str
    token: str
    client: Client = field(default_factory=Client)

    def get(self, path: str, **query: Any) -> HttpResponse:
        """GET below /api/v1."""
        return self.client.get(f"/api/v1{path}", query, headers=self._headers())

    def post(self, path: str, body: dict[str, Any], key: str = "") -> HttpResponse:
        """POST JSON below /api/v1."""
        extra = {"Idempotency-Key": key} if key else {}
        return self.client.post(
            f"/api/v1{path}", json.dumps(body), content_type="application/json", headers=self._headers() | extra
        )

    def upload(self, content: bytes, name: str) -> HttpResponse:
        """POST /files."""
        file = SimpleUploadedFile(name, content)
        return self.client.post("/api/v1/files", {"file": file}, headers=self._headers())

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def token_of(client_id: str, secret: str) -> HttpResponse:
    """What the token endpoint answers."""
    return Client().post("/api/v1/token", {"client_id": client_id, "client_secret": secret})


def a_machine(department: str, post: str, *scopes: str) -> Machine:
    """A machine registered for a post, with a fresh token."""
    client_id = f"test-{uuid.uuid4().hex[:12]}"
    made = services.add_client(
        client_id, "测试系统", Post.objects.get(department__short_name=department, name=post), scopes
    )
    answer = token_of(client_id, made.secret)
    assert answer.status_code == 200
    return Machine(client_id, made.secret, answer.json()["access_token"])


def the_window() -> Machine:
    """The window's own system."""
    return a_machine(names.GOVERNMENT_SERVICES, names.WINDOW_POST, *WINDOW_SCOPES)


def a_handler() -> Machine:
    """The health department's system at the handling post."""
    return a_machine(names.HEALTH, names.HYGIENE_HANDLE_POST, *VIEW, "cases.step.handle")


def an_examiner() -> Machine:
    """The health department's system at the examining post."""
    return a_machine(names.HEALTH, names.HYGIENE_EXAMINE_POST, *VIEW, "cases.step.examine")


def an_approver() -> Machine:
    """The health department's system at the approving post."""
    return a_machine(names.HEALTH, names.HYGIENE_APPROVE_POST, *VIEW, "cases.case.decide")


def picture() -> bytes:
    """A small PNG, another one each time."""
    from PIL import Image

    shade = uuid.uuid4().bytes
    held = io.BytesIO()
    Image.new("RGB", (60, 40), (shade[0], shade[1], shade[2])).save(held, "PNG")
    return held.getvalue()


def application(machine: Machine, **changes: Any) -> dict[str, Any]:
    """A complete hygiene application of 陆明远, its files uploaded."""
    files = {
        code: [machine.upload(picture(), f"{code}.png").json()["id"]]
        for code in ("floor_plan", "hygiene_report", "hygiene_rules")
    }
    return {
        "item": names.HYGIENE_SLUG,
        "applicant": {"person": {"id_number": LU.id_number, "name": LU.name}},
        "answers": {
            "premises.kind": "hair_salon",
            "premises.central_air": False,
            "premises.area_m2": "56",
            "business.name": "明远理发店",
            "business.responsible": LU.name,
            "applicant.name": LU.name,
            "applicant.id_number": LU.id_number,
            "applicant.mobile": LU.mobile,
            "premises.name": "明远理发",
            "premises.address": "云溪市桥西区平桥路 9 号一层",
            "manager.name": "李慧",
            "manager.mobile": "13800030003",
            "staff.count": 3,
            "staff.health_certificate_count": 3,
        },
        "files": files,
        **changes,
    }


def a_case(machine: Machine, **changes: Any) -> str:
    """The number of a case that the machine submitted."""
    answer = machine.post("/cases", application(machine, **changes), key=str(uuid.uuid4()))
    assert answer.status_code == 201, answer.content.decode()
    return str(answer.json()["number"])
