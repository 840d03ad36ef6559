from __future__ import annotations

import uuid

import pytest
from django.db import connection

from tongban.ground.crypto import blind_index, key_ids, keys
from tongban.ground.crypto.rotation import reencrypt
from tongban.registry.parties.models import Person

pytestmark = pytest.mark.django_db


def stored(person: Person) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM parties_person WHERE id = %s", [person.pk])
        return str(cursor.fetchone()[0])


def test_values_move_to_the_new_key_batch_by_batch_and_can_be_resumed(settings, tmp_path) -> None:
    Person.objects.all().update(name="")  # values of the demo city are under other keys
    settings.DIR = tmp_path
    people = [
        Person.objects.create(name=f"王{n}", id_number="X", id_number_index=blind_index("id_number", uuid.uuid4().hex))
        for n in range(5)
    ]
    old = key_ids()["field"]
    assert all(stored(p).startswith(f"enc:v1:{old}:") for p in people)
    new = keys.rotate("field")
    assert [reencrypt(Person, "name", batch=2) for _ in range(4)] == [2, 2, 1, 0]
    assert all(stored(p).startswith(f"enc:v1:{new}:") for p in people)
    assert Person.objects.get(pk=people[3].pk).name == "王3"
