"""What every test may use: real PostgreSQL (a copy of a template with the demo city), keys and files of the run.

Tests that need the shared reference folder or a tool of the system carry a mark; where it is absent they are listed as
not run with the remedy, and with ``CI=true`` they fail.
"""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings as examples

from tests.support import databases
from tests.support.site import Site, make
from tests.support.sparing import FAST

SHARED = databases.ROOT.parent / "shared"
REMEDIES = {
    "chromium": "apt-get install chromium fonts-noto-cjk",
    "pdfsig": "apt-get install poppler-utils",
    "pdftotext": "apt-get install poppler-utils",
    "pdftoppm": "apt-get install poppler-utils",
}
# What --fast loads: a fifth of the examples that the whole run tries. A suite that wants more asks for a multiple.
# No deadline an example: timings are never asserted. CI repeats itself (Hypothesis' own profile does so too).
examples.register_profile("fast", max_examples=FAST, deadline=None, derandomize=bool(os.environ.get("CI")))
examples.register_profile("whole", deadline=None)
if not os.environ.get("CI"):
    examples.load_profile("whole")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Modules that take long begin first, so that no worker is left alone with one at the end.

    After every two with a browser comes one that waits more than it works: of three workers two have a browser.
    """
    ranks: dict[str, int] = {}
    for item in items:
        module = item.nodeid.partition("::")[0]
        ranks[module] = min(ranks.get(module, 9), _rank(item))
    counts: dict[int, int] = {}
    places: dict[str, tuple[int, float]] = {}
    for module, rank in ranks.items():
        nth = counts[rank] = counts.get(rank, -1) + 1
        places[module] = (0, nth) if rank == 0 else (0, 2 * nth + 1.5) if rank == 1 else (rank, nth)
    items.sort(key=lambda item: places[item.nodeid.partition("::")[0]])


def _rank(item: pytest.Item) -> int:
    """0 = a real browser, 1 = slow, 2 = on the database, 3 = pure."""
    if item.get_closest_marker("browser"):
        return 0
    if item.get_closest_marker("slow"):
        return 1
    return 2 if "django_db_setup" in getattr(item, "fixturenames", ()) else 3


def pytest_collection_finish() -> None:
    """What is imported now stays until the end: the collector of garbage need not look at it again and again."""
    gc.collect()
    gc.freeze()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test whose means are missing is not run, and says what to install; in CI it fails."""
    lacking = [tool for mark in item.iter_markers("needs_tool") for tool in mark.args if not shutil.which(tool)]
    if item.get_closest_marker("browser") and not shutil.which("chromium"):
        lacking.append("chromium")
    reason = ""
    if lacking:
        reason = f"needs {', '.join(lacking)}: {'; '.join(REMEDIES.get(t, t) for t in lacking)}"
    elif item.get_closest_marker("needs_shared") and not SHARED.is_dir():
        reason = "needs the shared reference folder beside the project"
    if reason and os.environ.get("CI") == "true":
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The shared reference folder (tests that use it carry ``needs_shared``)."""
    return SHARED


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: object
) -> Iterator[None]:
    """One copy of the template a worker, dropped at the end."""
    from django.conf import settings
    from django.db import connections

    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"tongban_test_{os.getpid()}_{worker}"
    databases.copy(name)
    settings.DATABASES["default"]["NAME"] = name
    connections["default"].settings_dict["NAME"] = name
    yield
    connections.close_all()
    pools = getattr(connections["default"], "_connection_pools", {})
    for pool in pools.values():
        pool.close()
    pools.clear()
    databases.drop(name)


@pytest.fixture(scope="module")
def kept(django_db_setup: None, django_db_blocker: object) -> Iterator[Callable[[Callable[[], object]], object]]:
    """Makes a scene once for the module: ``kept(make)`` gives what ``make`` made; each test undoes only its own."""
    from django.db import transaction

    scene = transaction.atomic()
    scene._from_testcase = True  # as around every test: an outermost (durable) transaction of ours may begin inside

    def make_once(make: Callable[[], object]) -> object:
        with django_db_blocker.unblock():  # type: ignore[attr-defined]
            return make()

    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        scene.__enter__()
    yield make_once
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        transaction.set_rollback(True)
        scene.__exit__(None, None, None)


@pytest.fixture(scope="session")
def running_sites() -> Iterator[list[Site]]:
    """The site of this worker, once a module has asked for one; stopped at the end."""
    kept: list[Site] = []
    yield kept
    for made in kept:
        made.stop()


@pytest.fixture(scope="module")
def site(running_sites: list[Site]) -> Site:
    """A whole running site on its own copy of the demo city, as if no other module had used it."""
    if running_sites and running_sites[0].killed:
        running_sites.pop().stop()
    if running_sites:
        running_sites[0].renew()
    else:
        running_sites.append(make("shared"))
    return running_sites[0]


@pytest.fixture(scope="module")
def chromium_browser() -> Iterator[object]:
    """One Chromium a module: Playwright's loop would stay in the thread, and others could not run their own."""
    from tests.support.browser import chromium

    with chromium() as browser:
        yield browser
