"""``python -m tongban.launch <command>``: find the command, run it, turn its end into an exit code."""

from __future__ import annotations

import importlib
import sys

from tongban.launch.help import COMMANDS, print_help
from tongban.launch.outcome import BAD_INPUT, GOOD, Stop, complain, print_json


def main(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    if not arguments or arguments[0] in {"help", "-h", "--help"}:
        print_help()
        return GOOD
    name, rest = arguments[0], arguments[1:]
    if name not in COMMANDS:
        print(f"tongban: there is no command {name!r}", file=sys.stderr)
        print_help(sys.stderr)
        return BAD_INPUT
    module, function = COMMANDS[name].place.split(":")
    try:
        return int(getattr(importlib.import_module(f"tongban.launch.{module}"), function)(rest))
    except Stop as stop:
        code = complain(stop)
        if "--json" in rest:
            print_json({"ok": False, "error": stop.sentence, "remedy": stop.remedy})
        return code
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
