"""Pressing the acts of a case as people do: the list, the form, its problems."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.test import Client

from tests.faces.desk.builders import picture
from tongban.ground import moment
from tongban.ground.policy import Principal
from tongban.procedures.cases.loading import load
from tongban.procedures.cases.rules.state import CaseState
from tongban.registry.parties.models import Post, Staff
from tongban.registry.parties.selectors import principal_of

_ERROR = re.compile(r'class="field-error"[^>]*>([^<]*)')
_LINK = re.compile(r'/acts/([a-z-]+)/"')
_SAID = re.compile(r'id="refused".*?</div></div>', re.S)


def browser_of(principal: Principal) -> Client:
    """A browser in which this person has signed in (staff: with the second factor)."""
    client = Client()
    session = client.session
    session["principal"] = {**principal.to_json(), "second_factor": True}
    session["since"] = session["seen"] = moment.now().isoformat()
    session.save()
    client.cookies["tongban_session"] = session.session_key
    return client


def at(post: str, index: int = 0) -> Client:
    """A browser of the n-th holder of the named post, acting at it."""
    held = Staff.objects.select_related("account").filter(held_posts__post__name=post).order_by("number")[index]
    return browser_of(principal_of(held.account, Post.objects.get(name=post).pk))


def number(case_id: UUID) -> str:
    """办件编号."""
    return load(case_id).number


def offered(client: Client, case_id: UUID, side: str = "/desk/cases/") -> set[str]:
    """The acts that the person is offered."""
    answer = client.get(f"{side}{number(case_id)}/acts/")
    assert answer.status_code == 200
    return set(_LINK.findall(answer.content.decode()))


def press(client: Client, case_id: UUID, act: str, side: str = "/desk/cases/", **values: Any) -> HttpResponse:
    """Send the form of an act; what the fresh form has chosen already is sent with it."""
    address = f"{side}{number(case_id)}/acts/{act}/"
    fresh = client.get(address)
    if fresh.status_code != 200:
        return fresh
    return client.post(address, {**_chosen(fresh.content.decode()), **values})


def _chosen(page: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*checked[^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value:
            found.setdefault(name[1], []).append(value[1])
    for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        if chosen := re.search(r'<option value="([^"]*)" selected', body):
            found[name] = [chosen[1]]
    return found


def problems(answer: HttpResponse) -> list[str]:
    """What the page says is wrong."""
    page = answer.content.decode()
    refused = _SAID.search(page)
    return [*_ERROR.findall(page), *(re.findall(r"<p>([^<]*)</p>", refused[0]) if refused else [])]


def done(answer: HttpResponse) -> None:
    """The act went through and leads on; the page's complaints are told when it did not."""
    assert answer.status_code == 303, (answer.status_code, problems(answer))


def upload(name: str = "改好的.png") -> Any:
    """A picture as a browser sends it."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, picture(), content_type="image/png")


def state(case_id: UUID) -> CaseState:
    """The case as it stands."""
    return load(case_id)


def applied(slug: str, *without: str, who: Principal | None = None) -> UUID:
    """Submitted in the portal by 陆明远, of any item of the demo; ``without`` are materials left out."""
    from tests.support import builders
    from tongban.demo import answers, samples
    from tongban.demo.history import person_facts
    from tongban.procedures.cases import drafts, services

    who = who or builders.resident()
    draft = drafts.start_draft(who, slug)
    draft = drafts.save_draft(
        who, draft.id, draft.revision, answers.complete(slug, person_facts(who, None), moment.today())
    )
    held = drafts.answers_of(draft)
    assert who.account_id is not None
    for code in samples.wanted(slug, held):
        if code not in without:
            drafts.attach(who, draft.id, code, samples.file_for(code, held, who.account_id))
    return services.submit(who, draft.id, without=without).id
