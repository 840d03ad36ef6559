"""The list of items of 云溪市 beside those handled on the platform: read by the importer itself, as a steward would.

``data/listed_items.csv`` is invented like its city: names of permits and their legal bases are real (the column
依据核对 says which basis was found in the text of its law), times, visits, places, phones and codes (99...) are
illustrations, and the list says so of itself. Some cells are empty and a few contradict each other, as in life.
"""

from __future__ import annotations

from pathlib import Path

from tongban.demo import names
from tongban.ground.errors import NotFound
from tongban.ground.ledger.chain import Actor
from tongban.registry.catalog.imports import services
from tongban.registry.catalog.imports.runs import Order
from tongban.registry.parties.models import Region, StaffPost

FILE = Path(__file__).parent / "data" / "listed_items.csv"
CITY_CODE = "339900"


def load() -> int:
    """Import the list; what stands there already stays. Returns how many items are new or changed.

    Departments that the list names and the city does not know yet are made.
    """
    region = Region.objects.filter(code=CITY_CODE).first()
    if region is None:
        raise NotFound("demo.region", "还没有云溪市，先载入地区和部门")
    order = Order(region, FILE.name, make_all=True)
    found, _ = services.run(FILE, order, _steward(), lambda _rows: None, dry_run=False)
    if not found.good:
        raise ValueError("\n".join(fault.words for fault in found.faults))
    return found.counts.created + found.counts.changed


def _steward() -> Actor:
    """The city's data steward, in whose name the list stands in the ledger."""
    held = StaffPost.objects.filter(post__name=names.STEWARD_POST).order_by("pk").first()
    if held is None:
        raise NotFound("demo.steward", "还没有数据管理岗的人员，先载入演示人员")
    return Actor("staff", held.staff_id, held.post_id, "data_steward", channel="command")
