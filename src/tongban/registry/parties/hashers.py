"""The password hasher: Argon2id with the OWASP minimum that fits a small server (19 MiB, two passes, one lane).

Django's default takes 100 MiB a sign-in; four at once would be more than the whole web process is given.
"""

from django.contrib.auth.hashers import Argon2PasswordHasher


class SmallArgon2PasswordHasher(Argon2PasswordHasher):
    """Django's stored format, so the cost can be raised later: old hashes are renewed at the next sign-in."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
