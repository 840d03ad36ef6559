"""``python -m tongban.insight.search.make_syllables``: ``data/syllables.txt`` out of pypinyin. Run by maintainers only.

One line a syllable: the syllable without tone (ü is ``v``), a space, its characters in the order of their code points.
A character stands under its commonest reading; words with another reading stand in the index as they are read. The
characters are those of GBK: every character that a Chinese keyboard offers without looking.
"""

from __future__ import annotations

from collections.abc import Iterator

from tongban.insight.search.sounds import TABLE

FIRST, LAST = 0x4E00, 0x9FA5


def _characters() -> Iterator[str]:
    for point in range(FIRST, LAST + 1):
        character = chr(point)
        try:
            character.encode("gbk")
        except UnicodeEncodeError:
            continue
        yield character


def table() -> str:
    """The text of the table."""
    from pypinyin import Style, lazy_pinyin

    found: dict[str, list[str]] = {}
    for character in _characters():
        syllable = lazy_pinyin(character, style=Style.NORMAL)[0]
        if syllable.isascii() and syllable.isalpha():
            found.setdefault(syllable, []).append(character)
    return "".join(f"{syllable} {''.join(found[syllable])}\n" for syllable in sorted(found))


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
