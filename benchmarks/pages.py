"""Pages for everybody and pages of one's own: CPU of each, beside a plain Django page.

``./tongban bench pages [--seconds S]`` calls the product's WSGI application in this process on a copy of the tests'
city. The floor of the same run is a plain Django page: a template with a table of 25 rows behind Django's own security
and common middleware. Prints one JSON object last. Marks: pages for everybody >= 2.5 times as many a second as the
plain page; pages of one's own <= 4 ms CPU where the plain page takes 0.62 ms, elsewhere as many plain pages.
The plain page is measured again beside each. What home weighs is asserted by ``tests/faces/portal/test_home.py``.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

RATIO, OWN_PLAINS, ROUNDS = 2.5, 4 / 0.62, 5
EVERYBODY = ("/", "/items/", "/guide/hygiene-licence/", "/notices/", "/departments/")
RESIDENT = ("/", "/guide/hygiene-licence/", "/my/", "/my/cases/", "/my/licences/", "/my/messages/")
STAFF = ("/desk/", "/desk/window/", "/desk/window/new/", "/desk/window/new/hygiene-licence/")
PLAIN = """<!doctype html><html lang="zh"><head><title>{{ title }}</title></head><body><h1>{{ title }}</h1><table>
{% for row in rows %}<tr><th>{{ row.n }}</th><td>{{ row.name }}</td><td>{{ row.day|date:"Y-m-d" }}</td></tr>
{% endfor %}</table></body></html>"""
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def prepare() -> str:
    """A database of its own; gives its name."""
    from tests.support import databases

    name = f"tongban_bench_{os.getpid()}"
    os.environ["TONGBAN_TEST_SERVER"] = databases.server_url()
    os.environ["DATABASE_URL"] = databases.copy(name)
    os.environ.update(
        TONGBAN_DIR=str(databases.state_dir()), TONGBAN_DEMO="1", DJANGO_SETTINGS_MODULE="tongban.config.settings"
    )
    import django

    django.setup()
    return name


def ask(application: Application, path: str, cookie: str = "") -> tuple[int, dict[str, str], bytes]:
    """One GET through WSGI."""
    told: dict[str, Any] = {}

    def start(status: str, headers: list[tuple[str, str]], *_: object) -> None:
        told.update(status=int(status[:3]), headers={name.lower(): value for name, value in headers})

    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "HTTP_HOST": "127.0.0.1",
        "HTTP_ACCEPT_ENCODING": "gzip",
        "HTTP_COOKIE": cookie,
        "REMOTE_ADDR": "127.0.0.1",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    answer = application(environ, start)
    body = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    return told["status"], told["headers"], body


def cpu_ms(application: Application, path: str, seconds: float, cookie: str = "") -> float:
    """CPU of one request in milliseconds, after warming up."""
    for _ in range(5):
        status, _headers, _body = ask(application, path, cookie)
        if status != 200:
            raise SystemExit(f"{path} answers {status}")
    done, begun, end = 0, time.process_time(), time.perf_counter() + seconds
    while time.perf_counter() < end:
        ask(application, path, cookie)
        done += 1
    return (time.process_time() - begun) * 1000 / done


def beside(floor: Application, application: Application, path: str, seconds: float, cookie: str) -> tuple[float, float]:
    """CPU of one request and of the plain page in milliseconds, in turns: the best of five rounds of each."""
    rounds = [
        (cpu_ms(application, path, seconds / 10, cookie), cpu_ms(floor, "/", seconds / 10)) for _ in range(ROUNDS)
    ]
    return min(own for own, _ in rounds), min(plain for _, plain in rounds)


def plain() -> Application:
    """The floor: Django with one template page."""
    from datetime import date

    from django.conf import settings
    from django.core.handlers.wsgi import WSGIHandler
    from django.http import HttpRequest, HttpResponse
    from django.template import engines
    from django.test import override_settings
    from django.urls import path

    own = settings.ROOT_URLCONF
    template = engines["django"].from_string(PLAIN)
    rows = [{"n": n, "name": "公共场所卫生许可（新办）", "day": date(2026, 11, 29)} for n in range(25)]

    def page(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(template.render({"title": "事项", "rows": rows}))

    urls = ModuleType("benchmarks_plain_urls")
    urls.urlpatterns = [path("", page)]  # type: ignore[attr-defined]
    sys.modules[urls.__name__] = urls
    middleware = ["django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware"]
    with override_settings(MIDDLEWARE=middleware, ROOT_URLCONF=urls.__name__):
        handler = WSGIHandler()

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        settings.ROOT_URLCONF = urls.__name__
        try:
            return handler(environ, start)
        finally:
            settings.ROOT_URLCONF = own

    return application


def signed_in(application: Application, name: str) -> str:
    """The cookie of somebody of the demo."""
    from django.test import Client
    from tests.faces.door import enter, resident_account, staff_account

    client: Client = enter(staff_account(name) if name else resident_account())
    return "; ".join(f"{morsel.key}={morsel.value}" for morsel in client.cookies.values())


def main() -> int:
    """Run it; 1 when a mark is missed."""
    arguments = argparse.ArgumentParser(description="CPU of pages")
    arguments.add_argument("--seconds", type=float, default=1.5)
    seconds = arguments.parse_args().seconds
    name = prepare()
    from django.core.wsgi import get_wsgi_application
    from django.db import connections
    from tests.support import databases

    application: Application = get_wsgi_application()
    try:
        plain_page = plain()
        floor = cpu_ms(plain_page, "/", seconds)
        everybody = {path: round(cpu_ms(application, path, seconds), 3) for path in EVERYBODY}
        resident, clerk = signed_in(application, ""), signed_in(application, "顾晚晴")
        own = {f"resident {path}": beside(plain_page, application, path, seconds, resident) for path in RESIDENT}
        own |= {f"staff {path}": beside(plain_page, application, path, seconds, clerk) for path in STAFF}
    finally:
        connections.close_all()
        databases.drop(name)
    ratios = {path: round(floor / ms, 1) for path, ms in everybody.items()}
    found = {
        "plain_django_ms": round(floor, 3),
        "everybody_ms": everybody,
        "ratio_to_plain": ratios,
        "own_ms": {path: round(ms, 2) for path, (ms, _) in own.items()},
        "own_in_plain_pages": {path: round(ms / page, 1) for path, (ms, page) in own.items()},
    }
    kept = min(ratios.values()) >= RATIO and all(ms / page <= OWN_PLAINS for ms, page in own.values())
    print(json.dumps({"kept": kept, **found}, ensure_ascii=False))
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
