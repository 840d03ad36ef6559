"""The archive package: everything of the case in one file, the same bytes each time, and proofs that can fail."""

from __future__ import annotations

import hashlib
import io
import json
import uuid
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from tests.support import builders
from tongban.demo import samples
from tongban.ground.documents.models import Document
from tongban.ground.errors import Conflict, NotFound, Refusal
from tongban.ground.ledger.selectors import events_of
from tongban.ground.storage.selectors import open_file
from tongban.launch import verify
from tongban.procedures.cases import services
from tongban.procedures.cases.archive import build_package, package_of, retention_of, verify_package
from tongban.procedures.cases.loading import load
from tongban.procedures.cases.models import ArchivePackage, Case, Opinion, Proceeding
from tongban.procedures.cases.services import archiving
from tongban.registry.parties.models import Post

pytestmark = pytest.mark.django_db


def a_closed_case() -> uuid.UUID:
    case_id = builders.a_granted_case()
    services.deliver(builders.resident(), case_id, mode="portal")
    builders.settle(case_id)
    assert load(case_id).state == "closed"
    return case_id


@pytest.fixture(scope="module")
def closed_case(kept) -> uuid.UUID:
    """A granted hygiene licence that has been delivered and closed; one for all tests, each undoes its own."""
    return kept(a_closed_case)


@pytest.fixture(scope="module")
def packed(kept, closed_case) -> bytes:
    """Its package before anybody did anything to it."""
    return kept(lambda: build_package(closed_case).content)


def opened(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def repacked(content: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The package after somebody has changed its files (and nothing else)."""
    files = opened(content)
    change(files)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, held in files.items():
            archive.writestr(zipfile.ZipInfo(name), held)
    return out.getvalue()


def relisted(content: bytes, path: str, held: bytes) -> bytes:
    """A clever forger: the file is changed and its fingerprint in the manifest too."""

    def change(files: dict[str, bytes]) -> None:
        files[path] = held
        manifest = json.loads(files["manifest.json"])
        for entry in manifest["entries"]:
            if entry["path"] == path:
                entry["sha256"], entry["size"] = hashlib.sha256(held).hexdigest(), len(held)
        files["manifest.json"] = json.dumps(manifest).encode()

    return repacked(content, change)


def properties(content: bytes) -> set[str]:
    return {finding.property for finding in verify_package(content).findings}


@pytest.mark.covers("ARC-01")
def test_a_package_holds_form_materials_opinions_papers_and_ledger(closed_case):
    package = build_package(closed_case)
    files = opened(package.content)
    assert package.entries == len(files) - 1
    by_category = {}
    for entry in package.manifest["entries"]:
        by_category.setdefault(entry["category"], []).append(entry["path"])
    assert by_category["form"] == ["form/application-01.json", "form/application-01.pdf"]
    assert len(by_category["material"]) == len(load(closed_case).materials)
    assert len(by_category["paper"]) == Document.objects.filter(subject_id=closed_case).count()
    opinions = json.loads(files["records/opinions.json"])
    assert [o["text"] for o in opinions] == [o.text for o in Opinion.objects.filter(case_id=closed_case)]
    assert json.loads(files["records/decision.json"])[0]["outcome"] == "granted"
    events = json.loads(files["ledger/events.json"])
    assert [e["hash"] for e in events] == [e.hash.hex() for e in events_of("case", closed_case)]
    assert events[-1]["kind"] == "case.closed"


def test_the_manifest_names_case_authority_version_and_retention(closed_case):
    manifest, case = build_package(closed_case).manifest, Case.objects.get(id=closed_case)
    assert manifest["case"]["number"] == case.number
    assert manifest["case"]["version_hash"] == case.version_hash
    assert manifest["authority"]["uscc"]
    assert manifest["retention"]["period"] == "30年"
    assert manifest["ledger"]["head"] == bytes(case.head).hex()


def test_the_same_case_gives_the_same_bytes(closed_case):
    assert build_package(closed_case).content == build_package(closed_case).content


@pytest.mark.covers("ARC-02")
def test_an_untouched_package_is_authentic_whole_usable_and_safe(packed):
    verdict = verify_package(packed)
    assert verdict.findings == ()
    told = verdict.to_json()
    assert (told["authentic"], told["whole"], told["usable"], told["safe"]) == (True, True, True, True)


def test_a_changed_file_is_found_by_its_fingerprint(packed):
    def change(files: dict[str, bytes]) -> None:
        path = next(p for p in files if p.startswith("materials/"))
        files[path] = files[path] + b" "

    assert "whole" in properties(repacked(packed, change))


def test_a_missing_and_an_added_file_are_found(packed):
    assert properties(repacked(packed, lambda files: files.pop("records/opinions.json"))) == {"whole"}
    assert properties(repacked(packed, lambda files: files.update({"papers/900-extra.pdf": b"x"}))) == {"whole"}


def test_a_forged_event_breaks_the_chain_even_with_a_new_manifest(packed):
    events = json.loads(opened(packed)["ledger/events.json"])
    events[2]["occurred_at"] = "2020-01-01T00:00:00.000000+00:00"
    assert "authentic" in properties(relisted(packed, "ledger/events.json", json.dumps(events).encode()))


def test_an_event_left_out_at_the_end_is_found(packed):
    events = json.loads(opened(packed)["ledger/events.json"])[:-1]
    assert properties(relisted(packed, "ledger/events.json", json.dumps(events).encode())) == {"authentic"}


def test_a_forged_answer_does_not_match_what_was_submitted(packed):
    form = json.loads(opened(packed)["form/application-01.json"])
    form["answers"]["premises.name"] = "别的店"
    forged = relisted(packed, "form/application-01.json", json.dumps(form).encode())
    assert properties(forged) == {"authentic"}


def test_a_replaced_paper_has_no_valid_signature(packed):
    files = opened(packed)
    paper = next(p for p in files if p.endswith("decision_grant.pdf"))
    assert "authentic" in properties(relisted(packed, paper, files["form/application-01.pdf"]))


def test_a_paper_that_the_ledger_names_cannot_be_dropped(packed):

    def change(files: dict[str, bytes]) -> None:
        paper = next(p for p in files if p.endswith("acceptance_notice.pdf"))
        del files[paper]
        manifest = json.loads(files["manifest.json"])
        manifest["entries"] = [e for e in manifest["entries"] if e["path"] != paper]
        files["manifest.json"] = json.dumps(manifest).encode()

    assert properties(repacked(packed, change)) == {"whole"}


@pytest.mark.parametrize("path", ["../../etc/passwd", "/etc/passwd", "materials/..\\x", "纸.pdf"])
def test_a_path_that_leaves_the_package_is_unsafe(packed, path: str):
    content = repacked(packed, lambda files: files.update({path: b"x"}))
    assert properties(content) == {"safe"}


def test_compressed_or_foreign_files_are_no_package():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", "{}" * 1000)
    assert properties(out.getvalue()) == {"safe"}
    assert properties(b"not a zip") == {"usable"}
    assert properties(repacked(out.getvalue(), lambda files: None)) == {"whole"}


@pytest.mark.slow
def test_every_round_of_a_corrected_application_is_in_the_package_and_proves_right():
    case_id = builders.a_submitted_case()
    items = [{"target": "material", "code": "floor_plan", "fault": "看不清", "remedy": "重新拍照"}]
    services.request_correction(builders.clerk(), case_id, items=items)
    who = builders.resident()
    file = samples.file_for("floor_plan", {}, who.account_id, corrected=True)
    services.submit_correction(who, case_id, answers={}, files={"floor_plan": [str(file)]})
    services.withdraw(who, case_id, reason="另行选址")
    builders.settle(case_id)
    package = build_package(case_id)
    plans = [e for e in package.manifest["entries"] if e["facts"].get("code") == "floor_plan"]
    assert [(e["facts"]["round"], e["facts"]["state"]) for e in plans] == [(1, "replaced"), (2, "given")]
    assert "form/application-02.json" in opened(package.content)
    assert verify_package(package.content).findings == ()


@pytest.mark.covers("ARC-01")
def test_archiving_is_an_act_with_its_own_receipt(closed_case):
    done = services.archive_by_system(closed_case)
    assert done.state == "closed"
    package = ArchivePackage.objects.select_related("file").get(case_id=closed_case)
    content = open_file(package.file)
    assert verify_package(content).content_hash == package.content_hash
    assert package.number.endswith("号") and "档〔" in package.number
    event = events_of("case", closed_case)[-1]
    assert event.kind == "case.archived"
    assert event.body["content_hash"] == package.content_hash
    receipt = Document.objects.get(id=package.receipt_id)
    assert event.body["documents"] == [str(receipt.id)]
    builders.settle(closed_case)
    receipt.refresh_from_db()
    assert (receipt.kind, receipt.state) == ("archive_receipt", "sealed")


@pytest.mark.slow
def test_the_command_tells_a_registered_package_from_a_strange_one(closed_case):
    strange = build_package(closed_case).content
    told, good = verify._archive(strange)
    assert (told["ok"], told["registered"], good) == (True, False, False)
    services.archive_by_system(closed_case)
    kept = open_file(ArchivePackage.objects.select_related("file").get(case_id=closed_case).file)
    assert kept == strange
    told, good = verify._archive(kept)
    assert (told["registered"], good) == (True, True)


def test_a_case_is_archived_once(closed_case):
    services.archive_by_system(closed_case)
    with pytest.raises(Refusal) as caught:
        services.archive_by_system(closed_case)
    assert caught.value.code == "archive.done"


def test_a_case_that_goes_on_is_not_archived():
    with pytest.raises(Refusal) as caught:
        services.archive_by_system(builders.a_case_in_review())
    assert caught.value.code == "archive.open"


def test_an_open_matter_keeps_the_case_out_of_the_archive(closed_case):
    at = Case.objects.get(id=closed_case).submitted_at
    Proceeding.objects.create(case_id=closed_case, kind="commitment", opened_at=at)
    with pytest.raises(Refusal) as caught:
        services.archive_by_system(closed_case)
    assert caught.value.code == "archive.open_matters"


def test_a_clerk_does_not_archive(closed_case):
    with pytest.raises(Refusal) as caught:
        services.archive(builders.clerk(), closed_case)
    assert caught.value.code == "case.not_allowed"


@pytest.mark.slow
@pytest.mark.covers("ARC-02")
def test_an_archivist_archives_and_takes_the_package_out_on_record(closed_case):
    archivist = builders.holder_of(Post.objects.get(roles__contains=["archivist"]).pk)
    services.archive(archivist, closed_case)
    person_id = load(closed_case).applicant_person_id
    seen = len(events_of("person", person_id))
    package, content = package_of(archivist, closed_case)
    assert package.archived_by == archivist.staff_id
    assert verify_package(content).ok
    assert len(events_of("person", person_id)) == seen + 1
    for who in (builders.clerk(), builders.resident(), builders.resident("沈知夏")):
        with pytest.raises(NotFound):
            package_of(who, closed_case)


@pytest.mark.slow
def test_what_happens_while_packing_is_not_lost(closed_case, monkeypatch: pytest.MonkeyPatch):
    honest = archiving.build_package
    monkeypatch.setattr(archiving, "build_package", lambda case_id: replace(honest(case_id), seq=1))
    with pytest.raises(Conflict):
        services.archive_by_system(closed_case)
    assert not ArchivePackage.objects.filter(case_id=closed_case).exists()


@pytest.mark.parametrize(
    ("words", "ended", "until"),
    [
        ("永久", date(2026, 5, 1), None),
        ("30年", date(2026, 1, 1), date(2056, 12, 31)),
        ("10 年", date(2026, 12, 31), date(2036, 12, 31)),
    ],
)
def test_retention_counts_whole_years_after_the_year_of_the_end(words: str, ended: date, until: date | None):
    assert retention_of(words, ended).until == until


def test_retention_without_a_number_of_years_is_no_retention():
    with pytest.raises(ValueError, match="retention"):
        retention_of("长期", date(2026, 1, 1))
