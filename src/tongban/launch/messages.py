"""``./tongban messages``: the English catalogue beside the texts of the pages. The Chinese text is the message id.

Collects what templates and Python mark for translation, brings ``django.po`` up to date (what is gone is dropped, what
is new stands there empty) and compiles ``django.mo``. Needs no gettext tools: Django reads the templates, the formats
of both files are a page each.
"""

from __future__ import annotations

import argparse
import ast
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tongban.launch.outcome import FINDING, GOOD, print_json, say
from tongban.launch.places import PROJECT
from tongban.launch.sources import ROOT, modules

FOLDER = PROJECT / "locale" / "en" / "LC_MESSAGES"
CATALOGUE, COMPILED = FOLDER / "django.po", FOLDER / "django.mo"
TITLE = "# English of the pages. The Chinese text is the message id; ./tongban messages keeps this file.\n"
HEADER = "Language: en\nContent-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"
MARKS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
_LITERAL = r"""u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_IN_TEMPLATE = re.compile(rf"\b(?:_|gettext)\(\s*{_LITERAL}\s*\)|\bngettext\(\s*{_LITERAL}\s*,\s*{_LITERAL}", re.DOTALL)
_FIELD = re.compile(r'(msgid_plural|msgid|msgstr(?:\[\d\])?) (".*")$')


@dataclass(frozen=True)
class Message:
    """One text: the Chinese, its plural (empty = none), and the English in one or two forms (empty = not yet)."""

    text: str
    plural: str = ""
    english: tuple[str, ...] = ()


def run(arguments: list[str]) -> int:
    """Bring the catalogue up to date; exit 1 when a text has no English, or with ``--check`` when a file is stale."""
    parser = argparse.ArgumentParser(prog="tongban messages")
    parser.add_argument("--check", action="store_true", help="compare only, write nothing")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    fresh = updated()
    po, mo = written(fresh), compiled(fresh)
    stale = [path.name for path, now in ((CATALOGUE, po.encode()), (COMPILED, mo)) if _bytes(path) != now]
    if not options.check:
        FOLDER.mkdir(parents=True, exist_ok=True)
        CATALOGUE.write_text(po, encoding="utf-8")
        COMPILED.write_bytes(mo)
    untranslated = [message.text for message in fresh if not all(message.english)]
    good = not untranslated and not (options.check and stale)
    if options.json:
        print_json({"ok": good, "messages": len(fresh), "untranslated": untranslated, "stale": stale})
    else:
        for text in untranslated:
            print(text)
        say(f"{len(fresh)} messages, {len(untranslated)} without English; changed: {', '.join(stale) or 'nothing'}")
    return GOOD if good else FINDING


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def updated() -> list[Message]:
    """Every text in use, with the English that the catalogue has for it."""
    known = {message.text: message for message in catalogue()}
    result = []
    for text, plural in used().items():
        english = known[text].english if text in known else ()
        result.append(Message(text, plural, (english or ("",) * 2)[: 2 if plural else 1]))
    return result


def used() -> dict[str, str]:
    """Text -> plural (or empty), in the order of the files."""
    found: dict[str, str] = {}
    for path in sorted(ROOT.rglob("*.html")):
        for text, plural in _of_template(path):
            found[text] = plural or found.get(text, "")
    for tree in modules().values():
        for text, plural in _of_module(tree):
            found[text] = plural or found.get(text, "")
    return found | {text: found.get(text, "") for text in _of_closed_lists()}


def _of_closed_lists() -> Iterator[str]:
    """Names of the lists by which items are found; pages translate them where they show them."""
    from tongban.registry.catalog import taxonomy, themes
    from tongban.registry.catalog.imports.values import CASE_TYPES

    yield from (theme.name for theme in themes.THEMES.values())
    yield from (entry.name for entry in (*taxonomy.LIFE_STAGES.values(), *taxonomy.DOMAINS.values()))
    for words in (taxonomy.ITEM_TYPES, taxonomy.APPLICATION_MODES, taxonomy.SCOPES, taxonomy.INDUSTRIES, CASE_TYPES):
        yield from words.values()


def _of_template(path: Path) -> Iterator[tuple[str, str]]:
    from django.utils.translation.template import templatize

    for match in _IN_TEMPLATE.finditer(templatize(path.read_text(encoding="utf-8"), origin=str(path))):
        single, one, many = match.groups()
        yield (ast.literal_eval(single), "") if single else (ast.literal_eval(one), ast.literal_eval(many))


def _of_module(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
        if isinstance(node, ast.Call) and name in MARKS and node.args:
            texts = [a.value for a in node.args[:2] if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            if texts:
                yield texts[0], texts[1] if name.startswith("ngettext") and len(texts) > 1 else ""


def catalogue() -> list[Message]:
    """What ``django.po`` has, without its header."""
    messages = []
    for block in CATALOGUE.read_text(encoding="utf-8").split("\n\n") if CATALOGUE.exists() else []:
        fields: dict[str, str] = {}
        name = ""
        for line in block.splitlines():
            if match := _FIELD.match(line):
                name = match[1]
                fields[name] = ast.literal_eval(match[2])
            elif line.startswith('"'):
                fields[name] += ast.literal_eval(line)
        if fields.get("msgid"):
            english = tuple(value for key, value in fields.items() if key.startswith("msgstr"))
            messages.append(Message(fields["msgid"], fields.get("msgid_plural", ""), english))
    return messages


def written(messages: list[Message]) -> str:
    """The text of ``django.po``."""
    blocks = [f'{TITLE}msgid ""\nmsgstr {_quoted(HEADER)}']
    for message in messages:
        lines = ["#, python-format"] if "%(" in message.text else []
        lines.append(f"msgid {_quoted(message.text)}")
        if message.plural:
            lines.append(f"msgid_plural {_quoted(message.plural)}")
            lines += [f"msgstr[{place}] {_quoted(form)}" for place, form in enumerate(message.english)]
        else:
            lines.append(f"msgstr {_quoted(message.english[0])}")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    if "\n" not in escaped:
        return f'"{escaped}"'
    return "\n".join(['""', *(f'"{line}"' for line in escaped.replace("\n", "\\n\n").splitlines())])


def compiled(messages: list[Message]) -> bytes:
    """The bytes of ``django.mo``: header, table of ids, table of texts, then both, ids in order."""
    pairs = {"": HEADER}
    for message in messages:
        if all(message.english):
            key = f"{message.text}\0{message.plural}" if message.plural else message.text
            pairs[key] = "\0".join(message.english)
    encoded = sorted((key.encode(), value.encode()) for key, value in pairs.items())
    ids, texts = ([pair[side] for pair in encoded] for side in (0, 1))
    begin = 28 + 16 * len(encoded)
    tables, content = b"", b""
    for strings in (ids, texts):
        for string in strings:
            tables += struct.pack("<II", len(string), begin + len(content))
            content += string + b"\0"
    return struct.pack("<7I", 0x950412DE, 0, len(encoded), 28, 28 + 8 * len(encoded), 0, begin) + tables + content
