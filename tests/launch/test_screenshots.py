"""Pictures: small enough for the repository; a missing demo is said with its remedy."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest
from PIL import Image

from tongban.launch import screenshots
from tongban.launch.outcome import Missing


@pytest.mark.slow
def test_a_picture_gives_up_colours_until_it_is_small_enough() -> None:
    chance = random.Random(1)
    image = Image.new("RGB", (200, 200))
    image.putdata([(chance.randrange(256), chance.randrange(256), chance.randrange(256)) for _ in range(40_000)])
    out = io.BytesIO()
    image.save(out, "PNG")
    packed = screenshots._small(out.getvalue(), largest=36_000)
    assert len(packed) <= 36_000 < len(out.getvalue())
    assert Image.open(io.BytesIO(packed)).size == (200, 200)


@pytest.mark.needs_tool("chromium")
def test_a_directory_without_a_running_demo_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(Missing, match="no demo runs") as caught:
        screenshots.run(["home", "--dir", str(tmp_path), "--out", str(tmp_path / "pictures")])
    assert caught.value.remedy.startswith("./tongban demo --dir")
