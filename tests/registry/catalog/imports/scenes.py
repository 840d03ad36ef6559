"""Imports through the services, as the command line drives them."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from tests.registry.catalog.imports import files
from tongban.ground.ledger.chain import Actor
from tongban.registry.catalog.imports import services
from tongban.registry.catalog.imports.runs import Order, Outcome
from tongban.registry.catalog.models import CatalogueEntry, HandlingOption, Item
from tongban.registry.parties.models import Region

OPERATOR = Actor(kind="system", role="operator", channel="command")


def city() -> Region:
    """云溪市."""
    return Region.objects.get(code="339900")


def bring(
    path: Path, *, region: Region | None = None, dry_run: bool = False, **order: Any
) -> tuple[Outcome, UUID | None]:
    """Import a file for the city (or another region)."""
    chosen = Order(region or city(), path.name, **order)
    return services.run(path, chosen, OPERATOR, lambda _rows: None, dry_run=dry_run)


def listing(folder: Path, records: list[dict[str, Any]], name: str = "list.csv") -> Path:
    """A text file of these rows."""
    return files.written(folder, name, files.as_csv(records))


def state() -> dict[str, Any]:
    """Everything of the catalogue that an import may touch, as far as anybody can see it."""
    options = HandlingOption.objects.filter(retired_at=None).order_by("code")
    return {
        "options": list(
            options.values_list(
                "code", "slug", "name", "kind", "standing", "listing", "facets", "item_id", "listed_at", "last_import"
            )
        ),
        "items": list(
            Item.objects.filter(options__in=options)
            .order_by("code")
            .distinct()
            .values_list("code", "name", "group_name", "authority_id", "region_id", "entry_id")
        ),
        "entries": list(
            CatalogueEntry.objects.filter(item__options__in=options).order_by("code").distinct().values_list()
        ),
    }


def for_pages() -> dict[str, str]:
    """For the pages of a running site: an applied import, one with faults, and the address of a listed option."""
    import io

    from tests.support.builders import staff
    from tongban.registry.catalog.imports import runs
    from tongban.registry.catalog.models import CatalogueImport

    steward = staff("唐宇轩")
    rows = [files.row(1, 实施主体="云溪市侨务办公室"), files.row(2, 到办事现场次数="多次"), files.row(3)]
    batch = services.upload(steward, city().pk, io.BytesIO(files.as_csv(rows, "gb18030")), "街道清单.csv")
    runs.survey(batch.pk)
    batch.refresh_from_db()
    services.begin_check(steward, batch.pk, batch.mapping)
    runs.check(batch.pk, OPERATOR)
    applied = CatalogueImport.objects.filter(state="applied").latest("begun_at")
    option = HandlingOption.objects.filter(standing="listed", name="药品零售企业许可").get()
    return {"import": str(applied.pk), "faulty": str(batch.pk), "listed": option.slug}
