"""A hall that is open whatever the hour, on a site's own database: tickets that wait, one that is called.

Run as a process (``python -m tests.faces.places_scene``); the last line is JSON.
"""

from __future__ import annotations

import json
from datetime import timedelta

ALL_DAY = [{"halls": ["yunxi"], "weekdays": [1, 2, 3, 4, 5, 6, 7], "opens": "00:00", "closes": "23:59:59"}]


def make() -> dict[str, str]:
    """Open the hall, sit down, let people come."""
    from tests.registry.places.scenes import clerk, queue, window
    from tongban.ground import moment
    from tongban.ground.calendars.selectors import office_day
    from tongban.ground.calendars.services import ClosureDraft, decide_closure
    from tongban.ground.ledger.chain import SYSTEM
    from tongban.ground.parameters.services import set_value
    from tongban.registry.places import hours, services

    today = moment.today()
    set_value(hours.EXTENDED, ALL_DAY, valid_from=today, basis="测试", actor=SYSTEM)
    if office_day(1000, today).closed_by_decision:  # a public holiday: this one is worked
        words = {"kind": "make_up", "effect": "make_up", "basis": "测试", "reason": "测试"}
        last = today + timedelta(days=1)
        draft = ClosureDraft(region_no=1000, region_end_no=1999, place="云溪市", first=today, last=last, **words)
        decide_closure(clerk("方砚秋"), draft)
    by = clerk()
    services.open_window(window("05").pk, by)
    first = services.take_ticket(queue("A").pk, "hygiene-licence")
    services.call_next(window("05").pk, by)
    waiting = services.take_ticket(queue("A").pk, "food-licence", "elderly")
    return {"called": first.code, "waiting": waiting.code, "window": str(window("06").pk)}


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(make()))
