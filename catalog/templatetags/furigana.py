"""漢字《かんじ》 in a template becomes 漢字 with its reading above it.

`{% furigana %}` is for what the template itself says: it works once, when the template is read, and
never touches what is filled in. What staff wrote so goes through `spelled`.
"""

from django import template
from django.template.base import NodeList, Parser, TextNode, Token
from django.utils.safestring import SafeString

from catalog.readings import in_ruby, spelled

register = template.Library()
register.filter("spelled", spelled)


class FuriganaNode(template.Node):
    child_nodelists = ("nodelist",)

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        for node in nodelist.get_nodes_by_type(TextNode):
            node.s = in_ruby(node.s)  # type: ignore[attr-defined]  # Node in its stubs

    def render(self, context: template.Context) -> SafeString:
        return self.nodelist.render(context)


@register.tag
def furigana(parser: Parser, token: Token) -> FuriganaNode:
    nodelist = parser.parse(("endfurigana",))
    parser.delete_first_token()
    return FuriganaNode(nodelist)


@register.simple_tag
def spell(text: str) -> SafeString:
    """A piece of text to be handed on."""
    return spelled(text)
