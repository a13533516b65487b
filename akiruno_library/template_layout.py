"""Templates are laid out for those who write them; pages are sent without that layout.

White space shows between two characters of Japanese, so a long sentence could never be broken, and
indentation would make every page heavier. When one of our templates of HTML has been read,

- no line begins with white space, and no line is empty;
- a new line between 。 or 、 and the next character of a sentence is gone;
- a tag stands on one line;
- a new line beside a block-level tag or before a closing tag is gone, and any other is a space.
  Mails keep theirs, because a line of a mail holds 998 characters at most (RFC 5322), and so do the
  samples of the component sheet, which shows how they are written.

Every other white space stays as it was written. The nodes are changed and not the source, so the
line numbers of errors stay true.
"""

import re

from django.template import Template
from django.template.base import TextNode
from django.template.loaders import app_directories, base, cached

BLOCKS = (
    "address|article|aside|blockquote|body|caption|dd|details|div|dl|dt|fieldset|figcaption|figure"
    "|footer|form|h[1-6]|head|header|hr|html|legend|li|link|main|meta|nav|ol|option|p|script"
    "|section|style|summary|table|tbody|td|tfoot|th|thead|title|tr|ul"
)
KEEPS_LINES = re.compile(r"/email/|demo/components/")
INDENTATION = re.compile(r"\n[ \t\n]+")
# Before a closing tag, too: in a flex box a space after the hidden words of a button becomes an
# item of its own, with a gap before it.
BEFORE_A_BLOCK = re.compile(rf"\n(?=<!doctype|</|<(?:{BLOCKS})\b)")
AFTER_A_BLOCK = re.compile(rf"(</?(?:{BLOCKS})(?:\s[^<>]*)?>)\n")
END_OF_A_TAG = re.compile(r"\n(?=/?>)")
WITHIN_A_TAG = re.compile(r'(<[a-z][a-z0-9]*|[";])\n')
# Kana, kanji (with furigana, too) and full-width forms. U+3000 is white space and not among them.
WITHIN_A_SENTENCE = re.compile(r"(?<=[。、])\n(?=<ruby|[\u3001-\u30ff\u3400-\u9fff\uff01-\uff60])")


def without_layout(text: str) -> str:
    text = AFTER_A_BLOCK.sub(r"\1", BEFORE_A_BLOCK.sub("", without_indentation(text)))
    return text.replace("\n", " ")


def without_indentation(text: str) -> str:
    text = WITHIN_A_SENTENCE.sub("", INDENTATION.sub("\n", text))
    return WITHIN_A_TAG.sub(r"\1 ", END_OF_A_TAG.sub("", text))


class LayoutLoader(base.Loader):
    def get_template(self, template_name: str, skip: list | None = None) -> Template:
        template = super().get_template(template_name, skip)
        is_ours = not isinstance(template.origin.loader, app_directories.Loader)
        if is_ours and template_name.endswith(".html"):
            keeps_lines = KEEPS_LINES.search(template_name)
            write = without_indentation if keeps_lines else without_layout
            for node in template.nodelist.get_nodes_by_type(TextNode):
                node.s = write(node.s)  # type: ignore[attr-defined]  # Node in its stubs
        return template


class Loader(cached.Loader, LayoutLoader):
    """Loads each template and removes its layout once in the life of a process."""
