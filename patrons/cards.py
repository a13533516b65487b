"""利用者カード: valid for three years, renewed at a counter (rule 2.6)."""

from datetime import date, datetime

from django.utils import timezone

from akiruno_library import policy
from patrons.models import Patron


def renew_card(patron: Patron, *, at: datetime | None = None) -> Patron:
    """For the whole period from today on; what waited for it is offered by the next sweep."""
    patron.card_expires_on = expiry_of_a_card_given_now(at=at)
    patron.save(update_fields=["card_expires_on"])
    return patron


def expiry_of_a_card_given_now(*, at: datetime | None = None) -> date:
    return _years_on(timezone.localdate(at), policy.CARD_VALID_YEARS)


def _years_on(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, month=3, day=1)
