"""The drawn cover: the same record gives the same small book, whatever the record contains."""

from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from catalog.display.covers import cover_svg

BYTES = 1200
DRAWN_WITH = {"svg", "g", "path", "circle", "text"}


def drawn(title="五日市憲法", author="新井 勝紘", volume="", ndc="323", material="図書"):
    return ElementTree.fromstring(cover_svg(title, author, volume, ndc, material))  # noqa: S314


def texts(svg):
    return [text.text for text in svg.iter("text")]


def columns(svg):
    """The columns of the title, right to left; the author's is told apart by its class."""
    return [text.text for text in svg.iter("text") if text.get("class") == "v"]


def test_the_same_record_gives_the_same_book():
    record = ("坂の上の雲", "司馬 遼太郎", "8", "913.6", "図書")
    assert cover_svg(*record) == cover_svg(*record)


def test_titles_of_one_class_do_not_all_look_alike():
    titles = "春夏秋冬朝昼夕夜雪月花鳥風山川海空雲雨星森野石火"
    faces = {cover_svg(title, "", "", "913.6", "図書") for title in titles}
    grounds = {face.split('viewBox="')[0] for face in faces}
    assert len(faces) == len(titles)
    assert len(grounds) == 6


@pytest.mark.parametrize(
    ("ndc", "tone"), [("913.6", "cover-9"), ("007", "cover-0"), ("", "cover-none")]
)
def test_the_ground_colour_comes_from_the_class(ndc, tone):
    assert tone in drawn(ndc=ndc).get("class").split()


@pytest.mark.parametrize("ndc", ["E", "K289", "\uff19\uff11\uff13", "²", '"><b>'])
def test_what_is_no_class_number_has_the_neutral_ground(ndc):
    assert "cover-none" in drawn(ndc=ndc).get("class").split()


def test_screen_readers_pass_over_the_drawing():
    assert drawn().get("aria-hidden") == "true"
    assert drawn().get("focusable") == "false"


def test_a_japanese_title_runs_down_in_columns():
    assert "".join(columns(drawn("100万回生きたねこ"))) == "\uff11\uff10\uff10万回生きたねこ"


def test_a_latin_title_runs_across():
    svg = drawn("The Very Hungry Caterpillar", "Eric Carle")
    assert columns(svg) == []
    assert texts(svg)[:3] == ["The Very", "Hungry", "Caterpillar"]


def test_a_long_title_is_shortened_and_takes_three_columns():
    set_in = columns(drawn("日本木工芸術の歩みと道具の使い方を知るための事典とその読み方の手引き"))
    assert len(set_in) == 3
    assert set_in[-1].endswith("…")


def test_no_column_begins_with_a_closing_mark():
    for column in columns(drawn("ふしぎなおかしパーティー。")):
        assert column[0] not in "ー。"


def test_what_follows_a_spaced_colon_is_left_to_the_page():
    assert "副題" not in cover_svg("題名 : 副題", "", "", "9", "図書")


@pytest.mark.parametrize(
    ("volume", "mark"), [("8", "8"), ("第8巻", "8"), ("上", "上"), ("上巻", "上")]
)
def test_the_volume_is_marked_on_the_spine(volume, mark):
    assert texts(drawn(volume=volume))[-1] == mark


@pytest.mark.parametrize(
    ("material", "sign"),
    [("CD", "CD"), ("DVD", "DVD"), ("紙芝居", "紙芝居"), ("大活字本", "大活字"), ("点字", "点字")],
)
def test_other_material_than_books_shows_its_sign(material, sign):
    assert texts(drawn(material=material))[-1] == sign


def test_a_book_has_no_sign():
    assert len(texts(drawn("題", "人"))) == 2


ODD = [
    '<img src=x onerror="alert(1)">',
    "題名</text></svg><script>alert(1)</script>",
    "{{7*7}} {% now 'Y' %}",
    "改\r\n行\x00と\u202e逆さ\u2066書き",
    "\ud800半分",
    "あ" * 5000,
    '"' * 5000,
    "𠮷" * 5000,
    " ",
    "",
]


@pytest.mark.parametrize("odd", ODD)
def test_odd_strings_make_no_element(odd):
    svg = drawn(odd, odd, odd, odd, odd)
    assert {element.tag for element in svg.iter()} <= DRAWN_WITH
    assert not {"style", "id", "onerror", "href"} & {name for e in svg.iter() for name in e.attrib}
    assert not set("".join(filter(None, texts(svg)))) & set("\x00\r\n\u202e\u2066\ud800")


@given(st.text(max_size=60), st.text(max_size=40), st.text(max_size=8), st.text(max_size=8))
def test_any_record_is_a_light_well_formed_drawing(title, author, volume, ndc):
    svg = cover_svg(title, author, volume, ndc, "大活字本")
    assert ElementTree.fromstring(svg).tag == "svg"  # noqa: S314
    assert len(svg.encode()) <= BYTES


@pytest.mark.parametrize("character", ["&", "& ", "<", "𠮷", "あ", "&" * 10 + " ", "&" * 14 + " "])
def test_the_heaviest_record_stays_light(character):
    heavy = character * 40
    assert len(cover_svg(heavy, heavy, heavy, "9", "大型紙芝居").encode()) <= BYTES


def test_the_tag_draws_what_the_function_draws():
    row = SimpleNamespace(title="モモ", author="エンデ", volume="", ndc="943", material="図書")
    page = Template("{% load covers %}{% cover row %}").render(Context({"row": row}))
    assert page == cover_svg("モモ", "エンデ", "", "943", "図書")
