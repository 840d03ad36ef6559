"""``./tongban walk``: drive the whole road over HTTP as all its people; fails on anything unlawful and on any 5xx.

``--loop`` goes on until it is stopped while somebody kills the server; at the end nothing that was acknowledged may be
lost or doubled. ``--law`` walks every branch of a case's life once; some of its cases begin in the past, because five
working days cannot be waited for.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from tongban.launch import cluster as clusters
from tongban.launch.demo import FIRST_PORT, free_port, running_demo
from tongban.launch.environment import child_environment
from tongban.launch.local_postgres import cluster_of, database_of
from tongban.launch.outcome import FINDING, GOOD, BadInput, Finding, Missing, print_json, say
from tongban.launch.places import POINTER, state_directory
from tongban.launch.walking.cast import Cast, read_people
from tongban.launch.walking.resident import Resident
from tongban.launch.walking.scenarios import Scenarios
from tongban.launch.walking.walker import RANKS, Walker

VERIFIED_ROUNDS = 3
"""Verification is limited per address: a long loop verifies in its first rounds only."""


@dataclass(frozen=True)
class Target:
    """The site to walk on."""

    url: str
    people: Path
    state: Path | None = None
    """The state directory of a demo of this machine; ``None``: a site anywhere."""


def run(arguments: list[str]) -> int:
    """Exit 0 when everything went as the law and the design say, 1 on a finding."""
    options = _parser().parse_args(arguments)
    if bool(options.base_url) != bool(options.people):
        raise BadInput("--base-url and --people belong together", "give both, or --dir")
    if options.law and (options.loop or options.base_url):
        raise BadInput("--law needs a demo of this machine and one round", "leave --loop and --base-url out")
    with _target(options) as target:
        walker = Walker(target.url, calm=not options.loop, quiet=options.quiet)
        if options.law:
            return _walk_law(walker, target, options)
        problems, rounds = _walk(walker, target, options)
    return _report(walker, problems, rounds, options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tongban walk")
    parser.add_argument("--dir", help="state directory whose running demo is walked; none runs: a temporary demo")
    parser.add_argument("--base-url", help="a site anywhere, with --people")
    parser.add_argument("--people", type=Path, help="people.json of that site")
    parser.add_argument("--law", action="store_true", help="every branch of the law once, with what must be refused")
    parser.add_argument("--loop", action="store_true", help="again and again until stopped; the server may be killed")
    parser.add_argument("--seconds", type=float, help="stop a loop after so many seconds")
    parser.add_argument("--quiet", action="store_true", help="no progress lines")
    parser.add_argument("--json", action="store_true", help="print one JSON object last")
    return parser


@contextmanager
def _target(options: argparse.Namespace) -> Iterator[Target]:
    if options.base_url:
        yield Target(options.base_url.rstrip("/"), options.people)
        return
    state = state_directory(options.dir)
    if facts := running_demo(state):
        yield Target(str(facts["url"]), state / "people.json", state)
        return
    say("no demo runs here: starting a temporary one", "启动临时演示")
    with _temporary_demo() as target:
        yield target


@contextmanager
def _temporary_demo() -> Iterator[Target]:
    """A demo in a folder of its own, stopped and removed afterwards."""
    state = Path(tempfile.mkdtemp(prefix="tongban-walk-"))
    command = [sys.executable, "-m", "tongban.launch", "demo", "--dir", str(state), "--cases", "1", "--quiet"]
    command += ["--port", str(free_port(FIRST_PORT))]
    environment = {key: value for key, value in os.environ.items() if key != "TONGBAN_DIR"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        yield Target(_ready_url(process), state / "people.json", state)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
        _remove(state)


def _ready_url(process: subprocess.Popen[str]) -> str:
    for line in process.stdout or ():
        if line.startswith("READY "):
            return line.split()[1]
    raise Missing(f"the temporary demo ended with exit {process.wait()}", "run ./tongban demo and read its lines")


def _remove(state: Path) -> None:
    if not os.environ.get("DATABASE_URL"):
        cluster = cluster_of(state)
        clusters.stop(cluster)
        shutil.rmtree(cluster.sockets, ignore_errors=True)
        pointer = state / POINTER
        if pointer.exists():
            shutil.rmtree(Path(pointer.read_text().strip()), ignore_errors=True)
    shutil.rmtree(state, ignore_errors=True)


def _walk_law(walker: Walker, target: Target, options: argparse.Namespace) -> int:
    """Cases of the past first, then every road of the law."""
    from tongban.launch.walking import law

    assert target.state is not None  # asked of the options
    cast = Cast(walker, read_people(target.people))
    past = walker.act("begin cases in the past", "the demo", lambda: _begin_in_the_past(target.state))
    problems, walked = law.walk(walker, cast, past)
    for problem in problems:
        print(f"tongban walk: {problem}", file=sys.stderr)
    print(f"{'FAILED' if problems else 'OK'}: {len(walked['walked'])} branches of the law", flush=True)
    if options.json:
        print_json({**walker.result(problems, 1), "branches": walked})
    return FINDING if problems else GOOD


def _begin_in_the_past(state: Path | None) -> dict[str, str]:
    """Run ``law_past`` on the demo's database; name of the case -> its number."""
    assert state is not None  # asked of the options
    environment = child_environment(state, database_of(state), demo=True)
    command = [sys.executable, "-m", "tongban.launch.walking.law_past"]
    made = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if made.returncode:
        raise Finding(f"the cases of the past cannot be begun: {made.stderr[-600:]}")
    numbers: dict[str, str] = json.loads(made.stdout.strip().splitlines()[-1])
    return numbers


def _walk(walker: Walker, target: Target, options: argparse.Namespace) -> tuple[list[str], int]:
    cast = Cast(walker, read_people(target.people))
    scenarios = Scenarios(walker, cast)
    rounds = 0
    try:
        if not options.loop:
            scenarios.all()
            return [], 1
        goes_on = _until_stopped(walker, options.seconds)
        applicant = scenarios.applicant
        before = set(walker.act("list my cases", applicant.browser.who, applicant.case_numbers))
        while goes_on():
            scenarios.all(verify=rounds < VERIFIED_ROUNDS)
            rounds += 1
        return _lost_or_doubled(walker, applicant, before), rounds
    except Finding as finding:
        return [finding.sentence], rounds


def _until_stopped(walker: Walker, seconds: float | None) -> Callable[[], bool]:
    """True until SIGINT, SIGTERM or the end of the time; a round that has begun is walked to its end."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        walker.stopping = True

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    end = time.monotonic() + seconds if seconds else None
    return lambda: not walker.stopping and (end is None or time.monotonic() < end)


def _lost_or_doubled(walker: Walker, applicant: Resident, before: set[str]) -> list[str]:
    """Compare what the server has with what it acknowledged."""
    who = applicant.browser.who
    listed = walker.act("list my cases", who, applicant.case_numbers)
    problems = [f"{number} is listed twice" for number in set(listed) if listed.count(number) > 1]
    known = set(walker.known)
    problems += [f"{number} was acknowledged and is gone" for number in known - set(listed)]
    problems += [f"{number} exists although nobody was told of it" for number in set(listed) - before - known]
    for number in sorted(known & set(listed)):
        state = walker.act("look at a case", who, lambda n=number: applicant.state(n))  # type: ignore[misc]
        if RANKS.get(state, 0) < walker.known[number]:
            problems.append(f"{number} was further than {state}")
    return problems


def _report(walker: Walker, problems: list[str], rounds: int, options: argparse.Namespace) -> int:
    for problem in problems:
        print(f"tongban walk: {problem}", file=sys.stderr)
    outcomes = ", ".join(f"{case['number']} {case['outcome']}" for case in walker.cases[-8:])
    print(f"{'FAILED' if problems else 'OK'}: {len(walker.cases)} cases in {rounds} rounds ({outcomes})", flush=True)
    if options.json:
        print_json(walker.result(problems, rounds))
    return FINDING if problems else GOOD
