"""Work lists and case pages in a city of a million cases: server time, CPU, latency for one user and for sixteen.

``./tongban bench lists [--cases N] [--keep NAME]`` makes a throw-away city (``big_city``), serves it by granian with
two workers as the product does, signs in as its people and asks for the pages that are open all day. Prints one JSON
object last: for each page ``p95_ms`` alone and with sixteen users, ``cpu_ms`` of the web workers, ``queries`` and
bytes. The floor in the same run is ``/healthz`` (the stack without a page). Marks: p95 <= 40 ms alone, <= 120 ms with
16 users.

``--proxied`` puts nginx in front, which gives each request to the worker that has the fewest
(docs/how-to/put-behind-a-proxy.md). ``--keep NAME`` keeps the city under that name for another run (``--use NAME``) and
for EXPLAIN.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

CASES = 1_000_000
HISTORY = 80
MANY = 16
PORT = 8765


def note(text: str) -> None:
    """A progress line."""
    print(f"· {text}", flush=True)


def prepare(cases: int, use: str, keep: str) -> str:
    """The database of the big city; its address. Settings of the environment point at it from here on."""
    from tests.support import databases

    name = use or keep or f"tongban_bench_{os.getpid()}"
    os.environ["TONGBAN_TEST_SERVER"] = databases.server_url()
    os.environ["DATABASE_URL"] = databases.url_of(name) if use else databases.copy(name)
    state = _state_of(name) if use else str(databases.state_dir())
    os.environ.update(TONGBAN_DIR=state, TONGBAN_DEMO="1", DJANGO_SETTINGS_MODULE="tongban.config.settings")
    import django

    django.setup()
    if not use:
        _remember(name, state)
        from django.db import connections

        from benchmarks import big_city
        from tongban.demo import history

        history.load(HISTORY)
        connections.close_all()
        big_city.multiply(os.environ["DATABASE_URL"], cases)
        note(f"chains of 200 cases drawn by chance verify: {big_city.true_chains(os.environ['DATABASE_URL'])}")
        connections.close_all()
    return name


def _remember(name: str, state: str) -> None:
    """The state folder of a city holds the keys of its values: the database says where it is, for ``--use``."""
    from psycopg import sql
    from tests.support import databases

    with databases.maintenance() as connection:
        words = sql.SQL("COMMENT ON DATABASE {} IS {}")
        connection.execute(words.format(sql.Identifier(name), sql.Literal(state)))


def _state_of(name: str) -> str:
    from tests.support import databases

    with databases.maintenance() as connection:
        asked = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
        found = connection.execute(asked, [name]).fetchone()
    if found is None or not found[0]:
        raise SystemExit(f"no city is kept under the name {name}")
    return str(found[0])


NGINX = """
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/log;
events {{ worker_connections 1024; }}
http {{ access_log off;
  upstream tongban {{ least_conn; server 127.0.0.1:{first}; server 127.0.0.1:{second}; keepalive 64; }}
  server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://tongban; proxy_http_version 1.1;
    proxy_set_header Connection ""; proxy_set_header Host $http_host; }} }} }}
"""


@contextmanager
def served(*, proxied: bool) -> Iterator[tuple[str, list[int]]]:
    """The product's own web server, two workers; address and process ids without the proxy's."""
    commands = [_web(PORT + 1, 1), _web(PORT + 2, 1)] if proxied else [_web(PORT, 2)]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    with tempfile.TemporaryDirectory() as folder:
        web = [subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) for command in commands]
        front = []
        if proxied:
            configuration = Path(folder, "nginx.conf")
            configuration.write_text(NGINX.format(folder=folder, port=PORT, first=PORT + 1, second=PORT + 2))
            front = [subprocess.Popen(["nginx", "-c", str(configuration)], stderr=subprocess.DEVNULL)]
        try:
            for port in (PORT + 1, PORT + 2, PORT) if proxied else (PORT,):
                _wait(f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{PORT}", [one.pid for one in web]
        finally:
            for one in (*front, *web):
                one.send_signal(signal.SIGTERM)
            for one in (*front, *web):
                one.wait(20)


def _web(port: int, workers: int) -> list[str]:
    return [sys.executable, "-m", "tongban.launch", "web", "--port", str(port), "--workers", str(workers)]


def _wait(url: str) -> None:
    end = time.perf_counter() + 60
    while time.perf_counter() < end:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=2):
                return
        except (OSError, urllib.error.HTTPError):
            time.sleep(0.2)
    raise RuntimeError("the site did not start")


def session_of(account_id: Any, post_id: int | None = None) -> str:
    """The cookie of somebody signed in, made as the product makes it."""
    from django.contrib.sessions.backends.db import SessionStore

    from tongban.ground import moment
    from tongban.ground.policy import Principal
    from tongban.registry.parties import selectors

    principal = selectors.principal_of(selectors.account(account_id), post_id)
    store = SessionStore()
    store["principal"] = Principal(**{**principal.__dict__, "second_factor": True}).to_json()
    store["since"] = store["seen"] = moment.now().isoformat()
    store.create()
    return f"tongban_session={store.session_key}"


def pages() -> dict[str, list[tuple[str, str]]]:
    """Name of a page -> (cookie, path) of several people or cases, so that no answer is warm by chance."""
    from django.db import connection

    from tongban.procedures.cases.models import Case
    from tongban.procedures.work.models import Task
    from tongban.registry.parties.models import StaffPost, UserAccount

    def holder(post_id: int) -> str:
        held = StaffPost.objects.select_related("staff").filter(post_id=post_id).order_by("pk")[0]
        return session_of(held.staff.account_id, post_id)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT post_id, kind, count(*) FROM work_task WHERE done_at IS NULL GROUP BY 1, 2 ORDER BY 3 DESC"
        )
        busy = cursor.fetchall()
    cookies = {post: holder(post) for post in {row[0] for row in busy}}
    found: dict[str, list[tuple[str, str]]] = {"work_list": [(cookies[p], "/desk/") for p, _, _ in busy[:8]]}
    for name, kinds, path in (
        ("review_case", ("handle", "examine", "decide"), "/desk/review/{}/"),
        ("window_case", ("accept",), "/desk/window/{}/"),
    ):
        rows = Task.objects.filter(done_at=None, kind__in=kinds, post_id__in=cookies).order_by("?")[:40]
        found[name] = [(cookies[t.post_id], path.format(t.number)) for t in rows]
    for role, name, path in (("supervisor", "board", "/desk/board/"), ("hall_manager", "hall_list", "/desk/")):
        posts = StaffPost.objects.filter(post__roles__contains=[role]).values_list("post_id", flat=True)
        found[name] = [(holder(post), path) for post in posts[:2]]
    people = UserAccount.objects.filter(person__isnull=False, staff__isnull=True).order_by("pk")[:12]
    mine = [(a, session_of(a.pk)) for a in people]
    for name, path in (("my_space", "/my/"), ("my_cases", "/my/cases/"), ("my_papers", "/my/papers/")):
        found[name] = [(cookie, path) for _, cookie in mine]
    found["my_case"] = [
        (cookie, f"/my/cases/{case.number}/")
        for account, cookie in mine
        for case in Case.objects.filter(applicant_person_id=account.person_id).order_by("-id")[:3]
    ]
    found |= narrowed_lists(found)
    found["healthz"] = [("", "/healthz")]
    return {name: asked for name, asked in found.items() if asked}


def narrowed_lists(known: dict[str, list[tuple[str, str]]]) -> dict[str, list[tuple[str, str]]]:
    """Lists behind a filter or a number: those of a department, of rare cases, of long ago."""
    from tongban.ground import moment
    from tongban.registry.parties.models import Department

    today = moment.today()
    year = f"first={today - timedelta(days=365)}&last={today}"
    departments = Department.objects.order_by("id").values_list("id", flat=True)[:4]
    codes = Department.objects.order_by("id").values_list("uscc", flat=True)[:4]
    numbers = ("submitted", "accepted", "closed", "overdue_statutory", "more_than_told", "open", "red", "week")
    filters = ("?due=overdue", "?card=red", f"?q={quote('张')}", "?whose=free")
    supervisor, clerk, hall = (known[name][0][0] for name in ("board", "work_list", "hall_list"))
    return {
        "work_list_filtered": [(cookie, f"/desk/{words}") for cookie in (clerk, hall) for words in filters],
        "done": [(cookie, "/desk/done/") for cookie, _ in known["work_list"]],
        "board_of_department": [(supervisor, f"/desk/board/?department={key}") for key in departments],
        "board_cases": [
            (supervisor, f"/desk/board/cases/?list={number}&{year}{own}")
            for number in numbers
            for own in ("", f"&department={departments[1]}")
        ],
        "open_cases": [
            ("", f"/open/cases/?month={today - timedelta(days=days):%Y-%m}&department={code}")
            for code in codes
            for days in (0, 400)
        ],
    }


def measure(url: str, pids: list[int], asked: list[tuple[str, str]], seconds: float) -> dict[str, Any]:
    """Alone, then with sixteen users; CPU of the workers per request from the run alone."""
    from benchmarks.loading import Request, cpu_of, run

    requests = [Request(path, {"Cookie": cookie, "Accept-Encoding": "gzip"}) for cookie, path in asked]
    run(url, requests, users=2, seconds=0.5, least=2 * len(requests))  # plans, caches
    before = sum(map(cpu_of, pids))
    alone = run(url, requests, users=1, seconds=seconds, least=40)
    cpu = (sum(map(cpu_of, pids)) - before) / max(1, len(alone.seconds))
    many = run(url, requests, users=MANY, seconds=seconds, least=10)
    first = alone.figures()
    return {
        "p50_ms": first["p50_ms"],
        "p95_ms": first["p95_ms"],
        "p95_ms_16_users": many.figures()["p95_ms"],
        "per_second_16_users": many.figures()["per_second"],
        "cpu_ms": round(1000 * cpu, 2),
        "bytes": first["bytes"],
        "statuses": first["statuses"],
    }


def main() -> int:
    """Make the city, serve it, ask, print JSON last."""
    parser = argparse.ArgumentParser(prog="tongban bench lists")
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--keep", default="", help="keep the city under this name")
    parser.add_argument("--use", default="", help="use a city that was kept")
    parser.add_argument("--proxied", action="store_true", help="behind nginx, which must be installed")
    parser.add_argument("--only", nargs="*", default=[], metavar="PAGE", help="measure only these pages")
    options = parser.parse_args()
    from tests.support import databases

    name = prepare(options.cases, options.use, options.keep)
    result: dict[str, Any] = {}
    try:
        asked = pages()
        from django.db import connections

        connections.close_all()
        with served(proxied=options.proxied) as (url, pids):
            for page, requests in asked.items():
                if options.only and page not in (*options.only, "healthz"):
                    continue
                result[page] = measure(url, pids, requests, options.seconds)
                note(f"{page}: {json.dumps(result[page])}")
    finally:
        if not options.keep and not options.use:
            databases.drop(name)
    floor = result["healthz"]["cpu_ms"]
    for figures in result.values():
        figures["cpu_to_floor"] = round(figures["cpu_ms"] / floor, 1) if floor else None
    print(json.dumps({"cases": options.cases, "pages": result}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
