"""The other side of the credit platform, runnable: reads batches from a folder, checks them, answers with receipts.

It trusts nothing: signature, hash, format and every record are checked as the real platform would. What it took is
kept under ``taken/``, so that both sides can be counted (reconciliation).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from tongban.ground.errors import Refusal
from tongban.ground.identifiers import parse_uscc

FORMAT: Final = "tongban-credit-batch/1"
RECEIPTS: Final = "receipts"
TAKEN: Final = "taken"


def answer(folder: Path) -> int:
    """Answer every batch that has no receipt yet; gives how many were answered."""
    receipts = folder / RECEIPTS
    receipts.mkdir(parents=True, exist_ok=True, mode=0o700)
    done = 0
    for path in sorted(folder.glob("*.json")):
        receipt = receipts / path.name
        if not receipt.exists():
            told = judge(json.loads(path.read_text(encoding="utf-8")))
            _keep(folder, path, told)
            receipt.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
            done += 1
    return done


def judge(envelope: Mapping[str, Any]) -> dict[str, Any]:
    """The receipt of a batch: which records are taken, which go back and why."""
    number = str(envelope.get("number", ""))
    fault = _fault(envelope)
    records: list[dict[str, Any]] = [] if fault == _NO_RECORDS else _records(envelope)
    accepted, rejected = [], []
    for one in records:
        reason = fault or _wrong(one)
        if reason:
            rejected.append({"id": str(one.get("id", "")), "reason": reason})
        else:
            accepted.append(str(one["id"]))
    return {"receipt": f"HZ-{number}", "batch": number, "accepted": accepted, "rejected": rejected}


_NO_RECORDS = "内容读不出来"


def _fault(envelope: Mapping[str, Any]) -> str:
    """What is wrong with the batch as a whole; empty: nothing."""
    try:
        content = str(envelope["content"]).encode()
        if envelope["format"] != FORMAT:
            return "批次格式不认识"
        key = serialization.load_pem_public_key(str(envelope["public_key"]).encode())
        if not isinstance(key, ed25519.Ed25519PublicKey):
            return "签名的算法不认识"
        key.verify(bytes.fromhex(str(envelope["signature"])), content)
        if hashlib.sha256(content).hexdigest() != envelope["content_hash"]:
            return "指纹和内容不一致"
        json.loads(content)["records"]
    except InvalidSignature:
        return "签名核验不通过"
    except (KeyError, TypeError, ValueError):
        return _NO_RECORDS
    return ""


def _records(envelope: Mapping[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(str(envelope["content"]))["records"]
    return found


def _wrong(record: Mapping[str, Any]) -> str:
    """Why one record goes back; empty: it is taken."""
    try:
        parse_uscc(str(record["uscc"]))
        date.fromisoformat(str(record["occurred_on"]))
    except Refusal:
        return "统一社会信用代码不对"
    except (KeyError, ValueError):
        return "缺统一社会信用代码或者日期"
    return "" if record.get("kind") and record.get("basis") else "缺种类或者依据"


def _keep(folder: Path, path: Path, told: Mapping[str, Any]) -> None:
    """The ids that were taken, under the day of the batch, so that the day can be counted."""
    if not told["accepted"]:
        return
    day = json.loads(json.loads(path.read_text(encoding="utf-8"))["content"])["made_on"]
    kept = folder / TAKEN / str(day)
    kept.mkdir(parents=True, exist_ok=True, mode=0o700)
    (kept / path.name).write_text(json.dumps(told["accepted"]), encoding="utf-8")


def counted(folder: Path, day: date) -> tuple[int, str]:
    """How many records of the batches of a day were taken, and the hash over their sorted ids."""
    ids: list[str] = []
    for path in sorted((folder / TAKEN / day.isoformat()).glob("*.json")):
        ids += json.loads(path.read_text(encoding="utf-8"))
    return len(ids), digest(ids)


def digest(ids: Iterable[str]) -> str:
    """sha256 over the sorted ids, one a line: both sides count the same way."""
    return hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()
