"""What may be a password: rule 2.3, safety 5."""

from datetime import date

import pytest

from patrons.models import Patron
from patrons.password_rules import refusals_for
from patrons.refusals import (
    PasswordOfOwnFacts,
    PasswordTooCommon,
    PasswordTooLong,
    PasswordTooShort,
)

HANAKO = Patron(
    card_number="30001234",
    name="秋川 花子",
    name_reading="アキカワ ハナコ",
    birth_date=date(1985, 4, 12),
    telephone="042-123-4567",
)
JUNICHI = Patron(
    card_number="30001235", name="佐藤 淳一", name_reading="サトウ ジュンイチ", telephone=""
)


def refusals_of(password: str, patron: Patron = HANAKO) -> list[type]:
    return [type(refusal) for refusal in refusals_for(password, patron)]


@pytest.mark.parametrize(
    "password",
    [
        "akiruno-no-kawa", "図書館が大好きだよ", "tokyo-kara-kita", "sky-blue-2026",
        "青い鳥がとまる木", "kawa no oto ga suki", "  spaces  ", "correct horse",
        "b7#kq!x2", "x" * 3 + "yz" * 60, "hanakoのあたらしい傘は青い",
    ],
)  # fmt: skip
def test_any_characters_may_be_in_it(password):
    assert refusals_of(password) == []


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("abc-123", PasswordTooShort),
        ("あ" * 129, PasswordTooLong),
        ("password", PasswordTooCommon),
        ("Password1", PasswordTooCommon),
        ("ｐａｓｓｗｏｒｄ", PasswordTooCommon),
        ("12345678", PasswordTooCommon),
        ("ああああああああ", PasswordTooCommon),
        ("30001234", PasswordOfOwnFacts),
        ("0421234567", PasswordOfOwnFacts),
        ("042-123-4567", PasswordOfOwnFacts),
        ("19850412", PasswordOfOwnFacts),
        ("1985-04-12", PasswordOfOwnFacts),
        ("s60.04.12", PasswordOfOwnFacts),
        ("昭和60年4月12日", PasswordOfOwnFacts),
        ("hanako0412", PasswordOfOwnFacts),
        ("Akikawa-Hanako", PasswordOfOwnFacts),
        ("HANAKO4567", PasswordOfOwnFacts),
        ("あきかわはなこ", PasswordTooShort),
        ("あきかわはなこ60", PasswordOfOwnFacts),
        ("秋川花子秋川花子", PasswordOfOwnFacts),
        ("hanako-password", PasswordOfOwnFacts),
    ],
)
def test_what_is_easily_guessed_is_refused(password, reason):
    assert refusals_of(password) == [reason]


@pytest.mark.parametrize(
    "password",
    [
        "toshokan", "Toshokan1", "TOSHOKAN2026", "t0sh0kan", "tosyokan-1", "library1", "1ibrary99",
        "L!brary2026", "akiruno1", "akirunoshi", "akirunocity", "akiruno-2026", "Akiruno_Library",
        "tokyo2020", "2020tokyo", "t0kyo-2020", "ｔｏｋｙｏ２０２０", "itsukaichi5", "akigawa123",
        "あきるの20260401", "あきる野市図書館", "図書館20260401", "としょかん0417", "mypage-1234",
        "akiruno.toshokan", "0417toshokan0417",
    ],
)  # fmt: skip
def test_rule_2_9_the_librarys_own_words_with_figures_are_common(password):
    assert refusals_of(password) == [PasswordTooCommon]


@pytest.mark.parametrize("name", ["satou", "satoh", "sato", "SATO"])
@pytest.mark.parametrize("given", ["junichi", "jun'ichi", "zyunniti"])
def test_a_name_is_known_however_it_is_romanised(name, given):
    assert refusals_of(f"{name}.{given}", JUNICHI) == [PasswordOfOwnFacts]
