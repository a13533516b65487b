"""Logging in with a card number and a password."""

from datetime import datetime

from django.contrib.auth import authenticate
from django.db import transaction

from patrons import attempts, devices, throttling
from patrons.models import Patron
from patrons.origin import Origin
from patrons.refusals import WrongCardOrPassword


def enter(card_number: str, password: str, *, origin: Origin, at: datetime | None = None) -> Patron:
    """The patron whose card and password these are; opens nothing by itself.

    Raises TooManyTries before any hash is made, else WrongCardOrPassword for whatever reason
    after exactly one (safety 2, 6).
    """
    attempt = throttling.begin(attempts.of_login(card_number, origin), at=at)
    user = authenticate(card_number=card_number, password=password)
    if user is None:
        raise WrongCardOrPassword
    attempt.succeeded()
    return Patron.objects.select_related("user").get(user=user)


@transaction.atomic
def remember_device(patron: Patron, origin: Origin, *, at: datetime | None = None) -> str:
    """The word for the device's cookie. A terminal is no device of anybody's, and is not one."""
    return devices.remember(patron.user, origin.device, at=at)
