import pytest

from japanese.numerals import in_figures, read_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("３", 3),
        ("03", 3),
        ("三", 3),
        ("参", 3),
        ("十", 10),
        ("十三", 13),
        ("拾弐", 12),
        ("二十", 20),
        ("廿七", 27),
        ("百", 100),
        ("二百五", 205),
        ("千九百八十四", 1984),
        ("一九八四", 1984),
        ("二〇二六", 2026),
        ("一〇", 10),
        ("一万二千", 12000),
        ("Ⅰ", 1),
        ("Ⅳ", 4),
        ("IX", 9),
        ("XIV", 14),
        ("Ⅻ", 12),
        ("①", 1),
        ("⑳", 20),
        ("❸", 3),
        ("〇", 0),
    ],
)
def test_a_number_is_read_in_any_script(text, value):
    assert read_number(text) == value


@pytest.mark.parametrize("text", ["", "巻", "1Q", "第三", "MIX", "iv", "IIII", "1.5", "-1", "\0"])
def test_what_is_no_number_is_not_read(text):
    assert read_number(text) is None


@pytest.mark.parametrize(
    ("title", "figures"),
    [
        ("二十四の瞳", "24の瞳"),
        ("一九八四年", "1984年"),
        ("百万回生きたねこ", "100万回生きたねこ"),
        ("七人の侍", "7人の侍"),
        ("3月のライオン", "3月のライオン"),
        ("参加する", "参加する"),
    ],
)
def test_kanji_numbers_in_a_title_become_figures(title, figures):
    assert in_figures(title) == figures
