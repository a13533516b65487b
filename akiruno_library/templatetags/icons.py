"""`{% icon "search" %}`: an icon of the Lucide set (lucide.dev), hidden from screen readers.

It is inserted when the template is compiled, so it costs a page nothing. It has the colour of the
text, so it works with dark and forced colours.
"""

import re
from typing import Any

from django import template
from django.template.base import Parser, TextNode, Token
from lucide.templatetags.lucide import lucide

register = template.Library()
_FOR_THE_EYE: dict[str, Any] = {"class": "icon", "aria-hidden": "true", "focusable": "false"}
_BETWEEN_SHAPES = re.compile(r"\s+(?=/>|<)")


@register.tag
def icon(parser: Parser, token: Token) -> TextNode:
    name = token.contents.removeprefix("icon").strip()
    if not re.fullmatch('"[a-z0-9-]+"', name):
        raise template.TemplateSyntaxError(f"icon takes the name of an icon, not {name}")
    return TextNode(outline(name.strip('"')))


def outline(name: str) -> str:
    return _BETWEEN_SHAPES.sub("", lucide(name, **_FOR_THE_EYE))
