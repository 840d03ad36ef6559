"""The demo's people: invented, valid, complete, and made once."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from tongban.demo import names, people, places
from tongban.ground import identifiers
from tongban.registry.parties import selectors
from tongban.registry.parties.models import Organisation, Person, Post, Region, Staff, UserAccount

pytestmark = pytest.mark.django_db


def test_every_number_is_valid_and_of_no_real_division() -> None:
    known = set()
    for resident in people.RESIDENTS:
        parsed = identifiers.parse_id_number(resident.id_number)
        assert parsed.area.startswith("3399")
        assert identifiers.parse_mobile(resident.mobile) == resident.mobile
        known |= {parsed.value, resident.mobile}
    assert len(known) == 2 * len(people.RESIDENTS)
    for body in people.BODIES:
        code = places.make_uscc(body.prefix, body.division, body.code)
        assert identifiers.parse_uscc(code) == code


@pytest.mark.slow
def test_loading_again_changes_nothing(tmp_path: Path) -> None:
    people.load(tmp_path)
    before = json.loads((tmp_path / "people.json").read_text())
    counts = [model.objects.count() for model in (Region, Post, Staff, Person, Organisation, UserAccount)]
    people.load(tmp_path)
    assert json.loads((tmp_path / "people.json").read_text()) == before
    assert [model.objects.count() for model in (Region, Post, Staff, Person, Organisation, UserAccount)] == counts


def test_the_file_is_private_and_its_passwords_work(tmp_path: Path) -> None:
    people.load(tmp_path)
    path = tmp_path / "people.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    entries = {entry["login"]: entry for entry in json.loads(path.read_text())["people"]}
    clerk = entries["YX0106"]
    assert clerk["kind"] == "staff"
    account = selectors.account_by_login(selectors.staff_login(clerk["login"]))
    assert account is not None
    assert account.check_password(clerk["password"])
    assert account.second_factor == clerk["totp_secret"]
    passwords = [entry["password"] for entry in entries.values() if entry["password"]]
    assert len(set(passwords)) == len(passwords)


@pytest.mark.slow
def test_a_lost_file_gets_new_passwords(tmp_path: Path) -> None:
    people.load(tmp_path)
    first = json.loads((tmp_path / "people.json").read_text())["people"][0]
    (tmp_path / "people.json").unlink()
    people.load(tmp_path)
    second = json.loads((tmp_path / "people.json").read_text())["people"][0]
    assert first["password"] != second["password"]
    account = selectors.account_by_login(selectors.staff_login(second["login"]))
    assert account is not None
    assert account.check_password(second["password"])


@pytest.mark.slow
def test_every_post_is_held_and_powers_stay_apart() -> None:
    for _, post in names.POST_ROLES:
        assert Post.objects.get(name=post).holders.exists(), post
    for staff in Staff.objects.all():
        principal = selectors.principal_of(staff.account)
        expected = 2 if "chief_representative" in principal.roles else 1
        assert len(principal.roles) == expected, staff.name


@pytest.mark.covers("WIN-10")
def test_a_chief_representative_receives_at_the_window_and_holds_no_approving_post() -> None:
    principal = selectors.principal_of(Staff.objects.get(name="祝云舒").account)
    assert principal.roles == {"chief_representative", "window_clerk"}
    assert principal.posts == ((principal.post_id, names.LABOUR_REPRESENTATIVE_POST),)


def test_rare_characters_are_among_the_residents() -> None:
    assert {"周𬭎", "林㼆"} <= {resident.name for resident in people.RESIDENTS}
