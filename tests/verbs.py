"""The verbs as tests use them: with plausible defaults, at a fixed instant."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max

from catalog.models import Bib, Copy
from circulation import lending, returning
from circulation.returning import Scanned
from loans.models import Loan
from patrons.models import Patron
from patrons.models.patron import ContactMethod
from reservations.models import Reservation
from reservations.placing import PlacingResult, place
from tests.conftest import tokyo
from tests.factories import CopyFactory, PatronFactory, branch

NOON = tokyo("2026-11-24", "12:00")
ELEVEN = tokyo("2026-11-24", "11:00")


def anew(row: Any) -> Any:
    """Read the row again from the database."""
    return type(row).objects.get(pk=row.pk)


def own_minute() -> datetime:
    """A minute after eleven that no reservation has yet: the queue is never tried at equality."""
    before_noon = Reservation.objects.filter(placed_at__gte=ELEVEN, placed_at__lt=NOON)
    last = before_noon.aggregate(last=Max("placed_at"))["last"]
    return last + timedelta(minutes=1) if last else ELEVEN


def try_to_reserve(
    patron: Patron,
    *bibs: Bib,
    pickup: str = "chuo",
    contact: ContactMethod = ContactMethod.NONE,
    at: datetime | None = None,
) -> list[PlacingResult]:
    """All of one press have one minute, each press has its own."""
    at = at or own_minute()
    return place(patron, bibs, pickup_branch=branch(pickup), contact_method=contact, at=at)


def reserve(
    patron: Patron,
    bib: Bib,
    *,
    pickup: str = "chuo",
    contact: ContactMethod = ContactMethod.NONE,
    at: datetime | None = None,
) -> Reservation:
    """A reservation that the library accepted, read anew."""
    [placing] = try_to_reserve(patron, bib, pickup=pickup, contact=contact, at=at)
    assert placing.reservation is not None, placing.reasons
    return Reservation.objects.get(pk=placing.reservation.pk)


def lend(copy: Copy, patron: Patron, *, at_branch: str = "chuo", at: datetime = NOON) -> Loan:
    return lending.lend(copy, patron, branch=branch(at_branch), at=at)


def scan(copy: Copy, *, at_branch: str = "chuo", at: datetime = NOON) -> Scanned:
    """What the counter does with a copy when nobody's card is open."""
    return returning.take_back(copy, branch=branch(at_branch), at=at)


def lent_out(**facts: object) -> Copy:
    """A copy that somebody else has at home."""
    copy = CopyFactory(**facts)
    lend(copy, PatronFactory(), at=tokyo("2026-11-01"))
    copy.refresh_from_db()
    return copy


def position(reservation: Reservation) -> int:
    """As My Page counts it."""
    return Reservation.objects.with_position().get(pk=reservation.pk).position
