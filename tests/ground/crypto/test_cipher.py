from __future__ import annotations

import base64
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.exceptions import FieldError
from hypothesis import given
from hypothesis import strategies as st

from tongban.ground.crypto import Undecipherable, blind_index, decrypt, encrypt, ensure_keys, key_ids, keys
from tongban.ground.crypto.cipher import key_id_of
from tongban.ground.crypto.fields import EncryptedTextField


@pytest.fixture
def own_ring(settings, tmp_path: Path) -> Path:
    """A fresh installation with its own keys."""
    settings.DIR = tmp_path
    ensure_keys()
    return tmp_path / "keys"


@given(st.text())
def test_what_is_encrypted_comes_back(text: str) -> None:
    assert decrypt(encrypt(text)) == text


def test_two_encryptions_of_one_value_differ() -> None:
    assert encrypt("11010519491231002X") != encrypt("11010519491231002X")


def test_the_stored_form_names_its_key_and_hides_the_value() -> None:
    stored = encrypt("11010519491231002X")
    assert stored.startswith(f"enc:v1:{key_ids()['field']}:")
    assert "11010519491231002X" not in stored


def test_an_altered_value_is_refused() -> None:
    head, _, payload = encrypt("云溪市").rpartition(":")
    raw = bytearray(base64.b64decode(payload))
    raw[-1] ^= 1
    with pytest.raises(Undecipherable):
        decrypt(f"{head}:{base64.b64encode(raw).decode()}")


@pytest.mark.parametrize("stored", ["", "plain", "enc:v1:", "enc:v1:abc", "enc:v2:a:b"])
def test_what_is_not_ours_is_refused(stored: str) -> None:
    with pytest.raises(Undecipherable):
        decrypt(stored)


def test_the_index_of_one_value_is_stable_and_differs_by_kind() -> None:
    assert blind_index("id_number", "X") == blind_index("id_number", "X")
    assert blind_index("id_number", "X") != blind_index("mobile", "X")
    assert len(blind_index("id_number", "X")) == 64


def test_another_installation_has_other_indexes(own_ring: Path, settings, tmp_path: Path) -> None:
    here = blind_index("mobile", "13800138000")
    settings.DIR = tmp_path / "elsewhere"
    assert blind_index("mobile", "13800138000") != here


def test_key_files_are_for_their_owner_only(own_ring: Path) -> None:
    keys.ensure_authority()
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in own_ring.rglob("*") if p.is_file()}
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(own_ring.stat().st_mode) == 0o700


def test_keys_are_made_once_however_often_and_however_many_ask(settings, tmp_path: Path) -> None:
    settings.DIR = tmp_path
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(lambda _: ensure_keys(), range(5)))
    assert len(list((tmp_path / "keys").glob("field-*.key"))) == 1


def test_after_a_rotation_old_values_stay_readable_and_new_ones_use_the_new_key(own_ring: Path) -> None:
    old = encrypt("张三")
    new_key = keys.rotate("field")
    assert decrypt(old) == "张三"
    assert key_id_of(encrypt("张三")) == new_key != key_id_of(old)


def test_a_rotation_leaves_the_indexes_as_they_are(own_ring: Path) -> None:
    before = blind_index("id_number", "X")
    keys.rotate("field")
    assert blind_index("id_number", "X") == before


def test_a_lost_key_is_named_with_the_remedy(own_ring: Path) -> None:
    stored = encrypt("张三")
    keys.rotate("field")
    (own_ring / f"field-{key_id_of(stored)}.key").unlink()
    with pytest.raises(keys.KeyMissing, match="backup"):
        decrypt(stored)


def test_an_encrypted_field_cannot_be_searched() -> None:
    with pytest.raises(FieldError, match="blind index"):
        EncryptedTextField(name="id_number").get_lookup("exact")
    assert EncryptedTextField(name="id_number").get_lookup("isnull") is not None


def test_the_empty_string_stays_empty_in_the_column() -> None:
    assert EncryptedTextField().get_prep_value("") == ""
