"""五十音順: voicing, size and long vowels decide only between equals (JIS X 4061)."""

import pytest

from japanese.collation import collation_key


@pytest.mark.parametrize(
    "in_order",
    [
        ["ハハ", "ババ", "パパ"],
        ["さとう", "さどう", "さとうきび"],
        ["カード", "カアド", "カイ"],
        ["シヨウ ジ", "ショウ タ", "シヨウ タ"],
        ["がっき", "がつき"],
        ["きょう", "きよう", "ぎょう"],
        ["きょうと", "きょうとう", "きょうな"],
        ["ナツメグ", "ナツヤスミ"],
        ["1984ねん", "abc", "アイ", "漢字"],
        ["ジョーンズ", "ジョン"],
    ],
)
def test_readings_stand_in_the_order_of_a_dictionary(in_order: list[str]) -> None:
    typed = in_order[::-1]
    assert sorted(typed, key=collation_key) == in_order


def test_spaces_signs_and_scripts_do_not_count() -> None:
    assert collation_key("ワガハイ ワ ネコ") == collation_key("わがはいわねこ")
    assert collation_key("ハリー・ポッター") == collation_key("はりーぽったー")


def test_nothing_has_an_empty_key() -> None:
    assert collation_key("") == collation_key("!?") == collation_key("ー") == ""
