"""Fixed parts of templates: joined where they stand literally, in each language, and nothing else is."""

from __future__ import annotations

from datetime import date

import pytest
from django.template import Context, Template, engines
from django.template.base import TextNode
from django.utils import translation

from tongban.faces import fixed

FRAME = """<nav>{% url 'portal:my' as mine %}
<a href="{% url 'portal:home' %}">{% icon "list" %} {% translate "首页" %}</a>
{% if wide %}<a href="{{ mine }}">{% translate "我的空间" %}</a> <b>{{ name }}</b>
{% else %}<a>{% translate "退出" %}</a>{% endif %}
{% for one in rows %}<i>{% tag_state "accepted" %} {{ one }}</i>{% endfor %}
{% blocktranslate with at=day|date_zh n=2 %}{{ at }}提交，还差 {{ n }} 处，{{ name }}{% endblocktranslate %}
{% blocktranslate with day=day %}{{ day }}前补上，100% {{ missing }}{% endblocktranslate %}
<a href="{% url 'portal:my_case' number %}">{{ number }}</a>
{% blocktranslate count n=2 %}把这 {{ n }} 条标成已读{% plural %}把这 {{ n }} 条标成已读{% endblocktranslate %}
{% blocktranslate %}还没有消息。{% endblocktranslate %}{% translate "登录" as word %}{{ word }}</nav>"""


def _rendered(template: Template, **values: object) -> str:
    return template.render(Context(values))


def _joined(text: str) -> Template:
    template = engines["django"].engine.from_string(text)
    fixed.join(template.nodelist)
    return template


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("wide", [True, False])
def test_a_joined_template_says_what_it_said(language: str, wide: bool) -> None:
    plain, joined = engines["django"].engine.from_string(FRAME), _joined(FRAME)
    with translation.override(language):
        for name in ("陆明远", "<沈&知夏>"):
            values = {
                "wide": wide,
                "name": name,
                "rows": [1, 2],
                "day": date(2026, 11, 18),
                "number": f"YX-{len(name)}",
            }
            assert _rendered(joined, **values) == _rendered(plain, **values)


def test_a_fixed_part_speaks_the_language_of_each_request() -> None:
    joined = _joined("{% translate '退出' %}")
    said = []
    for language in ("zh-hans", "en", "zh-hans"):
        with translation.override(language):
            said.append(_rendered(joined))
    assert said[0] == said[2] == "退出"
    assert said[1] != said[0]


def test_neighbours_become_one_node_and_variables_stay_what_they_are() -> None:
    joined = _joined("<p>{% icon 'list' %} {% translate '退出' %}</p>{{ name }}<p>{% tag state %}</p>")
    kinds = [type(node).__name__ for node in joined.nodelist]
    assert kinds == ["FixedNode", "VariableNode", "TextNode", "SimpleNode", "TextNode"]


def test_a_sentence_or_an_address_with_a_variable_is_not_fixed() -> None:
    for text in (
        "{% url 'portal:my_case' number %}",
        "{% translate word %}",
        "{% translate '退出' context 'door' %}",
        "{% blocktranslate %}第 {{ n }} 稿{% endblocktranslate %}",
        "{% icon name %}",
        "{% query after='' %}",
        "{% static path %}",
    ):
        [node] = engines["django"].engine.from_string(text).nodelist
        assert not fixed.is_fixed(node), text


def test_every_template_that_is_loaded_is_joined() -> None:
    template = engines["django"].get_template("components/footer.html").template
    [first, *_] = template.nodelist
    assert isinstance(first, fixed.FixedNode)
    assert not any(isinstance(node, TextNode) for node in first.nodes[:1])
