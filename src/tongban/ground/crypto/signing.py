"""Ed25519 signatures for the roots of the ledger (not for documents: those are sealed in ``registry/licences``)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from tongban.ground.crypto import keys


@dataclass(frozen=True)
class Signature:
    """A signature and the id of its key."""

    key_id: str
    value: bytes


@lru_cache(maxsize=32)
def _key(folder: str, key_id: str) -> ed25519.Ed25519PrivateKey:
    path = Path(folder) / f"ledger-{key_id}.pem"
    if not path.exists():
        raise keys.KeyMissing("ledger", key_id)
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise TypeError(f"{path.name} is not an Ed25519 key")
    return key


def sign(message: bytes) -> Signature:
    """Sign with the current ledger key."""
    key_id = keys.current("ledger")
    return Signature(key_id, _key(str(keys.keys_dir()), key_id).sign(message))


def verify_signature(message: bytes, signature: Signature) -> bool:
    """Whether ``signature`` is of ``message``; a key that is not in the ring raises ``keys.KeyMissing``."""
    public = _key(str(keys.keys_dir()), signature.key_id).public_key()
    try:
        public.verify(signature.value, message)
    except InvalidSignature:
        return False
    return True


def public_key_pem(key_id: str) -> str:
    """The public half, to be exported beside an anchor so that a supervisor can check without us."""
    public = _key(str(keys.keys_dir()), key_id).public_key()
    return public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
