"""Where an article stands (栏目): a closed tree of two steps, each leaf with its kind. Pure data (PRT-10, CMS-01)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

NOTICE, POLICY = "notice", "policy"
KINDS: Mapping[str, str] = {NOTICE: "通知公告", POLICY: "惠企惠民政策"}


@dataclass(frozen=True)
class Column:
    """A leaf: ``path`` are the names from the top down, ``kind`` decides which list of the home page shows it."""

    key: str
    kind: str
    path: tuple[str, ...]

    @property
    def name(self) -> str:
        """The last step."""
        return self.path[-1]


def _by_key(*columns: Column) -> Mapping[str, Column]:
    return {column.key: column for column in columns}


COLUMNS: Mapping[str, Column] = _by_key(
    Column("opening", NOTICE, ("办事大厅", "开放时间")),
    Column("service", NOTICE, ("办事大厅", "事项变动")),
    Column("system", NOTICE, ("办事大厅", "系统维护")),
    Column("lists", NOTICE, ("政务公开", "清单公布")),
    Column("open", NOTICE, ("政务公开", "通知公告")),
    Column("people", POLICY, ("政策", "惠民政策")),
    Column("enterprise", POLICY, ("政策", "惠企政策")),
)
"""Columns in the order of the editor's list."""
