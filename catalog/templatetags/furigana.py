"""Turns 漢字《かんじ》 in a template into furigana.

`{% furigana %}` is for text of the template itself. It works once, when the template is compiled,
and does not touch variables. `{% furigana when kids %}` is for parts that children's pages share
with others. Text that staff wrote so goes through `spelled`.
"""

from collections.abc import Callable

from django import template
from django.template.base import FilterExpression, NodeList, Parser, TextNode, Token
from django.utils.safestring import SafeString

from japanese.furigana import in_ruby, spelled, with_reading, without_readings

register = template.Library()
register.filter("spelled", spelled)


class FuriganaNode(template.Node):
    child_nodelists = ("nodelist", "elsewhere")

    def __init__(
        self, nodelist: NodeList, when: FilterExpression | None, elsewhere: NodeList
    ) -> None:
        self.nodelist, self.when, self.elsewhere = nodelist, when, elsewhere
        _write(nodelist, in_ruby)
        _write(elsewhere, without_readings)

    def render(self, context: template.Context) -> SafeString:
        if self.when is None or self.when.resolve(context, ignore_failures=True):
            return self.nodelist.render(context)
        return self.elsewhere.render(context)


def _write(nodelist: NodeList, how: Callable[[str], str]) -> None:
    for node in nodelist.get_nodes_by_type(TextNode):
        node.s = how(node.s)  # type: ignore[attr-defined]  # Node in its stubs


@register.tag
def furigana(parser: Parser, token: Token) -> FuriganaNode:
    words = token.split_contents()
    if len(words) not in (1, 3) or words[1:2] not in ([], ["when"]):
        raise template.TemplateSyntaxError("furigana takes nothing, or: when something")
    elsewhere = NodeList()
    if len(words) == 3:  # read the same words twice
        tokens = parser.tokens[:]
        elsewhere = parser.parse(("endfurigana",))
        parser.tokens = tokens
    nodelist = parser.parse(("endfurigana",))
    parser.delete_first_token()
    when = parser.compile_filter(words[2]) if len(words) == 3 else None
    return FuriganaNode(nodelist, when, elsewhere)


@register.simple_tag
def spell(text: str) -> SafeString:
    """Return a piece of text with furigana, for use in a variable."""
    return spelled(text)


@register.simple_tag
def read(text: str, reading: str) -> SafeString:
    """Return a name with its reading, if the page shows furigana."""
    return with_reading(text, reading)
