"""Login with a card number and a password."""

from datetime import datetime

from django.contrib.auth import authenticate
from django.db import transaction
from django.utils import timezone

from akiruno_library import policy
from patrons import attempts, devices, mails, throttling
from patrons.models import Patron
from patrons.origin import Origin
from patrons.refusals import WrongCardOrPassword


def enter(card_number: str, password: str, *, origin: Origin, at: datetime | None = None) -> Patron:
    """Return the patron with this card and password. Opens no session.

    Raises TooManyAttempts before any hash is computed. Raises WrongCardOrPassword after exactly one
    hash, whatever the reason is (safety 2, 6).
    """
    attempt = throttling.begin(attempts.of_login(card_number, origin), at=at)
    user = authenticate(card_number=card_number, password=password)
    if user is None:
        raise WrongCardOrPassword
    attempt.succeeded()
    return Patron.objects.select_related("user").get(user=user)


@transaction.atomic
def remember_device(patron: Patron, origin: Origin, *, at: datetime | None = None) -> str:
    """Register the device and return the token for its cookie.

    A device that never logged in to this card before is announced by mail, but only to a confirmed
    address: the mail tells when somebody uses My Page. A terminal belongs to nobody and is not
    remembered.
    """
    at = at or timezone.now()
    is_new = not devices.is_known(origin.device, patron.card_number)
    if policy.NEW_DEVICE_MAIL and is_new and patron.mail_confirmed_at:
        mails.tell_a_few(mails.NEW_DEVICE, patron, most=policy.NEW_DEVICE_MAILS_A_DAY, at=at)
    return devices.remember(patron.user, origin.device, at=at)
