"""What a rehearsal site gets beside the city's configuration: first event, own seals, a dozen trainees (WIN-23).

May be repeated: what is there already stays. The trainees are invented people of the demo city; everybody signs in with
the one button of the demo's door.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from tongban.demo import people
from tongban.ground import moment
from tongban.ground.ledger.chain import SYSTEM, EventDraft
from tongban.ground.ledger.services import append
from tongban.ground.ledger.subjects import SubjectRef
from tongban.ground.parameters.models import Parameter
from tongban.ground.parameters.services import set_value
from tongban.insight.search.services import rebuild
from tongban.registry.licences import services as licences
from tongban.registry.licences.models import Seal
from tongban.registry.parties.models import Department, Region

BEGUN = "rehearsal.begun"
BASIS = "演练环境由 ./tongban rehearsal 建立，这里办的都不算数"
SEAL_MARK = "演练"
TRAINEES = ("沈知夏", "周𬭎", "何雨桐", "欧阳娜", "严桂香", "邱敏", "孙思远", "陆明远")
BODIES = ("云溪市桥西区溪上小馆", "云溪市云山区青禾理发店", "云溪溪畔酒店有限公司", "云溪城建工程有限公司")


def furnish(seals: Iterable[Mapping[str, Any]], facts: Path) -> None:
    """Everything, in order: the ledger's first event tells from which city and when.

    :param seals: [{authority, kind, approvals: [[document_kind, first, last, ceiling, approved_by, reason], ...]}].
    :param facts: the mark of the directory, ``rehearsal.json``.
    """
    if not settings.REHEARSAL:
        raise RuntimeError("only a rehearsal is furnished")
    _begin(json.loads(facts.read_text())["at"])
    for seal in seals:
        _seal(seal)
    people.load_some(TRAINEES, BODIES)
    rebuild()


def _begin(at: str) -> None:
    """The parameter says it on the parameters' page, the event in the ledger."""
    if Parameter.objects.filter(code=BEGUN).exists():
        return
    places = Region.objects.order_by("no")
    city = places.filter(level=Region.Level.CITY).first() or places.first()
    told = {"city": city.name if city else "", "code": city.code if city else "", "at": at}
    with transaction.atomic():
        words = " ".join(filter(None, told.values()))
        made = set_value(BEGUN, words, valid_from=moment.today(), basis=BASIS, actor=SYSTEM)
        append(SubjectRef("parameter", made.pk), [EventDraft(BEGUN, told)], SYSTEM)


def _seal(told: Mapping[str, Any]) -> None:
    """A seal of the same authority and kind with a key and certificate of the rehearsal, and its approvals."""
    authority = Department.objects.get(pk=told["authority"])
    with transaction.atomic():
        if Seal.objects.filter(authority=authority, kind=told["kind"]).exists():
            return
        seal = licences.register_seal(authority, told["kind"], SYSTEM, mark=SEAL_MARK)
        for kind, first, last, ceiling, approved_by, reason in told["approvals"]:
            days = date.fromisoformat(first), date.fromisoformat(last)
            licences.give_standing_approval(seal, kind, *days, ceiling, UUID(approved_by), reason, SYSTEM)
