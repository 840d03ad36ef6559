"""Who waited for something is freed when it comes, and told; who has a draft may submit it now (APR-08).

Reactions to the ledger, idempotent: a matter is satisfied once, a message has the event in its key.
"""

from __future__ import annotations

import logging
import uuid

from tongban.ground import moment
from tongban.ground.errors import Refusal
from tongban.ground.ledger.chain import Row
from tongban.ground.notifications.services import notify, register_text
from tongban.procedures.cases import services
from tongban.procedures.cases.models import Case, Draft, Proceeding
from tongban.procedures.cases.prerequisites import POSITIVE
from tongban.registry.catalog import dependencies
from tongban.registry.catalog import selectors as catalog
from tongban.registry.catalog.version import VersionContent
from tongban.registry.parties.models import StaffPost, UserAccount

logger = logging.getLogger(__name__)
READY, WAITED, POST = "case.prerequisite_ready", "case.prerequisite_satisfied", "case.prerequisite_post"
TEXTS = {
    READY: ("可以接着办下一件了", "「{done}」已经办好。您填了一半的「{title}」现在可以提交，草稿都还在。"),
    WAITED: ("前置的事办好了", "「{done}」已经办好，「{title}」（{number}）可以作决定了。"),
    POST: ("有一件办件不用再等了", "「{title}」（{number}）前置的「{done}」已经办好，可以作决定。"),
}


def register_texts() -> None:
    """Name the messages of this part."""
    for template, (title, text) in TEXTS.items():
        register_text(template, title, text)


def follow(event: Row) -> None:
    """A positive decision (an issued licence) frees the decisions that wait for it, and tells who may apply now."""
    case = Case.objects.select_related("version__option").get(id=event.subject_id)
    if case.outcome not in POSITIVE:
        return
    content = catalog.content(case.version_id)
    kind = "option" if event.kind == "case.decided" else "licence"
    code = content.option_code if kind == "option" else content.result.licence_type
    if not code or not dependencies.needing(*((code, "") if kind == "option" else ("", code))):
        return
    _free(case, kind, code)
    _invite(case, content, kind, code, event)


def _free(case: Case, kind: str, code: str) -> None:
    """Every decision of the same applicant that waits for this: satisfied, once."""
    waiting = Proceeding.objects.filter(
        kind="prerequisite",
        state=Proceeding.State.OPEN,
        data__kind=kind,
        data__code=code,
        case__applicant_person_id=case.applicant_person_id,
        case__applicant_organisation_id=case.applicant_organisation_id,
    )
    for matter_id, case_id in waiting.values_list("id", "case_id"):
        try:
            services.satisfy_prerequisite(case_id, proceeding_id=matter_id, by=case.id)
        except Refusal as refusal:  # the case has ended, or another run was faster
            logger.info("case %s: prerequisite is not satisfied: %s", case_id, refusal.code)


def _invite(case: Case, content: VersionContent, kind: str, code: str, event: Row) -> None:
    """Who has a draft of something that needed this first is told that it may be submitted now."""
    following = dependencies.needing(*((code, "") if kind == "option" else ("", code)))
    party = (
        {"organisation_id": case.applicant_organisation_id}
        if case.applicant_organisation_id
        else {
            "organisation": None,
            "account__person_id": case.applicant_person_id,
        }
    )
    drafts = Draft.objects.filter(version__option__code__in=following, **party).select_related("version__option")
    for draft in drafts:
        needs = catalog.content(draft.version_id).prerequisites
        if any(need.effect == "submit" and (need.kind, need.code) == (kind, code) for need in needs):
            notify(
                key=f"{event.id}:{draft.id}:ready",
                account_id=draft.account_id,
                template=READY,
                context={"done": content.name, "title": draft.version.option.name},
                subject=("draft", draft.id),
            )


def tell(event: Row) -> None:
    """The decision is free: the applicant is told, and everybody at the post that decides."""
    case = Case.objects.select_related("applicant_person", "agent_person").get(id=event.subject_id)
    matter = Proceeding.objects.get(id=uuid.UUID(event.body["proceeding_id"]))
    context = {"title": case.title, "number": case.number, "done": matter.data.get("name", "")}
    person = case.agent_person or case.applicant_person
    own = UserAccount.objects.filter(person=person).values_list("id", flat=True).first() if person else None
    if own is not None:
        notify(key=f"{event.id}:applicant", account_id=own, template=WAITED, context=context, subject=("case", case.id))
    post_id = catalog.content(case.version_id).flow.decision_post_id
    holders = StaffPost.objects.filter(post_id=post_id, valid__contains=moment.today())
    for account_id in holders.values_list("staff__account_id", flat=True):
        notify(
            key=f"{event.id}:post:{account_id}",
            account_id=account_id,
            template=POST,
            context=context,
            subject=("case", case.id),
        )
