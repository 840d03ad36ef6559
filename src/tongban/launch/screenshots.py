"""``./tongban screenshots``: the pictures of the README and the docs, taken of a running demo by a real browser.

``--pages`` takes every page of the register instead (``pages``), in every look, and lays them out on one sheet
(``sheet``). Uses the running demo of ``--dir``; without one it starts a demo in a temporary directory and ends it
afterwards. Needs the development tools (Playwright) and Debian's Chromium.
"""

from __future__ import annotations

import argparse
import importlib.util
import io
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tongban.launch import sheet
from tongban.launch.demo import running_demo
from tongban.launch.outcome import FINDING, GOOD, BadInput, Finding, Missing, print_json, say
from tongban.launch.places import PROJECT, state_directory

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FOLDER = PROJECT / "docs" / "pictures"
SHEET = PROJECT / "var" / "pages"
LARGEST = 250_000
COLOURS = (256, 128, 64, 32)
WIDE, PHONE = (1440, 900), (390, 844)
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-color-profile=srgb"]


@dataclass(frozen=True)
class Picture:
    """One picture: where, at which size, and who looks: the first of these names of the demo who has something there.

    ``follow`` is the link that is pressed before the picture is taken (a CSS selector; empty = the page itself).
    """

    name: str
    address: str
    size: tuple[int, int] = WIDE
    people: tuple[str, ...] = ()
    follow: str = ""


RESIDENTS = ("沈知夏", "欧阳娜", "何雨桐", "陆明远", "周𬭎", "孙思远", "钱亦凡", "马晓东")
REVIEWERS = ("许知行", "傅文澜", "蒋若溪", "丁立群", "岳峰", "石磊", "秦岚", "韩野")
PICTURES = (
    Picture("home", "/"),
    Picture("home-phone", "/", PHONE),
    Picture("guide", "/guide/hygiene-licence/"),
    Picture("my-case", "/my/", people=RESIDENTS, follow="main a[href^='/my/cases/']"),
    Picture("window", "/desk/window/", people=("顾晚晴", "梁予安"), follow="main a[href^='/desk/window/YX']"),
    Picture("review", "/desk/review/", people=REVIEWERS, follow="main a[href^='/desk/review/YX']"),
    Picture("verify", "/verify/"),
)


def run(arguments: list[str]) -> int:
    """Take every picture (or those named); exit 1 when one is larger than 250 kB, or a page of the register is lost."""
    parser = argparse.ArgumentParser(prog="tongban screenshots")
    names = " ".join(picture.name for picture in PICTURES)
    parser.add_argument("names", nargs="*", help=f"some of: {names}; with --pages: how names of pages begin")
    parser.add_argument("--pages", action="store_true", help="every page in every look, and one sheet of them all")
    looks = [look.name for look in sheet.LOOKS]
    parser.add_argument("--looks", nargs="+", choices=[*looks, sheet.PRINT], help="with --pages: only these")
    parser.add_argument("--beside", type=Path, metavar="FOLDER", help="with --pages: the prototypes' pictures")
    parser.add_argument("--dir", help="state directory of a running demo")
    parser.add_argument("--out", type=Path, help="where the pictures go (docs/pictures; with --pages var/pages)")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    if options.beside and not (options.pages and options.beside.is_dir()):
        raise BadInput("--beside wants --pages and a folder of pictures", "./tongban screenshots --pages --beside DIR")
    _need_browser()
    if options.pages:
        return _pages(options)
    return _pictures(options, options.out or FOLDER)


def _pages(options: argparse.Namespace) -> int:
    out = options.out or SHEET
    with _site(options.dir) as url, _browser() as browser:
        taken = sheet.make(browser, url, out, options.names, options.beside, options.looks)
    lost = [one.page.key for one in taken if not one.files and not one.page.needs]
    say(f"{sum(len(one.files) for one in taken)} pictures of {len(taken)} pages: {out / 'sheet.jpg'}")
    for key in lost:
        say(f"no way leads to {key}")
    if options.json:
        print_json({"ok": not lost, "pages": len(taken), "lost": lost})
    return FINDING if lost else GOOD


def _pictures(options: argparse.Namespace, out: Path) -> int:
    wanted = [p for p in PICTURES if not options.names or p.name in options.names]
    out.mkdir(parents=True, exist_ok=True)
    sizes = {}
    with _site(options.dir) as url, _browser() as browser:
        for picture in wanted:
            content = _small(_take(browser, url, picture))
            (out / f"{picture.name}.png").write_bytes(content)
            sizes[picture.name] = len(content)
            say(f"{picture.name}.png {len(content) // 1000} kB")
    good = all(size <= LARGEST for size in sizes.values())
    if options.json:
        print_json({"ok": good, "pictures": sizes})
    return GOOD if good else FINDING


def _need_browser() -> None:
    if importlib.util.find_spec("playwright") is None:
        raise Missing("the development tools are not installed", "./tongban lint, which installs them, then again")
    if not shutil.which("chromium"):
        raise Missing("there is no Chromium", "apt-get install chromium fonts-noto-cjk")


@contextmanager
def _site(directory: str | None) -> Iterator[str]:
    """The address of the running demo, or of one that lives as long as the pictures need it."""
    facts = running_demo(state_directory(directory))
    if facts:
        yield str(facts["url"])
        return
    if directory:
        raise Missing(f"no demo runs on {directory}", f"./tongban demo --dir {directory}")
    with tempfile.TemporaryDirectory(prefix="tongban-pictures-") as place:
        Path(place).chmod(0o755)  # PostgreSQL's account must walk down to its cluster
        yield from _temporary_demo(place)


def _temporary_demo(place: str) -> Iterator[str]:
    command = [sys.executable, "-m", "tongban.launch"]
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    demo = subprocess.Popen(
        [*command, "demo", "--dir", place, "--quiet"],
        stdout=subprocess.PIPE,
        env=environment,
        text=True,
    )
    try:
        line = demo.stdout.readline() if demo.stdout else ""
        if not line.startswith("READY "):
            raise Finding("the demo did not start", "run ./tongban demo and read what it says")
        yield line.split()[1]
    finally:
        demo.send_signal(signal.SIGTERM)
        demo.wait(30)
        subprocess.run([*command, "db", "stop", "--dir", place], env=environment, check=False)


@contextmanager
def _browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        yield browser
        browser.close()


def _take(browser: Browser, url: str, picture: Picture) -> bytes:
    width, height = picture.size
    for person in picture.people or ("",):
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", reduced_motion="reduce"
        )
        page = context.new_page()
        if person:
            sheet.enter(page, url, person)
        page.goto(url + picture.address)
        if not picture.follow or _follow(page, picture.follow):
            page.wait_for_load_state("networkidle")
            content = page.screenshot(animations="disabled")
            context.close()
            return content
        context.close()
    raise Finding(f"nobody has anything to show for {picture.name}", "give the demo more --cases")


def _follow(page: Page, selector: str) -> bool:
    links = page.locator(selector)
    if not links.count():
        return False
    links.first.click()
    return True


def _small(png: bytes, largest: int = LARGEST) -> bytes:
    """The same picture with as many palette colours as fit into ``largest`` bytes."""
    from PIL import Image

    image = Image.open(io.BytesIO(png)).convert("RGB")
    packed = b""
    for colours in COLOURS:
        out = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        packed = out.getvalue()
        if len(packed) <= largest:
            break
    return packed
