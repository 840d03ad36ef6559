"""What every page of the register is on a site with cases: its address, its markup, its queries, also with more rows.

Made in a process of its own, with the test client, so that queries can be counted; prints JSON.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from tongban.launch.pages import LIST, Page, shown, walk

FIELDS = frozenset({"input", "select", "textarea"})
UNNAMED = frozenset({"hidden", "submit", "button", "image", "reset"})


class Markup(HTMLParser):
    """The parts of a page that every page must have right."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.fields: list[tuple[dict[str, str], bool]] = []
        self.links: list[str] = []
        self.headings = 0
        self.title = ""
        self._in_label = 0
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note ids, labels, fields, links and headings."""
        given = {key: value or "" for key, value in attrs}
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "label":
            self._in_label += 1
            self.labelled.add(given.get("for", ""))
        if tag == "a" and given.get("href", "").startswith("/"):
            self.links.append(given["href"])
        if tag in FIELDS and given.get("type", "") not in UNNAMED:
            self.fields.append((given, self._in_label > 0))
        self.headings += tag == "h1"
        self._in_title = tag == "title" and not self.title

    def handle_endtag(self, tag: str) -> None:
        """Leave labels and the title."""
        self._in_label -= tag == "label"
        self._in_title = False

    def handle_data(self, data: str) -> None:
        """The words of the title."""
        if self._in_title:
            self.title += data

    def faults(self) -> Iterator[str]:
        """What is wrong, one line each."""
        if not self.title.strip():
            yield "has no title"
        if self.headings != 1:
            yield f"has {self.headings} h1"
        for name, times in Counter(self.ids).items():
            if times > 1:
                yield f"has the id {name} {times} times"
        for field, inside in self.fields:
            named = (
                inside or field.get("aria-label") or field.get("aria-labelledby") or field.get("id") in self.labelled
            )
            if not named:
                yield f"has a field without a label: {field.get('name') or field}"


def read(html: str) -> Markup:
    """A page's markup."""
    markup = Markup()
    markup.feed(html)
    return markup


class Looker:
    """One person's browser; pages are opened once."""

    def __init__(self, person: str) -> None:
        from django.test import Client

        self.client = Client()
        self._links: dict[str, list[str]] = {}
        if person:
            door = self.client.get("/demo/", {"q": person}).content.decode()
            way = re.search(rf'action="(/demo/sign-in/[^"]+)">(?:(?!</form>).)*以{person}登录', door, re.DOTALL)
            assert way, f"{person} is not at the demo's door"
            self.client.post(way[1])

    def links(self, address: str) -> list[str]:
        """The links on a page; none where it does not open."""
        if address not in self._links:
            answer = self.client.get(address, follow=True)
            good = answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")
            self._links[address] = read(answer.content.decode()).links if good else []
        return self._links[address]


def ask_about_everything(number: int) -> None:
    """What only comes about through the pages: a question, a demand that search did not meet, an address to push to."""
    from django.conf import settings

    asked = Looker("陆明远").client.post("/help/ask/", {"question": f"第 {number} 问：周末能办吗，要带什么？"})
    wanted = Looker("唐宇轩").client.post("/desk/search/demands/new/", {"words": f"充电桩报装{number}", "asked": "7"})
    keeper = Looker("魏承志")
    channel = next(link for link in keeper.links("/desk/connections/") if "channels/" in link and "new" not in link)
    hook = {"url": f"{settings.PUBLIC_URL}/demo/receiver/department-{number}/", "kinds": ["case.accepted"]}
    told = keeper.client.post(f"{channel}webhooks/new/", hook)
    statuses = (asked.status_code, wanted.status_code, told.status_code)
    assert statuses == (303, 303, 200), statuses


def look(lookers: dict[str, Looker]) -> list[dict[str, Any]]:
    """Each page of the register: who looked, where, with what template and faults."""
    found = []
    for page in shown():
        for person in page.people or ("",):
            looker = lookers[person] = lookers.get(person) or Looker(person)
            address = walk(page, looker.links)
            if address and (fact := _fact(page, person, address, looker)):
                found.append(fact)
                break
        else:
            found.append({"name": page.name, "key": page.key, "person": "", "address": None})
    return found


def _fact(page: Page, person: str, address: str, looker: Looker) -> dict[str, Any] | None:
    answer = looker.client.get(address)
    if answer.status_code in {302, 303} and len(page.people) > 1:
        return None
    fact = {"name": page.name, "key": page.key, "person": person, "address": address, "status": answer.status_code}
    if answer.status_code == page.status:
        fact["faults"] = list(read(answer.content.decode()).faults())
        fact["template"] = next((one.name for one in answer.templates if one.name), "")
        fact["list"] = page.kind == LIST
    return fact


def queries(client: Any, address: str) -> int:
    """How many queries the page needs when nothing is fresh any more."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


def more_rows(number: int) -> None:
    """More cases in every state, more papers, more questions, more rows of whatever goes with them."""
    from tests.procedures.contacts import asking
    from tests.support import builders, law_scenes
    from tongban.demo import names

    who = builders.resident()
    for _ in range(2):
        builders.a_complete_draft(who)
        builders.a_submitted_case(who)
        builders.a_case_in_review(who, names.ROAD_SLUG)
        builders.a_case_to_decide(who)
        asking.ask(given=asking.a_no(), person_name="李四光", person_phone="13800138001")
    builders.a_granted_case(who)
    ask_about_everything(number)
    law_scenes.make(who)


def count(facts: list[dict[str, Any]], lookers: dict[str, Looker]) -> Iterator[tuple[dict[str, Any], int]]:
    """The queries of each list. One that seems to need more is asked again: something kept may have been renewed."""
    for fact in facts:
        if fact.get("list"):
            client = lookers[fact["person"]].client
            needed = queries(client, fact["address"])
            yield fact, min(needed, queries(client, fact["address"])) if needed > fact.get("few", 0) else needed


def make() -> dict[str, Any]:
    """Everything of every page."""
    lookers: dict[str, Looker] = {}
    more_rows(1)
    facts = look(lookers)
    for name in ("few", "many"):
        for fact, number in count(facts, lookers):
            fact[name] = number
        if name == "few":
            more_rows(2)
    return {"pages": facts}


if __name__ == "__main__":
    import django

    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["*"]
    print(json.dumps(make()))
