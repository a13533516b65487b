"""所蔵のなくなった予約: staff ask the patrons; nothing is cancelled silently (rule 12.9)."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from akiruno_library.absolute_url import absolute
from akiruno_library.locking import locked_transaction
from notifications import outbox
from notifications.models import Notice
from notifications.rendering import Link, MailText, sample, writes
from patrons.models import User
from reservations.mails import NO_COPY_LEFT
from reservations.models import PhoneCall, Reservation, ReservationQuerySet, State
from reservations.refusals import ChangedMeanwhile, NoAddressToWriteTo
from reservations.transitions import by_staff, lock_queues_of, log


def waiting_without_copy() -> ReservationQuerySet:
    """Return reservations that wait for a bib of which no circulating copy is left."""
    return Reservation.objects.waiting().filter(bib__status__circulating=0)


@locked_transaction
def announce_no_copy_left(
    reservation: Reservation, *, staff: User | None, at: datetime | None = None
) -> None:
    """Tell the patron by mail that the library has no copy and asks what to do."""
    lock_queues_of(Reservation.objects.filter(pk=reservation.pk))
    # A copy may have been found between the list and the press: the mail would be untrue then.
    waiting = waiting_without_copy().select_related("patron__mail_address")
    still = waiting.filter(pk=reservation.pk).first()
    if still is None or still.patron is None:
        raise ChangedMeanwhile
    address = still.patron.mail_address
    if address is None or address.undeliverable_since:
        raise NoAddressToWriteTo
    at = at or timezone.now()
    outbox.announce(
        key=f"{NO_COPY_LEFT}:{still.pk}",
        kind=NO_COPY_LEFT,
        address=address,
        subject_ids={"reservation": still.pk},
        at=at,
    )
    why = "所蔵がなくなったことを、メールでお知らせしました"
    log(still, came_from=State.WAITING, at=at, by=by_staff(staff), why=why)


def note_call(
    reservation: Reservation,
    result: PhoneCall.Result,
    *,
    staff: User | None,
    at: datetime | None = None,
) -> PhoneCall:
    """Note a telephone call about this reservation and its result."""
    return PhoneCall.objects.create(
        reservation=reservation, at=at or timezone.now(), result=result, staff=staff
    )


@writes(NO_COPY_LEFT, name="所蔵がなくなったお知らせ", follows=True)
def no_copy_left(notices: Sequence[Notice], at: datetime) -> MailText | None:
    """Write how many are meant; My Page says which. The mail has no titles (rule 7.1)."""
    number = waiting_without_copy().filter(
        pk__in=[notice.subject_ids["reservation"] for notice in notices]
    )
    return _text(number.count()) if number else None


@sample(NO_COPY_LEFT)
def _sample() -> MailText:
    return _text(1)


def _text(number: int) -> MailText:
    return MailText(
        subject="ご予約についてのご相談",
        template="reservations/email/no_copy_left",
        context={"number": number, "reservations": absolute(reverse("circulation:mypage"))},
        setting=Link(
            "連絡方法は「検索と予約の設定」で変えられます。",
            absolute(reverse("circulation:settings")),
        ),
    )
