"""A department's own system on the open API, in one file and with Python alone: take the tasks of the post, do them.

    export TONGBAN_URL=http://127.0.0.1:8000 CLIENT_ID=yx-health CLIENT_SECRET=...
    python department_system.py            # the work list, and what may be done to each case
    python department_system.py --pass YX... --words "材料齐全，符合条件"

Demo credentials stand in people.json of the state directory, under "machines".
"""

from __future__ import annotations

import argparse
import json
import os
import urllib.error
import urllib.parse
import urllib.request
import uuid
from typing import Any

BASE = os.environ.get("TONGBAN_URL", "http://127.0.0.1:8000") + "/api/v1"


class Problem(Exception):
    """What the platform refused: RFC 9457 problem details."""

    def __init__(self, told: dict[str, Any]) -> None:
        lines = [told["title"], told.get("detail") or "", *(one["detail"] for one in told.get("errors", []))]
        super().__init__("\n  ".join(line for line in lines if line))


def call(method: str, path: str, body: Any = None, token: str = "", **headers: str) -> Any:
    """One request; the answer as JSON."""
    headers = {"Content-Type": "application/json", **headers}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = body.encode() if isinstance(body, str) else json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(BASE + path, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise Problem(json.load(error)) from None


def sign_in() -> str:
    """A token for one hour: ask for a new one when a call answers 401."""
    form = {"client_id": os.environ["CLIENT_ID"], "client_secret": os.environ["CLIENT_SECRET"]}
    media = {"Content-Type": "application/x-www-form-urlencoded"}
    return str(call("POST", "/token", urllib.parse.urlencode(form), **media)["access_token"])


def every(path: str, token: str) -> list[dict[str, Any]]:
    """All pages of a list: ``next`` of a page is ``after`` of the following one."""
    found, after = [], ""
    while True:
        page = call("GET", f"{path}?{urllib.parse.urlencode({'limit': 100, 'after': after})}", token=token)
        found += page["items"]
        after = page["next"]
        if not after:
            return found


def show(token: str) -> None:
    """The work list, and the acts that are possible now."""
    for task in every("/tasks", token):
        print(f"{task['number']}  {task['title']}  {task['name']}  due {task['due_at'] or '-'}")
        for act in call("GET", f"/cases/{task['number']}/acts", token=token):
            print(f"    {act['act']}: {act['title']} ({', '.join(value['name'] for value in act['values'])})")


def give_opinion(token: str, number: str, words: str) -> None:
    """Do the step that waits for this post. The key makes a repeated request the same act: keep it until it is done."""
    case = call("GET", f"/cases/{number}", token=token)
    for task in case["tasks"]:
        opinion = {"verdict": "pass", "text": words, "points": []}
        key = {"Idempotency-Key": str(uuid.uuid4())}
        done = call("POST", f"/cases/{number}/steps/{task['id']}", opinion, token, **key)
        print(f"{number}  {task['name']}: {done['state_words']}")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pass", dest="number", help="give the opinion of the step that waits in this case")
    parser.add_argument("--words", default="材料齐全，符合条件")
    options = parser.parse_args()
    token = sign_in()
    if options.number:
        give_opinion(token, options.number, options.words)
    else:
        show(token)


if __name__ == "__main__":
    try:
        main()
    except Problem as problem:
        raise SystemExit(f"{problem}") from None
