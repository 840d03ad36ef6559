"""Fixed parts of templates: text, links, translated sentences and icons that never change within a language.

A page's frame is made of them: the head, the navigation, the foot, the labels of a form. The loader joins neighbours
of this kind into one node, which is worked out once in each language and is a string ever after. Only what stands
literally in the template is fixed; whatever names a variable is rendered for each request as before. Of an address
with parts the name is fixed, of a sentence with gaps the words: both are prepared, and filled for each request.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from django.template import Context, Template
from django.template.base import FilterExpression, Node, NodeList, TextNode, TokenType, render_value_in_context
from django.template.defaulttags import URLNode
from django.template.library import SimpleNode
from django.template.loaders import cached
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.templatetags.static import StaticNode
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from tongban.faces.addresses import path_of

Worked = tuple[SafeString, tuple[tuple[str, Any], ...]]


class Loader(cached.Loader):
    """Django's cached loader, which joins the fixed parts of each template that it keeps."""

    def get_template(self, template_name: str, skip: list[Any] | None = None) -> Template:
        """The template; joined when it is read, which happens once."""
        known = self.cache_key(template_name, skip) in self.get_template_cache
        template = super().get_template(template_name, skip)
        if not known:
            join(template.nodelist)
        return template


class AddressNode(Node):
    """``{% url "name" part … %}``: the name stands literally, the parts are those of the request."""

    child_nodelists = ()

    def __init__(self, node: URLNode) -> None:
        self.name = str(node.view_name.var)
        self.parts = tuple(node.args)

    def render(self, context: Context) -> SafeString:
        """The address, escaped."""
        return conditional_escape(path_of(self.name, *(part.resolve(context) for part in self.parts)))


class SentenceNode(Node):
    """``{% blocktranslate %}`` with gaps: the words are looked up once in a language, the gaps filled each time."""

    child_nodelists = ()

    def __init__(self, node: BlockTranslateNode) -> None:
        self.node = node
        self.sentence, self.gaps = node.render_token_list(node.singular)
        self.values = tuple(node.extra_context.items())
        self.known: dict[str | None, str] = {}

    def render(self, context: Context) -> SafeString:
        """The sentence in the language of the request."""
        language = get_language()
        sentence = self.known.get(language)
        if sentence is None:
            sentence = self.known[language] = gettext(self.sentence)
        given = {name: value.resolve(context) for name, value in self.values}
        filled = {
            gap: render_value_in_context(given[gap] if gap in given else context.get(gap, ""), context)
            for gap in self.gaps
        }
        try:
            return SafeString(sentence % filled)
        except (KeyError, ValueError):  # a translation that names another gap: as Django does, in the source language
            return SafeString(self.node.render(context))


class FixedNode(Node):
    """Neighbouring nodes that are worked out once in a language; what they name (``as name``) is named each time."""

    child_nodelists = ()

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.nodes = tuple(nodes)
        self.names = tuple(name for node in self.nodes if (name := _name_given_by(node)))
        self.known: dict[tuple[str | None, bool], Worked] = {}

    def render_annotated(self, context: Context) -> SafeString:
        """The text in the language of the request."""
        key = (get_language(), context.autoescape)
        worked = self.known.get(key)
        if worked is None:
            worked = self.known[key] = self._work_out(context)
        text, names = worked
        for name, value in names:
            context[name] = value
        return text

    render = render_annotated

    def _work_out(self, context: Context) -> Worked:
        text = SafeString("".join(str(node.render_annotated(context)) for node in self.nodes))
        return text, tuple((name, context[name]) for name in self.names)


def join(nodes: NodeList) -> None:
    """Join the fixed neighbours of a list of nodes in place, and of the lists within it."""
    for node in nodes:
        for inner in _lists_of(node):
            join(inner)
    joined: list[Node] = []
    for fixed, group in groupby(nodes, is_fixed):
        found = list(group)
        if fixed:
            joined += found if len(found) == 1 and isinstance(found[0], TextNode) else [FixedNode(found)]
        else:
            joined += map(_prepared, found)
    nodes[:] = joined


def is_fixed(node: Node) -> bool:
    """Whether a node comes out the same for everybody who reads the same language."""
    if isinstance(node, TextNode):
        return True
    if isinstance(node, TranslateNode):
        return node.message_context is None and _is_literal(node.filter_expression)
    if isinstance(node, BlockTranslateNode):
        named = node.extra_context or node.plural or node.message_context or node.asvar
        return not named and all(token.token_type == TokenType.TEXT for token in node.singular)
    if isinstance(node, URLNode):
        return all(map(_is_literal, (node.view_name, *node.args, *node.kwargs.values())))
    if isinstance(node, StaticNode):
        return _is_literal(node.path)
    if isinstance(node, SimpleNode):
        literal = all(map(_is_literal, (*node.args, *node.kwargs.values())))
        return literal and getattr(node.func, "fixed", False) and not node.takes_context
    return False


def _prepared(node: Node) -> Node:
    """The node itself, or one that comes out the same with less to do."""
    if isinstance(node, URLNode) and _is_literal(node.view_name) and not node.kwargs and not node.asvar:
        return AddressNode(node)
    if isinstance(node, BlockTranslateNode):
        special = node.plural or node.message_context or node.asvar or node.trimmed
        return node if special else SentenceNode(node)
    return node


def _is_literal(expression: FilterExpression) -> bool:
    variable = expression.var
    return not expression.filters and (not expression.is_var or variable.lookups is None)


def _name_given_by(node: Node) -> str | None:
    return next((v for v in (getattr(node, a, None) for a in ("asvar", "varname", "target_var")) if v), None)


def _lists_of(node: Node) -> Iterator[NodeList]:
    """The lists of nodes within a node; an ``{% if %}`` keeps its own in pairs with their conditions."""
    yield from (nodes for _, nodes in getattr(node, "conditions_nodelists", ()))
    yield from (value for value in vars(node).values() if isinstance(value, NodeList))
