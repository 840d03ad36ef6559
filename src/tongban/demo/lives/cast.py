"""Who acts in 云溪市: residents by name and number, staff by post, and who stands in for whom on a day."""

from __future__ import annotations

import random
import uuid
from collections.abc import Collection
from dataclasses import dataclass, field

from tongban.ground import moment
from tongban.ground.policy import Principal
from tongban.registry.parties.models import Organisation, Post, Substitution, UserAccount
from tongban.registry.parties.selectors import officers, principal_of

_NOBODY: frozenset[uuid.UUID | None] = frozenset()


@dataclass
class Cast:
    """Everybody, compiled once; ``played`` are the persons whom somebody plays by hand (they have a password)."""

    residents: dict[uuid.UUID, Principal]
    staff: dict[int, list[Principal]]
    posts: dict[str, int]
    departments: dict[int, int]
    """Post -> its department."""
    roles: dict[int, frozenset[str]]
    played: frozenset[uuid.UUID]
    absences: list[Substitution]
    _stood_in: dict[tuple[int, uuid.UUID], Principal] = field(default_factory=dict)

    def resident(self, name: str) -> Principal:
        """The resident of that name."""
        return next(one for one in self.residents.values() if one.name == name)

    def at_post(self, post_id: int, chance: random.Random, *, but: Collection[uuid.UUID | None] = _NOBODY) -> Principal:
        """Somebody who acts at the post today and is none of ``but``; who is away is stood in for."""
        today = moment.today()
        away = [one for one in self.absences if one.post_id == post_id and today in one.valid]
        absent = {one.absent_id for one in away}
        holders = [one for one in self.staff.get(post_id, ()) if one.staff_id not in absent]
        holders += [self._substitute(one) for one in away]
        able = [one for one in holders if one.staff_id not in but]
        return chance.choice(able or self.staff[post_id])

    def _substitute(self, row: Substitution) -> Principal:
        key = (row.post_id, row.substitute_id)
        if key not in self._stood_in:
            self._stood_in[key] = principal_of(row.substitute.account, row.post_id)
        return self._stood_in[key]

    def at(self, post: str, chance: random.Random) -> Principal:
        """Somebody at the post of that name."""
        return self.at_post(self.posts[post], chance)

    def with_role(self, role: str, department_id: int | None, chance: random.Random) -> Principal | None:
        """Somebody with a role, of one department when it is named."""
        fit = [
            post
            for post, roles in self.roles.items()
            if role in roles and self.staff.get(post) and department_id in (None, self.departments[post])
        ]
        return self.at_post(chance.choice(sorted(fit)), chance) if fit else None

    def unit(self, uscc: str) -> uuid.UUID:
        """The organisation of that credit code."""
        return Organisation.objects.values_list("id", flat=True).get(uscc=uscc)


def load() -> Cast:
    """Compile everybody as of today."""
    accounts = UserAccount.objects.filter(person__isnull=False, staff__isnull=True).select_related("person")
    residents = list(accounts.order_by("created_at", "id"))
    posts = list(Post.objects.all())
    return Cast(
        residents={account.person_id: principal_of(account) for account in residents if account.person_id},
        staff=officers(),
        posts={post.name: post.pk for post in posts},
        departments={post.pk: post.department_id for post in posts},
        roles={post.pk: frozenset(post.roles) for post in posts},
        played=frozenset(a.person_id for a in residents if a.person_id and a.has_usable_password()),
        absences=list(Substitution.objects.select_related("substitute__account")),
    )
