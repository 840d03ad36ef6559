"""``./tongban bench NAME``: run ``benchmarks/NAME.py`` on a durable database of its own."""

from __future__ import annotations

import subprocess
import sys

from tongban.launch.environment import child_environment
from tongban.launch.local_postgres import ensure
from tongban.launch.outcome import BAD_INPUT, BadInput, print_json
from tongban.launch.places import PROJECT, state_directory


def run(arguments: list[str]) -> int:
    """Run one benchmark; its figures are its last line of output, as JSON. Exit code as the benchmark's."""
    names = sorted(path.stem for path in (PROJECT / "benchmarks").glob("[a-z]*.py"))
    if not arguments or arguments[0].startswith("-"):
        if "--json" in arguments:
            print_json({"benchmarks": names})
        else:
            print("usage: ./tongban bench NAME, one of:", *names, sep="\n  ")
        return BAD_INPUT
    name, rest = arguments[0], arguments[1:]
    if name not in names:
        raise BadInput(f"there is no benchmark {name!r}", f"one of: {', '.join(names) or 'none yet'}")
    state = state_directory(str(PROJECT / "var" / "bench"))
    environment = child_environment(state, ensure(state), demo=False)
    prepare = [sys.executable, "-m", "tongban.launch", "prepare", "migrate"]
    code = subprocess.run(prepare, env=environment, check=False).returncode
    if code:
        return code
    script = str(PROJECT / "benchmarks" / f"{name}.py")
    return subprocess.run([sys.executable, script, *rest], env=environment, check=False, cwd=PROJECT).returncode
