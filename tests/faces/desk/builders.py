"""People of the demo city at the desk, and cases in the states that the desk meets; all made by the services."""

from __future__ import annotations

import io
import uuid
from typing import Any

from django.test import Client

from tongban.demo import names
from tongban.ground import moment
from tongban.ground.policy import Principal
from tongban.ground.storage import services as storage
from tongban.procedures.cases import services as cases
from tongban.procedures.cases.models import Case
from tongban.registry.parties.models import Person, Post, Staff, UserAccount
from tongban.registry.parties.selectors import principal_of

CLERK, BOTH = "YX0106", "YX1105"
HANDLER, EXAMINER, APPROVER = "YX1101", "YX1103", "YX1104"
SLUG = "hygiene-licence"


def staff_account(number: str) -> UserAccount:
    """The account of a staff number."""
    return Staff.objects.select_related("account").get(number=number).account


def staff_principal(number: str, post: str = "") -> Principal:
    """What the staff member may act as, at the named post or the first."""
    post_id = Post.objects.get(name=post).pk if post else None
    return principal_of(staff_account(number), post_id)


def at_desk(number: str, post: str = "") -> Client:
    """A browser in which the staff member has signed in with the second factor."""
    client = Client()
    principal = staff_principal(number, post)
    session = client.session
    session["principal"] = {**principal.to_json(), "second_factor": True}
    session["since"] = session["seen"] = moment.now().isoformat()
    session.save()
    client.cookies["tongban_session"] = session.session_key
    return client


def resident(name: str) -> Person:
    """A resident of the demo city; names are encrypted, so all are read."""
    return next(person for person in Person.objects.all() if person.name == name)


def resident_principal(name: str) -> Principal:
    """What a resident may act as."""
    return principal_of(UserAccount.objects.select_related("person").get(person=resident(name)))


def picture() -> bytes:
    """A small PNG, another one each time."""
    from PIL import Image

    shade = uuid.uuid4().bytes
    held = io.BytesIO()
    Image.new("RGB", (60, 40), (shade[0], shade[1], shade[2])).save(held, "PNG")
    return held.getvalue()


def stored(account: uuid.UUID | None, name: str) -> str:
    """Id of a stored picture."""
    return str(storage.store(picture(), name, owner=account).id)


def answers(**changes: Any) -> dict[str, Any]:
    """A complete hygiene application as typed."""
    return {
        "premises.kind": "hair_salon",
        "premises.central_air": "false",
        "premises.area_m2": "56",
        "business.name": "知夏理发店",
        "business.responsible": "沈知夏",
        "applicant.name": "沈知夏",
        "applicant.id_number": resident("沈知夏").id_number,
        "applicant.mobile": "13800002046",
        "premises.name": "知夏理发",
        "premises.address": "云溪市桥西区溪源路 156 号一层",
        "manager.name": "陆明远",
        "manager.mobile": "13900007720",
        "staff.count": "3",
        "staff.health_certificate_count": "3",
        **changes,
    }


def files(account: uuid.UUID | None) -> dict[str, list[str]]:
    """A picture for each material that the answers call for."""
    names_ = {"floor_plan": "平面图.png", "hygiene_report": "检测报告.png", "hygiene_rules": "管理制度.png"}
    return {code: [stored(account, name)] for code, name in names_.items()}


def a_case_received() -> Case:
    """沈知夏's application, entered at the window by 顾晚晴 and not accepted yet."""
    clerk = staff_principal(CLERK)
    done = cases.submit_for(
        clerk,
        slug=SLUG,
        person=resident("沈知夏"),
        organisation=None,
        answers=answers(),
        files=files(clerk.account_id),
        key=str(uuid.uuid4()),
    )
    return Case.objects.get(pk=done.id)


def a_case_in_review(accepted_by: str = CLERK) -> Case:
    """Accepted; the handler of the health department is next."""
    case = a_case_received()
    cases.accept(staff_principal(accepted_by, names.WINDOW_POST), case.id)
    return Case.objects.get(pk=case.pk)


def give_opinion(case: Case, number: str, verdict: str = "pass") -> None:
    """The open step of that person's post is done."""
    principal = staff_principal(number)
    from tongban.procedures.work.models import Task

    task = Task.objects.get(subject_id=case.pk, post_id=principal.post_id, done_at=None)
    cases.complete_step(principal, case.pk, task_id=task.pk, verdict=verdict, text="材料和现场一致")


def a_case_to_decide(accepted_by: str = CLERK) -> Case:
    """Every step is done; the approver is next."""
    case = a_case_in_review(accepted_by)
    give_opinion(case, HANDLER)
    give_opinion(case, EXAMINER)
    return Case.objects.get(pk=case.pk)
