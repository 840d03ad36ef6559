"""Drafts and frequent sentences on the page of a review: between posted fields and ``work.writing``."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.http import QueryDict

from tongban.faces.desk.casefile import CaseFile
from tongban.ground import moment
from tongban.ground.policy import Principal
from tongban.procedures.work import writing
from tongban.procedures.work.writing import Kept, Written

FIELDS = ("verdict", "text", "points", "outcome", "facts", "reasons", "basis")
_ASKING = ("phrase", "drop_phrase", "into")
_COMMANDS = ("keep", "keep_phrase", "change")


@dataclass(frozen=True)
class PhraseLine:
    """A sentence to put into the opinion; ``own`` is its id when it can be taken out."""

    key: str
    text: str
    own: str = ""


def asks(post: QueryDict) -> bool:
    """Whether the form was sent only to go on writing."""
    return post.get("command") in _COMMANDS or any(name in post for name in _ASKING)


def fields_of(post: QueryDict) -> dict[str, list[str]]:
    """The fields of the form that are kept."""
    return {name: [value.replace("\x00", "") for value in post.getlist(name)] for name in FIELDS if name in post}


def as_posted(saved: Kept | None) -> QueryDict | None:
    """A draft as if it had just been posted."""
    if saved is None:
        return None
    held = QueryDict(mutable=True)
    for name, values in saved.values.items():
        held.setlist(name, values)
    return held


def words_of(saved: Kept) -> str:
    """When it was saved, as the page says it."""
    return f"草稿已保存 {moment.local(saved.saved_at):%m-%d %H:%M}"


def phrases_of(file: CaseFile, written: Written) -> list[PhraseLine]:
    """Sentences of the house for the task at hand, then one's own; none when nothing is written here."""
    kind = _kind(file)
    if not kind:
        return []
    house = [PhraseLine(f"{kind}-{at}", text) for at, text in enumerate(writing.shipped().get(kind, ()))]
    return house + [PhraseLine(str(key), text, str(key)) for key, text in written.phrases]


def written_on(principal: Principal, file: CaseFile, post: QueryDict) -> QueryDict:
    """The form after a sentence came in, was kept or was taken out; the typed words stay.

    :raises Refusal: a sentence that cannot be kept.
    """
    typed = post.copy()
    place = "reasons" if _kind(file) == "decide" else "text"
    if post.get("command") == "keep_phrase":
        writing.keep_phrase(principal, post.get(place, ""))
    if wanted := post.get("drop_phrase", ""):
        _drop(principal, wanted)
    if wanted := post.get("phrase", ""):
        lines = phrases_of(file, writing.at_hand(principal, file.my_tasks))
        found = next((line.text for line in lines if line.key == wanted), "")
        typed[place] = "\n".join(part for part in (post.get(place, "").rstrip(), found) if part)
    return typed


def _drop(principal: Principal, wanted: str) -> None:
    try:
        writing.drop_phrase(principal, uuid.UUID(wanted))
    except ValueError:
        return


def _kind(file: CaseFile) -> str:
    """What is written here now: an opinion of a step first, else a decision."""
    if file.my_step:
        return file.my_step.kind
    return "decide" if "decide" in file.commands else ""
