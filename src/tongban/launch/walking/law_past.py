"""Cases whose next step is a matter of time: begun in the past through the services, so that a walk meets them today.

Runs in a process of its own on the demo's database (``python -m tongban.launch.walking.law_past``) and prints one JSON
object: name of the case -> its number. Five working days cannot be waited for; everything else is walked over HTTP.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from typing import Any

import django

django.setup()

from tongban.demo import answers, names, samples, stories  # noqa: E402 - Django must be set up first
from tongban.demo.history import person_facts  # noqa: E402
from tongban.ground import calendar, moment  # noqa: E402
from tongban.ground.policy import Principal  # noqa: E402
from tongban.procedures.cases import drafts, services  # noqa: E402
from tongban.procedures.cases.loading import load  # noqa: E402
from tongban.procedures.cases.models import Case  # noqa: E402
from tongban.registry.licences.models import Licence  # noqa: E402
from tongban.registry.parties.models import Department, Staff, UserAccount  # noqa: E402
from tongban.registry.parties.selectors import principal_of  # noqa: E402

APPLICANT = "沈知夏"


def back(days: int) -> datetime:
    """Ten in the morning of the n-th working day before today."""
    day, working = moment.today(), calendar.load()
    for _ in range(days):
        day -= timedelta(days=1)
        while not working.is_working_day(day):
            day -= timedelta(days=1)
    return datetime.combine(day, time(10), moment.SHANGHAI)


def resident() -> Principal:
    """The applicant of the walk."""
    accounts = UserAccount.objects.filter(person__isnull=False, staff__isnull=True).select_related("person")
    return principal_of(next(one for one in accounts if one.person and one.person.name == APPLICANT))


def holder(post: str) -> Principal:
    """Somebody who holds the post, acting there."""
    found = Staff.objects.select_related("account").filter(held_posts__post__name=post).order_by("number").first()
    if found is None:
        raise LookupError(f"nobody holds {post}")
    return principal_of(found.account, found.held_posts.get(post__name=post).post_id)


def applied(slug: str, without: Sequence[str] = ()) -> uuid.UUID:
    """Submitted in the portal, now; ``without`` are materials that are left out."""
    who = resident()
    draft = drafts.start_draft(who, slug)
    facts = person_facts(who, None)
    given = drafts.save_draft(who, draft.id, draft.revision, _answers(slug, facts))
    assert who.account_id is not None  # residents have accounts
    held = drafts.answers_of(given)
    for code in samples.wanted(slug, held):
        if code not in without:
            drafts.attach(who, draft.id, code, samples.file_for(code, held, who.account_id))
    return services.submit(who, draft.id, without=without).id


def _answers(slug: str, facts: dict[str, Any]) -> dict[str, Any]:
    if slug in (names.HYGIENE_SLUG, names.ROAD_SLUG):
        import random

        return stories.answers(slug, random.Random(7), facts, moment.today())  # noqa: S311 - a story, not a secret
    return answers.complete(slug, facts, moment.today())


def open_id(case_id: uuid.UUID, kind: str) -> uuid.UUID:
    """The side matter of that kind that goes on."""
    return load(case_id).open_proceedings(kind)[0].id


def reviewed(case_id: uuid.UUID) -> None:
    """Every open step passes."""
    while tasks := load(case_id).open_tasks("handle", "examine"):
        task = tasks[0]
        who = _at(task.post_id)
        services.complete_step(who, case_id, task_id=task.id, verdict="pass", text="符合条件")


def _at(post_id: int) -> Principal:
    staff = Staff.objects.select_related("account").filter(held_posts__post_id=post_id).order_by("number").first()
    assert staff is not None  # posts of the demo's flows are held
    return principal_of(staff.account, post_id)


# ---- the cases -----------------------------------------------------------------------------------------------------


def silent() -> uuid.UUID:
    """A licence for which nobody has spoken for eight working days: the clock accepts it (行政许可法 art. 32(4))."""
    with moment.at(back(8)):
        return applied(names.HYGIENE_SLUG)


def silent_payment() -> uuid.UUID:
    """A payment on which nobody has spoken for eight working days: nothing is deemed."""
    with moment.at(back(8)):
        return applied(names.ALLOWANCE_SLUG)


def uncorrected() -> uuid.UUID:
    """Told what to correct twenty working days ago; the term of fifteen is over."""
    with moment.at(back(21)):
        case_id = applied(names.HYGIENE_SLUG)
    with moment.at(back(20)):
        item = {"target": "material", "code": "floor_plan", "fault": "看不清消毒间", "remedy": "重新拍照上传"}
        services.request_correction(holder(names.WINDOW_POST), case_id, items=[item])
    return case_id


def lapsed() -> uuid.UUID:
    """Accepted with a deferred material whose date is past: the result stays withheld, a person ends it."""
    with moment.at(back(9)):
        case_id = applied(names.RENEWAL_SLUG, without=("health_list",))
        services.accept_with_deferral(
            holder(names.WINDOW_POST), case_id, materials=["health_list"], signed_by=APPLICANT
        )
    return case_id


def hearing() -> uuid.UUID:
    """A hearing was asked for and set for today."""
    today = back(0)
    with moment.at(back(16)):
        case_id = applied(names.RENEWAL_SLUG)
        services.accept(holder(names.WINDOW_POST), case_id)
    with moment.at(back(15)):
        services.tell_hearing_right(
            holder(names.HYGIENE_HANDLE_POST), case_id, reason="延续涉及申请人和相邻住户的重大利益"
        )
    with moment.at(back(14)):
        services.ask_hearing(resident(), case_id, proceeding_id=open_id(case_id, "hearing_right"))
    officer = holder(names.HEARING_POST)
    assert officer.staff_id is not None  # a staff member
    with moment.at(back(12)):
        services.schedule_hearing(
            holder(names.HYGIENE_APPROVE_POST),
            case_id,
            proceeding_id=open_id(case_id, "hearing"),
            held_at=today,
            place="政务服务中心三楼听证室",
            officer_id=officer.staff_id,
        )
    return case_id


def breach() -> uuid.UUID:
    """Granted on a promise that was not kept; the order to rectify has run out."""
    with moment.at(back(30)):
        case_id = applied(names.FIRE_SLUG)
        version = _pair_version(case_id)
        services.accept_with_commitment(holder(names.WINDOW_POST), case_id, pair_version=version, signed_by=APPLICANT)
        services.decide(holder(names.FIRE_APPROVE_POST), case_id, outcome="granted")
    checker = holder(names.FIRE_HANDLE_POST)
    with moment.at(back(20)):
        promise = open_id(case_id, "commitment")
        services.check_commitment(
            checker, case_id, proceeding_id=promise, result="breached", facts="二楼安全出口被货架堵住"
        )
    with moment.at(back(18)):
        services.order_rectification(
            holder(names.FIRE_APPROVE_POST),
            case_id,
            proceeding_id=open_id(case_id, "breach"),
            facts="二楼安全出口被货架堵住",
            basis=[{"instrument": "中华人民共和国消防法", "article": "第十五条"}],
        )
    return case_id


def _pair_version(case_id: uuid.UUID) -> str:
    from tongban.registry.catalog import selectors as catalog

    rule = catalog.content(load(case_id).version_id).commitment
    assert rule is not None  # the demo's item is handled on a promise
    return rule.pair_version


def gap() -> uuid.UUID:
    """Submitted today without a secondary material, which the applicant means to hand in later."""
    return applied(names.RENEWAL_SLUG, without=("hygiene_rules",))


def proof() -> uuid.UUID:
    """Submitted today without the proof that a promise may replace."""
    return applied(names.ALLOWANCE_SLUG, without=("residence_proof",))


def renewal() -> uuid.UUID:
    """Renewal asked for in time, not decided before the licence expired yesterday: the clock renews it (art. 50)."""
    with moment.at(back(45)):
        case_id = applied(names.RENEWAL_SLUG)
        services.accept(holder(names.WINDOW_POST), case_id)
    services.deem_renewed(case_id, licence_id=_older_licence())
    return case_id


def _older_licence() -> uuid.UUID:
    """A licence of the time before the platform, which expired yesterday."""
    expired = moment.today() - timedelta(days=1)
    issued = expired - timedelta(days=4 * 365)
    who = resident()
    assert who.person_id is not None  # residents are persons
    return Licence.objects.create(
        type_id="hygiene_licence",
        licence_number=f"云卫公证字〔{issued.year}〕第 {uuid.uuid4().hex[:6]} 号",
        holder_kind=Licence.HolderKind.PERSON,
        holder_id=who.person_id,
        holder_name=who.name,
        state=Licence.State.VALID,
        case_id=uuid.uuid4(),
        issued_on=issued,
        valid_from=issued,
        valid_until=expired,
        issuer=Department.objects.get(short_name=names.HEALTH),
    ).id


CASES: dict[str, Callable[[], uuid.UUID]] = {
    "silent": silent,
    "silent_payment": silent_payment,
    "uncorrected": uncorrected,
    "lapsed": lapsed,
    "hearing": hearing,
    "breach": breach,
    "gap": gap,
    "proof": proof,
    "renewal": renewal,
}


def main(wanted: Sequence[str] = tuple(CASES)) -> dict[str, str]:
    """Make the cases; name -> number."""
    made = {name: CASES[name]() for name in wanted}
    numbers = dict(Case.objects.filter(id__in=made.values()).values_list("id", "number"))
    return {name: numbers[key] for name, key in made.items()}


if __name__ == "__main__":
    print(json.dumps(main(), ensure_ascii=False))
