"""The commands as an operator meets them: help, exit codes, JSON last, requirement ids."""

from __future__ import annotations

import socket
from pathlib import Path

import psycopg
import pytest

from tests.launch.conftest import last_object, run_tongban
from tongban.launch import marks
from tongban.launch.coverage_map import covered, requirement_ids
from tongban.launch.demo import HOST, free_port, port_is_free
from tongban.launch.help import COMMANDS
from tongban.launch.local_postgres import ensure
from tongban.launch.outcome import BadInput


def test_help_lists_every_command_of_the_contract() -> None:
    answer = run_tongban("help")
    assert answer.returncode == 0
    for command in ("demo", "test", "lint", "doctor", "db", "manage", "verify", "walk", "bench", "coverage-map"):
        assert f"\n  {command}" in answer.stdout
        assert command in COMMANDS


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["no-such-command"], 2),
        (["db"], 2),
        (["db", "dance"], 2),
        (["verify", "licence", "/no/such/file.pdf"], 2),
        (["verify", "archive", "/no/such/file.zip"], 2),
        (["bench", "no-such-benchmark"], 2),
        (["lint", "--fix"], 2),
        (["demo", "--cases", "0"], 2),
        (["test", "--postgres"], 2),
        (["manage"], 2),
    ],
)
def test_bad_input_ends_with_2(arguments: list[str], code: int) -> None:
    assert run_tongban(*arguments).returncode == code


@pytest.mark.slow
def test_a_database_url_that_does_not_answer_ends_with_3_and_a_remedy(tmp_path: Path) -> None:
    url = f"postgresql://nobody@/nothing?host={tmp_path}"
    answer = run_tongban("db", "start", "--json", "--dir", str(tmp_path), DATABASE_URL=url)
    assert answer.returncode == 3
    assert last_object(answer)["remedy"]


@pytest.mark.slow
def test_the_doctor_names_what_it_found_and_the_settings(state: Path) -> None:
    answer = run_tongban("doctor", "--json", "--dir", str(state))
    report = last_object(answer)
    assert {"python", "dependencies", "disk"} <= {check["name"] for check in report["checks"]}
    assert "TONGBAN_DIR" in report["settings"]
    assert answer.returncode == (0 if report["ok"] else 3)


@pytest.mark.slow
def test_the_doctor_finds_a_key_that_others_can_read(state: Path) -> None:
    (state / "keys").mkdir(mode=0o700)
    (state / "keys" / "seal.key").touch(mode=0o644)
    answer = run_tongban("doctor", "--dir", str(state))
    assert answer.returncode == 3
    assert "seal.key" in answer.stdout


@pytest.mark.slow
def test_a_demo_does_not_start_beside_real_people(state: Path) -> None:
    with psycopg.connect(ensure(state).url) as connection:
        connection.execute("create table parties_person (id int)")
        connection.execute("insert into parties_person values (1)")
    answer = run_tongban("demo", "--dir", str(state))
    assert answer.returncode == 3
    assert "READY" not in answer.stdout
    assert not marks.is_demo(ensure(state).url)


@pytest.mark.slow
def test_the_seeds_own_parameter_makes_a_database_a_demo(state: Path) -> None:
    url = ensure(state).url
    with psycopg.connect(url) as connection:
        connection.execute("create table parties_person (id int)")
        connection.execute("insert into parties_person values (1)")
        connection.execute("create table parameters_parameter (code text)")
        connection.execute("insert into parameters_parameter values ('demo.city')")
    marks.refuse_demo_beside_real_data(url)
    assert marks.is_demo(url)


def test_a_taken_port_is_passed_over() -> None:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        listener.listen()
        taken = listener.getsockname()[1]
        assert not port_is_free(taken)
        assert free_port(taken) > taken
    with pytest.raises(BadInput):
        port_is_free(70000)


def test_the_mission_has_382_requirements_and_60_indicators() -> None:
    ids = requirement_ids()
    assert len(ids) == len(set(ids)) == 442
    assert sum(name.startswith("K-") for name in ids) == 60


def test_the_map_reads_marks_of_functions_classes_and_modules(tmp_path: Path) -> None:
    tests = tmp_path / "tests"
    tests.mkdir()
    (tests / "test_one.py").write_text(
        "import pytest\n"
        'pytestmark = [pytest.mark.django_db, pytest.mark.covers("WIN-01")]\n'
        '@pytest.mark.covers("CAT-01", "K-01")\n'
        "def test_a(): ...\n"
        "class TestB:\n"
        '    @pytest.mark.covers("CAT-01")\n'
        "    def test_c(self): ...\n"
    )
    assert covered(tests) == {
        "CAT-01": ["tests/test_one.py::test_a", "tests/test_one.py::TestB::test_c"],
        "K-01": ["tests/test_one.py::test_a"],
        "WIN-01": ["tests/test_one.py"],
    }
    good = run_tongban("coverage-map", "--json", "--tests", str(tests))
    assert (good.returncode, last_object(good)["covered"]) == (0, 3)


def test_an_id_that_is_no_requirement_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "test_two.py").write_text('@pytest.mark.covers("CAT-99")\ndef test_a(): ...\n')
    answer = run_tongban("coverage-map", "--json", "--tests", str(tmp_path))
    assert answer.returncode == 1
    assert list(last_object(answer)["unknown"]) == ["CAT-99"]
