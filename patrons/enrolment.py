"""Enrolment of a patron: a first card is issued at a counter. The patron registers the password."""

from django.db import IntegrityError, transaction

from akiruno_library.constraints import broken_constraint
from catalog.models import Copy
from patrons.card_numbers import LONGEST_NUMBER, plain_number
from patrons.models import Patron, User
from patrons.models.folded import folded_name
from patrons.refusals import CardNumberIsABarcode, CardNumberTaken, CardNumberUnreadable


@transaction.atomic
def enrol(patron: Patron) -> Patron:
    """Save a new patron, with a login that has no password."""
    patron.card_number = usable_number(patron.card_number)
    user = User(kind=User.Kind.PATRON)
    user.set_unusable_password()
    user.save()
    patron.user = user
    save_with_new_number(patron)
    return patron


def usable_number(typed: str) -> str:
    """Return the number as it is stored. It may not be a barcode: scanners read both alike."""
    number = plain_number(typed)
    if not number.isascii() or not 0 < len(number) <= LONGEST_NUMBER:
        raise CardNumberUnreadable
    # The counter tells a card from a copy only by the number, so one number may not mean both.
    if Copy.objects.filter(barcode=number).exists():
        raise CardNumberIsABarcode
    return number


def save_with_new_number(patron: Patron, *, update_fields: list[str] | None = None) -> None:
    """Save the patron. Raises CardNumberTaken when another patron has the number."""
    try:
        # A savepoint: the violated constraint must not spoil the transaction of the caller.
        with transaction.atomic():
            patron.save(update_fields=update_fields)
    except IntegrityError as error:
        if "card_number" in broken_constraint(error):
            raise CardNumberTaken from error
        raise


def possible_duplicates(patron: Patron) -> list[str]:
    """Return the card numbers of patrons with the same name and birth date: possible duplicates."""
    born = Patron.objects.filter(birth_date=patron.birth_date, birth_date__isnull=False)
    same = born.filter(name_folded=folded_name(patron.name))
    return list(same.order_by("pk").values_list("card_number", flat=True))
