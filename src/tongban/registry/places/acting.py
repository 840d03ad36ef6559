"""How an act on a hall or a window is done: who may, which row, one commit with its events."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from tongban.ground import acts, moment
from tongban.ground.changes import Outcome, Subject
from tongban.ground.errors import Conflict, NotFound, Refusal
from tongban.ground.policy import Principal, Target, allowed
from tongban.registry.parties.services import actor_of
from tongban.registry.places import rules
from tongban.registry.places.models import Hall, Window

CONFIGURE = "places.hall.configure"


def require_manager(by: Principal, region_no: int) -> None:
    """The hall manager of the region, or the house itself in the night. :raises Refusal: anybody else."""
    if by.kind == "system":
        return
    if by.staff_id is None or not allowed(by, CONFIGURE, Target(region_no=region_no)):
        raise Refusal("place.not_allowed", "您当前的岗位不能做这一步", remedy="请切换到有权限的岗位，或请同事办理")


def hall_to_configure(by: Principal, hall: uuid.UUID, *, lock: bool = False) -> Hall:
    """A hall that the acting post may configure; one query. Raises ``NotFound``."""
    rows = Hall.objects.select_for_update() if lock else Hall.objects.all()
    row = rows.filter(pk=hall).first()
    if row is None:
        raise NotFound("hall.not_found", "没有找到这个大厅，或不在您的管理范围内")
    require_manager(by, row.region_no)
    return row


def at_hall(by: Principal, hall: uuid.UUID, decide: Callable[[Hall], Outcome]) -> None:
    """One act on a hall: load, decide, commit with its events."""

    def both(row: Hall) -> tuple[Subject, Outcome]:
        return Subject("hall", rules.HALL, row.pk, row.seq, bytes(row.head), row.region_no), decide(row)

    acts.perform(lambda lock: hall_to_configure(by, hall, lock=lock), both, actor_of(by, "desk"), moment.now())


def at_window(by: Principal, window: uuid.UUID, decide: Callable[[Window], Outcome]) -> None:
    """One act on a window that is there still."""

    def load(lock: bool) -> Window:
        rows = Window.objects.select_for_update(of=("self",)) if lock else Window.objects.all()
        row = rows.select_related("hall").filter(pk=window, retired_on=None).first()
        if row is None:
            raise NotFound("window.not_found", "没有找到这个窗口，或不在您的管理范围内")
        require_manager(by, row.region_no)
        return row

    def both(row: Window) -> tuple[Subject, Outcome]:
        return Subject("window", rules.WINDOW, row.pk, row.seq, bytes(row.head), row.region_no), decide(row)

    acts.perform(load, both, actor_of(by, "desk"), moment.now())


def require_working(hall: Hall) -> None:
    """Nothing is set up in a hall that has ended. :raises Conflict: it was merged or closed."""
    if hall.ended is not None and hall.ended <= moment.today():
        raise Conflict("hall.ended", f"{hall.name}已经并入其他大厅或停办", remedy="到接手的大厅去设置")
