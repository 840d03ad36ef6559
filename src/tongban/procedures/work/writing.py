"""What officers write at a task before it is done: drafts that nobody else reads, and sentences they use often.

Neither says anything about a case yet, so neither stands on the ledger (as ``cases.drafts``).
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib import resources

from tongban.ground import acts, moment
from tongban.ground.crypto import decrypt
from tongban.ground.errors import NotFound, Refusal
from tongban.ground.policy import Principal
from tongban.procedures.work.models import Phrase, Task, TaskDraft

MOST_PHRASES = 20
LONGEST_PHRASE = 300
LONGEST_DRAFT = 20_000


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft: field -> typed values, and when it was saved."""

    values: Mapping[str, list[str]]
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody finds at hand when writing at a task: the own draft, and the own sentences (id, text)."""

    draft: Kept | None = None
    phrases: tuple[tuple[uuid.UUID, str], ...] = ()


_AT_HAND = b"""
SELECT (SELECT json_build_array(d.content, d.saved_at) FROM work_taskdraft d
        WHERE d.task_id = ANY($2::uuid[]) AND d.staff_id = $1::uuid ORDER BY d.saved_at DESC LIMIT 1),
       (SELECT coalesce(json_agg(json_build_array(p.id, p.text)), '[]')
        FROM (SELECT id, text FROM work_phrase WHERE staff_id = $1::uuid
              ORDER BY created_at, id LIMIT $3::int) p)
"""


def at_hand(principal: Principal, task_ids: Iterable[uuid.UUID]) -> Written:
    """The newest draft of the person at one of these tasks, and the own sentences, oldest first.

    One query, none for no tasks.
    """
    ids = list(task_ids)
    found = acts.run(_AT_HAND, (principal.staff_id, ids, MOST_PHRASES)) if ids and principal.staff_id else None
    if found is None:
        return Written()
    draft, phrases = found
    kept = Kept(json.loads(decrypt(draft[0])), datetime.fromisoformat(draft[1])) if draft else None
    return Written(kept, tuple((uuid.UUID(key), text) for key, text in phrases))


def keep_draft(principal: Principal, task_id: uuid.UUID, values: Mapping[str, list[str]]) -> Kept:
    """Save what the person has typed at an open task of the acting post; the newest replaces the one before.

    :raises NotFound: no such task of this post. :raises Refusal: too long.
    """
    text = json.dumps(dict(values), ensure_ascii=False)
    if len(text) > LONGEST_DRAFT:
        raise Refusal("draft.too_long", "写得太长，没有存下来", remedy="写短一点再存")
    if principal.staff_id is None or not _is_open(principal, task_id):
        raise NotFound("draft.task", "没有找到这项任务，或者已经办完")
    now = moment.now()
    TaskDraft.objects.update_or_create(
        task_id=task_id, staff_id=principal.staff_id, defaults={"content": text, "saved_at": now}
    )
    return Kept(dict(values), now)


def _is_open(principal: Principal, task_id: uuid.UUID) -> bool:
    if principal.post_id is None:
        return False
    return Task.objects.filter(pk=task_id, post_id=principal.post_id, done_at=None).exists()


def forget_draft(principal: Principal, task_ids: Iterable[uuid.UUID]) -> None:
    """The task is done: its draft goes."""
    if principal.staff_id is not None:
        TaskDraft.objects.filter(task_id__in=list(task_ids), staff_id=principal.staff_id).delete()


@lru_cache(maxsize=1)
def shipped() -> Mapping[str, tuple[str, ...]]:
    """Sentences of the house by kind of task."""
    text = resources.files("tongban.procedures.work").joinpath("data/phrases.json").read_text(encoding="utf-8")
    return {kind: tuple(sentences) for kind, sentences in json.loads(text).items()}


def keep_phrase(principal: Principal, text: str) -> None:
    """Keep a sentence for later; the same one again changes nothing.

    :raises Refusal: empty, too long, too many.
    """
    words = " ".join(text.replace("\x00", "").split())
    if not words or principal.staff_id is None:
        raise Refusal("phrase.empty", "先写意见，再存为常用语", field="text")
    if len(words) > LONGEST_PHRASE:
        raise Refusal("phrase.long", f"常用语最多 {LONGEST_PHRASE} 个字", field="text", remedy="只留通用的话")
    if Phrase.objects.filter(staff_id=principal.staff_id).count() >= MOST_PHRASES:
        raise Refusal("phrase.many", f"最多存 {MOST_PHRASES} 条常用语", field="text", remedy="先删掉不用的")
    Phrase.objects.get_or_create(staff_id=principal.staff_id, text=words, defaults={"created_at": moment.now()})


def drop_phrase(principal: Principal, phrase_id: uuid.UUID) -> None:
    """Take an own sentence out; one of somebody else is left alone."""
    if principal.staff_id is not None:
        Phrase.objects.filter(pk=phrase_id, staff_id=principal.staff_id).delete()
