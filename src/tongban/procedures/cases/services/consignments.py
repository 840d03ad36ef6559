"""Paper by courier, both ways (材料物理流转, XRG-02): who sent what under which waybill, and when it arrived."""

from __future__ import annotations

import re
import uuid

from django.db import IntegrityError, transaction

from tongban.ground import moment
from tongban.ground.errors import Conflict, NotFound, Refusal
from tongban.ground.ledger.chain import EventDraft
from tongban.ground.ledger.services import append
from tongban.ground.ledger.subjects import SubjectRef
from tongban.ground.policy import Principal, allowed
from tongban.procedures.cases.acting import actor_of
from tongban.procedures.cases.loading import load
from tongban.procedures.cases.models import Consignment
from tongban.procedures.cases.rules.state import CaseState

_WAYBILL = re.compile(r"[0-9A-Z-]{6,40}", re.ASCII)
COURIERS = ("邮政特快专递", "邮政挂号", "顺丰", "京东", "中通", "圆通", "韵达", "申通", "其他快递")
"""Couriers to choose from; ``其他快递`` for all others."""


def consign(principal: Principal, case_id: uuid.UUID, *, courier: str, waybill: str, contents: str) -> Consignment:
    """Record a consignment: by the applicant on its way to us, by staff on its way to the applicant.

    The same waybill of the same courier entered again for the same case changes nothing.

    :raises NotFound: a foreign case. :raises Refusal: courier, waybill or contents missing.
    :raises Conflict: the waybill stands on another case.
    """
    state = load(case_id)
    kinds = ("accept", "deliver") if principal.is_staff else ()
    if not allowed(principal, "cases.consignment.record", state.target(*kinds)):
        raise NotFound("case.not_found", "没有找到这件办件")
    direction = Consignment.Direction.OUT if principal.is_staff else Consignment.Direction.IN
    number = "".join(waybill.split()).upper()
    words = " ".join(contents.split())[:300]
    _check(courier, number, words)
    values = {"direction": direction, "contents": words, "sent_at": moment.now(), "entered_by": principal.actor_id}
    try:
        with transaction.atomic():
            made = Consignment.objects.create(case_id=case_id, courier=courier, waybill=number, **values)
            body = {"consignment_id": made.pk, "direction": direction.value, "courier": courier}
            _append(principal, state, "case.consignment_sent", body)
    except IntegrityError:
        known = Consignment.objects.get(courier=courier, waybill=number)
        if known.case_id == case_id:
            return known
        raise Conflict(
            "consignment.elsewhere", "这个单号已经登记在别的办件上", field="waybill", remedy="核对单号"
        ) from None
    return made


def receive_consignment(principal: Principal, consignment_id: uuid.UUID, *, received_by: str) -> Consignment:
    """It arrived: staff sign for what the applicant sent, or note who signed for what we sent. Once.

    :raises NotFound: of a foreign case.
    """
    found = Consignment.objects.filter(pk=consignment_id).first()
    state = load(found.case_id) if found else None
    if found is None or state is None or not principal.is_staff:
        raise NotFound("consignment.not_found", "没有找到这件寄递")
    if not allowed(principal, "cases.consignment.record", state.target()):
        raise NotFound("consignment.not_found", "没有找到这件寄递")
    who = received_by.strip()[:40] or principal.name
    with transaction.atomic():
        fresh = Consignment.objects.filter(pk=found.pk, received_at=None)
        if fresh.exists():
            found.received_at, found.received_by = moment.now(), who
            found.save(update_fields=["received_at", "received_by"])
            _append(principal, state, "case.consignment_received", {"consignment_id": found.pk})
    return found


def _check(courier: str, waybill: str, contents: str) -> None:
    if courier not in COURIERS:
        raise Refusal("consignment.courier", "请选择快递公司", field="courier")
    if not _WAYBILL.fullmatch(waybill):
        raise Refusal("consignment.waybill", "单号不对", field="waybill", remedy="照面单抄，只有数字和字母")
    if not contents:
        raise Refusal("consignment.contents", "请写明寄的是什么", field="contents", remedy="例如：营业执照原件一份")


def _append(principal: Principal, state: CaseState, kind: str, body: dict[str, object]) -> None:
    channel = "desk" if principal.is_staff else "portal"
    event = EventDraft(kind, body)
    append(SubjectRef("case", state.id), [event], actor_of(principal, channel, state), region_no=state.region_no)
