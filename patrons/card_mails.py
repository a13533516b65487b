"""Mails about cards that expire within a month: one for each date of expiry (rule 2.6)."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.utils import timezone

from akiruno_library import policy
from japanese.date_format import spoken_day
from notifications import outbox
from notifications.models import Notice
from notifications.rendering import MailText, sample, writes
from patrons.models import Patron

CARD_EXPIRES = "card_expires"


def tell_cards_that_expire(*, at: datetime | None = None) -> int:
    """Announce every card that expires within the period; returns how many.

    The job looks at a period, not at one day, so that a missed run is made up for (as in 7.3).
    """
    now = at or timezone.now()
    return outbox.announce_all(_notices(now), at=now)


def _notices(at: datetime) -> Iterator[Notice]:
    today = timezone.localdate(at)
    soon = (
        Patron.objects.filter(
            card_expires_on__gte=today,
            card_expires_on__lte=today + policy.CARD_EXPIRES_SOON,
            mail_address__isnull=False,
            mail_address__undeliverable_since__isnull=True,
        )
        .order_by("pk")
        .values_list("pk", "mail_address_id", "card_expires_on")
    )
    last = 0
    while portion := list(soon.filter(pk__gt=last)[: policy.IMPORT_BATCH]):
        for patron_id, address_id, day in portion:
            yield outbox.notice_of(
                key=f"card-expires:{patron_id}:{day}",
                kind=CARD_EXPIRES,
                address_id=address_id,  # type: ignore[arg-type]  # the address is there
                subject_ids={"patron": patron_id, "day": day.toordinal()},
                at=at,
            )
        last = portion[-1][0]


@writes(CARD_EXPIRES, name="利用者カードの有効期限", follows=True)
def card_expires(notices: Sequence[Notice], at: datetime) -> MailText | None:
    """Write the mail, or return None when the card has been renewed or has expired."""
    ids = notices[-1].subject_ids
    day = date.fromordinal(ids["day"])
    patron = Patron.objects.filter(pk=ids["patron"], card_expires_on=day).first()
    return _text(day, at) if patron and not patron.card_expired(at) else None


@sample(CARD_EXPIRES)
def _sample() -> MailText:
    return _text(date(2026, 12, 20), None)


def _text(day: date, at: datetime | None) -> MailText:
    return MailText(
        subject="利用者カードの有効期限が近づいています",
        template="patrons/email/card_expires",
        context={"day": spoken_day(day, at=at)},
    )
