"""``./tongban walk --law``: every branch of a case's life over HTTP, and what it must notice."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.site import Site
from tongban.launch import walk
from tongban.launch.outcome import BadInput, Finding
from tongban.launch.walking import law, law_after, law_contacts, law_intake, law_review
from tongban.launch.walking.browser import Browser, Page
from tongban.launch.walking.cast import Cast, read_people
from tongban.launch.walking.forms import Form, PageParser
from tongban.launch.walking.law_acts import FIRST, Actor, filled
from tongban.launch.walking.law_branches import BRANCHES
from tongban.launch.walking.law_people import People, applicant_id
from tongban.launch.walking.walker import Walker

FORM = """<form method="post"><select name="post_id"><option value="">-</option><option value="7">甲岗</option>
<option value="8">乙岗</option></select><input type="radio" name="only" value="one"><input type="radio" name="two"
value="a"><input type="radio" name="two" value="b"><input type="checkbox" name="signed" value="yes">
<button name="more_rows" value="1">+</button><button>ok</button></form>"""


@pytest.mark.slow
@pytest.mark.covers("APR-19", "NTC-03", "NTC-06", "NTC-07", "NTC-10", "NTC-11", "WIN-02", "WIN-08", "WIN-10", "APR-07")
def test_every_branch_of_the_law_is_walked(site: Site) -> None:
    past = site.run("tongban.launch.walking.law_past")
    walker = Walker(site.url, quiet=True)
    problems, walked = law.walk(walker, Cast(walker, read_people(site.folder / "people.json")), past)
    assert problems == []
    assert walked["left"] == []
    assert sum(step.name.startswith("refused: ") for step in walker.steps) > 40


def test_every_branch_has_a_road_that_marks_it() -> None:
    text = "".join(
        Path(room.__file__).read_text(encoding="utf-8") for room in (law_contacts, law_intake, law_review, law_after)
    )
    marked = {name for call in re.findall(r"p\.done\(([^)]*)\)", text) for name in re.findall(r'"([^"]+)"', call)}
    refusals = {f"refuse_acceptance: {kind}" for kind in ("not_required", "no_jurisdiction", "barred")}
    assert BRANCHES.keys() - marked - refusals == set()


@pytest.mark.parametrize("others", [["--loop"], ["--base-url", "http://x", "--people", "people.json"]])
def test_law_needs_a_demo_of_this_machine_and_one_round(others: list[str]) -> None:
    with pytest.raises(BadInput):
        walk.run(["--law", *others])


def test_a_branch_that_no_list_knows_is_a_mistake() -> None:
    walker = Walker("http://x", quiet=True)
    people = People(walker, Cast(walker, []), {})
    with pytest.raises(LookupError):
        people.done("deem_refused")
    people.done("accept")
    assert "accept" not in people.left


class Answering(Browser):
    """A browser to which a site answers the form, then ``status``."""

    def __init__(self, status: int, path: str, words: str = "") -> None:
        super().__init__("http://x", "甲")
        self.answer = Page(status, f"http://x{path}", words.encode(), "text/html")
        self.sent: list[tuple[str, str]] = []

    def get(self, path: str) -> Page:
        return Page(200, f"http://x{path}", FORM.encode(), "text/html")

    def post(self, path: str, pairs: object, **_: object) -> Page:
        self.sent = list(pairs)  # type: ignore[call-overload]
        return self.answer


def actor(status: int, path: str, words: str = "") -> Actor:
    return Actor(Walker("http://x", quiet=True), Answering(status, path, words))


def test_an_unlawful_act_that_goes_through_is_a_finding() -> None:
    with pytest.raises(Finding, match="was not refused"):
        actor(200, "/desk/window/N1/").refused("N1", "accept", "accepting twice")


def test_a_refusal_that_does_not_say_why_is_a_finding() -> None:
    with pytest.raises(Finding, match="without saying why"):
        actor(422, "/desk/cases/N1/acts/accept/", "没有办成").refused("N1", "accept", "too early", words="还没有过")


def test_a_lawful_act_that_is_refused_is_a_finding() -> None:
    with pytest.raises(Finding):
        actor(422, "/desk/cases/N1/acts/accept/", "没有办成").do("N1", "accept")


def test_the_button_for_more_rows_is_never_pressed() -> None:
    who = actor(200, "/desk/window/N1/")
    who.do("N1", "hand-over", {"post_id": "乙岗", "signed": "yes"})
    assert who.browser.sent == [("post_id", "8"), ("signed", "yes"), ("only", "one")]  # type: ignore[attr-defined]


def test_words_of_a_choice_and_a_single_choice_are_found() -> None:
    parser = PageParser()
    parser.feed(FORM)
    form: Form = parser.forms[0]
    assert filled(form, {"post_id": FIRST})["post_id"] == "7"
    assert filled(form, {"post_id": "乙岗"}) == {"post_id": "8", "only": "one"}


def test_the_applicants_number_is_that_of_the_demo() -> None:
    from tongban.demo.people import RESIDENTS

    assert applicant_id() == RESIDENTS[0].id_number
