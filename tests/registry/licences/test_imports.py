from __future__ import annotations

import json
import subprocess
import sys

import pytest

FORBIDDEN = ("pyhanko", "pyhanko_certvalidator", "typst", "pikepdf", "polars", "pypinyin", "rjieba")
PROGRAM = """
import django, json, sys
django.setup()
import tongban.registry.licences.selectors, tongban.registry.licences.services
import tongban.ground.storage.services, tongban.ground.documents.typesetting
from tongban.registry.licences.selectors import verify_by_bytes
print(json.dumps(sorted(m for m in sys.modules if "." not in m)))
"""


@pytest.mark.slow
def test_what_the_web_imports_holds_no_pdf_library() -> None:
    """The web verifies by digests; PDF libraries are loaded by jobs, and pikepdf by the first upload."""
    made = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, check=True)
    loaded = set(json.loads(made.stdout.decode().splitlines()[-1]))
    assert loaded.isdisjoint(FORBIDDEN)
