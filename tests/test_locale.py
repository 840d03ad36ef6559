"""The English catalogue: complete, compiled from its source, and with the same places for values."""

from __future__ import annotations

import gettext
import re

import pytest

from tongban.launch import messages

PLACE = re.compile(r"%\(\w+\)s|%%|</?[a-z]+[^>]*>")


@pytest.mark.slow
def test_every_text_of_the_pages_has_english() -> None:
    assert [message.text for message in messages.updated() if not all(message.english)] == [], "run ./tongban messages"


@pytest.mark.slow
def test_the_catalogue_has_no_text_that_no_page_uses() -> None:
    assert {message.text for message in messages.catalogue()} == set(messages.used()), "run ./tongban messages"


def test_the_compiled_catalogue_is_that_of_the_source() -> None:
    assert messages.COMPILED.read_bytes() == messages.compiled(messages.catalogue()), "run ./tongban messages"


def test_the_standard_library_reads_the_compiled_catalogue() -> None:
    with messages.COMPILED.open("rb") as file:
        english = gettext.GNUTranslations(file)
    assert english.gettext("登录") == "Sign in"
    assert english.ngettext("找到 %(n)s 项", "找到 %(n)s 项", 1) == "%(n)s item found"
    assert english.ngettext("找到 %(n)s 项", "找到 %(n)s 项", 2) == "%(n)s items found"
    assert english.gettext("没有这句话") == "没有这句话"


def test_values_and_tags_stand_in_the_english_too() -> None:
    different = [
        message.text
        for message in messages.catalogue()
        for form in message.english
        if sorted(PLACE.findall(message.text)) != sorted(PLACE.findall(form))
    ]
    assert different == []


def test_english_has_no_exclamation_marks_and_no_chinese_punctuation() -> None:
    loud = [
        form for message in messages.catalogue() for form in message.english if re.search("[!！，。；：（）]", form)
    ]
    assert loud == []
