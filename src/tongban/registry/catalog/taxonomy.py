"""Closed lists by which items are found and counted besides themes: life stages, public-service domains, item types.

Pure data; a stage or domain is a key in addresses, a name, an icon of the sprite.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Category:
    """One entry of a closed list. ``audience``: ``person`` or ``organisation``; empty for both."""

    key: str
    name: str
    icon: str = ""
    audience: str = ""


def _by_key(*entries: Category) -> Mapping[str, Category]:
    return {entry.key: entry for entry in entries}


LIFE_STAGES: Mapping[str, Category] = _by_key(
    Category("birth", "出生", "baby", "person"),
    Category("schooling", "入学", "school", "person"),
    Category("employment", "就业参保", "work", "person"),
    Category("home", "买房租房", "key", "person"),
    Category("marriage", "结婚生育", "ring", "person"),
    Category("illness", "看病就医", "med", "person"),
    Category("retirement", "退休养老", "sunset", "person"),
    Category("farewell", "身后事", "leaf", "person"),
    Category("start_up", "开办", "shop", "organisation"),
    Category("premises", "场地装修", "building", "organisation"),
    Category("permits", "准入准营", "shield", "organisation"),
    Category("hiring", "用工社保", "user", "organisation"),
    Category("operating", "经营变更", "refresh", "organisation"),
    Category("building", "工程建设", "building", "organisation"),
    Category("support", "惠企政策", "yuan", "organisation"),
    Category("closing", "歇业注销", "out", "organisation"),
)
"""人生阶段和企业阶段, in the order in which they come."""

DOMAINS: Mapping[str, Category] = _by_key(
    Category("education", "公共教育"),
    Category("employment", "劳动就业"),
    Category("insurance", "社会保险"),
    Category("health", "医疗卫生"),
    Category("elderly_care", "养老服务"),
    Category("social_service", "社会服务"),
    Category("housing", "住房保障"),
    Category("culture_sport", "文化体育"),
    Category("disability", "残疾人服务"),
)
"""公共服务领域 (CAT-02): nine named fields, extensible."""

ITEM_TYPES: Mapping[str, str] = {
    "licensing": "行政许可",
    "confirmation": "行政确认",
    "adjudication": "行政裁决",
    "payment": "行政给付",
    "award": "行政奖励",
    "filing": "行政备案",
    "other_power": "其他行政权力",
    "public_service": "公共服务",
}
"""事项类型 (CAT-01): seven powers on application, and public services."""

APPLICATION_MODES: Mapping[str, str] = {
    "online": "网上申请",
    "window": "窗口申请",
    "post": "邮寄申请",
    "phone": "电话申请",
}
SCOPES: Mapping[str, str] = {
    "county": "全县（区）通办",
    "city": "全市通办",
    "province": "全省通办",
    "cross_province": "跨省通办",
}

INDUSTRIES: Mapping[str, str] = {
    "A": "农、林、牧、渔业",
    "B": "采矿业",
    "C": "制造业",
    "D": "电力、热力、燃气及水生产和供应业",
    "E": "建筑业",
    "F": "批发和零售业",
    "G": "交通运输、仓储和邮政业",
    "H": "住宿和餐饮业",
    "I": "信息传输、软件和信息技术服务业",
    "J": "金融业",
    "K": "房地产业",
    "L": "租赁和商务服务业",
    "M": "科学研究和技术服务业",
    "N": "水利、环境和公共设施管理业",
    "O": "居民服务、修理和其他服务业",
    "P": "教育",
    "Q": "卫生和社会工作",
    "R": "文化、体育和娱乐业",
    "S": "公共管理、社会保障和社会组织",
    "T": "国际组织",
}
"""所属行业: sections of the national classification (GB/T 4754-2017); a finer code begins with its section's letter."""
