"""The key ring of one installation: files readable by the owner only, named by key id.

``<dir>/keys/ring.json`` names the current key of each purpose; ``field-<id>.key`` and ``index-<id>.key`` hold 32 random
bytes in base64, ``ledger-<id>.pem`` an Ed25519 key, ``authority-<id>.pem`` and ``seal-<id>.pem`` P-256 keys. Old keys
stay, so that old values stay readable. The blind-index key is separate from the field keys: whoever holds one of the
two can neither read nor look up with the other. ``roots/*.pem`` are the certificates that a chain of a seal may end in.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import NameOID
from django.conf import settings

from tongban.ground import moment

Purpose = Literal["field", "index", "ledger", "authority"]
PURPOSES: tuple[Purpose, ...] = ("field", "index", "ledger")
AUTHORITY_YEARS = 30


class KeyMissing(RuntimeError):
    """A value names a key that is not in the ring; restore the key file from the backup."""

    def __init__(self, purpose: str, key_id: str) -> None:
        super().__init__(f"key {purpose}-{key_id} is not in {keys_dir()}: restore the keys folder from its backup")


def keys_dir() -> Path:
    """The folder of the key files; read from the settings at each call so that a test may set another."""
    return _keys_below(settings.DIR)


@lru_cache(maxsize=8)
def _keys_below(folder: Path | str) -> Path:
    return Path(folder) / "keys"


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read; readers see the old one or the whole new one, never a piece."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)


@contextmanager
def _locked() -> Iterator[None]:
    """One process at a time makes keys: five may start at once on a fresh folder."""
    folder = keys_dir()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(folder / ".lock", os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _read_ring() -> dict[str, str]:
    path = keys_dir() / "ring.json"
    return dict(json.loads(path.read_text())) if path.exists() else {}


def _make(purpose: Purpose) -> str:
    """Make one key file and return its id."""
    key_id = secrets.token_hex(4)
    if purpose in {"field", "index"}:
        write_private(keys_dir() / f"{purpose}-{key_id}.key", base64.b64encode(secrets.token_bytes(32)))
    elif purpose == "ledger":
        write_private(keys_dir() / f"ledger-{key_id}.pem", _pem(ed25519.Ed25519PrivateKey.generate()))
    else:
        write_private(keys_dir() / f"authority-{key_id}.pem", _pem(ec.generate_private_key(ec.SECP256R1())))
    return key_id


def _pem(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def ensure_keys() -> None:
    """Make the keys that are missing (first start); existing keys are never touched."""
    with _locked():
        ring = _read_ring()
        missing = [purpose for purpose in PURPOSES if purpose not in ring]
        if missing:
            write_private(keys_dir() / "ring.json", json.dumps(ring | {p: _make(p) for p in missing}).encode())
    _forget()


def rotate(purpose: Literal["field", "ledger"]) -> str:
    """Make a new current key and return its id; values under old keys stay readable (see ``rotation.reencrypt``).

    Processes that run already go on with the key they know until they are restarted: restart first, re-encrypt then.
    """
    ensure_keys()
    with _locked():
        key_id = _make(purpose)
        write_private(keys_dir() / "ring.json", json.dumps(_read_ring() | {purpose: key_id}).encode())
    _forget()
    return key_id


def key_ids() -> dict[str, str]:
    """The current key id of each purpose (for the backup's manifest and the operations page); holds no secret."""
    return _read_ring()


def current(purpose: Purpose) -> str:
    """Id of the key that new values use; makes the ring on the very first start."""
    return _current(str(keys_dir()), purpose)


@lru_cache(maxsize=32)
def _current(folder: str, purpose: Purpose) -> str:
    if purpose not in _read_ring():
        ensure_keys()
    return _read_ring()[purpose]


@lru_cache(maxsize=64)
def _secret(folder: str, purpose: Purpose, key_id: str) -> bytes:
    path = Path(folder) / f"{purpose}-{key_id}.key"
    if not path.exists():
        raise KeyMissing(purpose, key_id)
    return base64.b64decode(path.read_bytes())


def secret(purpose: Literal["field", "index"], key_id: str) -> bytes:
    """The 32 bytes of a symmetric key. Raises :class:`KeyMissing`."""
    return _secret(str(keys_dir()), purpose, key_id)


def _forget() -> None:
    _current.cache_clear()
    _secret.cache_clear()


def ensure_authority() -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    """The installation's own certificate authority (P-256), made at first use and trusted through ``roots/``.

    A city with a licensed authority puts that root beside it and registers seal certificates from there.
    """
    with _locked():
        ring = _read_ring()
        if "authority" not in ring:
            key_id = _make("authority")
            root = _self_signed(_load_ec(f"authority-{key_id}"), key_id)
            write_private(keys_dir() / "roots" / f"authority-{key_id}.pem", root)
            write_private(keys_dir() / "ring.json", json.dumps(ring | {"authority": key_id}).encode())
        key_id = _read_ring()["authority"]
    certificate = x509.load_pem_x509_certificate((keys_dir() / "roots" / f"authority-{key_id}.pem").read_bytes())
    return _load_ec(f"authority-{key_id}"), certificate


def _load_ec(name: str) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key((keys_dir() / f"{name}.pem").read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{name}.pem is not an elliptic-curve key")
    return key


def _self_signed(key: ec.EllipticCurvePrivateKey, key_id: str) -> bytes:
    whose = "演练用" if settings.REHEARSAL else "通办"
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{whose}电子印章根证书 {key_id}"),
        ]
    )
    # The history of a demo is driven in the past: the root begins well before the first seal that it certifies.
    begin = datetime(moment.now().year - 10, 1, 1, tzinfo=UTC)
    public = key.public_key()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin.replace(year=begin.year + AUTHORITY_YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(
            x509.KeyUsage(False, False, False, False, False, True, True, False, False),
            critical=True,
        )
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM)


def trusted_roots() -> tuple[bytes, ...]:
    """PEM bytes of every root under ``roots/``; a chain that ends in one of them is good."""
    return tuple(path.read_bytes() for path in sorted((keys_dir() / "roots").glob("*.pem")))
