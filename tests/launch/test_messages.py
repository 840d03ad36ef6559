"""The catalogue command: what it collects, and that what it compiles is what gettext reads."""

from __future__ import annotations

import ast
import gettext
import io
from pathlib import Path

import pytest

from tongban.launch import messages
from tongban.launch.messages import Message


def test_templates_and_python_are_read_with_plurals(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        '{% translate "登录" %}{% blocktranslate with n=x %}有 {{ n }} 件{% endblocktranslate %}'
        "{% blocktranslate count n=y %}一件{% plural %}{{ n }} 件{% endblocktranslate %}"
        '{% if a %}{{ _("退出")|upper }}{% endif %}'
        "不翻译",
        encoding="utf-8",
    )
    assert list(messages._of_template(page)) == [
        ("登录", ""),
        ("有 %(n)s 件", ""),
        ("一件", "%(n)s 件"),
        ("退出", ""),
    ]
    module = ast.parse('a = _("甲")\nb = ngettext("一", "多", 3)\nc = _(name)\nd = print("丁")')
    assert list(messages._of_module(module)) == [("甲", ""), ("一", "多")]


def test_the_catalogue_survives_writing_and_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = [
        Message('带"引号"\\和\n换行', "", ('with "quotes" \\ and\na new line',)),
        Message("一件", "%(n)s 件", ("one", "%(n)s")),
        Message("还没有", "", ("",)),
    ]
    path = tmp_path / "django.po"
    path.write_text(messages.written(before), encoding="utf-8")
    monkeypatch.setattr(messages, "CATALOGUE", path)
    assert messages.catalogue() == before


def test_gettext_reads_what_is_compiled_and_untranslated_texts_stay_chinese() -> None:
    compiled = messages.compiled(
        [Message("登录", "", ("Sign in",)), Message("一件", "多件", ("one", "many")), Message("还没有", "", ("",))]
    )
    english = gettext.GNUTranslations(io.BytesIO(compiled))
    assert english.gettext("登录") == "Sign in"
    assert [english.ngettext("一件", "多件", n) for n in (1, 2)] == ["one", "many"]
    assert english.gettext("还没有") == "还没有"


@pytest.mark.slow
def test_a_stale_catalogue_is_a_finding_and_check_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(messages, "FOLDER", tmp_path)
    monkeypatch.setattr(messages, "CATALOGUE", tmp_path / "django.po")
    monkeypatch.setattr(messages, "COMPILED", tmp_path / "django.mo")
    assert messages.run(["--check"]) == 1
    assert "登录" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []
