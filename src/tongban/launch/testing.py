"""The cluster of the tests: durability off, in a folder of its own, one per major version."""

from __future__ import annotations

from tongban.launch.local_postgres import ensure
from tongban.launch.places import PROJECT, state_directory


def ensure_test_cluster() -> str:
    """Start (or find) the project's test cluster and return its DATABASE_URL. Safe to call from many processes."""
    return ensure(state_directory(str(PROJECT / "var" / "test")), purpose="test").url
