"""Every guide of the city is made of one template: same parts, same order, dated, printable, with a way out."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tongban.registry.catalog import selectors

pytestmark = [pytest.mark.django_db, pytest.mark.aside]
PART = re.compile(r'<section id="(s[0-9]+)"')


def slugs() -> list[str]:
    return list(selectors.guide_slugs())


def parts_of(page: str) -> list[str]:
    return PART.findall(page)


@pytest.mark.covers("PRT-05", "PRT-06")
def test_the_same_part_stands_in_the_same_place_in_every_department() -> None:
    client = Client()
    seen = [parts_of(client.get(f"/guide/{slug}/").content.decode()) for slug in slugs()]
    assert len(seen) > 20
    longest = max(seen, key=len)
    assert len(longest) >= 8
    for parts in seen:
        assert parts == [part for part in longest if part in parts]


@pytest.mark.covers("PRT-04", "PRT-05", "PRT-13")
def test_a_guide_says_how_fresh_it_is_prints_with_its_address_and_names_a_telephone() -> None:
    client = Client()
    for slug in slugs():
        page = client.get(f"/guide/{slug}/").content.decode()
        assert "更新时间" in page, slug
        assert f"/guide/{slug}/" in page.partition("only-print print-foot")[2], slug
        assert 'href="tel:12345"' in page, slug
        assert f"/apply/{slug}/" in page, slug


@pytest.mark.covers("PRT-10")
def test_a_page_names_its_region_its_category_and_its_industry() -> None:
    client = Client()
    guide = client.get("/guide/hygiene-licence/").content.decode()
    assert '<meta name="region" content="云溪市">' in guide
    assert '<meta name="category" content="办事大厅 &gt; 个人办事 &gt; 开店经营">' in guide
    assert '<meta name="industry" content="住宿和餐饮业、居民服务、修理和其他服务业、文化、体育和娱乐业">' in guide
    people = client.get("/personal/").content.decode()
    assert '<meta name="category" content="办事大厅 &gt; 个人办事">' in people
