"""Credit in 云溪市: what is on record about some of its people and organisations.

``load`` may be called again: every fact has a key, and what exists stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tongban.demo import names
from tongban.demo.files import read
from tongban.ground import moment
from tongban.ground.policy import Principal
from tongban.registry.credit import services
from tongban.registry.credit.models import CreditRecord
from tongban.registry.credit.parties import Party
from tongban.registry.credit.services import NewFact
from tongban.registry.parties.models import Organisation, Region, StaffPost, UserAccount
from tongban.registry.parties.selectors import department_by_short_name, principal_of


def load() -> None:
    """Facts that other authorities sent, entered by the credit officer on their day, and one objection to them."""
    officer = _officer()
    for row in read("credit")["facts"]:
        if CreditRecord.objects.filter(key=row["key"]).exists():
            continue
        body = Organisation.objects.select_related("legal_representative").get(name=row["party"])
        told_at = moment.now() - timedelta(days=row["days_ago"])
        with moment.at(told_at):
            made = services.enter(officer, _fact(row, body))
        if words := row.get("objection"):
            account = UserAccount.objects.get(person=body.legal_representative)
            services.object_to(principal_of(account), made.id, words)


def _fact(row: Mapping[str, Any], body: Organisation) -> NewFact:
    today = moment.today()
    return NewFact(
        key=row["key"],
        party=Party(organisation_id=body.pk),
        label=body.name,
        kind=row["kind"],
        gravity=row.get("gravity", ""),
        on=today - timedelta(days=2),
        basis=row["basis"],
        title=row["title"],
        source=row["source"],
        department_id=department_by_short_name(names.GOVERNMENT_SERVICES).pk,
        region_no=Region.objects.values_list("no", flat=True).get(level=Region.Level.CITY),
        effect_until=today + timedelta(days=row["days"]) if "days" in row else None,
    )


def _officer() -> Principal:
    held = StaffPost.objects.select_related("staff__account").get(post__name=names.CREDIT_POST)
    return principal_of(held.staff.account, held.post_id)
