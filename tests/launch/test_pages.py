"""The register of pages: a way is walked from a page to a link, and goes back where it leads nowhere."""

from __future__ import annotations

import pytest

from tongban.launch import sheet
from tongban.launch.pages import LIST, PAGE, Page, walk

SITE = {
    "/my/cases/": ["/my/cases/", "/my/cases/YX1/", "/my/cases/YX1/", "/my/cases/YX2/"],
    "/my/cases/YX1/": ["/my/cases/YX1/withdraw/"],
    "/my/cases/YX2/": ["/my/cases/YX2/acts/#top", "/my/cases/YX2/acts/ask/?at=1#f"],
    "/desk/people/": ["/desk/people/new/", "/desk/people/posts/", "/desk/people/339900001/"],
}


@pytest.mark.parametrize(
    ("way", "found"),
    [
        ("/verify/", "/verify/"),
        ("/my/cases/ > /my/cases/*/", "/my/cases/YX1/"),
        ("/my/cases/ > /my/cases/*/ > +receipt/", "/my/cases/YX1/receipt/"),
        ("/my/cases/ > /my/cases/*/ > /my/cases/*/acts/", "/my/cases/YX2/acts/#top"),
        ("/my/cases/ > /my/cases/*/ > /my/cases/*/acts/*/*", "/my/cases/YX2/acts/ask/?at=1#f"),
        ("/my/cases/ > /my/cases/*/ > /my/cases/*/correct/", None),
        ("/desk/people/ > /desk/people/*/", "/desk/people/339900001/"),
        ("/nowhere/ > /nowhere/*/", None),
    ],
)
def test_a_way_is_walked(way: str, found: str | None) -> None:
    assert walk(Page("desk:x", PAGE, way=way), lambda address: SITE.get(address, [])) == found


def test_a_page_is_opened_once_for_each_link_that_fits_and_not_for_others() -> None:
    opened: list[str] = []

    def links(address: str) -> list[str]:
        opened.append(address)
        return SITE.get(address, [])

    walk(Page("portal:x", PAGE, way="/my/cases/ > /my/cases/*/ > /my/cases/*/acts/"), links)
    assert opened == ["/my/cases/", "/my/cases/YX1/", "/my/cases/YX2/"]


def test_pictures_of_a_page_are_named_by_its_address_and_label() -> None:
    page = Page("portal:my_case", LIST, label="granted")
    assert (page.key, page.face) == ("portal-my-case-granted", "portal")


def test_the_sheet_says_which_page_was_left_out_and_why() -> None:
    seen = sheet.Taken(Page("portal:home", PAGE), "", "/", {"390": "portal-home-390.jpg"})
    lacking = sheet.Taken(Page("desk:webhook", PAGE), why="a webhook")
    shown = sheet._index([seen, lacking], {"portal-home-390": "prototype-home.png"})
    assert 'src="portal-home-390.jpg"' in shown
    assert 'src="prototype-home.png"' in shown
    assert "desk-webhook · a webhook" in shown
