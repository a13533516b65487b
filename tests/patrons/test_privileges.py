"""Who may reserve: rules 2.5 to 2.7."""

from datetime import date

import pytest

from patrons.models import Patron
from patrons.privileges import (
    card_refusals,
    first_day_at_junior_high,
    may_use_reservations,
    web_reservation_refusals,
)
from tests.conftest import tokyo
from tests.factories import PatronFactory

AT = tokyo("2026-11-24")


@pytest.mark.parametrize(
    ("born", "first_day"),
    [
        (date(2014, 4, 1), date(2026, 4, 1)),
        (date(2014, 4, 2), date(2027, 4, 1)),
        (date(2014, 1, 1), date(2026, 4, 1)),
        (date(2014, 12, 31), date(2027, 4, 1)),
        (date(2014, 3, 31), date(2026, 4, 1)),
        (date(2012, 2, 29), date(2024, 4, 1)),
    ],
)
def test_junior_high_begins_on_a_first_of_april(born, first_day):
    assert first_day_at_junior_high(born) == first_day


def sentences(refusals) -> list[str]:
    return [str(refusal) for refusal in refusals]


@pytest.mark.parametrize(
    ("born", "day", "clock", "may"),
    [
        (date(2014, 4, 1), "2026-03-31", "23:59", False),
        (date(2014, 4, 1), "2026-04-01", "00:00", True),
        (date(2014, 4, 2), "2026-04-01", "00:00", False),
        (date(2014, 4, 2), "2027-03-31", "23:59", False),
        (date(2014, 4, 2), "2027-04-01", "00:00", True),
    ],
)
def test_the_page_opens_at_midnight_in_tokyo(born, day, clock, may):
    assert may_use_reservations(Patron(birth_date=born), at=tokyo(day, clock)) is may


def test_a_younger_patron_reads_from_when_and_where_to_go_until_then():
    [sentence] = sentences(web_reservation_refusals(Patron(birth_date=date(2014, 4, 2)), at=AT))
    assert "2027年4月1日(木)から" in sentence
    assert "窓口" in sentence


def test_without_a_birth_date_on_record_the_way_leads_to_a_counter():
    [sentence] = sentences(web_reservation_refusals(Patron(birth_date=None), at=AT))
    assert "生年月日の登録がない" in sentence
    assert "窓口へお越しください" in sentence


def test_an_organisation_reserves_at_the_counter_only():
    organisation = Patron(category=Patron.Category.ORGANISATION)
    assert not may_use_reservations(organisation, at=AT)
    assert sentences(web_reservation_refusals(organisation, at=AT)) == [
        "団体の予約は、窓口でお受けします。"
    ]


@pytest.mark.parametrize(
    ("last_day", "said"),
    [(date(2026, 11, 24), []), (date(2026, 11, 23), ["11月23日(月)で切れています"])],
)
@pytest.mark.django_db
def test_a_card_is_valid_through_its_last_day(last_day, said):
    found = sentences(card_refusals(PatronFactory(card_expires_on=last_day), at=AT))
    assert len(found) == len(said)
    for sentence, part in zip(found, said, strict=True):
        assert part in sentence
        assert "窓口で更新" in sentence


@pytest.mark.django_db
def test_every_reason_of_a_patron_is_told_at_once():
    patron = PatronFactory(
        birth_date=date(2016, 5, 5),
        card_expires_on=date(2025, 3, 31),
        suspended_at=AT,
        suspension_reason="弁償の相談中",
    )
    found = sentences([*web_reservation_refusals(patron, at=AT), *card_refusals(patron, at=AT)])
    assert len(found) == 3
    assert "弁償" not in "".join(found)  # the reason is for the counter
