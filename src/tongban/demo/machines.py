"""Machines of the demo's departments: client credentials for the open API, one post each.

Their secrets are random per installation and stand beside the people in ``<dir>/people.json`` under ``machines``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from tongban.demo import names, people
from tongban.faces.openapi import channels
from tongban.registry.parties import services
from tongban.registry.parties.models import ApiClient, Post

VIEW = ("cases.case.view", "work.task.view")


@dataclass(frozen=True)
class Machine:
    """A department's system, the post it acts for and the permissions it may use."""

    client_id: str
    name: str
    department: str
    post: str
    scopes: tuple[str, ...]


MACHINES: tuple[Machine, ...] = (
    Machine(
        "yx-window",
        "综合窗口收件系统",
        names.GOVERNMENT_SERVICES,
        names.WINDOW_POST,
        (
            *VIEW,
            "cases.case.submit",
            "cases.case.request_correction",
            "cases.case.accept",
            "cases.case.refuse_acceptance",
        ),
    ),
    Machine(
        "yx-issuing",
        "综合窗口出件系统",
        names.GOVERNMENT_SERVICES,
        names.ISSUING_POST,
        (*VIEW, "cases.case.deliver"),
    ),
    Machine("yx-health", "卫生许可业务系统", names.HEALTH, names.HYGIENE_HANDLE_POST, (*VIEW, "cases.step.handle")),
    Machine("yx-roads", "城市道路管理系统", names.ROADS, names.ROAD_HANDLE_POST, (*VIEW, "cases.step.handle")),
    Machine(
        "yx-traffic",
        "交通组织审查系统",
        names.TRAFFIC_POLICE,
        names.TRAFFIC_EXAMINE_POST,
        (*VIEW, "cases.step.examine"),
    ),
)


def load(directory: Path | None = None) -> None:
    """Register every machine that is missing; one whose secret was lost gets a new one."""
    folder = directory or Path(settings.DIR)
    known = _known(folder)
    people.write(folder, "machines", [_machine(machine, known) for machine in MACHINES])


def _machine(machine: Machine, known: dict[str, str]) -> dict[str, Any]:
    client = ApiClient.objects.filter(client_id=machine.client_id).first()
    if client is None:
        post = Post.objects.get(department__short_name=machine.department, name=machine.post)
        made = services.add_client(machine.client_id, machine.name, post, machine.scopes)
        secret = made.secret
        channels.enter(made.client.pk, f"{machine.name}与平台互通：接收待办，回传办理情况")
    else:
        secret = known.get(machine.client_id) or services.renew_client_secret(client).secret
    return {
        "client_id": machine.client_id,
        "client_secret": secret,
        "name": machine.name,
        "department": machine.department,
        "post": machine.post,
        "scopes": list(machine.scopes),
    }


def _known(folder: Path) -> dict[str, str]:
    path = folder / "people.json"
    if not path.exists():
        return {}
    machines = json.loads(path.read_text(encoding="utf-8")).get("machines", [])
    return {entry["client_id"]: entry["client_secret"] for entry in machines}
