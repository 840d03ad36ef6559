"""Setting parameters: a new value ends the one before it; nothing is overwritten."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from tongban.ground.errors import Refusal
from tongban.ground.ledger.chain import Actor, EventDraft
from tongban.ground.ledger.services import append
from tongban.ground.ledger.subjects import SubjectRef
from tongban.ground.parameters.declared import require_readable
from tongban.ground.parameters.models import Parameter


def set_value(
    code: str, value: Any, *, valid_from: date, basis: str, actor: Actor, region: int | None = None, unit: str = ""
) -> Parameter:
    """Let ``code`` have ``value`` from a day on, until further notice. The value in force that day ends the day before.

    Leaves ``parameter.ended`` and ``parameter.set`` in the ledger. Setting the same value again changes nothing.

    Raises :class:`Refusal` without a basis, for a value that its reader cannot use (``parameter.unfit``), or when a
    later value is planned already (end that one first).
    """
    if not basis.strip():
        raise Refusal("parameter.basis", f"参数 {code} 没有写明依据", "basis", "请填写法规、标准或文件的名称和条款")
    require_readable(code, value)
    with transaction.atomic():
        same = Parameter.objects.select_for_update().filter(code=code, region_id=region).order_by("valid")
        rows = list(same)
        if any(row.valid.lower is not None and row.valid.lower > valid_from for row in rows):
            raise Refusal(
                "parameter.later_value",
                f"参数 {code} 在 {valid_from.isoformat()} 之后已有取值",
                "valid_from",
                "请先处理较晚的取值",
            )
        current = next((row for row in rows if valid_from in row.valid), None)
        if current is not None:
            if (current.value, current.unit, current.basis) == (value, unit, basis):
                return current
            _end(current, valid_from, actor)
        created = Parameter.objects.create(
            code=code, region_id=region, valid=DateRange(valid_from, None), value=value, unit=unit, basis=basis
        )
        body = {"code": code, "valid_from": valid_from, "value": value, "unit": unit, "basis": basis}
        append(SubjectRef("parameter", created.id), [EventDraft("parameter.set", body)], actor)
    created.refresh_from_db()
    return created


def _end(current: Parameter, day: date, actor: Actor) -> None:
    """The value in force ends on the day on which the next one begins."""
    if current.valid.lower == day:
        raise Refusal(
            "parameter.same_day",
            f"参数 {current.code} 从 {day.isoformat()} 起已有取值",
            "valid_from",
            "请选较晚的生效日期",
        )
    current.valid = DateRange(current.valid.lower, day)
    current.save(update_fields=["valid"])
    draft = EventDraft("parameter.ended", {"code": current.code, "valid_until": day})
    append(SubjectRef("parameter", current.id), [draft], actor)
