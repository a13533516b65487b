"""`{% url %}` that resolves constant URLs once. Header, footer and menu contain forty of them."""

from collections.abc import Iterable
from functools import cache

from django import template
from django.template.base import FilterExpression, Parser, Token
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as usual_url
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.html import escape

register = template.Library()


class FixedURL(template.Node):
    """The URL of one page. The script prefix is read for each request."""

    def __init__(self, page: str, words: Iterable[str]) -> None:
        self.page, self.words = page, tuple(words)

    def render(self, context: Context) -> str:
        return _address(self.page, self.words, get_urlconf(), get_script_prefix())


@cache
def _address(page: str, words: tuple[str, ...], urlconf: str | None, script_prefix: str) -> str:
    return escape(reverse(page, urlconf, args=words))


@register.tag
def url(parser: Parser, token: Token) -> template.Node:
    node: URLNode = usual_url(parser, token)
    if node.kwargs or node.asvar or not all(map(_is_written_out, [node.view_name, *node.args])):
        return node
    return FixedURL(node.view_name.var, [word.var for word in node.args])


def _is_written_out(word: FilterExpression) -> bool:
    return isinstance(word.var, str) and not word.filters
