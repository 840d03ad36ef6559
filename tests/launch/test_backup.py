"""Dump and restore: one archive, proved member by member, never over anything."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.launch.conftest import a_state, discard, last_object, run_tongban
from tongban.launch.local_postgres import ensure

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def filled() -> Iterator[Path]:
    """A state directory with a table, a stored file, a key and the demo's people; the tests only read it."""
    with a_state() as state:
        with psycopg.connect(ensure(state).url) as connection:
            connection.execute("create table note (id int primary key, words text)")
            connection.execute("insert into note select n, '云溪市' || n from generate_series(1, 500) n")
        for name, content in {"files/aa/bb/cc": "一份文件", "keys/field-1.key": "secret", "people.json": "[]"}.items():
            path = state / name
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.write_text(content)
        yield state


@pytest.fixture
def target(filled: Path) -> Iterator[Path]:
    """A directory that does not exist yet."""
    path = filled.with_name(f"{filled.name}-restored")
    yield path
    discard(path)


def _dump(state: Path, folder: Path, *options: str) -> Path:
    file = folder / "copy.tar"
    answer = run_tongban("db", "dump", str(file), "--dir", str(state), *options)
    assert answer.returncode == 0, answer.stderr
    return file


def test_a_restored_directory_has_the_same_rows_files_and_keys(filled: Path, target: Path, tmp_path: Path) -> None:
    file = _dump(filled, tmp_path)
    assert file.stat().st_mode & 0o777 == 0o600
    answer = run_tongban("db", "restore", str(file), "--dir", str(target), "--json")
    assert answer.returncode == 0, answer.stderr
    assert last_object(answer)["rows"] == 500
    with psycopg.connect(ensure(target).url) as connection:
        assert connection.execute("select count(*), max(words) from note").fetchone() == (500, "云溪市99")
    assert (target / "files" / "aa" / "bb" / "cc").read_text() == "一份文件"
    assert (target / "keys" / "field-1.key").stat().st_mode & 0o777 == 0o600
    assert not (target / "database.dump").exists()


def test_a_dump_without_keys_names_the_keys_that_must_come_back(filled: Path, target: Path, tmp_path: Path) -> None:
    file = _dump(filled, tmp_path, "--without-keys")
    with tarfile.open(file) as archive:
        assert not [name for name in archive.getnames() if name.startswith("keys/")]
    answer = run_tongban("db", "restore", str(file), "--dir", str(target), "--json")
    assert answer.returncode == 0, answer.stderr
    assert last_object(answer)["missing_keys"] == ["field-1.key"]


def test_one_changed_byte_is_found_before_anything_is_written(filled: Path, target: Path, tmp_path: Path) -> None:
    file = _dump(filled, tmp_path)
    content = file.read_bytes()
    place = content.index("一份文件".encode())
    file.write_bytes(content[:place] + b"X" + content[place + 1 :])
    answer = run_tongban("db", "restore", str(file), "--dir", str(target))
    assert answer.returncode == 1
    assert "files/aa/bb/cc" in answer.stderr
    assert not target.exists()


def test_a_member_that_leads_out_of_the_directory_is_refused(filled: Path, target: Path, tmp_path: Path) -> None:
    file = _dump(filled, tmp_path)
    with tarfile.open(file) as archive:
        source = archive.extractfile("manifest.json")
        assert source
        manifest = json.loads(source.read())
    manifest["members"]["files/../../evil"] = manifest["members"].pop("files/aa/bb/cc")
    bad = tmp_path / "bad.tar"
    manifest_file = tmp_path / "manifest.json"
    manifest_file.write_text(json.dumps(manifest))
    with tarfile.open(file) as old, tarfile.open(bad, "w") as new:
        new.add(manifest_file, "manifest.json")
        for member in old:
            if member.name != "manifest.json":
                data = old.extractfile(member)
                member.name = "files/../../evil" if member.name == "files/aa/bb/cc" else member.name
                new.addfile(member, data)
    answer = run_tongban("db", "restore", str(bad), "--dir", str(target))
    assert answer.returncode == 2
    assert not target.exists()


def test_a_directory_that_is_not_empty_is_refused_and_left_alone(filled: Path, tmp_path: Path) -> None:
    file = _dump(filled, tmp_path)
    answer = run_tongban("db", "restore", str(file), "--dir", str(filled))
    assert answer.returncode == 2
    assert (filled / "people.json").exists()


def test_a_dump_never_overwrites_and_a_stranger_file_is_not_restored(
    filled: Path, target: Path, tmp_path: Path
) -> None:
    file = _dump(filled, tmp_path)
    assert run_tongban("db", "dump", str(file), "--dir", str(filled)).returncode == 2
    answer = run_tongban("db", "restore", str(filled / "people.json"), "--dir", str(target))
    assert answer.returncode == 2
    assert not target.exists()


def test_rows_that_are_missing_after_a_restore_are_a_finding(filled: Path, target: Path, tmp_path: Path) -> None:
    file = _dump(filled, tmp_path)
    with tarfile.open(file) as old:
        members = {member.name: (member, old.extractfile(member)) for member in old.getmembers()}
        contents = {name: data.read() for name, (_, data) in members.items() if data}
    manifest = json.loads(contents["manifest.json"])
    manifest["rows"]["note"] = 501
    for name, content in {**contents, "manifest.json": json.dumps(manifest).encode()}.items():
        path = tmp_path / "unpacked" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    changed = tmp_path / "changed.tar"
    with tarfile.open(changed, "w") as new:
        for name in contents:
            new.add(tmp_path / "unpacked" / name, name)
    answer = run_tongban("db", "restore", str(changed), "--dir", str(target), "--json")
    assert answer.returncode == 1
    assert "note" in last_object(answer)["problems"][0]
