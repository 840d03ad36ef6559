"""Editing an option's draft and reviewing it: edit, joint review, legality review and publication are four hands.

A draft is no event of the ledger until it is submitted; from then on every step stands on the round (``item_draft``):
``item_version.submitted``, ``.approved``, ``.sent_back``, and the publication names the round (glossary 8.14).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from tongban.ground import moment
from tongban.ground.errors import Conflict, NotFound, Refusal
from tongban.ground.ledger.chain import EventDraft
from tongban.ground.ledger.services import append
from tongban.ground.ledger.subjects import SubjectRef
from tongban.ground.policy import Principal, Target, allowed
from tongban.registry.catalog.models import DraftReview, DraftRound, HandlingOption, ItemVersion
from tongban.registry.catalog.version import content_hash
from tongban.registry.parties.services import actor_of

SUBJECT = "item_draft"
LONGEST_WORDS = 500
REVIEWER_ROLES: Mapping[str, str] = {"joint": "item_reviewer", "legality": "legality_reviewer"}


def option_to_edit(principal: Principal, slug: str) -> HandlingOption:
    """The option whose draft the principal may edit. :raises NotFound: none such in the editor's region."""
    option = HandlingOption.objects.select_related("item__authority", "item__region", "item__entry").filter(slug=slug)
    found = option.first()
    if found is None or not allowed(principal, "catalog.draft.edit", Target(region_no=found.item.region.no)):
        raise NotFound("catalog.option", "没有找到这个事项，或不归您编辑")
    return found


def save_draft(principal: Principal, slug: str, revision: int, draft: Mapping[str, Any]) -> HandlingOption:
    """Store the whole draft (compare-and-set on ``revision``); what was approved before is approved no more.

    :raises Conflict: somebody else saved meanwhile, or the draft is being reviewed.
    """
    option = option_to_edit(principal, slug)
    if option.draft_state == HandlingOption.DraftState.IN_REVIEW:
        raise Conflict("draft.in_review", "这份草稿正在审核，不能改", remedy="等审核完，或请审核人退回")
    if option.draft == draft and option.draft_revision == revision:
        return option
    changed = HandlingOption.objects.filter(pk=option.pk, draft_revision=revision).update(
        draft=dict(draft),
        draft_revision=revision + 1,
        draft_state=HandlingOption.DraftState.EDITING,
        draft_edited_by=principal.staff_id,
        draft_edited_at=moment.now(),
    )
    if not changed:
        raise Conflict("draft.changed", "这份草稿刚被别人改过", remedy="打开最新的草稿，把您的改动再填一次")
    option.refresh_from_db()
    return option


def submit_draft(principal: Principal, slug: str, words: str) -> DraftRound:
    """Hand the draft to the reviewers; it stands still until they have answered.

    :param words: what was changed and why, for the reviewers.
    :raises Refusal: nothing told. :raises Conflict: it is in review already.
    """
    option = option_to_edit(principal, slug)
    told = _words(words, "draft.words", "请写明改了什么、为什么")
    try:
        with transaction.atomic():
            round_ = DraftRound.objects.create(
                option=option,
                revision=option.draft_revision,
                draft_hash=content_hash(option.draft),
                submitted_by=_staff(principal),
                submitted_by_name=principal.name,
                submitted_at=moment.now(),
                words=told,
            )
            _state(option, HandlingOption.DraftState.IN_REVIEW)
            body = {"option": option.code, "revision": round_.revision, "draft_hash": round_.draft_hash}
            _append(principal, round_, option, "item_version.submitted", body)
    except IntegrityError as error:
        raise Conflict("draft.in_review", "这份草稿已经在审核", remedy="等审核完再提交") from error
    return round_


def review_draft(principal: Principal, slug: str, kind: str, verdict: str, words: str = "") -> DraftRound:
    """A reviewer's answer; both kinds agreed = approved, one sent back = editing again.

    :raises NotFound: nothing to review here. :raises Refusal: own draft, same person twice, no reason for sending back.
    """
    option = _option_to_review(principal, slug)
    round_ = DraftRound.objects.filter(option=option, state=DraftRound.State.OPEN).first()
    if round_ is None:
        raise NotFound("draft.no_round", "这个事项现在没有等审核的草稿")
    _check_reviewer(principal, round_, kind)
    if verdict not in DraftReview.Verdict.values:
        raise Refusal("draft.verdict", "请选择同意还是退回", "verdict")
    back = verdict == DraftReview.Verdict.SENT_BACK
    told = _words(words, "draft.reason", "退回要写明哪里要改") if back else words.strip()[:LONGEST_WORDS]
    with transaction.atomic():
        review = DraftReview.objects.create(
            round=round_,
            kind=kind,
            verdict=verdict,
            words=told,
            staff_id=_staff(principal),
            staff_name=principal.name,
            department_name=principal.department_name,
            given_at=moment.now(),
        )
        body = {"option": option.code, "review_id": review.pk, "kind": kind}
        kept = "item_version.sent_back" if back else "item_version.approved"
        _append(principal, round_, option, kept, body)
        _conclude(option, round_, back=back)
    return round_


def _conclude(option: HandlingOption, round_: DraftRound, *, back: bool) -> None:
    agreed = round_.reviews.filter(verdict=DraftReview.Verdict.APPROVED).count() == len(REVIEWER_ROLES)
    if not back and not agreed:
        return
    round_.state = DraftRound.State.SENT_BACK if back else DraftRound.State.APPROVED
    round_.ended_at = moment.now()
    round_.save(update_fields=["state", "ended_at"])
    _state(option, HandlingOption.DraftState.EDITING if back else HandlingOption.DraftState.APPROVED)


def _option_to_review(principal: Principal, slug: str) -> HandlingOption:
    option = HandlingOption.objects.select_related("item__region").filter(slug=slug).first()
    if option is None or not allowed(principal, "catalog.draft.review", Target(region_no=option.item.region.no)):
        raise NotFound("catalog.option", "没有找到这个事项，或不归您审核")
    return option


def _check_reviewer(principal: Principal, round_: DraftRound, kind: str) -> None:
    if REVIEWER_ROLES.get(kind) not in principal.roles:
        raise Refusal("draft.kind", "您的岗位不做这一种审核", "kind")
    if principal.staff_id == round_.submitted_by:
        raise Refusal("draft.own", "不能审核自己编辑的草稿", remedy="请另一位审核人办理")
    others = round_.reviews.all()
    if any(one.kind == kind for one in others):
        raise Refusal("draft.reviewed", "这一种审核已经有人做了", "kind")
    if any(one.staff_id == principal.staff_id for one in others):
        raise Refusal("draft.same_person", "联合审核和合法性审查要由两个人做")


def approved_round(option: HandlingOption, publisher: Principal) -> DraftRound | None:
    """The round that lets a draft be published; None for a draft that no person edited (loaded as a whole).

    :raises Refusal: not reviewed, another revision than the reviewed one, or published by who edited or reviewed it.
    """
    if option.draft_edited_by is None:
        return None
    round_ = DraftRound.objects.filter(option=option, state=DraftRound.State.APPROVED).order_by("-id").first()
    if round_ is None or round_.draft_hash != content_hash(option.draft):
        raise Refusal(
            "catalog.not_reviewed", "草稿还没有通过联合审核和合法性审查", remedy="先提交审核，两项都同意后再发布"
        )
    hands = {round_.submitted_by, option.draft_edited_by, *round_.reviews.values_list("staff_id", flat=True)}
    if publisher.staff_id in hands:
        raise Refusal("catalog.same_hand", "编辑、审核过这份草稿的人不能发布", remedy="请另一位发布岗人员发布")
    return round_


def close_round(round_: DraftRound, row: ItemVersion, publisher: Principal) -> None:
    """The reviewed draft is published; the next edit begins anew."""
    round_.state = DraftRound.State.PUBLISHED
    round_.save(update_fields=["state"])
    option = round_.option
    _state(option, HandlingOption.DraftState.EDITING)
    HandlingOption.objects.filter(pk=option.pk).update(draft_edited_by=None)
    body = {"version_id": row.pk, "number": row.number, "content_hash": row.content_hash}
    _append(publisher, round_, option, "item_version.round_published", body)


def _state(option: HandlingOption, state: str) -> None:
    HandlingOption.objects.filter(pk=option.pk).update(draft_state=state)
    option.draft_state = state


def _staff(principal: Principal) -> uuid.UUID:
    """The policy gives these permissions to posts only, so somebody of the staff holds it."""
    assert principal.staff_id is not None
    return principal.staff_id


def _words(text: str, code: str, sentence: str) -> str:
    tidy = text.replace("\x00", "").strip()[:LONGEST_WORDS]
    if len(tidy) < 2:
        raise Refusal(code, sentence, "words")
    return tidy


def _append(
    principal: Principal, round_: DraftRound, option: HandlingOption, kind: str, body: Mapping[str, object]
) -> None:
    region = option.item.region.no
    append(SubjectRef(SUBJECT, round_.pk), [EventDraft(kind, body)], actor_of(principal, "desk"), region_no=region)


def rounds_of(option: HandlingOption) -> tuple[DraftRound, ...]:
    """Rounds of review of an option with their reviews, newest first; two queries."""
    rows = DraftRound.objects.filter(option=option).prefetch_related("reviews").order_by("-id")[:20]
    return tuple(rows)
