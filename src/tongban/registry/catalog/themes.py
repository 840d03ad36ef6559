"""Themes (主题) under which people look for an item: key in addresses, name, icon of the sprite. Pure data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Theme:
    """One theme of the portal."""

    key: str
    name: str
    icon: str


_ALL = (
    Theme("opening", "开店经营", "shop"),
    Theme("health", "医疗卫生", "med"),
    Theme("construction", "工程建设", "building"),
    Theme("transport", "交通出行", "car"),
    Theme("identity", "户籍身份", "user"),
    Theme("family", "生育婚姻", "heart"),
    Theme("education", "教育科研", "school"),
    Theme("work", "就业创业", "work"),
    Theme("insurance", "社会保障", "shield"),
    Theme("housing", "住房房产", "house"),
    Theme("tax", "纳税缴费", "yuan"),
    Theme("justice", "司法公证", "scale"),
)
THEMES: Mapping[str, Theme] = {theme.key: theme for theme in _ALL}
