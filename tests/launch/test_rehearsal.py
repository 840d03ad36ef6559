"""A rehearsal site holds what a city configured and nothing of its residents; neither site takes the other's papers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography import x509
from django.apps import apps

from tests.launch.conftest import discard, environment, last_object, run_tongban
from tests.support import databases
from tongban.ground.crypto.fields import EncryptedTextField
from tongban.launch.local_postgres import ensure
from tongban.launch.rehearsal.carried import ANEW, CARRIED, EMPTIED

pytestmark = pytest.mark.covers("WIN-23")

GRANT = """
import django; django.setup()
import sys
from tests.support import builders
from tongban.ground.documents.models import Document
from tongban.ground.storage.selectors import open_file
case = builders.a_granted_case()
paper = Document.objects.select_related("file").get(subject_id=case, kind="licence")
open(sys.argv[1], "wb").write(open_file(paper.file))
"""


def _models() -> dict[str, Any]:
    return {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}


def test_every_table_is_declared_carried_or_emptied_and_none_is_both() -> None:
    declared = set(CARRIED) | EMPTIED
    assert set(_models()) - declared == set(), "say in launch/rehearsal/carried.py what becomes of them"
    assert declared - set(_models()) == set()
    assert not set(CARRIED) & EMPTIED


@pytest.mark.parametrize("table", sorted(CARRIED))
def test_a_carried_table_brings_no_secret_and_points_at_nothing_that_stays_behind(table: str) -> None:
    columns = {field.column: field for field in _models()[table]._meta.concrete_fields}
    instead = CARRIED[table].instead
    assert set(instead) <= set(columns)
    for name, field in columns.items():
        if name in instead or name in ANEW:
            continue
        assert not isinstance(field, EncryptedTextField), f"{name} is encrypted with the city's keys"
        assert name not in ("password", "secret_hash")
        if field.remote_field:
            assert field.remote_field.model._meta.db_table in CARRIED, f"{name} points at what stays behind"


@dataclass(frozen=True)
class Pair:
    """A city (a copy of the demo city with a granted case) and its rehearsal."""

    url: str
    city: Path
    folder: Path
    licence: Path

    def in_city(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return run_tongban(*arguments, "--dir", str(self.city), DATABASE_URL=self.url)

    def make(self, *more: str) -> subprocess.CompletedProcess[str]:
        arguments = ("rehearsal", "--from", str(self.city), "--dir", str(self.folder), "--prepare-only", "--json")
        return run_tongban(*arguments, *more, DATABASE_URL=self.url)

    def rows(self, query: str, *, city: bool = False) -> list[Any]:
        with psycopg.connect(self.url if city else ensure(self.folder).url) as connection:
            return [row[0] for row in connection.execute(query).fetchall()]


def _grant(url: str, state: Path, target: Path) -> None:
    """Somebody applies and gets a licence on this site; its PDF is written to ``target``."""
    values = {"DATABASE_URL": url, "TONGBAN_DIR": str(state), "DJANGO_SETTINGS_MODULE": "tongban.config.settings"}
    values["TONGBAN_DEMO"] = "0"
    values["PYTHONPATH"] = f"{databases.ROOT / 'src'}{os.pathsep}{databases.ROOT}"
    command = [sys.executable, "-c", GRANT, str(target)]
    made = subprocess.run(command, env={**os.environ, **values}, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr[-2000:]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """The rehearsal stands; it was begun by a run that was killed, and made whole by the next."""
    name = f"tongban_city_{os.getpid()}"
    url = databases.copy(name)
    folder = Path(tempfile.mkdtemp(prefix="tongban-launch-")) / "rehearsal"
    folder.parent.chmod(0o755)
    made = Pair(url, databases.state_dir(), folder, tmp_path_factory.mktemp("papers") / "city.pdf")
    try:
        _grant(url, made.city, made.licence)
        _killed_in_the_middle(made)
        answer = made.make()
        assert answer.returncode == 0, answer.stderr
        assert last_object(answer)["rows"] > 1000
        yield made
    finally:
        discard(folder)
        folder.parent.rmdir()
        databases.drop(name)


def _killed_in_the_middle(pair: Pair) -> None:
    command = ["-m", "tongban.launch", "rehearsal", "--from", str(pair.city), "--dir", str(pair.folder)]
    process = subprocess.Popen(
        [sys.executable, *command, "--prepare-only"],
        env=environment(DATABASE_URL=pair.url),
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    )
    assert process.stderr
    for line in process.stderr:
        if "making seals" in line:
            break
    time.sleep(1.5)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.mark.slow
def test_nothing_of_residents_goes_over(pair: Pair) -> None:
    assert pair.rows("select count(*) from cases_case", city=True) == [1]
    for table in ("cases_case", "cases_draft", "documents_document", "licences_licence", "work_task"):
        assert pair.rows(f"select count(*) from {table}") == [0], table
    persons = "select id::text from parties_person"
    assert not set(pair.rows(persons)) & set(pair.rows(persons, city=True))
    assert len(pair.rows(persons)) == 8
    assert pair.rows("select count(*) from parties_organisation") == [4]
    assert pair.rows("select count(*) from parties_useraccount where person_id is not null") == [8]


@pytest.mark.slow
def test_what_the_city_configured_is_the_same_with_other_chains(pair: Pair) -> None:
    for query in (
        "select content_hash from catalog_itemversion order by id",
        "select slug from catalog_handlingoption order by id",
        "select number || name from parties_staff order by id",
        "select number from places_window order by id",
        "select word from search_searchword order by id",
    ):
        assert pair.rows(query) == pair.rows(query, city=True), query
    assert set(pair.rows("select seq from catalog_itemversion")) == {0}
    assert pair.rows("select count(*) > 0 from search_searchentry") == [True]
    first = "select kind from ledger_event order by recorded_at, seq limit 2"
    assert pair.rows(first) == ["parameter.set", "rehearsal.begun"]
    assert pair.rows("select body ->> 'city' from ledger_event where kind = 'rehearsal.begun'") == ["云溪市"]
    assert run_tongban("verify", "ledger", "--dir", str(pair.folder)).returncode == 0


@pytest.mark.slow
def test_staff_keep_name_and_posts_but_no_password_and_no_second_factor(pair: Pair) -> None:
    staff = "from parties_useraccount where id in (select account_id from parties_staff)"
    assert set(pair.rows(f"select password {staff}")) == {"!"}
    assert set(pair.rows(f"select second_factor {staff}")) == {""}
    assert set(pair.rows("select person_id from parties_staff")) == {None}
    posts = "select staff_id::text || post_id from parties_staffpost order by id"
    assert pair.rows(posts) == pair.rows(posts, city=True)


@pytest.mark.slow
def test_neither_site_verifies_the_others_papers(pair: Pair, tmp_path: Path) -> None:
    keys = [{path.name for path in (folder / "keys").iterdir()} for folder in (pair.city, pair.folder)]
    assert keys[0] & keys[1] <= {".lock", "ring.json", "roots", "django.key"}
    secrets = [(folder / "keys" / "django.key").read_text() for folder in (pair.city, pair.folder)]
    assert secrets[0] != secrets[1]
    names = [
        x509.load_pem_x509_certificate(pem.encode()).subject.rfc4514_string()
        for pem in pair.rows("select certificate_pem from licences_seal")
    ]
    assert names
    assert all("（演练）" in name for name in names)
    rehearsed = tmp_path / "rehearsed.pdf"
    _grant(ensure(pair.folder).url, pair.folder, rehearsed)
    assert run_tongban("verify", "licence", str(rehearsed), "--dir", str(pair.folder)).returncode == 0
    assert pair.in_city("verify", "licence", str(rehearsed)).returncode == 1
    assert pair.in_city("verify", "licence", str(pair.licence)).returncode == 0
    assert run_tongban("verify", "licence", str(pair.licence), "--dir", str(pair.folder)).returncode == 1
    # again: what was rehearsed is forgotten, and the seals are new ones
    before = set(pair.rows("select key_id from licences_seal"))
    assert pair.make().returncode == 0
    assert set(pair.rows("select key_id from licences_seal")) == before
    assert pair.rows("select count(*) from cases_case") == [1]
    assert pair.make("--again").returncode == 0
    assert pair.rows("select count(*) from cases_case") == [0]
    assert not set(pair.rows("select key_id from licences_seal")) & before


@pytest.mark.slow
def test_a_rehearsal_is_never_taken_for_a_site_nor_a_site_for_a_rehearsal(pair: Pair, tmp_path: Path) -> None:
    folder = str(pair.folder)
    assert "a rehearsal of" in run_tongban("doctor", "--dir", folder).stdout
    for arguments, variables in (
        (("demo", "--dir", folder), {}),
        (("web", "--dir", folder), {"DATABASE_URL": pair.url}),
        (("jobs", "--dir", str(tmp_path)), {"DATABASE_URL": ensure(pair.folder).url}),
        (("rehearsal", "--from", folder, "--dir", str(tmp_path / "third")), {}),
        (("rehearsal", "--from", str(pair.city), "--dir", str(databases.state_dir())), {"DATABASE_URL": pair.url}),
        (("rehearsal", "--dir", str(tmp_path / "new")), {}),
        (("rehearsal", "--from", str(tmp_path / "absent"), "--dir", str(tmp_path / "new")), {}),
        (("rehearsal", "--from", str(tmp_path), "--dir", str(tmp_path / "new")), {}),
    ):
        answer = run_tongban(*arguments, **variables)
        assert (answer.returncode, "remedy" in answer.stderr) == (2, True), (arguments, answer.stderr)
    silent = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    lost = run_tongban(
        "rehearsal", "--from", str(pair.city), "--dir", str(tmp_path / "new"), "--prepare-only", **silent
    )
    assert lost.returncode == 3, lost.stderr
    discard(tmp_path / "new")


def test_whatever_the_environment_says_nothing_leaves_a_rehearsal(tmp_path: Path) -> None:
    (tmp_path / "rehearsal.json").write_text(json.dumps({"rehearsal": True}))
    program = (
        "from tongban.config import settings as s;"
        "print(s.REHEARSAL, s.DEMO, s.SMS_GATEWAY, s.CREDIT_PLATFORM, repr(s.EMAIL_URL), *s.RECEIVER_NETWORKS)"
    )
    outward = {
        "TONGBAN_DIR": str(tmp_path),
        "TONGBAN_SMS": "https://sms.example",
        "TONGBAN_CREDIT_PLATFORM": "https://credit.example",
        "TONGBAN_EMAIL": "smtp://mail.example:25",
        "TONGBAN_RECEIVER_NETWORKS": "10.0.0.0/8",
    }

    def settings(**more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", program]
        return subprocess.run(command, env=environment(**outward, **more), capture_output=True, text=True, check=False)

    assert settings().stdout.split() == ["True", "False", "sandbox", "sandbox", "''", "127.0.0.0/8"]
    for more in ({"TONGBAN_DEMO": "1"}, {"TONGBAN_HTTPS": "1"}):
        assert "SettingsError" in settings(**more).stderr
