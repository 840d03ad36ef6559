"""What has to come before what: unknown, baseless or circular prerequisites are not published (APR-08)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.registry.catalog.contents import BASE, a_version
from tongban.demo import catalogue, names
from tongban.ground.errors import Refusals
from tongban.registry.catalog import dependencies, selectors, services
from tongban.registry.catalog.models import HandlingOption
from tongban.registry.catalog.prerequisites import Net, Node, cycle, prerequisite_findings
from tongban.registry.catalog.version import Prerequisite

DAY = date(2026, 6, 1)


def needs(kind: str, code: str, effect: str = "submit", basis: str = "某条例第八条") -> Prerequisite:
    return Prerequisite(kind, code, code, effect, basis)


NET = Net(
    {
        "O1": Node("小许可"),
        "O2": Node("第二项", (needs("option", "O3"),)),
        "O3": Node("第三项", (needs("licence", "small_licence"),)),
        "O4": Node("第四项", grants="big_licence"),
    },
    {"small_licence": "小许可证", "big_licence": "大许可证"},
)
WRONG = [
    (needs("law", "x"), "写得不对"),
    (needs("option", "O4", effect="later"), "写得不对"),
    (needs("option", "O9"), "没有「O9」这个事项"),
    (needs("licence", "none"), "没有「none」这个证照"),
    (needs("option", "O4", basis=" "), "没有写依据"),
    (needs("option", "O1"), "绕成了圈：小许可（新办）→小许可（新办）"),
    (needs("option", "O2"), "绕成了圈：小许可（新办）→第二项→第三项→小许可（新办）"),
    (needs("licence", "small_licence"), "绕成了圈"),
]


@pytest.mark.covers("APR-08")
@pytest.mark.parametrize(("need", "words"), WRONG)
def test_a_wrong_prerequisite_is_refused(need: Prerequisite, words: str) -> None:
    found = [one.sentence for one in prerequisite_findings(a_version(prerequisites=(need,)), NET)]
    assert any(words in sentence for sentence in found), found


def test_a_right_one_passes_and_twice_the_same_does_not() -> None:
    need = needs("licence", "big_licence", "decide")
    assert list(prerequisite_findings(a_version(prerequisites=(need,)), NET)) == []
    twice = list(prerequisite_findings(a_version(prerequisites=(need, need)), NET))
    assert [one.sentence for one in twice] == ["「big_licence」写了两次"]
    assert list(prerequisite_findings(BASE, NET)) == []


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=14))
def test_a_cycle_is_found_exactly_when_one_can_come_back(edges: list[tuple[int, int]]) -> None:
    nodes = {str(n): Node(str(n), tuple(needs("option", str(b)) for a, b in edges if a == n)) for n in range(7)}
    net = Net(nodes)
    reach = {n: {b for a, b in edges if a == n} for n in range(7)}
    for _ in range(7):
        reach = {n: found | {c for b in found for c in reach[b]} for n, found in reach.items()}
    for n in range(7):
        way = cycle(net, str(n))
        assert bool(way) == (n in reach[n])
        if way:
            assert way[0] == way[-1] == str(n)
            assert all(b in net.following(a) for a, b in pairwise(way))


@pytest.mark.django_db
@pytest.mark.covers("APR-08")
def test_a_round_way_over_two_published_items_is_refused_at_publication() -> None:
    hygiene = HandlingOption.objects.get(slug=names.HYGIENE_SLUG)
    road = HandlingOption.objects.get(slug=names.ROAD_SLUG)
    first = {"kind": "option", "code": road.code, "name": road.name, "effect": "decide", "basis": "演示办法第二条"}
    _change(hygiene, [first])
    publisher = catalogue.item_publisher()
    services.publish(hygiene.pk, DAY, publisher)
    content = selectors.version_in_force(hygiene.slug, DAY)[1]
    before = dependencies.prerequisites_of(content, DAY)
    assert [(one.name, one.effect, one.slugs) for one in before] == [
        (road.name, "decide", ((names.ROAD_SLUG, selectors.version_in_force(road.slug, DAY)[1].name),))
    ]
    following = dependencies.followers_of(selectors.version_in_force(road.slug, DAY)[1], DAY)
    assert [slug for slug, _ in following] == [names.HYGIENE_SLUG]
    licence = content.result.licence_type
    back = {"kind": "licence", "code": licence, "name": "卫生许可证", "effect": "submit", "basis": "演示办法第三条"}
    _change(road, [back])
    with pytest.raises(Refusals) as refused:
        services.publish(road.pk, DAY, publisher)
    assert any("绕成了圈" in one.sentence for one in refused.value.items)


def _change(option: HandlingOption, prerequisites: list[dict[str, str]]) -> None:
    HandlingOption.objects.filter(pk=option.pk).update(draft=option.draft | {"prerequisites": prerequisites})


@pytest.mark.covers("APR-08")
def test_a_renewal_needs_the_licence_that_it_grants_anew_and_is_no_round_way() -> None:
    first, renewal = Node("新办", grants="L"), Node("延续", (needs("licence", "L"),), "L")
    assert cycle(Net({"new": first, "renew": renewal}, {"L": "许可证"}), "renew") == ()
    assert cycle(Net({"renew": renewal}, {"L": "许可证"}), "renew") == ("renew", "renew")
    again = {"new": replace(first, needs=(needs("option", "b"),)), "again": Node("延续", (), "L", again=True)}
    round_way = Net({**again, "b": Node("乙", (needs("licence", "L"),))}, {})
    assert cycle(round_way, "new") == ("new", "b", "new")
    both = Net({"a": Node("甲", (needs("licence", "L"),), "L"), "b": Node("乙", (needs("option", "a"),), "L")}, {})
    assert cycle(both, "a") == ("a", "a")
    assert cycle(both, "b")[0] == cycle(both, "b")[-1] == "b"
