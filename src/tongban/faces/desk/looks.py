"""A look at a case is on record once: the pictures of the page that was opened belong to that look.

The page hands each of its pictures a note that is good for this person, this file and a few minutes. Without it a
picture is a look of its own, and recorded.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core import signing

from tongban.faces.pictures import possible
from tongban.ground.policy import Principal
from tongban.ground.storage.models import StoredFile

SALT = "desk.look"
GOOD_SECONDS = 900
MOST_PAGES = 20


def pages_to_show(principal: Principal, file: StoredFile | None) -> dict[str, Any]:
    """For the viewer: ``pages`` (numbers from 1; empty when the file is no PDF or nothing can draw it), ``look``."""
    if file is None or file.media_type != "application/pdf" or not file.pages or not possible():
        return {"pages": ()}
    note = signing.dumps([str(principal.actor_id), str(file.id)], salt=SALT)
    return {"pages": range(1, min(file.pages, MOST_PAGES) + 1), "look": note}


def was_shown(note: str, principal: Principal, file: UUID) -> bool:
    """Whether the page that shows this file was opened by this person just now."""
    try:
        return bool(signing.loads(note, salt=SALT, max_age=GOOD_SECONDS) == [str(principal.actor_id), str(file)])
    except signing.BadSignature:
        return False
