"""The slip of one answer as a PDF, made when somebody asks for it; nothing is stored."""

from __future__ import annotations

from tongban.ground import moment
from tongban.ground.documents.typesetting import render
from tongban.ground.errors import NotFound
from tongban.procedures.contacts import slips
from tongban.procedures.contacts.selectors import ContactDetail, GivenAnswer
from tongban.registry.catalog.checklists import guidance


def has_slip(outcome: str) -> bool:
    """Whether an answer of this outcome is printed."""
    return outcome in slips.SLIP_OF_OUTCOME


def slip_of(detail: ContactDetail, round_: int) -> bytes:
    """The PDF of an answer; its bytes are the same each time but for the creation date.

    :raises NotFound: no such answer, or one that has no slip. :raises MissingGlyph: see there.
    """
    given = detail.answer_of(round_)
    kind = slips.SLIP_OF_OUTCOME.get(given.row.outcome) if given else None
    if given is None or kind is None or detail.content is None:
        raise NotFound("contact.no_slip", "这次答复没有可以打印的单子")
    told = slips.Told(
        number=detail.contact.number,
        day=moment.local(given.row.given_at).date().isoformat(),
        asked_by=detail.contact.person_label,
        told_by=f"{given.row.post.name} {given.row.staff.name}",
    )
    return render(kind, slips.base(detail.content, kind, told) | _body(kind, detail, given))


def _body(kind: str, detail: ContactDetail, given: GivenAnswer) -> dict[str, object]:
    content, row = detail.content, given.row
    assert content is not None  # asked before
    if kind == "guidance_notice":
        return guidance(content, detail.answers, "" if detail.contact.channel == "phone" else row.words)
    if kind == "handed_back_list":
        return slips.handed_back(content, detail.answers, given.returned, row.words)
    return slips.negative(row.basis, detail.contact.question, row.words, "大厅管理岗")
