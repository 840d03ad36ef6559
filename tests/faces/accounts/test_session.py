"""People recognise their sessions by browser and device, not by a user-agent string."""

from __future__ import annotations

import pytest

from tongban.faces.accounts.session import device_name


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0",
            "Edge · Windows 电脑",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/86.0 Safari/537.36", "Chrome · Linux"),
        ("Mozilla/5.0 (iPhone) AppleWebKit/605 Mobile MicroMessenger/8.0.1", "微信 · 苹果手机"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile Safari/537", "Chrome · 安卓手机"),
        ("curl/8.0", "其他浏览器"),
        ("", "其他浏览器"),
    ],
)
def test_browser_and_device_in_words(user_agent: str, name: str) -> None:
    assert device_name(user_agent) == name
