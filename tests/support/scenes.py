"""Cases in several states on a running site, made in a process of their own; prints their numbers as JSON."""

from __future__ import annotations

import json
import time
import uuid


def make() -> dict[str, str]:
    """One case in each state that a page can show; the site's own job process seals the papers."""
    from tests.support import builders, law_scenes
    from tongban.demo import names
    from tongban.procedures.cases import services
    from tongban.procedures.cases.loading import load

    who = builders.resident()
    made: dict[str, uuid.UUID] = {
        "draft": builders.a_complete_draft(who),
        "submitted": builders.a_submitted_case(who),
        "corrected": builders.a_submitted_case(who),
        "review": builders.a_case_in_review(who, names.ROAD_SLUG),
        "decide": builders.a_case_to_decide(who),
        "granted": builders.a_case_to_decide(who),
    }
    items = [
        {"target": "material", "code": "floor_plan", "fault": "看不清消毒间", "remedy": "重新拍照上传"},
        {"target": "field", "code": "premises.name", "fault": "与照片上的招牌不一致", "remedy": "按招牌填写"},
    ]
    services.request_correction(builders.clerk(), made["corrected"], items=items)
    services.decide(builders.approver_of(made["granted"]), made["granted"], outcome="granted")
    end = time.perf_counter() + 60
    while load(made["granted"]).state != "issued" and time.perf_counter() < end:
        time.sleep(0.2)
    found = {name: load(key).number for name, key in made.items() if name != "draft"}
    from tongban.ground.documents.models import Document
    from tongban.registry.licences.models import Licence

    licence = Licence.objects.select_related("document").get(case_id=made["granted"])
    paper = Document.objects.filter(subject_id=made["granted"], kind="decision_grant").get()
    from tests.procedures.contacts import asking
    from tests.registry.catalog.imports import scenes as lists

    contact = asking.ask(given=asking.a_no(), person_name="张三丰", person_phone="13800138000").number
    other = {"draft": str(made["draft"]), "code": licence.document.code, "paper": str(paper.id), "contact": contact}
    made_by_law = law_scenes.make(who)
    from tests.registry.credit.test_services import a_fact
    from tongban.registry.credit import services as credit

    credit.record(a_fact(who, key="for the pages"))
    return {**found, **other, **lists.for_pages(), **made_by_law}


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(make()))
