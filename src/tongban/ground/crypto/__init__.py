"""Keys, field encryption, blind indexes, signatures. Key files are 0600 under ``<dir>/keys``."""

from tongban.ground.crypto.cipher import Undecipherable, blind_index, decrypt, encrypt
from tongban.ground.crypto.keys import ensure_authority, ensure_keys, key_ids
from tongban.ground.crypto.signing import Signature, public_key_pem, sign, verify_signature

__all__ = [
    "Signature",
    "Undecipherable",
    "blind_index",
    "decrypt",
    "encrypt",
    "ensure_authority",
    "ensure_keys",
    "key_ids",
    "public_key_pem",
    "sign",
    "verify_signature",
]
