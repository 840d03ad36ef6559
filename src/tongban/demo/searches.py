"""What people of 云溪市 looked for in the last weeks, and what its data steward made of it.

Every query is really asked of the index, at some hour of its day, so that what failed had failed. Idempotent: a city in
which somebody has searched already is left as it is.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tongban.demo.files import read
from tongban.demo.notices import in_role
from tongban.ground import moment
from tongban.insight.search import counting, demands, reports
from tongban.insight.search.models import SearchCount
from tongban.insight.search.selectors import find, option_of
from tongban.registry.articles.models import Article
from tongban.registry.articles.services import count_views
from tongban.registry.parties.selectors import department_by_short_name

DAYS = 28
WEEK = 7
SEED = 20_260
READERS = (140, 2600)
"""How many times a notice was opened, at least and at most; the older, the more."""


def load() -> None:
    """Four weeks of searches, and the demands that a steward made of what was not found or not opened."""
    if SearchCount.objects.exists():
        return
    content = read("searches")
    chance = random.Random(SEED)  # noqa: S311 - habits, not secrets
    for line in content["searches"]:
        _ask(line, chance)
    counting.write()
    for demand in content["demands"]:
        _demand(demand)
    _notices(chance)


def _ask(line: Mapping[str, Any], chance: random.Random) -> None:
    """The same words on the days of four weeks; what was found is opened two times of three, where people open it."""
    found = find(line["words"]).results
    opened = option_of(found[0].slug) if found else None
    for days_ago in range(1, DAYS + 1):
        often = sum(chance.random() < line["each_week"] / WEEK / 2 for _chance in range(2))
        with moment.at(moment.now() - timedelta(days=days_ago)):
            for _time in range(often):
                counting.note_search(line["words"], len(found))
                if opened and line["opened"] and chance.random() < 2 / 3:
                    counting.note_click(line["words"], opened)


def _demand(line: Mapping[str, Any]) -> None:
    with moment.at(moment.now() - timedelta(days=line["days_ago"])):
        steward = in_role("data_steward")
        asked = {one.query: one.asked for one in reports.left_queries(steward) + reports.failed_queries(steward)}
        row = demands.record_demand(steward, line["words"], asked.get(line["words"], 0))
    if owner := line.get("owner"):
        department = department_by_short_name(owner)
        with moment.at(moment.now() - timedelta(days=line["days_ago"] - 1)):
            demands.assign_demand(steward, row.pk, department.pk)
    if decision := line.get("decision"):
        with moment.at(moment.now() - timedelta(days=line["days_ago"] - 6)):
            demands.decide_demand(steward, row.pk, adopted=line["adopted"], decision=decision)


def _notices(chance: random.Random) -> None:
    """People opened the notices, the older the more often."""
    ids = list(Article.objects.filter(in_force__isnull=False).order_by("-number").values_list("id", flat=True))
    least, most = READERS
    count_views({key: chance.randint(least, least + (most - least) * (n + 1) // len(ids)) for n, key in enumerate(ids)})
