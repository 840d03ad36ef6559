"""Stewards' words: added, changed, retired, loaded. Every change is an event of the one vocabulary of the city."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.ground import moment
from tongban.ground.errors import Conflict, NotFound, Refusal, Refusals
from tongban.ground.ledger.chain import SYSTEM, Actor, EventDraft
from tongban.ground.ledger.services import append
from tongban.ground.ledger.subjects import SubjectRef
from tongban.ground.policy import Principal, Target, allowed
from tongban.insight.search import lexicon, tokens
from tongban.insight.search.lexicon import ACTS, KINDS, Word
from tongban.insight.search.models import SearchWord, Vocabulary
from tongban.registry.parties.models import Region

TABLE = Path(__file__).parent / "data" / "colloquial.json"
SUBJECT = "search_vocabulary"
PERMISSION = "search.word.edit"
MOST_MEANINGS = 8
LONGEST_WORD = 40
LONGEST_MEANING = 60
_WITH_MEANING = {lexicon.MEANS, lexicon.DEPARTMENT, lexicon.ACT}
_SEPARATORS = re.compile(r"[,，;；、\n]+")


def check_steward(principal: Principal) -> None:
    """Words are the city's as a whole: a steward whose region is only a part of it may not touch them.

    :raises NotFound: not a steward of the whole city.
    """
    city = Region.objects.order_by("no").values_list("no", flat=True).first()
    if not allowed(principal, PERMISSION, Target(region_no=city or 0)):
        raise NotFound


def read_meanings(text: str) -> tuple[str, ...]:
    """Meanings as a steward types them: parted by commas, enumeration marks or lines."""
    return tuple(dict.fromkeys(part.strip() for part in _SEPARATORS.split(text) if part.strip()))


def add_word(principal: Principal, kind: str, word: str, means: Iterable[str] = ()) -> SearchWord:
    """A new word, or a retired one again with other meanings.

    :raises Refusals: the word or a meaning is not usable, each with its field.
    :raises Conflict: the word is in use already.
    """
    check_steward(principal)
    text, meanings = _checked(kind, word, tuple(means))
    with transaction.atomic():
        row = SearchWord.objects.select_for_update().filter(kind=kind, word=text).first()
        if row is not None and row.state == SearchWord.State.ACTIVE:
            raise Conflict("search.word_known", f"「{text}」已经在词库里了", "word", "要改它的对应说法，请打开这个词")
        row = row or SearchWord(kind=kind, word=text)
        row.means, row.state = list(meanings), SearchWord.State.ACTIVE
        _save(row, principal)
        _append(EventDraft("search_word.added", _body(row)), _actor(principal))
    return row


def change_word(principal: Principal, word_id: UUID, means: Iterable[str]) -> SearchWord:
    """Other meanings for a word. The same meanings again change nothing. :raises Refusals, NotFound:"""
    check_steward(principal)
    with transaction.atomic():
        row = _locked(word_id)
        _, meanings = _checked(row.kind, row.word, tuple(means))
        if row.means == list(meanings):
            return row
        row.means = list(meanings)
        _save(row, principal)
        _append(EventDraft("search_word.changed", _body(row)), _actor(principal))
    return row


def retire_word(principal: Principal, word_id: UUID) -> SearchWord:
    """A word out of use; its row stays. A second time changes nothing. :raises NotFound:"""
    return _set_state(principal, word_id, SearchWord.State.RETIRED, "search_word.retired")


def restore_word(principal: Principal, word_id: UUID) -> SearchWord:
    """A retired word in use again. :raises NotFound:"""
    return _set_state(principal, word_id, SearchWord.State.ACTIVE, "search_word.restored")


def seed() -> int:
    """Load the words that come with the platform; what a steward has touched stays as it is. Returns changed rows."""
    now = moment.now()
    with transaction.atomic():
        known = {(row.kind, row.word): row for row in SearchWord.objects.all()}
        fresh, stale = [], []
        for word in table_words():
            row = known.get((word.kind, word.text))
            if row is None:
                fresh.append(
                    SearchWord(kind=word.kind, word=word.text, means=list(word.means), seeded=True, edited_at=now)
                )
            elif row.edited_by is None and row.means != list(word.means):
                row.means, row.edited_at = list(word.means), now
                stale.append(row)
        SearchWord.objects.bulk_create(fresh)
        SearchWord.objects.bulk_update(stale, ["means", "edited_at"])
        if fresh or stale:
            body = {"added": len(fresh), "changed": len(stale)}
            _append(EventDraft("search_vocabulary.seeded", body), SYSTEM)
    return len(fresh) + len(stale)


def table_words() -> Iterator[Word]:
    """The words of ``data/colloquial.json``."""
    data: dict[str, Any] = json.loads(TABLE.read_text(encoding="utf-8"))
    yield from (Word(lexicon.STOP, text) for text in data["stop"])
    yield from (Word(lexicon.OUTSIDE, text) for text in data["outside"])
    yield from (Word(lexicon.HOT, text) for text in data["hot"])
    yield from (Word(lexicon.ACT, text, (act,)) for act, texts in data["acts"].items() for text in texts)
    yield from (Word(lexicon.DEPARTMENT, text, tuple(means)) for text, means in data["departments"].items())
    yield from (Word(lexicon.MEANS, text, tuple(means)) for text, means in data["means"].items())


def _set_state(principal: Principal, word_id: UUID, state: str, event: str) -> SearchWord:
    check_steward(principal)
    with transaction.atomic():
        row = _locked(word_id)
        if row.state != state:
            row.state = state
            _save(row, principal)
            _append(EventDraft(event, _body(row)), _actor(principal))
    return row


def _locked(word_id: UUID) -> SearchWord:
    row = SearchWord.objects.select_for_update().filter(pk=word_id).first()
    if row is None:
        raise NotFound("search.word", "没有找到这个词，可能已经被别人改动")
    return row


def _save(row: SearchWord, principal: Principal) -> None:
    row.edited_by, row.edited_name, row.edited_at = principal.actor_id, principal.name, moment.now()
    row.save()


def _checked(kind: str, word: str, means: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The word and its meanings as they are kept. :raises Refusals:"""
    text = " ".join(tokens.tidy(word).split()) if kind != lexicon.HOT else " ".join(word.split())
    wanted = tuple(dict.fromkeys(" ".join(one.split()) for one in means if one.strip()))
    found = [*_word_faults(kind, text), *_meaning_faults(kind, text, wanted)]
    if found:
        raise Refusals(tuple(found))
    return text, wanted if kind in _WITH_MEANING else ()


def _word_faults(kind: str, text: str) -> Iterator[Refusal]:
    if kind not in KINDS:
        yield Refusal("search.word_kind", "没有选词的种类", "kind", "选一种再保存")
    if not text:
        yield Refusal("search.word_missing", "没有填词", "word", "填市民会打的那个词，例如 娃上户口")
    elif len(text) > LONGEST_WORD:
        yield Refusal("search.word_long", f"词太长，最多 {LONGEST_WORD} 个字", "word", "只留关键的几个字")
    elif not tokens.runs(tokens.tidy(text)):
        yield Refusal("search.word_marks", "词里没有汉字、字母或数字", "word", "去掉标点，填文字")
    elif kind in (lexicon.MEANS, lexicon.STOP, lexicon.OUTSIDE) and len(text) == 1 and text.isascii():
        yield Refusal("search.word_short", "一个字母或数字太短，会误伤别的词", "word", "至少填两个字")


def _meaning_faults(kind: str, text: str, means: tuple[str, ...]) -> Iterator[Refusal]:
    if kind not in _WITH_MEANING:
        return
    if not means:
        yield Refusal("search.meaning_missing", "没有填对应说法", "means", "填事项名称里的字，多个之间用逗号隔开")
    if len(means) > MOST_MEANINGS:
        yield Refusal("search.meanings_many", f"对应说法太多，最多 {MOST_MEANINGS} 个", "means", "只留最要紧的几个")
    for meaning in means:
        if len(meaning) > LONGEST_MEANING:
            yield Refusal("search.meaning_long", f"「{meaning[:12]}…」太长", "means", "只填名称里关键的字")
        elif kind == lexicon.ACT and meaning not in ACTS:
            yield Refusal("search.act_unknown", f"没有「{meaning}」这个办理动作", "means", f"可以填：{'、'.join(ACTS)}")
        elif kind == lexicon.MEANS and tokens.tidy(meaning) == text:
            yield Refusal("search.meaning_same", "对应说法和词一样，不起作用", "means", "填事项名称里用的说法")


def _body(row: SearchWord) -> dict[str, Any]:
    return {"word": str(row.pk), "kind": row.kind, "state": row.state, "meanings": len(row.means)}


def _actor(principal: Principal) -> Actor:
    return Actor("staff", principal.actor_id, principal.post_id, "data_steward", channel="desk")


def _append(draft: EventDraft, actor: Actor) -> None:
    """On the chain of the one vocabulary; its ``seq`` is the stamp by which workers see the change."""
    row, _ = Vocabulary.objects.get_or_create(single=True)
    append(SubjectRef(SUBJECT, row.pk), [draft], actor)
