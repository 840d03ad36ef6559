"""Prove a package: authentic, whole, usable, safe (真实、完整、可用、安全; 国办发〔2023〕26号, ARC-02).

Everything is read from the file itself: an auditor needs no row of this platform, only the trusted roots of the seals.
Nothing is unpacked to disk, and nothing in the file is trusted before it has been checked.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import uuid
import zipfile
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from tongban.ground.errors import Refusal
from tongban.ground.ledger.chain import genesis
from tongban.ground.storage.images import check_image
from tongban.ground.storage.limits import MAX_PIXELS, MEBIBYTE
from tongban.ground.storage.pdfs import check_pdf
from tongban.ground.storage.sniffing import media_type
from tongban.procedures.cases.archive.manifest import FORMAT, MANIFEST
from tongban.procedures.cases.rules.paper_kinds import KINDS
from tongban.registry.catalog.version import content_hash

AUTHENTIC, WHOLE, USABLE, SAFE = "authentic", "whole", "usable", "safe"
WORDS = {AUTHENTIC: "真实性", WHOLE: "完整性", USABLE: "可用性", SAFE: "安全性"}
MOST_ENTRIES = 5000
MOST_BYTES = 2048 * MEBIBYTE
MOST_PAGES = 5000
_PLAIN = re.compile(r"^(?!/)(?!.*\.\.)[A-Za-z0-9_./-]{1,120}$")
_PDF, _JSON = "application/pdf", "application/json"


@dataclass(frozen=True)
class Finding:
    """What does not hold: one of the four properties, where, and a plain sentence."""

    property: str
    place: str
    sentence: str


@dataclass(frozen=True)
class Verification:
    """The verdict on a package; ``ok`` when nothing was found."""

    number: str
    entries: int
    content_hash: str
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """All four properties hold."""
        return not self.findings

    def holds(self, name: str) -> bool:
        """Whether one property holds."""
        return all(finding.property != name for finding in self.findings)

    def to_json(self) -> dict[str, Any]:
        """Plain data for the command line."""
        four = {name: self.holds(name) for name in WORDS}
        rest = {"number": self.number, "entries": self.entries, "content_hash": self.content_hash}
        return {"ok": self.ok, **four, **rest, "findings": [asdict(finding) for finding in self.findings]}


def verify_package(content: bytes, sealed: Collection[str] = ()) -> Verification:
    """Every finding about a package; an answer without one means that all four properties hold.

    :param sealed: fingerprints of papers that the register of seals knows; their signatures are not judged again (the
        web loads no library for signatures). An auditor gives none: every signature is judged.
    """
    digest = hashlib.sha256(content).hexdigest()
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, EOFError):
        return Verification("", 0, digest, (Finding(USABLE, "", "文件打不开，不是归档包"),))
    with archive:
        unsafe = tuple(_container(archive))
        if unsafe:
            return Verification("", len(archive.infolist()), digest, unsafe)
        try:
            files = {info.filename: archive.read(info) for info in archive.infolist()}
        except (zipfile.BadZipFile, EOFError, OSError):
            return Verification("", 0, digest, (Finding(WHOLE, "", "归档包有损坏，读不全"),))
    manifest = _manifest(files)
    if isinstance(manifest, Finding):
        return Verification("", len(files), digest, (manifest,))
    findings = (*_whole(files, manifest), *_usable(files, manifest), *_authentic(files, manifest, sealed))
    return Verification(str(manifest["case"]["number"]), len(manifest["entries"]), digest, findings)


def _container(archive: zipfile.ZipFile) -> Iterator[Finding]:
    """Names, sizes and encryption, before a single byte is read."""
    infos = archive.infolist()
    if len(infos) > MOST_ENTRIES or sum(info.file_size for info in infos) > MOST_BYTES:
        yield Finding(SAFE, "", "归档包过大或文件过多")
        return
    for name, count in Counter(info.filename for info in infos).items():
        if count > 1:
            yield Finding(SAFE, name, "同一个路径出现了两次")
        if not _PLAIN.match(name):
            yield Finding(SAFE, name[:120], "文件路径不安全")
    for info in infos:
        if info.flag_bits & 1:
            yield Finding(SAFE, info.filename, "文件加了密，不能单套保存")
        if info.compress_type != zipfile.ZIP_STORED:
            yield Finding(SAFE, info.filename, "文件经过压缩，归档包只允许原样存放")


def _manifest(files: Mapping[str, bytes]) -> dict[str, Any] | Finding:
    """The manifest, when it has the shape that the other checks rely on."""
    try:
        found = json.loads(files[MANIFEST])
        if found["format"] != FORMAT:
            return Finding(USABLE, MANIFEST, f"不认识的归档包格式：{found['format']}")
        uuid.UUID(found["case"]["id"])
        for entry in found["entries"]:
            str(entry["path"]), str(entry["category"]), str(entry["media_type"]), dict(entry["facts"])
            int(entry["size"]), str(entry["sha256"])
        str(found["case"]["number"]), int(found["ledger"]["seq"]), str(found["ledger"]["head"])
        str(found["retention"]["period"])
        if "supplement" in found:
            int(found["supplement"]["from_seq"]), bytes.fromhex(found["supplement"]["head"])
    except (KeyError, TypeError, ValueError):
        return Finding(WHOLE, MANIFEST, "目录缺失或者写法不对")
    manifest: dict[str, Any] = found
    return manifest


# ---- whole ----


def _whole(files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> Iterator[Finding]:
    listed = {entry["path"]: entry for entry in manifest["entries"]}
    for path in sorted(files.keys() - listed.keys() - {MANIFEST}):
        yield Finding(WHOLE, path, "目录里没有这个文件")
    for path, entry in listed.items():
        if path not in files:
            yield Finding(WHOLE, path, "目录里有，包里没有")
        elif len(files[path]) != entry["size"] or hashlib.sha256(files[path]).hexdigest() != entry["sha256"]:
            yield Finding(WHOLE, path, "文件与目录中的指纹不一致")
    present = Counter(entry["category"] for entry in manifest["entries"])
    needed = (("form", "申请表"), ("paper", "文书"), ("ledger", "办理账本"))
    for category, name in needed[2:] if "supplement" in manifest else needed:
        if not present[category]:
            yield Finding(WHOLE, category, f"缺少{name}")
    papers = {entry["facts"].get("id") for entry in manifest["entries"] if entry["category"] == "paper"}
    for event in _events(files):
        for key in event.get("body", {}).get("documents", ()):
            if key not in papers:
                yield Finding(WHOLE, f"{event.get('kind')}", f"账本记载的文书 {key} 不在包里")


def _events(files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    try:
        found: list[dict[str, Any]] = json.loads(files["ledger/events.json"])
    except (KeyError, ValueError):
        return []
    return [event for event in found if isinstance(event, dict)] if isinstance(found, list) else []


# ---- usable and safe ----


def _usable(files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> Iterator[Finding]:
    """Every file opens and is what the manifest says; nothing that was handed in acts by itself."""
    for entry in manifest["entries"]:
        content = files.get(entry["path"])
        if content is None:
            continue
        if entry["media_type"] == _JSON:
            yield from _json(entry["path"], content)
        elif entry["media_type"] == _PDF:
            yield from _pdf(entry, content)
        elif entry["media_type"].startswith("image/"):
            yield from _image(entry, content)
        elif entry["media_type"] != "text/plain":
            yield Finding(USABLE, entry["path"], "不是适合长期保存的格式")


def _json(path: str, content: bytes) -> Iterator[Finding]:
    try:
        json.loads(content)
    except ValueError:
        yield Finding(USABLE, path, "数据文件读不出来")


def _pdf(entry: Mapping[str, Any], content: bytes) -> Iterator[Finding]:
    import pikepdf

    path = entry["path"]
    if media_type(content) != _PDF:
        yield Finding(USABLE, path, "不是 PDF 文件")
        return
    if entry["category"] in ("material", "form"):
        try:
            check_pdf(content, path, MOST_PAGES)
        except Refusal as refusal:
            yield Finding(SAFE if refusal.code == "file.active_pdf" else USABLE, path, refusal.sentence)
        return
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf, pdf.open_metadata() as about:
            if about.get("pdfaid:part") is None:
                yield Finding(USABLE, path, "文书不是 PDF/A 长期保存格式")
    except (pikepdf.PdfError, ValueError):
        yield Finding(USABLE, path, "文书打不开")


def _image(entry: Mapping[str, Any], content: bytes) -> Iterator[Finding]:
    if media_type(content) != entry["media_type"]:
        yield Finding(USABLE, entry["path"], "图片的实际格式与目录不符")
        return
    try:
        check_image(content, entry["path"], MAX_PIXELS)
    except Refusal as refusal:
        yield Finding(USABLE, entry["path"], refusal.sentence)


# ---- authentic ----


def _authentic(files: Mapping[str, bytes], manifest: Mapping[str, Any], sealed: Collection[str]) -> Iterator[Finding]:
    """The chain of events, the fingerprints of the application, the seals on the papers."""
    yield from _chain(_events(files), manifest)
    yield from _applications(files, manifest)
    yield from _seals(files, manifest, sealed)


def _chain(events: list[dict[str, Any]], manifest: Mapping[str, Any]) -> Iterator[Finding]:
    place = "ledger/events.json"
    supplement = manifest.get("supplement")
    head = bytes.fromhex(supplement["head"]) if supplement else genesis("case", uuid.UUID(manifest["case"]["id"]))
    first = int(supplement["from_seq"]) if supplement else 1
    for number, event in enumerate(events, first):
        plain = {key: value for key, value in event.items() if key != "hash"}
        text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        linked = hashlib.sha256(head + text.encode()).hexdigest()
        follows = event.get("prev_hash") == head.hex() and event.get("seq") == number
        if not follows or event.get("hash") != linked:
            yield Finding(AUTHENTIC, f"{place}#{number}", "账本的这个事件被改动过，或者次序断了")
            return
        head = bytes.fromhex(linked)
    if len(events) + first - 1 != manifest["ledger"]["seq"] or head.hex() != manifest["ledger"]["head"]:
        yield Finding(AUTHENTIC, place, "账本的末尾与目录不一致")


def _applications(files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> Iterator[Finding]:
    recorded = json.dumps([event.get("body") for event in _events(files)])
    for entry in manifest["entries"]:
        if entry["category"] != "form" or entry["media_type"] != _JSON:
            continue
        try:
            data = json.loads(files.get(entry["path"], b""))
            given = content_hash({"answers": data["answers"], "files": _given(manifest, data["round"])})
            named = str(data["content_hash"])
        except (ValueError, KeyError, TypeError):
            yield Finding(AUTHENTIC, entry["path"], "申请表数据读不出来")
            continue
        if given != named:
            yield Finding(AUTHENTIC, entry["path"], "申请表或者材料与提交时的指纹不一致")
        elif named not in recorded:
            yield Finding(AUTHENTIC, entry["path"], "账本里没有这次提交的指纹")


def _given(manifest: Mapping[str, Any], round_: int) -> dict[str, list[str]]:
    """The fingerprints of what was handed in with one submission, by material; deferred ones came later."""
    found: dict[str, list[str]] = {}
    for entry in manifest["entries"]:
        facts = entry["facts"]
        if entry["category"] == "material" and facts.get("round") == round_ and not facts.get("deferred"):
            found.setdefault(facts["code"], []).append(entry["sha256"])
    return found


def _seals(files: Mapping[str, bytes], manifest: Mapping[str, Any], sealed: Collection[str]) -> Iterator[Finding]:
    for entry in manifest["entries"]:
        kind = KINDS.get(entry["facts"].get("kind", ""))
        content = files.get(entry["path"])
        if entry["category"] != "paper" or content is None or (kind is not None and not kind.sealed):
            continue
        if hashlib.sha256(content).hexdigest() not in sealed and not _signed(content):
            yield Finding(AUTHENTIC, entry["path"], "文书的电子签名核验不通过")


def _signed(content: bytes) -> bool:
    """Signature, certificate and content of a sealed paper, judged by the file alone."""
    from tongban.registry.licences.signatures import judge

    return judge(content, None) == ("ok", "ok", "ok")
