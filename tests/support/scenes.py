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
    lists_made = lists.for_pages()
    return {**found, **other, **lists_made, "begun": an_item_begun(), **made_by_law}


def an_item_begun() -> str:
    """A copy of an item that nobody has published; its slug."""
    from tests.faces.desk.test_editor import somebody
    from tongban.demo import names
    from tongban.registry.catalog import beginning
    from tongban.registry.catalog.identity import Identity
    from tongban.registry.catalog.models import HandlingOption
    from tongban.registry.catalog.provisions import TimeLimit

    source = HandlingOption.objects.select_related("item__region").get(slug=names.ROAD_SLUG)
    item = source.item
    identity = Identity(item.entry_id, item.name, item.authority_id, item.region_id, item.region.level)
    law = TimeLimit(20, "working_day", "中华人民共和国行政许可法第四十二条")
    promise = TimeLimit(9, "working_day", "服务承诺")
    basics = beginning.Basics("街头展会审批", "street-show", "new", "promised", "licensing", promise, law)
    by = somebody(names.ITEM_EDITOR_POST)
    return beginning.begin_copy(by, uuid.uuid4(), names.ROAD_SLUG, identity, basics).slug


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(make()))
