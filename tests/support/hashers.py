"""The tests' password hasher: Argon2 in the product's stored format, at a cost that hundreds of sign-ins do not feel.

Live sites run with the product's own hasher: it reads these hashes and renews them at the first sign-in.
"""

from __future__ import annotations

from tongban.registry.parties.hashers import SmallArgon2PasswordHasher


class QuickArgon2PasswordHasher(SmallArgon2PasswordHasher):
    """One pass over the least memory that Argon2 allows."""

    time_cost = 1
    memory_cost = 8
