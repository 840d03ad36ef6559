"""The demo's people: invented, valid, complete, and made once."""

from __future__ import annotations

import json
import stat
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from tongban.demo import names, people, places, rosters
from tongban.faces.desk.role_words import ROLE_WORDS
from tongban.ground import identifiers, moment
from tongban.ground.policy import PERMISSIONS
from tongban.registry.parties import selectors
from tongban.registry.parties.models import (
    Department,
    Organisation,
    Person,
    Post,
    Region,
    Staff,
    Substitution,
    UserAccount,
)

pytestmark = [pytest.mark.django_db, pytest.mark.aside]


def test_every_number_is_valid_and_of_no_real_division() -> None:
    known = set()
    for resident in people.RESIDENTS:
        parsed = identifiers.parse_id_number(resident.id_number)
        assert parsed.area.startswith("3399")
        assert identifiers.parse_mobile(resident.mobile) == resident.mobile
        known |= {parsed.value, resident.mobile}
    assert len(known) == 2 * len(people.RESIDENTS)
    for body in people.BODIES:
        assert identifiers.parse_uscc(body.uscc) == body.uscc


def test_the_city_is_as_large_as_it_says() -> None:
    levels = Counter(Region.objects.values_list("level", flat=True))
    assert levels == {"city": 1, "county": 6, "township": 24, "village": 60}
    assert Department.objects.filter(region__level="city").count() == 46
    assert Staff.objects.count() == 240
    assert (len(people.RESIDENTS) >= 60, len(people.BODIES) >= 40) == (True, True)
    assert all(identifiers.parse_uscc(one.uscc) == one.uscc for one in Department.objects.all())


def test_every_region_lies_within_its_parent_and_beside_its_neighbours() -> None:
    regions = {region.code: region for region in Region.objects.select_related("parent")}
    for region in regions.values():
        assert region.code.startswith("3399")
        if region.parent:
            assert region.parent.no < region.no <= region.end_no <= region.parent.end_no, region.name
    for level in ("county", "township", "village"):
        rows = sorted((r.no, r.end_no) for r in regions.values() if r.level == level)
        assert all(end < no for (_, end), (no, _) in pairwise(rows)), level


def test_everybody_has_a_name_of_their_own_and_a_story() -> None:
    everybody = [one.name for one in (*people.CLERKS, *people.RESIDENTS)]
    assert len(set(everybody)) == len(everybody)
    assert not [name for name in everybody if any(sign.isdigit() for sign in name)]
    assert all(resident.story for resident in people.RESIDENTS)


def test_old_people_are_acted_for_by_mandate() -> None:
    child = selectors.principal_of(UserAccount.objects.get(person=_person("邱敏")))
    assert [name for _, name in child.persons] == ["严桂香"]


def _person(name: str) -> Person:
    found = selectors.person_by_id_number(next(one for one in people.RESIDENTS if one.name == name).id_number)
    assert found is not None
    return found


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
    for position in places.positions().values():
        assert Post.objects.get(name=position.name).holders.exists(), position.name
    for staff in Staff.objects.all():
        principal = selectors.principal_of(staff.account)
        expected = 2 if "chief_representative" in principal.roles else 1
        assert len(principal.roles) == expected, staff.name
    held = {role for position in places.positions().values() for role in position.roles}
    wanted = {role for grants in PERMISSIONS.values() for role in grants}
    assert wanted - held == {"applicant", "system"}, "a role that nobody in the city holds"


@pytest.mark.covers("WIN-10")
def test_every_role_of_a_post_is_told_in_words() -> None:
    held = {role for roles in Post.objects.values_list("roles", flat=True) for role in roles}
    assert held <= set(ROLE_WORDS)


def test_who_is_away_is_stood_in_for_and_entered_once() -> None:
    rosters.load()
    rosters.load()
    assert Substitution.objects.count() == len(rosters.ABSENCES)
    today = Substitution.objects.filter(valid__contains=moment.today())
    assert today.filter(post__department__short_name=names.GOVERNMENT_SERVICES).exists()


def test_a_chief_representative_receives_at_the_window_and_holds_no_approving_post() -> None:
    principal = selectors.principal_of(Staff.objects.get(name="祝云舒").account)
    assert principal.roles == {"chief_representative", "window_clerk"}
    assert principal.posts == ((principal.post_id, names.LABOUR_REPRESENTATIVE_POST),)


def test_rare_characters_are_among_the_residents() -> None:
    assert {"周𬭎", "林㼆"} <= {resident.name for resident in people.RESIDENTS}
