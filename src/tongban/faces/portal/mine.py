"""What ready pages show of the person who is signed in, beside the name: how much waits for them."""

from __future__ import annotations

from django.http import HttpRequest

from tongban.faces.context import principal_of_request
from tongban.procedures.cases.waiting import things_of


def things(request: HttpRequest) -> dict[str, object]:
    """The numbers of the strip; one query for a resident, none for staff, who have their own desk."""
    principal = principal_of_request(request)
    return {"things": things_of(principal) if principal.kind == "person" else None}
