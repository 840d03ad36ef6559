"""Return addresses stay on this site."""

from __future__ import annotations

import pytest

from tongban.faces.addresses import safe_path


@pytest.mark.parametrize("address", ["/my/", "/apply/d/1/form/a/?x=1", "/"])
def test_a_path_of_this_site_is_taken(address: str) -> None:
    assert safe_path(address, "/home/") == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example",
        "\\\\elsewhere.example",
        "javascript:alert(1)",
        "/\t/elsewhere.example",
        "my/",
        "/" + "a" * 2000,
    ],
)
def test_anything_else_is_not(address: str) -> None:
    assert safe_path(address, "/home/") == "/home/"
