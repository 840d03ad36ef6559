"""``./tongban walk`` on a live site: the whole road over HTTP, and what it must notice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.site import Site
from tongban.launch import walk
from tongban.launch.outcome import BadInput, Finding
from tongban.launch.walking.browser import Browser, Page
from tongban.launch.walking.cast import one_time_code
from tongban.launch.walking.forms import Form, PageParser
from tongban.launch.walking.papers import one_page
from tongban.launch.walking.walker import Walker, refused

PAGE = """<html><body><form id="check" method="post" action="/go/"><input name="a" value="1"><input type="hidden"
name="h" value="x"><input type="radio" name="r" value="p"><input type="radio" name="r" value="q" checked>
<textarea name="t">
first line</textarea><select name="s"><option value="">-</option><option value="v" selected>V</option></select>
<input name="gone" value="no" disabled><button name="command" value="accept">ok</button></form>
<input type="checkbox" name="points" value="one" form="check" checked><a href="/next/">next</a></body></html>"""


@pytest.mark.covers("PRT-15", "PRT-08")
@pytest.mark.slow
def test_the_whole_road_is_walked_on_a_fresh_site(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    code = walk.run(["--base-url", site.url, "--people", str(site.folder / "people.json"), "--json", "--quiet"])
    shown = capsys.readouterr()
    result = json.loads(shown.out.splitlines()[-1])
    assert (code, result["ok"], result["problems"]) == (0, True, []), shown.err
    assert [case["outcome"] for case in result["cases"]] == ["granted", "granted", "refused", "corrected"]
    assert {"name", "who", "ms"} == set(result["steps"][0])
    assert {step["name"] for step in result["steps"]} >= {
        "verify an altered copy",
        "refused: approving what one accepted",
        "refused: a foreign case",
        "refused: a second notice with a new point",
        "refused: a decision before the join",
        "refused: wrong state",
    }


@pytest.mark.slow
def test_a_wrong_password_is_a_finding(site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    people = site.people()
    for person in people["people"]:
        person["password"] = person["password"] and "wrong-password"
    changed = tmp_path / "people.json"
    changed.write_text(json.dumps(people))
    assert walk.run(["--base-url", site.url, "--people", str(changed), "--json", "--quiet"]) == 1
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["ok"] is False


def test_base_url_and_people_belong_together() -> None:
    with pytest.raises(BadInput):
        walk.run(["--base-url", "http://127.0.0.1:9"])


def test_a_site_that_does_not_answer_is_a_finding(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    person = {"kind": "person", "name": "甲", "login": "13800000000", "password": "x"}
    people = tmp_path / "people.json"
    people.write_text(json.dumps({"people": [person]}))
    assert walk.run(["--base-url", "http://127.0.0.1:9", "--people", str(people)]) == 1
    assert "FAILED" in capsys.readouterr().out


def test_one_time_codes_are_those_of_the_standard() -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert [one_time_code(secret, at) for at in (59, 1111111109, 20000000000)] == ["287082", "081804", "353130"]


def test_a_form_is_sent_as_a_browser_sends_it() -> None:
    parser = PageParser()
    parser.feed(PAGE)
    parser.close()
    form = parser.forms[0]
    assert form.sent({"a": "2"}, ("command", "accept")) == [
        ("h", "x"),
        ("r", "q"),
        ("t", "first line"),
        ("s", "v"),
        ("points", "one"),
        ("a", "2"),
        ("command", "accept"),
    ]
    assert form.offers("r", "p")
    assert parser.links == ["/next/"]


def test_an_unlawful_act_that_goes_through_is_a_finding() -> None:
    with pytest.raises(Finding):
        refused(Page(200, "http://x/y/", b"<p>done</p>", "text/html"), "approving what one accepted", 422)


def test_a_server_error_is_a_finding_unless_the_server_is_being_killed() -> None:
    browser = Browser("http://127.0.0.1:9", "somebody")
    with pytest.raises(Finding):
        browser.get("/")


def test_a_case_that_went_back_or_is_gone_is_noticed() -> None:
    class Applicant:
        browser = Browser("http://x", "甲")

        @staticmethod
        def case_numbers() -> list[str]:
            return ["old", "twice", "twice", "back", "stranger"]

        @staticmethod
        def state(number: str) -> str:
            return "已提交" if number == "back" else "已办结"

    walker = Walker("http://x", quiet=True)
    for number, word in (("twice", "已提交"), ("back", "已决定"), ("gone", "已提交")):
        walker.acknowledge(number, word)
    problems = walk._lost_or_doubled(walker, Applicant(), {"old"})  # type: ignore[arg-type]
    assert sorted(problem.split()[0] for problem in problems) == ["back", "gone", "stranger", "twice"]


def test_the_uploaded_pdfs_are_valid_and_differ() -> None:
    import io

    import pikepdf

    first, second = one_page("floor_plan"), one_page("floor_plan")
    assert first != second
    assert len(pikepdf.open(io.BytesIO(first)).pages) == 1


def test_an_unknown_form_is_not_sent() -> None:
    assert Form("", "", "post", False).sent({}) == []
