"""予約取置スキップ: a period in which copies go to the next person (rule 5.7).

Only the dates count, at the moment of an assignment. What somebody has a copy of already is not
touched, and nothing that was handed to the next person is taken back.
"""

from collections.abc import Iterator
from datetime import date, datetime

from django.utils import timezone

from akiruno_library import policy
from akiruno_library.locking import locked_transaction
from akiruno_library.refusals import Refusal, refuse
from japanese.date_format import spoken_day
from patrons import patron_lock
from patrons.models import Patron
from reservations import queue
from reservations.models import HoldSkip
from reservations.refusals import (
    SkipEndsBeforeItStarts,
    SkipEndsInThePast,
    SkipStartsInThePast,
    SkipTooLong,
)


def skip_of(patron: Patron, *, at: datetime | None = None) -> HoldSkip | None:
    """The period that runs or is to come; one that is over is nobody's business any more."""
    return HoldSkip.objects.filter(patron=patron, last_day__gte=timezone.localdate(at)).first()


def forget_past_skips(*, at: datetime | None = None) -> int:
    """When somebody was away is nobody's business afterwards."""
    return HoldSkip.objects.filter(last_day__lt=timezone.localdate(at)).delete()[0]


def refusals(
    patron: Patron, first_day: date, last_day: date, *, at: datetime | None = None
) -> Iterator[Refusal]:
    """Every reason against this period. One that runs already keeps its first day."""
    today = timezone.localdate(at)
    running = skip_of(patron, at=at)
    if first_day < today and not (running and running.first_day == first_day):
        yield SkipStartsInThePast()
    if last_day < first_day:
        yield SkipEndsBeforeItStarts()
    elif last_day < today:
        yield SkipEndsInThePast()
    elif last_day > first_day + policy.SKIP_LONGEST:
        yield SkipTooLong(last_day=spoken_day(first_day + policy.SKIP_LONGEST, at=at))


@locked_transaction
def keep_skip(
    patron: Patron, *, first_day: date, last_day: date, at: datetime | None = None
) -> HoldSkip:
    """Set the patron's one period, or change it; whoever is freed by that is offered copies."""
    patron = patron_lock.lock(patron)
    refuse(refusals(patron, first_day, last_day, at=at))
    skip, _ = HoldSkip.objects.update_or_create(
        patron=patron, defaults={"first_day": first_day, "last_day": last_day}
    )
    _offer(patron)
    return skip


@locked_transaction
def end_skip(patron: Patron) -> bool:
    """Let the patron's turn come again from now on; False when there was no period."""
    patron = patron_lock.lock(patron)
    deleted, _ = HoldSkip.objects.filter(patron=patron).delete()
    _offer(patron)
    return bool(deleted)


def _offer(patron: Patron) -> None:
    queue.offer_after_commit(patron.reservations.waiting().values_list("bib_id", flat=True))
