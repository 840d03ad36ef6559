"""Cases in a named state, made by driving the services as the demo city's people do."""

from __future__ import annotations

import random
import uuid
from functools import cache

from tongban.demo import history, names, samples, stories
from tongban.ground import moment
from tongban.ground.documents.models import Document
from tongban.ground.ledger.selectors import events_of
from tongban.ground.policy import Principal
from tongban.procedures.cases import drafts, jobs, reactions, services
from tongban.procedures.cases.loading import load
from tongban.registry.catalog.selectors import version_in_force
from tongban.registry.parties.models import Post, Staff, UserAccount
from tongban.registry.parties.selectors import principal_of


def resident(name: str = "陆明远") -> Principal:
    """A resident of the demo with an account."""
    return principal_of(UserAccount.objects.select_related("person").get(pk=_residents()[name]))


@cache
def _residents() -> dict[str, uuid.UUID]:
    """Accounts of the template's residents by name: names are stored encrypted, and every copy has the same people."""
    accounts = UserAccount.objects.filter(person__isnull=False, staff__isnull=True).select_related("person")
    return {account.person.name: account.pk for account in reversed(accounts) if account.person}


def staff(name: str, post: str | None = None) -> Principal:
    """A staff member of the demo, acting at the named post (their first one when left out)."""
    found = Staff.objects.select_related("account").get(name=name)
    post_id = Post.objects.get(name=post, holders__staff=found).pk if post else None
    return principal_of(found.account, post_id)


def clerk() -> Principal:
    """A window clerk who holds nothing else."""
    return staff("顾晚晴")


def both_posts(post: str) -> Principal:
    """Somebody who accepts at a window and approves licences."""
    return staff("沈清和", post)


def settle(case_id: uuid.UUID) -> None:
    """What the job process does next: papers are sealed, messages written, the case goes on.

    Tests run inside one transaction, which the ledger's readers rightly do not see; so the same functions that the
    readers and jobs call are called here. The readers themselves are proven on committed data (tests/ground/ledger).
    """
    for document in Document.objects.filter(subject_id=case_id).exclude(state="sealed"):
        jobs.seal_paper(document_id=str(document.id))
    jobs.advance(case_id)
    for event in events_of("case", case_id):
        reactions.tell_applicant(event)


def a_complete_draft(who: Principal | None = None, slug: str = names.HYGIENE_SLUG, seed: int = 1) -> uuid.UUID:
    """A draft in which nothing is missing."""
    who = who or resident()
    # what only organisations may apply for is applied for by the first one that the resident acts for
    unit = None if "person" in version_in_force(slug)[1].audience else who.organisations[0][0]
    draft = drafts.start_draft(who, slug, unit)
    answers = stories.answers(slug, random.Random(seed), history.person_facts(who, unit), moment.today())
    draft = drafts.save_draft(who, draft.id, draft.revision, answers)
    assert who.account_id is not None
    for code in samples.wanted(slug, drafts.answers_of(draft)):
        drafts.attach(who, draft.id, code, samples.file_for(code, answers, who.account_id))
    return draft.id


def a_submitted_case(who: Principal | None = None, slug: str = names.HYGIENE_SLUG) -> uuid.UUID:
    """Submitted in the portal."""
    who = who or resident()
    return services.submit(who, a_complete_draft(who, slug)).id


def a_case_in_review(
    who: Principal | None = None, slug: str = names.HYGIENE_SLUG, by: Principal | None = None
) -> uuid.UUID:
    """Accepted; every branch is open."""
    case_id = a_submitted_case(who, slug)
    services.accept(by or clerk(), case_id)
    return case_id


def holder_of(post_id: int) -> Principal:
    """Somebody who holds the post."""
    found = Staff.objects.select_related("account").filter(held_posts__post_id=post_id).order_by("number").first()
    assert found is not None
    return principal_of(found.account, post_id)


def review(case_id: uuid.UUID) -> None:
    """Every step of every branch passes."""
    while tasks := load(case_id).open_tasks("handle", "examine"):
        services.complete_step(
            holder_of(tasks[0].post_id), case_id, task_id=tasks[0].id, verdict="pass", text="符合条件"
        )


def a_case_to_decide(
    who: Principal | None = None, slug: str = names.HYGIENE_SLUG, by: Principal | None = None
) -> uuid.UUID:
    """Reviewed by every branch; the decision waits."""
    case_id = a_case_in_review(who, slug, by)
    review(case_id)
    return case_id


def approver_of(case_id: uuid.UUID) -> Principal:
    """Who may decide the case now."""
    return holder_of(load(case_id).open_tasks("decide")[0].post_id)


def a_granted_case(who: Principal | None = None, slug: str = names.HYGIENE_SLUG) -> uuid.UUID:
    """Granted, papers sealed, result issued."""
    case_id = a_case_to_decide(who, slug)
    services.decide(approver_of(case_id), case_id, outcome="granted")
    settle(case_id)
    return case_id
