from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from japanese.volume_labels import read_volume, split_volume, unit_of


@pytest.mark.parametrize(
    "volumes",
    [
        "上 中 下",
        "上巻 中巻 下巻",
        "（上） （中） （下）",
        "前編 後編",
        "前篇 中篇 後篇",
        "正 続 続々",
        "正 続 完",
        "乾の巻 坤の巻",
        "天の巻 地の巻 人の巻",
        "第一巻 第2巻 第３巻 第十巻 第十一巻 別巻",
        "1 2 10 21 別巻1 別巻2",
        "Ⅰ Ⅱ Ⅲ Ⅳ Ⅴ Ⅸ Ⅹ",
        "① ② ⑩",
        "巻の一 巻の二 巻の十",
        "巻第一 巻第二",
        "BOOK1 BOOK2 BOOK3",
        "vol.1 Vol.2 VOL.10",
        "第1集 第2集",
        "1-8 1-9 1-10 2-1",
        "5世紀39号 5世紀40号 6世紀1号",
        "848号 849号 1000号",
        "2025年12月号 2026年1月号 2026年12月号 2027年1月号",
        "2026年春号 2026年夏号 2026年秋号 2026年冬号",
        "第一部上 第一部下 第二部上 第二部下",
        "（十三） （十三の続） （十四）",
        "01上巻 02中巻 03下巻",
        "第一話　分身 第二話　遠回り 第十話　盗作者",
        "首巻 第一巻 総索引",
    ],
)
def test_volumes_come_in_the_order_a_reader_takes_them(volumes):
    orders = [read_volume(label).order for label in volumes.split(" ")]
    assert orders == sorted(set(orders))


@pytest.mark.parametrize("label", ["第三巻", "第3巻", "第３巻", "3", "三", "Ⅲ", "③", "巻三", "参"])
def test_a_number_counts_the_same_in_any_script(label):
    assert read_volume(label).order == Decimal(3)


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("01 上巻", "上巻"),
        ("1（前編）", "前編"),
        ("(上)", "上"),
        ("02", "2"),
        ("10 第十巻", "第十巻"),
        ("03 （二）", "二"),
        ("13 上床", "13 上床"),
        ("1　上", "1　上"),
        ("Ⅲ", "Ⅲ"),
        ("第一巻　曙", "第一巻　曙"),
        ("第848号 (2026年12月)", "第848号 (2026年12月)"),
    ],
)
def test_a_label_is_shown_without_its_brackets_and_sorting_figures(label, expected):
    assert read_volume(label).label == expected


@pytest.mark.parametrize(
    "label",
    [
        "上海",
        "中国",
        "前世",
        "序",
        "はしがき",
        "春の巻",
        "45回転の夏",
        "1863.11.19",
        "上床",
        "",
        "一九一六年五月一日",
        "第二盲目物語",
        "――一幕――",
        "――第一回世界文学賞――",
        "金博士シリーズ・9",
    ],
)
def test_what_names_no_volume_is_not_read(label):
    assert read_volume(label) is None


@pytest.mark.parametrize(
    ("title", "work", "label"),
    [
        ("細雪 上巻", "細雪", "上巻"),
        ("細雪　上", "細雪", "上"),
        ("細雪上巻", "細雪", "上巻"),
        ("家（下）", "家", "下"),
        ("白痴 上・下", "白痴", "上・下"),
        ("三国志第三巻", "三国志", "第三巻"),
        ("古今集巻之五", "古今集", "巻之五"),
        ("万葉集巻十六", "万葉集", "巻十六"),
        ("平家物語 巻第一", "平家物語", "巻第一"),
        ("世界史 Ⅱ", "世界史", "Ⅱ"),
        ("映画雑感（Ⅴ）", "映画雑感", "Ⅴ"),
        ("1Q84 BOOK1", "1Q84", "BOOK1"),
        ("1Q84 BOOK 1〈4月-6月〉", "1Q84", "BOOK 1〈4月-6月〉"),
        ("二十世紀少年 22", "二十世紀少年", "22"),
        ("十二国記 三", "十二国記", "三"),
        ("夜明け前 第一部 上", "夜明け前", "第一部 上"),
        ("ジャン・クリストフ 第一巻 曙", "ジャン・クリストフ", "第一巻 曙"),
        ("写真（北満の土産）その一", "写真（北満の土産）", "その一"),
        ("ある作家全集-03", "ある作家全集", "3"),
        ("ある作家全集−03", "ある作家全集", "3"),
        ("文藝春秋 2026年12月号", "文藝春秋", "2026年12月号"),
        ("広報 848号", "広報", "848号"),
        ("漱石全集 別巻1", "漱石全集", "別巻1"),
        ("続 氷点", "氷点", "続"),
        ("続・悪名", "悪名", "続"),
        ("氷点（続）", "氷点", "続"),
        ("ディカーニカ近郷夜話　後篇", "ディカーニカ近郷夜話", "後篇"),
    ],
)
def test_a_volume_that_stands_apart_is_taken_from_the_title(title, work, label):
    found, volume = split_volume(title)
    assert (found, volume.label) == (work, label)


WHOLE = """
1Q84|続氷点|続日本紀|上海|下町ロケット|中国|三四郎|十二国記|二十四の瞳|一九八四年|100万回生きたねこ
前世|途上|死刑の前|夜明け前|三百年後|天上巻|竜巻二|温泉2|心中|World War II|Windows 11|Harry Potter 3
Henry V|F-15|レシピ 100|東京 2020|プロジェクト X|ベートーヴェン 第九|食品の毒物（1820）
昭和史 (1926-1945)|昭和史 戦後篇|文語詩稿　五十篇|芥川賞（第二十四回）|日記（一九一六年五月一日）
冬 第二章|線 1 の話|愛 その一言|入営 前後|ローマ 5世紀|明治 三十年|あとがき（『ある選集』第九巻）
第一部|第三巻|上|続|下巻|1
"""


@pytest.mark.parametrize("title", ["", *WHOLE.strip().replace("\n", "|").split("|")])
def test_a_title_that_only_looks_like_a_volume_stays_whole(title):
    assert split_volume(title) == (title, None)


@given(
    st.text(st.characters())
    | st.text("第一三十上下巻続前編 　（）()-−1２Ⅲ年月日号・全集", max_size=12)
)
def test_any_text_has_an_answer_and_nothing_of_a_title_is_lost_without_a_volume(text):
    work, volume = split_volume(text)
    if volume is None:
        assert work == text
    else:
        assert work.strip()
        assert volume.label
    label = read_volume(text)
    assert label is None or (label.label and label.order >= 0)


def test_issues_of_a_magazine_are_counted_as_issues_and_all_else_as_volumes():
    assert unit_of(["2026年10月号", "2026年11月号"]) == "号"
    assert unit_of(["上", "下"]) == "巻"
    assert unit_of(["創刊号", "2"]) == "巻"
