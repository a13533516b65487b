"""The layout of a template is not sent, and what a reader sees is the same with it and without."""

import pytest
from django.template.base import TextNode
from django.template.loader import get_template

from akiruno_library.template_layout import without_layout


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("<ul>\n  <li>本</li>\n\n  <li>雑誌</li>\n</ul>\n", "<ul><li>本</li><li>雑誌</li></ul>"),
        ("<button>本<i>雑誌</i>\n</button>\n", "<button>本<i>雑誌</i></button> "),
        ("<p>\n  本です。\n  雑誌です。\n</p>", "<p>本です。雑誌です。</p>"),
        ("本が、\n<ruby>雑誌<rt>ざっし</rt></ruby>", "本が、<ruby>雑誌<rt>ざっし</rt></ruby>"),
    ],
)
def test_layout_that_shows_nowhere_is_not_sent(written: str, sent: str) -> None:
    assert without_layout(written) == sent


@pytest.mark.parametrize(
    "written",
    [
        "<a>本</a>\n<a>雑誌</a>",
        "漢字の\n下に",
        "本です。\n<b>雑誌</b>",
        "です。\nThen",
        "<b>本</b>\n雑誌",
        "字の 大きさ",
        "本です。\u3000雑誌です。",
        "<label>本</label>\n<input>",
    ],
)
def test_white_space_that_shows_stays(written: str) -> None:
    assert without_layout(written) == written.replace("\n", " ")


@pytest.mark.parametrize("close", [">", "/>"])
def test_a_tag_keeps_one_space_between_its_attributes(close: str) -> None:
    written = f'<input\n  name="q"\n  style="color:red;\n    width:1px"\n{close}'
    assert without_layout(written) == f'<input name="q" style="color:red; width:1px"{close}'


def test_templates_of_pages_come_without_their_layout() -> None:
    texts = get_template("base.html").template.nodelist.get_nodes_by_type(TextNode)
    assert texts
    assert not any("\n" in text.s for text in texts)


def test_words_with_and_without_readings_come_without_their_layout() -> None:
    """What furigana says elsewhere is a second reading of the same words."""
    texts = get_template("terminal/_header.html").template.nodelist.get_nodes_by_type(TextNode)
    assert any("利用状況" in text.s for text in texts)
    assert not any("\n" in text.s for text in texts)


def test_mails_keep_their_lines_and_texts_of_mails_all_of_their_white_space() -> None:
    html = get_template("notifications/email/base.html").template
    texts = html.nodelist.get_nodes_by_type(TextNode)
    assert not any("\n " in text.s for text in texts)
    assert any("</head>\n<body" in text.s for text in texts)

    plain = get_template("notifications/email/base.txt").template
    for text in plain.nodelist.get_nodes_by_type(TextNode):
        assert text.s in plain.source


def test_samples_of_the_component_sheet_keep_their_lines() -> None:
    """The sheet shows them as they are written."""
    texts = get_template("demo/components/lines.html").template.nodelist.get_nodes_by_type(TextNode)
    assert any(">\n<" in text.s for text in texts)


def test_templates_of_others_are_read_as_they_are() -> None:
    template = get_template("admin/base.html").template
    texts = template.nodelist.get_nodes_by_type(TextNode)
    assert any("\n " in text.s for text in texts)
