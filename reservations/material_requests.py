"""リクエスト: staff enter what a patron asks for and the library does not own (5.11, 12.5)."""

from collections.abc import Iterator
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from akiruno_library.constraints import broken_constraint
from akiruno_library.locking import locked_transaction
from akiruno_library.refusals import Refusal, refuse
from catalog.copies import whereabouts
from catalog.models import Bib, Branch
from catalog.refusals import NoLongerInTheCatalogue
from patrons import patron_lock
from patrons.models import Patron, User
from patrons.models.patron import ContactMethod
from patrons.privileges import card_refusals
from patrons.refusals import NoMailAddress
from reservations import mails, queue
from reservations.eligibility import quota_of
from reservations.ending import end
from reservations.models import CloseReason, Reservation, State
from reservations.refusals import (
    AlreadyReserved,
    ChangedMeanwhile,
    NeedsAReason,
    RequestOfAnotherTown,
    TooManyReservations,
)
from reservations.transitions import by_staff, lock, log, newly_waiting


@locked_transaction
def request(
    patron: Patron,
    text: str,
    *,
    pickup_branch: Branch,
    contact_method: ContactMethod,
    staff: User | None,
    beyond_limit: str = "",
    at: datetime | None = None,
) -> Reservation:
    """Record a request. It counts among the reservations; `beyond_limit` says why one more."""
    patron, at = patron_lock.lock(patron), at or timezone.now()
    quota = quota_of(patron)
    reasons = list(_refusals(patron, contact_method, at))
    if not quota.left and not beyond_limit:
        reasons.append(TooManyReservations(now=quota.placed))
    refuse(reasons)
    reservation = Reservation.objects.create(
        patron=patron,
        request_text=text,
        state=State.REQUESTED,
        pickup_branch=pickup_branch,
        contact_method=contact_method,
        placed_at=at,
        beyond_limit_reason="" if quota.left else beyond_limit,
    )
    log(reservation, came_from=None, at=at, by=by_staff(staff), why="リクエストを受け付けました")
    return reservation


def _refusals(patron: Patron, contact_method: ContactMethod, at: datetime) -> Iterator[Refusal]:
    yield from card_refusals(patron, at=at)
    if patron.category == Patron.Category.WIDE_AREA:
        yield RequestOfAnotherTown()
    if contact_method not in patron.contact_methods():
        yield NoMailAddress()


@locked_transaction
def grant(
    reservation: Reservation, bib: Bib, *, staff: User | None, at: datetime | None = None
) -> Reservation:
    """Put the request into the queue of a bib that the library has, or will have.

    Its place in the queue is that of the moment at which the patron asked.
    """
    # Only the bib is locked: nothing else of the patron changes.
    if bib.pk not in whereabouts.lock_statuses([bib.pk]):
        raise NoLongerInTheCatalogue
    at, by = at or timezone.now(), by_staff(staff)
    _join_queue(reservation, bib)
    reservation.refresh_from_db()
    newly_waiting([reservation])
    why = "リクエストの資料を用意することにしました"
    log(reservation, came_from=State.REQUESTED, at=at, by=by, why=why)
    mails.announce_request_news(reservation, at=at)
    queue.assign(bib.pk, at=at)
    return reservation


def _join_queue(reservation: Reservation, bib: Bib) -> None:
    try:
        # A savepoint: after a broken constraint PostgreSQL accepts no statement outside of it.
        with transaction.atomic():
            still_requested = Reservation.objects.filter(pk=reservation.pk, state=State.REQUESTED)
            granted = still_requested.update(bib=bib, request_text="", state=State.WAITING)
    except IntegrityError as error:
        if broken_constraint(error) == "reservation_one_open_per_patron_and_bib":
            raise AlreadyReserved from error
        raise
    if granted != 1:
        raise ChangedMeanwhile


@locked_transaction
def decline(
    reservation: Reservation, why: str, *, staff: User | None, at: datetime | None = None
) -> None:
    """End a request that cannot be granted. The patron reads the reason."""
    if not why.strip():
        raise NeedsAReason
    reservation = lock(reservation)
    if reservation.state != State.REQUESTED:
        raise ChangedMeanwhile
    at, note = at or timezone.now(), why.strip()[:200]
    end(reservation, CloseReason.DECLINED, at=at, by=by_staff(staff), note=note)
    mails.announce_request_news(reservation, at=at)
