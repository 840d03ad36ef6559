"""Results that go by post: what the issuing clerk types for each row, and what became of it (XRG-02)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.http import QueryDict

from tongban.ground.errors import Conflict, NotFound, Refusal
from tongban.ground.policy import Principal
from tongban.procedures.cases import services as cases
from tongban.procedures.cases.asked import ToSend

CONTENTS = "办理结果"


@dataclass(frozen=True)
class Typed:
    """One row: what is sent under which number, or who signed for what was sent."""

    number: str
    courier: str = ""
    waybill: str = ""
    contents: str = CONTENTS
    signed: bool = False
    received_by: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing was said about this row."""
        return not self.waybill and not self.signed


@dataclass(frozen=True)
class Sent:
    """What became of a row: ``why`` is empty when it went."""

    number: str
    words: str
    why: str = ""


def read(post: QueryDict) -> dict[str, Typed]:
    """Rows about which something was typed, by case number."""
    found = {}
    for number in post.getlist("number")[:100]:
        row = Typed(
            number,
            post.get(f"courier__{number}", ""),
            post.get(f"waybill__{number}", "").strip(),
            post.get(f"contents__{number}", "").strip() or CONTENTS,
            post.get(f"signed__{number}", "") == "yes",
            post.get(f"by__{number}", "").strip(),
        )
        if not row.empty:
            found[number] = row
    return found


def carry_out(principal: Principal, rows: dict[str, ToSend], typed: dict[str, Typed]) -> list[Sent]:
    """Every row by its own act; one that is refused says why and holds up no other."""
    return [_one(principal, rows.get(number), row) for number, row in typed.items()]


def _one(principal: Principal, row: ToSend | None, typed: Typed) -> Sent:
    if row is None:
        return Sent(typed.number, "", "没有找到这件要寄的结果，或者已经送达")
    try:
        if row.consignment is None:
            return Sent(typed.number, _send(principal, row.case_id, typed))
        return Sent(typed.number, _signed(principal, row, typed))
    except (Refusal, Conflict, NotFound) as error:
        return Sent(typed.number, "", f"{error.sentence}。{error.remedy}" if error.remedy else error.sentence)


def _send(principal: Principal, case_id: uuid.UUID, typed: Typed) -> str:
    made = cases.consign(principal, case_id, courier=typed.courier, waybill=typed.waybill, contents=typed.contents)
    return f"已登记寄出：{made.courier} {made.waybill}"


def _signed(principal: Principal, row: ToSend, typed: Typed) -> str:
    """It was signed for: the parcel has arrived, and with it the result is delivered."""
    assert row.consignment is not None  # the caller looked
    waybill, by = row.consignment.waybill, typed.received_by or "申请人"
    cases.deliver(principal, row.case_id, mode="post", received_by=by, waybill=waybill, channel="window")
    cases.receive_consignment(principal, row.consignment.pk, received_by=by)
    return "已登记签收，送达回证正在制作"
