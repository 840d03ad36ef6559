"""An applicant at the portal as the tests know them: 沈知夏, whose application lacks nothing unless a test says so."""

from __future__ import annotations

import io
import re
import uuid
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.faces.door import enter, resident_account
from tongban.demo import names
from tongban.procedures.cases.models import Draft

QUESTIONS = {"premises.kind": "hair_salon", "premises.central_air": "false", "premises.area_m2": "56"}
SECTIONS: dict[str, dict[str, str]] = {
    "applicant": {"business.name": "知夏理发店", "business.responsible": "沈知夏", "applicant.mobile": "13800002046"},
    "premises": {"premises.name": "知夏理发", "premises.address": "云溪市桥西区溪源路 156 号一层"},
    "manager": {"manager.name": "陆明远", "manager.mobile": "13900007720"},
    "staff": {"staff.count": "3", "staff.health_certificate_count": "3"},
}
MATERIALS = ("floor_plan", "hygiene_report", "hygiene_rules")


def picture(name: str = "平面图.png") -> SimpleUploadedFile:
    """A small picture, another one each time."""
    from PIL import Image

    shade = uuid.uuid4().bytes
    held = io.BytesIO()
    Image.new("RGB", (60, 40), (shade[0], shade[1], shade[2])).save(held, "PNG")
    return SimpleUploadedFile(name, held.getvalue(), "image/png")


def program(name: str = "平面图.jpg") -> SimpleUploadedFile:
    """A Windows program that says it is a photo."""
    return SimpleUploadedFile(name, b"MZ" + bytes(500), "image/jpeg")


def browser(mobile: str | None = None) -> Client:
    """A signed-in resident."""
    return enter(resident_account(mobile) if mobile else resident_account())


def begin(client: Client, applicant: str = "self", slug: str = names.HYGIENE_SLUG) -> uuid.UUID:
    """A new draft; gives its id."""
    response = client.post(reverse("portal:apply_start", args=[slug]), {"applicant": applicant})
    assert response.status_code == 303
    found = re.search(r"/apply/d/([0-9a-f-]{36})/", response.headers["Location"])
    assert found
    return uuid.UUID(found[1])


def url(step: str, draft: uuid.UUID) -> str:
    """The address of a step."""
    if step in ("questions", "materials", "check"):
        return reverse(f"portal:apply_{step}", args=[draft])
    return reverse("portal:apply_form", args=[draft, step])


def post(client: Client, step: str, draft: uuid.UUID, values: dict[str, Any], **options: Any) -> HttpResponse:
    """Post a step as its page would, with the newest revision unless ``values`` name another."""
    revision = Draft.objects.values_list("revision", flat=True).get(pk=draft)
    return client.post(url(step, draft), {"revision": revision, **values}, **options)


def upload(client: Client, draft: uuid.UUID, material: str, *files: SimpleUploadedFile, **options: Any) -> HttpResponse:
    """Upload into a material."""
    values = {"action": "add", "material": material, "file": list(files)}
    return client.post(url("materials", draft), values, **options)


def fill(client: Client, draft: uuid.UUID) -> None:
    """Everything but the submission."""
    assert post(client, "questions", draft, QUESTIONS).status_code == 303
    for section, values in SECTIONS.items():
        response = post(client, section, draft, values)
        assert response.status_code == 303, section
    for material in MATERIALS:
        assert upload(client, draft, material, picture()).status_code == 303


def submit(client: Client, draft: uuid.UUID, **changes: str) -> HttpResponse:
    """Press the last button."""
    return client.post(url("check", draft), {"delivery_mode": "download", "consent": "yes", **changes})


def number_of(response: HttpResponse) -> str:
    """The case number in the address of the receipt."""
    assert response.status_code == 303
    return str(response.headers["Location"]).split("/cases/")[1].split("/")[0]


def text_of(response: HttpResponse) -> str:
    """The page as text with its markup."""
    return response.content.decode()
