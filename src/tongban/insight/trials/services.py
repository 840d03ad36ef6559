"""Writers of the trial run: its dates, and the old system's list, loaded whole or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Protocol

from django.db import transaction

from tongban.ground import moment
from tongban.ground.errors import NotFound, Refusal
from tongban.ground.ledger.chain import EventDraft
from tongban.ground.ledger.services import append
from tongban.ground.ledger.subjects import SubjectRef
from tongban.ground.parameters.services import set_value
from tongban.ground.policy import Principal
from tongban.ground.storage.scanning import scan_file
from tongban.ground.storage.services import clean_name
from tongban.insight.trials import reading, selectors
from tongban.insight.trials.models import TrialCase, TrialList
from tongban.insight.trials.reading import OldCase
from tongban.registry.catalog.imports import opening
from tongban.registry.catalog.imports.faults import Faults
from tongban.registry.catalog.models import Item
from tongban.registry.parties.models import Region
from tongban.registry.parties.services import actor_of

MOST_BYTES = 20 * 1024 * 1024
LONGEST_MONTHS = 24
BASIS = "试运行方案"
_BLOCK = 1 << 20


class Upload(Protocol):
    """What a form's file gives."""

    def read(self, size: int, /) -> bytes:
        """The next piece."""


class FaultyList(Refusal):
    """Some rows are wrong, so nothing was loaded; ``faults`` names them by row and column."""

    def __init__(self, faults: Faults) -> None:
        sentence = f"清单有 {faults.total} 处错误，一行也没有读入"
        super().__init__("trial.faulty", sentence, "file", "按下面的行和列改好，再上传一次")
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Loaded:
    """The list that stands now; ``new`` is false when the same file stood there before."""

    old_list: TrialList
    new: bool


def set_span(principal: Principal, start: date | None, months: int | None, basis: str) -> None:
    """From which day the trial run goes, and for how many months; a parameter of the region with its basis.

    :raises Refusal: no such day, or not 1 to :data:`LONGEST_MONTHS` months.
    """
    if start is None:
        raise Refusal("trial.start", "请选择试运行从哪天开始", "start", "写成 2026-12-01 这样")
    if months is None or not 1 <= months <= LONGEST_MONTHS:
        raise Refusal("trial.months", f"试运行的月数是 1 到 {LONGEST_MONTHS}", "months", "一般是 3 个月")
    region = region_of(principal)
    newest = selectors.newest_span(region.pk)
    first = moment.today()
    if newest is not None and newest.valid.lower >= first:
        first = newest.valid.lower + timedelta(days=1)  # corrected on the day on which it was set
    value = {"start": start.isoformat(), "months": months}
    if newest is None or (newest.value, newest.basis) != (value, basis.strip() or BASIS):
        actor = actor_of(principal, "desk")
        set_value(selectors.SPAN, value, valid_from=first, basis=basis.strip() or BASIS, actor=actor, region=region.pk)


def load(principal: Principal, content: Upload, name: str) -> Loaded:
    """Read a list and let it be the list of the principal's region. The same file again changes nothing.

    :raises FaultyList: some rows are wrong; what stood before stands still.
    :raises Refusal: it is no list that can be read.
    """
    region = region_of(principal)
    with _on_disk(content) as path:
        scan_file(path, clean_name(name))
        file_hash = opening.fingerprint(path)
        standing = selectors.list_of(region.pk)
        if standing is not None and standing.file_hash == file_hash:
            return Loaded(standing, new=False)
        items = selectors.items_by_words(region.no, region.end_no)
        cases, faults = reading.read(opening.open_grid(path, name), items)
    if faults.total:
        raise FaultyList(faults)
    return Loaded(_replace(principal, region, cases, clean_name(name), file_hash), new=True)


def record_read(principal: Principal, read: TrialList, shown: int, how: str) -> None:
    """Somebody read names (masked) of this list's comparison: one event. ``how``: ``page`` or ``file``."""
    event = EventDraft("trial_list.read", {"shown": shown, "how": how})
    append(SubjectRef("trial_list", read.pk), [event], actor_of(principal, "desk"))


def region_of(principal: Principal) -> Region:
    """The region that the principal's post looks after. :raises NotFound: none."""
    found = Region.objects.filter(no=principal.region_no).first()
    if found is None:
        raise NotFound
    return found


def _replace(principal: Principal, region: Region, cases: list[OldCase], name: str, file_hash: str) -> TrialList:
    """A list of the old system was loaded whole; the rows of the one before are gone."""
    with transaction.atomic():
        Region.objects.select_for_update().get(pk=region.pk)  # two uploads at once: the second replaces the first
        made = TrialList.objects.create(
            region=region,
            file_name=name,
            file_hash=file_hash,
            rows=len(cases),
            loaded_by=principal.staff_id,
            loaded_at=moment.now(),
        )
        TrialCase.objects.filter(old_list__region=region).delete()
        departments = dict(Item.objects.filter(pk__in={c.item_id for c in cases}).values_list("pk", "authority_id"))
        TrialCase.objects.bulk_create(
            (
                TrialCase(
                    old_list=made,
                    old_number=case.number,
                    item_id=case.item_id,
                    department_id=departments[case.item_id],
                    applicant=case.applicant,
                    mark=case.mark,
                    accepted_on=case.accepted_on,
                    decided_on=case.decided_on,
                    outcome=case.outcome,
                )
                for case in cases
            ),
            batch_size=1000,
        )
        body = {"rows": len(cases), "file_hash": file_hash, "region": region.code}
        append(SubjectRef("trial_list", made.pk), [EventDraft("trial_list.loaded", body)], actor_of(principal, "desk"))
    return made


@contextmanager
def _on_disk(content: Upload) -> Iterator[Path]:
    """The upload as a file, gone afterwards: only its rows and its fingerprint are kept."""
    with tempfile.NamedTemporaryFile(prefix="tongban-trial-") as file:
        size = 0
        while block := content.read(_BLOCK):
            size += len(block)
            if size > MOST_BYTES:
                most = MOST_BYTES // 1024 // 1024
                raise Refusal("trial.too_large", f"文件超过 {most} MB", "file", "删掉不用的列，或分成几段")
            file.write(block)
        file.flush()
        yield Path(file.name)
