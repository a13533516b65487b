"""Whether four facts are a patron's (2.1): all four together, however they are written."""

from datetime import date, timedelta

import pytest

from patrons.identity import Facts, facts_of, is_theirs, plain_telephone
from patrons.models import FormerName, Patron
from tests.conftest import tokyo
from tests.factories import PatronFactory

pytestmark = pytest.mark.django_db
NOW = tokyo("2026-11-24")
TYPED = {
    "card_number": "30001234",
    "name": "秋川 花子",
    "birth_date": date(1985, 4, 12),
    "telephone": "042-123-4567",
}


def hanako(**facts: object) -> Patron:
    return PatronFactory(**TYPED | {"name_reading": "アキカワ ハナコ"} | facts)


def typed(**facts: object) -> Facts:
    return Facts.typed(**TYPED | facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"name": "あきかわ はなこ"},
        {"telephone": "+81 42-123-4567"},
        {"card_number": "３000-1234"},
    ],
)
def test_r2_1_four_facts_are_hers_however_they_are_written(facts):
    assert is_theirs(typed(**facts), hanako(), at=NOW)


@pytest.mark.parametrize(
    "facts",
    [
        {"card_number": "30001235"},
        {"name": "秋川 花"},
        {"birth_date": date(1985, 4, 13)},
        {"telephone": "042-123-4568"},
    ],
)
def test_r2_1_three_facts_of_four_are_nobodys(facts):
    assert not is_theirs(typed(**facts), hanako(), at=NOW)


@pytest.mark.parametrize("nothing", ["", "なし", "---"])
def test_a_card_without_a_telephone_is_not_opened_by_three_facts(nothing):
    """Both sides fold to nothing, and nothing equals nothing."""
    assert not is_theirs(typed(telephone=nothing), hanako(telephone=nothing), at=NOW)


@pytest.mark.parametrize("nothing", ["", "・"])
def test_a_card_without_a_name_is_not_opened_by_three_facts(nothing):
    nameless = hanako(name=nothing, name_reading=nothing)
    assert not is_theirs(typed(name=nothing), nameless, at=NOW)


def test_a_card_without_a_birth_date_is_not_opened_by_three_facts():
    facts = Facts("30001234", typed().name, None, typed().telephone)
    assert not is_theirs(facts, hanako(birth_date=None), at=NOW)


def test_r12_8_a_former_name_is_accepted_beside_the_present_one_for_its_time():
    patron = hanako(name="引田 花子", name_reading="ヒキダ ハナコ")
    FormerName.objects.create(
        patron=patron, name="秋川 花子", name_reading="アキカワ ハナコ", changed_at=NOW
    )
    for name in ("引田 花子", "ヒキダ ハナコ", "秋川 花子", "アキカワ ハナコ"):
        assert is_theirs(typed(name=name), patron, at=NOW)
    later = NOW + timedelta(days=91)
    assert not is_theirs(typed(), patron, at=later)
    assert is_theirs(typed(name="引田 花子"), patron, at=later)


def test_each_name_is_compared_once():
    assert len(list(facts_of(hanako(name_reading="秋川 花子"), at=NOW))) == 1


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("042-123-4567", "0421234567"),
        ("０４２（１２３）４５６７", "0421234567"),
        (" +81 042 123 4567", "0421234567"),
        ("+81 42 123 4567", "0421234567"),
        ("81-42-123", "8142123"),
        ("なし", ""),
    ],
)
def test_a_telephone_number_is_its_digits(text, digits):
    assert plain_telephone(text) == digits
