"""Making index entries: words by rjieba, pinyin and initials by pypinyin. Runs in jobs and commands only.

Web workers never import this module's libraries (shapes, "Also settled"): they are imported inside the functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from tongban.insight.search import names, sounds, tokens
from tongban.insight.search.models import SearchEntry
from tongban.insight.search.retrieval import CONFIGURED_MARK, INITIALS_MARK, LONGEST_INITIALS
from tongban.registry.catalog.listings import Listing
from tongban.registry.catalog.models import HandlingOption
from tongban.registry.catalog.taxonomy import DOMAINS, ITEM_TYPES, LIFE_STAGES
from tongban.registry.catalog.themes import THEMES
from tongban.registry.catalog.version import TimeLimit, VersionContent

MOST_POSITIONS = 16_000
LONGEST_BODY = 1_500
LEAST_INITIALS = 3
DEPTHS = {"province": 0, "city": 1, "county": 2, "township": 3, "village": 4}
UNITS = {
    "working_day": "个工作日",
    "calendar_day": "日",
    "hour": "小时",
    "minute": "分钟",
    "month": "个月",
    "year": "年",
}


@dataclass(frozen=True)
class Words:
    """What an option says of itself, whichever list it stands in."""

    title: str
    department: str
    short_name: str
    aliases: tuple[str, ...]
    other_names: tuple[str, ...]
    plain: str
    texts: tuple[str, ...]
    time: str
    item_type: str
    domain: str
    audience: tuple[str, ...]
    themes: tuple[str, ...]
    life_stages: tuple[str, ...]
    modes: tuple[str, ...]


def words_of_version(content: VersionContent) -> Words:
    """Of a published version: also its materials, questions and the words of its code lists."""
    texts = [content.result.name, *(material.name for material in content.materials)]
    texts += [entry.question for entry in content.faq]
    texts += [words for entries in content.code_lists.values() for words in entries.values()]
    return Words(
        content.name,
        content.authority.name,
        content.authority.short_name,
        content.aliases,
        (content.item_name,),
        content.plain,
        tuple(texts),
        limit_words(content.promised_limit),
        content.item_type,
        content.domain,
        content.audience,
        content.themes,
        content.life_stages,
        content.application_modes,
    )


def words_of_listing(option: HandlingOption, listing: Listing) -> Words:
    """Of a line of another system's list; what it does not tell is empty."""
    item = option.item
    return Words(
        option.name,
        item.authority.name,
        item.authority.short_name,
        listing.aliases,
        tuple(dict.fromkeys(name for name in (item.name, item.group_name) if name and name != option.name)),
        listing.plain,
        (listing.result, *listing.materials, *listing.conditions),
        listing.limit_words or _told_limit(listing),
        listing.item_type or item.entry.item_type,
        listing.domain or item.entry.domain,
        listing.audience,
        listing.themes,
        listing.life_stages,
        listing.application_modes,
    )


def entry_of(option: HandlingOption, words: Words, version_id: UUID | None = None) -> SearchEntry:
    """The row of an option (with item, entry, authority and regions loaded). ``lead`` and ``places`` are set later."""
    authority, region = option.item.authority, option.item.region
    places = (region.name, authority.region.name)
    made = _made(words.title, words.aliases, words.other_names)
    acts = names.acts_of(words.title, option.kind)
    labels = _labels(words)
    body = tokens.tidy(" ".join(dict.fromkeys(text for text in (words.plain, *words.texts, *labels) if text)))
    configured = version_id is not None
    return SearchEntry(
        option_id=option.pk,
        version_id=version_id,
        standing=option.standing,
        slug=option.slug,
        title=words.title,
        plain=words.plain[:300],
        department=words.department,
        unit=names.unit_of(words.short_name or words.department, *places)[:40],
        department_no=authority.pk,
        region_no=region.no,
        region_name=region.name,
        depth=DEPTHS[region.level],
        time=words.time[:40],
        item_type=words.item_type,
        domain=words.domain,
        acts=list(acts),
        audience=list(words.audience),
        themes=list(words.themes),
        life_stages=list(words.life_stages),
        modes=list(words.modes),
        aliases=[alias[:100] for alias in words.aliases],
        answer=names.answer_key(words.title, *places)[:200],
        front=made.front,
        back=made.back,
        text=body[:LONGEST_BODY],
        exact=made.exact,
        exact_aliases=made.exact_aliases,
        sound=made.sound,
        initials=made.initials,
        words=_vector(made, body, f"{words.department} {words.short_name}", configured=configured),
    )


@dataclass(frozen=True)
class _Names:
    """The names of an entry in every form that ranking and the index need."""

    front: str
    back: str
    exact: str
    exact_aliases: str
    sound: str
    initials: str
    tokens: tuple[tuple[str, str], ...]


@lru_cache(maxsize=8192)
def _made(title: str, aliases: tuple[str, ...], others: tuple[str, ...]) -> _Names:
    """Kept by names: a city's list holds the same item for every township."""
    front = [form for name in (title, *aliases) for form in names.variants(name)]
    back = [form for name in others for form in names.variants(name)]
    spoken = [sound for name in (*front, *back) for sound in _sounds(name)]
    weighted = [pair for name in dict.fromkeys((*front, *back)) for pair in _name_tokens(name)]
    weighted += [(character, "D") for character in tokens.tidy(title) if tokens.is_han(character)]
    short = list(dict.fromkeys("".join(s[0] for s in sound.strip("-").split("-")) for sound in spoken))
    weighted += [(token, "D") for letters in short for token in _initials_tokens(letters)]
    return _Names(
        "\n".join(dict.fromkeys(front)),
        "\n".join(dict.fromkeys(back)),
        _keys((title,)),
        _keys(aliases),
        " ".join(dict.fromkeys(spoken)),
        " ".join(short),
        tuple(weighted[:MOST_POSITIONS]),
    )


def _keys(found: Iterable[str]) -> str:
    keys = dict.fromkeys(names.plain_key(form) for name in found for form in names.variants(name))
    return f"|{'|'.join(keys)}|" if keys else ""


def _name_tokens(name: str) -> Iterator[tuple[str, str]]:
    """Pairs inside words (A) and across them (B), and pairs of syllables (D): as read here, and as the table reads."""
    for word in segment(name):
        for run in tokens.runs(word):
            if len(run) > 1:
                yield from ((token, "A") for token in tokens.tokens(run))
    yield from ((token, "B") for token in tokens.tokens(name) if len(token) > 1)
    for sound in _sounds(name):
        yield from ((pair, "D") for pair in sounds.pairs(sound.strip("-").split("-")))


def _sounds(name: str) -> Iterator[str]:
    """How a name sounds: every character under its commonest reading, and as the words are read."""
    plain = sounds.sound(name)
    if plain:
        yield plain
        read = f"-{'-'.join(_readings(name))}-"
        if read != plain:
            yield read


@lru_cache(maxsize=8192)
def _readings(name: str) -> tuple[str, ...]:
    from pypinyin import Style, lazy_pinyin

    han = "".join(character for character in name if tokens.is_han(character))
    return tuple(sounds.fold(syllable) for syllable in lazy_pinyin(han, style=Style.NORMAL))


def _initials_tokens(letters: str) -> Iterator[str]:
    for start in range(max(0, len(letters) - LEAST_INITIALS) + 1):
        yield INITIALS_MARK + letters[start : start + LONGEST_INITIALS]


@lru_cache(maxsize=1)
def _segmenter() -> Any:
    import rjieba

    return rjieba.Jieba()


def segment(text: str) -> list[str]:
    """Words of a text, by the dictionary of jieba."""
    return [word for word in _segmenter().cut(text) if word.strip()]


def _labels(words: Words) -> list[str]:
    """Words of the closed lists under which people look: item type, field, themes, life stages."""
    found = [ITEM_TYPES.get(words.item_type, "")]
    found += [DOMAINS[words.domain].name] if words.domain in DOMAINS else []
    found += [THEMES[key].name for key in words.themes if key in THEMES]
    found += [LIFE_STAGES[key].name for key in words.life_stages if key in LIFE_STAGES]
    return [label for label in found if label]


def _vector(made: _Names, body: str, office: str, *, configured: bool) -> str:
    weighted = list(made.tokens)
    weighted += [(token, "C") for token in _inside_words(body)]
    weighted += [(token, "C") for token in tokens.tokens(office)]
    weighted += [(CONFIGURED_MARK, "D")] if configured else []
    return tokens.vector(weighted[:MOST_POSITIONS])


@lru_cache(maxsize=4096)
def _inside_words(text: str) -> tuple[str, ...]:
    """Pairs inside the words of running text, none across words: queries are pairs, noise stays out."""
    return tuple(dict.fromkeys(t for word in segment(text) if len(word) > 1 for t in tokens.tokens(word)))


def limit_words(limit: TimeLimit) -> str:
    """``8 个工作日``, ``当场``."""
    return "当场" if limit.unit == "at_once" else f"{limit.n} {UNITS[limit.unit]}"


def _told_limit(listing: Listing) -> str:
    if listing.case_type == "instant":
        return "当场"
    for n, unit in (
        (listing.promised_n, listing.promised_unit),
        (listing.statutory_n, listing.statutory_unit),
    ):
        if unit == "at_once":
            return "当场"
        if n is not None and unit in UNITS:
            return f"{n} {UNITS[unit]}"
    return ""
