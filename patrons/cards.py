"""Validity of 利用者カード: three years, renewed at a counter (rule 2.6)."""

from datetime import date, datetime

from django.utils import timezone

from akiruno_library import policy
from patrons.models import Patron


def renew_card(patron: Patron, *, at: datetime | None = None) -> Patron:
    """Make the card valid for the whole period from today.

    The reservations of an expired card got no copy; the next assignment sweep offers them one.
    """
    # From today, not from the old last day: staff check the address today, and the years count
    # from that check.
    patron.card_expires_on = expiry_of_a_card_given_now(at=at)
    patron.save(update_fields=["card_expires_on"])
    return patron


def expiry_of_a_card_given_now(*, at: datetime | None = None) -> date:
    """Return the last day of a card that is issued today."""
    return _years_on(timezone.localdate(at), policy.CARD_VALID_YEARS)


def _years_on(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February does not exist in that year
        return day.replace(year=day.year + years, month=3, day=1)
