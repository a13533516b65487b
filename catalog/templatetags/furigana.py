"""漢字《かんじ》 in a template becomes 漢字 with its reading above it."""

import re

from django import template
from django.template.base import NodeList, Parser, Token
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
_WITH_READING = re.compile(r"([\u3400-\u9fff々〆ヶ]+)《([ぁ-ゖァ-ヺー]+)》")
_RUBY = r"<ruby>\1<rp>(</rp><rt>\2</rt><rp>)</rp></ruby>"


class FuriganaNode(template.Node):
    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: template.Context) -> SafeString:
        return mark_safe(_WITH_READING.sub(_RUBY, self.nodelist.render(context)))  # noqa: S308  # nosec: rendered text is escaped already


@register.tag
def furigana(parser: Parser, token: Token) -> FuriganaNode:
    nodelist = parser.parse(("endfurigana",))
    parser.delete_first_token()
    return FuriganaNode(nodelist)
