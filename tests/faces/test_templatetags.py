"""Dates, money, masks, states and controls as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.template.loader import render_to_string

from tongban.faces.fields import FieldView, error_links, view_of
from tongban.faces.templatetags import tongban as tags
from tongban.ground import moment
from tongban.ground.elements import Code, CodeList, ElementDefinition
from tongban.registry.catalog.version import FormField


def _render(text: str, **values: object) -> str:
    return Template(text).render(Context(values))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (date(2026, 11, 18), "11月18日（周三）"),
        (date(2025, 1, 4), "2025年1月4日（周六）"),
        (datetime(2026, 11, 17, 16, 30, tzinfo=UTC), "11月18日（周三）"),
        ("2026-11-18", "11月18日（周三）"),
        ("not a date", ""),
        (None, ""),
    ],
)
def test_dates_read_in_chinese_in_shanghai_time(value: object, shown: str) -> None:
    with moment.at(datetime(2026, 11, 22, tzinfo=UTC)):
        assert tags.date_zh(value) == shown


def test_a_moment_shows_shanghai_wall_time() -> None:
    with moment.at(datetime(2026, 11, 22, tzinfo=UTC)):
        assert tags.datetime_zh(datetime(2026, 11, 18, 2, 41, tzinfo=UTC)) == "11月18日（周三）10:41"


def test_money_is_counted_in_fen() -> None:
    assert tags.money(123450) == "1,234.50 元"
    assert tags.money(None) == ""


def test_masks_follow_the_vectors() -> None:
    text = _render(
        "{{ a|mask_id_number }} {{ b|mask_mobile }} {{ c|mask_name }}",
        a="11010519491231002X",
        b="13800138000",
        c="张三丰",
    )
    assert text == "110***********002X 138****8000 张*丰"


def test_an_icon_is_of_the_sprite_and_a_wild_name_is_refused() -> None:
    assert "icons.svg#i-check" in _render('{% icon "check" %}')
    with pytest.raises(TemplateSyntaxError):
        _render('{% icon "<x>" %}')


def test_a_state_has_words_and_a_colour() -> None:
    html = _render('{% tag_state "accepted" %}')
    assert 'data-s="ok"' in html
    assert "已受理" in html


def test_a_control_names_its_hint_and_its_error() -> None:
    view = FieldView(
        "premises[0].area_m2", "使用面积", kind="decimal", hint="估算就行", unit="平方米", error="请填写使用面积"
    )
    html = _render("{% field view %}", view=view)
    assert view.id == "f-premises-0-area_m2"
    assert f'for="{view.id}"' in html
    assert 'aria-invalid="true"' in html
    assert f'aria-describedby="{view.id}-h {view.id}-e"' in html
    assert "平方米" in html


def test_a_control_escapes_what_was_typed() -> None:
    html = _render("{% field view %}", view=FieldView("a", "甲", value='"><script>x</script>'))
    assert "<script>" not in html


def test_a_password_is_never_printed() -> None:
    assert "hunter22" not in _render("{% field view %}", view=FieldView("p", "密码", kind="password", value="hunter22"))


def test_the_error_summary_uses_the_same_words_and_links_to_the_field() -> None:
    links = error_links([FieldView("a", "甲"), FieldView("b", "乙", error="请填写乙")])
    html = _render("{% error_summary links %}", links=links)
    assert "有 1 处需要改" in html
    assert '<a href="#f-b">请填写乙</a>' in html
    assert _render("{% error_summary links %}", links=()).strip() == ""


def _code_field(kind: str) -> tuple[FormField, ElementDefinition]:
    codes = CodeList("kinds", (Code("hotel", "住宿"), Code("salon", "理发店")))
    definition = ElementDefinition("premises.kind", "场所类别", kind, code_list=codes)  # type: ignore[arg-type]
    return FormField("premises.kind", "您开的是哪一种"), definition


def test_a_catalogue_field_with_codes_becomes_a_choice_and_keeps_the_answer() -> None:
    field, definition = _code_field("code")
    html = _render("{% field view %}", view=view_of(field, definition, "salon"))
    assert "<legend>您开的是哪一种" in html
    assert html.count("checked") == 1
    assert 'value="salon" checked' in html


def test_several_codes_may_be_ticked_and_what_was_typed_goes_first() -> None:
    field, definition = _code_field("codes")
    html = _render("{% field view %}", view=view_of(field, definition, ["salon"], raw=["hotel", "salon"]))
    assert html.count('type="checkbox"') == 2
    assert html.count("checked") == 2


def test_money_stands_in_yuan_in_the_control() -> None:
    definition = ElementDefinition("fee.amount", "金额", "money")
    assert view_of(FormField("fee.amount", "金额"), definition, 123450).unit == "元"


def test_components_render_alone() -> None:
    html = render_to_string(
        "components/callout.html",
        {"state": "warn", "title": "要您补 1 份材料", "link_url": "/x/", "link_label": "现在补上"},
    )
    assert 'data-s="warn"' in html
    assert "现在补上" in html
