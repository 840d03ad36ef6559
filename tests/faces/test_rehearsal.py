"""Every page and every paper of a rehearsal says that nothing there counts."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from ipaddress import ip_network

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from tests.faces.door import enter, staff_account
from tests.ground.documents.papers import data_of
from tongban.faces import ready
from tongban.ground import outgoing
from tongban.ground.documents.typesetting import render
from tongban.ground.errors import Refusal
from tongban.procedures.cases.papers import register_papers

pytestmark = [pytest.mark.django_db, pytest.mark.covers("WIN-23"), pytest.mark.aside]
BANNER = "演练环境：这里办的都不算数"


@pytest.fixture
def rehearsal(settings: LazySettings) -> Iterator[None]:
    """The settings of a rehearsal site."""
    settings.DEMO, settings.REHEARSAL = False, True
    settings.RECEIVER_NETWORKS = [ip_network("127.0.0.0/8")]
    ready.clear()
    yield
    ready.clear()


@pytest.mark.usefixtures("rehearsal")
@pytest.mark.parametrize("address", ["/", "/verify/", "/demo/", "/demo/sms/", "/accounts/sign-in/", "/nowhere/"])
def test_a_public_page_carries_the_banner_and_its_title_says_it_too(address: str) -> None:
    page = Client().get(address).content.decode()
    assert page.count(BANNER) == 1 or address == "/demo/"
    assert BANNER in page
    assert "<title>【演练】" in page
    assert "演示" not in page.partition("</header>")[0]


@pytest.mark.usefixtures("rehearsal")
def test_the_desk_carries_the_banner() -> None:
    page = enter(staff_account("顾晚晴")).get(reverse("desk:home")).content.decode()
    assert BANNER in page


@pytest.mark.usefixtures("rehearsal")
def test_the_verification_page_says_that_it_verifies_rehearsal_papers() -> None:
    assert "演练用的证照和文书，没有任何效力" in Client().get(reverse("portal:verify")).content.decode()
    assert "没有任何效力" in Client().get("/verify/ABCD2345EFGH/").content.decode()


def test_a_site_that_is_no_rehearsal_says_nothing_of_it() -> None:
    ready.clear()
    assert "演练" not in Client().get("/").content.decode()


@pytest.mark.needs_tool("pdftotext")
@pytest.mark.usefixtures("rehearsal")
@pytest.mark.parametrize("kind", ["decision_grant", "licence_hygiene", "receipt"])
def test_every_sheet_of_a_paper_is_marked(kind: str) -> None:
    register_papers()
    made = subprocess.run(["pdftotext", "-", "-"], input=render(kind, data_of(kind)), capture_output=True, check=True)
    sheets = made.stdout.decode().rstrip("\f").split("\f")
    assert all("没有任何效力" in sheet for sheet in sheets)


@pytest.mark.usefixtures("rehearsal")
@pytest.mark.parametrize("url", ["https://93.184.216.34/hook", "http://10.0.0.7/hook"])
def test_nothing_is_sent_to_another_machine_whatever_an_administrator_types(url: str) -> None:
    with pytest.raises(Refusal, match="演练环境不向外推送"):
        outgoing.checked(url)
    with pytest.raises(outgoing.NoAnswer, match="演练环境"):
        outgoing.post(outgoing.trusted(url), b"{}", {})


@pytest.mark.usefixtures("rehearsal")
def test_the_sandbox_on_this_machine_may_be_told() -> None:
    assert outgoing.checked("http://127.0.0.1:8000/demo/receiver/x/").ip == "127.0.0.1"
