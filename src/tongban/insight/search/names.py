"""Names of items as search reads them: variants, what makes two of them one answer, what they are for. Pure."""

from __future__ import annotations

import re

from tongban.insight.search import tokens

_BRACKETS = re.compile(r"[(\[【〔][^()\[\]【】〔〕]*[)\]】〕]")
_LEVEL = re.compile(
    r"[(\[【〔](?:(?:省|市|县|区|镇|乡|村)(?:\(县级\))?级?(?:/(?:市|县|区|镇|乡)级)*(?:权限|行使|权限内|及以下)?"
    r"|含中外合资|据省政府令[^()]*|[^()]*省级权限[^()]*)[)\]】〕]"
)
_MARKS = re.compile(r"[^\w]+|_")
_ACTS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (act, re.compile(pattern))
    for act, pattern in (
        ("cancel", "注销|撤销|终止|取消|废止|报废|核销"),
        ("replace", "补办|补发|补领|补证|补换|挂失|遗失|换补|增补发|补录"),
        ("renew", "延续|续期|换证|换发|换领|换补|补换|到期|校验|年审|年检|审验|再注册|复审|期满|展期|延期"),
        ("change", "变更|更名|更正|改制|维护|改建|扩建"),
        ("pause", "停业|暂停|歇业|恢复|复业|中止"),
        ("inquiry", "查询|咨询|指引|信息发布|核查|查[(（]阅|查借阅"),
        ("complaint", "投诉"),
        ("move", "转出|转入|过户|转移|迁移"),
    )
)
_NEW = re.compile("新办|设立|核发|首次|初领|初次|配发|新增|新建|新设|申领|注册登记|成立|签发|发放|认定")
_MAIN = ("户口迁移", "歇业备案", "转移接续")
"""Names in which the word is the matter itself, not only an act upon another one."""
_PARENT = re.compile("《[^》]*》")
KIND_ACTS = {"renewal": "renew", "extend": "renew", "modify": "change", "reissue": "replace", "revoke": "cancel"}


def bare(name: str) -> str:
    """A tidy name without what stands in brackets."""
    return _BRACKETS.sub("", tokens.tidy(name))


def variants(name: str) -> tuple[str, ...]:
    """The name and, where it differs, the name without brackets: ``食品(含保健食品)经营许可`` is also 食品经营许可."""
    tidy = tokens.tidy(name)
    return tuple(dict.fromkeys(text for text in (tidy, bare(tidy)) if text.strip()))


def answer_key(name: str, *places: str) -> str:
    """What makes items of different places one answer: the name without marks, level and the place's own name."""
    text = _LEVEL.sub("", tokens.tidy(name))
    for place in sorted(filter(None, places), key=len, reverse=True):
        text = text.replace(tokens.tidy(place), "")
    return _MARKS.sub("", text) or _MARKS.sub("", tokens.tidy(name)) or name


def plain_key(text: str) -> str:
    """A text without marks and spaces, to see whether it is exactly a name."""
    return _MARKS.sub("", tokens.tidy(text))


def acts_of(name: str, kind: str = "new") -> tuple[str, ...]:
    """What an item is for, keys of ``lexicon.ACTS``; a kind that the catalogue tells goes before the name."""
    if kind and kind != "new":
        return (KIND_ACTS.get(kind, kind),)
    tidy = tokens.tidy(name)
    found = [act for act, pattern in _ACTS if pattern.search(tidy)]
    fresh = (
        not found or any(word in tidy for word in _MAIN) or bool(_NEW.search(_PARENT.sub("", tidy)) and "、" in tidy)
    )
    return tuple(dict.fromkeys((["new"] if fresh else []) + found))


def unit_of(short_name: str, *places: str) -> str:
    """A department without its place, so that the same office of every county is one: ``第一县卫健局`` is 卫健局."""
    for place in sorted(filter(None, places), key=len, reverse=True):
        if short_name.startswith(place) and len(short_name) > len(place):
            return short_name[len(place) :]
    return short_name
