"""The examples of the docs run as they stand, against a real site."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.support.databases import ROOT
from tests.support.site import Site, free_port
from tongban.faces.openapi.webhooks import signing
from tongban.ground import moment

EXAMPLES = ROOT / "docs" / "examples"


def run(site: Site, *arguments: str, **machine: Any) -> subprocess.CompletedProcess[str]:
    """The client of the docs, as a machine of the demo."""
    environment = {
        **os.environ,
        "TONGBAN_URL": site.url,
        "CLIENT_ID": machine["client_id"],
        "CLIENT_SECRET": machine["client_secret"],
    }
    command = [sys.executable, str(EXAMPLES / "department_system.py"), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.slow
@pytest.mark.covers("OPS-10")
def test_the_client_of_the_docs_reads_its_list_and_does_a_step(site: Site) -> None:
    machine = next(one for one in site.people()["machines"] if one["client_id"] == "yx-health")
    site.run("tests.support.scenes")
    listed = run(site, **machine)
    assert listed.returncode == 0, listed.stderr
    blocks = re.findall(r"^(YX\S+)[^\n]*((?:\n    [^\n]+)*)", listed.stdout, re.M)
    number = next(number for number, acts in blocks if "complete-step" in acts)
    done = run(site, "--pass", number, **machine)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(number)
    assert number not in run(site, **machine).stdout
    wrong = run(site, "--pass", "YX0000000000", **machine)
    assert wrong.returncode == 1
    assert "没有找到" in wrong.stderr
    refused = run(site, client_id="yx-health", client_secret="wrong")
    assert "不对" in refused.stderr


@pytest.mark.slow
@pytest.mark.covers("CAT-32")
def test_the_copy_of_the_docs_holds_the_whole_catalogue_and_reads_nothing_twice(site: Site, tmp_path: Path) -> None:
    command = [sys.executable, str(EXAMPLES / "catalogue_copy.py"), str(tmp_path / "items.json")]
    environment = {**os.environ, "TONGBAN_URL": site.url}

    def copied() -> str:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert not copied().startswith("0 changes")
    copy = json.loads((tmp_path / "items.json").read_text(encoding="utf-8"))
    with urllib.request.urlopen(f"{site.url}/api/v1/items?limit=1", timeout=30) as answer:
        assert len(copy["guides"]) + len(copy["listed"]) == json.load(answer)["total"]
    assert all(guide["configured"] for guide in copy["guides"].values())
    assert copied().startswith("0 changes")


@pytest.mark.slow
def test_the_receiver_of_the_docs_takes_a_genuine_message_once_and_nothing_else() -> None:
    secret, port = signing.new_secret(), free_port()
    command = [sys.executable, str(EXAMPLES / "webhook_receiver.py"), str(port)]
    environment = {**os.environ, "WEBHOOK_SECRET": secret}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as receiver:
        wait_for(port)
        body = '{"type": "webhook.tested", "timestamp": "2026-11-29T09:00:00+08:00", "data": {}}'
        good = signing.headers_of(secret, "one", moment.now(), body)
        bad = signing.headers_of(signing.new_secret(), "two", moment.now(), body)
        assert [sent(port, body, headers) for headers in (good, good, bad)] == [204, 204, 401]
        receiver.terminate()
        assert receiver.stdout is not None
        assert receiver.stdout.read().count("webhook.tested") == 1


def wait_for(port: int) -> None:
    """Until somebody listens."""
    end = time.perf_counter() + 20
    while time.perf_counter() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the receiver did not start")


def sent(port: int, body: str, headers: dict[str, str]) -> int:
    """The status that a message gets."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/", body.encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
