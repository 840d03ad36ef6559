"""The other side of a webhook, with Python alone: check the signature, know a message that came before, answer fast.

    WEBHOOK_SECRET=whsec_... python webhook_receiver.py 9000

Register http://<this machine>:9000/ on the connections page and press 推送一条测试.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

SECRET = base64.b64decode(os.environ.get("WEBHOOK_SECRET", "").removeprefix("whsec_"))
TOLERANCE_SECONDS = 300
seen: set[str] = set()


def is_genuine(headers: Any, body: bytes) -> bool:
    """Standard Webhooks: HMAC-SHA256 over ``id.timestamp.body``, and a time that is near."""
    key, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not at.isdecimal() or abs(time.time() - int(at)) > TOLERANCE_SECONDS:
        return False
    signed = hmac.new(SECRET, f"{key}.{at}.".encode() + body, hashlib.sha256).digest()
    expected = "v1," + base64.b64encode(signed).decode()
    return any(hmac.compare_digest(expected, given) for given in headers.get("webhook-signature", "").split())


class Receiver(BaseHTTPRequestHandler):
    """Takes one message: 204 is the receipt; anything else is tried again later."""

    def do_POST(self) -> None:
        """Check, note, answer; do the work afterwards."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if not is_genuine(self.headers, body):
            self.send_error(401)
            return
        self.send_response(204)
        self.end_headers()
        key = self.headers["webhook-id"]
        if key not in seen:
            seen.add(key)  # a real system keeps the ids in its database
            told = json.loads(body)
            print(told["type"], told["data"].get("number", ""), told["data"].get("state_words", ""), flush=True)

    def log_message(self, *args: Any) -> None:
        """Only the messages are printed."""


if __name__ == "__main__":
    HTTPServer(("0.0.0.0", int(sys.argv[1])), Receiver).serve_forever()  # noqa: S104 - a receiver listens
