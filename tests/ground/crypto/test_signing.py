from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives import serialization

from tongban.ground.crypto import keys, public_key_pem, sign, verify_signature


def test_a_signature_holds_for_its_message_and_for_no_other() -> None:
    signature = sign(b"root 1")
    assert verify_signature(b"root 1", signature)
    assert not verify_signature(b"root 2", signature)


def test_an_old_signature_holds_after_the_key_was_rotated(settings, tmp_path) -> None:
    settings.DIR = tmp_path
    old = sign(b"root 1")
    assert sign(b"root 1").key_id == old.key_id
    assert keys.rotate("ledger") != old.key_id
    assert verify_signature(b"root 1", old)
    assert sign(b"root 1").key_id != old.key_id


def test_a_signature_of_an_unknown_key_is_an_error_not_a_no() -> None:
    with pytest.raises(keys.KeyMissing):
        verify_signature(b"root", replace(sign(b"root"), key_id="ffffffff"))


def test_a_supervisor_can_check_with_the_exported_public_key_alone() -> None:
    signature = sign(b"root")
    public = serialization.load_pem_public_key(public_key_pem(signature.key_id).encode())
    public.verify(signature.value, b"root")  # type: ignore[call-arg,union-attr,arg-type]
