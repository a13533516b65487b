"""漢字《かんじ》 in a template becomes 漢字 with its reading above it.

`{% furigana %}` is for what the template itself says: it works once, when the template is read, and
never touches what is filled in. `{% furigana when kids %}` is for what children's pages share with
the others, which say the same without readings. What staff wrote so goes through `spelled`.
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
    """A piece of text to be handed on."""
    return spelled(text)


@register.simple_tag
def read(text: str, reading: str) -> SafeString:
    """A name with its reading, where readings are wanted."""
    return with_reading(text, reading)
